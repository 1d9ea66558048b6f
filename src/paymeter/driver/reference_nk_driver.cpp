// Reads the prepaid block and writes the reference meter's commands.
#include "paymeter/driver/reference_nk_driver.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/codec/mac.hpp"
#include "paymeter/driver/meter_io.hpp"
#include "paymeter/driver/reference_nk_units.hpp"

namespace paymeter::driver {

namespace nk = codec::reference_nk;
using port::WriteReply;

namespace {

// On a line without transaction ids an older reply fails the length check of a newer request;
// three lengths also tell the last but one. 48 cuts the set-clock sequence, which nobody needs.
constexpr std::array<std::uint16_t, 3> kReadCounts{nk::kPrepaidBlock.count, nk::kPrepaidCountMin,
                                                   nk::kPrepaidCountMin + 1};

}  // namespace

ReferenceNkDriver::ReferenceNkDriver(std::shared_ptr<const PreparedModel> model,
                                     const domain::Meter& meter)
    : RegisterDriver(std::move(model), meter), key_(meter.key) {}

port::Async<Result<domain::PrepaidState>> ReferenceNkDriver::read_prepaid(port::BusLink& link,
                                                                          UtcMs now) {
  const std::uint16_t count = kReadCounts.at(reads_++ % kReadCounts.size());
  const auto data = co_await read_registers(link, {unit(), 3, nk::kPrepaidBlock.address, count});
  if (!data) co_return fail(data.error());
  const auto prepaid = nk::decode_prepaid(*data);
  layout_unknown_ = !prepaid && prepaid.error().code == Errc::meter_layout_unknown;
  if (!prepaid) co_return fail(prepaid.error());
  co_return to_state(*prepaid, now);
}

port::Async<Result<domain::PriceTable>> ReferenceNkDriver::read_prices(port::BusLink& link) {
  if (layout_unknown_) co_return fail(Errc::meter_layout_unknown);
  const nk::Block block = nk::kPriceReadBlock;
  const auto data = co_await read_registers(link, {unit(), 3, block.address, block.count});
  if (!data) co_return fail(data.error());
  const auto prices = nk::decode_prices(*data);
  if (!prices) co_return fail(prices.error());
  co_return to_price_table(*prices);
}

port::Async<Result<WriteReply>> ReferenceNkDriver::sell(port::BusLink& link,
                                                        port::SaleFrame frame) {
  const auto amount = to_meter_amount(frame.amount);
  if (!amount) co_return fail(amount.error());
  Buffer content = nk::encode_sale({frame.n, *amount, frame.tag});
  co_return co_await command(link, std::move(frame.epoch), nk::kSaleBlock, std::move(content));
}

port::Async<Result<WriteReply>> ReferenceNkDriver::open_account(port::BusLink& link,
                                                                domain::Epoch epoch,
                                                                std::uint32_t customer_number) {
  if (customer_number == 0) co_return fail(Errc::frame_bad_value, "customer number 0");
  Buffer content = nk::encode_open(customer_number);
  co_return co_await command(link, std::move(epoch), nk::kOpenBlock, std::move(content));
}

port::Async<Result<WriteReply>> ReferenceNkDriver::clear_account(port::BusLink& link,
                                                                 domain::Epoch epoch) {
  Buffer content = nk::encode_clear({nk::kClearAtZero, epoch.clear_count});
  co_return co_await command(link, std::move(epoch), nk::kClearBlock, std::move(content));
}

port::Async<Result<WriteReply>> ReferenceNkDriver::write_settings(port::BusLink& link,
                                                                  domain::Epoch epoch,
                                                                  std::uint32_t version,
                                                                  domain::MeterSettings settings) {
  const auto fields = to_meter_settings(version, settings);
  if (!fields) co_return fail(fields.error());
  Buffer content = nk::encode_settings(*fields);
  co_return co_await command(link, std::move(epoch), nk::kSettingsBlock, std::move(content));
}

port::Async<Result<WriteReply>> ReferenceNkDriver::write_prices(port::BusLink& link,
                                                                domain::Epoch epoch,
                                                                std::uint32_t version,
                                                                domain::PriceTable prices) {
  const auto fields = to_meter_prices(version, prices);
  if (!fields) co_return fail(fields.error());
  Buffer content = nk::encode_prices(*fields);
  co_return co_await command(link, std::move(epoch), nk::kPriceBlock, std::move(content));
}

port::Async<Result<WriteReply>> ReferenceNkDriver::command(port::BusLink& link, domain::Epoch epoch,
                                                           nk::Block block, Buffer content) {
  if (layout_unknown_) co_return fail(Errc::meter_layout_unknown);
  const auto serial = nk::encode_serial(epoch.serial);
  if (!serial) co_return fail(serial.error());
  const nk::Mac mac = codec::mac4(key_, *serial, epoch.clear_count, block.address, content);
  content.insert(content.end(), mac.begin(), mac.end());
  PAYMETER_ASSERT(content.size() == block.bytes());
  co_return co_await write_registers(link, unit(), block.address, std::move(content));
}

}  // namespace paymeter::driver

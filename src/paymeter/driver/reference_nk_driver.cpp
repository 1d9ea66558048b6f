// Reads the prepaid block and writes the reference meter's commands.
#include "paymeter/driver/reference_nk_driver.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
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
  const bool by_force = mistake_made(Mistake::clear_early);
  const auto code = by_force ? nk::kClearForced : nk::kClearAtZero;
  Buffer content = nk::encode_clear({code, epoch.clear_count});
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

port::Async<Result<port::MeterClock>> ReferenceNkDriver::read_clock(port::BusLink& link) {
  if (layout_unknown_) co_return fail(Errc::meter_layout_unknown);
  const nk::Block block = nk::kClockReadBlock;
  const auto data = co_await read_registers(link, {unit(), 3, block.address, block.count});
  if (!data) co_return fail(data.error());
  port::MeterClock out;
  if (auto clock = nk::decode_clock(Bytes(*data).first(nk::kClockSize))) out.local_time = *clock;
  out.sequence = get_u32(*data, nk::kClockSize);
  co_return out;
}

port::Async<Result<WriteReply>> ReferenceNkDriver::set_clock(port::BusLink& link,
                                                             domain::Epoch epoch,
                                                             std::uint32_t sequence,
                                                             CivilTime local_time) {
  if (local_time.year < 2000 || local_time.year > 2099)
    co_return fail(Errc::frame_bad_value, "year " + std::to_string(local_time.year));
  Buffer content = nk::encode_set_clock({sequence, local_time});
  co_return co_await command(link, std::move(epoch), nk::kClockBlock, std::move(content));
}

port::Async<Result<domain::TimeTables>> ReferenceNkDriver::read_time_tables(port::BusLink& link) {
  if (layout_unknown_) co_return fail(Errc::meter_layout_unknown);
  const nk::Block first = nk::kDayTable1Block, second = nk::kDayTable2Block,
                  season = nk::kSeasonBlock;
  const RegisterSpan days{unit(), 3, first.address,
                          static_cast<std::uint16_t>(first.count + second.count)};
  const auto tables = co_await read_registers(link, days);
  if (!tables) co_return fail(tables.error());
  const RegisterSpan year{unit(), 3, season.address, season.count};
  const auto seasons = co_await read_registers(link, year);
  if (!seasons) co_return fail(seasons.error());
  const Bytes both(*tables);
  co_return to_time_tables(both.first(first.bytes()), both.subspan(first.bytes()), *seasons);
}

port::Async<Result<WriteReply>> ReferenceNkDriver::write_day_table(
    port::BusLink& link, int number, std::vector<domain::DaySlot> slots) {
  if (layout_unknown_) co_return fail(Errc::meter_layout_unknown);
  if (number != 1 && number != 2)
    co_return fail(Errc::frame_bad_value, "day table " + std::to_string(number));
  domain::TimeTables tables;
  tables.days[0] = std::move(slots);
  if (auto ok = domain::check_time_tables(tables); !ok) co_return fail(ok.error());
  const nk::Block block = number == 1 ? nk::kDayTable1Block : nk::kDayTable2Block;
  Buffer content = nk::encode_day_table(to_meter_slots(tables.days[0]));
  co_return co_await write_registers(link, unit(), block.address, std::move(content));
}

port::Async<Result<WriteReply>> ReferenceNkDriver::write_season_table(
    port::BusLink& link, std::vector<domain::SeasonStart> seasons) {
  if (layout_unknown_) co_return fail(Errc::meter_layout_unknown);
  domain::TimeTables tables;
  tables.seasons = std::move(seasons);
  if (auto ok = domain::check_time_tables(tables); !ok) co_return fail(ok.error());
  Buffer content = nk::encode_season_table(to_meter_seasons(tables.seasons));
  co_return co_await write_registers(link, unit(), nk::kSeasonBlock.address, std::move(content));
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

// Register reads and writes, with exceptions told apart.
#include "paymeter/driver/meter_io.hpp"

#include "paymeter/codec/modbus_pdu.hpp"

namespace paymeter::driver {
namespace {

tl::unexpected<Error> exception_error(std::uint8_t code) {
  const auto name = codec::exception_name(code);
  return fail(Errc::meter_exception,
              "exception " + std::to_string(code) + (name.empty() ? "" : " " + std::string(name)));
}

}  // namespace

port::Async<Result<Buffer>> read_registers(port::BusLink& link, RegisterSpan span) {
  port::BusRequest request;
  request.unit = span.unit;
  request.pdu = codec::encode_read_request(span.function, span.address, span.count);
  request.reply_size = codec::read_reply_size(span.count);
  auto reply = co_await link.exchange(std::move(request));
  if (!reply) co_return fail(reply.error());
  if (const auto code = codec::exception_code(*reply)) co_return exception_error(*code);
  const auto data = codec::decode_read_reply(*reply, span.function, span.count);
  if (!data) co_return fail(Errc::frame_wrong_reply);
  reply->erase(reply->begin(), reply->end() - static_cast<std::ptrdiff_t>(data->size()));
  co_return std::move(*reply);
}

port::Async<Result<port::WriteReply>> write_registers(port::BusLink& link, std::uint8_t unit,
                                                      std::uint16_t address, Buffer data) {
  port::BusRequest request;
  request.unit = unit;
  request.pdu = codec::encode_write_request(address, data);
  request.reply_size = codec::kWriteReplySize;
  const auto reply = co_await link.exchange(std::move(request));
  if (!reply) co_return fail(reply.error());
  if (const auto code = codec::exception_code(*reply)) {
    if (*code == static_cast<std::uint8_t>(codec::ModbusException::device_failure))
      co_return port::WriteReply::refused;
    co_return exception_error(*code);
  }
  const auto count = static_cast<std::uint16_t>(data.size() / 2);
  if (!codec::check_write_reply(*reply, address, count)) co_return fail(Errc::frame_wrong_reply);
  co_return port::WriteReply::acknowledged;
}

}  // namespace paymeter::driver

// Modbus protocol data units, both sides.
#include "paymeter/codec/modbus_pdu.hpp"

#include "paymeter/base/assert.hpp"

namespace paymeter::codec {

std::string_view function_name(std::uint8_t function) {
  switch (function) {
    case 0x01:
      return "read_coils";
    case 0x02:
      return "read_discrete_inputs";
    case 0x03:
      return "read_holding_registers";
    case 0x04:
      return "read_input_registers";
    case 0x05:
      return "write_single_coil";
    case 0x06:
      return "write_single_register";
    case 0x07:
      return "read_exception_status";
    case 0x08:
      return "diagnostics";
    case 0x0B:
      return "get_comm_event_counter";
    case 0x0C:
      return "get_comm_event_log";
    case 0x0F:
      return "write_multiple_coils";
    case 0x10:
      return "write_multiple_registers";
    case 0x11:
      return "report_server_id";
    case 0x14:
      return "read_file_record";
    case 0x15:
      return "write_file_record";
    case 0x16:
      return "mask_write_register";
    case 0x17:
      return "read_write_multiple_registers";
    case 0x18:
      return "read_fifo_queue";
    case 0x2B:
      return "encapsulated_interface_transport";
    default:
      return {};
  }
}

std::string_view exception_name(std::uint8_t code) {
  switch (static_cast<ModbusException>(code)) {
    case ModbusException::illegal_function:
      return "illegal_function";
    case ModbusException::illegal_address:
      return "illegal_address";
    case ModbusException::illegal_value:
      return "illegal_value";
    case ModbusException::device_failure:
      return "device_failure";
    case ModbusException::acknowledge:
      return "acknowledge";
    case ModbusException::busy:
      return "busy";
    case ModbusException::negative_acknowledge:
      return "negative_acknowledge";
    case ModbusException::memory_parity_error:
      return "memory_parity_error";
    case ModbusException::gateway_path_unavailable:
      return "gateway_path_unavailable";
    case ModbusException::gateway_target_silent:
      return "gateway_target_silent";
  }
  return {};
}

Buffer encode_read_request(std::uint8_t function, std::uint16_t address, std::uint16_t count) {
  PAYMETER_ASSERT(function == kReadHoldingRegisters || function == kReadInputRegisters);
  PAYMETER_ASSERT(count >= 1 && count <= kReadRegistersMax);
  return {function, static_cast<std::uint8_t>(address >> 8), static_cast<std::uint8_t>(address),
          static_cast<std::uint8_t>(count >> 8), static_cast<std::uint8_t>(count)};
}

Buffer encode_write_request(std::uint16_t address, Bytes data) {
  PAYMETER_ASSERT(!data.empty() && data.size() % 2 == 0 &&
                  data.size() <= std::size_t{2} * kWriteRegistersMax);
  Buffer pdu{kWriteMultipleRegisters};
  put_u16(pdu, address);
  put_u16(pdu, static_cast<std::uint16_t>(data.size() / 2));
  pdu.push_back(static_cast<std::uint8_t>(data.size()));
  pdu.insert(pdu.end(), data.begin(), data.end());
  return pdu;
}

std::optional<std::uint8_t> exception_code(Bytes reply) {
  if (reply.size() != kExceptionReplySize || (reply[0] & kExceptionBit) == 0) return std::nullopt;
  return reply[1];
}

Result<Bytes> decode_read_reply(Bytes reply, std::uint8_t function, std::uint16_t count) {
  if (reply.empty() || reply[0] != function) return fail(Errc::frame_wrong_reply);
  if (reply.size() != read_reply_size(count) || reply[1] != 2U * count)
    return fail(Errc::frame_bad_length);
  return reply.subspan(2);
}

Result<> check_write_reply(Bytes reply, std::uint16_t address, std::uint16_t count) {
  if (reply.size() != kWriteReplySize) return fail(Errc::frame_bad_length);
  if (reply[0] != kWriteMultipleRegisters || get_u16(reply, 1) != address ||
      get_u16(reply, 3) != count)
    return fail(Errc::frame_wrong_reply);
  return {};
}

Result<ModbusRequest> decode_request(Bytes pdu) {
  if (pdu.empty()) return fail(Errc::frame_truncated);
  ModbusRequest request;
  request.function = pdu[0];
  const bool is_read = pdu[0] == kReadHoldingRegisters || pdu[0] == kReadInputRegisters;
  if (!is_read && pdu[0] != kWriteMultipleRegisters) return fail(Errc::frame_bad_function);
  if (is_read ? pdu.size() != 5 : (pdu.size() < 6 || pdu.size() != 6U + pdu[5]))
    return fail(Errc::frame_bad_length);
  request.address = get_u16(pdu, 1);
  request.count = get_u16(pdu, 3);
  if (!is_read) request.data.assign(pdu.begin() + 6, pdu.end());
  return request;
}

Buffer encode_read_reply(std::uint8_t function, Bytes data) {
  PAYMETER_ASSERT(data.size() % 2 == 0 && data.size() <= std::size_t{2} * kReadRegistersMax);
  Buffer pdu{function, static_cast<std::uint8_t>(data.size())};
  pdu.insert(pdu.end(), data.begin(), data.end());
  return pdu;
}

Buffer encode_write_reply(std::uint16_t address, std::uint16_t count) {
  Buffer pdu{kWriteMultipleRegisters};
  put_u16(pdu, address);
  put_u16(pdu, count);
  return pdu;
}

Buffer encode_exception(std::uint8_t function, ModbusException code) {
  return {static_cast<std::uint8_t>(function | kExceptionBit), static_cast<std::uint8_t>(code)};
}

}  // namespace paymeter::codec

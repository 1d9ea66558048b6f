/// Modbus protocol data units (function code and data): requests, replies and exceptions, without
/// the envelope. Source: MODBUS Application Protocol Specification V1.1b3, clauses 4 to 7.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter::codec {

/// The functions that Paymeter speaks; the frame tool knows more names (function_name).
inline constexpr std::uint8_t kReadHoldingRegisters = 0x03;
inline constexpr std::uint8_t kReadInputRegisters = 0x04;
inline constexpr std::uint8_t kWriteMultipleRegisters = 0x10;
/// Set in the function code of an exception reply.
inline constexpr std::uint8_t kExceptionBit = 0x80;

enum class ModbusException : std::uint8_t {
  illegal_function = 1,
  illegal_address = 2,
  illegal_value = 3,
  device_failure = 4,  ///< the reference meter's refusal of a well-formed command
  acknowledge = 5,
  busy = 6,
  negative_acknowledge = 7,
  memory_parity_error = 8,
  gateway_path_unavailable = 10,
  gateway_target_silent = 11,
};

inline constexpr std::size_t kPduSizeMax = 253;
inline constexpr std::uint16_t kReadRegistersMax = 125;   ///< per request, by the standard
inline constexpr std::uint16_t kWriteRegistersMax = 123;  ///< per request, by the standard
inline constexpr std::size_t kWriteReplySize = 5;         ///< PDU bytes of a normal fc 10H reply
inline constexpr std::size_t kExceptionReplySize = 2;     ///< PDU bytes of an exception reply

/// PDU bytes of a normal reply to a read of `count` registers.
constexpr std::size_t read_reply_size(std::uint16_t count) { return 2 + std::size_t{2} * count; }

/// `read_holding_registers`, `illegal_address`; empty for a code that the standard does not name.
std::string_view function_name(std::uint8_t function);
std::string_view exception_name(std::uint8_t code);

// ------------------------------------------------------------------ the master's side
/// Requires: function 03 or 04, 1 <= count <= kReadRegistersMax.
Buffer encode_read_request(std::uint8_t function, std::uint16_t address, std::uint16_t count);
/// fc 10H. Requires: `data` of 2 to 2 x kWriteRegistersMax bytes, an even number.
Buffer encode_write_request(std::uint16_t address, Bytes data);

/// The exception code of a reply, or empty when it is a normal one.
std::optional<std::uint8_t> exception_code(Bytes reply);
/// The register bytes (two per register, high first) of a normal reply to a read of `count`; they
/// point into `reply`. Errors: frame_wrong_reply (other function), frame_bad_length.
Result<Bytes> decode_read_reply(Bytes reply, std::uint8_t function, std::uint16_t count);
/// Checks that a normal fc 10H reply confirms this write. Errors: frame_bad_length,
/// frame_wrong_reply (other function, address or count).
Result<> check_write_reply(Bytes reply, std::uint16_t address, std::uint16_t count);

// ------------------------------------------------------------------ the slave's side
/// A request as received. `count` and the size of `data` are what the frame says, unchecked: the
/// meter answers exception 03 for those that it does not accept.
struct ModbusRequest {
  std::uint8_t function = 0;
  std::uint16_t address = 0;
  std::uint16_t count = 0;
  Buffer data;  ///< fc 10H: the register bytes that follow the byte count
};

/// Errors, in order: frame_truncated (empty), frame_bad_function (answer exception 01; only
/// 03, 04 and 10H are read here), frame_bad_length (bytes missing or left over: exception 03).
Result<ModbusRequest> decode_request(Bytes pdu);
/// Requires: an even number of bytes, at most 2 x kReadRegistersMax.
Buffer encode_read_reply(std::uint8_t function, Bytes data);
Buffer encode_write_reply(std::uint16_t address, std::uint16_t count);
Buffer encode_exception(std::uint8_t function, ModbusException code);

}  // namespace paymeter::codec

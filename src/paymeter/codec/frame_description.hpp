/// Takes one whole Modbus frame apart for people: the frame tool (`paymeter decode`).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter::codec {

enum class FrameProtocol : std::uint8_t { modbus_rtu, modbus_tcp };
std::string_view frame_protocol_name(FrameProtocol protocol);  ///< `modbus-rtu`, `modbus-tcp`
std::optional<FrameProtocol> frame_protocol_from_name(std::string_view name);

/// Which side sent it, as far as the bytes tell: `either` when both shapes fit exactly (a write of
/// one register and its reply are the same bytes).
enum class FrameDirection : std::uint8_t { request, reply, either };
std::string_view frame_direction_name(FrameDirection direction);

struct FrameDescription {
  FrameProtocol protocol = FrameProtocol::modbus_rtu;
  FrameDirection direction = FrameDirection::request;
  std::uint8_t unit = 0;
  std::optional<std::uint16_t> transaction;  ///< TCP only
  std::uint8_t function = 0;                 ///< without the exception bit
  std::string_view function_name;
  std::optional<std::uint16_t> address;   ///< first register or coil
  std::optional<std::uint16_t> count;     ///< registers or coils
  std::vector<std::uint16_t> registers;   ///< values carried by the frame
  Buffer data;                            ///< bytes that are no registers (coils, identity)
  std::optional<std::uint8_t> exception;  ///< code of an exception reply
  std::string_view exception_name;        ///< empty for codes without a name
  std::optional<std::uint16_t> checksum;  ///< RTU: as received, and correct
};

/// A frame that fits both a request and a reply is described as the request; a read of bits adds
/// the reply's bytes as `data`.
/// Errors, in order, RTU: frame_truncated (under 4 bytes), frame_bad_length (over 256),
/// frame_bad_checksum; TCP: frame_truncated (under 6 bytes), frame_bad_protocol, frame_bad_length
/// (length field outside 2-254), frame_truncated (fewer bytes than it says), frame_bad_length
/// (more); then for both: frame_bad_function (no name in the standard), frame_bad_length (neither
/// a request nor a reply of this function has this size).
Result<FrameDescription> describe_frame(FrameProtocol protocol, Bytes frame);

}  // namespace paymeter::codec

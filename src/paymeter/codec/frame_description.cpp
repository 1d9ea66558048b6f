// Takes whole Modbus frames apart: envelope, then whether the data fit a request, a reply or both.
#include "paymeter/codec/frame_description.hpp"

#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/codec/modbus_rtu.hpp"
#include "paymeter/codec/modbus_tcp.hpp"

namespace paymeter::codec {
namespace {

constexpr std::size_t kRtuFrameSizeMin = 4;  // unit, function, checksum
constexpr std::size_t kLengthFieldEnd = 6;   // MBAP up to its length field

void put_registers(FrameDescription& out, Bytes data) {
  for (std::size_t at = 0; at + 1 < data.size(); at += 2)
    out.registers.push_back(get_u16(data, at));
}

void put_data(FrameDescription& out, Bytes data) {
  out.data.insert(out.data.end(), data.begin(), data.end());
}

bool reads_bits(std::uint8_t function) { return function == 0x01 || function == 0x02; }
bool reads_registers(std::uint8_t function) { return function == 0x03 || function == 0x04; }

/// The byte count at `at` says exactly what follows it.
bool counted(Bytes pdu, std::size_t at) {
  return pdu.size() > at && pdu.size() == at + 1 + pdu[at];
}

bool fits_request(Bytes pdu) {
  switch (pdu[0]) {
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x05:
    case 0x06:
      return pdu.size() == 5;
    case 0x07:
    case 0x0B:
    case 0x0C:
    case 0x11:
      return pdu.size() == 1;
    case 0x08:
      return pdu.size() >= 5 && pdu.size() % 2 == 1;
    case 0x0F:
      return counted(pdu, 5);
    case 0x10:
      return counted(pdu, 5) && pdu[5] == 2U * get_u16(pdu, 3);
    case 0x14:
    case 0x15:
      return counted(pdu, 1);
    case 0x16:
      return pdu.size() == 7;
    case 0x17:
      return counted(pdu, 9) && pdu[9] == 2U * get_u16(pdu, 7);
    case 0x18:
      return pdu.size() == 3;
    default:
      return pdu.size() >= 2;  // 2BH: its own protocols, by their type byte
  }
}

bool fits_reply(Bytes pdu) {
  switch (pdu[0]) {
    case 0x01:
    case 0x02:
      return counted(pdu, 1) && pdu[1] >= 1;
    case 0x03:
    case 0x04:
    case 0x17:
      return counted(pdu, 1) && pdu[1] >= 2 && pdu[1] % 2 == 0;
    case 0x05:
    case 0x06:
    case 0x0B:
    case 0x0F:
    case 0x10:
      return pdu.size() == 5;
    case 0x07:
      return pdu.size() == 2;
    case 0x08:
      return pdu.size() >= 5 && pdu.size() % 2 == 1;
    case 0x0C:
    case 0x11:
    case 0x14:
    case 0x15:
      return counted(pdu, 1);
    case 0x16:
      return pdu.size() == 7;
    case 0x18:
      return pdu.size() >= 5 && pdu.size() == 3U + get_u16(pdu, 1);
    default:
      return pdu.size() >= 2;
  }
}

/// Fields that begin a request, and the writes' replies too: address, then count or value.
void describe_request(FrameDescription& out, Bytes pdu) {
  const std::uint8_t function = pdu[0];
  switch (function) {
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x0F:
    case 0x10:
    case 0x17:
      out.address = get_u16(pdu, 1);
      out.count = get_u16(pdu, 3);
      if (function == 0x0F) put_data(out, pdu.subspan(pdu.size() > 5 ? 6 : 5));
      if (function == 0x10) put_registers(out, pdu.subspan(pdu.size() > 5 ? 6 : 5));
      if (function == 0x17) put_registers(out, pdu.subspan(10));
      break;
    case 0x05:
    case 0x06:
      out.address = get_u16(pdu, 1);
      out.count = 1;
      function == 0x05 ? put_data(out, pdu.subspan(3)) : put_registers(out, pdu.subspan(3));
      break;
    case 0x16:
      out.address = get_u16(pdu, 1);
      put_registers(out, pdu.subspan(3));
      break;
    case 0x18:
      out.address = get_u16(pdu, 1);
      break;
    default:
      put_data(out, pdu.subspan(1));
  }
}

void describe_reply(FrameDescription& out, Bytes pdu) {
  const std::uint8_t function = pdu[0];
  if (reads_registers(function) || function == 0x17) {
    put_registers(out, pdu.subspan(2));
    out.count = static_cast<std::uint16_t>(out.registers.size());
  } else if (reads_bits(function) || function == 0x0C || function == 0x11 || function == 0x14 ||
             function == 0x15) {
    put_data(out, pdu.subspan(2));
  } else if (function == 0x18) {
    put_registers(out, pdu.subspan(5));
    out.count = get_u16(pdu, 3);
  } else if (function == 0x0F || function == 0x10 || function == 0x05 || function == 0x06 ||
             function == 0x16) {
    describe_request(out, pdu);
  } else {
    put_data(out, pdu.subspan(1));
  }
}

Result<> describe_pdu(FrameDescription& out, Bytes pdu) {
  const bool is_exception = (pdu[0] & kExceptionBit) != 0;
  out.function = static_cast<std::uint8_t>(pdu[0] & ~kExceptionBit);
  out.function_name = function_name(out.function);
  if (out.function_name.empty())
    return fail(Errc::frame_bad_function, "function " + std::to_string(pdu[0]));
  if (is_exception) {
    if (pdu.size() != kExceptionReplySize) return fail(Errc::frame_bad_length);
    out.direction = FrameDirection::reply;
    out.exception = pdu[1];
    out.exception_name = exception_name(pdu[1]);
    return {};
  }
  const bool request = fits_request(pdu), reply = fits_reply(pdu);
  if (!request && !reply)
    return fail(Errc::frame_bad_length, "neither a request nor a reply of this function");
  out.direction = request && reply ? FrameDirection::either
                  : request        ? FrameDirection::request
                                   : FrameDirection::reply;
  if (request) describe_request(out, pdu);
  // Of the frames that fit both, only a read of bits says different things in the two readings.
  if (reply && (!request || reads_bits(out.function))) describe_reply(out, pdu);
  return {};
}

Result<Bytes> open_rtu(FrameDescription& out, Bytes frame) {
  if (frame.size() < kRtuFrameSizeMin) return fail(Errc::frame_truncated);
  if (frame.size() > kRtuFrameSizeMax) return fail(Errc::frame_bad_length, "over 256 bytes");
  const Bytes content = frame.first(frame.size() - 2);
  const auto received = static_cast<std::uint16_t>(frame[frame.size() - 1] << 8 |  //
                                                   frame[frame.size() - 2]);
  if (received != crc16(content)) return fail(Errc::frame_bad_checksum);
  out.unit = frame[0];
  out.checksum = received;
  return content.subspan(1);
}

Result<Bytes> open_tcp(FrameDescription& out, Bytes frame) {
  if (frame.size() < kLengthFieldEnd) return fail(Errc::frame_truncated);
  if (get_u16(frame, 2) != 0) return fail(Errc::frame_bad_protocol);
  const std::uint16_t length = get_u16(frame, 4);
  if (length < 2 || length > 1 + kPduSizeMax)
    return fail(Errc::frame_bad_length, "length field " + std::to_string(length));
  if (frame.size() < kLengthFieldEnd + length) return fail(Errc::frame_truncated);
  if (frame.size() > kLengthFieldEnd + length)
    return fail(Errc::frame_bad_length, "bytes behind the frame");
  out.transaction = get_u16(frame, 0);
  out.unit = frame[6];
  return frame.subspan(kMbapSize);
}

}  // namespace

std::string_view frame_protocol_name(FrameProtocol protocol) {
  return protocol == FrameProtocol::modbus_rtu ? "modbus-rtu" : "modbus-tcp";
}

std::optional<FrameProtocol> frame_protocol_from_name(std::string_view name) {
  for (FrameProtocol protocol : {FrameProtocol::modbus_rtu, FrameProtocol::modbus_tcp})
    if (frame_protocol_name(protocol) == name) return protocol;
  return std::nullopt;
}

std::string_view frame_direction_name(FrameDirection direction) {
  switch (direction) {
    case FrameDirection::request:
      return "request";
    case FrameDirection::reply:
      return "reply";
    case FrameDirection::either:
      return "either";
  }
  return {};
}

Result<FrameDescription> describe_frame(FrameProtocol protocol, Bytes frame) {
  FrameDescription out;
  out.protocol = protocol;
  const auto pdu =
      protocol == FrameProtocol::modbus_rtu ? open_rtu(out, frame) : open_tcp(out, frame);
  if (!pdu) return fail(pdu.error());
  if (auto described = describe_pdu(out, *pdu); !described) return fail(described.error());
  return out;
}

}  // namespace paymeter::codec

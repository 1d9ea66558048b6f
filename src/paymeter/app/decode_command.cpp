// The frame tool: describes a frame as JSON with stable keys, or as lines for people.
#include "paymeter/app/decode_command.hpp"

#include <boost/json.hpp>
#include <iostream>

#include "paymeter/base/hex.hpp"
#include "paymeter/codec/frame_description.hpp"

namespace paymeter::app {
namespace {

namespace json = boost::json;

json::object frame_json(const codec::FrameDescription& frame) {
  json::object out;
  out["ok"] = true;
  out["protocol"] = codec::frame_protocol_name(frame.protocol);
  out["direction"] = codec::frame_direction_name(frame.direction);
  if (frame.transaction) out["transaction"] = *frame.transaction;
  out["unit"] = frame.unit;
  out["function"] = frame.function;
  out["function_name"] = frame.function_name;
  if (frame.address) out["address"] = *frame.address;
  if (frame.count) out["count"] = *frame.count;
  if (!frame.registers.empty())
    out["registers"] = json::array(frame.registers.begin(), frame.registers.end());
  if (!frame.data.empty()) out["data"] = format_hex(frame.data);
  if (frame.exception) {
    out["exception"] = *frame.exception;
    out["exception_name"] = frame.exception_name;
  }
  if (frame.checksum) out["checksum"] = *frame.checksum;
  return out;
}

json::object error_json(const Error& error) {
  json::object inner;
  inner["code"] = error_name(error.code);
  inner["message_zh"] = error_text_zh(error.code);
  inner["message_en"] = error_text_en(error.code);
  inner["detail"] = error.detail;
  return {{"ok", false}, {"error", inner}};
}

std::string as_lines(const json::object& object) {
  std::string out;
  for (const auto& [key, value] : object) {
    if (key == "ok") continue;
    const std::string text =
        value.is_string() ? std::string(value.get_string()) : json::serialize(value);
    out += std::string(key) + ": " + text + "\n";
  }
  return out;
}

}  // namespace

Decoded decode_to_text(const DecodeOptions& options) {
  const auto protocol = codec::frame_protocol_from_name(options.protocol);
  Result<codec::FrameDescription> frame = fail(Errc::request_invalid, "protocol");
  if (protocol) {
    auto bytes = parse_hex(options.hex);
    frame = bytes ? codec::describe_frame(*protocol, *bytes) : fail(bytes.error());
  }
  const json::object object = frame ? frame_json(*frame) : error_json(frame.error());
  if (options.output == "json") return {frame.has_value(), json::serialize(object) + "\n"};
  if (frame) return {true, as_lines(object)};
  return {false, "error: " + std::string(error_name(frame.error().code)) + ": " +
                     std::string(error_text_en(frame.error().code)) + " / " +
                     std::string(error_text_zh(frame.error().code)) + "\n"};
}

int run_decode(const DecodeOptions& options) {
  if (!codec::frame_protocol_from_name(options.protocol)) {
    std::cerr << "unknown protocol '" << options.protocol << "': modbus-rtu or modbus-tcp\n";
    return 2;
  }
  const Decoded decoded = decode_to_text(options);
  // JSON goes to standard output either way, so that a program reads one stream.
  (decoded.ok || options.output == "json" ? std::cout : std::cerr) << decoded.text;
  return decoded.ok ? 0 : 1;
}

}  // namespace paymeter::app

/// `paymeter decode`: one frame from hexadecimal text to JSON or words.
#pragma once

#include <string>

namespace paymeter::app {

struct DecodeOptions {
  std::string protocol;  ///< modbus-rtu, modbus-tcp
  std::string hex;
  std::string output = "text";  ///< text, json
};

/// Prints the frame (exit 0) or the named error (exit 1). Exit 2: unknown protocol.
int run_decode(const DecodeOptions& options);

/// What is printed: `ok` tells frame from error.
struct Decoded {
  bool ok = false;
  std::string text;
};
Decoded decode_to_text(const DecodeOptions& options);

}  // namespace paymeter::app

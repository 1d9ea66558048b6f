/// A meter model as data: registers, scaling, relay, wallet layout and golden frames, read strictly
/// from TOML (models/README.md describes the keys).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/driver/quantity.hpp"

namespace paymeter::driver {

enum class RegisterType : std::uint8_t { u16, s16, u32, s32 };
/// Registers that a value of this type takes.
constexpr std::uint16_t register_count(RegisterType type) {
  return type == RegisterType::u16 || type == RegisterType::s16 ? 1 : 2;
}

/// Which side of a current transformer the register shows: secondary values are multiplied.
enum class Side : std::uint8_t { primary, secondary };

struct ModelRegister {
  Quantity quantity;
  std::uint8_t function = 3;  ///< 3 or 4
  std::uint16_t address = 0;
  RegisterType type = RegisterType::u16;
  /// raw x numerator / denominator is the platform's unit (Wh, mV, mA, W, 0.001, mHz).
  std::int64_t numerator = 1, denominator = 1;
  Side side = Side::primary;
  bool verified = false;
  std::string source;
};

/// First and last register of a readable run.
struct RegisterRange {
  std::uint16_t first = 0, last = 0;
};

struct ReadRules {
  std::uint16_t registers_per_request_max = 100;
  std::uint16_t gap_max = 0;          ///< unneeded registers that one request may read along
  std::vector<RegisterRange> ranges;  ///< empty = no limits known
};

/// A pair of registers: forced mode, then position (0057 of the Acrel meters). Written and read.
struct RelayRegisters {
  std::uint16_t address = 0;
  bool verified = false;
  std::string source;
};

enum class PrepaidLayout : std::uint8_t { reference_nk };
struct PrepaidPart {
  PrepaidLayout layout = PrepaidLayout::reference_nk;
  bool verified = false;
  std::string source;
};

/// Recorded frames of one operation: what the driver must send, what the meter answered, and what
/// the driver must make of it. Replayed by a test through the real driver.
struct Golden {
  std::string name;
  std::string operation;                          ///< measurements, prepaid, sell, trip …
  std::uint32_t ct_ratio = 1;                     ///< as configured
  std::vector<std::pair<Buffer, Buffer>> frames;  ///< RTU: request, response
  std::map<std::string, std::string> input;       ///< key, serial, n, amount_fen …
  std::map<std::string, std::int64_t> expect;     ///< energy_total_wh, balance_fen …
};

struct Model {
  std::string name;
  std::string title;
  std::string protocol;  ///< modbus
  ReadRules read;
  std::vector<ModelRegister> registers;
  std::optional<RelayRegisters> relay;
  std::optional<PrepaidPart> prepaid;
  std::vector<Golden> goldens;

  /// Every register in use has a published source.
  bool verified() const;
};

/// Reads one model. Errors: model_invalid; detail: `<where>:<line>: what is wrong`.
Result<Model> parse_model(std::string_view toml, std::string_view where);

/// The models that are compiled into the program (models/*.toml). Requires: they are valid (a test
/// says so).
const std::vector<Model>& builtin_models();

/// The built-in models, with those of the *.toml files in `directory` added or put in their place
/// by name. Empty directory = built-in only.
/// Errors: model_invalid (a file cannot be read or is wrong, or two files hold the same name).
Result<std::vector<Model>> load_models(const std::string& directory);

}  // namespace paymeter::driver

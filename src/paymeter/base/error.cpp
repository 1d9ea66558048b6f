// The error table, generated from error_codes.def.
#include "paymeter/base/error.hpp"

#include <array>

namespace paymeter {
namespace {

struct Row {
  Errc code;
  std::string_view name, zh, en;
};

constexpr auto kRows = std::to_array<Row>({
#define PAYMETER_ERROR(code, zh, en) Row{Errc::code, #code, zh, en},
#include "paymeter/base/error_codes.def"
#undef PAYMETER_ERROR
});

constexpr auto kCodes = [] {
  std::array<Errc, kRows.size()> codes{};
  for (std::size_t i = 0; i < kRows.size(); ++i) codes[i] = kRows[i].code;
  return codes;
}();

const Row& row_of(Errc code) { return kRows.at(static_cast<std::size_t>(code)); }

}  // namespace

std::string_view error_name(Errc code) { return row_of(code).name; }
std::string_view error_text_zh(Errc code) { return row_of(code).zh; }
std::string_view error_text_en(Errc code) { return row_of(code).en; }

Errc error_from_name(std::string_view name, Errc fallback) {
  for (const auto& row : kRows)
    if (row.name == name) return row.code;
  return fallback;
}

std::span<const Errc> all_errors() { return kCodes; }

}  // namespace paymeter

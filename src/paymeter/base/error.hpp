/// Result and Error: how expected failures travel through every layer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace paymeter {

/// Every expected error. The enumerator's name is its spelling in logs, SQL, JSON and URLs.
enum class Errc : std::uint16_t {
#define PAYMETER_ERROR(code, zh, en) code,
#include "paymeter/base/error_codes.def"
#undef PAYMETER_ERROR
};

/// `vend_unknown` for Errc::vend_unknown.
std::string_view error_name(Errc code);
/// The Chinese and the English sentence shown to people.
std::string_view error_text_zh(Errc code);
std::string_view error_text_en(Errc code);
/// The code spelled `name`. Errors: none; unknown names give `fallback`.
Errc error_from_name(std::string_view name, Errc fallback = Errc::internal_error);
/// All codes in declaration order (for documentation and tests).
std::span<const Errc> all_errors();

/// An expected failure: the code decides, `detail` helps a person (never parsed, no secrets).
struct Error {
  Errc code;
  std::string detail;
};

inline bool operator==(const Error& a, const Error& b) { return a.code == b.code; }

template <class T = void>
using Result = tl::expected<T, Error>;

/// `return fail(Errc::vend_unknown, "42");`
inline tl::unexpected<Error> fail(Errc code, std::string detail = {}) {
  return tl::unexpected<Error>(Error{code, std::move(detail)});
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace paymeter

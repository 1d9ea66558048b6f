/// Money: an integer count of the currency's minor unit (fen). No floating point anywhere.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"

namespace paymeter::domain {

/// An amount in fen. Plain + and - are for amounts already known to be in range (|fen| < 2^53);
/// sums of stored or foreign values go through `checked_add`.
struct Money {
  std::int64_t fen = 0;
  friend constexpr auto operator<=>(Money, Money) = default;
  friend constexpr Money operator+(Money a, Money b) { return {a.fen + b.fen}; }
  friend constexpr Money operator-(Money a, Money b) { return {a.fen - b.fen}; }
  constexpr Money operator-() const { return {-fen}; }
};

/// The most that one amount may be: 2^53 − 1 fen, exact in JSON numbers too.
inline constexpr Money kMoneyMax{9'007'199'254'740'991};

/// Errors: ledger_overflow when the sum leaves ±kMoneyMax.
Result<Money> checked_add(Money a, Money b);

/// `123.45`, `-0.05`.
std::string format_money(Money money);
/// Accepts `12`, `12.3`, `12.34`, leading `-` or `¥`. Errors: request_invalid (more than two
/// places, letters, empty, out of ±kMoneyMax).
Result<Money> parse_money(std::string_view text);

/// Chinese formal capitals as printed on receipts: `壹佰元整`, `壹拾贰元叁角肆分`, `负…`.
std::string money_in_words_zh(Money money);

}  // namespace paymeter::domain

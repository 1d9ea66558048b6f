// Prices from components, and what is kept of a sale.
#include <array>

#include "paymeter/domain/spelling.hpp"
#include "paymeter/domain/tariff/product.hpp"

namespace paymeter::domain::tariff {
namespace {

constexpr Int128 kMillion = 1'000'000;
constexpr std::array<std::string_view, 3> kExtents{"statutory", "first_days", "whole"};

struct Fraction {
  Int128 over = 1, under = 1;
};

Int128 power_of_ten(int places) {
  Int128 power = 1;
  for (int i = 0; i < places; ++i) power *= 10;
  return power;
}

/// By magnitude, as bills are rounded. Requires: under > 0.
Int128 round_quotient(Int128 over, Int128 under, rating::Rounding rule) {
  const Int128 magnitude = over < 0 ? -over : over;
  const Int128 bias = rule == rating::Rounding::half_up ? under : 0;
  const Int128 rounded = (2 * magnitude + bias) / (2 * under);
  return over < 0 ? -rounded : rounded;
}

/// The rate's factor on flat, by its chain.
Result<Fraction> factor_of(const ProductLine& line, std::string rate) {
  Fraction factor;
  for (int length = 0; length <= kFactorChainMax; ++length) {
    const auto found = line.factors.find(rate);
    if (found == line.factors.end()) {
      if (rate == rating::kFlatRate) return factor;
      return fail(Errc::tariff_price_missing, line.name + ": " + rate);
    }
    factor.over *= found->second.e6;
    factor.under *= kMillion;
    rate = found->second.of;
  }
  return fail(Errc::tariff_value_invalid, line.name + ": factors in a circle, or too many");
}

}  // namespace

std::string_view holiday_extent_name(HolidayExtent extent) { return spell(kExtents, extent); }
std::optional<HolidayExtent> holiday_extent_from_name(std::string_view name) {
  return unspell<HolidayExtent>(kExtents, name);
}

Result<Price> derived_price(const ProductLine& line, const std::string& rate) {
  if (line.components.empty()) return fail(Errc::tariff_price_missing, line.name + ": " + rate);
  const auto factor = factor_of(line, rate);
  if (!factor) return fail(factor.error());
  Int128 exact = 0;  // 10^-8 / under
  for (const Component& component : line.components)
    exact += component.amount.e8 *
             (component.kind == ComponentKind::floating ? factor->over : factor->under);
  const Int128 unit = power_of_ten(8 - line.price_rounding.places);
  const Int128 e8 = unit * round_quotient(exact, factor->under * unit, line.price_rounding.rule);
  if (e8 > rating::kPriceMaxE8 || e8 < -rating::kPriceMaxE8)
    return fail(Errc::tariff_value_invalid, line.name + ": price out of range");
  return Price{static_cast<std::int64_t>(e8)};
}

Result<Price> line_price(const ProductLine& line, const std::string& rate) {
  if (line.price) return *line.price;
  if (const auto found = line.printed.find(rate); found != line.printed.end()) return found->second;
  return derived_price(line, rate);
}

Money service_of_sale(const ProductTariff& product, Money captured) {
  return Money{static_cast<std::int64_t>(round_quotient(Int128{captured.fen} * product.service_e4,
                                                        10'000, rating::Rounding::half_up))};
}

}  // namespace paymeter::domain::tariff

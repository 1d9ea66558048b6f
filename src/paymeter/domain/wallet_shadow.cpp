// Prices what the meter counted, as the meter does.
#include "paymeter/domain/wallet_shadow.hpp"

#include <algorithm>

#include "paymeter/domain/rating/wide.hpp"

namespace paymeter::domain {
namespace {

using rating::Int128;

constexpr Int128 kE9 = 1'000'000'000;  ///< price_e8 × Wh = 10^-9 fen

/// What the use from `from` to `to` of the cycle costs more than the rates' prices.
Int128 surcharge(const PriceTable& prices, std::int64_t from, std::int64_t to) {
  Int128 sum = 0;
  for (std::size_t i = 0; i < prices.steps.size(); ++i) {
    const std::int64_t begin = std::max(from, prices.steps[i].from.wh);
    const std::int64_t end =
        i + 1 < prices.steps.size() ? std::min(to, prices.steps[i + 1].from.wh) : to;
    if (begin < end) sum += Int128{end - begin} * prices.steps[i].surcharge.e8;
  }
  return sum;
}

std::int64_t magnitude(Money money) { return money < Money{} ? -money.fen : money.fen; }

}  // namespace

ShadowResult compare_shadow(const ShadowPoint& before, const ShadowPoint& now,
                            const PriceTable& prices, const ShadowTolerance& tolerance) {
  ShadowResult result;
  if (before.epoch != now.epoch || before.price_version != now.price_version) return result;
  std::int64_t used = 0;
  Int128 cost = 0;
  for (std::size_t rate = 0; rate < before.rate_wh.size(); ++rate) {
    const std::int64_t rise = now.rate_wh[rate] - before.rate_wh[rate];
    if (rise < 0) return result;
    used += rise;
    cost += Int128{rise} * prices.rate_price[rate].e8;
  }
  if (!prices.steps.empty()) {
    if (now.cycle < before.cycle) return result;
    cost += surcharge(prices, before.cycle.wh, before.cycle.wh + used);
  }
  const Money spent{static_cast<std::int64_t>((2 * cost + kE9) / (2 * kE9))};
  const Money delivered = now.delivered - before.delivered;
  result.expected = before.balance + delivered - spent;
  result.difference = now.balance - result.expected;
  const Int128 moved = Int128{magnitude(spent)} + magnitude(delivered);
  const Int128 allowed = Int128{tolerance.fixed.fen} * 1'000 + moved * tolerance.per_mille;
  result.verdict = Int128{magnitude(result.difference)} * 1'000 > allowed ? ShadowVerdict::differs
                                                                          : ShadowVerdict::agrees;
  return result;
}

}  // namespace paymeter::domain

// Charges twice, without and with the late reading; the difference is the correction.
#include "paymeter/domain/rating/late.hpp"

#include <algorithm>
#include <map>

namespace paymeter::domain::rating {
namespace {

using Sums = std::map<Month, MonthCharge>;

enum class Sign { plus, minus };

void add(std::vector<BillFee>& sums, const std::vector<BillFee>& amounts, Sign sign) {
  for (const BillFee& amount : amounts) {
    auto sum = std::ranges::find(sums, amount.name, &BillFee::name);
    if (sum == sums.end()) sum = sums.insert(sums.end(), {amount.name, {}});
    sum->amount = sign == Sign::plus ? sum->amount + amount.amount : sum->amount - amount.amount;
  }
}

Result<VersionedState> charge_all(const Timeline& timeline, const VersionedState& before,
                                  std::span<const RegisterReading> readings, Sums& sums,
                                  Sign sign) {
  VersionedCharger charger = VersionedCharger::resume(timeline, before);
  for (const RegisterReading& reading : readings) {
    const auto charges = charger.charge(reading);
    if (!charges) return fail(charges.error());
    for (const MonthCharge& charge : *charges) {
      MonthCharge& sum = sums[charge.month];
      sum.month = charge.month;
      add(sum.lines, charge.lines, sign);
      add(sum.fees, charge.fees, sign);
      sum.total = sign == Sign::plus ? sum.total + charge.total : sum.total - charge.total;
    }
  }
  return charger.state();
}

bool changes_nothing(const MonthCharge& charge) {
  const auto zero = [](const BillFee& entry) { return entry.amount == Money{}; };
  return std::ranges::all_of(charge.lines, zero) && std::ranges::all_of(charge.fees, zero);
}

}  // namespace

Result<Correction> price_late(const Timeline& timeline, const VersionedState& before,
                              std::span<const RegisterReading> known, const RegisterReading& late) {
  std::vector<RegisterReading> complete(known.begin(), known.end());
  complete.insert(std::ranges::upper_bound(complete, late.at, {}, &RegisterReading::at), late);
  Sums sums;
  auto state = charge_all(timeline, before, complete, sums, Sign::plus);
  if (!state) return fail(state.error());
  const auto old = charge_all(timeline, before, known, sums, Sign::minus);
  if (!old) return fail(old.error());
  Correction correction{{}, std::move(*state)};
  for (auto& [month, charge] : sums)
    if (!changes_nothing(charge)) correction.charges.push_back(std::move(charge));
  return correction;
}

}  // namespace paymeter::domain::rating

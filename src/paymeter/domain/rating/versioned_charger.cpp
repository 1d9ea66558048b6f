// Charges by versions, as differences of the month's merged bills.
#include "paymeter/domain/rating/versioned_charger.hpp"

#include <map>
#include <utility>

#include "paymeter/domain/rating/walk.hpp"

namespace paymeter::domain::rating {
namespace {

const Schedule& schedule_at(const Timeline& timeline, UtcMs at) {
  return *timeline.at(day_number_at(at, timeline.utc_offset())).schedule;
}

std::map<Month, std::vector<OpenBill>> by_month(std::vector<OpenBill> parts) {
  std::map<Month, std::vector<OpenBill>> months;
  for (OpenBill& part : parts) months[part.month].push_back(std::move(part));
  return months;
}

std::vector<OpenBill> open_parts(const VersionedState& state) {
  std::vector<OpenBill> parts = state.earlier;
  if (state.state.bill) parts.push_back(*state.state.bill);
  return parts;
}

}  // namespace

VersionedCharger::VersionedCharger(const Timeline& timeline, const RegisterReading& first,
                                   std::int64_t cycle_used)
    : timeline_(&timeline) {
  state_.state = Charger(schedule_at(timeline, first.at), first, cycle_used).state();
}

VersionedCharger VersionedCharger::resume(const Timeline& timeline, VersionedState state) {
  VersionedCharger charger(timeline);
  charger.state_ = std::move(state);
  return charger;
}

Result<std::optional<MonthBill>> VersionedCharger::open_bill() const {
  const std::vector<OpenBill> parts = open_parts(state_);
  if (parts.empty()) return std::optional<MonthBill>{};
  auto bill = make_month_bill(*timeline_, parts);
  if (!bill) return fail(bill.error());
  return std::optional<MonthBill>{std::move(*bill)};
}

Result<std::vector<MonthCharge>> VersionedCharger::charge(const RegisterReading& next) {
  const auto before = open_bill();
  if (!before) return fail(before.error());
  Walk walk(*timeline_, state_.state);
  if (auto ok = walk.advance(next); !ok) return fail(ok.error());
  walk.settle();
  VersionedState after{std::move(walk.state()), {}};
  std::vector<OpenBill> parts = state_.earlier;
  parts.insert(parts.end(), walk.closed().begin(), walk.closed().end());
  for (const OpenBill& part : parts)
    if (part.month == after.state.bill->month) after.earlier.push_back(part);
  parts.push_back(*after.state.bill);
  std::vector<MonthCharge> charges;
  for (const auto& [month, month_parts] : by_month(std::move(parts))) {
    const auto bill = make_month_bill(*timeline_, month_parts);
    if (!bill) return fail(bill.error());
    const bool begun = before->has_value() && (*before)->month == month;
    charges.push_back(difference(*bill, begun ? &**before : nullptr));
  }
  state_ = std::move(after);
  return charges;
}

Result<std::vector<MonthBill>> price_versions(const Timeline& timeline,
                                              std::span<const RegisterReading> readings) {
  std::vector<MonthBill> bills;
  if (readings.empty()) return bills;
  const auto numbered = [](std::size_t index) { return "reading " + std::to_string(index + 1); };
  if (readings[0].value < 0 || readings[0].value > kReadingMax)
    return fail(Errc::readings_invalid, numbered(0));
  Walk walk(timeline, VersionedCharger(timeline, readings[0]).state().state);
  for (std::size_t i = 1; i < readings.size(); ++i)
    if (auto ok = walk.advance(readings[i]); !ok) return fail(ok.error().code, numbered(i));
  walk.settle();
  std::vector<OpenBill> parts = std::move(walk.closed());
  if (walk.state().bill) parts.push_back(std::move(*walk.state().bill));
  for (const auto& [month, month_parts] : by_month(std::move(parts))) {
    auto bill = make_month_bill(timeline, month_parts);
    if (!bill) return fail(bill.error());
    bills.push_back(std::move(*bill));
  }
  return bills;
}

}  // namespace paymeter::domain::rating

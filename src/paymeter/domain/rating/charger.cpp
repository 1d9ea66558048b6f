// Charges as differences: the month's amounts after a reading less those before it.
#include "paymeter/domain/rating/charger.hpp"

#include <utility>

#include "paymeter/base/assert.hpp"
#include "paymeter/domain/rating/walk.hpp"

namespace paymeter::domain::rating {
namespace {

std::string reading_number(std::size_t index) { return "reading " + std::to_string(index + 1); }

ChargerState starting_state(const Schedule& schedule, const RegisterReading& first,
                            std::int64_t cycle_used) {
  PAYMETER_ASSERT(first.value >= 0 && first.value <= kReadingMax);
  PAYMETER_ASSERT(cycle_used >= 0 && cycle_used <= kReadingMax);
  ChargerState state;
  state.last = first;
  state.cycle_start =
      schedule.cycle_start(local_day(day_number_at(first.at, schedule.utc_offset())));
  state.cycle_used = cycle_used;
  return state;
}

/// `before` empty = nothing was charged of this month yet.
Charge difference(const Bill& after, const Bill* before) {
  Charge charge;
  charge.month = after.month;
  for (std::size_t i = 0; i < after.lines.size(); ++i)
    charge.lines.push_back(after.lines[i].amount -
                           (before == nullptr ? Money{} : before->lines[i].amount));
  for (std::size_t i = 0; i < after.fees.size(); ++i)
    charge.fees.push_back(after.fees[i].amount -
                          (before == nullptr ? Money{} : before->fees[i].amount));
  charge.total = after.total - (before == nullptr ? Money{} : before->total);
  return charge;
}

}  // namespace

Charger::Charger(const Schedule& schedule, const RegisterReading& first, std::int64_t cycle_used)
    : schedule_(&schedule), state_(starting_state(schedule, first, cycle_used)) {}

Charger Charger::resume(const Schedule& schedule, ChargerState state) {
  PAYMETER_ASSERT(!state.bill || state.bill->lines.size() == schedule.tariff().lines.size());
  Charger charger;
  charger.schedule_ = &schedule;
  charger.state_ = std::move(state);
  return charger;
}

Result<std::optional<Bill>> Charger::open_bill() const {
  if (!state_.bill) return std::optional<Bill>{};
  auto bill = make_bill(*schedule_, *state_.bill);
  if (!bill) return fail(bill.error());
  return std::optional<Bill>{std::move(*bill)};
}

Result<std::vector<Charge>> Charger::charge(const RegisterReading& next) {
  const auto before = open_bill();
  if (!before) return fail(before.error());
  Walk walk(*schedule_, state_);
  if (auto ok = walk.advance(next); !ok) return fail(ok.error());
  walk.settle();
  std::vector<Charge> charges;
  const auto add = [&](const OpenBill& open) -> Result<> {
    const auto after = make_bill(*schedule_, open);
    if (!after) return fail(after.error());
    const bool begun = before->has_value() && (*before)->month == open.month;
    charges.push_back(difference(*after, begun ? &**before : nullptr));
    return {};
  };
  for (const OpenBill& open : walk.closed())
    if (auto ok = add(open); !ok) return fail(ok.error());
  if (auto ok = add(*walk.state().bill); !ok) return fail(ok.error());
  state_ = std::move(walk.state());
  return charges;
}

Result<Statement> price_readings(const Schedule& schedule,
                                 std::span<const RegisterReading> readings) {
  if (readings.empty()) return Statement{};
  if (readings[0].value < 0 || readings[0].value > kReadingMax)
    return fail(Errc::readings_invalid, reading_number(0));
  Walk walk(schedule, starting_state(schedule, readings[0], 0));
  for (std::size_t i = 1; i < readings.size(); ++i) {
    auto ok = walk.advance(readings[i]);
    if (ok && readings[i].at - readings[0].at > kSpanMax) ok = fail(Errc::readings_span_too_long);
    if (!ok) return fail(ok.error().code, reading_number(i));
  }
  walk.settle();
  std::vector<OpenBill> bills = std::move(walk.closed());
  if (walk.state().bill) bills.push_back(std::move(*walk.state().bill));
  return make_statement(schedule, bills);
}

}  // namespace paymeter::domain::rating

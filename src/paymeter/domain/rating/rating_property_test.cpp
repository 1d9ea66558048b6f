// What holds for every tariff and every series. A failure prints the seed to replay it with.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "paymeter/domain/rating/rating_test_cases.hpp"

namespace paymeter::domain::rating {
namespace {

using Readings = std::vector<RegisterReading>;

/// Adds the register's value at every midnight and half-hour: tests' days change on half-hours.
Readings with_all_cuts(const Readings& readings) {
  constexpr std::int64_t kHalfHourMs = 1'800'000;
  Readings out{readings.front()};
  for (std::size_t i = 1; i < readings.size(); ++i) {
    const RegisterReading &last = readings[i - 1], &next = readings[i];
    std::int64_t cut = (last.at.value / kHalfHourMs + 1) * kHalfHourMs;
    for (; cut < next.at.value; cut += kHalfHourMs)
      out.push_back({{cut}, reading_at(last, next, {cut})});
    out.push_back(next);
  }
  return out;
}

struct Sums {
  std::vector<Money> lines, fees;
  Money total{};
};

void add(std::vector<Money>& sums, const std::vector<Money>& amounts) {
  sums.resize(amounts.size());
  for (std::size_t i = 0; i < amounts.size(); ++i) sums[i] = sums[i] + amounts[i];
}

/// Charges from `charger` on, by month.
std::map<Month, Sums> charge_all(Charger& charger, std::span<const RegisterReading> readings) {
  std::map<Month, Sums> sums;
  for (const RegisterReading& reading : readings) {
    const auto charges = charger.charge(reading);
    RC_ASSERT(charges.has_value());
    for (const Charge& charge : *charges) {
      Sums& sum = sums[charge.month];
      add(sum.lines, charge.lines);
      add(sum.fees, charge.fees);
      sum.total = sum.total + charge.total;
    }
  }
  return sums;
}

Statement priced(const Schedule& schedule, const Readings& readings) {
  auto statement = price_readings(schedule, readings);
  RC_ASSERT(statement.has_value());
  return *statement;
}

}  // namespace

RC_GTEST_PROP(RatingProperty, ChargesAddUpToTheBills, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const Readings readings = testing::draw_readings();
  const Statement statement = priced(schedule, readings);
  Charger charger(schedule, readings[0]);
  auto sums = charge_all(charger, std::span(readings).subspan(1));
  RC_ASSERT(sums.size() == statement.bills.size());
  for (const Bill& bill : statement.bills) {
    const Sums& sum = sums[bill.month];
    for (std::size_t i = 0; i < bill.lines.size(); ++i)
      RC_ASSERT(sum.lines[i] == bill.lines[i].amount);
    for (std::size_t i = 0; i < bill.fees.size(); ++i)
      RC_ASSERT(sum.fees[i] == bill.fees[i].amount);
    RC_ASSERT(sum.total == bill.total);
  }
  RC_ASSERT(*charger.open_bill().value() == statement.bills.back());
}

RC_GTEST_PROP(RatingProperty, ReplayFromAnyStateGivesTheSame, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const Readings readings = testing::draw_readings();
  Charger charger(schedule, readings[0]);
  std::vector<ChargerState> states{charger.state()};
  for (std::size_t i = 1; i < readings.size(); ++i) {
    RC_ASSERT(charger.charge(readings[i]).has_value());
    states.push_back(charger.state());
  }
  const auto from = static_cast<std::size_t>(testing::draw(0, static_cast<int>(states.size()) - 1));
  Charger again = Charger::resume(schedule, states[from]);
  charge_all(again, std::span(readings).subspan(from + 1));
  RC_ASSERT(again.state() == charger.state());
}

RC_GTEST_PROP(RatingProperty, ReadingsAtEveryCutChangeNothing, ()) {
  // A single reading inserted may: the floor rule then starts anew from it.
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const Readings readings = testing::draw_readings();
  RC_ASSERT(priced(schedule, with_all_cuts(readings)) == priced(schedule, readings));
}

RC_GTEST_PROP(RatingProperty, AReadingWhereInterpolationIsExactChangesNothing, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  // So many Wh per 100 ms, from a multiple of 100 ms: exact at every multiple.
  const RegisterReading first{{1'767'225'600'000 + 100LL * testing::draw(0, 1'000'000'000)}, 7};
  const std::int64_t tenths = testing::draw(2, 20'000'000), per_tenth = testing::draw(0, 3);
  const RegisterReading last{{first.at.value + 100 * tenths}, 7 + tenths * per_tenth};
  const std::int64_t split = testing::draw(1, static_cast<int>(tenths) - 1);
  const RegisterReading middle{{first.at.value + 100 * split}, 7 + split * per_tenth};
  RC_ASSERT(priced(schedule, {first, middle, last}) == priced(schedule, {first, last}));
}

RC_GTEST_PROP(RatingProperty, QuantitiesAndAmountsAreThoseOfTheParts, ()) {
  const Tariff tariff = testing::draw_tariff();
  const Schedule schedule = testing::schedule(tariff);
  const Readings readings = testing::draw_readings();
  const Statement statement = priced(schedule, readings);
  std::int64_t used = 0;
  Money total{};
  for (const Bill& bill : statement.bills) {
    Money sum{};
    for (const BillLine& line : bill.lines) {
      RC_ASSERT(line.quantity == bill.lines[0].quantity);
      RC_ASSERT(line.amount == round_cost(exact_cost(line.parts), tariff.rounding).value());
      std::int64_t quantity = 0;
      for (const Part& part : line.parts) {
        RC_ASSERT(part.quantity > 0);
        quantity += part.quantity;
      }
      RC_ASSERT(quantity == line.quantity);
      sum = sum + line.amount;
    }
    for (const BillFee& fee : bill.fees) sum = sum + fee.amount;
    RC_ASSERT(sum == bill.total);
    used += bill.lines[0].quantity;
    total = total + bill.total;
  }
  RC_ASSERT(used == readings.back().value - readings.front().value);
  RC_ASSERT(total == statement.total);
}

RC_GTEST_PROP(RatingProperty, NoUseCostsNothing, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  Readings readings = testing::draw_readings();
  for (RegisterReading& reading : readings) reading.value = readings[0].value;
  for (const Bill& bill : priced(schedule, readings).bills)
    for (const BillLine& line : bill.lines)
      RC_ASSERT((line == BillLine{line.name, 0, Money{0}, {}}));
}

RC_GTEST_PROP(RatingProperty, MoreUseNeverCostsLess, ()) {
  // With readings at every cut, positive prices and ascending surcharges: interpolation alone may
  // move a Wh into a cheaper hour, and falling surcharges may make the rest cheaper.
  const Schedule schedule = testing::schedule(testing::draw_tariff(testing::PriceSign::positive));
  const Readings less = with_all_cuts(testing::draw_readings());
  Readings more = less;
  const auto from = static_cast<std::size_t>(testing::draw(1, static_cast<int>(less.size()) - 1));
  const int extra = testing::draw(1, 10'000);
  for (std::size_t i = from; i < more.size(); ++i) more[i].value += extra;
  const Statement cheaper = priced(schedule, less), dearer = priced(schedule, more);
  for (std::size_t i = 0; i < cheaper.bills.size(); ++i)
    RC_ASSERT(dearer.bills[i].total >= cheaper.bills[i].total);
}

}  // namespace paymeter::domain::rating

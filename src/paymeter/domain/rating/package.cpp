// A month's included quantity, then the tariff's prices.
#include <algorithm>

#include "paymeter/domain/rating/charger.hpp"
#include "paymeter/domain/rating/shared.hpp"

namespace paymeter::domain::rating {
namespace {

Result<> check(const Tariff& tariff, const Package& package) {
  const auto invalid = [](const char* why) { return fail(Errc::tariff_value_invalid, why); };
  for (const TariffLine& line : tariff.lines)
    if (!line.steps.empty()) return invalid("package: its tariff must not have steps");
  if (package.fee < Money{} || package.fee > kFeeMax) return invalid("package: fee out of range");
  if (package.included < 0 || package.included > kReadingMax)
    return invalid("package: quantity out of range");
  return {};
}

/// The package as a step of the month: everything up to `included` is step 0. Prices by rate come
/// back as what step 1 costs.
Tariff counted(Tariff tariff, const Package& package) {
  tariff.cycle = {};
  tariff.scale = {};
  for (TariffLine& line : tariff.lines)
    line.steps = {{{}, {{Int128{package.included} * 100'000, {}}}}};
  return tariff;
}

}  // namespace

Result<Schedule> package_schedule(const Schedule& schedule, const Package& package) {
  if (auto ok = check(schedule.tariff(), package); !ok) return fail(ok.error());
  return Schedule::compile(counted(schedule.tariff(), package), schedule.utc_offset());
}

Result<Statement> price_package(const Schedule& schedule, const Package& package,
                                std::span<const RegisterReading> readings) {
  const auto steps = package_schedule(schedule, package);
  if (!steps) return fail(steps.error());
  auto statement = price_readings(*steps, readings);
  if (!statement) return fail(statement.error());
  statement->total = {};
  for (Bill& bill : statement->bills) {
    bill.fees.insert(bill.fees.begin(), {package.name, package.fee});
    bill.total = {};
    for (BillLine& line : bill.lines) {
      for (Part& part : line.parts)
        if (part.step == 0) part.unit_price = {};
      const auto amount = round_cost(exact_cost(line.parts), schedule.tariff().rounding);
      if (!amount) return fail(amount.error());
      line.amount = *amount;
      const auto sum = checked_add(bill.total, line.amount);
      if (!sum) return fail(Errc::rating_amount_too_large);
      bill.total = *sum;
    }
    for (const BillFee& fee : bill.fees) bill.total = bill.total + fee.amount;
    const auto total = checked_add(statement->total, bill.total);
    if (!total) return fail(Errc::rating_amount_too_large);
    statement->total = *total;
  }
  return statement;
}

}  // namespace paymeter::domain::rating

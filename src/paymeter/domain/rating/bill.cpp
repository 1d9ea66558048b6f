// From parts to money: the only place where a cost is rounded.
#include "paymeter/domain/rating/bill.hpp"

#include <algorithm>
#include <tuple>

namespace paymeter::domain::rating {
namespace {

constexpr Int128 kE11PerFen = 1'000'000'000;

Result<Money> add_up(Money sum, Money amount) {
  const auto added = checked_add(sum, amount);
  return added ? *added : Result<Money>(fail(Errc::rating_amount_too_large));
}

Money fee_amount(const Fee& fee, const OpenBill& open) {
  // In range: kFeeMax × 31 days.
  return fee.per == FeePeriod::month ? fee.amount : Money{fee.amount.fen * open.day_count};
}

}  // namespace

Int128 exact_cost(const Parts& parts) {
  Int128 cost = 0;
  for (const Part& part : parts) cost += Int128{part.quantity} * part.unit_price.e8;
  return cost;
}

Result<Money> round_cost(Int128 cost_e11, Rounding rounding) {
  const Int128 magnitude = cost_e11 < 0 ? -cost_e11 : cost_e11;
  const Int128 bias = rounding == Rounding::half_up ? kE11PerFen / 2 : 0;
  const Int128 fen = (magnitude + bias) / kE11PerFen;
  if (fen > kMoneyMax.fen) return fail(Errc::rating_amount_too_large);
  const auto amount = static_cast<std::int64_t>(fen);
  return Money{cost_e11 < 0 ? -amount : amount};
}

BillLine make_line(const std::string& name, const Parts& parts, Money amount) {
  BillLine line{name, 0, amount, parts};
  std::ranges::sort(line.parts, {}, [](const Part& part) {
    return std::tuple(part.rate, part.step, part.unit_price);
  });
  for (const Part& part : parts) line.quantity += part.quantity;
  return line;
}

Result<Bill> make_bill(const Schedule& schedule, const OpenBill& open) {
  const Tariff& tariff = schedule.tariff();
  Bill bill;
  bill.month = open.month;
  Result<Money> total = Money{};
  for (std::size_t i = 0; i < tariff.lines.size() && total; ++i) {
    const auto amount = round_cost(exact_cost(open.lines[i]), tariff.rounding);
    if (!amount) return fail(amount.error());
    bill.lines.push_back(make_line(tariff.lines[i].name, open.lines[i], *amount));
    total = add_up(*total, *amount);
  }
  for (std::size_t i = 0; i < tariff.fees.size() && total; ++i) {
    const Money amount = fee_amount(tariff.fees[i], open);
    bill.fees.push_back({tariff.fees[i].name, amount});
    total = add_up(*total, amount);
  }
  if (!total) return fail(total.error());
  bill.total = *total;
  return bill;
}

Result<Statement> make_statement(const Schedule& schedule, const std::vector<OpenBill>& bills) {
  Statement statement;
  for (const OpenBill& open : bills) {
    auto bill = make_bill(schedule, open);
    if (!bill) return fail(bill.error());
    const auto total = add_up(statement.total, bill->total);
    if (!total) return fail(total.error());
    statement.total = *total;
    statement.bills.push_back(std::move(*bill));
  }
  return statement;
}

}  // namespace paymeter::domain::rating

// Merges a month's parts under several versions, by name.
#include "paymeter/domain/rating/month_bill.hpp"

#include <algorithm>
#include <tuple>

#include "paymeter/base/assert.hpp"

namespace paymeter::domain::rating {
namespace {

/// The entry of that name, added at the end when there is none.
template <class T>
T& named(std::vector<T>& entries, const std::string& name) {
  const auto found = std::ranges::find(entries, name, &T::name);
  if (found != entries.end()) return *found;
  entries.push_back({});
  entries.back().name = name;
  return entries.back();
}

/// Parts as a bill lists them.
Parts in_order(Parts parts) {
  std::ranges::sort(parts, {}, [](const Part& part) {
    return std::tuple(part.rate, part.step, part.unit_price);
  });
  return parts;
}

/// Adds up a bill's amounts; the first that overflows ends it.
class Merger {
 public:
  Merger(const Timeline& timeline, const std::vector<OpenBill>& parts)
      : timeline_(timeline), parts_(parts) {}

  Result<MonthBill> run() {
    bill_.month = parts_.front().month;
    for (const OpenBill& part : parts_) {
      add_lines(part);
      add_fees(part);
    }
    const Rounding rounding = schedule(parts_.front()).tariff().rounding;
    for (std::size_t i = 0; i < bill_.lines.size(); ++i) {
      const auto amount = round_cost(costs_[i], rounding);
      if (!amount) return fail(amount.error());
      bill_.lines[i].amount = *amount;
      if (!add(bill_.total, *amount)) return fail(Errc::rating_amount_too_large);
    }
    for (const BillFee& fee : bill_.fees)
      if (!add(bill_.total, fee.amount)) return fail(Errc::rating_amount_too_large);
    return std::move(bill_);
  }

 private:
  static bool add(Money& sum, Money amount) {
    const auto added = checked_add(sum, amount);
    if (added) sum = *added;
    return added.has_value();
  }
  const Schedule& schedule(const OpenBill& part) const {
    const Schedule* found = timeline_.find(part.version);
    PAYMETER_ASSERT(found != nullptr);
    return *found;
  }
  void add_lines(const OpenBill& part);
  void add_fees(const OpenBill& part);

  const Timeline& timeline_;
  const std::vector<OpenBill>& parts_;
  MonthBill bill_;
  std::vector<Int128> costs_;  ///< beside bill_.lines
};

void Merger::add_lines(const OpenBill& part) {
  const Schedule& tariff = schedule(part);
  for (std::size_t i = 0; i < part.lines.size(); ++i) {
    MonthLine& line = named(bill_.lines, tariff.tariff().lines[i].name);
    costs_.resize(bill_.lines.size());
    costs_[static_cast<std::size_t>(&line - bill_.lines.data())] += exact_cost(part.lines[i]);
    for (const Part& use : in_order(part.lines[i])) {
      line.quantity += use.quantity;
      line.parts.push_back(
          {part.version, tariff.rates()[use.rate], use.step, use.quantity, use.unit_price});
    }
  }
}

void Merger::add_fees(const OpenBill& part) {
  for (const Fee& fee : schedule(part).tariff().fees) {
    if (fee.per == FeePeriod::month && &part != &parts_.front()) continue;
    // In range: kFeeMax × 31 days, a few versions.
    const std::int64_t times = fee.per == FeePeriod::month ? 1 : part.day_count;
    BillFee& sum = named(bill_.fees, fee.name);
    sum.amount = sum.amount + Money{fee.amount.fen * times};
  }
}

template <class T>
std::vector<BillFee> differences(const std::vector<T>& after, const std::vector<T>* before) {
  std::vector<BillFee> out;
  for (const T& entry : after) {
    Money amount = entry.amount;
    if (before != nullptr)
      if (const auto old = std::ranges::find(*before, entry.name, &T::name); old != before->end())
        amount = amount - old->amount;
    out.push_back({entry.name, amount});
  }
  return out;
}

}  // namespace

Result<MonthBill> make_month_bill(const Timeline& timeline, const std::vector<OpenBill>& parts) {
  PAYMETER_ASSERT(!parts.empty());
  return Merger(timeline, parts).run();
}

MonthCharge difference(const MonthBill& after, const MonthBill* before) {
  return {after.month, differences(after.lines, before == nullptr ? nullptr : &before->lines),
          differences(after.fees, before == nullptr ? nullptr : &before->fees),
          before == nullptr ? after.total : after.total - before->total};
}

}  // namespace paymeter::domain::rating

// Lots are bought, used oldest first, and given back at their price.
#include "paymeter/service/quantity_pass.hpp"

#include <algorithm>

#include "paymeter/domain/rating/bill_text.hpp"
#include "paymeter/domain/rating/pieces.hpp"

namespace paymeter::service {
namespace {

namespace rating = domain::rating;
using domain::Money;
using domain::QuantityLot;
using rating::MonthBill;
using rating::RegisterReading;

std::vector<QuantityLot> plain(const std::vector<port::StoredLot>& stored) {
  std::vector<QuantityLot> lots;
  for (const port::StoredLot& lot : stored) lots.push_back(lot.lot);
  return lots;
}

class QuantityPass {
 public:
  QuantityPass(const QuantityFacts& facts, const std::map<port::MonthNumber, MonthBill>& months)
      : facts_(facts), input_(*facts.input), months_(months), lots_(input_.lots) {}

  Result<QuantityOutcome> run() {
    if (auto ok = take_vends(); !ok) return fail(ok.error());
    charged_ = input_.charged;
    RegisterReading from = input_.billing.revision == 0 ? facts_.start : input_.billing.posted;
    out_.posted_or_open_to = from;
    const Millis offset = facts_.timeline->utc_offset();
    for (std::size_t i = 0; i < facts_.accepted.size(); ++i) {
      const RegisterReading& reading = facts_.accepted[i];
      if (reading.at <= from.at) continue;
      out_.posted_or_open_to = reading;
      const auto day = rating::day_number_at(reading.at - Millis{1}, offset);
      const bool is_last = i + 1 == facts_.accepted.size();
      const bool closes =
          !is_last && rating::day_number_at(facts_.accepted[i + 1].at - Millis{1}, offset) != day;
      if (!closes && !(is_last && facts_.everything)) continue;
      if (auto ok = post(day, from, reading, closes ? "day" : facts_.cause); !ok)
        return fail(ok.error());
      from = reading;
    }
    const std::vector<QuantityLot> lots = plain(lots_);
    const std::int64_t used = out_.posted_or_open_to.value - facts_.start.value;
    // A payment for what was used on credit: its charge needs no further reading.
    const RegisterReading last = out_.posted_or_open_to;
    if (facts_.everything && domain::value_of_use(lots, used) != charged_)
      if (auto ok =
              post(rating::day_number_at(last.at - Millis{1}, offset), last, last, facts_.cause);
          !ok)
        return fail(ok.error());
    out_.unposted = domain::value_of_use(lots, used) - charged_;
    out_.quantity_left = domain::total_quantity(lots) - used;
    return std::move(out_);
  }

 private:
  /// What the payments left over: money that bought nothing yet.
  Money credit(Money ledger) const {
    Money held{};
    for (const port::StoredLot& lot : lots_) held = held + lot.lot.value;
    return ledger + input_.charged - held;
  }

  Result<> take_vends() {
    Money ledger = input_.wallet;
    for (const port::WalletVend& vend : input_.new_vends) ledger = ledger - vend.to_meter;
    for (const port::WalletVend& vend : input_.new_vends) {
      const Money free = credit(ledger);
      ledger = ledger + vend.to_meter;
      port::StoredLot lot{0, {}, {}, vend.vend, vend.at, quantity_price(*facts_.timeline, vend.at),
                          {}};
      if (vend.to_meter < Money{}) {
        give_back(-vend.to_meter);
      } else {
        auto bought = domain::buy_quantity(vend.to_meter + std::max(free, Money{}), lot.price);
        if (!bought) return fail(bought.error());
        lot.lot = *bought;
      }
      lots_.push_back(lot);
      out_.lots.push_back(lot);
    }
    return {};
  }

  /// At the price of the lots, the oldest unused first; what they do not hold is money credit.
  void give_back(Money money) {
    std::vector<QuantityLot> lots = plain(lots_);
    domain::return_quantity(lots, input_.billing.posted.value - facts_.start.value, money);
    for (std::size_t i = 0; i < lots.size(); ++i) {
      if (lots[i] == lots_[i].lot) continue;
      lots_[i].lot = lots[i];
      const auto known = std::ranges::find(out_.lots, lots_[i].vend, &port::StoredLot::vend);
      if (known != out_.lots.end())
        known->lot = lots[i];
      else
        out_.lots.push_back(lots_[i]);
    }
  }

  Result<> post(rating::DayNumber day, const RegisterReading& from, const RegisterReading& to,
                const std::string& cause) {
    const Money value = domain::value_of_use(plain(lots_), to.value - facts_.start.value);
    const auto date = rating::local_day(day).date;
    const rating::Month month{date.year, date.month};
    MonthBill& bill = months_[port::month_number(month)];
    bill.month = month;
    if (bill.lines.empty()) bill.lines.push_back({"quantity", 0, {}, {}});
    bill.lines[0].quantity += to.value - from.value;
    bill.lines[0].amount = bill.lines[0].amount + (value - charged_);
    bill.total = bill.lines[0].amount;
    out_.postings.push_back({cause,
                             day,
                             from,
                             to,
                             {{port::month_number(month),
                               value - charged_,
                               {},
                               bill.total,
                               rating::write_bill(bill)}}});
    charged_ = value;
    return {};
  }

  const QuantityFacts& facts_;
  const port::BillingInput& input_;
  std::map<port::MonthNumber, MonthBill> months_;
  std::vector<port::StoredLot> lots_;
  Money charged_{};
  QuantityOutcome out_;
};

}  // namespace

domain::Price quantity_price(const rating::Timeline& timeline, UtcMs at) {
  const rating::Schedule& schedule =
      *timeline.at(rating::day_number_at(at, timeline.utc_offset())).schedule;
  const auto pieces = rating::pieces_of(schedule, at, at + Millis{1});
  domain::Price sum{};
  for (std::size_t line = 0; line < schedule.tariff().lines.size(); ++line)
    sum = sum + schedule.price_of(line, pieces.front().rate);
  return sum;
}

Money payment_for(std::int64_t quantity, domain::Price price) {
  constexpr std::int64_t kUnitsPerFen = 1'000'000'000;  // Wh × 10⁻⁸ yuan per kWh in a fen
  const rating::Int128 cost = rating::Int128{quantity} * price.e8 + (kUnitsPerFen - 1);
  return {static_cast<std::int64_t>(cost / kUnitsPerFen)};
}

Result<QuantityOutcome> run_quantity_pass(const QuantityFacts& facts,
                                          const std::map<port::MonthNumber, MonthBill>& months) {
  return QuantityPass(facts, months).run();
}

}  // namespace paymeter::service

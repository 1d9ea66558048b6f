// Readings of a wallet's meters become postings by day.
#include "paymeter/service/billing_pass.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/rating/bill_text.hpp"
#include "paymeter/service/quantity_pass.hpp"

namespace paymeter::service {
namespace {

namespace rating = domain::rating;
using Anchor = rating::Checkpoint::Anchor;
using domain::Money;
using rating::IncomingReading;
using rating::MonthBill;
using rating::RegisterReading;

Money sum_of(const std::vector<rating::MonthLine>& lines) {
  Money sum{};
  for (const auto& line : lines) sum = sum + line.amount;
  return sum;
}
Money sum_of(const std::vector<rating::BillFee>& fees) {
  Money sum{};
  for (const auto& fee : fees) sum = sum + fee.amount;
  return sum;
}

/// The first reading that may start a bill: where counting begins.
std::optional<RegisterReading> first_of(const std::vector<IncomingReading>& readings) {
  for (const IncomingReading& reading : readings)
    if (reading.value && *reading.value >= 0 && *reading.value <= rating::kReadingMax)
      return RegisterReading{reading.at, *reading.value};
  return std::nullopt;
}

class Pass {
 public:
  Pass(const BillingFacts& facts, bool everything, const std::string& cause)
      : facts_(facts), input_(*facts.input), everything_(everything), cause_(cause) {
    out_.step.billing = input_.billing;
    out_.step.at = facts.now;
  }

  Result<BillingOutcome> run() {
    auto start = find_start();
    if (!start) return fail(start.error());
    if (!*start) return std::move(out_);  // no reading yet
    gate();
    if (auto known = read_months(); !known) return fail(known.error());
    const bool in_quantity = facts_.terms.unit == domain::WalletUnit::quantity && !input_.is_shared;
    if (auto ok = in_quantity ? run_quantity() : run_money(); !ok) return fail(ok.error());
    out_.is_worth_storing = out_.is_worth_storing || !out_.step.postings.empty() ||
                            input_.billing.revision == 0 ||
                            input_.billing.held != out_.step.billing.held;
    return std::move(out_);
  }

 private:
  /// False: nothing was ever read.
  Result<bool> find_start() {
    if (input_.billing.revision != 0) {
      auto stored = rating::read_checkpoint(*facts_.timeline, input_.billing.checkpoint);
      if (!stored) return fail(stored.error());
      checkpoint_ = std::move(*stored);
      return true;
    }
    std::optional<RegisterReading> first;
    for (const MeterReadings& meter : facts_.meters)
      if (const auto own = first_of(meter.readings); own && (!first || own->at < first->at))
        first = own;
    if (!first) return false;
    if (input_.is_shared) first->value = 0;
    checkpoint_.charged = rating::VersionedCharger(*facts_.timeline, *first).state();
    out_.step.billing.posted = *first;
    return true;
  }

  Anchor anchor_of(const MeterReadings& meter) const {
    for (const Anchor& anchor : checkpoint_.anchors)
      if (anchor.meter == meter.meter.value) return anchor;
    return {meter.meter.value, first_of(meter.readings).value_or(RegisterReading{facts_.now, 0})};
  }

  void gate() {
    std::optional<rating::BillingHold> hold;
    for (const MeterReadings& meter : facts_.meters) {
      const Anchor anchor = anchor_of(meter);
      std::vector<IncomingReading> incoming;
      for (const IncomingReading& reading : meter.readings)
        if (reading.at > anchor.reading.at) incoming.push_back(reading);
      auto gated =
          rating::gate_series(meter.gate, anchor.reading, incoming, facts_.now, anchor.jump);
      const UtcMs last = gated.accepted.empty() ? anchor.reading.at : gated.accepted.back().at;
      if (!gated.hold && facts_.now - last > facts_.silence_max && is_read(meter.meter))
        gated.hold = rating::BillingHold{last, Errc::reading_missing};
      if (gated.hold && (!hold || gated.hold->since < hold->since)) hold = gated.hold;
      note_gaps(anchor.reading, gated.accepted, meter.gate.gap_max);
      series_.push_back({anchor.still.value_or(anchor.reading), std::move(gated.accepted)});
      anchors_.push_back({anchor, std::move(gated.turns)});
    }
    out_.step.billing.held = hold;
    if (input_.is_shared) hold_ended_still();
  }

  /// Over a long gap use is spread evenly: whoever reads the charge shall know.
  void note_gaps(RegisterReading last, const std::vector<RegisterReading>& accepted,
                 Millis gap_max) {
    for (const RegisterReading& reading : accepted) {
      const bool is_long = reading.at - last.at > gap_max;
      if (is_long && reading.value != last.value) gaps_.push_back({last.at, reading.at});
      last = reading;
    }
  }

  /// Is a part of what was used between the two instants spread over a long gap?
  bool is_estimated(UtcMs from, UtcMs to) const {
    return std::ranges::any_of(gaps_,
                               [&](const Gap& gap) { return gap.from < to && from < gap.to; });
  }

  /// Is a device at the place whose readings count? Not after a final reading.
  bool is_read(MeterId meter) const {
    const auto found = std::ranges::find(input_.meters, meter, &port::BilledMeter::meter);
    if (found == input_.meters.end() || found->to) return false;
    return found->devices.empty() || found->devices.back().next_start_wh;
  }

  /// A sum waits for meters that lag behind: one whose final reading is known does not lag.
  void hold_ended_still() {
    UtcMs newest{};
    for (const rating::SummedSeries& one : series_) newest = std::max(newest, last_of(one).at);
    for (std::size_t i = 0; i < series_.size(); ++i)
      if (!is_read(facts_.meters[i].meter) && last_of(series_[i]).at < newest)
        series_[i].accepted.push_back({newest, last_of(series_[i]).value});
  }

  static const RegisterReading& last_of(const rating::SummedSeries& one) {
    return one.accepted.empty() ? one.start : one.accepted.back();
  }

  Result<> read_months() {
    for (const port::BilledMonth& month : input_.months) {
      auto bill = rating::read_bill(month.bill);
      if (!bill) return fail(bill.error());
      months_.emplace(month.month, std::move(*bill));
    }
    return {};
  }

  /// The difference that `bill` makes to its month; nothing = none.
  std::optional<port::MonthCharge> difference(const MonthBill& bill) {
    const auto number = port::month_number(bill.month);
    const MonthBill& before = months_[number];
    if (before == bill) return std::nullopt;
    port::MonthCharge charge{number, sum_of(bill.lines) - sum_of(before.lines),
                             sum_of(bill.fees) - sum_of(before.fees), bill.total,
                             rating::write_bill(bill)};
    months_[number] = bill;
    return charge;
  }

  void post(rating::DayNumber day, const RegisterReading& from, const RegisterReading& to,
            const std::vector<MonthBill>& bills, const std::string& cause) {
    const bool estimated = cause == "day" && is_estimated(from.at, to.at);
    port::DayPosting posting{estimated ? "estimated" : cause, day, from, to, {}};
    for (const MonthBill& bill : bills)
      if (auto charge = difference(bill)) posting.months.push_back(std::move(*charge));
    out_.step.billing.posted = to;
    if (!posting.months.empty()) out_.step.postings.push_back(std::move(posting));
  }

  Result<> run_money() {
    const RegisterReading start = checkpoint_.charged.state.last;
    const auto points =
        input_.is_shared  ? rating::sum_registers(*facts_.timeline, start, series_, facts_.lag_max)
        : series_.empty() ? std::vector<RegisterReading>{}
                          : series_.front().accepted;
    out_.billed_to = points.empty() ? start.at : points.back().at;
    std::optional<rating::Package> package;
    if (!facts_.terms.package_name.empty())
      package = rating::Package{facts_.terms.package_name, facts_.terms.package_fee,
                                facts_.terms.package_included};
    const auto run = rating::run_billing(
        *facts_.timeline, checkpoint_.charged, points,
        {input_.billing.posted.at, out_.billed_to - facts_.late_window}, package);
    if (!run) return fail(run.error());
    for (const rating::DayCharge& day : run->closed)
      post(day.day, day.from, day.to, day.bills, "day");
    // Readings may have become nonsense since (a limit, an older meter's late one): charges never
    // go back in time, the next one beyond takes the difference.
    const bool goes_on = run->open && run->open->to.at >= input_.billing.posted.at;
    if (goes_on && everything_)
      post(run->open->day, run->open->from, run->open->to, run->open->bills, cause_);
    else if (run->open)
      for (const MonthBill& bill : run->open->bills)
        if (const auto charge = difference(bill))
          out_.unposted = out_.unposted + charge->lines + charge->fees;
    keep_checkpoint(run->checkpoint);
    return {};
  }

  /// Anchors: per meter the last accepted reading not after the state.
  void keep_checkpoint(const rating::VersionedState& state) {
    rating::Checkpoint next{{}, state};
    const UtcMs at = state.state.last.at;
    for (std::size_t i = 0; i < series_.size(); ++i) {
      // A meter without any reading yet begins with its first.
      if (const Anchor anchor = anchor_at(at, i); anchor.reading.at <= at)
        next.anchors.push_back(anchor);
    }
    out_.step.billing.checkpoint = rating::write_checkpoint(*facts_.timeline, next);
  }

  Anchor anchor_at(UtcMs at, std::size_t i) const {
    Anchor anchor = anchors_[i].before;
    bool is_last = true;
    for (const RegisterReading& reading : series_[i].accepted) {
      is_last = reading.at <= at;
      if (!is_last) break;
      anchor.reading = reading;
      anchor.still.reset();
    }
    // The state holds the register as it stood: a later reading must not spread what it adds
    // over time that is billed for good.
    if (is_last && anchor.reading.at < at) anchor.still = {at, anchor.reading.value};
    for (const rating::GateTurn& turn : anchors_[i].turns)
      if (turn.at <= at) anchor.jump = turn.jump;
    return anchor;
  }

  Result<> run_quantity() {
    const RegisterReading start = checkpoint_.charged.state.last;
    QuantityFacts quantity{&input_, facts_.timeline, start, {}, everything_, cause_};
    if (!series_.empty()) quantity.accepted = series_.front().accepted;
    auto done = run_quantity_pass(quantity, months_);
    if (!done) return fail(done.error());
    out_.billed_to = done->posted_or_open_to.at;
    out_.unposted = done->unposted;
    out_.quantity_left = done->quantity_left;
    out_.is_worth_storing = !done->lots.empty();
    out_.step.lots = std::move(done->lots);
    out_.step.postings = std::move(done->postings);
    if (!out_.step.postings.empty()) out_.step.billing.posted = out_.step.postings.back().to;
    // The state stays at the beginning: what was used is counted from there.
    rating::Checkpoint next{{}, checkpoint_.charged};
    next.anchors.push_back({facts_.meters.front().meter.value, out_.step.billing.posted});
    out_.step.billing.checkpoint = rating::write_checkpoint(*facts_.timeline, next);
    return {};
  }

  const BillingFacts& facts_;
  const port::BillingInput& input_;
  bool everything_;
  const std::string& cause_;
  BillingOutcome out_;
  rating::Checkpoint checkpoint_;
  struct Gap {
    UtcMs from{}, to{};
  };
  std::vector<rating::SummedSeries> series_;  ///< beside facts_.meters
  struct Judged {
    Anchor before;  ///< of the checkpoint that the pass began with
    std::vector<rating::GateTurn> turns;
  };
  std::vector<Judged> anchors_;  ///< beside facts_.meters
  std::vector<Gap> gaps_;        ///< longer than a person need not know of
  std::map<port::MonthNumber, MonthBill> months_;
};

}  // namespace

std::vector<IncomingReading> one_register(const std::vector<port::DeviceEnd>& devices,
                                          std::span<const IncomingReading> raw) {
  std::vector<IncomingReading> out;
  std::int64_t offset = 0;
  bool is_known = true;  // what the register of the device in place counts from
  std::size_t next = 0;
  const auto end_device = [&](const port::DeviceEnd& device) {
    std::optional<std::int64_t> last;
    if (device.final_wh && is_known) {
      last = *device.final_wh + offset;
      if (out.empty() || out.back().at < device.to_at) out.push_back({device.to_at, last});
    }
    for (auto at = out.rbegin(); !last && at != out.rend(); ++at) last = at->value;
    // The next device begins where the old one ended: what lies between nobody measured.
    if (!is_known && device.next_start_wh && last && out.back().at < device.to_at)
      out.push_back({device.to_at, last});
    is_known = device.next_start_wh.has_value();
    offset = last.value_or(0) - device.next_start_wh.value_or(0);
    if (mistake_made(Mistake::bill_across_devices)) offset = 0;
  };
  for (const IncomingReading& reading : raw) {
    while (next < devices.size() && devices[next].to_at < reading.at) end_device(devices[next++]);
    if (!is_known) continue;
    if (!out.empty() && out.back().at == reading.at) out.pop_back();
    std::optional<std::int64_t> value = reading.value;
    if (value) *value += offset;
    out.push_back({reading.at, value});
  }
  while (next < devices.size()) end_device(devices[next++]);
  return out;
}

std::optional<UtcMs> checkpoint_time(const std::string& text) {
  constexpr std::string_view kLast = "\nlast ";
  const std::size_t at = text.find(kLast);
  if (at == std::string::npos) return std::nullopt;
  UtcMs out;
  const char* from = text.data() + at + kLast.size();
  const auto [stop, error] = std::from_chars(from, text.data() + text.size(), out.value);
  if (error != std::errc{} || stop == from) return std::nullopt;
  return out;
}

std::optional<UtcMs> load_from(const port::Billing& billing, domain::WalletUnit unit) {
  if (billing.revision == 0) return std::nullopt;
  if (unit == domain::WalletUnit::quantity && billing.meter) return billing.posted.at;
  return checkpoint_time(billing.checkpoint);
}

Result<BillingOutcome> run_pass(const BillingFacts& facts, bool everything,
                                const std::string& cause) {
  return Pass(facts, everything, cause).run();
}

}  // namespace paymeter::service

// Gate, sum and walk of what is billed, day by day.
#include "paymeter/domain/rating/billing_run.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <map>
#include <set>

#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/rating/pieces.hpp"
#include "paymeter/domain/rating/walk.hpp"

namespace paymeter::domain::rating {
namespace {

/// The local date that a reading at `at` closes or is within.
DayNumber day_of(UtcMs at, Millis utc_offset) { return day_number_at(at - Millis{1}, utc_offset); }

std::int64_t value_at(const SummedSeries& meter, UtcMs at) {
  const auto next = std::ranges::lower_bound(meter.accepted, at, {}, &RegisterReading::at);
  if (next == meter.accepted.end())
    return meter.accepted.empty() ? meter.start.value : meter.accepted.back().value;
  const RegisterReading& last = next == meter.accepted.begin() ? meter.start : *std::prev(next);
  return at <= last.at ? last.value : reading_at(last, *next, at);
}

UtcMs last_of(const SummedSeries& meter) {
  return meter.accepted.empty() ? meter.start.at : meter.accepted.back().at;
}

/// The instant up to which a sum is known.
UtcMs watermark(std::span<const SummedSeries> meters, Millis lag_max) {
  UtcMs newest{};
  for (const SummedSeries& meter : meters) newest = std::max(newest, last_of(meter));
  UtcMs mark = newest;
  for (const SummedSeries& meter : meters)
    if (newest - last_of(meter) <= lag_max) mark = std::min(mark, last_of(meter));
  return mark;
}

/// What is included costs nothing, the fee comes first.
Result<MonthBill> with_package(MonthBill bill, const Package& package, Rounding rounding) {
  bill.fees.insert(bill.fees.begin(), {package.name, package.fee});
  bill.total = {};
  for (MonthLine& line : bill.lines) {
    Int128 cost = 0;
    for (MonthPart& part : line.parts) {
      if (part.step == 0) part.unit_price = {};
      cost += Int128{part.quantity} * part.unit_price.e8;
    }
    const auto amount = round_cost(cost, rounding);
    if (!amount) return fail(amount.error());
    line.amount = *amount;
    const auto sum = checked_add(bill.total, line.amount);
    if (!sum) return fail(Errc::rating_amount_too_large);
    bill.total = *sum;
  }
  for (const BillFee& fee : bill.fees) {
    const auto sum = checked_add(bill.total, fee.amount);
    if (!sum) return fail(Errc::rating_amount_too_large);
    bill.total = *sum;
  }
  return bill;
}

class Runner {
 public:
  Runner(const Timeline& timeline, const VersionedState& start, const RunLimits& limits,
         const std::optional<Package>& package)
      : timeline_(timeline), state_(start), limits_(limits), package_(package) {
    run_.checkpoint = start;
    from_ = start.state.last;
  }

  Result<BillingRun> run(std::span<const RegisterReading> readings) {
    const Millis offset = timeline_.utc_offset();
    while (!readings.empty()) {
      const DayNumber day = day_of(readings.front().at, offset);
      const auto end = std::ranges::find_if(
          readings, [&](const RegisterReading& next) { return day_of(next.at, offset) != day; });
      const auto count = static_cast<std::size_t>(end - readings.begin());
      if (auto ok = bill_day(readings.first(count)); !ok) return fail(ok.error());
      readings = readings.subspan(count);
      snapshot(day, readings.empty());
    }
    return std::move(run_);
  }

 private:
  Result<> bill_day(std::span<const RegisterReading> readings) {
    Walk walk(timeline_, state_.state);
    for (const RegisterReading& reading : readings) {
      if (reading.at <= limits_.posted_to) from_ = reading;
      if (auto ok = walk.advance(reading); !ok) return ok;
    }
    walk.settle();
    std::map<Month, std::vector<OpenBill>> months;
    for (OpenBill& part : state_.earlier) months[part.month].push_back(std::move(part));
    for (OpenBill& part : walk.closed()) months[part.month].push_back(std::move(part));
    state_.state = std::move(walk.state());
    const OpenBill& open = *state_.state.bill;
    state_.earlier = months[open.month];
    months[open.month].push_back(open);
    for (const auto& [month, parts] : months) {
      auto bill = make_month_bill(timeline_, parts);
      if (bill && package_) {
        const Schedule* schedule = timeline_.find(parts.front().version);
        bill = with_package(std::move(*bill), *package_, schedule->tariff().rounding);
      }
      if (!bill) return fail(bill.error());
      changed_.insert_or_assign(month, std::move(*bill));
    }
    return {};
  }

  void snapshot(DayNumber day, bool is_last) {
    const RegisterReading to = state_.state.last;
    if (!is_last && to.at <= limits_.late_from) run_.checkpoint = state_;
    if (!is_last && to.at <= limits_.posted_to) return;
    DayCharge charge{day, from_, to, {}};
    for (auto& [month, bill] : changed_) charge.bills.push_back(std::move(bill));
    changed_.clear();
    from_ = to;
    if (is_last)
      run_.open = std::move(charge);
    else
      run_.closed.push_back(std::move(charge));
  }

  const Timeline& timeline_;
  VersionedState state_;
  const RunLimits& limits_;
  const std::optional<Package>& package_;
  RegisterReading from_;
  std::map<Month, MonthBill> changed_;
  BillingRun run_;
};

}  // namespace

namespace {

/// Follows the readings that make sense by themselves, billed or not.
class JumpWatch {
 public:
  JumpWatch(const GateLimits& limits, const RegisterReading& start,
            std::optional<RegisterJump> jump)
      : limits_(limits), seen_(start), jump_(jump) {}

  /// Requires: next is not below `last`, the last one billed. True: it stands beyond a jump.
  bool is_beyond(const RegisterReading& last, const RegisterReading& next,
                 std::vector<GateTurn>& turns) {
    const auto before = jump_;
    if (jump_ && has_returned(*jump_, next)) jump_.reset();
    for (const RegisterReading& known : {last, seen_})
      if (!jump_ && is_jump(limits_, known, next)) jump_ = RegisterJump{known, next};
    seen_ = next;
    if (jump_ != before) turns.push_back({next.at, jump_});
    return jump_.has_value();
  }

 private:
  const GateLimits& limits_;
  RegisterReading seen_;
  std::optional<RegisterJump> jump_;
};

bool is_billed(const GateDecision& decision) {
  return decision.verdict == GateVerdict::bill || decision.verdict == GateVerdict::bill_flagged;
}

}  // namespace

GatedSeries gate_series(const GateLimits& limits, const RegisterReading& start,
                        std::span<const IncomingReading> incoming, UtcMs now,
                        std::optional<RegisterJump> jump) {
  GatedSeries out;
  RegisterReading last = start;
  JumpWatch watch(limits, start, jump);
  for (const IncomingReading& reading : incoming) {
    GateDecision decision = judge_reading(limits, last, reading, now);
    if ((is_billed(decision) || decision.reason == Errc::reading_impossible) &&
        watch.is_beyond(last, {reading.at, *reading.value}, out.turns))
      decision = {GateVerdict::hold, Errc::reading_impossible};
    out.hold = next_hold(out.hold, decision, reading.at);
    if (!is_billed(decision)) continue;
    last = {reading.at, *reading.value};
    out.accepted.push_back(last);
    if (decision.reason) out.flags.push_back({reading.at, *decision.reason});
  }
  return out;
}

std::vector<RegisterReading> sum_registers(const Timeline& timeline, const RegisterReading& start,
                                           std::span<const SummedSeries> meters, Millis lag_max) {
  const UtcMs mark = watermark(meters, lag_max);
  std::set<UtcMs> instants;
  for (const SummedSeries& meter : meters)
    for (const RegisterReading& reading : meter.accepted)
      if (reading.at > start.at && reading.at <= mark) instants.insert(reading.at);
  std::int64_t base = 0;
  for (const SummedSeries& meter : meters)
    if (!mistake_made(Mistake::bill_shared_from_zero)) base += value_at(meter, start.at);
  std::set<UtcMs> cuts = instants;
  if (!instants.empty())
    for (const Era& era : timeline.eras())
      for (const Piece& piece : pieces_of(*era.schedule, start.at, *instants.rbegin()))
        cuts.insert(piece.end);
  std::vector<RegisterReading> out;
  for (const UtcMs at : cuts) {
    std::int64_t sum = 0;
    for (const SummedSeries& meter : meters) sum += value_at(meter, at);
    out.push_back({at, start.value + sum - base});
  }
  return out;
}

Result<BillingRun> run_billing(const Timeline& timeline, const VersionedState& start,
                               std::span<const RegisterReading> readings, const RunLimits& limits,
                               const std::optional<Package>& package) {
  return Runner(timeline, start, limits, package).run(readings);
}

namespace {

constexpr std::string_view kHeader = "billing-checkpoint 1\n";
constexpr std::string_view kAnchor = "anchor ", kStill = "still ", kJump = "jump ";

void write_row(std::string& out, std::string_view word, std::int64_t meter,
               std::initializer_list<RegisterReading> readings) {
  out += std::string(word) + std::to_string(meter);
  for (const RegisterReading& reading : readings)
    out += ' ' + std::to_string(reading.at.value) + ' ' + std::to_string(reading.value);
  out += '\n';
}

/// Takes a row that begins with `word` off the text. False: it is not well-formed.
bool take_row(std::string_view& rest, std::string_view word, std::int64_t& meter,
              std::initializer_list<RegisterReading*> readings) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return false;
  std::string_view row = rest.substr(word.size(), end - word.size());
  rest.remove_prefix(end + 1);
  std::vector<std::int64_t*> numbers{&meter};
  for (RegisterReading* reading : readings)
    numbers.insert(numbers.end(), {&reading->at.value, &reading->value});
  for (std::int64_t* number : numbers) {
    const auto [stop, error] = std::from_chars(row.data(), row.data() + row.size(), *number);
    if (error != std::errc{}) return false;
    row.remove_prefix(static_cast<std::size_t>(stop - row.data()));
    if (row.starts_with(' ')) row.remove_prefix(1);
  }
  return true;
}

bool take_anchor(std::string_view& rest, Checkpoint::Anchor& anchor) {
  std::int64_t again = 0;
  if (!take_row(rest, kAnchor, anchor.meter, {&anchor.reading})) return false;
  if (rest.starts_with(kStill) && !take_row(rest, kStill, again, {&anchor.still.emplace()}))
    return false;
  if (!rest.starts_with(kJump)) return true;
  RegisterJump& jump = anchor.jump.emplace();
  return take_row(rest, kJump, again, {&jump.before, &jump.beyond});
}

}  // namespace

std::string write_checkpoint(const Timeline& timeline, const Checkpoint& checkpoint) {
  std::string out(kHeader);
  for (const Checkpoint::Anchor& anchor : checkpoint.anchors) {
    write_row(out, kAnchor, anchor.meter, {anchor.reading});
    if (anchor.still) write_row(out, kStill, anchor.meter, {*anchor.still});
    if (anchor.jump)
      write_row(out, kJump, anchor.meter, {anchor.jump->before, anchor.jump->beyond});
  }
  return out + write_state(timeline, checkpoint.charged);
}

Result<Checkpoint> read_checkpoint(const Timeline& timeline, std::string_view text) {
  Checkpoint out;
  std::string_view rest = text;
  const auto invalid = [] { return fail(Errc::rating_state_invalid, "checkpoint"); };
  if (!rest.starts_with(kHeader)) return invalid();
  rest.remove_prefix(kHeader.size());
  while (rest.starts_with(kAnchor)) {
    Checkpoint::Anchor anchor;
    if (!take_anchor(rest, anchor)) return invalid();
    out.anchors.push_back(anchor);
  }
  auto charged = read_state(timeline, rest);
  if (!charged) return fail(charged.error());
  out.charged = std::move(*charged);
  // Other spellings of the same numbers end here.
  if (write_checkpoint(timeline, out) != text) return invalid();
  return out;
}

}  // namespace paymeter::domain::rating

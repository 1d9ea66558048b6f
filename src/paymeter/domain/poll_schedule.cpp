// Due times, gates and back-off of one bus.
#include "paymeter/domain/poll_schedule.hpp"

#include <algorithm>

namespace paymeter::domain {
namespace {

/// One eighth of the news: steady against single slow replies.
Millis smoothed(Millis old, Millis sample) { return {old.value + (sample.value - old.value) / 8}; }

void measure(Millis& cost, bool& measured, Millis sample) {
  cost = measured ? smoothed(cost, sample) : sample;
  measured = true;
}

}  // namespace

std::size_t PollSchedule::add(PollMeter meter, MonoMs now) {
  PAYMETER_ASSERT(meter.status_interval || meter.full_interval);
  const std::size_t number = meters_.size();
  Meter added;
  added.plan = meter;
  added.status_at = added.full_at = now;
  meters_.push_back(added);
  plan_live(number);
  return number;
}

void PollSchedule::change_intervals(std::size_t number, std::optional<Millis> status,
                                    std::optional<Millis> full, MonoMs now) {
  Meter& meter = meters_.at(number);
  PAYMETER_ASSERT(status.has_value() == meter.plan.status_interval.has_value());
  PAYMETER_ASSERT(full.has_value() == meter.plan.full_interval.has_value());
  meter.plan.status_interval = status;
  meter.plan.full_interval = full;
  // A longer interval begins after what is planned, a shorter one at once.
  if (status) meter.status_at = std::min(meter.status_at, now + *status);
  if (full) meter.full_at = std::min(meter.full_at, now + *full);
  if (meter.silences == 0) plan_live(number);
}

void PollSchedule::plan_live(std::size_t number) {
  const Meter& meter = meters_[number];
  suspects_.erase(number);
  dead_.erase(number);
  if (meter.plan.status_interval) statuses_.set(number, meter.status_at);
  if (meter.plan.full_interval) fulls_.set(number, meter.full_at);
}

std::optional<Poll> PollSchedule::next(MonoMs now) const {
  std::optional<Poll> best;
  const auto offer = [&](const DueHeap& heap, PollPart part, MonoMs gate) {
    if (heap.empty()) return;
    const MonoMs at = std::max(heap.top().at, gate);
    if (!best || at < best->at) best = Poll{heap.top().id, part, at};
  };
  // The gates keep the shares; whoever's gate is open goes ahead of overdue statuses.
  offer(suspects_, PollPart::status, retry_gate_);
  if (!best || best->at > now) offer(dead_, PollPart::status, probe_gate_);
  if (best) best->part = probe_part(meters_[best->meter]);
  if (best && best->at <= now) {
    if (wire_retry_) best->at = std::max(best->at, *wire_retry_);
    return best;
  }
  const bool status_overdue = !statuses_.empty() && statuses_.top().at <= now;
  const bool full_overdue = !fulls_.empty() && fulls_.top().at <= now;
  const bool full_waited = full_overdue && fulls_.top().at + kFullPatience <= now;
  if (full_overdue && (!status_overdue || (full_waited && full_gate_ <= now)))
    best = Poll{fulls_.top().id, PollPart::full, fulls_.top().at};
  else
    offer(statuses_, PollPart::status, MonoMs{});
  if (!status_overdue) offer(fulls_, PollPart::full, MonoMs{});
  if (best && wire_retry_) best->at = std::max(best->at, *wire_retry_);
  return best;
}

void PollSchedule::begin(const Poll& poll, MonoMs now) {
  Meter& meter = meters_.at(poll.meter);
  const bool is_status = poll.part == PollPart::status;
  MonoMs& at = is_status ? meter.status_at : meter.full_at;
  const Millis interval = is_status ? *meter.plan.status_interval : *meter.plan.full_interval;
  // On the grid of its interval; what was missed is not caught up.
  at = std::max(at + interval, now);
  if (meter.silences == 0) plan_live(poll.meter);
}

void PollSchedule::answered(const Poll& poll, MonoMs now, Millis cost) {
  wire_retry_.reset();
  Meter& meter = meters_.at(poll.meter);
  if (poll.part == PollPart::status) {
    measure(meter.plan.status_cost, meter.status_measured, cost);
  } else {
    measure(meter.plan.full_cost, meter.full_measured, cost);
    full_gate_ = now + cost * kFullPause;
  }
  if (meter.silences == 0) return;
  if (is_lost(poll.meter)) meter.full_at = now;  // its history has a gap
  meter.silences = 0;
  plan_live(poll.meter);
}

void PollSchedule::silent(const Poll& poll, MonoMs now, Millis cost) {
  wire_retry_.reset();
  Meter& meter = meters_.at(poll.meter);
  ++meter.silences;
  // What was asked for in vain is wanted as soon as the meter answers.
  (poll.part == PollPart::status ? meter.status_at : meter.full_at) = now;
  plan_retry(poll.meter, now + backoff(meter));
  // A first silence could not be foreseen; it counts all the same, or many at once would fill the
  // line.
  const auto suspects = static_cast<std::int64_t>(suspects_.size());
  retry_gate_ = now + cost * std::clamp<std::int64_t>(suspects, 1, kRetryPauseMax);
  if (is_lost(poll.meter)) probe_gate_ = now + cost * kProbePause;
}

void PollSchedule::plan_retry(std::size_t number, MonoMs at) {
  statuses_.erase(number);
  fulls_.erase(number);
  suspects_.erase(number);
  dead_.erase(number);
  (is_lost(number) ? dead_ : suspects_).set(number, at);
}

Millis PollSchedule::backoff(const Meter& meter) const {
  const Millis interval = probe_part(meter) == PollPart::status ? *meter.plan.status_interval
                                                                : *meter.plan.full_interval;
  if (meter.silences < kSuspicions) return std::min(kRetrySoon, interval);
  const Millis base = std::max(interval, kRetrySoon);
  const Millis doubled = base * (std::int64_t{1} << std::min(meter.silences - kSuspicions, 8));
  return std::min(kBackoffMax, doubled);
}

void PollSchedule::wire_failed(const Poll& poll, MonoMs retry) {
  wire_retry_ = retry;
  Meter& meter = meters_.at(poll.meter);
  (poll.part == PollPart::status ? meter.status_at : meter.full_at) = retry;
  if (meter.silences == 0)
    plan_live(poll.meter);
  else
    plan_retry(poll.meter, retry);
}

void PollSchedule::wire_back(MonoMs now) {
  wire_retry_.reset();
  for (std::size_t number = 0; number < meters_.size(); ++number) {
    Meter& meter = meters_[number];
    meter.status_at = std::min(meter.status_at, now);
    if (meter.silences == 0)
      plan_live(number);
    else
      plan_retry(number, now);
  }
}

void PollSchedule::heard(std::size_t number, MonoMs now) {
  if (meters_.at(number).silences > 0) plan_retry(number, now);
}

std::optional<Millis> PollSchedule::allows() const {
  // Thousandths of the line that full sets take, and that probes may take.
  std::int64_t statuses_ms = 0;
  std::int64_t taken_e6 = 0;
  bool any_dead = false;
  for (std::size_t number = 0; number < meters_.size(); ++number) {
    if (is_lost(number)) {
      any_dead = true;
      continue;
    }
    const PollMeter& plan = meters_[number].plan;
    if (plan.status_interval) statuses_ms += plan.status_cost.value;
    if (plan.full_interval && plan.status_interval)
      taken_e6 +=
          plan.full_cost.value * 1'000'000 / std::max<std::int64_t>(1, plan.full_interval->value);
    else if (plan.full_interval)
      statuses_ms += plan.full_cost.value;
  }
  if (any_dead) taken_e6 += 1'000'000 / (1 + kProbePause);
  const std::int64_t left_e6 = 1'000'000 - taken_e6;
  if (left_e6 <= 0) return std::nullopt;
  return Millis{statuses_ms * 1'000'000 / left_e6};
}

std::int64_t PollSchedule::asked_e3() const {
  std::int64_t asked_e6 = 0;
  const auto add = [&](std::optional<Millis> interval, Millis cost) {
    if (interval) asked_e6 += cost.value * 1'000'000 / std::max<std::int64_t>(1, interval->value);
  };
  for (std::size_t number = 0; number < meters_.size(); ++number) {
    if (is_lost(number)) continue;
    const PollMeter& plan = meters_[number].plan;
    add(plan.status_interval, plan.status_cost);
    add(plan.full_interval, plan.full_cost);
  }
  return asked_e6 / 1'000;
}

Millis line_cost(int requests, std::size_t request_bytes, std::size_t reply_bytes, int baud) {
  constexpr std::int64_t kEnvelope = 6;       // unit and checksum, both ways
  constexpr std::int64_t kReplyDelayMs = 35;  // the reference meter's 20–50 ms
  constexpr std::int64_t kSilenceChars = 4;   // 3.5, rounded up
  constexpr std::int64_t kBitsPerChar = 11;
  const std::int64_t chars = static_cast<std::int64_t>(request_bytes + reply_bytes) +
                             requests * (kEnvelope + kSilenceChars);
  return {chars * kBitsPerChar * 1000 / std::max(baud, 300) + requests * kReplyDelayMs};
}

}  // namespace paymeter::domain

// Where every Wh and litre finds its rate, step, cycle and month.
#include "paymeter/domain/rating/walk.hpp"

#include <algorithm>
#include <utility>

namespace paymeter::domain::rating {
namespace {

/// Two cycles may meet in a month, each with one more whole register: that adds up in 64 bits.
constexpr std::int64_t kCycleUsedMax = 3 * kReadingMax;

}  // namespace

void add_part(Parts& parts, const Part& use) {
  const auto same = std::ranges::find_if(parts, [&](const Part& part) {
    return part.rate == use.rate && part.step == use.step && part.unit_price == use.unit_price;
  });
  if (same == parts.end())
    parts.push_back(use);
  else
    same->quantity += use.quantity;
}

void add_use(Parts& parts, const Part& use, std::span<const Step> steps, std::int64_t count) {
  // A count exactly at a limit does not exceed it, but what is used next does.
  std::size_t step = 0;
  while (step < steps.size() && steps[step].from <= count) ++step;
  for (std::int64_t left = use.quantity; left > 0; ++step) {
    const std::int64_t room = step < steps.size() ? steps[step].from - count : left;
    const std::int64_t taken = std::min(left, room);
    if (taken == 0) continue;  // limits less than one Wh apart
    const Price surcharge = step == 0 ? Price{} : steps[step - 1].surcharge;
    add_part(parts, {use.rate, static_cast<int>(step), taken, use.unit_price + surcharge});
    count += taken;
    left -= taken;
  }
}

Result<> check_follows(const RegisterReading& last, const RegisterReading& next) {
  if (next.value < 0 || next.value > kReadingMax) return fail(Errc::readings_invalid);
  if (next.at <= last.at) return fail(Errc::readings_not_ascending);
  if (next.value < last.value) return fail(Errc::readings_fall);
  if (next.at - last.at > kSpanMax) return fail(Errc::readings_span_too_long);
  return {};
}

Walk::Walk(const Schedule& schedule, ChargerState state)
    : schedule_(&schedule),
      state_(std::move(state)),
      version_(state_.bill ? state_.bill->version : 0),
      priced_value_(state_.last.value) {}

Walk::Walk(const Timeline& timeline, ChargerState state)
    : Walk(*timeline.eras().front().schedule, std::move(state)) {
  timeline_ = &timeline;
}

Result<> Walk::advance(const RegisterReading& next) {
  if (auto ok = check_follows(state_.last, next); !ok) return ok;
  if (!entered_) {
    if (state_.cycle_used > kCycleUsedMax) return fail(Errc::rating_amount_too_large);
    enter_day(day_number_at(state_.last.at, schedule_->utc_offset()));
    while (midnight_ + Millis{spans_[span_].end_ms} <= state_.last.at) ++span_;
    enter_span();
    entered_ = true;
  }
  while (span_end_ < next.at) cross_span_end(reading_at(state_.last, next, span_end_));
  state_.last = next;
  return {};
}

void Walk::settle() {
  if (entered_) use(state_.last.value - std::exchange(priced_value_, state_.last.value));
}

void Walk::cross_span_end(std::int64_t register_value) {
  use(register_value - std::exchange(priced_value_, register_value));
  if (++span_ == spans_.size()) enter_day(day_ + 1);
  enter_span();
}

void Walk::enter_span() { span_end_ = midnight_ + Millis{spans_[span_].end_ms}; }

/// A date is entered when some of its time is covered: months and fees follow from that.
void Walk::enter_day(DayNumber number) {
  const LocalDay day = local_day(number);
  enter_era(number);
  day_ = number;
  midnight_ = midnight(number, schedule_->utc_offset());
  spans_ = schedule_->spans_of(day);
  span_ = 0;
  open_month(day);
  const DayNumber cycle_start = schedule_->cycle_start(day);
  if (cycle_start != state_.cycle_start) {
    state_.cycle_start = cycle_start;
    state_.cycle_used = 0;
    steps_.clear();
  }
  for (std::size_t line = steps_.size(); line < schedule_->tariff().lines.size(); ++line)
    steps_.push_back(schedule_->steps_of(line, cycle_start));
}

void Walk::enter_era(DayNumber number) {
  if (timeline_ == nullptr) return;
  const Era& era = timeline_->at(number);
  if (era.schedule != schedule_) steps_.clear();
  schedule_ = era.schedule;
  version_ = era.version;
}

void Walk::open_month(const LocalDay& day) {
  const Month month{day.date.year, day.date.month};
  if (!state_.bill || state_.bill->month != month || state_.bill->version != version_) {
    if (state_.bill) closed_.push_back(std::move(*state_.bill));
    state_.bill = OpenBill{month, day.number, 1, {}, version_};
    state_.bill->lines.resize(schedule_->tariff().lines.size());
  } else if (state_.bill->last_day != day.number) {
    state_.bill->last_day = day.number;
    ++state_.bill->day_count;
  }
}

void Walk::use(std::int64_t quantity) {
  if (quantity == 0) return;
  for (std::size_t line = 0; line < steps_.size(); ++line) use_on_line(line, quantity);
  state_.cycle_used += quantity;
}

void Walk::use_on_line(std::size_t line, std::int64_t quantity) {
  const RateIndex rate = spans_[span_].rate;
  add_use(state_.bill->lines[line], {rate, 0, quantity, schedule_->price_of(line, rate)},
          steps_[line], state_.cycle_used);
}

}  // namespace paymeter::domain::rating

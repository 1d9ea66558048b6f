// Asking the witnesses, and telling people.
#include "paymeter/service/station_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/clock_sync.hpp"
#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

using domain::AlarmKind;
using domain::ClockEvidence;
using domain::ClockTrust;

constexpr Millis kEvery = seconds(10);
constexpr Millis kAskEvery = seconds(5);
/// A step since a reading is seen by the watch: the reading may be as old as this.
constexpr Millis kReadingAgeMax = minutes(60);

}  // namespace

void StationClock::start() { deps_.runtime.spawn("station clock", loop()); }

port::Async<> StationClock::loop() {
  while (!deps_.runtime.stopping()) {
    co_await show(evidence());
    co_await deps_.runtime.sleep(kEvery);
  }
}

std::optional<Millis> StationClock::ask_meters() {
  const MonoMs mono = deps_.runtime.mono();
  if (asked_at_ && mono - *asked_at_ < kAskEvery) return apart_;
  asked_at_ = mono;
  const UtcMs now = deps_.runtime.now();
  std::vector<Millis> ahead;
  for (const auto& [id, live] : deps_.live.meters()) {
    const auto& read = live.prepaid;
    if (live.lost || !read || !read->clock || read->clock_fault) continue;
    if (std::abs((now - read->at).value) > kReadingAgeMax.value) continue;
    const domain::Property* property = deps_.live.property(live.meter.property);
    const auto zone = property ? fixed_zone_offset(property->time_zone) : std::nullopt;
    if (zone) ahead.push_back(domain::clock_drift(*read->clock, *zone, read->at));
  }
  apart_ = domain::clocks_apart(std::move(ahead));
  return apart_;
}

bool StationClock::was_doubted() const {
  return std::ranges::any_of(deps_.live.site().properties, [&](const domain::Property& property) {
    return deps_.alarms.is_active(AlarmKind::clock, {}, {}, property.id);
  });
}

ClockEvidence StationClock::evidence() {
  const MonoMs mono = deps_.runtime.mono();
  watch_.note(deps_.runtime.now(), mono);
  // What an earlier process doubted is doubted still: its warnings carry the wrong clock's stamps.
  if (!std::exchange(began_, true) && was_doubted() && !mistake_made(Mistake::cut_clock_forgotten))
    doubted_at_ = mono;
  ClockEvidence out{watch_.wander(), ask_meters(), deps_.runtime.disciplined()};
  const ClockTrust trust = domain::clock_trust(out, tolerance_);
  const bool is_wrong = trust == ClockTrust::stepped || trust == ClockTrust::differs;
  if (is_wrong) doubted_at_ = mono;
  const bool is_doubted = doubted_at_ && mono - *doubted_at_ < domain::kClockDoubt;
  if (is_doubted && trust != ClockTrust::stepped) out.wander.reset();
  return out;
}

/// The alarm lasts as long as the doubt, so that whoever starts next finds it.
port::Async<> StationClock::show(ClockEvidence seen) {
  const auto& properties = deps_.live.site().properties;
  if (properties.empty()) co_return;
  const PropertyId property = properties.front().id;
  switch (domain::clock_trust(seen, tolerance_)) {
    case ClockTrust::stepped:
      co_return co_await deps_.alarms.raise(
          property, AlarmKind::clock, {}, {},
          "站控时钟一天内走偏 station clock stepped within a day by " +
              std::to_string(seen.wander->value / 1'000) + " s");
    case ClockTrust::differs:
      co_return co_await deps_.alarms.raise(
          property, AlarmKind::clock, {}, {},
          "多数电表与站控时钟不符 most meters against the station's clock: " +
              domain::clock_drift_text(*seen.apart));
    default:
      if (!seen.wander) co_return;
      for (const domain::Property& each : std::vector(properties))
        co_await deps_.alarms.clear(AlarmKind::clock, {}, {}, each.id);
  }
}

}  // namespace paymeter::service

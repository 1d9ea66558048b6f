// Clock synchronisation: two readings that agree, a moment that crosses nothing, one at a time.
#include "paymeter/service/clock_sync.hpp"

#include <cstdlib>

#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

using domain::ClockVerdict;

std::string_view words(domain::ClockLimit limit) {
  switch (limit) {
    case domain::ClockLimit::quarter_hour:
      return "刻钟 quarter hour";
    case domain::ClockLimit::day:
      return "零点 midnight";
    case domain::ClockLimit::month:
      return "月末 month's end";
    default:
      return "";
  }
}

std::string reason_of(const domain::ClockDecision& decision, Millis drift) {
  std::string text = "校时 clock " + domain::clock_drift_text(drift);
  if (decision.crosses == domain::ClockLimit::none) return text;
  return text + "，跨过 crosses " + std::string(words(decision.crosses)) +
         (drift.value > 0 ? "：时段重复 doubled" : "：时段跳过 skipped");
}

}  // namespace

void ClockSync::start() {
  if (settings_.is_on) deps_.runtime.spawn("clock sync", loop());
}

port::Async<> ClockSync::loop() {
  while (!deps_.runtime.stopping()) {
    for (const Due& due : look()) {
      auto set = co_await deps_.commands.synchronise_clock(
          {due.meter, due.reason, settings_.limits.margin});
      const MonoMs now = deps_.runtime.mono();
      if (set) bus_free_[due.bus] = now + settings_.bus_pause;
      if (const auto seen = seen_.find(due.meter); seen != seen_.end())
        seen->second.not_before = now + settings_.meter_pause;
    }
    co_await deps_.runtime.sleep(settings_.every);
  }
}

/// The drift is that of the latest reading; a jump between two starts anew.
void ClockSync::take(Seen& seen, UtcMs at, Millis drift) const {
  if (at <= seen.latest) return;
  const Millis apart{std::abs((drift - seen.drift).value)};
  const bool agrees = seen.readings > 0 && apart <= settings_.agree;
  if (!agrees) seen.first = at;
  seen.readings = agrees ? seen.readings + 1 : 1;
  seen.latest = at;
  seen.drift = drift;
}

std::optional<ClockSync::Due> ClockSync::judge(const LiveMeter& live, Millis zone) {
  const domain::PrepaidState& read = *live.prepaid;
  const UtcMs now = deps_.runtime.now();
  const Millis drift = domain::clock_drift(*read.clock, zone, read.at);
  if (std::abs(drift.value) <= settings_.limits.set_above.value) {
    seen_.erase(live.meter.id);
    return std::nullopt;
  }
  Seen& seen = seen_[live.meter.id];
  take(seen, read.at, drift);
  if (seen.readings < 2 || deps_.runtime.mono() < seen.not_before) return std::nullopt;
  const auto decision = domain::decide_clock(drift, now, zone, seen.first, settings_.limits);
  const bool is_due =
      decision.verdict == ClockVerdict::set || decision.verdict == ClockVerdict::set_crossing;
  if (!is_due) return std::nullopt;
  auto driver = deps_.drivers.make(live.meter);
  if (!driver || !(*driver)->abilities().clock) return std::nullopt;
  return Due{live.meter.id, live.meter.bus, reason_of(decision, drift)};
}

std::vector<ClockSync::Due> ClockSync::look() {
  std::vector<Due> out;
  if (may_set_ && !may_set_()) return out;
  const UtcMs now = deps_.runtime.now();
  for (const auto& [id, live] : deps_.live.meters()) {
    const auto& read = live.prepaid;
    if (live.lost || !read || !read->clock || read->clock_fault) continue;
    if (now - read->at > settings_.reading_age_max) continue;
    const domain::Property* property = deps_.live.property(live.meter.property);
    const auto zone = property ? fixed_zone_offset(property->time_zone) : std::nullopt;
    if (!zone) continue;
    auto due = judge(live, *zone);
    if (!due) continue;
    // One at a time on each bus; the others' turn comes at the next look.
    MonoMs& free_at = bus_free_[due->bus];
    if (deps_.runtime.mono() < free_at) continue;
    free_at = deps_.runtime.mono() + settings_.bus_pause;
    out.push_back(std::move(*due));
  }
  return out;
}

}  // namespace paymeter::service

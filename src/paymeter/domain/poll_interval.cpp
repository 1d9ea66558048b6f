// Poll intervals: bounds, and the most particular setting wins.
#include "paymeter/domain/poll_interval.hpp"

#include <array>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 4> kScopes{"workbook", "property", "bus", "meter"};

bool fits(std::optional<Millis> interval, Millis least) {
  return !interval ||
         (*interval >= least && *interval <= kPollIntervalMax && interval->value % 1'000 == 0);
}

bool is_for(const PollIntervalSetting& setting, const Meter& meter) {
  switch (scope_of(setting)) {
    case IntervalScope::meter:
      return *setting.meter == meter.id;
    case IntervalScope::bus:
      return *setting.bus == meter.bus;
    default:
      return setting.property == meter.property;
  }
}

/// Of two that fit, the more particular.
void take(Millis& value, IntervalScope& from, std::optional<Millis> offered, IntervalScope scope) {
  if (!offered || scope < from) return;
  value = *offered;
  from = scope;
}

}  // namespace

std::string_view interval_scope_name(IntervalScope scope) { return spell(kScopes, scope); }
std::optional<IntervalScope> interval_scope_from_name(std::string_view name) {
  return unspell<IntervalScope>(kScopes, name);
}

IntervalScope scope_of(const PollIntervalSetting& setting) {
  if (setting.meter) return IntervalScope::meter;
  return setting.bus ? IntervalScope::bus : IntervalScope::property;
}

Result<> check_poll_interval(const PollIntervalSetting& setting) {
  if (setting.bus && setting.meter)
    return fail(Errc::request_invalid, "scope: a bus or a meter, not both");
  if (!fits(setting.status, kStatusIntervalMin))
    return fail(Errc::request_invalid, "status_s: 2 to 86400");
  if (!fits(setting.full, kFullIntervalMin))
    return fail(Errc::request_invalid, "full_s: 10 to 86400");
  if (setting.status && setting.full && *setting.full < *setting.status)
    return fail(Errc::request_invalid, "full_s: not more often than status_s");
  return {};
}

PollIntervals poll_intervals_of(std::span<const PollIntervalSetting> settings, const Meter& meter,
                                const Bus& bus) {
  PollIntervals out{bus.poll_interval, bus.full_interval};
  for (const PollIntervalSetting& setting : settings) {
    if (setting.ended_at || !is_for(setting, meter)) continue;
    const IntervalScope scope = scope_of(setting);
    take(out.status, out.status_from, setting.status, scope);
    take(out.full, out.full_from, setting.full, scope);
  }
  return out;
}

}  // namespace paymeter::domain

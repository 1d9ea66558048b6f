// Poll intervals: check, store, plan every bus anew.
#include "paymeter/service/poll_intervals.hpp"

namespace paymeter::service {

Result<> PollIntervals::check_target(const domain::PollIntervalSetting& setting) const {
  if (setting.bus) {
    const domain::Bus* bus = deps_.live.bus(*setting.bus);
    if (bus == nullptr || bus->property != setting.property) return fail(Errc::bus_unknown);
  }
  if (!setting.meter) return {};
  const LiveMeter* live = deps_.live.find(*setting.meter);
  if (live == nullptr || live->meter.property != setting.property) return fail(Errc::meter_unknown);
  auto driver = deps_.drivers.make(live->meter);
  if (!driver) return fail(driver.error());
  const port::MeterAbilities& abilities = (*driver)->abilities();
  if (setting.status && !abilities.prepaid_wallet && !abilities.relay)
    return fail(Errc::request_invalid, "status_s: the model has no status, only a full set");
  if (setting.full && !abilities.measurements)
    return fail(Errc::request_invalid, "full_s: the model has no measured values");
  return {};
}

port::Async<Result<domain::PollIntervalSetting>> PollIntervals::set(
    domain::PollIntervalSetting setting) {
  if (auto ok = domain::check_poll_interval(setting); !ok) co_return fail(ok.error());
  if (auto ok = check_target(setting); !ok) co_return fail(ok.error());
  setting.set_at = deps_.runtime.now();
  auto stored = co_await deps_.store.set_poll_interval(std::move(setting));
  if (!stored) co_return stored;
  auto lasting = co_await deps_.store.poll_intervals();
  if (!lasting) co_return fail(lasting.error());
  deps_.live.set_poll_intervals(std::move(*lasting));
  deps_.collector.apply_poll_intervals();
  co_return stored;
}

}  // namespace paymeter::service

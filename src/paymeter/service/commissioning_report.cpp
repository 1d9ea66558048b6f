// Gathers what a report says, and has it signed.
#include <algorithm>

#include "paymeter/service/commissioning.hpp"

namespace paymeter::service {
namespace {

using namespace domain::commissioning;

constexpr int kPulsesMax = 1000;

}  // namespace

port::ReportMeter Commissioning::describe(MeterId id) const {
  port::ReportMeter out;
  out.meter = id;
  const LiveMeter* live = deps_.live.find(id);
  if (live == nullptr) return out;
  const domain::Meter& meter = live->meter;
  out.code = meter.code;
  out.name = meter.name;
  out.model = meter.model;
  out.serial = meter.serial;
  out.unit = meter.unit;
  out.ct_ratio = meter.ct_ratio;
  if (const domain::Bus* bus = deps_.live.bus(meter.bus)) {
    out.bus = bus->name;
    if (const domain::Gateway* gateway = deps_.live.gateway(bus->gateway))
      out.gateway = gateway->name;
  }
  const domain::Room* room = meter.room ? deps_.live.room(*meter.room) : nullptr;
  if (room == nullptr) return out;
  const domain::Building* building = deps_.live.building(room->building);
  out.room = (building == nullptr ? "" : building->name + " ") + room->number;
  if (!room->name.empty()) out.room += " " + room->name;
  return out;
}

std::string Commissioning::scope_name(const SiteCheck& check) const {
  const auto& live = deps_.live;
  switch (check.scope) {
    case ScopeKind::gateway: {
      const domain::Gateway* gateway = live.gateway({check.scope_id});
      return gateway == nullptr ? std::string{} : gateway->name;
    }
    case ScopeKind::bus: {
      const domain::Bus* bus = live.bus({check.scope_id});
      if (bus == nullptr) return {};
      const domain::Gateway* gateway = live.gateway(bus->gateway);
      return (gateway == nullptr ? "" : gateway->name + " / ") + bus->name;
    }
    case ScopeKind::building: {
      const domain::Building* building = live.building({check.scope_id});
      return building == nullptr ? std::string{} : building->name;
    }
    case ScopeKind::meter: {
      const LiveMeter* meter = live.find(MeterId{check.scope_id});
      return meter == nullptr ? std::string{} : meter->meter.code;
    }
  }
  return {};
}

port::Async<Result<SignedReport>> Commissioning::sign_report(CheckId id, port::User by) {
  if (running_.contains(id)) co_return fail(Errc::check_state_conflict, "running");
  auto check = co_await deps_.store.find_check(id);
  if (!check) co_return fail(check.error());
  if (check->state == CheckState::running) co_return fail(Errc::check_state_conflict, "running");
  auto results = co_await deps_.store.check_results(id);
  if (!results) co_return fail(results.error());
  auto pulses = co_await deps_.store.list_pulses(check->property, std::nullopt, {kPulsesMax, 0});
  if (!pulses) co_return fail(pulses.error());
  port::ReportData data;
  if (const domain::Property* property = deps_.live.property(check->property))
    data.property = property->name;
  data.utc_offset = utc_offset(check->property);
  data.scope = scope_name(*check);
  data.check = *check;
  data.signed_by = by.name;
  data.signed_at = deps_.runtime.now();
  const auto starter = co_await deps_.store.find_user(check->started_by);
  if (starter) data.started_by = starter->name;
  std::set<MeterId> meters, tested;
  for (const MeterResult& result : *results) meters.insert(result.meter);
  for (PulseTest& test : pulses->rows) {  // newest first: the last test of a room counts
    if (test.state != PulseState::done || !meters.contains(test.expected)) continue;
    if (tested.insert(test.expected).second) data.pulses.push_back(std::move(test));
  }
  std::vector<RoomPulse> rooms;
  for (const PulseTest& test : data.pulses) {
    rooms.push_back({test.expected, *test.result});
    if (test.result->seen) meters.insert(test.result->seen);
    meters.insert(test.result->candidates.begin(), test.result->candidates.end());
  }
  data.findings = crossed_meters(rooms);
  for (MeterId meter : meters) data.meters.push_back(describe(meter));
  data.results = std::move(*results);
  auto report = deps_.reports.sign(data);
  if (!report) co_return fail(report.error());
  report->property = check->property;
  report->check = id;
  report->signed_by = by.id;
  report->signed_at = data.signed_at;
  co_return co_await deps_.store.add_report(std::move(*report));
}

}  // namespace paymeter::service

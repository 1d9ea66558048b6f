// Checks: every bus on its own, meter by meter, results stored as they come.
#include "paymeter/service/commissioning.hpp"

#include <algorithm>

#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

using namespace domain::commissioning;

constexpr std::size_t kRunningMax = 4;
constexpr std::size_t kResultsAtOnce = 16;
constexpr Millis kUsualOffset = minutes(480);

/// Work for the bus: plain functions, so that nothing is captured by a coroutine.
port::Async<> ask_meter(port::MeterDriver& driver, port::BusLink& link, port::Runtime& runtime,
                        std::shared_ptr<MeterAnswer> out) {
  const port::MeterAbilities& abilities = driver.abilities();
  out->has_relay = abilities.relay;
  out->has_wallet = abilities.prepaid_wallet;
  out->has_measurements = abilities.measurements;
  if (abilities.relay || abilities.prepaid_wallet) {
    auto state = co_await driver.read_prepaid(link, runtime.now());
    if (state)
      out->state = std::move(*state);
    else
      out->state_error = state.error().code;
  }
  if (abilities.measurements) {
    auto measured = co_await driver.read_measurements(link, runtime.now());
    if (measured)
      out->measured = std::move(*measured);
    else
      out->measured_error = measured.error().code;
  }
}

}  // namespace

/// One check under way; shared by its buses.
struct Commissioning::Running {
  SiteCheck check;
  std::vector<MeterResult> unsaved, all;
  std::size_t buses_left = 0;
  bool is_stopped = false;
};

Commissioning::Commissioning(Deps deps) : deps_(deps) {}

port::Async<Result<>> Commissioning::start() {
  auto interrupted = co_await deps_.store.interrupt_checks(deps_.runtime.now());
  if (!interrupted) co_return fail(interrupted.error());
  co_return Result<>{};
}

Millis Commissioning::utc_offset(PropertyId property) const {
  const domain::Property* found = deps_.live.property(property);
  return fixed_zone_offset(found == nullptr ? "" : found->time_zone).value_or(kUsualOffset);
}

std::vector<MeterId> Commissioning::meters_of(const CheckRequest& request) const {
  std::vector<MeterId> out;
  for (const auto& [id, live] : deps_.live.meters()) {
    if (live.meter.property != request.property) continue;
    const domain::Bus* bus = deps_.live.bus(live.meter.bus);
    const domain::Room* room = live.meter.room ? deps_.live.room(*live.meter.room) : nullptr;
    const bool is_in =
        (request.scope == ScopeKind::meter && id.value == request.scope_id) ||
        (request.scope == ScopeKind::bus && live.meter.bus.value == request.scope_id) ||
        (request.scope == ScopeKind::gateway && bus != nullptr &&
         bus->gateway.value == request.scope_id) ||
        (request.scope == ScopeKind::building && room != nullptr &&
         room->building.value == request.scope_id);
    if (is_in) out.push_back(id);
  }
  return out;
}

port::Async<Result<port::CommissioningStore::Started>> Commissioning::begin_check(
    CheckRequest request) {
  const std::vector<MeterId> meters = meters_of(request);
  if (meters.empty()) co_return fail(Errc::check_invalid, "no meters there");
  if (running_.size() >= kRunningMax)
    co_return fail(Errc::check_state_conflict, "four checks are running");
  auto running = std::make_shared<Running>();
  running->check.property = request.property;
  running->check.scope = request.scope;
  running->check.scope_id = request.scope_id;
  running->check.total = static_cast<int>(meters.size());
  running->check.started_by = request.by;
  running->check.started_at = deps_.runtime.now();
  running->check.idempotency_key = request.idempotency_key;
  auto started = co_await deps_.store.add_check(running->check);
  if (!started || started->existed) co_return started;
  running->check = started->check;
  running_.emplace(running->check.id, running);
  std::map<BusId, std::vector<MeterId>> buses;
  for (MeterId meter : meters)
    if (const LiveMeter* live = deps_.live.find(meter)) buses[live->meter.bus].push_back(meter);
  running->buses_left = buses.size();
  for (auto& [bus, list] : buses) deps_.runtime.spawn("check", check_bus(running, std::move(list)));
  deps_.events.publish(CheckChanged{running->check});
  co_return started;
}

port::Async<> Commissioning::check_bus(std::shared_ptr<Running> running,
                                       std::vector<MeterId> meters) {
  for (MeterId meter : meters) {
    if (running->is_stopped || deps_.runtime.stopping()) break;
    auto answer = std::make_shared<MeterAnswer>();
    port::Runtime& runtime = deps_.runtime;
    const auto ran = co_await deps_.collector.run(
        meter, BusPriority::command,
        [answer, &runtime](port::MeterDriver& driver, port::BusLink& link) {
          return ask_meter(driver, link, runtime, answer);
        });
    if (!ran) answer->state_error = answer->measured_error = ran.error().code;
    const LiveMeter* live = deps_.live.find(meter);
    if (live == nullptr) continue;  // an import took it away meanwhile
    MeterResult result =
        check_meter(live->meter, *answer, deps_.runtime.now(), utc_offset(running->check.property));
    result.check = running->check.id;
    if (answer->state) co_await deps_.collector.observed(meter, *answer->state);
    co_await checked(running, std::move(result));
  }
  if (--running->buses_left == 0) co_await finish_check(running);
}

port::Async<> Commissioning::checked(std::shared_ptr<Running> running, MeterResult result) {
  const Verdict verdict = verdict_of(result);
  SiteCheck& check = running->check;
  ++(verdict == Verdict::ok ? check.ok : verdict == Verdict::failed ? check.failed : check.unknown);
  running->all.push_back(result);
  running->unsaved.push_back(std::move(result));
  deps_.events.publish(CheckChanged{check});
  if (running->unsaved.size() < kResultsAtOnce) co_return;
  std::vector<MeterResult> batch;
  batch.swap(running->unsaved);
  // What the store does not take now is stored again with the end of the check.
  (void)co_await deps_.store.store_results(check, std::move(batch));
}

/// Only now it shows whether a serial answered twice; so all results are stored once more.
port::Async<> Commissioning::finish_check(std::shared_ptr<Running> running) {
  SiteCheck& check = running->check;
  mark_duplicates(running->all);
  check.ok = check.failed = check.unknown = 0;
  for (const MeterResult& result : running->all) {
    const Verdict verdict = verdict_of(result);
    ++(verdict == Verdict::ok       ? check.ok
       : verdict == Verdict::failed ? check.failed
                                    : check.unknown);
  }
  // A station that stops leaves it running: the next start says interrupted.
  if (deps_.runtime.stopping()) co_return;
  check.state = running->is_stopped ? CheckState::stopped : CheckState::done;
  check.finished_at = deps_.runtime.now();
  const auto stored = co_await deps_.store.store_results(check, running->all);
  running_.erase(check.id);
  if (stored) deps_.events.publish(CheckChanged{check});
}

port::Async<Result<SiteCheck>> Commissioning::stop_check(CheckId id) {
  const auto at = running_.find(id);
  if (at != running_.end()) {
    at->second->is_stopped = true;
    co_return at->second->check;
  }
  const auto check = co_await deps_.store.find_check(id);
  if (!check) co_return fail(check.error());
  co_return fail(Errc::check_state_conflict, std::string(check_state_name(check->state)));
}

port::Async<Result<SiteCheck>> Commissioning::find_check(CheckId id) {
  if (const auto at = running_.find(id); at != running_.end()) co_return at->second->check;
  co_return co_await deps_.store.find_check(id);
}

}  // namespace paymeter::service

// The guided pulse test: read around, wait for the installer, read again, judge.
#include <algorithm>

#include "paymeter/service/commissioning.hpp"

namespace paymeter::service {
namespace {

using namespace domain::commissioning;

constexpr std::int64_t kLoadMaxW = 100'000;
constexpr int kRoundsMax = 8;
/// Meters refresh their power about once a second; motors need a moment more.
constexpr Millis kSettle = seconds(3);

port::Async<> ask_power(port::MeterDriver& driver, port::BusLink& link, port::Runtime& runtime,
                        std::shared_ptr<std::optional<std::int64_t>> out) {
  const auto measured = co_await driver.read_measurements(link, runtime.now());
  if (measured) *out = measured->power_w[3];
}

}  // namespace

/// One reading of all meters around; shared by its buses.
struct Commissioning::Sweep {
  std::map<MeterId, std::int64_t> powers;
  std::size_t buses_left = 0;
  std::unique_ptr<port::Wakeup> done;
};

bool Commissioning::only_measures(MeterId meter) const {
  const LiveMeter* live = deps_.live.find(meter);
  return live != nullptr && !live->meter.prepaid && !live->meter.room;
}

std::vector<MeterId> Commissioning::around(MeterId expected) const {
  std::vector<MeterId> out;
  const LiveMeter* center = deps_.live.find(expected);
  const domain::Room* room =
      center == nullptr || !center->meter.room ? nullptr : deps_.live.room(*center->meter.room);
  if (center == nullptr) return out;
  const domain::Bus* center_bus = deps_.live.bus(center->meter.bus);
  for (const auto& [id, live] : deps_.live.meters()) {
    if (live.meter.property != center->meter.property ||
        live.meter.utility != domain::Utility::electricity)
      continue;
    const domain::Room* other = live.meter.room ? deps_.live.room(*live.meter.room) : nullptr;
    const domain::Bus* bus = deps_.live.bus(live.meter.bus);
    const bool is_floor = room != nullptr && other != nullptr &&
                          other->building == room->building && other->floor == room->floor;
    const bool is_main = only_measures(id) && bus != nullptr && center_bus != nullptr &&
                         bus->gateway == center_bus->gateway;
    if (live.meter.bus == center->meter.bus || is_floor || is_main) out.push_back(id);
  }
  return out;
}

port::Async<Result<port::CommissioningStore::PulseStarted>> Commissioning::begin_pulse(
    PulseRequest request) {
  const LiveMeter* live = deps_.live.find(request.expected);
  if (live == nullptr || live->meter.property != request.property)
    co_return fail(Errc::check_invalid, "meter_id: unknown");
  if (live->meter.utility != domain::Utility::electricity)
    co_return fail(Errc::check_invalid, "meter_id: no electricity meter");
  if (request.load_w < 0 || request.load_w > kLoadMaxW)
    co_return fail(Errc::check_invalid, "load_w: 0 to 100000");
  if (request.rounds < 1 || request.rounds > kRoundsMax)
    co_return fail(Errc::check_invalid, "rounds: 1 to 8");
  PulseTest test;
  test.property = request.property;
  test.expected = request.expected;
  test.load_w = request.load_w;
  test.rounds = request.rounds;
  test.started_by = request.by;
  test.started_at = deps_.runtime.now();
  test.idempotency_key = request.idempotency_key;
  auto started = co_await deps_.store.add_pulse(test);
  if (!started || started->existed) co_return started;
  reading_.insert(started->test.id);
  deps_.runtime.spawn("pulse", read_around(started->test));
  deps_.events.publish(PulseChanged{started->test});
  co_return started;
}

port::Async<Result<PulseTest>> Commissioning::pulse_switched(PulseId id) {
  auto test = co_await deps_.store.find_pulse(id);
  if (!test) co_return fail(test.error());
  if (test->state == PulseState::done || test->state == PulseState::cancelled)
    co_return fail(Errc::check_state_conflict, std::string(pulse_state_name(test->state)));
  if (!reading_.insert(id).second)
    co_return fail(Errc::check_state_conflict, "the meters are being read");
  deps_.runtime.spawn("pulse", read_around(*test));
  deps_.events.publish(PulseChanged{*test});
  co_return *test;
}

port::Async<Result<PulseTest>> Commissioning::cancel_pulse(PulseId id) {
  auto test = co_await deps_.store.find_pulse(id);
  if (!test) co_return fail(test.error());
  if (test->state == PulseState::done || test->state == PulseState::cancelled)
    co_return fail(Errc::check_state_conflict, std::string(pulse_state_name(test->state)));
  const PulseState from = test->state;
  test->state = PulseState::cancelled;
  test->finished_at = deps_.runtime.now();
  auto stored = co_await deps_.store.step_pulse(*test, from, rounds_done(*test));
  if (!stored) co_return fail(stored.error());
  deps_.events.publish(PulseChanged{*test});
  co_return *test;
}

port::Async<> Commissioning::read_bus(std::shared_ptr<Sweep> sweep, std::vector<MeterId> meters) {
  for (MeterId meter : meters) {
    auto power = std::make_shared<std::optional<std::int64_t>>();
    port::Runtime& runtime = deps_.runtime;
    (void)co_await deps_.collector.run(
        meter, BusPriority::command,
        [power, &runtime](port::MeterDriver& driver, port::BusLink& link) {
          return ask_power(driver, link, runtime, power);
        });
    if (*power) sweep->powers[meter] = **power;
  }
  if (--sweep->buses_left == 0) sweep->done->raise();
}

port::Async<> Commissioning::read_around(PulseTest test) {
  // After a restart the meters of before are read again, not those of a changed site.
  std::vector<MeterId> meters;
  for (const PowerTrace& trace : test.traces) meters.push_back(trace.meter);
  if (meters.empty()) meters = around(test.expected);
  if (!test.traces.empty()) co_await deps_.runtime.sleep(kSettle);
  if (meters.empty()) {  // an import took the meter away
    reading_.erase(test.id);
    co_return;
  }
  auto sweep = std::make_shared<Sweep>();
  sweep->done = deps_.runtime.make_wakeup();
  std::map<BusId, std::vector<MeterId>> buses;
  for (MeterId meter : meters)
    if (const LiveMeter* live = deps_.live.find(meter)) buses[live->meter.bus].push_back(meter);
  sweep->buses_left = buses.size();
  for (auto& [bus, list] : buses) deps_.runtime.spawn("pulse bus", read_bus(sweep, list));
  while (sweep->buses_left > 0)
    co_await sweep->done->wait_until(deps_.runtime.mono() + minutes(60));
  if (test.traces.empty())
    for (MeterId meter : meters) test.traces.push_back({meter, only_measures(meter), {}});
  co_await take_powers(std::move(test), sweep->powers);
}

port::Async<> Commissioning::take_powers(PulseTest test, std::map<MeterId, std::int64_t> powers) {
  const PulseState from = test.state;
  const int rounds = rounds_done(test) < 0 ? 0 : rounds_done(test);
  const bool is_first = test.traces.front().power_w.empty();
  for (PowerTrace& trace : test.traces) {
    const auto at = powers.find(trace.meter);
    trace.power_w.push_back(at == powers.end() ? std::nullopt : std::optional(at->second));
  }
  if (!is_first) {
    test.state = from == PulseState::on ? PulseState::off : PulseState::on;
    if (rounds_done(test) >= test.rounds) {
      test.state = PulseState::done;
      test.finished_at = deps_.runtime.now();
      test.result = judge_pulse(test.expected, test.load_w, test.traces);
    }
  }
  const auto stored = co_await deps_.store.step_pulse(test, from, rounds);
  reading_.erase(test.id);
  if (!stored) {
    // Cancelled meanwhile, or the store is busy: what is stored counts, and it can be said again.
    auto now = co_await deps_.store.find_pulse(test.id);
    if (now) deps_.events.publish(PulseChanged{*now});
    co_return;
  }
  deps_.events.publish(PulseChanged{test});
}

}  // namespace paymeter::service

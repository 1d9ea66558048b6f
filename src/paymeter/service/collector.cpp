// The collecting service: owners per bus, the live table, durable batches of readings.
#include "paymeter/service/collector.hpp"

#include <algorithm>

#include "paymeter/service/bus_owner.hpp"

namespace paymeter::service {
namespace {

constexpr Millis kFlushEvery{1'000};
constexpr Millis kStartSpreadPerBus{6};
constexpr Millis kStartSpreadMax{2'000};
constexpr std::size_t kReadingsWaitingMax = 20'000;  // more than a sweep: the store is stuck
constexpr std::size_t kReadingsMax = 100'000;        // while the store does not take them
constexpr std::size_t kReadingsAtOnce = 4'096;       // stored together; copies of them stay small

domain::Reading reading_of(const LiveMeter& live, const domain::Measurements& measured) {
  domain::Reading reading;
  reading.meter = live.meter.id;
  reading.at = measured.at;
  reading.energy_wh = measured.energy_wh;
  reading.rate_energy_wh = measured.rate_energy_wh;
  reading.power_w = measured.power_w[3];
  reading.voltage_mv = measured.voltage_mv;
  reading.line_current_ma = measured.line_current_ma;
  reading.power_factor_e3 = measured.power_factor_e3[3];
  reading.frequency_mhz = measured.frequency_mhz;
  if (live.prepaid) {
    reading.relay_open = live.prepaid->relay_open;
    if (live.meter.wallet == domain::Wallet::meter && live.meter.prepaid) {
      reading.balance = live.prepaid->balance;
      reading.credit_remaining_wh = live.prepaid->credit_remaining.wh;
      reading.purchase_count = live.prepaid->purchase_count;
    }
  }
  return reading;
}

std::vector<MeterId> meters_of(const std::vector<domain::Reading>& readings) {
  std::vector<MeterId> out;
  for (const domain::Reading& reading : readings) out.push_back(reading.meter);
  return out;
}

bool is_wrong_meter(const domain::Meter& config, const domain::PrepaidState& state) {
  return !config.serial.empty() && !state.epoch.serial.empty() &&
         config.serial != state.epoch.serial;
}

/// Work for the bus: plain functions, so that nothing is captured by a coroutine.
port::Async<> read_work(port::MeterDriver& driver, port::BusLink& link, port::Runtime& runtime,
                        std::shared_ptr<Result<domain::PrepaidState>> out) {
  *out = co_await driver.read_prepaid(link, runtime.now());
}

struct ReadNow {
  Result<domain::PrepaidState> state = fail(Errc::link_stopped);
  Result<domain::Measurements> measured = fail(Errc::meter_unsupported);
};

port::Async<> read_both(port::MeterDriver& driver, port::BusLink& link, port::Runtime& runtime,
                        std::shared_ptr<ReadNow> out) {
  out->state = co_await driver.read_prepaid(link, runtime.now());
  if (driver.abilities().measurements)
    out->measured = co_await driver.read_measurements(link, runtime.now());
}

}  // namespace

Collector::Collector(Deps deps) : deps_(deps), flush_wake_(deps.runtime.make_wakeup()) {}
Collector::~Collector() = default;

void Collector::start() {
  const domain::Site& site = deps_.live.site();
  std::unordered_map<BusId, std::vector<domain::Meter>> by_bus;
  for (const domain::Meter& meter : site.meters) by_bus[meter.bus].push_back(meter);
  std::unordered_map<BusId, std::shared_ptr<BusOwner>> before = std::move(owners_);
  owners_.clear();
  for (const domain::Bus& bus : site.buses) {
    const domain::Gateway* gateway = deps_.live.gateway(bus.gateway);
    if (gateway == nullptr) continue;
    // A bus whose configuration stayed goes on: an import must not make every gateway reconnect.
    const auto old = before.find(bus.id);
    if (old != before.end() && old->second->is_up_to_date(*gateway, bus, by_bus[bus.id])) {
      owners_.emplace(bus.id, old->second);
      before.erase(old);
      continue;
    }
    if (old != before.end()) old->second->stop();
    auto owner = std::make_shared<BusOwner>(*this, *gateway, bus);
    owner->prepare(by_bus[bus.id], first_request_delay(site.buses.size()));
    owners_.emplace(bus.id, owner);
    deps_.runtime.spawn("bus " + bus.name, BusOwner::run(owner));
  }
  for (auto& [id, owner] : before) owner->stop();
  if (!flushing_) {
    flushing_ = true;
    deps_.runtime.spawn("readings", flush_loop());
  }
}

void Collector::apply_poll_intervals() {
  for (auto& [id, owner] : owners_) owner->apply_poll_intervals();
}

void Collector::stop() {
  for (auto& [id, owner] : owners_) owner->stop();
  flush_wake_->raise();
}

/// Somewhere within a few milliseconds per bus: a site's gateways are not connected to all at once.
Millis Collector::first_request_delay(std::size_t buses) {
  const auto span =
      std::min<std::int64_t>(kStartSpreadMax.value, kStartSpreadPerBus.value * std::int64_t(buses));
  return {static_cast<std::int64_t>(
      (static_cast<std::uint64_t>(span) * deps_.runtime.random_u32()) >> 32)};
}

port::Async<Result<>> Collector::run(MeterId meter, BusPriority priority, BusWork work) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  const auto owner = owners_.find(live->meter.bus);
  if (owner == owners_.end()) co_return fail(Errc::meter_not_collected);
  const std::shared_ptr<BusOwner> keep = owner->second;
  co_return co_await keep->submit(meter, priority, std::move(work));
}

bool Collector::take_status(MeterId meter, const domain::PrepaidState& state) {
  LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) return false;
  live->last_contact = deps_.runtime.now();
  live->last_contact_mono = deps_.runtime.mono();
  live->prepaid = state;
  deps_.events.publish(MeterChanged{meter});
  const AlarmService& alarms = deps_.alarms;
  return is_wrong_meter(live->meter, state) !=
             alarms.is_active(domain::AlarmKind::wrong_meter, meter, {}) ||
         alarms.status_differs(live->meter, state);
}

port::Async<> Collector::judge_status(MeterId meter, domain::PrepaidState state) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return;
  const domain::Meter config = live->meter;
  co_await deps_.alarms.apply_status(config, state);
  if (is_wrong_meter(config, state)) {
    co_await deps_.alarms.raise(config.property, domain::AlarmKind::wrong_meter, meter, {},
                                "serial " + state.epoch.serial + ", expected " + config.serial);
  } else {
    co_await deps_.alarms.clear(domain::AlarmKind::wrong_meter, meter, {});
  }
}

port::Async<> Collector::observed(MeterId meter, domain::PrepaidState state) {
  if (take_status(meter, state)) co_await judge_status(meter, std::move(state));
}

void Collector::measured(MeterId meter, domain::Measurements values) {
  LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) return;
  if (readings_.size() < kReadingsMax) readings_.push_back(reading_of(*live, values));
  if (readings_.size() % kReadingsAtOnce == 0) flush_wake_->raise();
  live->measured = std::move(values);
  deps_.events.publish(MeterChanged{meter});
}

/// Readings wait in memory for at most a second and go to the store as one durable batch.
port::Async<> Collector::flush_loop() {
  for (;;) {
    co_await flush_wake_->wait_until(deps_.runtime.mono() + kFlushEvery);
    const bool last = deps_.runtime.stopping();
    (void)co_await flush();
    if (last) co_return;
  }
}

port::Async<Result<>> Collector::flush() {
  // What comes meanwhile is for the next flush: whoever waits for this one is not kept waiting.
  for (std::size_t left = readings_.size(); left > 0 && !readings_.empty();) {
    const auto end = readings_.begin() +
                     static_cast<std::ptrdiff_t>(std::min(readings_.size(), kReadingsAtOnce));
    const std::vector<domain::Reading> batch(readings_.begin(), end);
    readings_.erase(readings_.begin(), end);
    left -= std::min(left, batch.size());
    auto stored = co_await deps_.store.append(batch);
    if (stored) {
      deps_.events.publish(ReadingsStored{meters_of(batch)});
      continue;
    }
    if (readings_.size() + batch.size() <= kReadingsMax)
      readings_.insert(readings_.begin(), batch.begin(), batch.end());
    co_return stored;
  }
  co_return Result<>{};
}

port::Async<Result<domain::PrepaidState>> Collector::read_state(MeterId meter,
                                                                BusPriority priority) {
  auto out = std::make_shared<Result<domain::PrepaidState>>(fail(Errc::link_stopped));
  port::Runtime& runtime = deps_.runtime;
  auto ran = co_await run(meter, priority,
                          [out, &runtime](port::MeterDriver& driver, port::BusLink& link) {
                            return read_work(driver, link, runtime, out);
                          });
  if (!ran) co_return fail(ran.error());
  if (*out) co_await observed(meter, **out);
  co_return *out;
}

port::Async<Result<>> Collector::read_now(MeterId meter) {
  auto out = std::make_shared<ReadNow>();
  port::Runtime& runtime = deps_.runtime;
  auto ran = co_await run(meter, BusPriority::command,
                          [out, &runtime](port::MeterDriver& driver, port::BusLink& link) {
                            return read_both(driver, link, runtime, out);
                          });
  if (!ran) co_return fail(ran.error());
  if (out->state) {
    co_await observed(meter, std::move(*out->state));
  } else if (out->state.error().code != Errc::meter_unsupported) {
    co_return fail(out->state.error());
  }
  if (out->measured) {
    measured(meter, std::move(*out->measured));
  } else if (out->measured.error().code != Errc::meter_unsupported) {
    co_return fail(out->measured.error());
  }
  co_return Result<>{};
}

port::Async<> Collector::gateway_changed(domain::Gateway gateway) {
  if (gateway_lost(gateway.id)) {
    co_await deps_.alarms.raise(gateway.property, domain::AlarmKind::gateway_lost, {}, gateway.id,
                                gateway.host);
  } else {
    co_await deps_.alarms.clear(domain::AlarmKind::gateway_lost, {}, gateway.id);
  }
}

std::vector<std::string> Collector::problems() const {
  std::vector<std::string> found;
  if (readings_.size() > kReadingsWaitingMax)
    found.push_back("collector: " + std::to_string(readings_.size()) + " readings not stored");
  std::size_t down = 0;
  for (const auto& [id, owner] : owners_) down += owner->down();
  if (!owners_.empty() && down == owners_.size()) found.push_back("collector: every bus is down");
  return found;
}

BusStats Collector::stats(BusId bus) const {
  const auto at = owners_.find(bus);
  return at == owners_.end() ? BusStats{} : at->second->stats();
}

std::optional<BusReport> Collector::report(BusId bus) const {
  const auto at = owners_.find(bus);
  if (at == owners_.end()) return std::nullopt;
  return at->second->report();
}

bool Collector::gateway_lost(GatewayId gateway) const {
  bool any = false;
  for (const auto& [id, owner] : owners_) {
    if (owner->gateway() != gateway || !owner->has_members()) continue;
    if (!owner->down()) return false;
    any = true;
  }
  return any;
}

}  // namespace paymeter::service

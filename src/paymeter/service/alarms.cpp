// Alarms: memory decides what changed, the store keeps it, subscribers see it.
#include "paymeter/service/alarms.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "paymeter/base/assert.hpp"
#include "paymeter/domain/clock_sync.hpp"

namespace paymeter::service {
namespace {

using domain::AlarmKind;
using domain::watch::Latch;
using domain::watch::LatchChange;
using domain::watch::Zone;

constexpr Millis kIdle = minutes(60);
/// Meters that were lost this long before their gateway were lost with it.
constexpr Millis kFoldWindow = minutes(5);
/// After a gateway's return its meters have this long to answer.
constexpr Millis kReturnGrace = minutes(2);

bool is_money(AlarmKind kind) {
  return kind == AlarmKind::alarm1 || kind == AlarmKind::alarm2 || kind == AlarmKind::arrears;
}

/// The kinds that a meter's status shows.
constexpr std::array kStatusAlarms{domain::AlarmKind::alarm1,  domain::AlarmKind::alarm2,
                                   domain::AlarmKind::arrears, domain::AlarmKind::overload,
                                   domain::AlarmKind::cover,   domain::AlarmKind::clock};

bool contains(const std::vector<AlarmKind>& kinds, AlarmKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

AlarmService::AlarmService(port::Runtime& runtime, port::Store& store, EventHub& events)
    : runtime_(runtime), store_(store), events_(events), wake_(runtime.make_wakeup()) {}

AlarmService::Key AlarmService::key_of(AlarmKind kind, MeterId meter, GatewayId gateway,
                                       PropertyId property) {
  return {kind, meter, gateway, meter || gateway ? PropertyId{} : property};
}

AlarmService::Key AlarmService::key_of(const domain::Alarm& alarm) {
  return key_of(alarm.kind, alarm.meter, alarm.gateway, alarm.property);
}

port::Async<Result<>> AlarmService::start() {
  auto alarms = co_await store_.active_alarms();
  if (!alarms) co_return fail(alarms.error());
  active_.clear();
  for (domain::Alarm& alarm : *alarms) {
    const Key key = key_of(alarm);
    active_.insert_or_assign(key, std::move(alarm));
  }
  if (!std::exchange(is_running_, true)) runtime_.spawn("alarms", loop());
  co_return Result<>{};
}

port::Async<> AlarmService::raise(PropertyId property, AlarmKind kind, MeterId meter,
                                  GatewayId gateway, std::string detail) {
  return observe(property, kind, meter, gateway, Zone::raise, std::move(detail));
}

port::Async<> AlarmService::clear(AlarmKind kind, MeterId meter, GatewayId gateway,
                                  PropertyId property) {
  PAYMETER_ASSERT(meter || gateway || property);
  return observe(property, kind, meter, gateway, Zone::clear, {});
}

bool AlarmService::matters(AlarmKind kind, MeterId meter, GatewayId gateway, Zone zone,
                           PropertyId property) const {
  const Key key = key_of(kind, meter, gateway, property);
  if (pending_.contains(key)) return true;
  if (kind == AlarmKind::meter_lost && hidden_.contains(meter)) return zone == Zone::clear;
  if (kind == AlarmKind::meter_lost && zone == Zone::clear && any_gateway_lost() &&
      is_active(AlarmKind::gateway_lost, {}, gateway_of(meter)))
    return true;
  if (zone == Zone::between) return false;
  return active_.contains(key) != (zone == Zone::raise);
}

port::Async<> AlarmService::observe(PropertyId property, AlarmKind kind, MeterId meter,
                                    GatewayId gateway, Zone zone, std::string detail) {
  // A meter that answers is proof of its gateway, also when a restart forgot how it was lost.
  if (kind == AlarmKind::meter_lost && zone == Zone::clear) {
    hidden_.erase(meter);
    const GatewayId box = gateway_of(meter);
    if (box && matters(AlarmKind::gateway_lost, {}, box, Zone::clear))
      co_await clear(AlarmKind::gateway_lost, {}, box);
  }
  if (!matters(kind, meter, gateway, zone, property)) co_return;
  const Key key = key_of(kind, meter, gateway, property);
  if (kind == AlarmKind::meter_lost && zone == Zone::raise && hide(property, meter, detail))
    co_return;
  const auto active = active_.find(key);
  const auto pending = pending_.find(key);
  if (!property)
    property = active != active_.end()     ? active->second.property
               : pending != pending_.end() ? pending->second.property
                                           : PropertyId{};
  const domain::watch::AlarmRule& rule = rules(property).of(kind);
  const bool obeys = domain::watch::obeys_rules(kind, meter);
  if (obeys && !rule.is_on) zone = Zone::clear;
  const domain::watch::Holds holds = obeys && rule.is_on ? rule.holds : domain::watch::Holds{};
  Latch latch{active != active_.end(), {}};
  if (pending != pending_.end()) latch.since = pending->second.since;
  const LatchChange change = domain::watch::observe(latch, zone, runtime_.now(), holds);
  if (latch.since) {
    const UtcMs due = *domain::watch::change_due(latch, holds);
    pending_[key] = {property, detail, *latch.since, due};
    wake_->raise();
  } else if (pending != pending_.end()) {
    pending_.erase(pending);
  }
  if (change == LatchChange::raised) co_await store_raise(property, key, std::move(detail));
  if (change == LatchChange::cleared) co_await store_clear(key, {});
}

port::Async<> AlarmService::store_raise(PropertyId property, Key key, std::string detail) {
  domain::Alarm alarm;
  alarm.property = property;
  std::tie(alarm.kind, alarm.meter, alarm.gateway, std::ignore) = key;
  alarm.detail = std::move(detail);
  alarm.raised_at = runtime_.now();
  // Taken before the await, so that two observers of one condition make one alarm.
  active_.emplace(key, alarm);
  auto stored = co_await store_.raise_alarm(alarm);
  if (!stored) {
    active_.erase(key);  // the next observation tries again
    co_return;
  }
  active_.insert_or_assign(key, *stored);
  events_.publish(AlarmChanged{*stored});
  if (alarm.kind == AlarmKind::gateway_lost) co_await fold(alarm.gateway);
}

port::Async<> AlarmService::store_clear(Key key, std::string note) {
  const auto at = active_.find(key);
  if (at == active_.end()) co_return;
  domain::Alarm alarm = at->second;
  active_.erase(at);
  alarm.cleared_at = runtime_.now();
  auto cleared = co_await store_.clear_alarm(
      {alarm.kind, alarm.meter, alarm.gateway, *alarm.cleared_at, std::move(note), alarm.property});
  if (!cleared) {
    alarm.cleared_at.reset();
    active_.emplace(key, alarm);
    co_return;
  }
  events_.publish(AlarmChanged{alarm});
  if (alarm.kind == AlarmKind::gateway_lost) unfold(alarm.gateway);
}

/// Keys are in order of their kinds.
bool AlarmService::any_gateway_lost() const {
  const auto first = active_.lower_bound(Key{AlarmKind::gateway_lost, {}, {}, {}});
  return first != active_.end() && std::get<AlarmKind>(first->first) == AlarmKind::gateway_lost;
}

GatewayId AlarmService::gateway_of(MeterId meter) const {
  return gateway_of_ ? gateway_of_(meter) : GatewayId{};
}

bool AlarmService::hide(PropertyId property, MeterId meter, const std::string& detail) {
  const GatewayId gateway = gateway_of(meter);
  if (!gateway || !is_active(AlarmKind::gateway_lost, {}, gateway)) return false;
  pending_.erase(Key{AlarmKind::meter_lost, meter, {}, {}});
  hidden_.insert_or_assign(meter, Hidden{property, gateway, detail, {}});
  return true;
}

/// The gateway's alarm takes the place of those that its meters got on the way down.
port::Async<> AlarmService::fold(GatewayId gateway) {
  std::vector<domain::Alarm> lost;
  const UtcMs from = runtime_.now() - kFoldWindow;
  for (const auto& [key, alarm] : active_)
    if (alarm.kind == AlarmKind::meter_lost && alarm.raised_at >= from &&
        gateway_of(alarm.meter) == gateway)
      lost.push_back(alarm);
  for (const domain::Alarm& alarm : lost) {
    hidden_.insert_or_assign(alarm.meter, Hidden{alarm.property, gateway, alarm.detail, {}});
    pending_.erase(key_of(alarm));
    co_await store_clear(key_of(alarm), "gateway_lost");
  }
}

void AlarmService::unfold(GatewayId gateway) {
  for (auto& [meter, hidden] : hidden_)
    if (hidden.gateway == gateway) hidden.due = runtime_.now() + kReturnGrace;
  wake_->raise();
}

UtcMs AlarmService::next_due() const {
  UtcMs due = runtime_.now() + kIdle;
  for (const auto& [key, pending] : pending_) due = std::min(due, pending.due);
  for (const auto& [meter, hidden] : hidden_)
    if (hidden.due) due = std::min(due, *hidden.due);
  return due;
}

port::Async<> AlarmService::loop() {
  while (!runtime_.stopping()) {
    co_await tick();
    const Millis wait = std::clamp(next_due() - runtime_.now(), Millis{1}, kIdle);
    co_await wake_->wait_until(runtime_.mono() + wait);
  }
}

/// What nobody contradicted for its hold takes place.
port::Async<> AlarmService::tick() {
  const UtcMs now = runtime_.now();
  std::vector<std::pair<Key, Pending>> due;
  for (const auto& [key, pending] : pending_)
    if (pending.due <= now) due.emplace_back(key, pending);
  for (const auto& [key, pending] : due) {
    const auto [kind, meter, gateway, property] = key;
    const Zone zone = active_.contains(key) ? Zone::clear : Zone::raise;
    if (pending_.contains(key))
      co_await observe(pending.property, kind, meter, gateway, zone, pending.detail);
  }
  std::vector<std::pair<MeterId, Hidden>> back;
  for (const auto& [meter, hidden] : hidden_)
    if (hidden.due && *hidden.due <= now) back.emplace_back(meter, hidden);
  for (const auto& [meter, hidden] : back) {
    if (hidden_.erase(meter) == 0) continue;  // it has answered meanwhile
    co_await raise(hidden.property, AlarmKind::meter_lost, meter, {}, hidden.detail);
  }
}

void AlarmService::set_gateway_of(std::function<GatewayId(MeterId)> gateway_of) {
  gateway_of_ = std::move(gateway_of);
}

void AlarmService::set_zone_of(std::function<std::optional<Millis>(PropertyId)> zone_of) {
  zone_of_ = std::move(zone_of);
}

void AlarmService::set_rules(PropertyId property, domain::watch::AlarmRules rules) {
  rules_.insert_or_assign(property, std::move(rules));
}

const domain::watch::AlarmRules& AlarmService::rules(PropertyId property) const {
  const auto at = rules_.find(property);
  return at == rules_.end() ? default_rules_ : at->second;
}

std::vector<domain::AlarmKind> AlarmService::active_status(MeterId meter) const {
  std::vector<domain::AlarmKind> active;
  for (domain::AlarmKind kind : kStatusAlarms)
    if (is_active(kind, meter, {})) active.push_back(kind);
  return active;
}

std::optional<Millis> AlarmService::clock_drift(const domain::Meter& meter,
                                                const domain::PrepaidState& state) const {
  if (!zone_of_ || !state.clock) return std::nullopt;
  const auto zone = zone_of_(meter.property);
  if (!zone) return std::nullopt;
  return domain::clock_drift(*state.clock, *zone, state.at);
}

/// Its own fault, or too far off; between the two levels of the rule it stays what it was.
bool AlarmService::is_clock_wrong(const domain::Meter& meter,
                                  const domain::PrepaidState& state) const {
  if (state.clock_fault) return true;
  const auto drift = clock_drift(meter, state);
  const bool was_wrong = is_active(AlarmKind::clock, meter.id, {});
  if (!drift) return was_wrong && zone_of_;
  const domain::watch::AlarmRule& rule = rules(meter.property).of(AlarmKind::clock);
  const std::int64_t off_s = std::abs(drift->value) / 1'000;
  const Zone zone = domain::watch::zone_above(off_s, rule.raise_at, rule.clear_at);
  return zone == Zone::between ? was_wrong : zone == Zone::raise;
}

domain::AlarmChange AlarmService::status_change(const domain::Meter& meter,
                                                const domain::PrepaidState& state) const {
  std::vector<domain::AlarmKind> active = active_status(meter.id);
  std::vector<domain::AlarmKind> present = domain::status_alarms(state);
  std::erase(present, AlarmKind::clock);
  if (is_clock_wrong(meter, state)) present.push_back(AlarmKind::clock);
  if (meter.wallet == domain::Wallet::platform) {
    // The money is the platform's: what the meter says about its own wallet means nothing.
    std::erase_if(present, is_money);
    std::erase_if(active, is_money);
  }
  return domain::alarm_change(active, present);
}

bool AlarmService::status_differs(const domain::Meter& meter,
                                  const domain::PrepaidState& state) const {
  for (domain::AlarmKind kind : kStatusAlarms)
    if (pending_.contains(Key{kind, meter.id, {}, {}})) return true;  // it may end a hold
  const domain::AlarmChange change = status_change(meter, state);
  return !change.raise.empty() || !change.clear.empty();
}

port::Async<> AlarmService::apply_status(const domain::Meter& meter,
                                         const domain::PrepaidState& state) {
  const domain::AlarmChange change = status_change(meter, state);
  const MeterId id = meter.id;
  const PropertyId property = meter.property;
  const std::string balance = "balance " + domain::format_money(state.balance);
  for (domain::AlarmKind kind : change.clear) co_await clear(kind, id, {});
  const auto drift = clock_drift(meter, state);
  const std::string clock =
      state.clock_fault || !drift ? "clock fault" : "clock " + domain::clock_drift_text(*drift);
  const auto detail_of = [&](AlarmKind kind) { return kind == AlarmKind::clock ? clock : balance; };
  for (AlarmKind kind : change.raise) co_await raise(property, kind, id, {}, detail_of(kind));
  // A condition that is back within a hold is no change to what is active, but it ends the hold.
  for (domain::AlarmKind kind : kStatusAlarms) {
    if (!pending_.contains(Key{kind, id, {}, {}}) || contains(change.clear, kind) ||
        contains(change.raise, kind))
      continue;
    const Zone zone = is_active(kind, id, {}) ? Zone::raise : Zone::clear;
    co_await observe(property, kind, id, {}, zone, detail_of(kind));
  }
}

port::Async<> AlarmService::apply_wallet(domain::Meter meter, domain::WalletStanding standing) {
  using domain::AlarmKind;
  using domain::WalletLevel;
  const auto level = standing.supply.level;
  const std::string balance = "balance " + domain::format_money(standing.balance);
  const std::string held =
      standing.held ? std::string(error_name(standing.held->reason)) : std::string{};
  const std::vector<std::tuple<AlarmKind, bool, std::string>> wanted{
      {AlarmKind::alarm1,
       meter.settings.alarm1 > domain::Money{} && standing.balance <= meter.settings.alarm1,
       balance},
      {AlarmKind::alarm2,
       meter.settings.alarm2 > domain::Money{} && standing.balance <= meter.settings.alarm2,
       balance},
      {AlarmKind::arrears, level >= WalletLevel::arrears, balance},
      {AlarmKind::billing_held, standing.held.has_value(), held}};
  for (const auto& [kind, is_present, detail] : wanted) {
    if (is_present)
      co_await raise(meter.property, kind, meter.id, {}, detail);
    else
      co_await clear(kind, meter.id, {});
  }
}

port::Async<Result<domain::Alarm>> AlarmService::acknowledge(AlarmId id, UserId by,
                                                             std::string note) {
  auto alarm = co_await store_.acknowledge_alarm(id, by, runtime_.now(), std::move(note));
  if (!alarm) co_return fail(alarm.error());
  const Key key = key_of(*alarm);
  if (auto at = active_.find(key); at != active_.end() && at->second.id == id) at->second = *alarm;
  events_.publish(AlarmChanged{*alarm});
  co_return *alarm;
}

bool AlarmService::is_active(domain::AlarmKind kind, MeterId meter, GatewayId gateway,
                             PropertyId property) const {
  return active_.contains(key_of(kind, meter, gateway, property));
}

std::vector<domain::Alarm> AlarmService::active() const {
  std::vector<domain::Alarm> out;
  out.reserve(active_.size());
  for (const auto& [key, alarm] : active_) out.push_back(alarm);
  return out;
}

}  // namespace paymeter::service

// Alarms: memory decides what changed, the store keeps it, subscribers see it.
#include "paymeter/service/alarms.hpp"

#include <array>

namespace paymeter::service {
namespace {

bool is_money(domain::AlarmKind kind) {
  return kind == domain::AlarmKind::alarm1 || kind == domain::AlarmKind::alarm2 ||
         kind == domain::AlarmKind::arrears;
}

/// The kinds that a meter's status shows.
constexpr std::array kStatusAlarms{domain::AlarmKind::alarm1,  domain::AlarmKind::alarm2,
                                   domain::AlarmKind::arrears, domain::AlarmKind::overload,
                                   domain::AlarmKind::cover,   domain::AlarmKind::clock};

}  // namespace

AlarmService::AlarmService(port::Runtime& runtime, port::Store& store, EventHub& events)
    : runtime_(runtime), store_(store), events_(events) {}

port::Async<Result<>> AlarmService::start() {
  auto alarms = co_await store_.active_alarms();
  if (!alarms) co_return fail(alarms.error());
  active_.clear();
  for (domain::Alarm& alarm : *alarms) {
    const Key key{alarm.kind, alarm.meter, alarm.gateway};
    active_.insert_or_assign(key, std::move(alarm));
  }
  co_return Result<>{};
}

port::Async<> AlarmService::raise(PropertyId property, domain::AlarmKind kind, MeterId meter,
                                  GatewayId gateway, std::string detail) {
  const Key key{kind, meter, gateway};
  if (active_.contains(key)) co_return;
  domain::Alarm alarm;
  alarm.property = property;
  alarm.kind = kind;
  alarm.meter = meter;
  alarm.gateway = gateway;
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
}

port::Async<> AlarmService::clear(domain::AlarmKind kind, MeterId meter, GatewayId gateway) {
  const Key key{kind, meter, gateway};
  const auto at = active_.find(key);
  if (at == active_.end()) co_return;
  domain::Alarm alarm = at->second;
  active_.erase(at);
  alarm.cleared_at = runtime_.now();
  auto cleared = co_await store_.clear_alarm(kind, meter, gateway, *alarm.cleared_at);
  if (!cleared) {
    alarm.cleared_at.reset();
    active_.emplace(key, alarm);
    co_return;
  }
  events_.publish(AlarmChanged{alarm});
}

std::vector<domain::AlarmKind> AlarmService::active_status(MeterId meter) const {
  std::vector<domain::AlarmKind> active;
  for (domain::AlarmKind kind : kStatusAlarms)
    if (is_active(kind, meter, {})) active.push_back(kind);
  return active;
}

domain::AlarmChange AlarmService::status_change(const domain::Meter& meter,
                                                const domain::PrepaidState& state) const {
  std::vector<domain::AlarmKind> active = active_status(meter.id);
  std::vector<domain::AlarmKind> present = domain::status_alarms(state);
  if (meter.wallet == domain::Wallet::platform) {
    // The money is the platform's: what the meter says about its own wallet means nothing.
    std::erase_if(present, is_money);
    std::erase_if(active, is_money);
  }
  return domain::alarm_change(active, present);
}

bool AlarmService::status_differs(const domain::Meter& meter,
                                  const domain::PrepaidState& state) const {
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
  for (domain::AlarmKind kind : change.raise) co_await raise(property, kind, id, {}, balance);
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

port::Async<Result<domain::Alarm>> AlarmService::acknowledge(AlarmId id, UserId by) {
  auto alarm = co_await store_.acknowledge_alarm(id, by, runtime_.now());
  if (!alarm) co_return fail(alarm.error());
  const Key key{alarm->kind, alarm->meter, alarm->gateway};
  if (auto at = active_.find(key); at != active_.end() && at->second.id == id) at->second = *alarm;
  events_.publish(AlarmChanged{*alarm});
  co_return *alarm;
}

bool AlarmService::is_active(domain::AlarmKind kind, MeterId meter, GatewayId gateway) const {
  return active_.contains(Key{kind, meter, gateway});
}

std::vector<domain::Alarm> AlarmService::active() const {
  std::vector<domain::Alarm> out;
  out.reserve(active_.size());
  for (const auto& [key, alarm] : active_) out.push_back(alarm);
  return out;
}

}  // namespace paymeter::service

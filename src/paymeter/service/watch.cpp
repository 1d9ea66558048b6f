// Findings of the register rules become alarms, reading by reading.
#include "paymeter/service/watch.hpp"

#include <algorithm>

#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

using domain::AlarmKind;
using domain::watch::Finding;
using domain::watch::Zone;

constexpr Millis kIdle = minutes(60);
constexpr Millis kDayPause = minutes(10);
constexpr Millis kRetryPause = minutes(1);

/// A reading further ahead than this was stamped by a clock that was wrong.
constexpr Millis kAhead = minutes(5);
/// So long before its alarm a register is read again to know what it had shown.
constexpr Millis kBefore = minutes(7 * 24 * 60);
constexpr int kPage = 500;

/// Whatever comes now is older than the base: it would be ignored until that day.
bool is_ahead(const domain::watch::MeterWatch& watch, UtcMs now) {
  return (watch.base_at && *watch.base_at > now + kAhead) ||
         (watch.power_at && *watch.power_at > now + kAhead);
}

/// Acknowledging these says that a person looked: the register is taken as it is from now on.
bool is_about_register(AlarmKind kind) {
  return kind == AlarmKind::falling || kind == AlarmKind::flying ||
         kind == AlarmKind::impossible_reading;
}

}  // namespace

Watch::Watch(Deps deps) : deps_(deps), wake_(deps.runtime.make_wakeup()) {}

port::Async<Result<>> Watch::start() {
  auto rules = co_await deps_.store.alarm_rules();
  if (!rules) co_return fail(rules.error());
  std::unordered_map<PropertyId, std::vector<domain::watch::AlarmRule>> by_property;
  for (const auto& set : *rules) by_property[set.property].push_back(set.rule);
  for (const auto& [property, list] : by_property)
    deps_.alarms.set_rules(property, domain::watch::AlarmRules(list));
  auto trees = co_await deps_.store.loss_trees();
  if (!trees) co_return fail(trees.error());
  trees_ = std::move(*trees);
  auto latest = co_await deps_.store.latest();
  if (!latest) co_return fail(latest.error());
  for (const domain::Reading& reading : *latest) {
    const LiveMeter* live = deps_.live.find(reading.meter);
    if (live == nullptr || reading.at > deps_.runtime.now() + kAhead) continue;
    Known& known = known_[reading.meter];
    known.serial = live->meter.serial;
    known.seen = reading.at;
    (void)domain::watch::watch_sample(known.watch, domain::watch::sample_of(reading),
                                      domain::watch::connection_of(live->meter), {});
  }
  if (auto before = co_await remember_before(); !before) co_return before;
  deps_.alarms.set_zone_of([&live = deps_.live](PropertyId property) {
    const domain::Property* found = live.property(property);
    return found == nullptr ? std::nullopt : fixed_zone_offset(found->time_zone);
  });
  deps_.alarms.set_gateway_of([&live = deps_.live](MeterId meter) {
    const LiveMeter* found = live.find(meter);
    const domain::Bus* bus = found == nullptr ? nullptr : live.bus(found->meter.bus);
    return bus == nullptr ? GatewayId{} : bus->gateway;
  });
  token_ = deps_.events.subscribe([this](const Event& event) { on_event(event); });
  deps_.runtime.spawn("watch", change_loop());
  deps_.runtime.spawn("loss", day_loop());
  co_return Result<>{};
}

/// A register that fell or flew, and whom nobody has acknowledged yet, is still compared with what
/// it had shown before: the newest reading is the wrong one.
port::Async<Result<>> Watch::remember_before() {
  const auto alarms = co_await deps_.store.active_alarms();
  if (!alarms) co_return fail(alarms.error());
  for (const domain::Alarm& alarm : *alarms) {
    const bool is_open = alarm.kind == AlarmKind::falling || alarm.kind == AlarmKind::flying;
    const LiveMeter* live = deps_.live.find(alarm.meter);
    if (!is_open || alarm.acknowledged_at || live == nullptr) continue;
    const auto connection = domain::watch::connection_of(live->meter);
    domain::watch::MeterWatch watch;
    UtcMs from = alarm.raised_at - kBefore;
    for (bool is_more = true; is_more;) {
      const auto page = co_await deps_.store.series(alarm.meter, from, alarm.raised_at, kPage);
      if (!page) co_return fail(page.error());
      for (const domain::Reading& reading : *page) {
        (void)domain::watch::watch_sample(watch, domain::watch::sample_of(reading), connection,
                                          deps_.alarms.rules(alarm.property));
        from = reading.at + Millis{1};
      }
      is_more = page->size() == static_cast<std::size_t>(kPage);
    }
    if (watch.base_at) known_[alarm.meter].watch = watch;
  }
  co_return Result<>{};
}

void Watch::on_event(const Event& event) {
  if (const auto* changed = std::get_if<MeterChanged>(&event)) {
    look_at(changed->meter);
  } else if (const auto* alarm = std::get_if<AlarmChanged>(&event)) {
    const domain::Alarm& row = alarm->alarm;
    if (row.acknowledged_at && !row.cleared_at && is_about_register(row.kind))
      known_[row.meter].watch = {};
  }
}

void Watch::look_at(MeterId meter) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr || !live->measured) return;
  Known& known = known_[meter];
  if (known.seen == live->measured->at) return;
  known.seen = live->measured->at;
  // Another device: its register has nothing to do with the one before.
  if (known.serial != live->meter.serial) {
    known.watch = {};
    known.serial = live->meter.serial;
  }
  if (is_ahead(known.watch, deps_.runtime.now())) known.watch = {};
  const PropertyId property = live->meter.property;
  const auto findings = domain::watch::watch_sample(
      known.watch, domain::watch::sample_of(*live->measured),
      domain::watch::connection_of(live->meter), deps_.alarms.rules(property));
  for (const Finding& finding : findings) {
    if (!deps_.alarms.matters(finding.kind, meter, {}, finding.zone)) continue;
    const auto waiting = std::find_if(changes_.begin(), changes_.end(), [&](const Change& change) {
      return change.meter == meter && change.finding.kind == finding.kind;
    });
    if (waiting != changes_.end())
      waiting->finding = finding;
    else
      changes_.push_back({property, meter, finding});
    wake_->raise();
  }
}

port::Async<> Watch::change_loop() {
  while (!deps_.runtime.stopping()) {
    while (!changes_.empty()) {
      const Change change = std::move(changes_.front());
      changes_.pop_front();
      co_await deps_.alarms.observe(change.property, change.finding.kind, change.meter, {},
                                    change.finding.zone, change.finding.detail);
    }
    co_await wake_->wait_until(deps_.runtime.mono() + kIdle);
  }
}

port::Async<> Watch::day_loop() {
  while (!deps_.runtime.stopping()) {
    const auto weighed = co_await weigh_closed_days();
    co_await deps_.runtime.sleep(weighed ? kDayPause : kRetryPause);
  }
}

port::Async<Result<domain::watch::AlarmRule>> Watch::set_rule(PropertyId property,
                                                              domain::watch::AlarmRule rule,
                                                              UserId by) {
  if (auto good = domain::watch::check_rule(rule); !good) co_return fail(good.error());
  auto stored = co_await deps_.store.set_alarm_rule({property, rule, by, deps_.runtime.now()});
  if (!stored) co_return fail(stored.error());
  domain::watch::AlarmRules rules = deps_.alarms.rules(property);
  rules.set(rule);
  deps_.alarms.set_rules(property, rules);
  if (rule.is_on) co_return rule;
  // What nobody wants to know any more does not stay on the list.
  for (const domain::Alarm& alarm : deps_.alarms.active())
    if (alarm.kind == rule.kind && alarm.property == property &&
        domain::watch::obeys_rules(alarm.kind, alarm.meter))
      co_await deps_.alarms.clear(alarm.kind, alarm.meter, alarm.gateway, alarm.property);
  co_return rule;
}

}  // namespace paymeter::service

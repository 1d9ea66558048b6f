// Relay and energy against intent, from what is stored: a restart changes nothing.
#include "paymeter/service/assurance.hpp"

#include <algorithm>

#include "paymeter/service/limiting_watch.hpp"

namespace paymeter::service {
namespace {

using domain::AlarmKind;
using domain::SupplyIntent;
using domain::SupplyIntentKind;
using domain::SwitchReading;

constexpr int kHistory = 50;
constexpr int kPage = 500;  // readings of one meter at once
constexpr Millis kDay{86'400'000};
constexpr Millis kLookBack = kDay * 7;
constexpr Millis kClockSlack = minutes(1);
constexpr Millis kRound = minutes(10);

constexpr AlarmKind kKinds[] = {AlarmKind::relay_welded, AlarmKind::reclose_failed,
                                AlarmKind::relay_mismatch};

struct Wish {
  std::vector<SupplyIntent> lasting;
  UtcMs since{};
  bool was_reclosed = false;
};

/// Since when the relay is to be as it is, and whether an own cut ended last.
Wish wish_of(const std::vector<SupplyIntent>& history) {
  Wish out;
  std::optional<UtcMs> begun, ended;
  for (const SupplyIntent& intent : history) {
    if (!intent.ended_at) {
      out.lasting.push_back(intent);
      if (domain::holds_off(intent.kind) && (!begun || intent.begun_at < *begun))
        begun = intent.begun_at;
    } else if (!ended || *intent.ended_at > *ended) {
      ended = intent.ended_at;
      out.was_reclosed = intent.kind == SupplyIntentKind::arrears;
    }
  }
  out.since = begun ? *begun : ended.value_or(UtcMs{});
  return out;
}

/// A plan's own: the readings of a meter that answers and stays open must not clear it.
bool is_a_plans(const AlarmService& alarms, AlarmKind kind, MeterId meter) {
  if (kind != AlarmKind::reclose_failed || !alarms.is_active(kind, meter, {})) return false;
  return std::ranges::any_of(alarms.active(), [&](const domain::Alarm& alarm) {
    return alarm.kind == kind && alarm.meter == meter && alarm.detail.starts_with(kGiveBackAlarm);
  });
}

}  // namespace

Assurance::Assurance(Deps deps) : deps_(deps), wake_(deps.runtime.make_wakeup()) {}

void Assurance::start() {
  token_ = deps_.events.subscribe([this](const Event& event) { on_event(event); });
  deps_.runtime.spawn("assurance", loop());
}

void Assurance::on_event(const Event& event) {
  const auto* stored = std::get_if<ReadingsStored>(&event);
  if (stored == nullptr) return;
  due_.insert(stored->meters.begin(), stored->meters.end());
  wake_->raise();
}

port::Async<> Assurance::loop() {
  while (!deps_.runtime.stopping()) {
    std::set<MeterId> now;
    now.swap(due_);
    const auto lasting = co_await deps_.store.lasting_intents();
    std::set<MeterId> held;
    if (lasting)
      for (const SupplyIntent& intent : *lasting) held.insert(intent.meter);
    for (const MeterId meter : now) {
      if (deps_.runtime.stopping()) co_return;
      if (!lasting || held.contains(meter) || may_be_wrong(meter)) (void)co_await judge(meter);
    }
    co_await wake_->wait_until(deps_.runtime.mono() + kRound);
  }
}

/// Without any intent: open, or an alarm stands. Nearly every meter is neither.
bool Assurance::may_be_wrong(MeterId meter) const {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) return false;
  if (live->meter.is_protected || (live->prepaid && live->prepaid->relay_open)) return true;
  return std::ranges::any_of(
      kKinds, [&](AlarmKind kind) { return deps_.alarms.is_active(kind, meter, {}); });
}

port::Async<Result<domain::SwitchFacts>> Assurance::facts_of(MeterId meter) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  const domain::Meter config = live->meter;
  const bool overload = live->prepaid && live->prepaid->overload_trip;
  auto history = co_await deps_.store.supply_intent_history(meter, port::Page{kHistory, 0});
  if (!history) co_return fail(history.error());
  const Wish wish = wish_of(history->rows);
  domain::SwitchFacts facts;
  facts.wanted = domain::supply_target(wish.lasting, config.is_protected);
  facts.wanted_since = wish.since;
  facts.opens_by_itself = config.wallet == domain::Wallet::meter || overload;
  facts.was_reclosed = wish.was_reclosed;
  facts.ct_ratio = config.ct_ratio;
  const UtcMs now = deps_.runtime.now();
  const auto known = scans_.find(meter);
  const bool goes_on = known != scans_.end() && known->second.wanted == facts.wanted &&
                       known->second.since == facts.wanted_since &&
                       known->second.next <= now + kClockSlack;
  // A copy: what is read while another judgement waits for the store is not mixed with it.
  auto scan = std::make_shared<Scan>(goes_on ? known->second : begun(facts, now));
  auto read = co_await read_on(meter, scan, now);
  // Silent for more than a day: its latest reading is older.
  if (read && !scan->latest && scan->wanted != domain::SupplyTarget::open) {
    scan->next = std::max(wish.since, now - kLookBack);
    read = co_await read_on(meter, scan, now);
  }
  if (read) read = co_await move_base(meter, scan, now);
  if (!read) co_return fail(read.error());
  scans_.insert_or_assign(meter, *scan);
  facts.is_confirmed = scan->is_confirmed;
  facts.base = scan->base;
  facts.latest = scan->latest.value_or(SwitchReading{});
  co_return facts;
}

/// Held off: from the moment it began, for the register's value then. Else only the latest counts.
Assurance::Scan Assurance::begun(const domain::SwitchFacts& facts, UtcMs now) const {
  Scan scan;
  scan.wanted = facts.wanted;
  scan.since = facts.wanted_since;
  const bool wants_open = facts.wanted == domain::SupplyTarget::open;
  scan.next = std::max(scan.since, now - (wants_open ? kLookBack : kDay));
  return scan;
}

port::Async<Result<>> Assurance::read_on(MeterId meter, std::shared_ptr<Scan> scan, UtcMs now) {
  const bool wants_open = scan->wanted == domain::SupplyTarget::open;
  for (bool is_more = true; is_more;) {
    const auto page = co_await deps_.store.series(meter, scan->next, now + Millis{1}, kPage);
    if (!page) co_return fail(page.error());
    for (const domain::Reading& reading : *page) {
      const SwitchReading one{reading.at, reading.relay_open, reading.energy_wh};
      if (reading.relay_open == wants_open) scan->is_confirmed = true;
      if (!scan->base && wants_open && reading.relay_open == true) scan->base = one;
      scan->latest = one;
      scan->next = reading.at + Millis{1};
    }
    is_more = page->size() == static_cast<std::size_t>(kPage);
  }
  co_return Result<>{};
}

/// What trickles through in months is no welded contact: the base goes with the time.
port::Async<Result<>> Assurance::move_base(MeterId meter, std::shared_ptr<Scan> scan, UtcMs now) {
  const UtcMs from = now - kLookBack;
  if (!scan->base || scan->base->at >= from) co_return Result<>{};
  const auto page = co_await deps_.store.series(meter, from, now + Millis{1}, kPage);
  if (!page) co_return fail(page.error());
  for (const domain::Reading& reading : *page) {
    if (reading.relay_open != true) continue;
    scan->base = SwitchReading{reading.at, reading.relay_open, reading.energy_wh};
    break;
  }
  co_return Result<>{};
}

port::Async<Result<domain::SwitchFindings>> Assurance::judge(MeterId meter) {
  auto facts = co_await facts_of(meter);
  if (!facts) co_return fail(facts.error());
  const domain::SwitchFindings findings = domain::judge_switch(*facts);
  co_await show(meter, findings);
  co_return findings;
}

port::Async<> Assurance::show(MeterId meter, domain::SwitchFindings findings) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return;
  const PropertyId property = live->meter.property;
  struct Row {
    AlarmKind kind;
    bool present;
    const char* detail;
  };
  const Row rows[] = {
      {AlarmKind::relay_welded, findings.relay_welded, "energy while the relay is open"},
      {AlarmKind::reclose_failed, findings.reclose_failed, "open after the own cut ended"},
      {AlarmKind::relay_mismatch, findings.relay_mismatch, "relay and intents disagree"}};
  for (const Row& row : rows) {
    if (row.present)
      co_await deps_.alarms.raise(property, row.kind, meter, {}, row.detail);
    else if (!is_a_plans(deps_.alarms, row.kind, meter))
      co_await deps_.alarms.clear(row.kind, meter, {});
  }
}

}  // namespace paymeter::service

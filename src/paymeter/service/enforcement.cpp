// The watch over platform wallets.
#include "paymeter/service/enforcement.hpp"

#include <algorithm>
#include <utility>

#include "paymeter/domain/rating/local_day.hpp"
#include "paymeter/service/login.hpp"

namespace paymeter::service {
namespace {

using domain::CutVerdict;
namespace rating = domain::rating;

constexpr int kDaysAhead = 30;
constexpr int kAnnounced = 20;  // newest rehearsals that may still be told
constexpr Millis kPauseMin{200};

/// Verdict, reasons and day: the same again is no news.
std::string in_short(const CutLook& look) {
  return std::to_string(look.day) + " " + std::string(cut_verdict_name(look.decision.verdict)) +
         " " + domain::format_guards(look.decision.guards);
}

/// Somebody switched it on for the property, one of its buildings or a meter.
port::Async<bool> is_enforced(port::Store& store, PropertyId property) {
  const auto settings = co_await store.enforcement(property);
  co_return settings&& std::ranges::any_of(*settings, [](const domain::Enforcement& setting) {
    return setting.mode != domain::EnforcementMode::off;
  });
}

bool would_be_cut(const domain::RehearsalLine& line) { return line.guards.empty(); }

}  // namespace

Enforcement::Enforcement(Deps deps, Settings settings, CutLooker::AskOrders ask_orders)
    : deps_(deps),
      settings_(settings),
      clock_({deps.runtime, deps.live, deps.alarms}, settings.rules.clock_skew_max),
      looker_({deps.runtime, deps.store, deps.billing, deps.live, deps.collector, clock_},
              settings.rules, std::move(ask_orders)),
      carrier_({deps.runtime, deps.store, deps.collector, looker_, deps.events}, settings.carrier),
      wake_(deps.runtime.make_wakeup()) {}

void Enforcement::start() {
  token_ = deps_.events.subscribe([this](const Event& event) { on_event(event); });
  clock_.start();
  deps_.runtime.spawn("enforcement", loop());
}

/// Money or a person's will: whoever is cut is looked at at once.
void Enforcement::on_event(const Event& event) {
  const auto wake = [this](MeterId meter, bool is_news = true) {
    const auto task = carried_.find(meter);
    if (task == carried_.end()) return;
    if (is_news) carrier_.forget_silence(meter);
    task->second->raise();
  };
  // Silent until now: whoever else heard it says that it is there again.
  if (const auto* changed = std::get_if<MeterChanged>(&event);
      changed != nullptr && carrier_.is_silent(changed->meter)) {
    const LiveMeter* live = deps_.live.find(changed->meter);
    if (live != nullptr && carrier_.has_answered_since(changed->meter, live->last_contact_mono))
      wake(changed->meter);
  }
  // A command that is tried again and again says nothing new about a meter that does not answer.
  if (const auto* command = std::get_if<CommandChanged>(&event))
    wake(command->command.meter,
         command->command.tries == 0 || command->command.state != domain::CommandState::pending);
  if (const auto* account = std::get_if<AccountChanged>(&event))
    for (const MeterId meter : account->account.meters) wake(meter);
  if (const auto* vend = std::get_if<VendChanged>(&event))
    for (const auto& [meter, task] : carried_) {
      const LiveMeter* live = deps_.live.find(meter);
      const bool same_account =
          live != nullptr && live->account && live->account->id == vend->vend.account;
      if (same_account || meter == vend->vend.meter) wake(meter);
    }
}

port::Async<> Enforcement::loop() {
  MonoMs next_rehearsal = deps_.runtime.mono();
  while (!deps_.runtime.stopping()) {
    co_await take_up_lasting();
    co_await show_breakers();
    for (const MeterId meter : co_await candidates_of_enforced()) {
      if (deps_.runtime.stopping()) co_return;
      co_await consider_in_time(meter);
    }
    if (deps_.runtime.mono() >= next_rehearsal) {
      co_await rehearse_all();
      next_rehearsal = deps_.runtime.mono() + settings_.rehearse_every;
    }
    co_await wake_->wait_until(deps_.runtime.mono() + settings_.round);
  }
}

/// Where nobody ever switched it on, nothing is looked at and nothing is decided.
port::Async<std::vector<MeterId>> Enforcement::candidates_of_enforced() {
  std::vector<MeterId> out;
  for (const domain::Property& property : std::vector(deps_.live.site().properties)) {
    if (!co_await is_enforced(deps_.store, property.id)) continue;
    const auto low = candidates(property.id);
    out.insert(out.end(), low.begin(), low.end());
  }
  co_return out;
}

/// Platform wallets below their threshold, as billing last saw them. By id.
std::vector<MeterId> Enforcement::candidates(PropertyId property) const {
  std::vector<MeterId> out;
  for (const auto& [id, live] : deps_.live.meters())
    if (live.wallet && live.wallet->supply.left < domain::Money{} &&
        live.meter.wallet == domain::Wallet::platform && !carried_.contains(id) &&
        live.meter.property == property)
      out.push_back(id);
  return out;
}

/// One after the other, but nobody waits behind a meter whose bus does not get to it: that one
/// goes on beside the round, and its bus is left out until it is over.
port::Async<> Enforcement::consider_in_time(MeterId meter) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr || carried_.contains(meter)) co_return;
  const auto wait = next_try_.find(meter);
  if (wait != next_try_.end() && deps_.runtime.mono() < wait->second) co_return;
  if (!busy_.insert(live->meter.bus).second) co_return;
  // A wakeup of its own: a turn that ends before anybody waits must not end the pause after the
  // round.
  const std::shared_ptr<port::Wakeup> over = deps_.runtime.make_wakeup();
  deps_.runtime.spawn("cut turn", consider_alone(meter, live->meter.bus, over));
  co_await over->wait_until(deps_.runtime.mono() + settings_.turn_patience);
}

port::Async<> Enforcement::consider_alone(MeterId meter, BusId bus,
                                          std::shared_ptr<port::Wakeup> over) {
  co_await consider(meter);
  busy_.erase(bus);
  over->raise();
}

port::Async<> Enforcement::consider(MeterId meter) {
  auto look = co_await looker_.foresee(meter);
  if (!look) co_return;
  // Only a sale keeps it on: an order may have been paid without anybody telling us, or be dead.
  if (domain::failing(look->decision.guards) == std::vector{domain::CutGuard::no_vend_under_way}) {
    co_await remember(meter, *look);
    (void)co_await looker_.before(meter);
    next_try_[meter] = deps_.runtime.mono() + settings_.meter_pause;
    look = co_await looker_.foresee(meter);
    if (!look) co_return;
  }
  if (look->decision.verdict != CutVerdict::cut) {
    co_await remember(meter, std::move(*look));
    co_return;
  }
  CutTurn turn = co_await carrier_.cut(meter);
  if (turn.breaker_opened) {
    deps_.events.publish(CutsChanged{CutPart::breaker, {}});
    co_await show_breakers();
  }
  if (turn.cut) {
    told_.erase(meter);
    deps_.events.publish(CutsChanged{CutPart::own_cut, meter});
    take_up(meter);
    co_return;
  }
  if (turn.look && turn.look->decision.verdict != CutVerdict::cut)
    co_await remember(meter, std::move(*turn.look));
  next_try_[meter] = deps_.runtime.mono() + settings_.meter_pause;
}

/// A decision that keeps the supply on is stored when it is news.
port::Async<> Enforcement::remember(MeterId meter, CutLook look) {
  std::string now = in_short(look);
  if (told_[meter] == now) co_return;
  port::CutRecord record = port::record_of(look.inputs, look.decision);
  record.meter = meter;
  record.account = look.facts.account;
  auto stored = co_await deps_.store.add_cut_decision(std::move(record));
  if (!stored) co_return;
  told_[meter] = std::move(now);
  deps_.events.publish(CutsChanged{CutPart::decision, meter});
}

// ---------------------------------------------------------------- own cuts
port::Async<> Enforcement::take_up_lasting() {
  const auto cuts = co_await deps_.store.lasting_cuts();
  if (!cuts) co_return;
  for (const port::OwnCut& cut : *cuts) take_up(cut.meter);
}

void Enforcement::take_up(MeterId meter) {
  if (carried_.contains(meter)) return;
  carried_[meter] = deps_.runtime.make_wakeup();
  deps_.runtime.spawn("own cut", carry(meter));
}

port::Async<> Enforcement::carry(MeterId meter) {
  const std::shared_ptr<port::Wakeup> wake = carried_.at(meter);
  while (!deps_.runtime.stopping()) {
    const auto pause = co_await carrier_.carry(meter);
    if (!pause) break;
    // Events come in bursts: a pause keeps a bus that does not answer from being asked for ever.
    co_await deps_.runtime.sleep(kPauseMin);
    if (*pause > kPauseMin) co_await wake->wait_until(deps_.runtime.mono() + *pause);
  }
  carried_.erase(meter);
}

// ---------------------------------------------------------------- people
port::Async<Result<domain::Enforcement>> Enforcement::set(domain::Enforcement setting) {
  if (auto ok = domain::check_enforcement(setting); !ok) co_return fail(ok.error());
  setting.changed_at = deps_.runtime.now();
  auto stored = co_await deps_.store.set_enforcement(std::move(setting));
  for (const auto& [meter, task] : carried_) task->raise();
  if (stored) deps_.events.publish(CutsChanged{CutPart::setting, stored->meter});
  co_return stored;
}

port::Async<Result<domain::CutBreaker>> Enforcement::ask_release(PropertyId property, UserId by,
                                                                 std::string reason) {
  auto asked = co_await deps_.store.ask_breaker_release(property, by, std::move(reason),
                                                        deps_.runtime.now());
  if (asked) deps_.events.publish(CutsChanged{CutPart::breaker, {}});
  co_return asked;
}

port::Async<Result<domain::CutBreaker>> Enforcement::release(PropertyId property, UserId by,
                                                             std::string typed) {
  const auto users = co_await deps_.store.list_users();
  if (!users) co_return fail(users.error());
  domain::BreakerRelease release{by, deps_.runtime.now(), 0, std::move(typed)};
  release.others = static_cast<int>(std::ranges::count_if(*users, [&](const port::User& user) {
    return user.id != by && !user.disabled && role_may(user.role, Right::decide);
  }));
  auto released = co_await deps_.store.release_breaker(property, std::move(release));
  if (!released) co_return released;
  deps_.events.publish(CutsChanged{CutPart::breaker, {}});
  co_await show_breakers();
  co_return released;
}

/// One alarm per property while its breaker is open, whichever station opened or released it.
port::Async<> Enforcement::show_breakers() {
  for (const domain::Property& property : std::vector(deps_.live.site().properties)) {
    const auto breaker = co_await deps_.store.cut_breaker(property.id);
    if (!breaker) co_return;
    if (!breaker->is_open) {
      co_await deps_.alarms.clear(domain::AlarmKind::cut_breaker, {}, {}, property.id);
      continue;
    }
    co_await deps_.alarms.raise(
        property.id, domain::AlarmKind::cut_breaker, {}, {},
        property.name + ": " + std::to_string(breaker->cuts) + " cuts within ten minutes");
  }
}

// ---------------------------------------------------------------- rehearsals
port::Async<> Enforcement::rehearse_all() {
  std::vector<PropertyId> properties;
  for (const domain::Property& property : deps_.live.site().properties)
    properties.push_back(property.id);
  for (const PropertyId property : properties) {
    // Where nobody switched it on, nobody is to look at a list of nobody each day.
    if (co_await is_enforced(deps_.store, property)) (void)co_await rehearse(property);
    co_await announce_coming(property);
  }
}

/// A process that died between approval and notices has told nobody.
port::Async<> Enforcement::announce_coming(PropertyId property) {
  const auto today = looker_.local_day(property, deps_.runtime.now());
  const auto newest = co_await deps_.store.list_rehearsals(property, port::Page{kAnnounced, 0});
  if (!today || !newest) co_return;
  for (const domain::Rehearsal& one : newest->rows) {
    if (one.state != domain::RehearsalState::approved || one.day < *today) continue;
    auto sheet = co_await deps_.store.find_rehearsal(one.id);
    if (sheet) co_await announce(std::move(*sheet));
  }
}

/// One notice per meter that would be cut: the same again adds nothing.
port::Async<> Enforcement::announce(port::CutStore::RehearsalSheet sheet) {
  const auto date = rating::local_day(sheet.rehearsal.day).date;
  for (const domain::RehearsalLine& line : sheet.lines) {
    const LiveMeter* live = deps_.live.find(line.meter);
    if (!would_be_cut(line) || live == nullptr || !live->account) continue;
    if (live->account->id != line.account) continue;
    domain::Notice notice;
    notice.property = live->meter.property;
    notice.meter = line.meter;
    notice.account = line.account;
    notice.level = domain::NoticeLevel::cut_announced;
    notice.recipient = live->account->phone;
    notice.balance = line.balance;
    notice.created_at = deps_.runtime.now();
    notice.text = live->meter.code + " 欠费未缴，将于 " + std::to_string(date.year) + "-" +
                  std::to_string(date.month) + "-" + std::to_string(date.day) +
                  " 停止供应，请在此前充值 " + domain::format_money(line.to_pay) + " 元以上";
    // People's keys hold no colon.
    (void)co_await deps_.store.add_notice(
        std::move(notice), "rehearsal:" + std::to_string(line.rehearsal.value) + ":" +
                               std::to_string(line.meter.value));
  }
}

port::Async<Result<domain::Rehearsal>> Enforcement::rehearse(PropertyId property) {
  const UtcMs now = deps_.runtime.now();
  const auto offset = looker_.utc_offset(property);
  const auto today = looker_.local_day(property, now);
  if (!offset || !today) co_return fail(Errc::rehearsal_unknown, "time zone");
  // The last moment of the day: what becomes due in its course is in the list.
  const Millis last = looker_.rules().hours_to - Millis{1};
  domain::Rehearsal draft;
  draft.property = property;
  draft.made_at = now;
  for (int ahead = 1; ahead <= kDaysAhead && draft.day == 0; ++ahead) {
    const UtcMs at = rating::midnight(*today + ahead, *offset) + last;
    const auto moment = domain::cut_moment(domain::tariff::china_holidays(), at, *offset);
    if (moment.day == domain::CutDayKind::workday) draft.day = *today + ahead;
  }
  if (draft.day == 0) co_return fail(Errc::rehearsal_unknown, "calendar");
  const UtcMs at = rating::midnight(draft.day, *offset) + last;
  std::vector<domain::RehearsalLine> lines;
  for (const MeterId meter : candidates(property)) {
    auto look = co_await looker_.foresee_at(meter, at);
    if (!look || look->decision.verdict == CutVerdict::nothing) continue;
    const domain::CutInputs& in = look->inputs;
    domain::RehearsalLine line;
    line.meter = meter;
    line.account = look->facts.account;
    line.balance = in.fresh ? in.fresh->balance.value_or(domain::Money{}) : domain::Money{};
    line.threshold = in.threshold.value_or(domain::Money{});
    line.to_pay = line.threshold - line.balance;
    line.guards = domain::format_guards(look->decision.guards);
    lines.push_back(std::move(line));
  }
  auto made = co_await deps_.store.make_rehearsal(std::move(draft), std::move(lines));
  if (made) deps_.events.publish(CutsChanged{CutPart::rehearsal, {}});
  co_return made;
}

port::Async<Result<domain::Rehearsal>> Enforcement::decide(port::CutStore::RehearsalAct act) {
  auto sheet = co_await deps_.store.find_rehearsal(act.rehearsal);
  if (!sheet) co_return fail(sheet.error());
  act.at = deps_.runtime.now();
  const auto today = looker_.local_day(sheet->rehearsal.property, act.at);
  if (!today) co_return fail(Errc::rehearsal_unknown, "time zone");
  act.today = *today;
  const bool approves_this =
      act.decision == domain::RehearsalState::approved && act.revision == sheet->rehearsal.revision;
  if (approves_this && std::ranges::none_of(sheet->lines, would_be_cut))
    co_return fail(Errc::batch_empty, "the rehearsal foresees no cut: there is nothing to approve");
  const domain::RehearsalId id = act.rehearsal;
  auto decided = co_await deps_.store.decide_rehearsal(std::move(act));
  if (decided) deps_.events.publish(CutsChanged{CutPart::rehearsal, {}});
  if (!decided || decided->state != domain::RehearsalState::approved) co_return decided;
  sheet = co_await deps_.store.find_rehearsal(id);
  if (sheet) co_await announce(std::move(*sheet));
  co_return decided;
}

}  // namespace paymeter::service

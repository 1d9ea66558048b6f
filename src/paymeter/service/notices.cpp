// Notices: alarms say which levels are present, the store says which are new.
#include "paymeter/service/notices.hpp"

#include <array>

namespace paymeter::service {
namespace {

using domain::AlarmKind;
using domain::Notice;
using domain::NoticeLevel;
using domain::NoticeState;

constexpr int kBatch = 100;

struct Warning {
  AlarmKind alarm;
  NoticeLevel level;
  const char* text;
};
constexpr std::array kWarnings{
    Warning{AlarmKind::alarm1, NoticeLevel::alarm1, "余额不足，请及时充值"},
    Warning{AlarmKind::alarm2, NoticeLevel::alarm2, "余额即将用完，请尽快充值"},
    Warning{AlarmKind::arrears, NoticeLevel::arrears, "已欠费，请立即充值，以免停止供应"}};

bool is_warning(AlarmKind kind) {
  for (const Warning& warning : kWarnings)
    if (warning.alarm == kind) return true;
  return false;
}

std::optional<domain::Money> balance_of(const LiveMeter& live) {
  if (live.wallet) return live.wallet->balance;
  if (live.meter.wallet == domain::Wallet::meter && live.prepaid) return live.prepaid->balance;
  return std::nullopt;
}

}  // namespace

Notices::Notices(Deps deps, Settings settings)
    : deps_(deps), settings_(settings), wake_(deps.runtime.make_wakeup()) {}

void Notices::start() {
  token_ = deps_.events.subscribe([this](const Event& event) { on_event(event); });
  for (const domain::Alarm& alarm : deps_.alarms.active())
    if (is_warning(alarm.kind)) changed_.insert(alarm.meter);
  deps_.runtime.spawn("notices", loop());
}

void Notices::on_event(const Event& event) {
  const auto* changed = std::get_if<AlarmChanged>(&event);
  if (changed == nullptr || !is_warning(changed->alarm.kind)) return;
  changed_.insert(changed->alarm.meter);
  wake_->raise();
}

port::Async<> Notices::loop() {
  // Levels that ended while the station was down.
  if (const auto known = co_await deps_.store.meters_with_levels())
    changed_.insert(known->begin(), known->end());
  while (!deps_.runtime.stopping()) {
    std::set<MeterId> now;
    now.swap(changed_);
    for (const MeterId meter : now)
      if (!co_await report(meter)) changed_.insert(meter);
    (void)co_await send_queued();
    co_await wake_->wait_until(deps_.runtime.mono() + settings_.retry);
  }
}

Notice Notices::draft(const LiveMeter& live, NoticeLevel level) const {
  Notice notice;
  notice.property = live.meter.property;
  notice.meter = live.meter.id;
  notice.level = level;
  notice.balance = balance_of(live);
  notice.created_at = deps_.runtime.now();
  if (live.account) {
    notice.account = live.account->id;
    notice.recipient = live.account->phone;
  }
  for (const Warning& warning : kWarnings)
    if (warning.level == level) notice.text = live.meter.code + " " + warning.text;
  if (notice.balance) notice.text += "（余额 " + domain::format_money(*notice.balance) + " 元）";
  return notice;
}

port::Async<Result<>> Notices::report(MeterId meter) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return Result<>{};
  port::LevelReport report{meter, deps_.runtime.now(), {}, {}};
  for (const Warning& warning : kWarnings) {
    if (!deps_.alarms.is_active(warning.alarm, meter, {})) continue;
    report.present.push_back(warning.level);
    if (live->account) report.notices.push_back(draft(*live, warning.level));
  }
  auto added = co_await deps_.store.report_levels(std::move(report));
  if (!added) co_return fail(added.error());
  co_return Result<>{};
}

port::Async<Result<port::Stored<Notice>>> Notices::record(Notice notice, std::string key) {
  const LiveMeter* live = deps_.live.find(notice.meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  if (!live->account) co_return fail(Errc::account_not_open);
  notice.property = live->meter.property;
  notice.account = live->account->id;
  notice.balance = balance_of(*live);
  notice.state = NoticeState::delivered;
  notice.created_at = deps_.runtime.now();
  if (auto ok = domain::check_recorded_notice(notice, notice.created_at); !ok)
    co_return fail(ok.error());
  co_return co_await deps_.store.add_notice(std::move(notice), std::move(key));
}

port::Async<Result<int>> Notices::send_queued() {
  if (deps_.notifier == nullptr) co_return 0;
  auto queued = co_await deps_.store.queued_notices(kBatch);
  if (!queued) co_return fail(queued.error());
  int left = 0;
  for (const Notice& notice : *queued) {
    const auto sent = co_await send_one(notice);
    if (!sent) co_return fail(sent.error());
    if (*sent) ++left;
  }
  co_return left;
}

/// False: it stays queued, or was given up.
port::Async<Result<bool>> Notices::send_one(Notice notice) {
  port::NoticeStep step{
      notice.id, NoticeState::queued, NoticeState::queued, deps_.runtime.now(), true, {}};
  const auto handed = co_await deps_.notifier->send(notice);
  if (handed) {
    step.to = *handed;
  } else {
    step.trouble = handed.error().code;
    if (notice.attempts + 1 >= settings_.tries_max) step.to = NoticeState::failed;
  }
  step.at = deps_.runtime.now();
  auto stepped = co_await deps_.store.step_notice(step);
  if (!stepped) co_return fail(stepped.error());
  co_return handed.has_value();
}

}  // namespace paymeter::service

// Releases of limiting plans that meters do not show.
#include "paymeter/service/limiting_watch.hpp"

#include <string>

namespace paymeter::service {
namespace {

using domain::AlarmKind;
using domain::LimitingOutcome;

std::string detail_of(const port::LimitingRun& run, const port::LimitingRow& row) {
  return std::string(kGiveBackAlarm) + std::to_string(run.id.value) + ": " +
         std::string(row.trouble ? error_name(*row.trouble) : "no answer");
}

}  // namespace

LimitingWatch::LimitingWatch(Deps deps, Settings settings)
    : deps_(deps), settings_(settings), wake_(deps.runtime.make_wakeup()) {}

void LimitingWatch::start() { deps_.runtime.spawn("limiting watch", loop()); }

port::Async<> LimitingWatch::loop() {
  while (!deps_.runtime.stopping()) {
    (void)co_await look();
    co_await wake_->wait_until(deps_.runtime.mono() + settings_.round);
  }
}

port::Async<Result<>> LimitingWatch::look() {
  const auto runs = co_await deps_.store.open_limiting_runs();
  if (!runs) co_return fail(runs.error());
  std::unordered_set<MeterId> returning, unread;
  for (const port::LimitingRun& run : *runs) {
    if (auto looked = co_await look_at(run, returning); !looked) co_return looked;
    if (auto looked = co_await look_at_main(run, unread); !looked) co_return looked;
  }
  for (const domain::Alarm& alarm : deps_.alarms.active()) {
    const bool is_ours =
        alarm.kind == AlarmKind::reclose_failed && alarm.detail.starts_with(kGiveBackAlarm);
    if (is_ours && !returning.contains(alarm.meter))
      co_await deps_.alarms.clear(alarm.kind, alarm.meter, {});
    if (alarm.kind == AlarmKind::limiting_blind && !unread.contains(alarm.meter))
      co_await deps_.alarms.clear(alarm.kind, alarm.meter, {});
  }
  co_return Result<>{};
}

/// Without its main meter's power a plan sheds nobody, and its target is not kept.
port::Async<Result<>> LimitingWatch::look_at_main(port::LimitingRun run,
                                                  std::unordered_set<MeterId>& unread) {
  if (run.state != domain::LimitingState::running || !run.is_blind()) co_return Result<>{};
  const auto plan = co_await deps_.store.find_limiting_plan(run.plan);
  if (!plan) co_return fail(plan.error());
  if (!plan->main_meter) co_return Result<>{};
  unread.insert(*plan->main_meter);
  co_await deps_.alarms.raise(
      run.property, AlarmKind::limiting_blind, *plan->main_meter, {},
      "main meter not read, limiting run " + std::to_string(run.id.value) + " sheds nobody");
  co_return Result<>{};
}

port::Async<Result<>> LimitingWatch::look_at(port::LimitingRun run,
                                             std::unordered_set<MeterId>& returning) {
  const auto rows = co_await deps_.store.limiting_rows(run.id);
  if (!rows) co_return fail(rows.error());
  for (const port::LimitingRow& row : *rows) {
    if (row.outcome != LimitingOutcome::restoring) continue;
    returning.insert(row.meter);
    bool is_late = row.has_failed;
    if (!is_late && row.command) {
      const auto sent = co_await deps_.store.find_command(*row.command);
      if (!sent) co_return fail(sent.error());
      is_late = deps_.runtime.now() - sent->created_at >= settings_.late_after;
    }
    // A release that is asked for anew is no answer: what stands goes on standing.
    if (is_late)
      co_await deps_.alarms.raise(run.property, AlarmKind::reclose_failed, row.meter, {},
                                  detail_of(run, row));
  }
  co_return Result<>{};
}

}  // namespace paymeter::service

// Batches: spellings, who is selected, who is left out, how fast.
#include "paymeter/domain/batch.hpp"

#include <algorithm>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {
constexpr std::array<std::string_view, 4> kStates{"running", "paused", "cancelled", "finished"};
constexpr std::array<std::string_view, 6> kOutcomes{"waiting", "sending",   "done",
                                                    "failed",  "cancelled", "left_out"};
constexpr std::int64_t kOverloadMax = 10'000'000;

template <class T>
bool fits(const std::optional<T>& wanted, const std::optional<T>& found) {
  return !wanted || wanted == found;
}

template <class T>
bool any_of(const std::vector<T>& wanted, const T& found) {
  return wanted.empty() || std::ranges::find(wanted, found) != wanted.end();
}

bool has_meter_wallet(const Meter& meter) { return meter.prepaid && meter.wallet == Wallet::meter; }

/// What the model or the configuration lacks for the act.
bool is_able(CommandKind kind, const BatchFacts& facts) {
  switch (kind) {
    case CommandKind::trip:
    case CommandKind::force_on:
    case CommandKind::release:
      return facts.has_relay;
    case CommandKind::write_settings:
      return has_meter_wallet(*facts.meter);
    case CommandKind::write_prices:
      return has_meter_wallet(*facts.meter) && facts.meter->tariff.has_value();
    case CommandKind::write_time_tables:
      return facts.has_time_tables;
    case CommandKind::set_clock:
      return facts.has_clock;
    case CommandKind::open_account:
      return false;
  }
  return false;
}

bool needs_account(CommandKind kind) {
  return kind == CommandKind::write_settings || kind == CommandKind::write_prices;
}

}  // namespace

std::string_view batch_state_name(BatchState state) { return spell(kStates, state); }
std::optional<BatchState> batch_state_from_name(std::string_view name) {
  return unspell<BatchState>(kStates, name);
}
std::string_view batch_outcome_name(BatchOutcome outcome) { return spell(kOutcomes, outcome); }
std::optional<BatchOutcome> batch_outcome_from_name(std::string_view name) {
  return unspell<BatchOutcome>(kOutcomes, name);
}

MeterSettings SettingsChange::applied_to(MeterSettings settings) const {
  settings.alarm1 = alarm1.value_or(settings.alarm1);
  settings.alarm2 = alarm2.value_or(settings.alarm2);
  settings.overload_w = overload_w.value_or(settings.overload_w);
  settings.overdraft = overdraft.value_or(settings.overdraft);
  return settings;
}

Result<> check_settings(const MeterSettings& settings) {
  if (settings.alarm1 < Money{} || settings.alarm2 < Money{} || settings.overdraft < Money{})
    return fail(Errc::request_invalid, "settings: an amount is below 0");
  if (settings.overload_w < 0 || settings.overload_w > kOverloadMax)
    return fail(Errc::request_invalid, "overload_w: 0 to 10000000");
  if (settings.alarm2 > settings.alarm1)
    return fail(Errc::request_invalid, "alarm2_fen: is above alarm1_fen");
  return {};
}

Result<> check_batch_order(const BatchOrder& order) {
  if (order.kind == CommandKind::open_account) return fail(Errc::request_invalid, "kind");
  for (int rate : {order.rate_per_minute, order.bus_rate_per_minute})
    if (rate < 1 || rate > kBatchRateMax)
      return fail(Errc::request_invalid, "rate: 1 to " + std::to_string(kBatchRateMax));
  if (order.selection.floor && !order.selection.building)
    return fail(Errc::request_invalid, "floor: of which building?");
  if (order.kind == CommandKind::write_time_tables)
    if (auto ok = check_time_tables(order.tables); !ok)
      return fail(Errc::request_invalid, ok.error().detail);
  if (order.kind == CommandKind::trip &&
      order.reason.find_first_not_of(" \t\r\n") == std::string::npos)
    return fail(Errc::supply_reason_missing);
  return {};
}

bool selects(const MeterSelection& selection, const BatchFacts& facts) {
  const auto building = facts.room ? std::optional(facts.room->building) : std::nullopt;
  const auto floor = facts.room ? std::optional(facts.room->floor) : std::nullopt;
  const auto account = facts.account ? std::optional(facts.account->id) : std::nullopt;
  return fits(selection.building, building) && fits(selection.floor, floor) &&
         fits(selection.room, facts.meter->room) && fits(selection.account, account) &&
         fits(selection.tariff, facts.meter->tariff) && any_of(selection.states, facts.state) &&
         any_of(selection.meters, facts.meter->id);
}

std::optional<Errc> why_not(CommandKind kind, const BatchFacts& facts) {
  if (!facts.collected) return Errc::meter_not_collected;
  if (!is_able(kind, facts)) return Errc::meter_unsupported;
  if (kind == CommandKind::trip && facts.meter->is_protected) return Errc::supply_protected;
  if (needs_account(kind) &&
      (facts.account == nullptr || facts.account->state != AccountState::open))
    return Errc::account_not_open;
  if (facts.settling) return Errc::meter_settling;
  return std::nullopt;
}

std::optional<Errc> why_left_out(const BatchOrder& order, const BatchFacts& facts) {
  if (const auto why = why_not(order.kind, facts)) return why;
  if (facts.lost && !order.include_lost) return Errc::meter_lost;
  return std::nullopt;
}

bool Pace::may(MonoMs now) {
  const std::int64_t burst = std::max(kCost, per_minute_ * 1'000);
  credit_ = std::min(burst, credit_ + (now - at_).value * per_minute_);
  at_ = now;
  return credit_ >= kCost;
}

bool must_be_asked_again(const Batch& batch, UtcMs now) {
  const bool is_persons_trip =
      batch.kind == CommandKind::trip && batch.origin == CommandOrigin::by_operator;
  if (!is_persons_trip || batch.state != BatchState::running) return false;
  // Ordered in the future: one of two clocks is wrong, and how long ago it was nobody knows.
  constexpr Millis kClockTolerated = minutes(5);
  return now - batch.created_at > kTripsResumedFor || batch.created_at - now > kClockTolerated;
}

}  // namespace paymeter::domain

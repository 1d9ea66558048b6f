/// May the platform cut a meter's supply now, and must it close its own cut again? A pure decision
/// over everything that is known. Whatever is unknown keeps the supply on.
/// Source: vending.md, "Cutting the supply safely".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/time.hpp"
#include "paymeter/domain/cut_calendar.hpp"
#include "paymeter/domain/enforcement.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/money.hpp"
#include "paymeter/domain/station_clock.hpp"

namespace paymeter::domain {

/// What must hold for a cut, every one of them. The order is the one in which reasons are shown.
enum class CutGuard : std::uint8_t {
  platform_wallet,  ///< meters with their own wallet trip by themselves
  account_open,
  meter_at_rest,  ///< not settling, not in quarantine
  enforcement_on,
  not_protected,     ///< 保电 as recorded intent
  supply_on,         ///< nobody holds it off already, and the relay shows it
  fresh_reading,     ///< sound, read just now
  previous_reading,  ///< sound, before it
  fresh_balance,     ///< below the threshold with the fresh reading …
  previous_balance,  ///< … and with the previous one
  notice_alarm1,     ///< delivered, the required hours ago
  notice_alarm2,
  notice_arrears,
  no_vend_under_way,
  orders_asked,  ///< open payment orders were asked for at their channel
  cutting_day,   ///< a workday, no holiday or eve, within the calendar's horizon
  cutting_hours,
  not_friendly,  ///< the wallet's own friendly hours
  meter_clock,
  station_clock,  ///< hours, days and ages are read from it: believed only with a witness
  collector_healthy,
  breaker_closed,
  rehearsed,
  paced,
};
inline constexpr std::size_t kCutGuardCount = 24;
std::string_view cut_guard_name(CutGuard guard);
std::optional<CutGuard> cut_guard_from_name(std::string_view name);

enum class GuardState : std::uint8_t { holds, fails, unknown };
std::string_view guard_state_name(GuardState state);
std::optional<GuardState> guard_state_from_name(std::string_view name);
using CutGuards = std::array<GuardState, kCutGuardCount>;

struct CutRules {
  int version = 2;                       ///< raised by whoever changes a rule
  Millis hours_from = minutes(9L * 60);  ///< local, inclusive
  Millis hours_to = minutes(16L * 60);   ///< exclusive
  Millis fresh_age_max = seconds(60);
  Millis previous_age_max = minutes(24L * 60);
  std::array<Millis, 3> notice_age_min{minutes(24L * 60), minutes(24L * 60), minutes(24L * 60)};
  Millis clock_skew_max = minutes(5);
  friend bool operator==(const CutRules&, const CutRules&) = default;
};

struct CutReading {
  UtcMs at{};
  bool is_sound = false;         ///< taken by the billing gate, no hold
  std::optional<Money> balance;  ///< of the wallet with this reading
  friend bool operator==(const CutReading&, const CutReading&) = default;
};

/// A warning of the episode that lasts.
struct CutNotice {
  bool is_required = true;  ///< false: this level is switched off on the meter
  std::optional<UtcMs> delivered_at;
  friend bool operator==(const CutNotice&, const CutNotice&) = default;
};

struct FriendlyHours {
  int from = 0, to = 0;  ///< minutes after local midnight; equal: none
  friend bool operator==(const FriendlyHours&, const FriendlyHours&) = default;
};

/// Everything that decides. Empty = not known. Stored whole with every decision.
struct CutInputs {
  UtcMs now{};
  CutRules rules;
  std::optional<Wallet> wallet;
  std::optional<bool> account_open, settling, quarantined;
  std::optional<EnforcementMode> enforcement;
  std::optional<bool> is_protected;
  std::optional<bool> held_off;    ///< by another intent than arrears
  std::optional<bool> own_cut;     ///< an own arrears cut lasts
  std::optional<bool> relay_open;  ///< as read just now
  std::optional<CutReading> fresh, previous;
  std::optional<Money> threshold;                   ///< −(overdraft + emergency credit that is on)
  std::array<std::optional<CutNotice>, 3> notices;  ///< alarm 1, alarm 2, arrears
  std::optional<int> vends_under_way;               ///< CREATED, PAID, SENT, CANCELLING, QUARANTINE
  std::optional<bool> orders_asked;                 ///< true also when there is none
  std::optional<CutMoment> moment;
  std::optional<FriendlyHours> friendly;
  std::optional<bool> uses_meter_clock;
  std::optional<Millis> clock_skew;  ///< meter − station
  ClockEvidence clock;               ///< of the station's own clock
  std::optional<bool> collector_healthy;
  std::optional<bool> breaker_open;
  std::optional<bool> is_rehearsed;  ///< in the approved rehearsal of this day
  std::optional<bool> is_paced;      ///< its turn among the rehearsed cuts
  friend bool operator==(const CutInputs&, const CutInputs&) = default;
};

enum class CutVerdict : std::uint8_t {
  nothing,  ///< no reason to cut, none to close
  stay,     ///< low enough, and at least one guard keeps it on
  cut,
  reclose,  ///< the own cut ends; the relay follows whatever other intents last
};
std::string_view cut_verdict_name(CutVerdict verdict);
std::optional<CutVerdict> cut_verdict_from_name(std::string_view name);

struct CutDecision {
  CutVerdict verdict = CutVerdict::nothing;
  CutGuards guards{};
  friend bool operator==(const CutDecision&, const CutDecision&) = default;
};

CutGuards cut_guards(const CutInputs& inputs);
CutDecision decide_cut(const CutInputs& inputs);
/// Those that do not hold, in order.
std::vector<CutGuard> failing(const CutGuards& guards);

/// `fresh_balance fails, cutting_day unknown`; empty: all hold.
std::string format_guards(const CutGuards& guards);

}  // namespace paymeter::domain

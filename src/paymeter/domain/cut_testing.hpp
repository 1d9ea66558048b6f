/// A meter that every rule allows to be cut: tests spoil one thing of it.
#pragma once

#include "paymeter/domain/cut.hpp"

namespace paymeter::domain::testing {

/// 2026-11-24, a Tuesday, 10:00 in Shanghai.
inline constexpr UtcMs kTuesdayTen{1'795'485'600'000};
inline constexpr Millis kShanghai = minutes(8 * 60);

inline CutInputs cuttable() {
  CutInputs in;
  in.now = kTuesdayTen;
  in.wallet = Wallet::platform;
  in.account_open = true;
  in.settling = in.quarantined = false;
  in.enforcement = EnforcementMode::on;
  in.is_protected = in.held_off = in.own_cut = in.relay_open = false;
  in.threshold = Money{-5'000};
  in.fresh = CutReading{in.now - seconds(1), true, Money{-5'100}};
  in.previous = CutReading{in.now - minutes(30), true, Money{-5'050}};
  for (auto& notice : in.notices) notice = CutNotice{true, in.now - minutes(25 * 60)};
  in.vends_under_way = 0;
  in.orders_asked = true;
  in.moment = CutMoment{CutDayKind::workday, minutes(10 * 60)};
  in.friendly = FriendlyHours{};
  in.uses_meter_clock = false;
  in.clock = {Millis{}, seconds(-2), std::nullopt};
  in.collector_healthy = true;
  in.breaker_open = false;
  in.is_rehearsed = false;
  in.is_paced = true;
  return in;
}

}  // namespace paymeter::domain::testing

/// What a property may set about each kind of alarm: levels, floors, holds.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/domain/alarm.hpp"
#include "paymeter/domain/watch/latch.hpp"

namespace paymeter::domain::watch {

/// Levels by kind; kinds that are not listed have none (0) and only holds:
/// | kind               | raise_at, clear_at                       | floor                     |
/// | impossible_reading | % of what the connection can carry       | –                         |
/// | flying             | % of what the connection can carry       | Wh that are never too much|
/// | falling            | Wh below the highest value; 1 = any fall | –                         |
/// | standing_still     | Wh that should have been counted         | W that count as use       |
/// | loss               | ‰ of the main meter, either sign         | Wh that never matter      |
/// | clock              | seconds off the station's time           | –                         |
struct AlarmRule {
  AlarmKind kind = AlarmKind::alarm1;
  bool is_on = true;
  std::int64_t raise_at = 0, clear_at = 0, floor = 0;
  Holds holds;
  friend bool operator==(const AlarmRule&, const AlarmRule&) = default;
};

/// False for what guards money or supply: raised and cleared at once, for others wait for them.
bool may_be_set(AlarmKind kind);
/// False for the station's own doubted clock (no meter): it stops cuts, so that no property's rule
/// hides it or holds it back.
bool obeys_rules(AlarmKind kind, MeterId meter);
AlarmRule default_rule(AlarmKind kind);
/// Errors: alarm_rule_invalid (the detail names the field).
Result<> check_rule(const AlarmRule& rule);

/// The rules of one property: the defaults where nothing else was set.
class AlarmRules {
 public:
  AlarmRules();
  explicit AlarmRules(const std::vector<AlarmRule>& set);
  const AlarmRule& of(AlarmKind kind) const { return rules_[static_cast<std::size_t>(kind)]; }
  void set(const AlarmRule& rule) { rules_[static_cast<std::size_t>(rule.kind)] = rule; }

 private:
  std::array<AlarmRule, static_cast<std::size_t>(kLastAlarmKind) + 1> rules_;
};

}  // namespace paymeter::domain::watch

/// Keeps the meters' clocks: looks at what the polls say anyway, and sets a clock by a stored
/// command when it drifts. Far off is an alarm and a person's business.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "paymeter/domain/clock_sync.hpp"
#include "paymeter/service/commands.hpp"

namespace paymeter::service {

class ClockSync {
 public:
  struct Settings {
    bool is_on = true;
    domain::ClockSyncLimits limits;
    Millis every{60'000};
    Millis bus_pause{10'000};       ///< between two clocks on one bus
    Millis meter_pause{3'600'000};  ///< between two tries on one meter
    Millis reading_age_max{300'000};
    Millis agree{5'000};  ///< two readings in a row must not differ by more
  };
  struct Deps {
    port::Runtime& runtime;
    port::MeterDriverFactory& drivers;
    Commands& commands;
    LiveTable& live;
  };
  ClockSync(Deps deps, Settings settings) : deps_(deps), settings_(settings) {}

  /// Starts the loop; none when it is off.
  void start();
  /// Asked before each look: a station whose own clock is wrong must not pull the meters along.
  void set_trust(std::function<bool()> may_set) { may_set_ = std::move(may_set); }

 private:
  /// A clock that is off, as far as it has been seen.
  struct Seen {
    UtcMs first{}, latest{};  ///< of readings that found it off
    Millis drift{};           ///< at the latest
    int readings = 0;         ///< in a row that agree
    MonoMs not_before{};
  };
  struct Due {
    MeterId meter{};
    BusId bus{};
    std::string reason;
  };

  port::Async<> loop();
  /// Takes the latest readings in; whose clock is to be set now.
  std::vector<Due> look();
  std::optional<Due> judge(const LiveMeter& live, Millis zone);
  void take(Seen& seen, UtcMs at, Millis drift) const;

  Deps deps_;
  Settings settings_;
  std::unordered_map<MeterId, Seen> seen_;
  std::unordered_map<BusId, MonoMs> bus_free_;
  std::function<bool()> may_set_;
};

}  // namespace paymeter::service

/// Watches what limiting plans give back: a meter that does not show that it was released is an
/// alarm, for somebody sits without power whom no plan holds off any more.
#pragma once

#include <memory>
#include <string_view>
#include <unordered_set>

#include "paymeter/port/limiting_store.hpp"
#include "paymeter/service/alarms.hpp"

namespace paymeter::service {

/// How the detail of such an alarm begins: it belongs to the plan, which alone clears it.
inline constexpr std::string_view kGiveBackAlarm = "limiting run ";

class LimitingWatch {
 public:
  struct Settings {
    Millis round = seconds(30);        ///< between looks
    Millis late_after = seconds(180);  ///< a release may be under way so long
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    AlarmService& alarms;
  };
  LimitingWatch(Deps deps, Settings settings);

  /// Looks again and again until the runtime stops. The service must outlive its task.
  void start();
  /// Raises `reclose_failed` for every release that failed or is late, and clears it when the
  /// meter has shown its release (or a run sheds it again). Likewise `limiting_blind` for every
  /// main meter without whose power a run sheds nobody. Errors: store errors: nothing cleared.
  port::Async<Result<>> look();

 private:
  port::Async<> loop();
  port::Async<Result<>> look_at(port::LimitingRun run, std::unordered_set<MeterId>& returning);
  port::Async<Result<>> look_at_main(port::LimitingRun run, std::unordered_set<MeterId>& unread);

  Deps deps_;
  Settings settings_;
  std::unique_ptr<port::Wakeup> wake_;
};

}  // namespace paymeter::service

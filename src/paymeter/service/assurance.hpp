/// After every switch: relay state and energy of the following readings against the recorded
/// intents. Welded contacts, a bypass, a re-close that did not happen, a relay that nobody moved.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "paymeter/domain/assurance.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

class Assurance {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    LiveTable& live;
    AlarmService& alarms;
    EventHub& events;
  };
  explicit Assurance(Deps deps);
  /// Follows stored readings until the runtime stops. The service must outlive its task.
  void start();
  /// Judges one meter by its latest stored readings. Errors: those of the store.
  port::Async<Result<domain::SwitchFindings>> judge(MeterId meter);

 private:
  port::Async<> loop();
  bool may_be_wrong(MeterId meter) const;
  port::Async<Result<domain::SwitchFacts>> facts_of(MeterId meter);
  /// What was read of a meter's readings since its supply is to be as it is: each is read once.
  struct Scan {
    domain::SupplyTarget wanted = domain::SupplyTarget::released;
    UtcMs since{};
    UtcMs next{};  ///< up to here it is read
    bool is_confirmed = false;
    std::optional<domain::SwitchReading> base;  ///< wanted open: the first that showed it open
    std::optional<domain::SwitchReading> latest;
  };
  Scan begun(const domain::SwitchFacts& facts, UtcMs now) const;
  port::Async<Result<>> read_on(MeterId meter, std::shared_ptr<Scan> scan, UtcMs now);
  port::Async<Result<>> move_base(MeterId meter, std::shared_ptr<Scan> scan, UtcMs now);
  port::Async<> show(MeterId meter, domain::SwitchFindings findings);
  void on_event(const Event& event);

  Deps deps_;
  std::unique_ptr<port::Wakeup> wake_;
  EventHub::Token token_;
  std::set<MeterId> due_;
  std::map<MeterId, Scan> scans_;
};

}  // namespace paymeter::service

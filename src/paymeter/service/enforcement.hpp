/// Automatic cuts of platform wallets: watches who is too low, rehearses coming days, cuts what the
/// rules allow, and closes again what it has cut. Off until somebody switches it on.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "paymeter/service/cut_carrier.hpp"
#include "paymeter/service/events.hpp"

namespace paymeter::service {

class Enforcement {
 public:
  struct Settings {
    domain::CutRules rules;
    CutCarrier::Settings carrier;
    Millis round = seconds(30);       ///< between looks at everybody
    Millis meter_pause = minutes(2);  ///< between tries that did not come to a decision
    Millis rehearse_every = minutes(30);
    Millis turn_patience = seconds(30);  ///< a round goes on without a turn that takes longer
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Billing& billing;
    LiveTable& live;
    Collector& collector;
    AlarmService& alarms;
    EventHub& events;
  };
  Enforcement(Deps deps, Settings settings, CutLooker::AskOrders ask_orders);

  /// Takes up what was under way and goes on until the runtime stops. The service must outlive its
  /// tasks.
  void start();

  /// A person's setting. Errors: those of check_enforcement, meter_unknown, store errors.
  port::Async<Result<domain::Enforcement>> set(domain::Enforcement setting);

  /// Makes the draft of the property's next cutting day. Errors: rehearsal_unknown (the calendar
  /// knows no such day within the next weeks), store errors.
  port::Async<Result<domain::Rehearsal>> rehearse(PropertyId property);
  /// Once approved, who would be cut is told so (a notice `cut_announced` each). Errors, in order:
  /// rehearsal_unknown, batch_empty (approved, and nobody would be cut), may_decide_rehearsal's.
  port::Async<Result<domain::Rehearsal>> decide(port::CutStore::RehearsalAct act);

  /// Errors: breaker_not_open.
  port::Async<Result<domain::CutBreaker>> ask_release(PropertyId property, UserId by,
                                                      std::string reason);
  /// Errors: those of may_release.
  port::Async<Result<domain::CutBreaker>> release(PropertyId property, UserId by,
                                                  std::string typed);

  /// What would be decided now, without touching anything. Errors: meter_unknown, store errors.
  port::Async<Result<CutLook>> look(MeterId meter) { return looker_.foresee(meter); }
  StationClock& clock() { return clock_; }

 private:
  port::Async<> loop();
  port::Async<> consider(MeterId meter);
  port::Async<> consider_in_time(MeterId meter);
  port::Async<> consider_alone(MeterId meter, BusId bus, std::shared_ptr<port::Wakeup> over);
  port::Async<> remember(MeterId meter, CutLook look);
  port::Async<> take_up_lasting();
  port::Async<> carry(MeterId meter);
  void take_up(MeterId meter);
  port::Async<> show_breakers();
  port::Async<> rehearse_all();
  port::Async<> announce_coming(PropertyId property);
  port::Async<> announce(port::CutStore::RehearsalSheet sheet);
  port::Async<std::vector<MeterId>> candidates_of_enforced();
  std::vector<MeterId> candidates(PropertyId property) const;
  void on_event(const Event& event);

  Deps deps_;
  Settings settings_;
  StationClock clock_;
  CutLooker looker_;
  CutCarrier carrier_;
  std::unique_ptr<port::Wakeup> wake_;
  EventHub::Token token_;
  std::map<MeterId, std::shared_ptr<port::Wakeup>> carried_;  ///< own cuts with a task
  std::map<MeterId, std::string> told_;  ///< the last decision that was stored, in short
  std::map<MeterId, MonoMs> next_try_;
  std::set<BusId> busy_;  ///< somebody on it is being considered
};

}  // namespace paymeter::service

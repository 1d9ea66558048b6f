/// Commissioning: checks of many meters at once, guided pulse tests, signed reports.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "paymeter/port/meter_driver.hpp"
#include "paymeter/port/report_format.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

class Commissioning {
 public:
  using CheckId = domain::commissioning::CheckId;
  using PulseId = domain::commissioning::PulseId;
  using SiteCheck = domain::commissioning::SiteCheck;
  using PulseTest = domain::commissioning::PulseTest;

  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    port::MeterDriverFactory& drivers;
    Collector& collector;
    LiveTable& live;
    EventHub& events;
    port::ReportFormat& reports;
  };
  explicit Commissioning(Deps deps);
  /// Checks that were running when the station stopped become interrupted; call once.
  port::Async<Result<>> start();

  struct CheckRequest {
    PropertyId property{};
    domain::commissioning::ScopeKind scope{};
    std::int64_t scope_id = 0;
    UserId by{};
    std::string idempotency_key;
  };
  /// Starts it and returns; progress comes as CheckChanged. Reads only, never switches. Errors:
  /// check_invalid (no such gateway, bus, building or meter of the property, or no meters there),
  /// check_state_conflict (four are running), store errors.
  port::Async<Result<port::CommissioningStore::Started>> begin_check(CheckRequest request);
  /// What was checked stays. Errors: check_unknown, check_state_conflict (not running).
  port::Async<Result<SiteCheck>> stop_check(CheckId id);
  /// The check as it is now; counts of a running one are ahead of the store.
  port::Async<Result<SiteCheck>> find_check(CheckId id);
  /// Signs what a finished check found together with the last pulse test of each of its meters.
  /// Errors: check_unknown, check_state_conflict (still running), those of ReportFormat, store.
  port::Async<Result<domain::commissioning::SignedReport>> sign_report(CheckId id, port::User by);

  struct PulseRequest {
    PropertyId property{};
    MeterId expected{};
    std::int64_t load_w = 0;
    int rounds = 4;
    UserId by{};
    std::string idempotency_key;
  };
  /// Reads all meters around once; the installer then switches the load on and says so. Around: on
  /// the same bus, or in rooms of the same building and floor, and meters that only measure there.
  /// Errors: check_invalid (unknown meter, no room, load or rounds out of range), store errors.
  port::Async<Result<port::CommissioningStore::PulseStarted>> begin_pulse(PulseRequest request);
  /// The load has been switched as asked: reads again, and after the last switching judges.
  /// Errors: check_unknown, check_state_conflict (reading, done or cancelled), store errors.
  port::Async<Result<PulseTest>> pulse_switched(PulseId id);
  port::Async<Result<PulseTest>> cancel_pulse(PulseId id);
  bool is_reading(PulseId id) const { return reading_.contains(id); }

 private:
  struct Running;
  struct Sweep;
  std::vector<MeterId> meters_of(const CheckRequest& request) const;
  std::vector<MeterId> around(MeterId expected) const;
  bool only_measures(MeterId meter) const;
  Millis utc_offset(PropertyId property) const;
  port::Async<> check_bus(std::shared_ptr<Running> running, std::vector<MeterId> meters);
  port::Async<> checked(std::shared_ptr<Running> running,
                        domain::commissioning::MeterResult result);
  port::Async<> finish_check(std::shared_ptr<Running> running);
  port::Async<> read_bus(std::shared_ptr<Sweep> sweep, std::vector<MeterId> meters);
  port::Async<> read_around(PulseTest test);
  port::ReportMeter describe(MeterId id) const;
  std::string scope_name(const SiteCheck& check) const;
  port::Async<> take_powers(PulseTest test, std::map<MeterId, std::int64_t> powers);

  Deps deps_;
  std::map<CheckId, std::shared_ptr<Running>> running_;
  std::set<PulseId> reading_;
};

}  // namespace paymeter::service

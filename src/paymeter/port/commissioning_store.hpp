/// Commissioning as kept: checks with their results, guided pulse tests, signed reports. Errors of
/// every method besides its own: those of port/store.hpp.
#pragma once

#include <optional>
#include <vector>

#include "paymeter/domain/commissioning/check.hpp"
#include "paymeter/domain/commissioning/pulse.hpp"
#include "paymeter/port/async.hpp"
#include "paymeter/port/page.hpp"

namespace paymeter::port {

class CommissioningStore {
 public:
  virtual ~CommissioningStore() = default;
  using CheckId = domain::commissioning::CheckId;
  using PulseId = domain::commissioning::PulseId;

  /// Stores a running check; the same key of the property returns the stored one (`existed`).
  struct Started {
    domain::commissioning::SiteCheck check;
    bool existed = false;
  };
  virtual Async<Result<Started>> add_check(domain::commissioning::SiteCheck check) = 0;
  /// Stores the results (replacing those of the same meters) and the check's counts and state.
  /// Errors: check_unknown, check_state_conflict (it is no longer running).
  virtual Async<Result<>> store_results(
      domain::commissioning::SiteCheck check,
      std::vector<domain::commissioning::MeterResult> results) = 0;
  /// Errors: check_unknown.
  virtual Async<Result<domain::commissioning::SiteCheck>> find_check(CheckId id) = 0;
  virtual Async<Result<Listed<domain::commissioning::SiteCheck>>> list_checks(PropertyId property,
                                                                              Page page) = 0;
  virtual Async<Result<std::vector<domain::commissioning::MeterResult>>> check_results(
      CheckId id) = 0;
  /// Checks that a stopped station left running become interrupted. Returns how many.
  virtual Async<Result<std::int64_t>> interrupt_checks(UtcMs at) = 0;

  struct PulseStarted {
    domain::commissioning::PulseTest test;
    bool existed = false;
  };
  virtual Async<Result<PulseStarted>> add_pulse(domain::commissioning::PulseTest test) = 0;
  /// Stores traces, state and result. Errors: check_unknown, check_state_conflict (the stored one
  /// is not in `from` with `rounds` switchings read: somebody else was faster).
  virtual Async<Result<>> step_pulse(domain::commissioning::PulseTest test,
                                     domain::commissioning::PulseState from, int rounds) = 0;
  /// Errors: check_unknown.
  virtual Async<Result<domain::commissioning::PulseTest>> find_pulse(PulseId id) = 0;
  /// Newest first; without meter: of the property.
  virtual Async<Result<Listed<domain::commissioning::PulseTest>>> list_pulses(
      PropertyId property, std::optional<MeterId> expected, Page page) = 0;

  virtual Async<Result<domain::commissioning::SignedReport>> add_report(
      domain::commissioning::SignedReport report) = 0;
  /// Errors: check_unknown.
  virtual Async<Result<domain::commissioning::SignedReport>> find_report(std::int64_t id) = 0;
  /// Newest first, without their content.
  virtual Async<Result<std::vector<domain::commissioning::SignedReport>>> list_reports(
      CheckId check) = 0;
};

}  // namespace paymeter::port

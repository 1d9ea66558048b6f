/// Carries one vend from PAID to its end: reserve, transmit, read back, decide, again and again.
/// Every state is stored before a byte leaves; the meter is the judge. Source: docs/vending.md.
#pragma once

#include <memory>
#include <vector>

#include "paymeter/service/vending.hpp"

namespace paymeter::service {

struct VendCarrier {
  VendCarrier(Vending::Deps the_deps, Vending::Settings the_settings, const domain::Vend& vend);

  /// Returns when the vend is final or the station stops.
  static port::Async<> run(std::shared_ptr<VendCarrier> self);

  VendId id;
  MeterId meter;
  domain::VendKind kind;
  std::unique_ptr<port::Wakeup> wake;                  ///< ends the pause between tries
  std::vector<std::shared_ptr<port::Wakeup>> waiters;  ///< told about every change
  bool retry_now = false;                              ///< start again with the first pause
  /// Found at the station's start, in a database that may be an older copy: what it calls PAID may
  /// have been sent. Ends with the first read that agrees.
  bool found_at_start = false;

 private:
  /// One step; the vend as it is afterwards. An error means: nothing decided, try later.
  port::Async<Result<domain::Vend>> step(domain::Vend vend);
  port::Async<Result<domain::Vend>> reserve(domain::Vend vend);
  port::Async<Result<domain::Vend>> transmit_and_decide(domain::Vend vend);
  port::Async<Result<domain::Vend>> read_and_decide(domain::Vend vend, domain::Refusal refusal);
  port::Async<Result<domain::Vend>> apply(domain::Vend vend, domain::VendDecision decision,
                                          domain::PrepaidState read);
  port::Async<bool> seems_undelivered(domain::Vend vend);
  port::Async<Result<port::WriteReply>> transmit(domain::Vend vend);
  port::Async<Result<domain::Vend>> quarantine_forgotten(domain::Vend vend, Error why,
                                                         domain::MeterMoney known);
  port::Async<Result<domain::Vend>> quarantine_paid(domain::Vend vend, Error why,
                                                    domain::MeterMoney known);
  port::Async<Result<domain::Vend>> give_up_paid(domain::Vend vend, Error why);
  port::Async<bool> is_past_deadline(domain::Vend vend, Errc why);
  port::Async<Result<UtcMs>> free_since(domain::Vend vend);
  port::Async<> note_trouble(const domain::Vend& vend, int rounds, Error why);
  port::Async<> settle_alarms(const domain::Vend& vend);
  void tell(const domain::Vend& vend);

  Vending::Deps deps_;
  Vending::Settings settings_;
  PropertyId property_;
  bool must_read_first_ = true;  ///< a SENT vend taken up again: ask before sending once more
};

}  // namespace paymeter::service

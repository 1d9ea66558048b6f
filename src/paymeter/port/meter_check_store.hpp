/// Meters whose own record and the platform's differ, found without a sale.
#pragma once

#include "paymeter/domain/meter.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

class MeterCheckStore {
 public:
  virtual ~MeterCheckStore() = default;
  /// Quarantines the meter if the platform still says of it exactly what `known` says (epoch,
  /// count, nothing in flight, not settling, not quarantined). False: something has changed since,
  /// look again.
  virtual Async<Result<bool>> quarantine_meter(domain::MeterMoney known) = 0;
};

}  // namespace paymeter::port

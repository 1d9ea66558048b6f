/// Charging and receiving property fees, rent and shared-area charges (domain/service_charge.hpp).
#pragma once

#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"

namespace paymeter::service {

class ServiceCharges {
 public:
  /// `limit`: the most one record may be, in fen.
  ServiceCharges(port::Runtime& runtime, port::ServiceChargeStore& store, domain::Money limit)
      : runtime_(runtime), store_(store), limit_(limit) {}

  /// Gives time, number and balance, and books it, once per idempotency key. Errors: those of
  /// check_service_record, then of add_service_record.
  port::Async<Result<port::ServiceChargeStore::Recorded>> record(domain::ServiceRecord record);

 private:
  port::Runtime& runtime_;
  port::ServiceChargeStore& store_;
  domain::Money limit_;
};

}  // namespace paymeter::service

// Checked, then stored: nothing else follows from a service charge.
#include "paymeter/service/service_charges.hpp"

namespace paymeter::service {

port::Async<Result<port::ServiceChargeStore::Recorded>> ServiceCharges::record(
    domain::ServiceRecord record) {
  record.at = runtime_.now();
  if (auto ok = domain::check_service_record(record, limit_); !ok) co_return fail(ok.error());
  co_return co_await store_.add_service_record(std::move(record));
}

}  // namespace paymeter::service

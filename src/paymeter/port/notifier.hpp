/// A way to send notices to tenants. Senders come later; until one is configured, notices stay
/// queued.
#pragma once

#include "paymeter/domain/notice.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

class Notifier {
 public:
  virtual ~Notifier() = default;
  /// Hands the notice over: `sent` (a report of delivery may follow) or `delivered`.
  /// Errors: whatever the sender says; it is tried again later.
  virtual Async<Result<domain::NoticeState>> send(domain::Notice notice) = 0;
};

}  // namespace paymeter::port

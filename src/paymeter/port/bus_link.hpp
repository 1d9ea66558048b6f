/// The wire of one bus: one request in flight. The transport owns envelopes (RTU, TCP) and frame
/// ends; the driver above sees protocol data units.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/site.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

struct BusRequest {
  std::uint8_t unit = 0;
  Buffer pdu;                  ///< function code and data
  std::size_t reply_size = 0;  ///< bytes of the normal reply's PDU (an exception reply is 2)
  /// After this moment not a byte is sent: connecting, the pause between frames or a process that
  /// stood still took longer than what the request rests on may be old.
  std::optional<MonoMs> send_by = {};
};

class BusLink {
 public:
  virtual ~BusLink() = default;
  /// Sends one request and returns the reply's PDU, checked for unit, checksum, function code,
  /// length and (TCP) transaction id. Connects first when needed. After a time-out or a damaged
  /// frame the link drains what is left or reconnects, so that a late reply is never taken for
  /// the next one. Requires: no other exchange under way.
  /// Errors: link_connect_failed, link_closed, link_timeout (also: `send_by` had passed and nothing
  /// was sent; exceptions 05, 06, 0AH and 0BH, "later" and "not reached"), frame_bad_checksum,
  /// frame_wrong_unit, frame_wrong_reply.
  virtual Async<Result<Buffer>> exchange(BusRequest request) = 0;
  /// Ends an exchange under way (it gets link_closed) and refuses further ones.
  virtual void close() = 0;
};

class BusLinkFactory {
 public:
  virtual ~BusLinkFactory() = default;
  virtual std::unique_ptr<BusLink> make(const domain::Gateway& gateway, const domain::Bus& bus) = 0;
};

}  // namespace paymeter::port

/// A stream of bytes to a gateway or along a cable: what a link needs of a socket or a serial port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::transport {

/// One operation at a time. The line must outlive the operation under way: drop() ends it first.
class ByteLine {
 public:
  virtual ~ByteLine() = default;
  /// Requires: not open. Errors: link_connect_failed (also at the deadline, or after drop()).
  virtual port::Async<Result<>> open(MonoMs deadline) = 0;
  /// Writes all of `bytes`, which must stay alive until then.
  /// Errors: link_timeout, link_closed.
  virtual port::Async<Result<>> write(Bytes bytes, MonoMs deadline) = 0;
  /// Writes what the system takes at once; 0 = nothing, use write(). Errors: link_closed.
  virtual Result<std::size_t> write_now(Bytes) { return std::size_t{0}; }
  /// At least one byte. Errors: link_timeout, link_closed (end of stream, reset, drop()).
  virtual port::Async<Result<std::size_t>> read_some(std::span<std::uint8_t> into,
                                                     MonoMs deadline) = 0;
  /// What has arrived already; 0 = nothing. Errors: link_closed.
  virtual Result<std::size_t> read_now(std::span<std::uint8_t> into) = 0;
  /// The other side has closed and everything it sent was read. Requires: open.
  virtual bool ended() = 0;
  virtual bool is_open() const = 0;
  /// Closes at once; an operation under way ends with link_closed (open: link_connect_failed).
  virtual void drop() = 0;
};

}  // namespace paymeter::transport

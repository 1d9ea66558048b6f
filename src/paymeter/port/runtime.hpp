/// Clock, spawning, waking and randomness: everything a service waits on. The real one is Asio's,
/// the simulator's is deterministic. All services of a station run on one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "paymeter/base/time.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

/// A flag that one coroutine waits on and others raise. Not thread-safe: use on the station's
/// thread.
class Wakeup {
 public:
  virtual ~Wakeup() = default;
  /// Ends the present wait, or the next one if nobody waits now (raises do not add up).
  virtual void raise() = 0;
  /// Returns when raised or at `deadline`, whichever is first. Requires: one waiter at a time.
  virtual Async<> wait_until(MonoMs deadline) = 0;
};

class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual UtcMs now() const = 0;
  virtual MonoMs mono() const = 0;
  virtual Async<> sleep(Millis span) = 0;
  virtual std::unique_ptr<Wakeup> make_wakeup() = 0;
  /// Runs `task` to its end beside the caller. An exception that escapes it stops the process.
  /// `name` is for logs. The task must hold its own state by value.
  virtual void spawn(std::string_view name, Async<> task) = 0;
  /// A uniformly random number, unpredictable in the real runtime, seeded in simulation.
  virtual std::uint32_t random_u32() = 0;
  /// True once the station is stopping: loops end, nothing new starts.
  virtual bool stopping() const = 0;
  /// Does the operating system say that a time server disciplines `now()`? Empty: it does not say.
  virtual std::optional<bool> disciplined() const { return std::nullopt; }
};

}  // namespace paymeter::port

/// How operations reach the database: queued to threads, or at once on the caller's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "paymeter/port/async.hpp"
#include "paymeter/store/job.hpp"

namespace paymeter::store {

/// Takes jobs from any thread and calls `finish` when each is durable, or failed.
class QueueEngine {
 public:
  virtual ~QueueEngine() = default;
  /// Results besides the job's own: store_busy (queue full, or the server away: nothing happened),
  /// store_failed (stopped for good, or lost in the middle of a commit: the outcome is unknown).
  virtual void write(std::unique_ptr<Job> job) = 0;
  /// Sees everything whose write has finished.
  virtual void read(std::unique_ptr<Job> job) = 0;
};

/// Where a simulated crash may strike.
enum class CommitPoint : std::uint8_t { before, after };

/// May throw: under the inline engine a crash, under the threaded one a failed commit.
using CommitHook = std::function<void(CommitPoint)>;

/// Around every operation, reads too: where a simulated process may stall, or die by a throw.
enum class CallPoint : std::uint8_t { before, after };
using CallHook = std::function<port::Async<>(CallPoint)>;

/// True while no new sale may be taken, because the disk is nearly full.
using DiskLow = std::function<bool()>;

/// Called once, from any of the store's threads, when the disk did not keep what it was given: what
/// is on it is unknown, so the process must end and recover by opening the database again.
using FatalHandler = std::function<void(const std::string& reason)>;

/// A new connection in place of a lost one. Throws DbError.
using Connect = std::function<std::unique_ptr<Db>()>;

}  // namespace paymeter::store

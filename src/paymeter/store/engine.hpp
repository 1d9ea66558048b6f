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
  /// Results besides the job's own: store_busy (queue full), store_failed (stopped for good).
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

}  // namespace paymeter::store

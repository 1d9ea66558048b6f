/// One writer thread with group commit, and reader threads that never wait for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "paymeter/store/engine.hpp"

namespace paymeter::store {

/// Called once, from the writer thread, when a commit failed: what is on disk is unknown, so the
/// process must end and recover by opening the database again.
using FatalHandler = std::function<void(const std::string& reason)>;

struct ThreadedSettings {
  std::size_t write_queue_max = 4096;  ///< jobs waiting; more get store_busy
  std::size_t read_queue_max = 1024;
  std::size_t batch_max = 256;  ///< operations that share one commit at most
  CommitHook hook;
  DiskLow disk_low;
  FatalHandler on_fatal;
};

/// Counters since the start.
struct EngineCounts {
  std::uint64_t commits = 0;
  std::uint64_t writes = 0;
};

/// Each operation runs in its own savepoint, so that one failing leaves the batch alone; all share
/// one commit and one sync. The destructor finishes what is queued.
class ThreadedEngine final : public QueueEngine {
 public:
  /// Requires: at least one reader.
  ThreadedEngine(ThreadedSettings settings, std::unique_ptr<Db> writer,
                 std::vector<std::unique_ptr<Db>> readers);
  ~ThreadedEngine() override;
  void write(std::unique_ptr<Job> job) override;
  void read(std::unique_ptr<Job> job) override;
  EngineCounts counts() const;

 private:
  using Jobs = std::vector<std::unique_ptr<Job>>;
  /// A bounded queue that threads wait on.
  struct Lane {
    std::mutex mutex;
    std::condition_variable ready;
    std::deque<std::unique_ptr<Job>> jobs;
    std::size_t max = 0;
    bool closed = false;
  };
  void enqueue(Lane& lane, std::unique_ptr<Job> job);
  /// Waits; empty = closed and drained.
  static Jobs take(Lane& lane, std::size_t max);
  static void close(Lane& lane);

  void write_loop();
  void read_loop(Db& db);
  void run_batch(const Jobs& jobs);
  /// False when the whole transaction is gone.
  bool run_one(Job& job);
  void commit(const Jobs& jobs);
  void stop_for_good(const std::string& reason);

  ThreadedSettings settings_;
  std::unique_ptr<Db> writer_;
  std::vector<std::unique_ptr<Db>> readers_;
  Lane writes_, reads_;
  std::atomic<bool> dead_{false};
  std::atomic<std::uint64_t> commit_count_{0}, write_count_{0};
  std::vector<std::thread> threads_;
};

}  // namespace paymeter::store

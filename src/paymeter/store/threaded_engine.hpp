/// One writer thread with group commit, and reader threads that never wait for it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "paymeter/store/group_commit.hpp"

namespace paymeter::store {

struct ThreadedSettings {
  std::size_t write_queue_max = 4096;  ///< jobs waiting; more get store_busy
  std::size_t read_queue_max = 1024;
  std::size_t batch_max = 256;  ///< operations that share one commit at most
  GroupCommitSettings writer;
  Connect reconnect_reader;  ///< empty: this engine's connections are never lost
};

/// The destructor finishes what is queued.
class ThreadedEngine final : public QueueEngine {
 public:
  /// Requires: at least one reader.
  ThreadedEngine(ThreadedSettings settings, std::unique_ptr<Db> writer,
                 std::vector<std::unique_ptr<Db>> readers);
  ~ThreadedEngine() override;
  void write(std::unique_ptr<Job> job) override;
  void read(std::unique_ptr<Job> job) override;
  EngineCounts counts() const { return writer_.counts(); }
  /// From any thread: see GroupCommit.
  void stop_for_good(const std::string& reason) { writer_.stop_for_good(reason); }

 private:
  /// A bounded queue that threads wait on.
  struct Lane {
    std::mutex mutex;
    std::condition_variable ready;
    std::deque<std::unique_ptr<Job>> jobs;
    std::size_t max = 0;
    bool closed = false;
  };
  void enqueue(Lane& lane, std::unique_ptr<Job> job);
  using Instant = std::chrono::steady_clock::time_point;
  /// Waits; empty = closed and drained, or nothing came until `deadline`.
  static Jobs take(Lane& lane, std::size_t max, std::optional<Instant> deadline = std::nullopt);
  static void close(Lane& lane);

  void write_loop();
  /// For a commit that has `have` jobs, when the last one had `expected`.
  Jobs take_more(std::size_t have, std::size_t expected, Instant begun);
  void read_loop(std::unique_ptr<Db> db);
  /// Drops a connection that is lost. False: not done, and worth another try on a new connection.
  bool read_once(std::unique_ptr<Db>& db, Job& job);

  ThreadedSettings settings_;
  GroupCommit writer_;
  Lane writes_, reads_;
  std::vector<std::thread> threads_;
};

}  // namespace paymeter::store

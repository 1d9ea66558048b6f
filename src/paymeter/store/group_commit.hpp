/// Many operations, one transaction, one sync; undone and done again where one of them fails.
#pragma once

#include <atomic>
#include <chrono>
#include <span>
#include <vector>

#include "paymeter/store/engine.hpp"

namespace paymeter::store {

using Jobs = std::vector<std::unique_ptr<Job>>;

/// What else wants to share the commit, given how many do already; may wait a moment. Empty: go.
using More = std::function<Jobs(std::size_t have)>;

/// Gives every one of them the same error.
void fail_all(const Jobs& jobs, const Error& error);

/// Counters since the start.
struct EngineCounts {
  std::uint64_t commits = 0;
  std::uint64_t writes = 0;
  std::uint64_t repeats = 0;   ///< batches that were undone and run again, guarded
  std::uint64_t connects = 0;  ///< connections made in place of lost ones
};

struct GroupCommitSettings {
  CommitHook hook;
  DiskLow disk_low;
  FatalHandler on_fatal;
  Connect reconnect;           ///< empty: this engine's connections are never lost
  std::int64_t writer_id = 0;  ///< with reconnect: nobody else's, see CommitMark
  /// After each commit, when its callers have their answers, on the writer's thread.
  std::function<void(Db&)> after_answers;
  /// How long to ask what became of a commit whose connection was lost.
  Millis outcome_wait{10'000};
};

/// Runs on the writer's thread; only counts(), is_dead() and stop_for_good() may be called from
/// others.
class GroupCommit {
 public:
  GroupCommit(GroupCommitSettings settings, std::unique_ptr<Db> db);

  /// Runs the jobs and appends what `more` brings while they run. Every job has its result
  /// afterwards. An operation that fails, or rehearses, leaves nothing behind and the others alone.
  void run(Jobs& jobs, const More& more);
  /// When the callers have their answers: what is to be done after a commit.
  void after_answers();
  /// How long the last commit took.
  std::chrono::microseconds commit_time() const { return commit_time_; }

  EngineCounts counts() const;
  bool is_dead() const { return dead_; }
  /// Nothing is written any more; calls on_fatal, the first time.
  void stop_for_good(const std::string& reason);

 private:
  void attempt(Jobs& jobs, const More& more);
  /// False: something has to be undone that only a new transaction can undo.
  bool run_plainly(Jobs& jobs, const More& more);
  /// Jobs of one sort, or one job.
  bool run_plainly(std::span<const std::unique_ptr<Job>> jobs);
  bool run_plainly(Job& job);
  /// Each in a savepoint. False: the transaction is gone, every job has its error.
  bool run_guarded(const Jobs& jobs);
  /// False when the whole transaction is gone.
  bool run_guarded(Job& job);
  void commit(const Jobs& jobs);
  void after_failed_commit(const Jobs& jobs);
  void after_lost_commit(const Jobs& jobs, const Error& error);
  void count(const Jobs& jobs);
  void connect();

  GroupCommitSettings settings_;
  std::unique_ptr<Db> db_;  ///< empty while the connection is lost
  CommitMark mark_;
  std::chrono::microseconds commit_time_{0};
  bool has_committed_ = false;  ///< since the last after_answers()
  std::atomic<bool> dead_{false};
  std::atomic<std::uint64_t> commits_{0}, writes_{0}, repeats_{0}, connects_{0};
};

}  // namespace paymeter::store

// Plainly first, because savepoints cost more than most operations; guarded only after a failure.
#include "paymeter/store/group_commit.hpp"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

namespace paymeter::store {
namespace {

const Error kStopped{Errc::store_failed, "the writer has stopped after a failed commit"};
const Error kUndone{Errc::store_failed, "the transaction was rolled back"};

/// How often a transaction that another one has beaten is tried.
constexpr int kAttemptsMax = 5;

/// Behind the last job that can be done together with the one at `at`.
std::size_t end_of_sort(const Jobs& jobs, std::size_t at) {
  const Job::Together sort = jobs[at]->together();
  std::size_t end = at + 1;
  while (sort != nullptr && end < jobs.size() && jobs[end]->together() == sort) ++end;
  return end;
}

}  // namespace

void fail_all(const Jobs& jobs, const Error& error) {
  for (const auto& job : jobs) job->fail_with(error);
}

GroupCommit::GroupCommit(GroupCommitSettings settings, std::unique_ptr<Db> db)
    : settings_(std::move(settings)), db_(std::move(db)), mark_{settings_.writer_id, 0} {}

EngineCounts GroupCommit::counts() const {
  return {commits_.load(), writes_.load(), repeats_.load(), connects_.load()};
}

void GroupCommit::stop_for_good(const std::string& reason) {
  if (dead_.exchange(true)) return;
  if (settings_.on_fatal) settings_.on_fatal(reason);
}

void GroupCommit::connect() {
  db_ = settings_.reconnect();
  ++connects_;
}

void GroupCommit::run(Jobs& jobs, const More& more) {
  for (int tries = 1;; ++tries) {
    if (dead_) return fail_all(jobs, kStopped);
    try {
      if (!db_) connect();
      return attempt(jobs, more);
    } catch (const DbError& error) {
      const Error told = error_of_current_exception();
      const bool was_connected = db_ != nullptr;
      if (error.kind() == DbError::Kind::lost)
        db_.reset();
      else if (db_)
        db_->roll_back();
      // Nothing has been committed, so everything may be done again.
      const bool again = error.kind() == DbError::Kind::lost
                             ? was_connected && tries == 1
                             : error.kind() == DbError::Kind::conflict && tries < kAttemptsMax;
      if (again) continue;
      fail_all(jobs, told);
      if (error.kind() == DbError::Kind::unsynced) stop_for_good(told.detail);
      return;
    }
  }
}

void GroupCommit::attempt(Jobs& jobs, const More& more) {
  db_->set_disk_low(settings_.disk_low());
  db_->begin_write();
  if (!run_plainly(jobs, more)) {
    ++repeats_;
    db_->roll_back();
    db_->begin_write();
    if (!run_guarded(jobs)) return;
  }
  commit(jobs);
}

bool GroupCommit::run_plainly(Jobs& jobs, const More& more) {
  for (std::size_t at = 0;;) {
    if (at == jobs.size()) {
      Jobs others = more(jobs.size());
      if (others.empty()) return true;
      std::move(others.begin(), others.end(), std::back_inserter(jobs));
    }
    const std::size_t end = end_of_sort(jobs, at);
    if (!run_plainly(std::span(jobs).subspan(at, end - at))) return false;
    at = end;
  }
}

bool GroupCommit::run_plainly(std::span<const std::unique_ptr<Job>> jobs) {
  std::vector<bool> done(jobs.size());
  try {
    if (jobs.size() > 1) done = jobs.front()->together()(*db_, jobs);
  } catch (const DbError& error) {
    if (error.ends_transaction()) throw;
    return false;  // one by one it shows whose fault it was
  } catch (const std::exception&) {
    return false;
  }
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (!done[i] && !run_plainly(*jobs[i])) return false;
  return true;
}

bool GroupCommit::run_plainly(Job& job) {
  Connection& connection = db_->connection();
  const std::int64_t before = connection.changes();
  if (job.run(*db_)) return true;
  // Refused before it wrote anything, as most refusals are: nothing has to be undone.
  return connection.changes() == before && connection.transaction() == Transaction::open;
}

bool GroupCommit::run_guarded(const Jobs& jobs) {
  for (const auto& job : jobs) {
    if (run_guarded(*job)) continue;
    // SQLite undid the whole transaction (disk full, input/output error): nobody's write happened.
    const Error error = job->error() != nullptr ? *job->error() : kUndone;
    db_->roll_back();
    fail_all(jobs, error);
    return false;
  }
  return true;
}

bool GroupCommit::run_guarded(Job& job) {
  Connection& connection = db_->connection();
  try {
    db_->execute("savepoint operation");
    if (!job.run(*db_)) {
      if (connection.transaction() == Transaction::none) return false;
      db_->execute("rollback to operation");
    }
    db_->execute("release operation");
  } catch (const DbError& error) {
    job.fail_with(error_of_current_exception());
    if (error.ends_transaction()) throw;
  }
  return connection.transaction() == Transaction::open;
}

void GroupCommit::commit(const Jobs& jobs) {
  using Clock = std::chrono::steady_clock;
  ++mark_.batch;
  try {
    if (settings_.hook) settings_.hook(CommitPoint::before);
    const auto before = Clock::now();
    db_->connection().commit_marked(mark_);
    commit_time_ = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - before);
    if (settings_.hook) settings_.hook(CommitPoint::after);
  } catch (const std::exception&) {
    return after_failed_commit(jobs);
  }
  count(jobs);
  has_committed_ = true;
}

void GroupCommit::after_answers() {
  if (std::exchange(has_committed_, false) && settings_.after_answers)
    settings_.after_answers(*db_);
}

void GroupCommit::count(const Jobs& jobs) {
  ++commits_;
  writes_ += jobs.size();
}

void GroupCommit::after_failed_commit(const Jobs& jobs) {
  const Error error = error_of_current_exception();
  try {
    throw;
  } catch (const DbError& thrown) {
    if (thrown.kind() == DbError::Kind::lost) return after_lost_commit(jobs, error);
    // A server that answers has rolled back; a full disk undoes the commit cleanly, and may get
    // room again. Of a file that would not take a commit, nobody knows what is in it.
    if (db_->dialect() == Dialect::postgresql || thrown.kind() == DbError::Kind::full) {
      db_->roll_back();
      return fail_all(jobs, error);
    }
  } catch (const std::exception&) {
  }
  fail_all(jobs, error);
  stop_for_good(error.detail);
}

void GroupCommit::after_lost_commit(const Jobs& jobs, const Error& error) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(settings_.outcome_wait.value);
  for (;;) {
    try {
      connect();
      if (db_->connection().was_committed(mark_)) return count(jobs);
      return fail_all(jobs, {Errc::store_busy, error.detail});
    } catch (const DbError&) {
      db_.reset();
    }
    if (Clock::now() >= deadline) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  fail_all(jobs,
           {Errc::store_failed, "lost at the commit, the outcome is unknown: " + error.detail});
}

}  // namespace paymeter::store

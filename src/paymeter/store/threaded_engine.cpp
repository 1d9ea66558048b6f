// Group commit: everything that queued up while the disk was syncing shares the next sync.
#include "paymeter/store/threaded_engine.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace paymeter::store {
namespace {

const Error kStopped{Errc::store_failed, "the writer has stopped after a failed commit"};

const Error kUndone{Errc::store_failed, "the transaction was rolled back"};

void fail_all(const std::vector<std::unique_ptr<Job>>& jobs, const Error& error) {
  for (const auto& job : jobs) job->fail_with(error);
}

bool in_transaction(Db& db) {
  auto* backend = static_cast<soci::sqlite3_session_backend*>(db.session().get_backend());
  return sqlite_api::sqlite3_get_autocommit(backend->conn_) == 0;
}

}  // namespace

ThreadedEngine::ThreadedEngine(ThreadedSettings settings, std::unique_ptr<Db> writer,
                               std::vector<std::unique_ptr<Db>> readers)
    : settings_(std::move(settings)), writer_(std::move(writer)), readers_(std::move(readers)) {
  writes_.max = settings_.write_queue_max;
  reads_.max = settings_.read_queue_max;
  threads_.emplace_back([this] { write_loop(); });
  for (const auto& reader : readers_)
    threads_.emplace_back([this, db = reader.get()] { read_loop(*db); });
}

ThreadedEngine::~ThreadedEngine() {
  close(writes_);
  close(reads_);
  for (std::thread& thread : threads_) thread.join();
}

EngineCounts ThreadedEngine::counts() const { return {commit_count_.load(), write_count_.load()}; }

void ThreadedEngine::write(std::unique_ptr<Job> job) {
  if (dead_) {
    job->fail_with(kStopped);
    return job->finish();
  }
  enqueue(writes_, std::move(job));
}

void ThreadedEngine::read(std::unique_ptr<Job> job) { enqueue(reads_, std::move(job)); }

void ThreadedEngine::enqueue(Lane& lane, std::unique_ptr<Job> job) {
  {
    const std::lock_guard lock(lane.mutex);
    if (!lane.closed && lane.jobs.size() < lane.max) {
      lane.jobs.push_back(std::move(job));
      lane.ready.notify_one();
      return;
    }
  }
  job->fail_with({Errc::store_busy, "the store's queue is full"});
  job->finish();
}

ThreadedEngine::Jobs ThreadedEngine::take(Lane& lane, std::size_t max) {
  std::unique_lock lock(lane.mutex);
  lane.ready.wait(lock, [&] { return lane.closed || !lane.jobs.empty(); });
  Jobs out;
  while (!lane.jobs.empty() && out.size() < max) {
    out.push_back(std::move(lane.jobs.front()));
    lane.jobs.pop_front();
  }
  return out;
}

void ThreadedEngine::close(Lane& lane) {
  const std::lock_guard lock(lane.mutex);
  lane.closed = true;
  lane.ready.notify_all();
}

void ThreadedEngine::read_loop(Db& db) {
  for (Jobs jobs = take(reads_, 1); !jobs.empty(); jobs = take(reads_, 1)) {
    Job& job = *jobs.front();
    try {
      // One snapshot per operation, so that rows and totals agree.
      db.execute("begin");
      job.run(db);
      db.execute("commit");
    } catch (const std::exception&) {
      job.fail_with(error_of_current_exception());
      db.roll_back();
    }
    job.finish();
  }
}

void ThreadedEngine::write_loop() {
  for (Jobs jobs = take(writes_, settings_.batch_max); !jobs.empty();
       jobs = take(writes_, settings_.batch_max)) {
    if (dead_)
      fail_all(jobs, kStopped);
    else
      run_batch(jobs);
    for (const auto& job : jobs) job->finish();
  }
}

void ThreadedEngine::run_batch(const Jobs& jobs) {
  writer_->set_disk_low(settings_.disk_low());
  try {
    writer_->begin_write();
  } catch (const std::exception&) {
    return fail_all(jobs, error_of_current_exception());
  }
  for (const auto& job : jobs) {
    if (run_one(*job)) continue;
    // SQLite undid the whole transaction (disk full, input/output error): nobody's write happened.
    const Error error = job->error() != nullptr ? *job->error() : kUndone;
    return fail_all(jobs, error);
  }
  commit(jobs);
}

bool ThreadedEngine::run_one(Job& job) {
  try {
    writer_->execute("savepoint operation");
    if (!job.run(*writer_)) writer_->execute("rollback to operation");
    writer_->execute("release operation");
  } catch (const std::exception&) {
    job.fail_with(error_of_current_exception());
  }
  return in_transaction(*writer_);
}

void ThreadedEngine::commit(const Jobs& jobs) {
  try {
    if (settings_.hook) settings_.hook(CommitPoint::before);
    writer_->execute("commit");
    if (settings_.hook) settings_.hook(CommitPoint::after);
    ++commit_count_;
    write_count_ += jobs.size();
  } catch (const std::exception&) {
    const Error error = error_of_current_exception();
    fail_all(jobs, error);
    if (error.code == Errc::store_full) {
      // A full disk undoes the commit cleanly and may get room again.
      return writer_->roll_back();
    }
    stop_for_good(error.detail);
  }
}

void ThreadedEngine::stop_for_good(const std::string& reason) {
  dead_ = true;
  if (settings_.on_fatal) settings_.on_fatal(reason);
}

}  // namespace paymeter::store

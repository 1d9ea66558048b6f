// Queues and threads: everything that queued up while the disk was syncing shares the next sync.
#include "paymeter/store/threaded_engine.hpp"

namespace paymeter::store {
namespace {

/// How long a commit waits for company at most.
constexpr std::chrono::microseconds kPatienceMax{2'000};

}  // namespace

ThreadedEngine::ThreadedEngine(ThreadedSettings settings, std::unique_ptr<Db> writer,
                               std::vector<std::unique_ptr<Db>> readers)
    : settings_(std::move(settings)), writer_(std::move(settings_.writer), std::move(writer)) {
  writes_.max = settings_.write_queue_max;
  reads_.max = settings_.read_queue_max;
  threads_.emplace_back([this] { write_loop(); });
  for (auto& reader : readers)
    threads_.emplace_back([this, db = std::move(reader)]() mutable { read_loop(std::move(db)); });
}

ThreadedEngine::~ThreadedEngine() {
  close(writes_);
  close(reads_);
  for (std::thread& thread : threads_) thread.join();
}

void ThreadedEngine::write(std::unique_ptr<Job> job) { enqueue(writes_, std::move(job)); }

void ThreadedEngine::read(std::unique_ptr<Job> job) { enqueue(reads_, std::move(job)); }

void ThreadedEngine::enqueue(Lane& lane, std::unique_ptr<Job> job) {
  bool taken = false, wake = false;
  {
    const std::lock_guard lock(lane.mutex);
    taken = !lane.closed && lane.jobs.size() < lane.max;
    if (taken) lane.jobs.push_back(std::move(job));
    // One job more is no reason to wake a thread that is awake already.
    wake = taken && (lane.jobs.size() == 1 || &lane == &reads_);
  }
  // Unlocked, or the thread that wakes would have to wait at once.
  if (wake) lane.ready.notify_one();
  if (taken) return;
  job->fail_with({Errc::store_busy, "the store's queue is full"});
  job->finish();
}

Jobs ThreadedEngine::take(Lane& lane, std::size_t max, std::optional<Instant> deadline) {
  std::unique_lock lock(lane.mutex);
  const auto something = [&] { return lane.closed || !lane.jobs.empty(); };
  if (!deadline)
    lane.ready.wait(lock, something);
  else if (*deadline > Instant::clock::now())
    lane.ready.wait_until(lock, *deadline, something);
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

void ThreadedEngine::read_loop(std::unique_ptr<Db> db) {
  for (Jobs jobs = take(reads_, 1); !jobs.empty(); jobs = take(reads_, 1)) {
    Job& job = *jobs.front();
    // A question may be asked again: a server that was restarted goes unnoticed.
    if (!read_once(db, job)) read_once(db, job);
    job.finish();
  }
}

bool ThreadedEngine::read_once(std::unique_ptr<Db>& db, Job& job) {
  try {
    if (!db) db = settings_.reconnect_reader();
    // One snapshot per operation, so that rows and totals agree.
    db->connection().begin_read();
    job.run(*db);
    db->roll_back();
    return true;
  } catch (const DbError& error) {
    job.fail_with(error_of_current_exception());
    if (error.kind() == DbError::Kind::lost) {
      const bool again = db != nullptr;
      db.reset();
      return !again;
    }
    db->roll_back();
    return true;
  }
}

void ThreadedEngine::write_loop() {
  std::size_t expected = 1;
  for (Jobs jobs = take(writes_, settings_.batch_max); !jobs.empty();
       jobs = take(writes_, settings_.batch_max)) {
    const Instant begun = std::chrono::steady_clock::now();
    writer_.run(jobs, [&, expected](std::size_t have) { return take_more(have, expected, begun); });
    expected = jobs.size();
    for (const auto& job : jobs) job->finish();
    writer_.after_answers();
  }
}

Jobs ThreadedEngine::take_more(std::size_t have, std::size_t expected, Instant begun) {
  if (have >= settings_.batch_max) return {};
  // Those who shared the last commit are answered one after the other and come back one after the
  // other: the first must not go to the disk without the rest. A lonely caller never waits.
  const auto patience = std::min(writer_.commit_time() / 2, kPatienceMax);
  const Instant deadline = have < expected ? begun + patience : begun;
  return take(writes_, settings_.batch_max - have, deadline);
}

}  // namespace paymeter::store

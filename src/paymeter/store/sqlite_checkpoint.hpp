/// Copies the write-ahead log into the database file beside the writer, not in its way.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "paymeter/store/db.hpp"

namespace paymeter::store {

/// Makes the log as long as it gets between two copies, once, so that commits overwrite it: a file
/// that grows has its new length stored by every sync, too. A log that is as long is left alone,
/// and so is one that another program is writing. Throws DbError when what was written cannot be
/// synced.
void grow_log(Db& writer);
/// How much of the disk grow_log() takes at most.
std::uint64_t grown_log_bytes();

/// A thread with a connection of its own. The log is taken up again from its start by the first
/// write that finds all of it copied. What was added while the thread copied the writer copies
/// itself, between two batches, as soon as it is little.
class SqliteCheckpointer {
 public:
  /// `on_unsynced`: a sync failed, from whichever thread. Requires: db and whatever on_unsynced
  /// refers to outlive this object's stop().
  SqliteCheckpointer(std::unique_ptr<Db> db, std::function<void(const std::string&)> on_unsynced);
  ~SqliteCheckpointer();

  /// After a commit whose callers have their answers, on the writer's thread.
  void after_answers(Db& writer);
  /// Attaches to the writer's connection: from now on it does not checkpoint by itself.
  void watch(Db& writer);

 private:
  void loop();
  void ask();
  void checkpoint(Db& db);

  std::unique_ptr<Db> db_;
  std::function<void(const std::string&)> on_unsynced_;
  int log_pages_ = 0, asked_at_ = 0;  ///< the writer's thread only
  std::atomic<bool> copied_{false};   ///< the thread has done what it was asked last
  std::mutex mutex_;
  std::condition_variable ready_;
  bool wanted_ = false;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace paymeter::store

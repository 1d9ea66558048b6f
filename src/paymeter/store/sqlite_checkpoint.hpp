/// Copies the write-ahead log into the database file beside the writer, not in its way.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "paymeter/store/db.hpp"

namespace paymeter::store {

/// A thread with a connection of its own. The log is taken up again from its start by the first
/// write that finds all of it copied; under a load that never pauses the writer waits for that once
/// in a while.
class SqliteCheckpointer {
 public:
  /// `on_unsynced`: a sync failed, from whichever thread. Requires: db and whatever on_unsynced
  /// refers to outlive this object's stop().
  SqliteCheckpointer(std::unique_ptr<Db> db, std::function<void(const std::string&)> on_unsynced);
  ~SqliteCheckpointer();

  /// After a commit, on the writer's thread.
  void after_commit(Db& writer);
  /// Attaches to the writer's connection: from now on it does not checkpoint by itself.
  void watch(Db& writer);

 private:
  void loop();
  void checkpoint(Db& db);

  std::unique_ptr<Db> db_;
  std::function<void(const std::string&)> on_unsynced_;
  int log_pages_ = 0, asked_at_ = 0;  ///< the writer's thread only
  std::mutex mutex_;
  std::condition_variable ready_;
  bool wanted_ = false;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace paymeter::store

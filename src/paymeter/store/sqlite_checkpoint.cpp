// Passive checkpoints: they wait for nobody and copy what they can.
#include "paymeter/store/sqlite_checkpoint.hpp"

#include "paymeter/store/sqlite_connection.hpp"

namespace paymeter::store {
namespace {

/// 16 MiB: the busiest pages lie in the log dozens of times by then and are copied once.
constexpr int kCopyPages = 4'000;
/// 80 MiB: the log has to start anew, or it would grow as long as the load lasts.
constexpr int kRestartPages = 20'000;

}  // namespace

SqliteCheckpointer::SqliteCheckpointer(std::unique_ptr<Db> db,
                                       std::function<void(const std::string&)> on_unsynced)
    : db_(std::move(db)), on_unsynced_(std::move(on_unsynced)), thread_([this] { loop(); }) {}

SqliteCheckpointer::~SqliteCheckpointer() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  ready_.notify_all();
  thread_.join();
}

void SqliteCheckpointer::watch(Db& writer) {
  sqlite3_wal_hook(
      writer.sqlite(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteCheckpointer*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

void SqliteCheckpointer::after_commit(Db& writer) {
  if (log_pages_ < asked_at_) asked_at_ = 0;  // the log has started anew
  if (log_pages_ < asked_at_ + kCopyPages) return;
  asked_at_ = log_pages_;
  if (log_pages_ >= kRestartPages) return checkpoint(writer);
  const std::lock_guard lock(mutex_);
  wanted_ = true;
  ready_.notify_one();
}

void SqliteCheckpointer::loop() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return wanted_ || closed_; });
      if (closed_) return;
      wanted_ = false;
    }
    checkpoint(*db_);
  }
}

void SqliteCheckpointer::checkpoint(Db& db) {
  const int rc =
      sqlite3_wal_checkpoint_v2(db.sqlite(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  // Busy or no room: the log keeps everything until the next time. But after a failed sync the
  // kernel may have dropped pages that it calls clean, so that a later one would seem to succeed.
  const int extended = rc == SQLITE_OK ? rc : sqlite3_extended_errcode(db.sqlite());
  if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC)
    on_unsynced_(std::string("checkpoint: ") + sqlite3_errmsg(db.sqlite()));
}

}  // namespace paymeter::store

// Passive checkpoints: they wait for nobody and copy what they can.
#include "paymeter/store/sqlite_checkpoint.hpp"

#include "paymeter/store/sqlite_connection.hpp"

namespace paymeter::store {
namespace {

/// 16 MiB: the busiest pages lie in the log dozens of times by then and are copied once.
constexpr int kCopyPages = 4'000;
/// What the writer copies itself rather than let the log grow: some milliseconds.
constexpr int kRestPages = 250;
/// 80 MiB: the log has to start anew, or it would grow as long as the load lasts.
constexpr int kRestartPages = 20'000;

constexpr std::int64_t kHeaderBytes = 32, kFrameBytes = 24 + 4'096;
constexpr std::int64_t kGrownBytes = kHeaderBytes + (kCopyPages + kCopyPages / 4) * kFrameBytes;

void write_zeros(sqlite3* db, sqlite3_file* log) {
  const std::string zeros(64 * 1024, '\0');
  sqlite3_int64 at = 0;
  const auto size = static_cast<int>(zeros.size());
  if (log->pMethods->xFileSize(log, &at) != SQLITE_OK || at >= kGrownBytes) return;
  for (; at < kGrownBytes; at += size)
    if (log->pMethods->xWrite(log, zeros.data(), size, at) != SQLITE_OK) break;  // shorter will do
  if (const int rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL); rc != SQLITE_OK)
    throw_sqlite_error(db, rc);
}

}  // namespace

void grow_log(Db& writer) {
  sqlite3* const db = writer.sqlite();
  try {
    writer.begin_write();  // nobody else appends meanwhile
  } catch (const DbError& error) {
    if (error.kind() == DbError::Kind::busy) return;
    throw;
  }
  try {
    sqlite3_file* log = nullptr;
    const int rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    // Behind the last frame SQLite takes zeros for what they are, also after a crash.
    if (rc == SQLITE_OK && log != nullptr && log->pMethods != nullptr) write_zeros(db, log);
  } catch (const DbError&) {
    writer.roll_back();
    throw;
  }
  writer.roll_back();
}

std::uint64_t grown_log_bytes() { return static_cast<std::uint64_t>(kGrownBytes); }

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

void SqliteCheckpointer::after_answers(Db& writer) {
  if (log_pages_ < asked_at_) asked_at_ = 0;  // the log has started anew
  const int since = log_pages_ - asked_at_;
  const bool is_copied = asked_at_ > 0 && copied_;
  if (log_pages_ >= kRestartPages ? since >= kCopyPages : is_copied && since <= kRestPages) {
    checkpoint(writer);
    copied_ = false;
    asked_at_ = log_pages_;
  } else if (is_copied || since >= kCopyPages) {
    asked_at_ = log_pages_;
    ask();
  }
}

void SqliteCheckpointer::ask() {
  const std::lock_guard lock(mutex_);
  copied_ = false;
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
    copied_ = true;
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

/// For tests only: SQLite's way to the disk, with writes and syncs that can be made to fail.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <string>

namespace paymeter::store::testing {

/// A shim under SQLite, over the system's own file system. While one exists it can be opened by its
/// name (SqliteOptions::vfs); the stores on it must end before it does.
class FaultyDisk {
 public:
  enum class Sort : std::uint8_t {
    write,          ///< nothing is written
    torn_write,     ///< the first half is written
    sync,           ///< of the log, too
    database_sync,  ///< of the database file only: a checkpoint's
  };

  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  const std::string& name() const { return name_; }
  /// The n-th (from 0, from now on) and all after it fail with SQLite's `code`, until heal().
  void break_at(Sort sort, int n, int code);
  void heal() { code_ = SQLITE_OK; }
  /// True when something has failed since break_at.
  bool struck() const { return struck_; }

 private:
  friend struct FaultyFile;
  /// SQLITE_OK, or what the call has to return.
  int fate_of(Sort sort);

  std::string name_;
  sqlite3_vfs vfs_{};
  std::atomic<int> code_{SQLITE_OK};
  std::atomic<Sort> sort_{Sort::write};
  std::atomic<int> left_{0};
  std::atomic<bool> struck_{false};
};

}  // namespace paymeter::store::testing

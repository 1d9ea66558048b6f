// The shim: forwards every call of SQLite's file interface, except those that are to fail.
#include "paymeter/store/faulty_disk_testing.hpp"

#include <cstdint>

namespace paymeter::store::testing {

/// SQLite allocates it with the real file behind it.
struct FaultyFile : sqlite3_file {
  FaultyDisk* disk;
  bool is_database;

  static FaultyFile& of(sqlite3_file* file) { return *static_cast<FaultyFile*>(file); }
  static sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(static_cast<FaultyFile*>(file) + 1);
  }
  static const sqlite3_io_methods& to(sqlite3_file* file) { return *real(file)->pMethods; }

  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    FaultyDisk& disk = *of(file).disk;
    if (const int code = disk.fate_of(FaultyDisk::Sort::write); code != SQLITE_OK) return code;
    if (const int code = disk.fate_of(FaultyDisk::Sort::torn_write); code != SQLITE_OK) {
      to(file).xWrite(real(file), data, size / 2, at);
      return code;
    }
    return to(file).xWrite(real(file), data, size, at);
  }
  static int sync(sqlite3_file* file, int flags) {
    FaultyDisk& disk = *of(file).disk;
    if (const int code = disk.fate_of(FaultyDisk::Sort::sync); code != SQLITE_OK) return code;
    if (of(file).is_database)
      if (const int code = disk.fate_of(FaultyDisk::Sort::database_sync); code != SQLITE_OK)
        return code;
    return to(file).xSync(real(file), flags);
  }
  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out);
};

namespace {

/// Forwards a method whose first argument is the file.
template <auto Method>
struct Forward;
template <class... A, int (*sqlite3_io_methods::*Method)(sqlite3_file*, A...)>
struct Forward<Method> {
  static int call(sqlite3_file* file, A... arguments) {
    return (FaultyFile::to(file).*Method)(FaultyFile::real(file), arguments...);
  }
};
template <auto Method>
constexpr auto kForward = &Forward<Method>::call;

void shm_barrier(sqlite3_file* file) { FaultyFile::to(file).xShmBarrier(FaultyFile::real(file)); }

using Io = sqlite3_io_methods;
const Io kMethods = {3,
                     kForward<&Io::xClose>,
                     kForward<&Io::xRead>,
                     FaultyFile::write,
                     kForward<&Io::xTruncate>,
                     FaultyFile::sync,
                     kForward<&Io::xFileSize>,
                     kForward<&Io::xLock>,
                     kForward<&Io::xUnlock>,
                     kForward<&Io::xCheckReservedLock>,
                     kForward<&Io::xFileControl>,
                     kForward<&Io::xSectorSize>,
                     kForward<&Io::xDeviceCharacteristics>,
                     kForward<&Io::xShmMap>,
                     kForward<&Io::xShmLock>,
                     shm_barrier,
                     kForward<&Io::xShmUnmap>,
                     kForward<&Io::xFetch>,
                     kForward<&Io::xUnfetch>};

sqlite3_vfs* system_disk() { return sqlite3_vfs_find(nullptr); }

}  // namespace

int FaultyFile::open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out) {
  FaultyFile& self = of(file);
  self.disk = static_cast<FaultyDisk*>(vfs->pAppData);
  self.is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  const int rc = system_disk()->xOpen(system_disk(), path, real(file), flags, out);
  self.pMethods = real(file)->pMethods == nullptr ? nullptr : &kMethods;
  return rc;
}

FaultyDisk::FaultyDisk()
    : name_("faulty-" + std::to_string(reinterpret_cast<std::uintptr_t>(this))) {
  const sqlite3_vfs& system = *system_disk();
  vfs_ = system;  // what concerns paths and times does not look at its vfs argument
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.szOsFile = static_cast<int>(sizeof(FaultyFile)) + system.szOsFile;
  vfs_.xOpen = FaultyFile::open;
  vfs_.xDelete = [](sqlite3_vfs*, const char* path, int sync) {
    return system_disk()->xDelete(system_disk(), path, sync);
  };
  vfs_.xAccess = [](sqlite3_vfs*, const char* path, int flags, int* out) {
    return system_disk()->xAccess(system_disk(), path, flags, out);
  };
  vfs_.xFullPathname = [](sqlite3_vfs*, const char* path, int size, char* out) {
    return system_disk()->xFullPathname(system_disk(), path, size, out);
  };
  sqlite3_vfs_register(&vfs_, 0);
}

FaultyDisk::~FaultyDisk() { sqlite3_vfs_unregister(&vfs_); }

void FaultyDisk::break_at(Sort sort, int n, int code) {
  struck_ = false;
  sort_ = sort;
  left_ = n;
  code_ = code;
}

int FaultyDisk::fate_of(Sort sort) {
  const int code = code_;
  if (code == SQLITE_OK || sort != sort_ || left_-- > 0) return SQLITE_OK;
  struck_ = true;
  return code;
}

}  // namespace paymeter::store::testing

/// How a store is opened, whatever the engine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "paymeter/port/store.hpp"
#include "paymeter/store/inline_engine.hpp"
#include "paymeter/store/threaded_engine.hpp"

namespace paymeter::store {

/// threads: one writer with group commit, readers beside it; for every real station.
/// inline_: each operation at once on the calling thread; for simulation and small tools.
enum class ExecutionMode : std::uint8_t { threads, inline_ };

/// full: a write is on the disk when it returns. none: survives a crash of the process but not of
/// the machine; only for simulation and tests.
enum class Durability : std::uint8_t { full, none };

struct StoreOptions {
  ExecutionMode mode = ExecutionMode::threads;
  Durability durability = Durability::full;
  int readers = 2;                     ///< threads mode only, at least 1
  std::size_t write_queue_max = 4096;  ///< more get store_busy
  std::size_t read_queue_max = 1024;
  std::size_t batch_max = 256;  ///< operations per commit at most
  /// Below: no new sales (store_full). Without free_bytes, SQLite asks the file system and
  /// PostgreSQL, whose disk cannot be seen from here, is never low.
  std::uint64_t free_bytes_min = 100 * 1024 * 1024;
  std::function<std::uint64_t()> free_bytes;
  FatalHandler on_fatal;   ///< empty: says why on stderr and aborts; may be called on any thread
  CommitHook commit_hook;  ///< tests and simulation: see CommitHook
  CallHook call_hook;      ///< simulation, inline_ only: see CallHook
};

/// What `options` ask of the threaded engine, without what only one database needs.
ThreadedSettings threaded_settings(const StoreOptions& options);

std::unique_ptr<InlineEngine> inline_engine(const StoreOptions& options, std::unique_ptr<Db> db,
                                            DiskLow disk_low);

}  // namespace paymeter::store

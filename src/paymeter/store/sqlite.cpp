// Opens SQLite connections as the store needs them and puts an engine on top.
#include "paymeter/store/sqlite.hpp"

#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/statvfs.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "paymeter/base/assert.hpp"
#include "paymeter/store/migrate.hpp"
#include "paymeter/store/sql_store.hpp"

namespace paymeter::store {
namespace {

constexpr const char* kMemory = ":memory:";

/// Each connection stays with one thread, so SQLite need not lock around every call. Has an effect
/// only before SQLite is first used in the process; later it changes nothing.
void use_one_thread_per_connection() {
  static const int once = sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
  static_cast<void>(once);
}

std::unique_ptr<Db> connect(const SqliteOptions& options) {
  use_one_thread_per_connection();
  // timeout: how long another program (an administrator's command) may hold the write lock.
  auto session =
      std::make_unique<soci::session>(soci::sqlite3, "dbname=\"" + options.path + "\" timeout=10");
  auto db = std::make_unique<Db>(std::move(session), Dialect::sqlite);
  const char* synchronous = options.durability == Durability::full ? "FULL" : "OFF";
  execute_script(*db, std::string("pragma journal_mode=WAL; pragma synchronous=") + synchronous +
                          "; pragma foreign_keys=ON; pragma cache_size=-32768;");
  return db;
}

std::unique_ptr<Db> connect_reader(const SqliteOptions& options) {
  auto db = connect(options);
  execute_script(*db, "pragma query_only=ON;");
  return db;
}

DiskLow make_disk_low(const SqliteOptions& options) {
  if (options.free_bytes)
    return [free_bytes = options.free_bytes, min = options.free_bytes_min] {
      return free_bytes() < min;
    };
  if (options.path == kMemory) return [] { return false; };
  auto folder = std::filesystem::absolute(options.path).parent_path().string();
  return [folder = std::move(folder), min = options.free_bytes_min] {
    struct statvfs info{};
    // A file system that does not tell is not taken for a full one.
    if (statvfs(folder.c_str(), &info) != 0) return false;
    return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize < min;
  };
}

[[noreturn]] void stop_process(const std::string& reason) {
  std::fprintf(stderr, "paymeter: a commit failed, stopping to recover: %s\n", reason.c_str());
  std::abort();
}

std::unique_ptr<port::Store> start(SqliteOptions options, std::unique_ptr<Db> writer) {
  if (options.mode == ExecutionMode::inline_) {
    auto engine = std::make_unique<InlineEngine>(std::move(writer), std::move(options.commit_hook),
                                                 make_disk_low(options));
    engine->set_call_hook(std::move(options.call_hook));
    return std::make_unique<SqlStore>(std::move(engine));
  }
  std::vector<std::unique_ptr<Db>> readers;
  for (int i = 0; i < options.readers; ++i) readers.push_back(connect_reader(options));
  ThreadedSettings settings;
  settings.write_queue_max = options.write_queue_max;
  settings.read_queue_max = options.read_queue_max;
  settings.batch_max = options.batch_max;
  settings.disk_low = make_disk_low(options);
  settings.hook = std::move(options.commit_hook);
  settings.on_fatal = options.on_fatal ? std::move(options.on_fatal) : FatalHandler(stop_process);
  return std::make_unique<SqlStore>(
      std::make_unique<ThreadedEngine>(std::move(settings), std::move(writer), std::move(readers)));
}

}  // namespace

Result<std::unique_ptr<port::Store>> open_sqlite(SqliteOptions options) {
  PAYMETER_ASSERT(options.readers >= 1);
  PAYMETER_ASSERT(options.mode == ExecutionMode::inline_ || options.path != kMemory);
  if (options.path.find('"') != std::string::npos)
    return fail(Errc::store_failed, "a database path must not contain quotes: " + options.path);
  try {
    auto writer = connect(options);
    if (auto done = migrate(*writer); !done) return fail(done.error());
    return start(std::move(options), std::move(writer));
  } catch (const std::exception&) {
    Error error = error_of_current_exception();
    error.detail = options.path + ": " + error.detail;
    return fail(std::move(error));
  }
}

}  // namespace paymeter::store

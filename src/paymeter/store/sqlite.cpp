// Opens SQLite connections as the store needs them and puts an engine on top.
#include "paymeter/store/sqlite.hpp"

#include <sys/statvfs.h>

#include <filesystem>

#include "paymeter/base/assert.hpp"
#include "paymeter/store/migrate.hpp"
#include "paymeter/store/sql_store.hpp"
#include "paymeter/store/sqlite_checkpoint.hpp"
#include "paymeter/store/sqlite_connection.hpp"

namespace paymeter::store {
namespace {

constexpr const char* kMemory = ":memory:";

std::unique_ptr<Db> connect_reader(const SqliteOptions& options) {
  auto db = connect_sqlite(options);
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

/// The engine with a checkpointer beside it. A member of its own, so that it ends after the writer.
class SqliteEngine final : public QueueEngine {
 public:
  SqliteEngine(const SqliteOptions& options, std::unique_ptr<Db> writer,
               std::vector<std::unique_ptr<Db>> readers)
      : checkpointer_(connect_sqlite(options), [this](const std::string& why) { stop(why); }) {
    checkpointer_.watch(*writer);
    ThreadedSettings settings = threaded_settings(options);
    settings.writer.disk_low = make_disk_low(options);
    settings.writer.after_answers = [this](Db& db) { checkpointer_.after_answers(db); };
    engine_.emplace(std::move(settings), std::move(writer), std::move(readers));
    ready_ = true;
  }
  void write(std::unique_ptr<Job> job) override { engine_->write(std::move(job)); }
  void read(std::unique_ptr<Job> job) override { engine_->read(std::move(job)); }

 private:
  void stop(const std::string& why) {
    if (ready_) engine_->stop_for_good(why);
  }

  std::atomic<bool> ready_{false};
  SqliteCheckpointer checkpointer_;
  std::optional<ThreadedEngine> engine_;
};

/// There has to be room for the whole log besides the reserve.
bool should_grow_log(SqliteOptions options) {
  options.free_bytes_min += grown_log_bytes();
  return options.durability == Durability::full && !make_disk_low(options)();
}

std::unique_ptr<port::Store> start(const SqliteOptions& options, std::unique_ptr<Db> writer) {
  if (options.mode == ExecutionMode::inline_)
    return std::make_unique<SqlStore>(
        inline_engine(options, std::move(writer), make_disk_low(options)));
  if (should_grow_log(options)) grow_log(*writer);
  std::vector<std::unique_ptr<Db>> readers;
  for (int i = 0; i < options.readers; ++i) readers.push_back(connect_reader(options));
  return std::make_unique<SqlStore>(
      std::make_unique<SqliteEngine>(options, std::move(writer), std::move(readers)));
}

}  // namespace

std::unique_ptr<Db> connect_sqlite(const SqliteOptions& options) {
  auto db = std::make_unique<Db>(std::make_unique<SqliteConnection>(
      options.path, options.vfs.empty() ? nullptr : options.vfs.c_str()));
  const char* synchronous = options.durability == Durability::full ? "FULL" : "OFF";
  execute_script(*db, std::string("pragma journal_mode=WAL; pragma synchronous=") + synchronous +
                          "; pragma foreign_keys=ON; pragma cache_size=-32768;");
  return db;
}

Result<std::unique_ptr<port::Store>> open_sqlite(SqliteOptions options) {
  PAYMETER_ASSERT(options.readers >= 1);
  PAYMETER_ASSERT(options.mode == ExecutionMode::inline_ || options.path != kMemory);
  try {
    auto writer = connect_sqlite(options);
    if (auto done = migrate(*writer); !done) return fail(done.error());
    return start(options, std::move(writer));
  } catch (const std::exception&) {
    Error error = error_of_current_exception();
    error.detail = options.path + ": " + error.detail;
    return fail(std::move(error));
  }
}

}  // namespace paymeter::store

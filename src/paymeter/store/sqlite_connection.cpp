// Binds cells, steps, reads cells.
#include "paymeter/store/sqlite_connection.hpp"

#include "paymeter/base/assert.hpp"

namespace paymeter::store {
namespace {

/// How long another program (an administrator's command) may hold the write lock.
constexpr int kBusyTimeoutMs = 10'000;

/// Each connection stays with one thread, so SQLite need not lock around every call; nor count the
/// memory it uses, under a lock at every allocation; nor put a statement's own journal into a file.
/// Has an effect only before SQLite is first used in the process; later it changes nothing.
void lock_less() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MULTITHREAD) |
                          sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) |
                          sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
  static_cast<void>(once);
}

DbError::Kind kind_of(int rc) {
  if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC) return DbError::Kind::unsynced;
  switch (rc & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return DbError::Kind::busy;
    case SQLITE_FULL:
      return DbError::Kind::full;
    default:
      return DbError::Kind::failed;
  }
}

void bind(sqlite3_stmt* statement, int at, const Cell& cell) {
  if (cell.null)
    sqlite3_bind_null(statement, at);
  else if (cell.is_blob)
    sqlite3_bind_blob64(statement, at, cell.text.data(), cell.text.size(), SQLITE_STATIC);
  else if (cell.is_text)
    sqlite3_bind_text64(statement, at, cell.text.data(), cell.text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
  else
    sqlite3_bind_int64(statement, at, cell.number);
}

void read(sqlite3_stmt* statement, int at, Cell& cell) {
  cell.null = sqlite3_column_type(statement, at) == SQLITE_NULL;
  if (cell.null) return;
  if (!cell.is_text) {
    cell.number = sqlite3_column_int64(statement, at);
    return;
  }
  const void* bytes = sqlite3_column_type(statement, at) == SQLITE_BLOB
                          ? sqlite3_column_blob(statement, at)
                          : static_cast<const void*>(sqlite3_column_text(statement, at));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, at));
  cell.text.assign(static_cast<const char*>(bytes), bytes == nullptr ? 0 : size);
}

/// A plain insert's text without `returning id`, or the text as it is. SQLite makes RETURNING a
/// trigger, and with a trigger a statement first copies every page it touches; the new row's id is
/// known without it.
std::string_view without_returning_id(std::string_view sql) {
  constexpr std::string_view kTail = " returning id";
  const bool plain = sql.starts_with("insert into ") && sql.ends_with(kTail) &&
                     sql.find(" on conflict") == std::string_view::npos &&
                     sql.find("select ") == std::string_view::npos;
  return plain ? sql.substr(0, sql.size() - kTail.size()) : sql;
}

}  // namespace

void throw_sqlite_error(sqlite3* db, int rc) {
  const int extended = db == nullptr ? rc : sqlite3_extended_errcode(db);
  // The connection may have gone on since: its code counts only if it is about the same failure.
  const int code = (extended & 0xFF) == (rc & 0xFF) ? extended : rc;
  throw DbError(kind_of(code), db == nullptr ? sqlite3_errstr(rc) : sqlite3_errmsg(db));
}

SqliteConnection::SqliteConnection(const std::string& path, const char* vfs) {
  lock_less();
  const int rc =
      sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs);
  if (rc != SQLITE_OK) {
    const std::string text = db_ == nullptr ? sqlite3_errstr(rc) : sqlite3_errmsg(db_);
    sqlite3_close(db_);
    throw DbError(kind_of(rc), text);
  }
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, kBusyTimeoutMs);
}

SqliteConnection::~SqliteConnection() {
  cache_.clear();
  sqlite3_close_v2(db_);
}

std::unique_ptr<SqliteConnection::Statement> SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int rc = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (rc != SQLITE_OK) throw_sqlite_error(db_, rc);
  return std::make_unique<Statement>(handle);
}

class SqliteConnection::Use {
 public:
  Use(SqliteConnection& connection, std::string_view sql, std::span<const Cell> parameters)
      : db_(connection.db_), statement_(connection.cache_.find(sql)) {
    if (statement_ == nullptr) statement_ = prepare(connection, sql);
    statement_->busy = true;
    PAYMETER_ASSERT(sqlite3_bind_parameter_count(handle()) == static_cast<int>(parameters.size()));
    int at = 0;
    for (const Cell& cell : parameters) bind(handle(), ++at, cell);
  }
  ~Use() {
    sqlite3_reset(handle());
    statement_->busy = false;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  sqlite3_stmt* handle() { return statement_->handle; }
  bool step() {
    const int rc = sqlite3_step(handle());
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) throw_sqlite_error(db_, rc);
    return rc == SQLITE_ROW;
  }

 private:
  Statement* prepare(SqliteConnection& connection, std::string_view sql) {
    auto fresh = connection.prepare(sql);
    auto& cache = connection.cache_;
    if (cache.size() >= kStatementsMax && !cache.any_busy()) cache.clear();
    Statement* out = fresh.get();
    // Comes back when an outer loop steps through the same text: then it serves once.
    own_ = cache.keep(sql, std::move(fresh));
    return out;
  }

  sqlite3* db_;
  std::unique_ptr<Statement> own_;
  Statement* statement_;
};

std::int64_t SqliteConnection::execute(std::string_view sql, std::span<const Cell> parameters) {
  Use use(*this, sql, parameters);
  while (use.step()) {
  }
  return sqlite3_changes64(db_);
}

void SqliteConnection::query(std::string_view sql, std::span<const Cell> parameters,
                             std::vector<Cell>& row, RowSink sink) {
  const std::string_view text = without_returning_id(sql);
  Use use(*this, text, parameters);
  // To the end even when one row is enough: an unfinished statement would block the commit.
  while (use.step()) {
    for (std::size_t i = 0; i < row.size(); ++i) read(use.handle(), static_cast<int>(i), row[i]);
    sink.take(sink.target);
  }
  if (text.size() == sql.size()) return;
  row[0].null = false;
  row[0].number = sqlite3_last_insert_rowid(db_);
  sink.take(sink.target);
}

void SqliteConnection::script(const std::string& text) {
  const int rc = sqlite3_exec(db_, text.c_str(), nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) throw_sqlite_error(db_, rc);
}

void SqliteConnection::begin_write() { execute("begin immediate", {}); }
void SqliteConnection::begin_read() { execute("begin", {}); }
void SqliteConnection::commit() { execute("commit", {}); }
Transaction SqliteConnection::transaction() const {
  return sqlite3_get_autocommit(db_) == 0 ? Transaction::open : Transaction::none;
}
std::int64_t SqliteConnection::changes() const { return sqlite3_total_changes64(db_); }

}  // namespace paymeter::store

/// One PostgreSQL connection through libpq.
#pragma once

#include <libpq-fe.h>

#include <memory>

#include "paymeter/store/connection.hpp"
#include "paymeter/store/statement_cache.hpp"

namespace paymeter::store {

/// Writers of one database take turns by an advisory lock, as SQLite's writers do: what a writing
/// transaction has read stays true until it commits, however many stations there are.
class PostgresqlConnection final : public Connection {
 public:
  /// `url`: what libpq takes (`postgresql://user@host/database?sslmode=…`). Throws DbError.
  explicit PostgresqlConnection(const std::string& url);
  ~PostgresqlConnection() override;

  Dialect dialect() const override { return Dialect::postgresql; }
  std::int64_t execute(std::string_view sql, std::span<const Cell> parameters) override;
  void query(std::string_view sql, std::span<const Cell> parameters, std::vector<Cell>& row,
             RowSink sink) override;
  void script(const std::string& text) override;
  void begin_write() override;
  void begin_read() override;
  void commit() override;
  void commit_marked(const CommitMark& mark) override;
  bool was_committed(const CommitMark& mark) override;
  Transaction transaction() const override;
  std::int64_t changes() const override { return changes_; }

  /// Whoever asks may write: counts as a change.
  PGconn* handle();

 private:
  struct Statement {
    std::string name;
    bool busy = false;  ///< never: results are fetched whole
  };
  struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Answer = std::unique_ptr<PGresult, ClearResult>;

  const std::string& prepare(std::string_view sql, std::size_t parameters);
  Answer run(std::string_view sql, std::span<const Cell> parameters);
  Answer run_text(const char* text);
  void begin(std::string text);
  void commit_with(const std::string& text);
  Answer check(PGresult* result);

  PGconn* connection_ = nullptr;
  StatementCache<Statement> cache_;
  std::uint64_t prepared_count_ = 0;
  std::uint64_t transactions_ = 0;
  std::int64_t changes_ = 0;
};

/// `:name` → `$1`, `$2`, …; texts in quotes and `::type` stay.
std::string numbered_parameters(std::string_view sql);

/// Throws what the server said, or that the connection is lost. `result` may be null.
[[noreturn]] void throw_postgresql_error(PGconn* connection, const PGresult* result);

}  // namespace paymeter::store

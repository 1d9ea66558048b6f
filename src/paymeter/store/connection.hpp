/// What a database library must be able to do for Db: prepared statements with cells, scripts,
/// transactions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/store/cell.hpp"
#include "paymeter/store/db_error.hpp"

namespace paymeter::store {

enum class Dialect : std::uint8_t { sqlite, postgresql };

/// open: going on. spoilt: an error allows only rolling back (PostgreSQL). none: ended or undone.
enum class Transaction : std::uint8_t { none, open, spoilt };

/// One transaction of one writer, recognisable after its connection was lost.
struct CommitMark {
  std::int64_t writer = 0;
  std::int64_t batch = 0;
};

/// Called for each row; the caller's row cells hold it.
struct RowSink {
  void* target;
  void (*take)(void* target);
};

/// Use from one thread at a time. Everything throws DbError.
class Connection {
 public:
  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  virtual Dialect dialect() const = 0;
  /// Runs a statement to its end and returns how many rows it touched.
  /// Requires: as many parameters as the text has names.
  virtual std::int64_t execute(std::string_view sql, std::span<const Cell> parameters) = 0;
  /// `row[i].is_text` says how column i is read. Runs to the end.
  virtual void query(std::string_view sql, std::span<const Cell> parameters, std::vector<Cell>& row,
                     RowSink sink) = 0;
  /// Many statements as they stand.
  virtual void script(const std::string& text) = 0;

  /// Starts a transaction that sees everything written before it and is alone in writing.
  virtual void begin_write() = 0;
  /// Starts a transaction that sees one instant.
  virtual void begin_read() = 0;
  /// Throws also when the engine had undone the transaction. After `lost`: who knows.
  virtual void commit() = 0;
  /// As commit(), and was_committed() can tell later. Only an engine whose connections may be lost
  /// keeps marks.
  virtual void commit_marked(const CommitMark& /*mark*/) { commit(); }
  /// What became of a marked transaction, on a new connection. Waits until it has ended.
  virtual bool was_committed(const CommitMark& /*mark*/) { return false; }
  virtual Transaction transaction() const = 0;
  /// Rows written since the connection was opened, undone ones included; raw access counts as one.
  virtual std::int64_t changes() const = 0;
};

}  // namespace paymeter::store

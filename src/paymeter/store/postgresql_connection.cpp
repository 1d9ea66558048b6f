// Parameters and columns travel as text, bytes as bytea; the server infers the types.
#include "paymeter/store/postgresql_connection.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include "paymeter/base/assert.hpp"

namespace paymeter::store {
namespace {

constexpr Oid kByteaOid = 17;

/// A sale and an administrator's command wait for each other no longer than this.
constexpr const char* kSettings =
    "set client_min_messages = warning; set lock_timeout = '10s'; "
    "set synchronous_commit = on; set standard_conforming_strings = on; set jit = off; "
    "set bytea_output = hex;";

/// The lock that makes writers take turns; any number that nobody else uses ("paymeter" in ASCII).
constexpr const char* kBeginWrite =
    "begin isolation level read committed read write; "
    "select pg_advisory_xact_lock(8097881126573663602)";

/// So many transactions use the same plans; making them anew costs a few milliseconds.
constexpr std::uint64_t kPlansLast = 32;

DbError::Kind kind_of(std::string_view state) {
  const std::string_view sort = state.substr(0, 2);
  if (state == "40001" || state == "40P01") return DbError::Kind::conflict;
  if (state == "53100") return DbError::Kind::full;
  if (state == "55P03" || sort == "53" || state == "57014") return DbError::Kind::busy;
  // 57P: the server is stopping, starting or was told to end this connection.
  if (sort == "08" || state.starts_with("57P")) return DbError::Kind::lost;
  return DbError::Kind::failed;
}

/// A parameter's bytes for libpq, which wants a terminated text, and numbers as digits.
class Texts {
 public:
  explicit Texts(std::span<const Cell> cells) : digits_(cells.size()) {
    values_.reserve(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) add(cells[i], digits_[i]);
  }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  using Digits = std::array<char, 24>;
  void add(const Cell& cell, Digits& digits) {
    formats_.push_back(cell.is_blob ? 1 : 0);
    lengths_.push_back(cell.is_blob ? static_cast<int>(cell.text.size()) : 0);
    if (cell.null) return values_.push_back(nullptr);
    if (!cell.is_text) {
      *std::to_chars(digits.data(), digits.data() + digits.size(), cell.number).ptr = '\0';
      return values_.push_back(digits.data());
    }
    // PostgreSQL cannot store it, and libpq would quietly cut the text off there.
    if (!cell.is_blob && cell.text.find('\0') != std::string::npos)
      throw DbError(DbError::Kind::failed, "a text contains the character 0");
    values_.push_back(cell.text.c_str());
  }

  std::vector<Digits> digits_;
  std::vector<const char*> values_;
  std::vector<int> lengths_, formats_;
};

void read(const PGresult* result, int row, int column, Cell& cell) {
  cell.null = PQgetisnull(result, row, column) != 0;
  if (cell.null) return;
  const char* text = PQgetvalue(result, row, column);
  const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
  if (!cell.is_text) {
    const auto [end, error] = std::from_chars(text, text + size, cell.number);
    if (error != std::errc{} || end != text + size)
      throw BadValue("not a whole number: " + std::string(PQfname(result, column)));
  } else if (PQftype(result, column) == kByteaOid) {
    std::size_t bytes_size = 0;
    auto* bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(text), &bytes_size);
    cell.text.assign(reinterpret_cast<const char*>(bytes), bytes_size);
    PQfreemem(bytes);
  } else {
    cell.text.assign(text, size);
  }
}

bool is_name_part(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

void throw_postgresql_error(PGconn* connection, const PGresult* result) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state != nullptr) {
    // Only the primary message: the detail repeats values.
    const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    throw DbError(kind_of(state), std::string(text == nullptr ? "" : text) + " (" + state + ")");
  }
  std::string text = PQerrorMessage(connection);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  throw DbError(
      PQstatus(connection) == CONNECTION_BAD ? DbError::Kind::lost : DbError::Kind::failed, text);
}

std::string numbered_parameters(std::string_view sql) {
  std::string out;
  int count = 0;
  char quote = '\0';
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    const bool name_follows = i + 1 < sql.size() && is_name_part(sql[i + 1]);
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == ':' && name_follows && (i == 0 || sql[i - 1] != ':')) {
      out += "$" + std::to_string(++count);
      while (i + 1 < sql.size() && is_name_part(sql[i + 1])) ++i;
      continue;
    }
    out += c;
  }
  return out;
}

PostgresqlConnection::PostgresqlConnection(const std::string& url) {
  // expand_dbname: the URL stands in the first; what it says itself comes later and wins.
  const std::array<const char*, 7> names{"fallback_application_name",
                                         "connect_timeout",
                                         "keepalives_idle",
                                         "tcp_user_timeout",
                                         "client_encoding",
                                         "dbname",
                                         nullptr};
  const std::array<const char*, 7> values{"paymeter", "5",         "10",   "15000",
                                          "UTF8",     url.c_str(), nullptr};
  connection_ = PQconnectdbParams(names.data(), values.data(), 1);
  PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);  // else on stderr
  if (PQstatus(connection_) != CONNECTION_OK) {
    const std::string text = PQerrorMessage(connection_);
    PQfinish(connection_);
    throw DbError(DbError::Kind::lost, text.substr(0, text.find('\n')));
  }
  try {
    script(kSettings);
  } catch (const DbError&) {
    PQfinish(connection_);
    throw;
  }
}

PostgresqlConnection::~PostgresqlConnection() { PQfinish(connection_); }

PGconn* PostgresqlConnection::handle() {
  ++changes_;
  return connection_;
}

PostgresqlConnection::Answer PostgresqlConnection::check(PGresult* result) {
  Answer answer(result);
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
      changes_ += std::atoll(PQcmdTuples(result));
      return answer;
    case PGRES_TUPLES_OK:
      if (!std::string_view(PQcmdStatus(result)).starts_with("SELECT")) ++changes_;
      return answer;
    default:
      throw_postgresql_error(connection_, result);
  }
}

const std::string& PostgresqlConnection::prepare(std::string_view sql, std::size_t parameters) {
  if (const Statement* known = cache_.find(sql)) return known->name;
  if (cache_.size() >= kStatementsMax) {
    run_text("deallocate all");
    cache_.clear();
  }
  const std::string text = numbered_parameters(sql);
  PAYMETER_ASSERT((text.find("$" + std::to_string(parameters + 1)) == std::string::npos));
  auto statement = std::make_unique<Statement>();
  statement->name = "s" + std::to_string(++prepared_count_);
  check(PQprepare(connection_, statement->name.c_str(), text.c_str(), 0, nullptr));
  cache_.keep(sql, std::move(statement));
  return cache_.find(sql)->name;
}

PostgresqlConnection::Answer PostgresqlConnection::run(std::string_view sql,
                                                       std::span<const Cell> parameters) {
  const Texts texts(parameters);
  const std::string& name = prepare(sql, parameters.size());
  return check(PQexecPrepared(connection_, name.c_str(), static_cast<int>(parameters.size()),
                              texts.values(), texts.lengths(), texts.formats(), 0));
}

PostgresqlConnection::Answer PostgresqlConnection::run_text(const char* text) {
  return check(PQexec(connection_, text));
}

std::int64_t PostgresqlConnection::execute(std::string_view sql, std::span<const Cell> parameters) {
  // Transaction commands and the like are not worth a plan.
  const Answer answer =
      parameters.empty() ? run_text(std::string(sql).c_str()) : run(sql, parameters);
  return std::atoll(PQcmdTuples(answer.get()));
}

void PostgresqlConnection::query(std::string_view sql, std::span<const Cell> parameters,
                                 std::vector<Cell>& row, RowSink sink) {
  const Answer answer = run(sql, parameters);
  const int rows = PQntuples(answer.get());
  PAYMETER_ASSERT(rows == 0 || PQnfields(answer.get()) >= static_cast<int>(row.size()));
  for (int at = 0; at < rows; ++at) {
    for (std::size_t i = 0; i < row.size(); ++i)
      read(answer.get(), at, static_cast<int>(i), row[i]);
    sink.take(sink.target);
  }
}

void PostgresqlConnection::script(const std::string& text) {
  const Answer answer = run_text(text.c_str());
  ++changes_;
}

void PostgresqlConnection::begin(std::string text) {
  // A plan made while a table was small goes on reading it whole when it has grown, until the
  // server gets round to analysing it.
  if (++transactions_ % kPlansLast == 0) text += "; discard plans";
  run_text(text.c_str());
}

void PostgresqlConnection::begin_write() { begin(kBeginWrite); }

void PostgresqlConnection::begin_read() {
  begin("begin isolation level repeatable read read only");
}

void PostgresqlConnection::commit() { commit_with("commit"); }

void PostgresqlConnection::commit_marked(const CommitMark& mark) {
  commit_with("insert into commit_mark (writer, batch, at) values (" + std::to_string(mark.writer) +
              ", " + std::to_string(mark.batch) +
              ", now()) on conflict (writer) do update set batch = excluded.batch, "
              "at = excluded.at; commit");
}

bool PostgresqlConnection::was_committed(const CommitMark& mark) {
  // The lock is free only when the old connection's transaction has ended, one way or the other.
  begin_write();
  std::vector<Cell> row(1);
  const std::array<Cell, 1> writer{to_cell(mark.writer)};
  query("select batch from commit_mark where writer = :writer", writer, row, {&row, [](void*) {}});
  run_text("rollback");
  return row[0].number == mark.batch;
}

void PostgresqlConnection::commit_with(const std::string& text) {
  const Answer answer = run_text(text.c_str());
  // A transaction that an error has spoilt "commits" by rolling back, without an error.
  if (std::string_view(PQcmdStatus(answer.get())) != "COMMIT")
    throw DbError(DbError::Kind::failed, "the transaction was rolled back");
}

Transaction PostgresqlConnection::transaction() const {
  switch (PQtransactionStatus(connection_)) {
    case PQTRANS_INTRANS:
      return Transaction::open;
    case PQTRANS_INERROR:
      return Transaction::spoilt;
    default:
      return Transaction::none;
  }
}

}  // namespace paymeter::store

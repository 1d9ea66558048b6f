// Cached prepared statements over SOCI.
#include "paymeter/store/db.hpp"

namespace paymeter::store {
namespace {
/// List filters make texts of their own; more than this many and the cache starts over.
constexpr std::size_t kIdleMax = 300;
}  // namespace

Db::Db(std::unique_ptr<soci::session> session, Dialect dialect)
    : session_(std::move(session)), dialect_(dialect) {}

Db::~Db() { idle_.clear(); }

std::int64_t Db::execute_cells(std::string_view sql, std::vector<Cell>& parameters) {
  std::vector<Cell> none;
  Running running(*this, sql, parameters, none);
  running.next();
  return running.affected_rows();
}

void Db::roll_back() noexcept {
  try {
    execute("rollback");
  } catch (const std::exception&) {
    // After some errors the engine has rolled back by itself and says that there is nothing left.
  }
}

std::unique_ptr<soci::statement> Db::take(const std::string& sql) {
  if (const auto found = idle_.find(sql); found != idle_.end()) {
    // Taken out while it runs: an operation may use the same text again inside a loop over it.
    auto statement = std::move(found->second);
    idle_.erase(found);
    return statement;
  }
  auto statement = std::make_unique<soci::statement>(*session_);
  statement->alloc();
  statement->prepare(sql);
  return statement;
}

Db::Running::Running(Db& db, std::string_view sql, std::vector<Cell>& parameters,
                     std::vector<Cell>& row)
    : db_(db), statement_(db.take(std::string(sql))), sql_(sql), has_rows_(!row.empty()) {
  for (Cell& cell : row) {
    if (cell.is_text)
      statement_->exchange(soci::into(cell.text, cell.state));
    else
      statement_->exchange(soci::into(cell.number, cell.state));
  }
  for (Cell& cell : parameters) {
    if (cell.is_text)
      statement_->exchange(soci::use(cell.text, cell.state));
    else
      statement_->exchange(soci::use(cell.number, cell.state));
  }
  statement_->define_and_bind();
}

bool Db::Running::next() {
  const bool got = started_ ? statement_->fetch() : statement_->execute(true);
  started_ = true;
  finished_ = !got || !has_rows_;
  return got;
}

std::int64_t Db::Running::affected_rows() { return statement_->get_affected_rows(); }

Db::Running::~Running() {
  // After an exception, or when abandoned in the middle, the statement's state is unknown.
  if (!finished_) return;
  statement_->bind_clean_up();
  if (db_.idle_.size() >= kIdleMax) db_.idle_.clear();
  db_.idle_.emplace(std::move(sql_), std::move(statement_));
}

}  // namespace paymeter::store

// Prepared statements straight on SQLite: the store's own code is what is being checked.
#include "books_view.hpp"

#include <stdexcept>

#include "read_only_db.hpp"

namespace paymeter::town {
namespace {

constexpr const char* kVendColumns =
    "select id, meter_id, idempotency_key, kind, method, state, n, epoch_serial, "
    "epoch_clear_count, tag, captured_fen, fees_fen, to_meter_fen, account_id, paid_out_by, "
    "paid_out_reference, related_vend_id, settles from vend ";

}  // namespace

struct BooksView::Connection : ReadOnlyDb {
  using ReadOnlyDb::ReadOnlyDb;
};

namespace {

std::optional<domain::Epoch> epoch_of(sqlite3_stmt* row, int column) {
  if (is_null(row, column)) return std::nullopt;
  return domain::Epoch{text_of(row, column), number_of<std::uint16_t>(row, column + 1)};
}

VendRow vend_of(sqlite3_stmt* row) {
  VendRow vend;
  vend.id = VendId{sqlite3_column_int64(row, 0)};
  vend.meter = MeterId{sqlite3_column_int64(row, 1)};
  vend.key = text_of(row, 2);
  const auto kind = domain::vend_kind_from_name(text_of(row, 3));
  if (!kind) throw std::runtime_error("books view: kind " + text_of(row, 3));
  vend.kind = *kind;
  vend.method = text_of(row, 4);
  const auto state = domain::vend_state_from_name(text_of(row, 5));
  if (!state) throw std::runtime_error("books view: state " + text_of(row, 5));
  vend.state = *state;
  vend.n = number_of<std::uint16_t>(row, 6);
  vend.epoch = epoch_of(row, 7);
  vend.tag = number_of<std::uint32_t>(row, 9);
  vend.captured_fen = sqlite3_column_int64(row, 10);
  vend.fees_fen = sqlite3_column_int64(row, 11);
  vend.to_meter_fen = sqlite3_column_int64(row, 12);
  vend.account = AccountId{sqlite3_column_int64(row, 13)};
  vend.paid_out_by = text_of(row, 14);
  vend.paid_out_reference = text_of(row, 15);
  vend.related = VendId{sqlite3_column_int64(row, 16)};
  vend.settles = sqlite3_column_int64(row, 17) != 0;
  return vend;
}

}  // namespace

void execute_on(const std::string& database, const std::string& sql) {
  sqlite3* db = nullptr;
  const bool done = sqlite3_open(database.c_str(), &db) == SQLITE_OK &&
                    sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  const std::string why = done ? "" : sqlite3_errmsg(db);
  sqlite3_close(db);
  if (!done) throw std::runtime_error(sql + ": " + why);
}

BooksView::BooksView(const std::string& database) : db_(std::make_unique<Connection>(database)) {}
BooksView::~BooksView() = default;

std::vector<VendRow> BooksView::vends_after(VendId last) {
  static const std::string sql = std::string(kVendColumns) + "where id > ? order by id";
  std::vector<VendRow> rows;
  db_->each(sql, last.value, [&](sqlite3_stmt* row) { rows.push_back(vend_of(row)); });
  return rows;
}

std::optional<VendRow> BooksView::vend(VendId id) {
  static const std::string sql = std::string(kVendColumns) + "where id = ?";
  std::optional<VendRow> found;
  db_->each(sql, id.value, [&](sqlite3_stmt* row) { found = vend_of(row); });
  return found;
}

std::vector<MoneyRow> BooksView::meters() {
  std::vector<MoneyRow> rows;
  db_->each(
      "select meter_id, epoch_serial, epoch_clear_count, purchase_count, in_flight_vend_id, "
      "quarantined from meter_money",
      0, [&](sqlite3_stmt* row) {
        MoneyRow& money = rows.emplace_back();
        money.meter = MeterId{sqlite3_column_int64(row, 0)};
        money.epoch = epoch_of(row, 1);
        money.count = number_of<std::uint16_t>(row, 3);
        if (!is_null(row, 4)) money.in_flight = VendId{sqlite3_column_int64(row, 4)};
        money.quarantined = sqlite3_column_int64(row, 5) != 0;
      });
  return rows;
}

std::vector<SettlementRow> BooksView::settlements_from(SettlementId first) {
  std::vector<SettlementRow> rows;
  db_->each(
      "select id, meter_id, kind, state, epoch_serial, epoch_clear_count, without_meter "
      "from settlement where id >= ? order by id",
      first.value, [&](sqlite3_stmt* row) {
        SettlementRow& settlement = rows.emplace_back();
        settlement.id = SettlementId{sqlite3_column_int64(row, 0)};
        settlement.meter = MeterId{sqlite3_column_int64(row, 1)};
        settlement.kind = domain::settlement_kind_from_name(text_of(row, 2)).value();
        settlement.state = domain::settlement_state_from_name(text_of(row, 3)).value();
        settlement.epoch = epoch_of(row, 4);
        settlement.without_meter = sqlite3_column_int64(row, 6) != 0;
      });
  return rows;
}

std::vector<std::pair<MeterId, std::string>> BooksView::codes() {
  std::vector<std::pair<MeterId, std::string>> rows;
  db_->each("select id, code from meter", 0, [&](sqlite3_stmt* row) {
    rows.emplace_back(MeterId{sqlite3_column_int64(row, 0)}, text_of(row, 1));
  });
  return rows;
}

std::vector<EntryRow> BooksView::new_entries() {
  std::vector<EntryRow> rows;
  db_->each(
      "select e.id, e.posting_id, e.ledger_account_id, e.amount_fen, p.vend_id is not null "
      "from ledger_entry e join posting p on p.id = e.posting_id where e.id > ? order by e.id",
      last_entry_, [&](sqlite3_stmt* row) {
        last_entry_ = sqlite3_column_int64(row, 0);
        rows.push_back({sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 2),
                        sqlite3_column_int64(row, 3), sqlite3_column_int64(row, 4) != 0});
      });
  return rows;
}

std::vector<LedgerRow> BooksView::ledger() {
  std::vector<LedgerRow> rows;
  db_->each("select id, kind, meter_id, account_id, label, balance_fen from ledger_account", 0,
            [&](sqlite3_stmt* row) {
              rows.push_back({sqlite3_column_int64(row, 0),
                              {text_of(row, 1), MeterId{sqlite3_column_int64(row, 2)},
                               AccountId{sqlite3_column_int64(row, 3)}, text_of(row, 4)},
                              sqlite3_column_int64(row, 5)});
            });
  return rows;
}

}  // namespace paymeter::town

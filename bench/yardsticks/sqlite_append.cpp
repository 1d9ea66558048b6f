// Yardstick: readings appended with SQLite's own C API, one transaction per batch, each synced.
// usage: sqlite_append FILE METERS FIRST_SWEEP SWEEPS BATCH LAYOUT
//   LAYOUT plain: a table without a key · keyed: clustered by (at, meter), as the store has it
// prints: sqlite LAYOUT rows=N batch=N rows_s=…
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "sweep_values.hpp"

namespace {

constexpr const char* kColumns =
    "at bigint not null, meter_id bigint not null, property_id bigint not null, energy_wh bigint, "
    "rate1_wh bigint, rate2_wh bigint, rate3_wh bigint, rate4_wh bigint, rate5_wh bigint, "
    "power_w bigint, voltage_a_mv bigint, voltage_b_mv bigint, voltage_c_mv bigint, "
    "current_a_ma bigint, current_b_ma bigint, current_c_ma bigint, power_factor_e3 bigint, "
    "frequency_mhz bigint, balance_fen bigint, credit_remaining_wh bigint, "
    "purchase_count bigint, relay_open bigint";
constexpr int kKeys = 3;

void check(sqlite3* db, bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "sqlite_append: %s: %s\n", what, sqlite3_errmsg(db));
  std::exit(1);
}

void execute(sqlite3* db, const std::string& sql) {
  check(db, sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, sql.c_str());
}

sqlite3* open_database(const std::string& path, const std::string& layout) {
  sqlite3* db = nullptr;
  check(db, sqlite3_open(path.c_str(), &db) == SQLITE_OK, path.c_str());
  execute(db, "pragma journal_mode=WAL; pragma synchronous=FULL; pragma cache_size=-32768");
  const bool keyed = layout == "keyed";
  execute(db, std::string("create table if not exists reading (") + kColumns +
                  (keyed ? ", primary key (at, meter_id)) without rowid" : ")"));
  return db;
}

sqlite3_stmt* prepare_insert(sqlite3* db) {
  std::string sql = "insert into reading values (?";
  for (int i = 1; i < kKeys + sweep_values::kValues; ++i) sql += ",?";
  sql += ")";
  sqlite3_stmt* insert = nullptr;
  check(db, sqlite3_prepare_v2(db, sql.c_str(), -1, &insert, nullptr) == SQLITE_OK, "prepare");
  return insert;
}

void append(sqlite3* db, sqlite3_stmt* insert, long meter, long sweep,
            const sweep_values::Row& row) {
  sqlite3_bind_int64(insert, 1, sweep_values::at_of(sweep));
  sqlite3_bind_int64(insert, 2, meter);
  sqlite3_bind_int64(insert, 3, 1);
  for (std::size_t i = 0; i < row.size(); ++i)
    sqlite3_bind_int64(insert, kKeys + 1 + static_cast<int>(i), row[i]);
  check(db, sqlite3_step(insert) == SQLITE_DONE, "insert");
  sqlite3_reset(insert);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "usage: sqlite_append FILE METERS FIRST_SWEEP SWEEPS BATCH LAYOUT\n");
    return 2;
  }
  const long meters = std::atol(argv[2]), first = std::atol(argv[3]), sweeps = std::atol(argv[4]);
  const long batch = std::atol(argv[5]);
  std::vector<sweep_values::Row> rows;
  for (long sweep = first; sweep < first + sweeps; ++sweep)
    for (long meter = 1; meter <= meters; ++meter)
      rows.push_back(sweep_values::row_of(meter, sweep));
  sqlite3* db = open_database(argv[1], argv[6]);
  sqlite3_stmt* insert = prepare_insert(db);
  const auto before = std::chrono::steady_clock::now();
  std::size_t next = 0;
  for (long sweep = first; sweep < first + sweeps; ++sweep)
    for (long begin = 1; begin <= meters; begin += batch) {
      execute(db, "begin");
      for (long meter = begin; meter < begin + batch && meter <= meters; ++meter)
        append(db, insert, meter, sweep, rows[next++]);
      execute(db, "commit");
    }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - before;
  std::printf("sqlite %s rows=%zu batch=%ld rows_s=%.0f\n", argv[6], next, batch,
              static_cast<double>(next) / taken.count());
  sqlite3_finalize(insert);
  sqlite3_close(db);
}

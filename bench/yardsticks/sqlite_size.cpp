// Yardstick: what rows of numbers take as a plain SQLite table, one row each, no key.
// usage: sqlite_size DATABASE NUMBERS COLUMNS     NUMBERS: a file of 64-bit integers, row by row
// prints: sqlite plain rows=N bytes_row=…
#include <sqlite3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

void check(sqlite3* db, bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "sqlite_size: %s: %s\n", what, sqlite3_errmsg(db));
  std::exit(1);
}

void execute(sqlite3* db, const std::string& sql) {
  check(db, sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, sql.c_str());
}

long file_size(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  std::fseek(file, 0, SEEK_END);
  const long size = std::ftell(file);
  std::fclose(file);
  return size;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: sqlite_size DATABASE NUMBERS COLUMNS\n");
    return 2;
  }
  const auto columns = static_cast<std::size_t>(std::atol(argv[3]));
  std::remove(argv[1]);
  sqlite3* db = nullptr;
  check(db, sqlite3_open(argv[1], &db) == SQLITE_OK, argv[1]);
  std::string table = "create table reading (c0 int", insert = "insert into reading values (?";
  for (std::size_t i = 1; i < columns; ++i) {
    table += ", c" + std::to_string(i) + " int";
    insert += ",?";
  }
  execute(db, table + ")");
  sqlite3_stmt* row = nullptr;
  check(db, sqlite3_prepare_v2(db, (insert + ")").c_str(), -1, &row, nullptr) == SQLITE_OK,
        "prepare");
  std::FILE* numbers = std::fopen(argv[2], "rb");
  check(db, numbers != nullptr, argv[2]);
  execute(db, "begin");
  std::vector<std::int64_t> values(columns);
  long rows = 0;
  for (; std::fread(values.data(), 8, columns, numbers) == columns; ++rows) {
    for (std::size_t i = 0; i < columns; ++i)
      sqlite3_bind_int64(row, static_cast<int>(i) + 1, values[i]);
    check(db, sqlite3_step(row) == SQLITE_DONE, "insert");
    sqlite3_reset(row);
  }
  execute(db, "commit");
  std::fclose(numbers);
  sqlite3_finalize(row);
  sqlite3_close(db);
  std::printf("sqlite plain rows=%ld bytes_row=%.2f\n", rows,
              static_cast<double>(file_size(argv[1])) / static_cast<double>(rows));
}

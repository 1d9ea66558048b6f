// Yardstick: readings into PostgreSQL with binary COPY, one COPY and one commit per batch, into a
// table whose primary key is (meter, time).
// usage: pg_copy METERS FIRST_SWEEP SWEEPS LAYOUT    (PGHOST, PGDATABASE say where)
//   LAYOUT wide: the columns of the store · narrow: energy, power and a status
// prints: copy LAYOUT rows=N rows_s=…
#include <libpq-fe.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "sweep_values.hpp"

namespace {

PGconn* connection = nullptr;

void check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "pg_copy: %s: %s\n", what, PQerrorMessage(connection));
  std::exit(1);
}

void execute(const std::string& sql, ExecStatusType wanted) {
  PGresult* result = PQexec(connection, sql.c_str());
  check(PQresultStatus(result) == wanted, sql.c_str());
  PQclear(result);
}

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i)));
}
void put_column(std::string& out, std::int64_t value) {
  put(out, 8, 4);
  put(out, static_cast<std::uint64_t>(value), 8);
}

/// A whole sweep in COPY's binary form.
std::string sweep_text(long meters, long sweep, bool wide) {
  std::string out("PGCOPY\n\377\r\n\0", 11);
  put(out, 0, 8);
  for (long meter = 1; meter <= meters; ++meter) {
    const sweep_values::Row row = sweep_values::row_of(meter, sweep);
    put(out, wide ? 2 + row.size() : 5, 2);
    put_column(out, meter);
    put_column(out, sweep_values::at_of(sweep));
    if (wide) {
      for (const std::int64_t value : row) put_column(out, value);
    } else {
      put_column(out, row[0]);
      put_column(out, row[6]);
      put_column(out, row[18]);
    }
  }
  put(out, 0xFFFF, 2);
  return out;
}

std::string table_text(bool wide) {
  std::string out = "create table if not exists reading_";
  out += wide ? "wide" : "narrow";
  out += " (meter bigint not null, at bigint not null";
  for (int i = 0; i < (wide ? sweep_values::kValues : 3); ++i)
    out += ", v" + std::to_string(i) + " bigint";
  return out + ", primary key (meter, at))";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: pg_copy METERS FIRST_SWEEP SWEEPS LAYOUT\n");
    return 2;
  }
  const long meters = std::atol(argv[1]), first = std::atol(argv[2]), sweeps = std::atol(argv[3]);
  const bool wide = std::string(argv[4]) == "wide";
  connection = PQconnectdb("");
  check(PQstatus(connection) == CONNECTION_OK, "connect");
  execute("set client_min_messages = warning", PGRES_COMMAND_OK);
  execute(table_text(wide), PGRES_COMMAND_OK);
  std::vector<std::string> texts;
  for (long sweep = first; sweep < first + sweeps; ++sweep)
    texts.push_back(sweep_text(meters, sweep, wide));
  const std::string copy = std::string("copy reading_") + argv[4] + " from stdin (format binary)";
  const auto before = std::chrono::steady_clock::now();
  for (const std::string& text : texts) {
    execute(copy, PGRES_COPY_IN);
    check(PQputCopyData(connection, text.data(), static_cast<int>(text.size())) == 1, "send");
    check(PQputCopyEnd(connection, nullptr) == 1, "end");
    while (PGresult* result = PQgetResult(connection)) {
      check(PQresultStatus(result) == PGRES_COMMAND_OK, "copy");
      PQclear(result);
    }
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - before;
  std::printf("copy %s rows=%ld rows_s=%.0f\n", argv[4], meters * sweeps,
              static_cast<double>(meters * sweeps) / taken.count());
  PQfinish(connection);
}

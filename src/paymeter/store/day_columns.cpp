// reading_day's columns, listed once for reading and writing.
#include "paymeter/store/day_columns.hpp"

#include "paymeter/store/tables.hpp"

namespace paymeter::store::sql {
namespace {

template <class I>
void ends(I& io, const std::string& name, const char* unit, DayEnds& v) {
  io(name + "_open_" + unit, v.opening);
  io(name + "_close_" + unit, v.closing);
}

template <class I>
void columns(I& io, DayTotals& v) {
  io("property_id", v.property);
  io("meter_id", v.meter);
  io("day", v.day);
  io("from_at", v.first_at);
  io("to_at", v.last_at);
  io("readings", v.readings);
  ends(io, "energy", "wh", v.energy);
  for (std::size_t i = 0; i < v.rates.size(); ++i)
    ends(io, "rate" + std::to_string(i + 1), "wh", v.rates[i]);
  io("rise_wh", v.energy_rise);
  io("falls", v.energy_falls);
  io("power_min_w", v.power_min);
  io("power_max_w", v.power_max);
  ends(io, "balance", "fen", v.balance);
}

std::vector<std::string> column_names() {
  DayTotals blank;
  NameIo io;
  columns(io, blank);
  return io.names;
}

const std::string& list_of_columns() {
  static const std::string text = [] {
    std::string out;
    for (const std::string& name : column_names()) out += (out.empty() ? "" : ", ") + name;
    return out;
  }();
  return text;
}

const std::string& upsert_text() {
  static const std::string text = [] {
    std::string values, sets;
    auto names = column_names();
    names.insert(names.end(), {"registers", "details"});
    for (const std::string& name : names) {
      values += ", :" + name;
      sets += (sets.empty() ? "" : ", ") + name + " = excluded." + name;
    }
    return "insert into reading_day (id, " + list_of_columns() + ", registers, details) values (" +
           ":id" + values + ") on conflict (id) do update set " + sets +
           " where reading_day.readings = :known_readings";
  }();
  return text;
}

}  // namespace

std::vector<DayTotals> select_totals(Db& db, std::string_view tail, std::vector<Cell> parameters) {
  const std::string sql = "select " + list_of_columns() + " from reading_day " + std::string(tail);
  std::vector<Cell> row(column_names().size());
  std::vector<DayTotals> out;
  db.query_cells(sql, parameters, row, [&] {
    ReadIo io(row);
    columns(io, out.emplace_back());
  });
  return out;
}

bool store_day(Db& db, const DayRow& row) {
  DayTotals totals = row.totals;
  WriteIo io;
  io.cells.push_back(to_cell(day_row_id(totals.day, totals.meter)));
  columns(io, totals);
  io.cells.push_back(to_cell(row.registers));
  io.cells.push_back(to_cell(row.details));
  io.cells.push_back(to_cell(row.known_readings));
  return db.execute_cells(upsert_text(), io.cells) == 1;
}

}  // namespace paymeter::store::sql

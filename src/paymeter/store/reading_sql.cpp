// Readings: appended sweep by sweep, time-major.
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {
namespace {

/// `insert …` with the property looked up, and a repetition ignored. Made once.
const std::string& insert_text() {
  static const std::string text = [] {
    domain::Reading blank;
    NameIo io;
    Table<domain::Reading>::columns(io, blank);
    std::string names, values;
    for (const std::string& name : io.names) {
      names += name + ", ";
      values += ":" + name + ", ";
    }
    return "insert into reading (" + names + "property_id) values (" + values +
           "(select property_id from meter where id = :of_meter)) on conflict do nothing";
  }();
  return text;
}

}  // namespace

Result<> append_readings(Db& db, const std::vector<domain::Reading>& readings) {
  for (const domain::Reading& reading : readings) {
    std::vector<Cell> cells = cells_of(reading);
    cells.push_back(to_cell(reading.meter));
    db.execute_cells(insert_text(), cells);
    db.execute(
        "insert into reading_latest (meter_id, property_id, at) "
        "select id, property_id, cast(:at as bigint) from meter where id = :meter "
        "on conflict (meter_id) do update set at = excluded.at "
        "where reading_latest.at < excluded.at",
        reading.at, reading.meter);
  }
  return {};
}

Rows<domain::Reading> reading_series(Db& db, MeterId meter, UtcMs from, UtcMs to, int limit) {
  return select<domain::Reading>(db,
                                 "where reading.at >= :from_at and reading.at < :to_at "
                                 "and reading.meter_id = :meter order by reading.at limit :limit",
                                 from, to, meter, limit);
}

Rows<domain::Reading> latest_readings(Db& db) {
  return select<domain::Reading>(
      db,
      "join reading_latest on reading_latest.at = reading.at "
      "and reading_latest.meter_id = reading.meter_id order by reading.meter_id");
}

}  // namespace paymeter::store::sql

/// Which member of a day's totals is which column of reading_day.
#pragma once

#include "paymeter/store/reading_rows.hpp"

namespace paymeter::store::sql {

/// The totals that the rest of the statement finds: `where … order by …`.
std::vector<DayTotals> select_totals(Db& db, std::string_view tail, std::vector<Cell> parameters);

/// Writes the row, or replaces the one that `known_readings` was read from. False: that one has
/// changed since. Readings are only ever added, so their number tells.
bool store_day(Db& db, const DayRow& row);

}  // namespace paymeter::store::sql

// SqlStore's readings: what needs more than one operation, or something known between them.
#include <algorithm>

#include "paymeter/store/sql_store_perform.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;

Answer<void> SqlStore::adopt_old_readings() {
  while (!old_readings_adopted_) {
    const auto moved = co_await write([](Db& db) { return sql::adopt_old_readings(db); });
    if (!moved) co_return fail(moved.error());
    if (*moved == 0) old_readings_adopted_ = true;
  }
  co_return Result<>{};
}

Answer<std::shared_ptr<const sql::MeterDirectory>> SqlStore::directory_for(
    const std::vector<domain::Reading>& readings) {
  using Directory = std::shared_ptr<const sql::MeterDirectory>;
  const auto holds_all = [&](const Directory& directory) {
    return directory && std::ranges::all_of(readings, [&](const domain::Reading& reading) {
             return directory->contains(reading.meter);
           });
  };
  Directory known;
  {
    const std::lock_guard lock(directory_mutex_);
    known = directory_;
  }
  if (holds_all(known)) co_return known;
  // Read, not written: only what is committed may be remembered.
  auto fresh = co_await read([](Db& db) { return sql::meter_directory(db); });
  if (!fresh) co_return fail(fresh.error());
  known = std::make_shared<const sql::MeterDirectory>(std::move(*fresh));
  if (!holds_all(known)) co_return fail(Errc::meter_unknown);
  const std::lock_guard lock(directory_mutex_);
  directory_ = known;
  co_return known;
}

Answer<void> SqlStore::append(std::vector<domain::Reading> readings) {
  const auto meters = co_await directory_for(readings);
  if (!meters) co_return fail(meters.error());
  sql::sort_for_append(**meters, readings);
  co_return co_await write([meters = *meters, readings = std::move(readings)](Db& db) {
    return sql::append_readings(db, *meters, readings);
  });
}

Answer<std::vector<domain::Reading>> SqlStore::series(MeterId meter, UtcMs from, UtcMs to,
                                                      int limit) {
  if (auto ready = co_await adopt_old_readings(); !ready) co_return fail(ready.error());
  co_return co_await read([=](Db& db) { return sql::reading_series(db, meter, from, to, limit); });
}

Answer<std::vector<domain::Reading>> SqlStore::latest() {
  if (auto ready = co_await adopt_old_readings(); !ready) co_return fail(ready.error());
  co_return co_await read([](Db& db) { return sql::latest_readings(db); });
}

Answer<std::vector<port::DayTotals>> SqlStore::day_totals(port::DayQuery query) {
  return read([query](Db& db) { return sql::day_totals(db, query); });
}

Answer<std::vector<port::RegisterSeries>> SqlStore::register_series(port::RegisterQuery query) {
  if (auto ready = co_await adopt_old_readings(); !ready) co_return fail(ready.error());
  co_return co_await read([query](Db& db) { return sql::register_series(db, query); });
}

Answer<std::optional<port::FreshSpan>> SqlStore::fresh_span(PropertyId property) {
  if (auto ready = co_await adopt_old_readings(); !ready) co_return fail(ready.error());
  co_return co_await read([property](Db& db) { return sql::fresh_span(db, property); });
}

Answer<port::Compaction> SqlStore::compact(port::Compaction step) {
  auto fold = co_await read([step](Db& db) { return sql::fold_day(db, step); });
  if (!fold) co_return fail(fold.error());
  co_return co_await write([fold = std::move(*fold)](Db& db) { return sql::store_fold(db, fold); });
}

}  // namespace paymeter::store

// Readings in both forms at once: who asks need not know which of them are compacted.
#include <map>
#include <tuple>

#include "paymeter/store/day_block.hpp"
#include "paymeter/store/day_columns.hpp"
#include "paymeter/store/reading_rows.hpp"
#include "paymeter/store/sweep_block.hpp"

namespace paymeter::store::sql {
namespace {

constexpr int kDaysAtOnce = 31;
constexpr int kBlocksAtOnce = 256;

/// Appends the next days of the meter from `day` on. Returns the day after the last one; at most
/// `last` + 1.
Result<std::int64_t> read_days(Db& db, MeterId meter, std::int64_t day, std::int64_t last,
                               std::vector<domain::Reading>& out) {
  std::int64_t next = last + 1;
  int count = 0;
  Result<> problem;
  db.each<std::int64_t, Buffer, Buffer>(
      "select day, registers, details from reading_day where meter_id = :meter "
      "and day >= :from_day and day <= :to_day order by day limit :limit",
      [&](std::int64_t stored, const Buffer& registers, const Buffer& details) {
        if (!problem) return;
        const auto readings = decode_day(meter, registers, details);
        if (!readings) {
          problem = fail(readings.error());
          return;
        }
        out.insert(out.end(), readings->begin(), readings->end());
        if (++count == kDaysAtOnce) next = stored + 1;
      },
      meter, day, last, kDaysAtOnce);
  if (!problem) return fail(problem.error());
  return next;
}

using Newest = std::map<MeterId, domain::Reading>;

/// Two readings of one instant: the one that came first counts, so blocks are seen from the newest
/// on and the later visitor wins.
void see(Newest& newest, const domain::Reading& reading) {
  const auto [place, is_new] = newest.try_emplace(reading.meter, reading);
  if (!is_new && place->second.at <= reading.at) place->second = reading;
}

/// Everything from the newest block back to where nothing newer can be found.
Result<> newest_fresh(Db& db, Newest& newest) {
  const auto meters = db.value<std::int64_t>("select count(*) from meter").value_or(0);
  UtcMs before{INT64_MAX};
  std::int64_t before_id = INT64_MAX;
  Result<> problem;
  for (int got = kBlocksAtOnce; got == kBlocksAtOnce && problem;) {
    got = 0;
    db.each<std::int64_t, UtcMs, Buffer>(
        "select id, to_at, block from reading_sweep where to_at < :before or "
        "(to_at = :same and id < :before_id) order by to_at desc, id desc limit :limit",
        [&](std::int64_t id, UtcMs to_at, const Buffer& block) {
          ++got;
          before = to_at;
          before_id = id;
          std::vector<domain::Reading> readings;
          if (problem) problem = decode_sweep(block, {}, readings);
          for (auto at = readings.rbegin(); at != readings.rend(); ++at) see(newest, *at);
        },
        before, before, before_id, kBlocksAtOnce);
    const bool complete =
        static_cast<std::int64_t>(newest.size()) >= meters &&
        std::ranges::all_of(newest, [&](const auto& one) { return one.second.at > before; });
    if (complete) break;
  }
  return problem;
}

/// The newest day of each meter whose readings may be newer than the fresh ones.
Result<> newest_compacted(Db& db, Newest& newest) {
  std::vector<std::pair<MeterId, std::int64_t>> wanted;
  db.each<MeterId, std::int64_t, UtcMs>(
      "select reading_day.meter_id, reading_day.id, reading_day.to_at from meter "
      "join reading_day on reading_day.meter_id = meter.id and reading_day.day = "
      "(select max(newest.day) from reading_day newest where newest.meter_id = meter.id)",
      [&](MeterId meter, std::int64_t id, UtcMs to_at) {
        const auto known = newest.find(meter);
        if (known == newest.end() || known->second.at <= to_at) wanted.emplace_back(meter, id);
      });
  for (const auto& [meter, id] : wanted) {
    const auto row =
        db.one<Buffer, Buffer>("select registers, details from reading_day where id = :id", id);
    const auto readings = decode_day(meter, std::get<0>(*row), std::get<1>(*row));
    if (!readings) return fail(readings.error());
    see(newest, readings->back());
  }
  return {};
}

}  // namespace

Result<> read_fresh(Db& db, const SweepWindow& window, std::vector<domain::Reading>& out) {
  Result<> problem;
  const auto take = [&](const Buffer& block) {
    if (problem) problem = decode_sweep(block, window, out);
  };
  db.each<PropertyId>("select id from property", [&](PropertyId property) {
    db.each<Buffer>(
        "select block from reading_sweep where property_id = :property and to_at >= :from_at "
        "and from_at < :to_at and from_meter < :to_meter and to_meter >= :from_meter "
        "order by id",
        take, property, window.from, window.to, window.meter_to, window.meter_from);
  });
  return problem;
}

Rows<domain::Reading> reading_series(Db& db, MeterId meter, UtcMs from, UtcMs to, int limit) {
  std::vector<domain::Reading> out;
  if (from >= to || limit <= 0) return out;
  const auto wanted = static_cast<std::size_t>(limit);
  const std::int64_t last = last_local_day(to);
  std::int64_t next = first_local_day(from);
  while (next <= last && out.size() < wanted) {
    auto day = read_days(db, meter, next, last, out);
    if (!day) return fail(day.error());
    next = *day;
    keep_window(out, from, to);
  }
  // With enough of them, nothing behind the last one is of interest.
  const UtcMs end = out.size() < wanted ? to : std::min(to, out.back().at);
  if (auto ok = read_fresh(db, {meter, MeterId{meter.value + 1}, from, end}, out); !ok)
    return fail(ok.error());
  sort_and_drop_repeated(out);
  if (out.size() > wanted) out.resize(wanted);
  return out;
}

Rows<domain::Reading> latest_readings(Db& db) {
  Newest newest;
  if (auto ok = newest_fresh(db, newest); !ok) return fail(ok.error());
  if (auto ok = newest_compacted(db, newest); !ok) return fail(ok.error());
  std::vector<domain::Reading> out;
  for (auto& [meter, reading] : newest) out.push_back(std::move(reading));
  return out;
}

Rows<DayTotals> day_totals(Db& db, const DayQuery& query) {
  std::vector<Cell> cells{to_cell(query.property), to_cell(query.from_day), to_cell(query.to_day)};
  if (query.meter) {
    cells.push_back(to_cell(*query.meter));
    return select_totals(db,
                         "where property_id = :property and day >= :from_day and day < :to_day "
                         "and meter_id = :meter order by day",
                         std::move(cells));
  }
  cells[1] = to_cell(day_row_id(query.from_day, {}));
  cells[2] = to_cell(day_row_id(query.to_day, {}));
  return select_totals(db,
                       "where property_id = :property and id >= :from_id and id < :to_id "
                       "order by id",
                       std::move(cells));
}

Result<std::optional<FreshSpan>> fresh_span(Db& db, PropertyId property) {
  const auto ends = db.one<std::optional<UtcMs>, std::optional<UtcMs>>(
      "select min(from_at), max(to_at) from reading_sweep where property_id = :property", property);
  if (!ends || !std::get<0>(*ends)) return std::optional<FreshSpan>{};
  return std::optional<FreshSpan>{{*std::get<0>(*ends), *std::get<1>(*ends)}};
}

}  // namespace paymeter::store::sql

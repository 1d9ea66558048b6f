// Fresh readings: appended as blocks, sweep by sweep, time-major.
#include <algorithm>
#include <tuple>

#include "paymeter/store/reading_rows.hpp"
#include "paymeter/store/sql.hpp"
#include "paymeter/store/sweep_block.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {
namespace {

constexpr std::int64_t kQuarterMs = 900'000;
constexpr int kAdoptedAtOnce = 10'000;

/// The quarter of an hour that `at` lies in: midnights of all zones lie between two of them.
std::int64_t quarter_of(UtcMs at) { return floor_div(at.value, kQuarterMs); }

using Sorted = std::span<const domain::Reading>;

/// How many readings from the first on share a block.
std::size_t block_length(const MeterDirectory& meters, Sorted readings) {
  const PropertyId property = meters.at(readings[0].meter);
  const std::int64_t quarter = quarter_of(readings[0].at);
  std::size_t length = 1;
  while (length < std::min(readings.size(), kSweepReadingsMax) &&
         quarter_of(readings[length].at) == quarter &&
         meters.at(readings[length].meter) == property)
    ++length;
  return length;
}

void insert_block(Db& db, PropertyId property, Sorted readings) {
  const auto [first, last] = std::ranges::minmax(readings, {}, &domain::Reading::at);
  db.execute(
      "insert into reading_sweep (property_id, from_at, to_at, from_meter, to_meter, readings, "
      "block) values (:property, :from_at, :to_at, :from_meter, :to_meter, :readings, :block)",
      property, first.at, last.at, readings.front().meter, readings.back().meter, readings.size(),
      encode_sweep(readings));
}

}  // namespace

Result<MeterDirectory> meter_directory(Db& db) {
  MeterDirectory out;
  db.each<MeterId, PropertyId>(
      "select id, property_id from meter",
      [&](MeterId meter, PropertyId property) { out.emplace(meter, property); });
  return out;
}

void sort_for_append(const MeterDirectory& meters, std::vector<domain::Reading>& readings) {
  const auto before = [&](const domain::Reading& a, const domain::Reading& b) {
    const auto key = [&](const domain::Reading& r) {
      return std::tuple(meters.at(r.meter), quarter_of(r.at), r.meter, r.at);
    };
    return key(a) < key(b);
  };
  stable_order(readings, before);  // of two readings with one key the first one counts
}

Result<> append_readings(Db& db, const MeterDirectory& meters,
                         const std::vector<domain::Reading>& readings) {
  for (Sorted left = readings; !left.empty();) {
    const std::size_t length = block_length(meters, left);
    insert_block(db, meters.at(left[0].meter), left.first(length));
    left = left.subspan(length);
  }
  return {};
}

Result<std::int64_t> adopt_old_readings(Db& db) {
  std::vector<domain::Reading> old =
      select<domain::Reading>(db, "order by at, meter_id limit :limit", kAdoptedAtOnce);
  if (old.empty()) return 0;
  for (const domain::Reading& reading : old)
    db.execute("delete from reading where at = :at and meter_id = :meter", reading.at,
               reading.meter);
  const auto meters = meter_directory(db);
  std::erase_if(old, [&](const domain::Reading& r) { return !meters->contains(r.meter); });
  sort_for_append(*meters, old);
  if (auto done = append_readings(db, *meters, old); !done) return fail(done.error());
  return kAdoptedAtOnce;
}

}  // namespace paymeter::store::sql

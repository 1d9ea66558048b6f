// Registers of many meters for bills: the one read that is worth SQLite's own interface, because a
// month of a large site is hundreds of thousands of small rows.
#include <algorithm>
#include <functional>
#include <map>
#include <memory>

#include "paymeter/store/day_block.hpp"
#include "paymeter/store/reading_rows.hpp"
#include "paymeter/store/sqlite_connection.hpp"

namespace paymeter::store::sql {
namespace {

using domain::rating::RegisterReading;

struct Gathered {
  std::vector<RegisterReading> readings;
  bool tidy = true;  ///< ascending, within the window
};
using Everybody = std::map<MeterId, Gathered>;

struct DayRange {
  std::int64_t from_id, to_id;
};

constexpr const char* kSelect =
    "select id, registers from reading_day where id >= :from_id and id < :to_id order by id";

using Take = std::function<void(MeterId, Bytes)>;

MeterId meter_of_row(std::int64_t id) { return MeterId{id & (kMetersPerDay - 1)}; }

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

void read_days_sqlite(Db& db, const std::vector<DayRange>& days, const Take& take) {
  sqlite3_stmt* raw = nullptr;
  int rc = sqlite3_prepare_v2(db.sqlite(), kSelect, -1, &raw, nullptr);
  const std::unique_ptr<sqlite3_stmt, Finalize> statement(raw);
  if (rc != SQLITE_OK) throw_sqlite_error(db.sqlite(), rc);
  for (const DayRange& day : days) {
    sqlite3_reset(raw);
    sqlite3_bind_int64(raw, 1, day.from_id);
    sqlite3_bind_int64(raw, 2, day.to_id);
    while ((rc = sqlite3_step(raw)) == SQLITE_ROW) {
      const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(raw, 1));
      take(meter_of_row(sqlite3_column_int64(raw, 0)),
           {bytes, static_cast<std::size_t>(sqlite3_column_bytes(raw, 1))});
    }
    if (rc != SQLITE_DONE) throw_sqlite_error(db.sqlite(), rc);
  }
}

void read_days(Db& db, const std::vector<DayRange>& days, const Take& take) {
  if (db.dialect() == Dialect::sqlite) return read_days_sqlite(db, days, take);
  for (const DayRange& day : days)
    db.each<std::int64_t, Buffer>(
        kSelect, [&](std::int64_t id, const Buffer& block) { take(meter_of_row(id), block); },
        day.from_id, day.to_id);
}

/// Days come in order and ascending by meter, so the place of one is just behind the last one's.
class Gathering {
 public:
  Gathering(const RegisterQuery& query, std::size_t days) : query_(query), days_(days) {}

  void add(MeterId meter, Bytes block) {
    if (!problem_) return;
    if (place_ != found_.end() && place_->first < meter) ++place_;
    if (place_ == found_.end() || place_->first != meter) place_ = find(meter);
    Gathered& into = place_->second;
    const std::size_t before = into.readings.size();
    problem_ = decode_registers(block, into.readings);
    if (!problem_ || into.readings.size() == before) return;
    if (before == 0) into.readings.reserve(std::min(into.readings.size() * days_, kReserveMax));
    const UtcMs first = into.readings[before].at;
    into.tidy &= first >= query_.from && into.readings.back().at < query_.to &&
                 (before == 0 || into.readings[before - 1].at < first);
  }
  void add(const domain::Reading& fresh) {
    if (!fresh.energy_wh) return;
    Gathered& into = found_[fresh.meter];
    into.tidy &= into.readings.empty() || into.readings.back().at < fresh.at;
    into.readings.push_back({fresh.at, *fresh.energy_wh});
  }
  Rows<RegisterSeries> end() {
    if (!problem_) return fail(problem_.error());
    std::vector<RegisterSeries> out;
    out.reserve(found_.size());
    for (auto& [meter, gathered] : found_) {
      if (!gathered.tidy) tidy_up(gathered.readings);
      if (!gathered.readings.empty()) out.push_back({meter, std::move(gathered.readings)});
    }
    return out;
  }

 private:
  static constexpr std::size_t kReserveMax = 100'000;
  Everybody::iterator find(MeterId meter) {
    const auto at = found_.lower_bound(meter);
    return at != found_.end() && at->first == meter ? at
                                                    : found_.emplace_hint(at, meter, Gathered{});
  }
  /// Of two readings with one instant the compacted one, or the one that came first, stays.
  void tidy_up(std::vector<RegisterReading>& readings) const {
    keep_window(readings, query_.from, query_.to);
    stable_order(readings, [](const auto& a, const auto& b) { return a.at < b.at; });
    const auto repeated = std::ranges::unique(readings, {}, &RegisterReading::at);
    readings.erase(repeated.begin(), repeated.end());
  }

  RegisterQuery query_;
  std::size_t days_;
  Everybody found_;
  Everybody::iterator place_ = found_.end();
  Result<> problem_;
};

}  // namespace

Rows<RegisterSeries> register_series(Db& db, const RegisterQuery& query) {
  if (query.from >= query.to) return std::vector<RegisterSeries>{};
  std::vector<DayRange> days;
  for (std::int64_t day = first_local_day(query.from); day <= last_local_day(query.to); ++day)
    days.push_back({day_row_id(day, query.from_meter), day_row_id(day, query.to_meter)});
  Gathering gathering(query, days.size());
  read_days(db, days, [&](MeterId meter, Bytes block) { gathering.add(meter, block); });
  std::vector<domain::Reading> fresh;
  if (auto ok = read_fresh(db, {query.from_meter, query.to_meter, query.from, query.to}, fresh);
      !ok)
    return fail(ok.error());
  for (const domain::Reading& reading : fresh) gathering.add(reading);
  return gathering.end();
}

}  // namespace paymeter::store::sql

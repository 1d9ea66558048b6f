/// What the readings' SQL files share: row ids of days, calendar bounds, order of readings.
#pragma once

#include <algorithm>
#include <tuple>
#include <vector>

#include "paymeter/store/sql.hpp"
#include "paymeter/store/stable_order.hpp"
#include "paymeter/store/sweep_block.hpp"

namespace paymeter::store::sql {

inline constexpr std::int64_t kUtcDayMs = 86'400'000;
inline constexpr std::int64_t kMetersPerDay = std::int64_t{1} << 40;

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// reading_day.id: days in order, a day's meters side by side.
constexpr std::int64_t day_row_id(std::int64_t day, MeterId meter) {
  return day * kMetersPerDay + meter.value;
}

/// Local dates that may hold an instant: zones are at most a day away from UTC.
constexpr std::int64_t first_local_day(UtcMs at) { return floor_div(at.value, kUtcDayMs) - 1; }
constexpr std::int64_t last_local_day(UtcMs at) { return floor_div(at.value, kUtcDayMs) + 1; }

/// By meter and time. Of several with the same instant the first one stays.
inline void sort_and_drop_repeated(std::vector<domain::Reading>& readings) {
  stable_order(readings, [](const domain::Reading& a, const domain::Reading& b) {
    return std::tie(a.meter, a.at) < std::tie(b.meter, b.at);
  });
  const auto repeated = std::ranges::unique(
      readings, [](const auto& a, const auto& b) { return a.meter == b.meter && a.at == b.at; });
  readings.erase(repeated.begin(), repeated.end());
}

template <class T>
void keep_window(std::vector<T>& readings, UtcMs from, UtcMs to) {
  std::erase_if(readings, [&](const T& reading) { return reading.at < from || reading.at >= to; });
}

/// Appends what is fresh, in the order in which it came. reading_query_sql.cpp.
Result<> read_fresh(Db& db, const SweepWindow& window, std::vector<domain::Reading>& out);

}  // namespace paymeter::store::sql

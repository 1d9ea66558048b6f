/// Time-of-use tables as meters hold them: which rate applies when.
#pragma once

#include <array>
#include <cstdint>

namespace paymeter::sim {

/// 14 × {rate 1–5, minute, hour}, ascending, unused slots all zero at the tail.
using DayTable = std::array<std::uint8_t, 42>;
/// 4 × {month, day, day table 1 or 2}, ascending, unused entries all zero at the tail.
using SeasonTable = std::array<std::uint8_t, 12>;

/// The rate at `minute_of_day`: before the first slot the last one applies, an empty table is 3.
/// Requires: a table that codec::reference_nk::decode_day_table accepts.
int rate_at(const DayTable& table, int minute_of_day);
/// 1 or 2: before the first entry the last one applies, an empty table is 1.
/// Requires: a table that codec::reference_nk::decode_season_table accepts.
int day_table_at(const SeasonTable& table, int month, int day);

}  // namespace paymeter::sim

/// The hour and season tables that a meter keeps by itself, and whether a download arrived: what
/// was read back is compared with what was wanted, field by field.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/domain/meter.hpp"

namespace paymeter::domain {

/// From this minute of the local day on, `rate` (1–5) is in force.
struct DaySlot {
  int minute_of_day = 0;
  int rate = 1;
  friend bool operator==(const DaySlot&, const DaySlot&) = default;
};

/// From this local date on, every year, `day_table` (1 or 2) is in force.
struct SeasonStart {
  int month = 1, day = 1;
  int day_table = 1;
  friend bool operator==(const SeasonStart&, const SeasonStart&) = default;
};

/// Before its first slot a day goes on with its last one; likewise a year with its seasons.
struct TimeTables {
  std::array<std::vector<DaySlot>, 2> days;
  std::vector<SeasonStart> seasons;
  friend bool operator==(const TimeTables&, const TimeTables&) = default;
};

inline constexpr std::size_t kDaySlotsMax = 14;
inline constexpr std::size_t kSeasonsMax = 4;

/// Could a meter hold them? Errors: frame_bad_value (detail says where): too many entries, no such
/// time, date or rate, not strictly ascending.
Result<> check_time_tables(const TimeTables& tables);

/// A field whose read-back is not what was wanted; values in the platform's own units.
struct FieldDifference {
  std::string field;  ///< `rate 3 (e8)`, `alarm1 (fen)`, `day table 1`
  std::string wanted, read;
  friend bool operator==(const FieldDifference&, const FieldDifference&) = default;
};
/// Empty = the download is in the meter.
std::vector<FieldDifference> differences(const PriceTable& wanted, const PriceTable& read);
std::vector<FieldDifference> differences(const MeterSettings& wanted, const MeterSettings& read);
std::vector<FieldDifference> differences(const TimeTables& wanted, const TimeTables& read);
/// `alarm1 (fen): wanted 5000, read 0; …`
std::string differences_text(const std::vector<FieldDifference>& differences);

}  // namespace paymeter::domain

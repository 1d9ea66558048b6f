/// What the station holds for a meter beside what was read from it, field by field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/time_table.hpp"

namespace paymeter::domain {

/// One field of both sides, as text in the platform's own units.
struct ReadBackField {
  std::string_view name;            ///< `alarm1`, `rate`, `step`, `day table`, …
  int number = 0;                   ///< of a rate, step or table, from 1; 0 = there is only one
  std::string_view part;            ///< of a step: `from`, `surcharge`
  std::string_view unit;            ///< `fen`, `e8` (10^-8 yuan per kWh), `W`, `Wh`, or none
  std::optional<std::string> held;  ///< empty: the station has no such field
  std::optional<std::string> read;  ///< empty: the meter has none

  bool is_same() const { return held == read; }
  std::string key() const;   ///< `alarm1`, `step_from`, `day_table`
  std::string text() const;  ///< `step 2 from (Wh)`
};

/// Every field, those that agree as well, in the order in which people read them.
std::vector<ReadBackField> read_back_fields(const PriceTable& held, const PriceTable& read);
std::vector<ReadBackField> read_back_fields(const MeterSettings& held, const MeterSettings& read);
std::vector<ReadBackField> read_back_fields(const TimeTables& held, const TimeTables& read);
/// Beside the fields: the same content under another version is another download.
ReadBackField version_field(std::uint32_t held, std::uint32_t read);

}  // namespace paymeter::domain

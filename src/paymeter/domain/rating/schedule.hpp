/// A tariff made ready for pricing: rates as indices, days as spans of milliseconds, limits as
/// whole quantities. Immutable; one schedule serves any number of meters.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "paymeter/domain/rating/tariff.hpp"

namespace paymeter::domain::rating {

/// Index into `Schedule::rates()`; 0–4 are kStandardRates in every schedule.
using RateIndex = std::uint8_t;

/// A span of a local day with one rate, in milliseconds after midnight, end exclusive.
struct RateSpan {
  std::int64_t begin_ms = 0, end_ms = kDayMs;
  RateIndex rate = 0;
};

/// Use beyond `from` (Wh or litres since the cycle began) costs `surcharge` more.
struct Step {
  std::int64_t from = 0;
  Price surcharge{};
};

class Schedule {
 public:
  /// `utc_offset`: how far the tariff's zone is ahead of UTC wherever it is used, below 24 h.
  /// Errors: those of check_tariff; tariff_value_invalid (offset of a day or more).
  static Result<Schedule> compile(Tariff tariff, Millis utc_offset);

  const Tariff& tariff() const { return tariff_; }
  Millis utc_offset() const { return utc_offset_; }
  /// The five standard rates, then others by name. Bills list their parts in this order.
  const std::vector<std::string>& rates() const { return rates_; }

  /// The day's spans, ascending, together the whole day.
  std::span<const RateSpan> spans_of(const LocalDay& day) const;
  /// The date at whose midnight the cycle of `day` began.
  DayNumber cycle_start(const LocalDay& day) const;
  /// The steps of line `line` in a cycle that began on `cycle_start`, ascending.
  std::span<const Step> steps_of(std::size_t line, DayNumber cycle_start) const;
  /// Requires: a rate that some day of the tariff has.
  Price price_of(std::size_t line, RateIndex rate) const { return lines_[line].prices[rate]; }

 private:
  /// A calendar entry as masks: bit n = weekday or month n.
  struct DayRule {
    std::uint32_t weekdays = 0, months = 0;
    bool by_date = false;
    std::vector<DayNumber> dates;  ///< ascending
    std::pair<MonthDay, MonthDay> between{{1, 1}, {12, 31}};
    std::size_t day = 0;  ///< index into days_
    bool matches(const LocalDay& day) const;
  };
  struct Line {
    std::vector<Price> prices;                ///< by rate
    std::array<std::vector<Step>, 12> steps;  ///< by the month in which the cycle began
  };

  Schedule() = default;
  RateIndex rate_index(const std::string& rate) const;
  std::vector<RateSpan> compile_day(const std::vector<RateChange>& changes) const;
  DayRule compile_rule(const CalendarEntry& entry) const;
  Line compile_line(const TariffLine& line) const;
  std::vector<Step> compile_steps(const TariffLine& line, int month) const;

  Tariff tariff_;
  Millis utc_offset_{};
  std::vector<std::string> rates_;
  std::vector<std::string> day_names_;  ///< ascending, beside days_
  std::vector<std::vector<RateSpan>> days_;
  std::vector<DayRule> rules_;
  std::vector<Line> lines_;
};

}  // namespace paymeter::domain::rating

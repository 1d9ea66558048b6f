// Limits of hour and season tables, and comparing a read-back with what was wanted.
#include "paymeter/domain/time_table.hpp"

#include <utility>

#include "paymeter/domain/read_back.hpp"

namespace paymeter::domain {
namespace {

constexpr int kMinutesPerDay = 1440;
constexpr int kRates = 5;

bool is_date_of_leap_year(int month, int day) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  const CivilTime civil{.year = 2000, .month = month, .day = day};
  const CivilTime normal = civil_time(utc_from_civil(civil, Millis{0}), Millis{0});
  return normal.month == month && normal.day == day;
}

tl::unexpected<Error> wrong(const std::string& where, std::size_t index, const char* what) {
  return fail(Errc::frame_bad_value, where + ", entry " + std::to_string(index + 1) + ": " + what);
}

/// A step that only one side has is said by the number of steps.
std::vector<FieldDifference> those_that_differ(const std::vector<ReadBackField>& fields) {
  std::vector<FieldDifference> out;
  for (const ReadBackField& field : fields)
    if (field.held && field.read && !field.is_same())
      out.push_back({field.text(), *field.held, *field.read});
  return out;
}

}  // namespace

Result<> check_time_tables(const TimeTables& tables) {
  for (std::size_t table = 0; table < tables.days.size(); ++table) {
    const std::string where = "day table " + std::to_string(table + 1);
    const auto& slots = tables.days.at(table);
    if (slots.size() > kDaySlotsMax) return wrong(where, kDaySlotsMax, "over 14 slots");
    int last = -1;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const DaySlot& slot = slots[i];
      if (slot.rate < 1 || slot.rate > kRates) return wrong(where, i, "no such rate");
      if (slot.minute_of_day < 0 || slot.minute_of_day >= kMinutesPerDay)
        return wrong(where, i, "no such time");
      if (slot.minute_of_day <= last) return wrong(where, i, "not ascending");
      last = slot.minute_of_day;
    }
  }
  if (tables.seasons.size() > kSeasonsMax) return wrong("seasons", kSeasonsMax, "over 4 seasons");
  std::pair<int, int> last{0, 0};
  for (std::size_t i = 0; i < tables.seasons.size(); ++i) {
    const SeasonStart& at = tables.seasons[i];
    if (at.day_table < 1 || at.day_table > static_cast<int>(tables.days.size()))
      return wrong("seasons", i, "no such day table");
    if (!is_date_of_leap_year(at.month, at.day)) return wrong("seasons", i, "no such date");
    if (std::pair(at.month, at.day) <= last) return wrong("seasons", i, "not ascending");
    last = {at.month, at.day};
  }
  return {};
}

std::vector<FieldDifference> differences(const PriceTable& wanted, const PriceTable& read) {
  return those_that_differ(read_back_fields(wanted, read));
}

std::vector<FieldDifference> differences(const MeterSettings& wanted, const MeterSettings& read) {
  return those_that_differ(read_back_fields(wanted, read));
}

std::vector<FieldDifference> differences(const TimeTables& wanted, const TimeTables& read) {
  return those_that_differ(read_back_fields(wanted, read));
}

std::string differences_text(const std::vector<FieldDifference>& differences) {
  std::string text;
  for (const FieldDifference& at : differences)
    text += (text.empty() ? "" : "; ") + at.field + ": wanted " + at.wanted + ", read " + at.read;
  return text;
}

}  // namespace paymeter::domain

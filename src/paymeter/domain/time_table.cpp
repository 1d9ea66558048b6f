// Limits of hour and season tables, and comparing a read-back with what was wanted.
#include "paymeter/domain/time_table.hpp"

#include <algorithm>
#include <utility>

namespace paymeter::domain {
namespace {

constexpr int kMinutesPerDay = 1440;
constexpr int kRates = 5;

std::string number(std::int64_t value) { return std::to_string(value); }

std::string two_digits(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::string clock_text(int minute_of_day) {
  return two_digits(minute_of_day / 60) + ":" + two_digits(minute_of_day % 60);
}

std::string day_text(const std::vector<DaySlot>& slots) {
  std::string text;
  for (const DaySlot& slot : slots)
    text += (text.empty() ? "" : " ") + clock_text(slot.minute_of_day) + "=" + number(slot.rate);
  return text.empty() ? "empty" : text;
}

std::string seasons_text(const std::vector<SeasonStart>& seasons) {
  std::string text;
  for (const SeasonStart& at : seasons)
    text += (text.empty() ? "" : " ") + number(at.month) + "-" + number(at.day) + "=" +
            number(at.day_table);
  return text.empty() ? "empty" : text;
}

bool is_date_of_leap_year(int month, int day) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  const CivilTime civil{.year = 2000, .month = month, .day = day};
  const CivilTime normal = civil_time(utc_from_civil(civil, Millis{0}), Millis{0});
  return normal.month == month && normal.day == day;
}

tl::unexpected<Error> wrong(const std::string& where, std::size_t index, const char* what) {
  return fail(Errc::frame_bad_value, where + ", entry " + std::to_string(index + 1) + ": " + what);
}

void compare(std::vector<FieldDifference>& out, std::string field, std::string wanted,
             std::string read) {
  if (wanted != read) out.push_back({std::move(field), std::move(wanted), std::move(read)});
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
  std::vector<FieldDifference> out;
  for (std::size_t i = 0; i < wanted.rate_price.size(); ++i)
    compare(out, "rate " + std::to_string(i + 1) + " (e8)", number(wanted.rate_price.at(i).e8),
            number(read.rate_price.at(i).e8));
  compare(out, "steps", std::to_string(wanted.steps.size()), std::to_string(read.steps.size()));
  for (std::size_t i = 0; i < std::min(wanted.steps.size(), read.steps.size()); ++i) {
    const std::string step = "step " + std::to_string(i + 1);
    compare(out, step + " from (Wh)", number(wanted.steps[i].from.wh),
            number(read.steps[i].from.wh));
    compare(out, step + " surcharge (e8)", number(wanted.steps[i].surcharge.e8),
            number(read.steps[i].surcharge.e8));
  }
  return out;
}

std::vector<FieldDifference> differences(const MeterSettings& wanted, const MeterSettings& read) {
  std::vector<FieldDifference> out;
  compare(out, "alarm1 (fen)", number(wanted.alarm1.fen), number(read.alarm1.fen));
  compare(out, "alarm2 (fen)", number(wanted.alarm2.fen), number(read.alarm2.fen));
  compare(out, "overload (W)", number(wanted.overload_w), number(read.overload_w));
  compare(out, "overdraft (fen)", number(wanted.overdraft.fen), number(read.overdraft.fen));
  return out;
}

std::vector<FieldDifference> differences(const TimeTables& wanted, const TimeTables& read) {
  std::vector<FieldDifference> out;
  for (std::size_t i = 0; i < wanted.days.size(); ++i)
    compare(out, "day table " + std::to_string(i + 1), day_text(wanted.days.at(i)),
            day_text(read.days.at(i)));
  compare(out, "seasons", seasons_text(wanted.seasons), seasons_text(read.seasons));
  return out;
}

std::string differences_text(const std::vector<FieldDifference>& differences) {
  std::string text;
  for (const FieldDifference& at : differences)
    text += (text.empty() ? "" : "; ") + at.field + ": wanted " + at.wanted + ", read " + at.read;
  return text;
}

}  // namespace paymeter::domain

// Prices, settings and time tables taken apart into fields that can be compared.
#include "paymeter/domain/read_back.hpp"

#include <algorithm>

namespace paymeter::domain {
namespace {

constexpr int kMinutesPerHour = 60;

using Side = std::optional<std::string>;

std::string number(std::int64_t value) { return std::to_string(value); }

std::string two_digits(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::string clock_text(int minute_of_day) {
  return two_digits(minute_of_day / kMinutesPerHour) + ":" +
         two_digits(minute_of_day % kMinutesPerHour);
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

Side from_of(const PriceTable& table, std::size_t step) {
  return step < table.steps.size() ? Side(number(table.steps[step].from.wh)) : Side();
}

Side surcharge_of(const PriceTable& table, std::size_t step) {
  return step < table.steps.size() ? Side(number(table.steps[step].surcharge.e8)) : Side();
}

}  // namespace

std::string ReadBackField::key() const {
  std::string out(name);
  if (!part.empty()) out += "_" + std::string(part);
  std::ranges::replace(out, ' ', '_');
  return out;
}

std::string ReadBackField::text() const {
  std::string out(name);
  if (number > 0) out += " " + std::to_string(number);
  if (!part.empty()) out += " " + std::string(part);
  if (!unit.empty()) out += " (" + std::string(unit) + ")";
  return out;
}

std::vector<ReadBackField> read_back_fields(const PriceTable& held, const PriceTable& read) {
  std::vector<ReadBackField> out;
  for (std::size_t i = 0; i < held.rate_price.size(); ++i)
    out.push_back({"rate", static_cast<int>(i) + 1, "", "e8", number(held.rate_price.at(i).e8),
                   number(read.rate_price.at(i).e8)});
  out.push_back(
      {"steps", 0, "", "", std::to_string(held.steps.size()), std::to_string(read.steps.size())});
  for (std::size_t i = 0; i < std::max(held.steps.size(), read.steps.size()); ++i) {
    const int step = static_cast<int>(i) + 1;
    out.push_back({"step", step, "from", "Wh", from_of(held, i), from_of(read, i)});
    out.push_back({"step", step, "surcharge", "e8", surcharge_of(held, i), surcharge_of(read, i)});
  }
  return out;
}

std::vector<ReadBackField> read_back_fields(const MeterSettings& held, const MeterSettings& read) {
  return {{"alarm1", 0, "", "fen", number(held.alarm1.fen), number(read.alarm1.fen)},
          {"alarm2", 0, "", "fen", number(held.alarm2.fen), number(read.alarm2.fen)},
          {"overload", 0, "", "W", number(held.overload_w), number(read.overload_w)},
          {"overdraft", 0, "", "fen", number(held.overdraft.fen), number(read.overdraft.fen)}};
}

std::vector<ReadBackField> read_back_fields(const TimeTables& held, const TimeTables& read) {
  std::vector<ReadBackField> out;
  for (std::size_t i = 0; i < held.days.size(); ++i)
    out.push_back({"day table", static_cast<int>(i) + 1, "", "", day_text(held.days.at(i)),
                   day_text(read.days.at(i))});
  out.push_back({"seasons", 0, "", "", seasons_text(held.seasons), seasons_text(read.seasons)});
  return out;
}

ReadBackField version_field(std::uint32_t held, std::uint32_t read) {
  return {"version", 0, "", "", std::to_string(held), std::to_string(read)};
}

}  // namespace paymeter::domain

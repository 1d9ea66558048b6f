// Calendar arithmetic by the `date` library's pure algorithms; no clock is read here.
#include "paymeter/base/time.hpp"

#include <date/date.h>

#include <array>
#include <cstdio>

namespace paymeter {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  const std::int64_t q = a / b;
  return a % b < 0 ? q - 1 : q;
}

/// Reads exactly `digits` digits at `at`, or -1.
int read_number(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

CivilTime civil_time(UtcMs at, Millis offset) {
  const std::int64_t local = at.value + offset.value;
  const std::int64_t days = floor_div(local, kDayMs);
  const std::int64_t second_of_day = (local - days * kDayMs) / 1000;
  const date::sys_days day{date::days{days}};
  const date::year_month_day ymd{day};
  CivilTime out;
  out.year = static_cast<int>(ymd.year());
  out.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  out.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  out.hour = static_cast<int>(second_of_day / 3600);
  out.minute = static_cast<int>(second_of_day / 60 % 60);
  out.second = static_cast<int>(second_of_day % 60);
  out.weekday = static_cast<int>(date::weekday{day}.iso_encoding());
  return out;
}

UtcMs utc_from_civil(const CivilTime& civil, Millis offset) {
  const date::sys_days day{date::year{civil.year} / civil.month / civil.day};
  const std::int64_t second_of_day = civil.hour * 3600 + civil.minute * 60 + civil.second;
  return UtcMs{day.time_since_epoch().count() * kDayMs + second_of_day * 1000 - offset.value};
}

std::string format_rfc3339(UtcMs at) {
  const CivilTime c = civil_time(at, Millis{0});
  const auto ms = static_cast<int>(at.value - floor_div(at.value, 1000) * 1000);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month,
                c.day, c.hour, c.minute, c.second, ms);
  return text.data();
}

Result<UtcMs> parse_rfc3339(std::string_view text) {
  const auto bad = [&] { return fail(Errc::request_invalid, "time " + std::string(text)); };
  CivilTime c;
  c.year = read_number(text, 0, 4);
  c.month = read_number(text, 5, 2);
  c.day = read_number(text, 8, 2);
  c.hour = read_number(text, 11, 2);
  c.minute = read_number(text, 14, 2);
  c.second = read_number(text, 17, 2);
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
    return bad();
  const date::year_month_day ymd = date::year{c.year} / c.month / c.day;
  if (c.year < 0 || !ymd.ok() || c.hour < 0 || c.hour > 23 || c.minute < 0 || c.minute > 59 ||
      c.second < 0 || c.second > 59)
    return bad();
  std::size_t at = 19;
  std::int64_t fraction_ms = 0;
  if (text[at] == '.') {
    int scale = 100;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
      fraction_ms += (text[at] - '0') * scale;
  }
  if (at >= text.size()) return bad();
  Millis offset{0};
  if (text[at] == 'Z' || text[at] == 'z') {
    if (at + 1 != text.size()) return bad();
  } else {
    const int hours = read_number(text, at + 1, 2), mins = read_number(text, at + 4, 2);
    if ((text[at] != '+' && text[at] != '-') || at + 6 != text.size() || text[at + 3] != ':' ||
        hours < 0 || hours > 23 || mins < 0 || mins > 59)
      return bad();
    offset = minutes((hours * 60 + mins) * (text[at] == '-' ? -1 : 1));
  }
  return utc_from_civil(c, offset) + Millis{fraction_ms};
}

}  // namespace paymeter

// Text rules of the importer; pure functions.
#include "paymeter/service/importer_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "paymeter/base/assert.hpp"

namespace paymeter::service {
namespace {

/// One code point of valid UTF-8 (the workbook reader's promise); bad bytes come out singly.
std::string_view next_character(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return text.substr(at, std::min(length, text.size() - at));
}

bool is_blank(std::string_view c) {
  return c == " " || c == "\t" || c == "\n" || c == "\r" || c == "\u00A0" || c == "\u3000" ||
         (c >= "\u2000" && c <= "\u200A" && c.size() == 3);
}

bool is_invisible(std::string_view c) {
  return c == "\uFEFF" || c == "\u2060" || c == "\u200B" || c == "\u200C" || c == "\u200D" ||
         c == "\u200E" || c == "\u200F";
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void remove_all(std::string& text, std::string_view what) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;)
    text.erase(at, what.size());
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

/// Takes thousands separators out; false if commas stand anywhere else.
bool remove_thousands(std::string& whole) {
  if (whole.find(',') == std::string::npos) return true;
  const std::size_t first = whole.find(',');
  if (first == 0 || first > 3) return false;
  for (std::size_t at = first; at < whole.size(); at += 4)
    if (whole[at] != ',' || at + 4 > whole.size() ||
        !is_digits(std::string_view(whole).substr(at + 1, 3)))
      return false;
  remove_all(whole, ",");
  return true;
}

/// `first` digits up to `limit` long; moves on behind them.
std::optional<int> take_number(std::string_view& text, std::size_t limit) {
  std::size_t count = 0;
  while (count < text.size() && count < limit && text[count] >= '0' && text[count] <= '9') ++count;
  if (count == 0) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + count, value);
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

bool is_date(const CivilTime& c) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (c.year < 1990 || c.year > 2200 || c.month < 1 || c.month > 12) return false;
  const bool leap = c.year % 4 == 0 && (c.year % 100 != 0 || c.year % 400 == 0);
  const int days = kDays[static_cast<std::size_t>(c.month - 1)] + (c.month == 2 && leap ? 1 : 0);
  return c.day >= 1 && c.day <= days;
}

}  // namespace

std::string display_text(std::string_view text) {
  std::string out;
  bool gap = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view c = next_character(text, at);
    at += c.size();
    if (is_invisible(c)) continue;
    if (is_blank(c)) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += c;
  }
  return out;
}

std::string plain_text(std::string_view text) {
  const std::string shown = display_text(text);
  std::string out;
  for (std::size_t at = 0; at < shown.size();) {
    const std::string_view c = next_character(shown, at);
    at += c.size();
    // U+FF01–U+FF5E are ASCII 21h–7Eh: EF BC 81 … EF BD 9E.
    if (c.size() == 3 && c >= "\uFF01" && c <= "\uFF5E") {
      const int code = ((static_cast<unsigned char>(c[1]) & 0x3F) << 6) +
                       (static_cast<unsigned char>(c[2]) & 0x3F) + 0xF000 - 0xFEE0;
      out += static_cast<char>(code);
    } else {
      out += c == "￥" ? "¥" : c;
    }
  }
  return out;
}

std::string code_text(std::string_view text) {
  std::string code = plain_text(text);
  const std::size_t point = code.find('.');
  if (point != std::string::npos && is_digits(std::string_view(code).substr(0, point)) &&
      point + 1 < code.size() && code.find_first_not_of('0', point + 1) == std::string::npos)
    code.resize(point);
  return code;
}

std::string folded(std::string_view text) {
  std::string out = plain_text(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string folded_title(std::string_view text) {
  std::string title = folded(text);
  if (title.ends_with(')'))
    if (const std::size_t open = title.rfind('('); open != std::string::npos && open > 0)
      title.resize(open);
  for (const char* noise : {" ", "*", ":", "_", "-"}) remove_all(title, noise);
  return title;
}

std::size_t length_in_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

ScaledNumber parse_scaled(std::string_view raw, int decimals) {
  PAYMETER_ASSERT(decimals >= 0 && decimals <= 8);
  const ScaledNumber no{0, NumberFault::not_a_number};
  std::string text = plain_text(raw);
  std::string_view rest = text;
  bool negative = take(rest, "-");
  if (!negative && !take(rest, "+")) negative = take(rest, "\u2212");  // minus sign proper
  take(rest, "¥");
  const std::size_t point = rest.find('.');
  std::string whole(rest.substr(0, point));
  std::string fraction(point == std::string_view::npos ? "" : rest.substr(point + 1));
  if (!remove_thousands(whole) || !is_digits(whole)) return no;
  if (point != std::string_view::npos && !is_digits(fraction)) return no;
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (fraction.size() > static_cast<std::size_t>(decimals))
    return {0, NumberFault::too_many_decimals};
  fraction.append(static_cast<std::size_t>(decimals) - fraction.size(), '0');
  const std::string digits = whole + fraction;
  std::int64_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (parsed.ec != std::errc{}) return {0, NumberFault::too_large};
  return {negative ? -value : value, NumberFault::none};
}

std::string format_scaled(std::int64_t value, int decimals) {
  const bool negative = value < 0;
  // Negating the unsigned value is defined for the smallest integer too.
  const auto magnitude = negative ? std::uint64_t{0} - static_cast<std::uint64_t>(value)
                                  : static_cast<std::uint64_t>(value);
  std::string digits = std::to_string(magnitude);
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  std::string fraction = digits.substr(digits.size() - places);
  digits.resize(digits.size() - places);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (!fraction.empty()) digits += "." + fraction;
  return negative ? "-" + digits : digits;
}

std::optional<int> parse_floor(std::string_view raw) {
  std::string text = folded(code_text(raw));
  remove_all(text, " ");
  std::string_view rest = text;
  bool below = take(rest, "地下");
  for (const char* prefix : {"第", "f"}) take(rest, prefix);
  if (take(rest, "b")) below = true;
  if (take(rest, "-") || take(rest, "负")) below = !below;
  const auto number = take_number(rest, 3);
  for (const char* suffix : {"层", "楼", "f"}) take(rest, suffix);
  if (!number || !rest.empty()) return std::nullopt;
  return below ? -*number : *number;
}

std::optional<CivilTime> parse_local_time(std::string_view raw) {
  std::string text = plain_text(raw);
  for (const char* separator : {"/", ".", "年", "月"}) replace_all(text, separator, "-");
  replace_all(text, "日", " ");
  text = display_text(text);
  std::string_view rest = text;
  CivilTime c;
  const auto year = take_number(rest, 4);
  if (!year || !take(rest, "-")) return std::nullopt;
  const auto month = take_number(rest, 2);
  if (!month || !take(rest, "-")) return std::nullopt;
  const auto day = take_number(rest, 2);
  if (!day) return std::nullopt;
  c.year = *year;
  c.month = *month;
  c.day = *day;
  if (!is_date(c)) return std::nullopt;
  if (rest.empty()) return c;
  if (!take(rest, " ") && !take(rest, "T")) return std::nullopt;
  const auto hour = take_number(rest, 2);
  if (!hour || !take(rest, ":")) return std::nullopt;
  const auto minute = take_number(rest, 2);
  const auto second = take(rest, ":") ? take_number(rest, 2) : std::optional<int>(0);
  if (!minute || !second || !rest.empty() || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  c.hour = *hour;
  c.minute = *minute;
  c.second = *second;
  return c;
}

std::optional<Millis> fixed_zone_offset(std::string_view zone) {
  struct Zone {
    std::string_view name;
    int minutes_east;
  };
  static constexpr auto kZones = std::to_array<Zone>({{"Asia/Shanghai", 480},
                                                      {"Asia/Chongqing", 480},
                                                      {"Asia/Harbin", 480},
                                                      {"Asia/Urumqi", 360},
                                                      {"Asia/Kashgar", 360},
                                                      {"Asia/Hong_Kong", 480},
                                                      {"Asia/Macau", 480},
                                                      {"Asia/Taipei", 480},
                                                      {"Asia/Singapore", 480},
                                                      {"Asia/Kuala_Lumpur", 480},
                                                      {"Asia/Manila", 480},
                                                      {"Asia/Tokyo", 540},
                                                      {"Asia/Seoul", 540},
                                                      {"Asia/Bangkok", 420},
                                                      {"Asia/Ho_Chi_Minh", 420},
                                                      {"Asia/Jakarta", 420},
                                                      {"Asia/Phnom_Penh", 420},
                                                      {"Asia/Vientiane", 420},
                                                      {"Asia/Yangon", 390},
                                                      {"Asia/Dhaka", 360},
                                                      {"Asia/Kathmandu", 345},
                                                      {"Asia/Kolkata", 330},
                                                      {"Asia/Karachi", 300},
                                                      {"Asia/Tashkent", 300},
                                                      {"Asia/Dubai", 240},
                                                      {"Asia/Riyadh", 180},
                                                      {"Africa/Nairobi", 180},
                                                      {"Africa/Johannesburg", 120},
                                                      {"Africa/Lagos", 60},
                                                      {"America/Sao_Paulo", -180},
                                                      {"America/Bogota", -300},
                                                      {"UTC", 0},
                                                      {"Etc/UTC", 0}});
  for (const auto& known : kZones)
    if (known.name == zone) return minutes(known.minutes_east);
  return std::nullopt;
}

std::string column_letters(std::size_t column) {
  std::string letters;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  return letters;
}

}  // namespace paymeter::service

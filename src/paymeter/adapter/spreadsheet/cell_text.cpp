// Turning stored numbers, dates and strings into what the spreadsheet shows.
#include "paymeter/adapter/spreadsheet/cell_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "paymeter/base/time.hpp"

namespace paymeter::adapter::spreadsheet {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

/// Length of the well-formed UTF-8 sequence at `at`, 0 if it is not one (RFC 3629).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  const unsigned char second = byte(at + 1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
    return 0;
  return length;
}

/// The code of an escape `_xHHHH_` at `at`, or -1.
int escape_at(std::string_view text, std::size_t at) {
  if (text.size() < at + 7 || text[at] != '_' || text[at + 1] != 'x' || text[at + 6] != '_')
    return -1;
  int code = 0;
  const char* first = text.data() + at + 2;
  const auto [end, error] = std::from_chars(first, first + 4, code, 16);
  return error == std::errc{} && end == first + 4 ? code : -1;
}

void append_cleaned(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 ? byte != 0x7F : (c == '\t' || c == '\n')) out += c;
}

std::string civil_text(std::int64_t day, std::int64_t second) {
  const CivilTime c = civil_time(UtcMs{(day * kDaySeconds + second) * 1000}, Millis{0});
  std::array<char, 64> text{};
  if (second == 0)
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", c.year, c.month, c.day);
  else
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day,
                  c.hour, c.minute, c.second);
  return text.data();
}

}  // namespace

std::string number_text(double value) {
  if (!std::isfinite(value)) return {};
  // d.dddddddddddddde±xx: 15 significant digits, independent of the locale.
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific, 14)
                       .ptr;
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t mark = text.find('e');
  int exponent = 0;
  const std::size_t sign = text[mark + 1] == '+' ? 2 : 1;
  std::from_chars(text.data() + mark + sign, text.data() + text.size(), exponent);
  std::string digits{text[0]};
  digits += text.substr(2, mark - 2);
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  if (digits == "0") return "0";

  std::string out;
  if (exponent < 0) {
    out = "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  } else {
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= whole)
      out = digits + std::string(whole - digits.size(), '0');
    else
      out = digits.substr(0, whole) + "." + digits.substr(whole);
  }
  return negative ? "-" + out : out;
}

std::optional<double> parse_stored_number(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
      !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::string date_text(double serial, DateSystem system) {
  // 2958465 = 9999-12-31. The comparison also refuses what would not fit an integer.
  if (!(serial >= 0 && serial < 2958466)) return number_text(serial);
  const auto seconds_total = static_cast<std::int64_t>(std::llround(serial * 86'400.0));
  std::int64_t day = seconds_total / kDaySeconds;
  const std::int64_t second = seconds_total % kDaySeconds;
  if (day == 0 && system == DateSystem::y1900) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", static_cast<int>(second / 3600),
                  static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
    return text.data();
  }
  constexpr std::int64_t k1900 = -25'569, k1904 = -24'107;  // 1899-12-30, 1904-01-01 as Unix days
  if (system == DateSystem::y1900 && day < 60) ++day;       // days before the phantom leap day
  return civil_text(day + (system == DateSystem::y1900 ? k1900 : k1904), second);
}

std::string iso_date_text(std::string_view iso) {
  std::string text = clean_text(iso);
  if (text.size() < 19 || text[10] != 'T') return text;
  text = text.substr(0, 10) + " " + text.substr(11, 8);
  return text.substr(11) == "00:00:00" ? text.substr(0, 10) : text;
}

bool is_builtin_date_format(int id) {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
         (id >= 50 && id <= 58);
}

bool is_date_format(std::string_view code) {
  for (std::size_t i = 0; i < code.size(); ++i) {
    switch (code[i]) {
      case '"':
        i = code.find('"', i + 1);
        if (i == std::string_view::npos) return false;
        break;
      case '[': {
        const std::size_t close = code.find(']', i);
        if (close == std::string_view::npos) return false;
        const std::string_view inside = code.substr(i + 1, close - i - 1);
        // Elapsed time: [h], [mm], [ss]. Everything else in brackets is a colour or a condition.
        if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos)
          return true;
        i = close;
        break;
      }
      case '\\':
      case '_':
      case '*':
        ++i;
        break;
      case ';':
        return false;
      case 'y':
      case 'Y':
      case 'm':
      case 'M':
      case 'd':
      case 'D':
      case 'h':
      case 'H':
      case 's':
      case 'S':
        return true;
      default:
        break;
    }
  }
  return false;
}

std::string clean_text(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size();) {
    if (const int code = escape_at(raw, at); code >= 0 && code < 0x80) {
      append_cleaned(out, static_cast<char>(code));
      at += 7;
      continue;
    }
    const std::size_t length = utf8_length(raw, at);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++at;
    } else if (length == 1) {
      append_cleaned(out, raw[at++]);
    } else {
      out += raw.substr(at, length);
      at += length;
    }
  }
  return out;
}

std::optional<int> column_of_reference(std::string_view reference) {
  int column = 0;
  std::size_t at = 0;
  for (; at < reference.size() && at < 4; ++at) {
    const char c = reference[at];
    if (c >= 'A' && c <= 'Z')
      column = column * 26 + (c - 'A' + 1);
    else if (c >= 'a' && c <= 'z')
      column = column * 26 + (c - 'a' + 1);
    else
      break;
  }
  if (column == 0 || at == 4) return std::nullopt;
  return column - 1;
}

}  // namespace paymeter::adapter::spreadsheet

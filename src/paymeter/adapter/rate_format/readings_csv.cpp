// Two columns, line by line: millions of readings must not cost a parser's objects.
#include "paymeter/adapter/rate_format/readings_csv.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace paymeter::adapter::rate_format {
namespace {

namespace rating = domain::rating;
using rating::RegisterReading;

constexpr std::string_view kHeader = "time,reading";
// Within these the local date of every zone has a year of four digits: 0001 to 9999.
constexpr UtcMs kTimeMin{-62'135'510'400'000};  ///< 0001-01-02T00:00:00Z
constexpr UtcMs kTimeMax{253'402'214'400'000};  ///< 9999-12-31T00:00:00Z

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes one line from the front, without its end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// RFC 3339 to the letter: `T` and `Z` may be small, a space or a point without digits may not.
Result<UtcMs> parse_time(std::string_view time) {
  const bool bare_point = time.size() > 20 && time[19] == '.' && !is_digit(time[20]);
  if (time.size() < 20 || bare_point || (time[10] != 'T' && time[10] != 't'))
    return fail(Errc::readings_invalid);
  if (time[10] == 'T' && time.back() != 'z') return parse_rfc3339(time);
  std::string capital(time);
  capital[10] = 'T';
  if (capital.back() == 'z') capital.back() = 'Z';
  return parse_rfc3339(capital);
}

std::optional<RegisterReading> parse_line(std::string_view line) {
  const std::size_t comma = line.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view time = line.substr(0, comma), value = line.substr(comma + 1);
  const auto at = parse_time(time);
  if (!at || *at < kTimeMin || *at > kTimeMax || value.empty() ||
      !std::ranges::all_of(value, is_digit))
    return std::nullopt;
  RegisterReading reading{*at, 0};
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), reading.value);
  if (parsed.ec != std::errc{} || reading.value > rating::kReadingMax) return std::nullopt;
  return reading;
}

/// As much of a line as an error shows; other bytes than printable ASCII might break its JSON.
std::string excerpt(std::string_view line) {
  std::string out(line.substr(0, 80));
  std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of("\r\n") == std::string_view::npos;
}

}  // namespace

Result<std::vector<RegisterReading>> read_readings(std::string_view text) {
  if (text.size() > kReadingsBytesMax) return fail(Errc::readings_too_large);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (take_line(text) != kHeader) return fail(Errc::readings_header_invalid, "line 1");
  std::vector<RegisterReading> readings;
  for (std::size_t number = 2; !is_blank(text); ++number) {
    const std::string_view line = take_line(text);
    const auto bad = [&](Errc code) {
      return fail(code, "line " + std::to_string(number) + ": " + excerpt(line));
    };
    const auto reading = parse_line(line);
    if (!reading) return bad(Errc::readings_invalid);
    if (!readings.empty())
      if (auto ok = rating::check_follows(readings.back(), *reading); !ok)
        return bad(ok.error().code);
    readings.push_back(*reading);
  }
  if (readings.empty()) return fail(Errc::readings_empty);
  return readings;
}

std::string write_readings(std::span<const RegisterReading> readings) {
  std::string out(kHeader);
  out += '\n';
  for (const RegisterReading& reading : readings)
    out += format_rfc3339(reading.at) + ',' + std::to_string(reading.value) + '\n';
  return out;
}

}  // namespace paymeter::adapter::rate_format

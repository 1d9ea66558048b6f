// Spoilt tariffs and readings: no crash, and what is read is written back as the same tariff.
#include <algorithm>
#include <string>

#include "paymeter/adapter/rate_format/rate.hpp"
#include "paymeter/adapter/rate_format/readings_csv.hpp"
#include "paymeter/adapter/rate_format/tariff_json.hpp"
#include "paymeter/base/assert.hpp"
#include "paymeter/base/bytes.hpp"

using namespace paymeter;
using namespace paymeter::adapter::rate_format;

namespace {

constexpr std::string_view kTariff = R"({"name": "a", "utility": "heat", "currency": "CNY",
"time_zone": "Asia/Shanghai", "rounding": "down", "days": {"o": [["00:00","valley"],
["08:30","flat"]],
"h": [["00:00","flat"]]}, "calendar": [{"dates": ["2026-08-03"], "day": "h"}, {"weekdays": [6,7],
"months": [2,3], "between": ["12-15","01-31"], "day": "o"}, {"day": "o"}],
"cycle": {"kind": "year", "starts": "02-29"}, "scale": {"households": 2, "extra": "0.5"},
"lines": [{"name": "e", "prices": {"valley":"0.29876875","flat":"-0.5"}, "steps": [{"months": [5,6],
"limits": [["2","0.05"],["6","0.30"]]}, {"limits": []}]}, {"name": "s", "price": "0.0100"}],
"fees": [{"name": "d", "per": "day", "amount": "0.10"}]})";

constexpr std::string_view kReadings =
    "time,reading\n2026-08-01T00:00:00.5+08:00,0\n2026-08-03T10:00:00Z,7000\n"
    "2026-09-03T10:00:00Z,9007199254740993\n";

/// Takes bytes off the front of the input.
std::size_t take(Bytes& input, std::size_t count) {
  std::size_t value = 0;
  for (; count > 0 && !input.empty(); --count, input = input.subspan(1))
    value = value * 256 + input[0];
  return value;
}

/// `text` with a few bytes replaced, as the input says: so that most spoilt texts stay almost
/// whole.
std::string spoilt(std::string_view text, Bytes& input) {
  std::string out(text);
  for (std::size_t edits = take(input, 1) % 4; edits > 0; --edits) {
    const std::size_t at = take(input, 2) % (out.size() + 1);
    const std::size_t removed = take(input, 1) % 24, added = take(input, 1) % 24;
    const Bytes piece = input.first(std::min(added, input.size()));
    out.replace(at, removed, std::string(piece.begin(), piece.end()));
    input = input.subspan(piece.size());
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input(data, size);
  const std::string tariff_text = spoilt(kTariff, input), readings_text = spoilt(kReadings, input);
  const auto tariff = read_tariff(tariff_text);
  if (tariff) {
    const auto again = read_tariff(write_tariff(*tariff));
    PAYMETER_ASSERT(again && *again == *tariff);
  } else {
    PAYMETER_ASSERT(!error_text_en(tariff.error().code).empty());
  }
  const auto readings = read_readings(readings_text);
  if (readings) PAYMETER_ASSERT(read_readings(write_readings(*readings)) == *readings);
  const auto rated = rate_texts(tariff_text, readings_text);
  if (rated) PAYMETER_ASSERT(tariff && readings);
  return 0;
}

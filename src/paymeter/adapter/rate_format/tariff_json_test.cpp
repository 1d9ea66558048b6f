// tariff.json: what is read, what is refused with its place, and what is written back.
#include "paymeter/adapter/rate_format/tariff_json.hpp"

#include <gtest/gtest.h>

#include <string>

#include "paymeter/adapter/rate_format/decimal.hpp"
#include "paymeter/domain/rating/schedule.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace rating = domain::rating;

// The page's example, which uses every key.
constexpr std::string_view kExample = R"({
  "name": "guangzhou-resident", "utility": "electricity", "currency": "CNY",
  "time_zone": "Asia/Shanghai", "rounding": "half_up",
  "days": {"ordinary": [["00:00","valley"],["08:00","flat"],["14:00","peak"],["17:00","flat"],
                        ["19:00","peak"],["22:00","flat"]],
           "hot": [["00:00","valley"],["08:00","flat"],["11:00","sharp"],["12:00","flat"]]},
  "calendar": [{"dates": ["2026-08-03","2026-08-04"], "day": "hot"},
               {"weekdays": [6,7], "months": [2,3], "day": "ordinary"},
               {"between": ["12-15","01-31"], "day": "ordinary"},
               {"day": "ordinary"}],
  "cycle": {"kind": "month"},
  "scale": {"households": 1, "extra": "0"},
  "lines": [{"name": "energy",
             "prices": {"valley":"0.29876875","flat":"0.58886875","peak":"0.96596875",
                        "sharp":"0.96596875"},
             "steps": [{"months": [5,6,7,8,9,10], "limits": [["260","0.05"],["600","0.30"]]},
                       {"limits": [["200","0.05"],["400","0.30"]]}]},
            {"name": "surcharge", "price": "0.0100"}],
  "fees": [{"name": "service", "per": "day", "amount": "0.10"},
           {"name": "rent", "per": "month", "amount": "5.00"}]})";

constexpr std::string_view kLeast = R"({"name": "a", "utility": "water", "currency": "CNY",
  "time_zone": "Asia/Shanghai", "lines": [{"name": "water", "price": "1.75"}]})";

/// `text` with the first `from` replaced. Requires: it is there.
std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  return out.replace(out.find(from), from.size(), to);
}

}  // namespace

TEST(TariffJson, ReadsThePagesExample) {
  const auto tariff = read_tariff(kExample);
  ASSERT_TRUE(tariff) << tariff.error().detail;
  EXPECT_EQ(tariff->days.at("hot")[2], (rating::RateChange{11 * 60, "sharp"}));
  EXPECT_EQ(tariff->calendar[0].dates->at(1), (rating::Date{2026, 8, 4}));
  EXPECT_EQ(tariff->calendar[1].months, (std::vector<int>{2, 3}));
  EXPECT_EQ(tariff->calendar[2].between->second, (rating::MonthDay{1, 31}));
  EXPECT_EQ(tariff->lines[0].prices.at("valley"), domain::Price{29'876'875});
  EXPECT_EQ(tariff->lines[0].steps[0].limits[1], (rating::StepLimit{60'000'000'000, {30'000'000}}));
  EXPECT_EQ(tariff->lines[1].price, domain::Price{1'000'000});
  EXPECT_EQ(tariff->fees[1], (rating::Fee{"rent", rating::FeePeriod::month, {500}}));
}

TEST(TariffJson, MissingKeysHaveTheirDefaults) {
  const auto tariff = read_tariff(kLeast);
  ASSERT_TRUE(tariff) << tariff.error().detail;
  EXPECT_EQ(tariff->rounding, rating::Rounding::half_up);
  EXPECT_EQ(tariff->cycle, rating::Cycle{});
  EXPECT_EQ(tariff->scale, rating::Scale{});
  EXPECT_TRUE(tariff->days.empty() && tariff->calendar.empty() && tariff->fees.empty());
  const auto partly =
      read_tariff(replaced(kLeast, "\"lines\"", "\"scale\": {\"extra\": \"2.5\"}, \"lines\""));
  EXPECT_EQ(partly->scale, (rating::Scale{1, 250'000'000}));
  EXPECT_TRUE(read_tariff("\xEF\xBB\xBF" + std::string(kLeast))) << "a byte order mark";
}

TEST(TariffJson, WritesWhatItReads) {
  for (const std::string_view text : {kExample, kLeast}) {
    const auto tariff = read_tariff(text);
    const auto again = read_tariff(write_tariff(*tariff));
    ASSERT_TRUE(again) << again.error().detail << "\n" << write_tariff(*tariff);
    EXPECT_EQ(*again, *tariff);
  }
  const std::string yearly =
      replaced(kExample, R"("kind": "month")", R"("kind": "year", "starts": "02-29")");
  EXPECT_EQ(read_tariff(write_tariff(*read_tariff(yearly)))->cycle.starts,
            (rating::MonthDay{2, 29}));
}

TEST(TariffJson, NamesThePlaceOfWhatItRefuses) {
  struct Row {
    const char* reason;
    std::string_view from, to;
    Errc code;
    const char* detail;
  };
  for (const Row& row :
       {Row{"unknown key", R"("cycle")", R"("cycles")", Errc::tariff_key_unknown, "cycles"},
        Row{"unknown key deep inside", R"("limits": [["200")", R"("limit": [["200")",
            Errc::tariff_key_unknown, "lines[0].steps[1].limit"},
        Row{"missing key", R"("currency": "CNY",)", "", Errc::tariff_key_missing, "currency"},
        Row{"missing price", R"("price": "0.0100")", R"("steps": [])", Errc::tariff_key_missing,
            "lines[1].prices"},
        Row{"a key twice", R"("per": "day",)", R"("per": "day", "per": "month",)",
            Errc::tariff_key_duplicate, "fees[0].per"},
        Row{"a key twice, escaped", R"("cycle": {)", R"("cycle": {"\u006bind": "month", )",
            Errc::tariff_key_duplicate, "cycle.kind"},
        Row{"a number without quotes", R"("0.0100")", "0.01", Errc::tariff_type_wrong,
            "lines[1].price: must be a number in quotes"},
        Row{"nine places", R"("0.0100")", R"("0.123456789")", Errc::tariff_value_invalid,
            "lines[1].price: must be a number with at most 8 places"},
        Row{"three places of money", R"("5.00")", R"("5.001")", Errc::tariff_value_invalid,
            "fees[1].amount: must be a number with at most 2 places"},
        Row{"an exponent", R"("0.0100")", R"("1e-2")", Errc::tariff_value_invalid,
            "lines[1].price: must be a number with at most 8 places"},
        Row{"a price beyond measure", R"("0.0100")", R"("1000000000.1")",
            Errc::tariff_value_invalid, "lines[1].price: is out of range"},
        Row{"households as text", R"("households": 1)", R"("households": "1")",
            Errc::tariff_type_wrong, "scale.households: must be a whole number"},
        Row{"households with a point", R"("households": 1)", R"("households": 1.0)",
            Errc::tariff_type_wrong, "scale.households: must be a whole number"},
        Row{"limits that do not ascend", R"(["600","0.30"])", R"(["260","0.30"])",
            Errc::tariff_limits_not_ascending, "lines[0].steps[0].limits: must ascend"},
        Row{"a limit of three elements", R"(["600","0.30"])", R"(["600","0.30","1"])",
            Errc::tariff_value_invalid, "lines[0].steps[0].limits[1]: must have 2 elements"},
        Row{"hours like 8:00", R"("08:00","flat"],["14:00)", R"("8:00","flat"],["14:00)",
            Errc::tariff_value_invalid, "days.ordinary[1][0]: must look like ##:##"},
        Row{"24:00", R"("22:00")", R"("24:00")", Errc::tariff_value_invalid,
            "days.ordinary[5][0]: must be 00:00 to 23:59"},
        Row{"a date that is none", R"("2026-08-04")", R"("2026-08-32")", Errc::tariff_value_invalid,
            "calendar[0].dates[1]: is not a date"},
        Row{"a weekday as text", "[6,7]", R"(["6"])", Errc::tariff_type_wrong,
            "calendar[1].weekdays[0]: must be a whole number"},
        Row{"a weekday beyond 32 bits", "[6,7]", "[4294967297]", Errc::tariff_value_invalid,
            "calendar[1].weekdays: must be 1 to 7"},
        Row{"a calendar that may not match", R"({"day": "ordinary"}])",
            R"({"weekdays": [1], "day": "ordinary"}])", Errc::tariff_calendar_incomplete,
            "calendar: the last entry must match every date"},
        Row{"an empty calendar", R"("calendar": [)", R"("calendar": [], "fees_": [)",
            Errc::tariff_key_unknown, "fees_"},
        Row{"starts of a month", R"({"kind": "month"})", R"({"kind": "month", "starts": "01-01"})",
            Errc::tariff_key_unknown, "cycle.starts: only a year has it"},
        Row{"a year without a start", R"({"kind": "month"})", R"({"kind": "year"})",
            Errc::tariff_key_missing, "cycle.starts"},
        Row{"an unknown utility", R"("electricity")", R"("gas")", Errc::tariff_value_invalid,
            "utility: unknown word 'gas'"},
        Row{"an unknown rate", R"(["11:00","sharp"])", R"(["11:00","purple"])",
            Errc::tariff_rate_unknown, "days.hot[2]: purple"}}) {
    const auto tariff = read_tariff(replaced(kExample, row.from, row.to));
    ASSERT_FALSE(tariff) << row.reason;
    EXPECT_EQ(error_name(tariff.error().code), error_name(row.code)) << row.reason;
    EXPECT_EQ(tariff.error().detail, row.detail) << row.reason;
  }
}

TEST(TariffJson, RefusesDaysWithoutCalendarAndEmptyOnes) {
  for (const std::string_view more :
       {R"("days": {"a": [["00:00","flat"]]}, )", R"("calendar": [{"day": "a"}], )",
        R"("days": {}, "calendar": [], )",
        R"("days": {"a": [["00:00","flat"]]}, "calendar": [], )"}) {
    const auto tariff = read_tariff(replaced(kLeast, "\"lines\"", std::string(more) + "\"lines\""));
    ASSERT_FALSE(tariff) << more;
    EXPECT_EQ(tariff.error().code, Errc::tariff_calendar_incomplete) << more;
  }
}

TEST(TariffJson, HostileDocuments) {
  struct Row {
    const char* reason;
    std::string text;
    Errc code;
  };
  std::string deep(100'000, '[');
  for (const Row& row :
       {Row{"empty", "", Errc::tariff_not_json}, Row{"no object", "[]", Errc::tariff_type_wrong},
        Row{"cut off", std::string(kLeast.substr(0, 60)), Errc::tariff_not_json},
        Row{"more behind it", std::string(kLeast) + "{}", Errc::tariff_not_json},
        Row{"too deep", deep, Errc::tariff_not_json},
        Row{"no UTF-8", replaced(kLeast, "\"a\"", "\"\xFF\""), Errc::tariff_not_json},
        Row{"null", replaced(kLeast, "\"1.75\"", "null"), Errc::tariff_type_wrong},
        Row{"too large", std::string(kTariffBytesMax + 1, ' '), Errc::tariff_too_large},
        Row{"a path as zone is text to us", replaced(kLeast, "\"name\": \"a\"", "\"name\": \"\""),
            Errc::tariff_value_invalid}}) {
    const auto tariff = read_tariff(row.text);
    ASSERT_FALSE(tariff) << row.reason;
    EXPECT_EQ(error_name(tariff.error().code), error_name(row.code)) << row.reason;
  }
}

TEST(Decimal, ParsesExactlyAndFormatsShortest) {
  struct Row {
    const char* text;
    int places;
    std::int64_t value;
    const char* shortest;
  };
  for (const Row& row :
       {Row{"0", 8, 0, "0"}, Row{"-0.00", 8, 0, "0"}, Row{"0.0100", 8, 1'000'000, "0.01"},
        Row{"-12.5", 2, -1250, "-12.5"}, Row{"007", 0, 7, "7"},
        Row{"0.00000001", 8, 1, "0.00000001"}, Row{"120", 8, 12'000'000'000, "120"}}) {
    const auto value = parse_decimal(row.text, row.places);
    ASSERT_TRUE(value) << row.text;
    EXPECT_TRUE(*value == row.value) << row.text;
    EXPECT_EQ(format_decimal(*value, row.places), row.shortest);
  }
  EXPECT_EQ(format_fixed(-5, 2), "-0.05");
  for (const char* text : {"", "-", ".", "1.", ".5", "+1", "--1", "1.123456789", "1 ", "0x1", "1e5",
                           "1,5", "12345678901234567", "１"})
    EXPECT_FALSE(parse_decimal(text, 8)) << text;
  EXPECT_FALSE(parse_decimal("1.5", 0));
}

}  // namespace paymeter::adapter::rate_format

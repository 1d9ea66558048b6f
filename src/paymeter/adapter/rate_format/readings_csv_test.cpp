// readings.csv, time zones, and the examples of examples/tariffs to the fen.
#include "paymeter/adapter/rate_format/readings_csv.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "paymeter/adapter/rate_format/rate.hpp"
#include "paymeter/adapter/rate_format/statement_text.hpp"
#include "paymeter/adapter/rate_format/time_zone.hpp"

namespace paymeter::adapter::rate_format {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

TEST(ReadingsCsv, ReadsTimesWithOffsets) {
  const auto readings = read_readings(
      "\xEF\xBB\xBFtime,reading\r\n2026-07-01T00:00:00+08:00,5\r\n2026-06-30T16:00:00.0019Z,5\n"
      "2026-06-30t16:00:01z,0017\n\n");
  ASSERT_TRUE(readings) << readings.error().detail;
  ASSERT_EQ(readings->size(), 3U);
  EXPECT_EQ((*readings)[1].at - (*readings)[0].at, Millis{1}) << "cut off at the millisecond";
  EXPECT_EQ((*readings)[2].value, 17);
  EXPECT_EQ(read_readings(write_readings(*readings)), *readings);
}

TEST(ReadingsCsv, NamesTheLineOfWhatItRefuses) {
  const std::string good = "time,reading\n2026-07-01T00:00:00Z,5\n";
  struct Row {
    const char* reason;
    std::string text;
    Errc code;
    const char* detail;
  };
  for (const Row& row :
       {Row{"nothing", "", Errc::readings_header_invalid, "line 1"},
        Row{"another header", "reading,time\n", Errc::readings_header_invalid, "line 1"},
        Row{"header alone", "time,reading\n", Errc::readings_empty, ""},
        Row{"no offset", "time,reading\n2026-07-01T00:00:00,5", Errc::readings_invalid,
            "line 2: 2026-07-01T00:00:00,5"},
        Row{"a space for the T", "time,reading\n2026-07-01 00:00:00Z,5", Errc::readings_invalid,
            "line 2: 2026-07-01 00:00:00Z,5"},
        Row{"a leap second", "time,reading\n2026-06-30T23:59:60Z,5", Errc::readings_invalid,
            "line 2: 2026-06-30T23:59:60Z,5"},
        Row{"a bare point", "time,reading\n2026-07-01T00:00:00.Z,5", Errc::readings_invalid,
            "line 2: 2026-07-01T00:00:00.Z,5"},
        Row{"negative", good + "2026-07-02T00:00:00Z,-1", Errc::readings_invalid,
            "line 3: 2026-07-02T00:00:00Z,-1"},
        Row{"with places", good + "2026-07-02T00:00:00Z,6.0", Errc::readings_invalid,
            "line 3: 2026-07-02T00:00:00Z,6.0"},
        Row{"beyond 64 bits", good + "2026-07-02T00:00:00Z,99999999999999999999",
            Errc::readings_invalid, "line 3: 2026-07-02T00:00:00Z,99999999999999999999"},
        Row{"a third column", good + "2026-07-02T00:00:00Z,6,7", Errc::readings_invalid,
            "line 3: 2026-07-02T00:00:00Z,6,7"},
        Row{"a blank line inside", good + "\n2026-07-02T00:00:00Z,6", Errc::readings_invalid,
            "line 3: "},
        Row{"the same instant", good + "2026-07-01T08:00:00+08:00,6", Errc::readings_not_ascending,
            "line 3: 2026-07-01T08:00:00+08:00,6"},
        Row{"falling", good + "2026-07-02T00:00:00Z,4", Errc::readings_fall,
            "line 3: 2026-07-02T00:00:00Z,4"},
        Row{"a year that is 10000 east of Greenwich", "time,reading\n9999-12-31T17:00:00Z,5",
            Errc::readings_invalid, "line 2: 9999-12-31T17:00:00Z,5"},
        Row{"a year that is -1 west of it", "time,reading\n0000-01-01T00:00:00Z,5",
            Errc::readings_invalid, "line 2: 0000-01-01T00:00:00Z,5"},
        Row{"bytes that are no text", good + "\xFF\x01", Errc::readings_invalid, "line 3: ??"},
        Row{"too large", std::string(kReadingsBytesMax + 1, 'x'), Errc::readings_too_large, ""}}) {
    const auto readings = read_readings(row.text);
    ASSERT_FALSE(readings) << row.reason;
    EXPECT_EQ(error_name(readings.error().code), error_name(row.code)) << row.reason;
    EXPECT_EQ(readings.error().detail, row.detail) << row.reason;
  }
}

TEST(TimeZone, FixedOffsetsOnly) {
  struct Row {
    const char* reason;
    const char* zone;
    const char* first;
    const char* last;
    int minutes;  ///< -1 unknown, -2 shifts
  };
  for (const Row& row :
       {Row{"Shanghai", "Asia/Shanghai", "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z", 480},
        Row{"half hours", "Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z", 345},
        Row{"behind UTC", "America/Phoenix", "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z", -420},
        Row{"UTC", "UTC", "2026-01-01T00:00:00Z", "2100-12-31T00:00:00Z", 0},
        Row{"daylight saving", "Europe/Berlin", "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z", -2},
        Row{"daylight saving, one July", "Europe/Berlin", "2026-07-01T00:00:00Z",
            "2026-07-02T00:00:00Z", -2},
        Row{"beyond the database's list", "Europe/Berlin", "2050-07-01T00:00:00Z",
            "2050-07-02T00:00:00Z", -2},
        Row{"far but steady", "Asia/Shanghai", "2050-07-01T00:00:00Z", "2050-07-02T00:00:00Z", 480},
        Row{"Shanghai's own summers", "Asia/Shanghai", "1988-01-01T00:00:00Z",
            "1988-02-01T00:00:00Z", -2},
        Row{"whatever this machine is set to", "localtime", "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Z", -1},
        Row{"no zone", "Mars/Base", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", -1},
        Row{"a path", "../../etc/passwd", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", -1}}) {
    const auto offset =
        fixed_utc_offset(row.zone, *parse_rfc3339(row.first), *parse_rfc3339(row.last));
    if (row.minutes == -1 || row.minutes == -2) {
      ASSERT_FALSE(offset) << row.reason;
      EXPECT_EQ(offset.error().code,
                row.minutes == -1 ? Errc::tariff_zone_unknown : Errc::tariff_zone_shifts)
          << row.reason;
    } else {
      EXPECT_EQ(offset, minutes(row.minutes)) << row.reason;
    }
  }
}

TEST(RateExamples, GiveTheirResults) {
  const std::filesystem::path folder = std::string(PAYMETER_SOURCE_DIR) + "/examples/tariffs";
  // What the notes on real tariffs say; the rest comes from the independent program.
  std::map<std::string, std::string> totals{
      {"e2-shantou-two-part", "334.10"},      {"e7-guangzhou-plain", "242.55"},
      {"e7-guangzhou-time-of-use", "258.79"}, {"e7-guangzhou-large-household", "253.79"},
      {"e8-panyu-water", "151.28"},           {"e8-beijing-heat", "1880.00"}};
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_directory()) continue;
    const std::string name = entry.path().filename();
    const auto rated =
        rate_texts(content(entry.path() / "tariff.json"), content(entry.path() / "readings.csv"));
    ASSERT_TRUE(rated) << name << ": " << rated.error().detail;
    const auto result = boost::json::parse(statement_json(rated->schedule, rated->statement));
    EXPECT_EQ(result, boost::json::parse(content(entry.path() / "result.json"))) << name;
    if (const auto total = totals.find(name); total != totals.end()) {
      EXPECT_EQ(result.at("total").as_string(), total->second) << name;
      totals.erase(total);
    }
    if (name == "e7-zhejiang-yearly") {
      EXPECT_EQ(result.at("bills").as_array().back().at("total").as_string(), "85.20");
    }
    ++count;
  }
  EXPECT_TRUE(totals.empty()) << totals.begin()->first;
  EXPECT_EQ(count, 12);
}

TEST(RateExamples, TheNationalHolidayHasThreeDaysOfDeepValley) {
  const std::string folder =
      std::string(PAYMETER_SOURCE_DIR) + "/examples/tariffs/e6-zhejiang-holidays/";
  struct Row {
    const char* day;
    const char* next;
    bool deep;
  };
  for (const Row& row :
       {Row{"2026-10-03", "2026-10-04", true}, Row{"2026-10-04", "2026-10-05", false}}) {
    const std::string readings = std::string("time,reading\n") + row.day + "T00:00:00+08:00,0\n" +
                                 row.next + "T00:00:00+08:00,24000\n";
    const auto rated = rate_texts(content(folder + "tariff.json"), readings);
    ASSERT_TRUE(rated) << rated.error().detail;
    const std::string text = statement_json(rated->schedule, rated->statement);
    EXPECT_EQ(text.find(R"({"rate":"deep_valley","step":0,"quantity":6000,)") != std::string::npos,
              row.deep)
        << text;
  }
}

TEST(RateExamples, TheBillForPeopleListsEveryPart) {
  const std::string folder = std::string(PAYMETER_SOURCE_DIR) + "/examples/tariffs/e8-panyu-water/";
  const auto rated = rate_texts(content(folder + "tariff.json"), content(folder + "readings.csv"));
  const std::string text = statement_text(rated->schedule, rated->statement);
  for (const char* part : {"账期 Bill 2026-03", "98.04", "53.24", "合计 Total", "151.28", "m³",
                           "阶梯 step 2", "6.000", "5.25000000 = 31.5"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

}  // namespace paymeter::adapter::rate_format

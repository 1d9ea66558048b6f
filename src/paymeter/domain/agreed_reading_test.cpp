// Agreed readings survive being written down, and nothing else passes for one.
#include "paymeter/domain/agreed_reading.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {
namespace {

TEST(AgreedReading, IsReadAsItWasWritten) {
  const AgreedReading reading{UtcMs{1'795'331'692'123}, 12'345'678};
  const std::string text = format_agreed_reading(reading);
  EXPECT_EQ(text.substr(0, 15), "12345678 Wh at ");
  EXPECT_EQ(parse_agreed_reading(text), reading);
}

TEST(AgreedReading, NothingElsePassesForOne) {
  struct Row {
    const char* reason;
    const char* text;
  };
  for (const Row& row :
       {Row{"empty", ""}, Row{"a bank's reference", "ICBC 2026-11-22 4711"},
        Row{"no number", "x Wh at 2026-11-22T06:05:00Z"},
        Row{"a fraction", "1.5 Wh at 2026-11-22T06:05:00Z"},
        Row{"below 0", "-1 Wh at 2026-11-22T06:05:00Z"},
        Row{"beyond what bills take", "1000000000000000001 Wh at 2026-11-22T06:05:00Z"},
        Row{"no time", "1 Wh at noon"}, Row{"another unit", "1 kWh at 2026-11-22T06:05:00Z"}})
    EXPECT_FALSE(parse_agreed_reading(row.text)) << row.reason;
}

}  // namespace
}  // namespace paymeter::domain

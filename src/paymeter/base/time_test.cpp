// Instants as text and as civil time.
#include "paymeter/base/time.hpp"

#include <gtest/gtest.h>

namespace paymeter {

TEST(Time, FormatsAndParsesTheSameInstant) {
  const UtcMs at{1'795'331'692'123};
  EXPECT_EQ(parse_rfc3339(format_rfc3339(at)), at);
  EXPECT_EQ(parse_rfc3339("2026-11-22T15:14:52+08:00"), parse_rfc3339("2026-11-22T07:14:52Z"));
  EXPECT_EQ(format_rfc3339(UtcMs{-1}), "1969-12-31T23:59:59.999Z");
}

TEST(Time, RefusesWhatIsNotATime) {
  for (const char* text :
       {"", "2026-11-22", "2026-11-22T07:14:52", "2026-02-29T00:00:00Z", "2026-11-22T24:00:00Z",
        "2026-11-22T07:14:52Zx", "2026-11-22T07:14:52+8:00"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Time, CivilTimeKnowsTheWeekday) {
  const CivilTime c = civil_time(*parse_rfc3339("2026-11-22T17:30:00Z"), minutes(480));
  EXPECT_EQ(c, (CivilTime{2026, 11, 23, 1, 30, 0, 1}));  // Monday in Shanghai, still Sunday in UTC
  EXPECT_EQ(utc_from_civil(c, minutes(480)), *parse_rfc3339("2026-11-22T17:30:00Z"));
}

}  // namespace paymeter

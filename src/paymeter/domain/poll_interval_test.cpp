// Poll intervals: the most particular setting wins, and nonsense is refused.
#include "paymeter/domain/poll_interval.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace paymeter::domain {
namespace {

PollIntervalSetting setting(std::optional<BusId> bus, std::optional<MeterId> meter,
                            std::optional<Millis> status, std::optional<Millis> full = {}) {
  PollIntervalSetting out;
  out.property = PropertyId{1};
  out.bus = bus;
  out.meter = meter;
  out.status = status;
  out.full = full;
  return out;
}

class PollIntervalsOf : public ::testing::Test {
 protected:
  PollIntervalsOf() {
    bus.id = BusId{2};
    bus.poll_interval = seconds(15);
    bus.full_interval = minutes(30);
    meter.id = MeterId{3};
    meter.property = PropertyId{1};
    meter.bus = bus.id;
  }
  PollIntervals of(const std::vector<PollIntervalSetting>& settings) {
    return poll_intervals_of(settings, meter, bus);
  }
  Bus bus;
  Meter meter;
};

TEST_F(PollIntervalsOf, TheMostParticularWinsPartByPart) {
  EXPECT_EQ(of({}), (PollIntervals{seconds(15), minutes(30)})) << "as imported";
  const auto property = setting({}, {}, seconds(60), minutes(60));
  const auto bus_wide = setting(bus.id, {}, seconds(20));
  const auto own = setting({}, meter.id, {}, minutes(5));
  EXPECT_EQ(of({property}), (PollIntervals{seconds(60), minutes(60), IntervalScope::property,
                                           IntervalScope::property}));
  const PollIntervals all{seconds(20), minutes(5), IntervalScope::bus, IntervalScope::meter};
  EXPECT_EQ(of({property, bus_wide, own}), all);
  EXPECT_EQ(of({own, bus_wide, property}), all) << "whatever their order";
}

TEST_F(PollIntervalsOf, WhatIsForOthersOrOverIsPassedOver) {
  auto ended = setting({}, meter.id, seconds(2));
  ended.ended_at = UtcMs{1};
  auto other_property = setting({}, {}, seconds(2));
  other_property.property = PropertyId{9};
  EXPECT_EQ(of({setting({}, MeterId{4}, seconds(2)), setting(BusId{5}, {}, seconds(2)), ended,
                other_property}),
            (PollIntervals{seconds(15), minutes(30)}));
}

TEST(PollIntervalSetting, WhatIsRefused) {
  struct Row {
    const char* reason;
    PollIntervalSetting setting;
    bool is_ok;
  };
  const Row rows[] = {
      {"both empty: as without it", setting({}, {}, {}), true},
      {"the least", setting({}, {}, kStatusIntervalMin, kFullIntervalMin), true},
      {"the most", setting({}, {}, kPollIntervalMax, kPollIntervalMax), true},
      {"equal is not more often", setting({}, {}, seconds(60), seconds(60)), true},
      {"a line is not a processor", setting({}, {}, seconds(1)), false},
      {"never", setting({}, {}, Millis{}), false},
      {"backwards", setting({}, {}, seconds(-60)), false},
      {"half a second", setting({}, {}, Millis{2'500}), false},
      {"beyond a day", setting({}, {}, kPollIntervalMax + seconds(1)), false},
      {"full sets cost five requests", setting({}, {}, {}, seconds(9)), false},
      {"full sets beyond a day", setting({}, {}, {}, kPollIntervalMax + seconds(1)), false},
      {"full sets more often than statuses", setting({}, {}, seconds(60), seconds(30)), false},
      {"a bus and a meter", setting(BusId{1}, MeterId{1}, seconds(60)), false},
  };
  for (const Row& row : rows)
    EXPECT_EQ(check_poll_interval(row.setting).has_value(), row.is_ok) << row.reason;
}

TEST(PollIntervalSetting, ScopesKeepTheirNames) {
  for (const char* name : {"workbook", "property", "bus", "meter"})
    EXPECT_EQ(interval_scope_name(interval_scope_from_name(name).value()), name);
  EXPECT_FALSE(interval_scope_from_name("site"));
  EXPECT_EQ(scope_of(setting({}, {}, {})), IntervalScope::property);
  EXPECT_EQ(scope_of(setting(BusId{1}, {}, {})), IntervalScope::bus);
  EXPECT_EQ(scope_of(setting({}, MeterId{1}, {})), IntervalScope::meter);
}

}  // namespace
}  // namespace paymeter::domain

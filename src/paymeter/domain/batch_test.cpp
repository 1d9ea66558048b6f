// Batches: who is meant, who is left out and why, and how evenly they go out.
#include "paymeter/domain/batch.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {
namespace {

/// An ordinary meter with everything a model can have, and an open account.
struct Case {
  Case() {
    meter.id = MeterId{7};
    meter.room = RoomId{3};
    meter.tariff = TariffId{5};
    room = {RoomId{3}, PropertyId{1}, BuildingId{2}, 4, "401", ""};
    account.id = AccountId{9};
    account.state = AccountState::open;
    facts.meter = &meter;
    facts.room = &room;
    facts.account = &account;
    facts.state = TileState::opened;
    facts.has_relay = facts.has_clock = facts.has_time_tables = true;
  }
  Case(const Case&) = delete;
  Meter meter;
  Room room;
  Account account;
  BatchFacts facts;
};

TEST(Batch, EverythingGivenMustFit) {
  Case c;
  struct Row {
    const char* reason;
    void (*give)(MeterSelection&);
    bool expect;
  };
  using S = MeterSelection;
  const Row rows[] = {
      {"nothing given: all", [](S&) {}, true},
      {"its building", [](S& s) { s.building = BuildingId{2}; }, true},
      {"another building", [](S& s) { s.building = BuildingId{1}; }, false},
      {"its floor", [](S& s) { s.building = BuildingId{2}, s.floor = 4; }, true},
      {"another floor", [](S& s) { s.building = BuildingId{2}, s.floor = 5; }, false},
      {"its room", [](S& s) { s.room = RoomId{3}; }, true},
      {"another room", [](S& s) { s.room = RoomId{4}; }, false},
      {"its account", [](S& s) { s.account = AccountId{9}; }, true},
      {"another account", [](S& s) { s.account = AccountId{8}; }, false},
      {"its tariff", [](S& s) { s.tariff = TariffId{5}; }, true},
      {"another tariff", [](S& s) { s.tariff = TariffId{6}; }, false},
      {"one of the states", [](S& s) { s.states = {TileState::alarm1, TileState::opened}; }, true},
      {"none of the states", [](S& s) { s.states = {TileState::arrears}; }, false},
      {"on the list", [](S& s) { s.meters = {MeterId{1}, MeterId{7}}; }, true},
      {"not on the list", [](S& s) { s.meters = {MeterId{1}}; }, false},
      {"on the list but elsewhere",
       [](S& s) { s.building = BuildingId{1}, s.meters = {MeterId{7}}; }, false},
  };
  for (const Row& row : rows) {
    MeterSelection selection;
    row.give(selection);
    EXPECT_EQ(selects(selection, c.facts), row.expect) << row.reason;
  }
  c.facts.room = nullptr;
  c.meter.room.reset();
  MeterSelection building;
  building.building = BuildingId{2};
  EXPECT_FALSE(selects(building, c.facts)) << "a main meter is in no building";
  EXPECT_TRUE(selects({}, c.facts));
}

TEST(Batch, WhoIsLeftOutIsSaidWhy) {
  struct Row {
    const char* reason;
    CommandKind kind;
    void (*change)(Case&);
    std::optional<Errc> expect;
  };
  using K = CommandKind;
  const Row rows[] = {
      {"nothing in the way", K::trip, [](Case&) {}, std::nullopt},
      {"protected: no trip", K::trip, [](Case& c) { c.meter.is_protected = true; },
       Errc::supply_protected},
      {"protected: force on helps", K::force_on, [](Case& c) { c.meter.is_protected = true; },
       std::nullopt},
      {"no relay", K::release, [](Case& c) { c.facts.has_relay = false; }, Errc::meter_unsupported},
      {"no relay, but prices", K::write_prices, [](Case& c) { c.facts.has_relay = false; },
       std::nullopt},
      {"no bus", K::trip, [](Case& c) { c.facts.collected = false; }, Errc::meter_not_collected},
      {"closing or changed", K::trip, [](Case& c) { c.facts.settling = true; },
       Errc::meter_settling},
      {"lost", K::trip, [](Case& c) { c.facts.lost = true; }, Errc::meter_lost},
      {"protected before lost", K::trip,
       [](Case& c) { c.facts.lost = c.meter.is_protected = true; }, Errc::supply_protected},
      {"settings need an open account", K::write_settings,
       [](Case& c) { c.facts.account = nullptr; }, Errc::account_not_open},
      {"an account that is opening gets its own", K::write_prices,
       [](Case& c) { c.account.state = AccountState::opening; }, Errc::account_not_open},
      {"a switch needs none", K::force_on, [](Case& c) { c.facts.account = nullptr; },
       std::nullopt},
      {"the platform holds the money", K::write_prices,
       [](Case& c) { c.meter.wallet = Wallet::platform; }, Errc::meter_unsupported},
      {"no tariff", K::write_prices, [](Case& c) { c.meter.tariff.reset(); },
       Errc::meter_unsupported},
      {"no clock", K::set_clock, [](Case& c) { c.facts.has_clock = false; },
       Errc::meter_unsupported},
      {"no tables", K::write_time_tables, [](Case& c) { c.facts.has_time_tables = false; },
       Errc::meter_unsupported},
      {"opening is no batch", K::open_account, [](Case&) {}, Errc::meter_unsupported},
  };
  for (const Row& row : rows) {
    Case c;
    row.change(c);
    BatchOrder order;
    order.kind = row.kind;
    EXPECT_EQ(why_left_out(order, c.facts), row.expect) << row.reason;
  }
  Case c;
  c.facts.lost = true;
  BatchOrder order;
  order.include_lost = true;
  EXPECT_EQ(why_left_out(order, c.facts), std::nullopt);
}

TEST(Batch, BadOrdersAreRefused) {
  struct Row {
    const char* reason;
    void (*spoil)(BatchOrder&);
    Errc expect;
  };
  const Row rows[] = {
      {"an opening", [](BatchOrder& o) { o.kind = CommandKind::open_account; },
       Errc::request_invalid},
      {"no rate", [](BatchOrder& o) { o.rate_per_minute = 0; }, Errc::request_invalid},
      {"above any line", [](BatchOrder& o) { o.bus_rate_per_minute = 60'001; },
       Errc::request_invalid},
      {"a floor of no building", [](BatchOrder& o) { o.selection.floor = 1; },
       Errc::request_invalid},
      {"tables no meter holds",
       [](BatchOrder& o) {
         o.kind = CommandKind::write_time_tables;
         o.tables.days[0] = {{0, 9}};
       },
       Errc::request_invalid},
      {"a trip without a reason", [](BatchOrder& o) { o.reason = " \n"; },
       Errc::supply_reason_missing},
  };
  for (const Row& row : rows) {
    BatchOrder order;
    order.kind = CommandKind::trip;
    order.reason = "夜间检修";
    ASSERT_TRUE(check_batch_order(order));
    row.spoil(order);
    const auto checked = check_batch_order(order);
    ASSERT_FALSE(checked) << row.reason;
    EXPECT_EQ(checked.error().code, row.expect) << row.reason;
  }
}

TEST(Batch, SettingsChangeOnlyWhatIsGiven) {
  const MeterSettings before{Money{5000}, Money{1000}, 6600, Money{0}};
  EXPECT_EQ(SettingsChange{}.applied_to(before), before);
  EXPECT_TRUE(SettingsChange{}.empty());
  SettingsChange change;
  change.overload_w = 0;
  EXPECT_EQ(change.applied_to(before), (MeterSettings{Money{5000}, Money{1000}, 0, Money{0}}));
  EXPECT_TRUE(check_settings(before));
  EXPECT_FALSE(check_settings({Money{1}, Money{2}, 0, Money{}})) << "alarm 2 before alarm 1";
  EXPECT_FALSE(check_settings({Money{1}, Money{-1}, 0, Money{}}));
  EXPECT_FALSE(check_settings({Money{}, Money{}, -1, Money{}}));
  EXPECT_TRUE(check_settings({Money{}, Money{}, 0, Money{}})) << "equal alarms are allowed";
}

TEST(Batch, APaceIsEvenAndAPauseMakesNoBurst) {
  Pace slow(60, MonoMs{0});  // one a second
  int started = 0;
  for (std::int64_t at = 0; at <= 10'000; at += 100)
    if (slow.may(MonoMs{at})) slow.take(), ++started;
  EXPECT_EQ(started, 11) << "one at once, then one a second";
  started = 0;
  while (slow.may(MonoMs{3'600'000})) slow.take(), ++started;
  EXPECT_EQ(started, 1) << "an hour of waiting saves up nothing";
  Pace quick(6'000, MonoMs{0});
  started = 0;
  while (quick.may(MonoMs{10'000})) quick.take(), ++started;
  EXPECT_EQ(started, 100) << "one second's worth";
}

TEST(Batch, TripsOrderedLongAgoAreAskedForAgainAfterARestart) {
  struct Row {
    const char* why;
    CommandKind kind;
    CommandOrigin origin;
    BatchState state;
    Millis age;
    bool asked;
  };
  using enum BatchState;
  constexpr auto kPerson = CommandOrigin::by_operator;
  constexpr Row kRows[] = {
      {"half an hour goes on", CommandKind::trip, kPerson, running, minutes(30), false},
      {"a millisecond more", CommandKind::trip, kPerson, running, minutes(30) + Millis{1}, true},
      {"paused already", CommandKind::trip, kPerson, paused, minutes(600), false},
      {"it closes", CommandKind::release, kPerson, running, minutes(600), false},
      {"保电", CommandKind::force_on, kPerson, running, minutes(600), false},
      {"a plan's own", CommandKind::trip, CommandOrigin::limiting, running, minutes(600), false},
      {"by a clock that is a little ahead", CommandKind::trip, kPerson, running, minutes(-5),
       false},
      {"of tomorrow", CommandKind::trip, kPerson, running, minutes(-1'440), true},
  };
  for (const Row& row : kRows) {
    Batch batch;
    batch.kind = row.kind;
    batch.origin = row.origin;
    batch.state = row.state;
    batch.created_at = UtcMs{1'795'485'600'000};
    EXPECT_EQ(must_be_asked_again(batch, batch.created_at + row.age), row.asked) << row.why;
  }
}

}  // namespace
}  // namespace paymeter::domain

// Conformance: compaction of readings on every kind of store. Whatever is compacted, when and how
// often, who reads sees the same.
#include <sqlite3.h>

#include "paymeter/store/reading_values.hpp"
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(ReadingStoreTest);

namespace {

using domain::Reading;
using Readings = std::vector<Reading>;

constexpr std::int64_t kDay = 20'779;  // 2026-11-22
constexpr Millis kZone = minutes(480);
constexpr UtcMs kMidnight{kDay * 86'400'000 - kZone.value};
constexpr Millis kFullDay = minutes(1'440);

Reading reading_of(MeterId meter, UtcMs at, std::int64_t salt) {
  Reading r;
  r.meter = meter;
  r.at = at;
  r.energy_wh = 1'000'000 + salt * 10;
  r.rate_energy_wh = {salt, std::nullopt, 2 * salt, 0, -salt};
  r.power_w = salt % 5 == 0 ? std::nullopt : std::optional<std::int64_t>(500 - 37 * (salt % 30));
  r.voltage_mv = {230'000 + salt % 7 * 100, std::nullopt, 229'900};
  r.line_current_ma = {salt * 10, 0, std::nullopt};
  r.power_factor_e3 = -999 + salt;
  r.frequency_mhz = 50'000 + salt % 3;
  r.balance = domain::Money{200 - salt * 3};
  r.credit_remaining_wh = 77 - salt;
  if (salt % 2 == 0) r.purchase_count = static_cast<std::uint16_t>(65'535 - salt);
  r.relay_open = salt % 4 == 0;
  return r;
}

std::vector<std::pair<std::size_t, std::int64_t>> values_of(const Reading& reading) {
  std::vector<std::pair<std::size_t, std::int64_t>> out;
  each_value(reading, [&](std::size_t slot, std::int64_t value) { out.emplace_back(slot, value); });
  return out;
}

void expect_same(const Readings& got, const Readings& want) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    SCOPED_TRACE("reading " + std::to_string(i));
    EXPECT_EQ(got[i].meter, want[i].meter);
    EXPECT_EQ(got[i].at, want[i].at);
    EXPECT_EQ(values_of(got[i]), values_of(want[i]));
  }
}

/// Appends a day of half-hours of every meter, sweep by sweep.
void append_day(Shop& shop, const std::vector<MeterId>& meters, UtcMs midnight) {
  for (int half_hour = 0; half_hour < 48; ++half_hour) {
    Readings sweep;
    for (const MeterId meter : meters)
      sweep.push_back(reading_of(meter, midnight + minutes(30 * half_hour) + seconds(meter.value),
                                 half_hour + meter.value));
    shop.must(shop.store().append(sweep));
  }
}

PropertyId property_of(Shop& shop) { return shop.must(shop.store().load_site()).properties[0].id; }

/// Compacts a whole day. Returns how many rows were written.
std::int64_t compact_day(Shop& shop, UtcMs midnight) {
  port::Compaction step;
  step.property = property_of(shop);
  step.day = (midnight + kZone).value / 86'400'000;
  step.from = midnight;
  step.to = midnight + kFullDay;
  while (!step.finished) step = shop.must(shop.store().compact(step));
  return step.meter_days;
}

std::vector<MeterId> meters_of(Shop& shop, int count) {
  std::vector<MeterId> out;
  for (int i = 1; i <= count; ++i) out.push_back(shop.meter(i));
  return out;
}

Readings whole_series(Shop& shop, MeterId meter) {
  return shop.must(
      shop.store().series(meter, kMidnight - kFullDay * 3, kMidnight + kFullDay * 4, 100'000));
}

}  // namespace

TEST_P(ReadingStoreTest, CompactedReadingsComeBackAsTheyWere) {
  shop_.build(3);
  const auto meters = meters_of(shop_, 3);
  append_day(shop_, meters, kMidnight);
  std::vector<Readings> before;
  for (const MeterId meter : meters) before.push_back(whole_series(shop_, meter));
  const Readings latest = shop_.must(store().latest());
  ASSERT_EQ(before[0].size(), 48U);

  EXPECT_EQ(compact_day(shop_, kMidnight), 3);
  EXPECT_FALSE(shop_.must(store().fresh_span(property_of(shop_))));
  reopen();
  for (std::size_t i = 0; i < meters.size(); ++i)
    expect_same(whole_series(shop_, meters[i]), before[i]);
  expect_same(shop_.must(store().latest()), latest);
}

TEST_P(ReadingStoreTest, CompactingTwiceChangesNothing) {
  shop_.build(2);
  const auto meters = meters_of(shop_, 2);
  append_day(shop_, meters, kMidnight);
  const Readings before = whole_series(shop_, meters[1]);
  compact_day(shop_, kMidnight);
  EXPECT_EQ(compact_day(shop_, kMidnight), 0);
  append_day(shop_, meters, kMidnight);  // a gateway that sends its whole day again
  EXPECT_EQ(compact_day(shop_, kMidnight), 0);
  expect_same(whole_series(shop_, meters[1]), before);
}

TEST_P(ReadingStoreTest, OnlyTheDayAskedForIsCompacted) {
  shop_.build(1);
  const MeterId meter = shop_.meter(1);
  append_day(shop_, {meter}, kMidnight);
  append_day(shop_, {meter}, kMidnight + kFullDay);
  const Readings before = whole_series(shop_, meter);
  EXPECT_EQ(compact_day(shop_, kMidnight), 1);
  const auto fresh = shop_.must(store().fresh_span(property_of(shop_)));
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->from, kMidnight + kFullDay + seconds(meter.value));
  expect_same(whole_series(shop_, meter), before);
  EXPECT_EQ(shop_.must(store().latest())[0].at, before.back().at);
}

TEST_P(ReadingStoreTest, LateReadingsJoinTheirDay) {
  shop_.build(1);
  const MeterId meter = shop_.meter(1);
  append_day(shop_, {meter}, kMidnight);
  Readings want = whole_series(shop_, meter);
  compact_day(shop_, kMidnight);
  const Reading early = reading_of(meter, kMidnight, 500);
  const Reading between = reading_of(meter, kMidnight + minutes(45), 501);
  Reading repeated = want[10];
  repeated.energy_wh = 1;
  shop_.must(store().append({early, between, repeated}));
  want.insert(want.begin(), early);
  want.insert(want.begin() + 3, between);
  expect_same(whole_series(shop_, meter), want);  // seen before they are compacted
  EXPECT_EQ(compact_day(shop_, kMidnight), 1);
  expect_same(whole_series(shop_, meter), want);
  const auto totals = shop_.must(store().day_totals({property_of(shop_), meter, kDay, kDay + 1}));
  ASSERT_EQ(totals.size(), 1U);
  EXPECT_EQ(totals[0].readings, 50);
  EXPECT_EQ(totals[0].first_at, kMidnight);
}

TEST_P(ReadingStoreTest, SeriesIsLimitedAcrossBothForms) {
  shop_.build(1);
  const MeterId meter = shop_.meter(1);
  append_day(shop_, {meter}, kMidnight);
  append_day(shop_, {meter}, kMidnight + kFullDay);
  const Readings all = whole_series(shop_, meter);
  compact_day(shop_, kMidnight);
  const Reading late = reading_of(meter, kMidnight + minutes(2), 9);
  shop_.must(store().append({late}));
  for (const int limit : {0, 1, 2, 3, 48, 49, 50, 97, 200}) {
    SCOPED_TRACE(limit);
    Readings want = all;
    want.insert(want.begin() + 1, late);
    want.resize(std::min(want.size(), static_cast<std::size_t>(limit)));
    expect_same(shop_.must(store().series(meter, kMidnight, kMidnight + kFullDay * 2, limit)),
                want);
  }
  EXPECT_EQ(shop_.must(store().series(meter, all[5].at, all[60].at, 1'000)).size(), 55U);
}

TEST_P(ReadingStoreTest, DayTotalsAreRows) {
  shop_.build(2);
  const auto meters = meters_of(shop_, 2);
  Readings readings;
  const struct {
    int minute;
    std::optional<std::int64_t> energy, power, balance;
  } rows[] = {{0, 1'000, 50, 900},
              {60, 1'500, -20, 800},
              {120, {}, 700, {}},
              {180, 200, {}, 950},
              {240, 260, 10, 940}};
  for (const auto& row : rows) {
    Reading& r = readings.emplace_back();
    r.meter = meters[0];
    r.at = kMidnight + minutes(row.minute);
    r.energy_wh = row.energy;
    r.rate_energy_wh[3] = row.energy;
    r.power_w = row.power;
    if (row.balance) r.balance = domain::Money{*row.balance};
  }
  shop_.must(store().append(readings));
  append_day(shop_, {meters[1]}, kMidnight);
  compact_day(shop_, kMidnight);
  const auto totals = shop_.must(store().day_totals({property_of(shop_), {}, kDay, kDay + 1}));
  ASSERT_EQ(totals.size(), 2U);
  const port::DayTotals& t = totals[0];
  EXPECT_EQ(t.meter, meters[0]);
  EXPECT_EQ(t.day, kDay);
  EXPECT_EQ(t.readings, 5);
  EXPECT_EQ(t.first_at, kMidnight);
  EXPECT_EQ(t.last_at, kMidnight + minutes(240));
  EXPECT_EQ(t.energy, (port::DayEnds{1'000, 260}));
  EXPECT_EQ(t.rates[3], (port::DayEnds{1'000, 260}));
  EXPECT_EQ(t.rates[0], port::DayEnds{});
  EXPECT_EQ(t.energy_rise, 560);
  EXPECT_EQ(t.energy_falls, 1);
  EXPECT_EQ(t.power_min, -20);
  EXPECT_EQ(t.power_max, 700);
  EXPECT_EQ(t.balance, (port::DayEnds{900, 940}));
  EXPECT_TRUE(shop_.must(store().day_totals({property_of(shop_), {}, kDay + 1, kDay + 9})).empty());
  EXPECT_EQ(
      shop_.must(store().day_totals({property_of(shop_), meters[1], kDay - 1, kDay + 1})).size(),
      1U);
}

TEST_P(ReadingStoreTest, RegisterSeriesSeesBothForms) {
  shop_.build(3);
  const auto meters = meters_of(shop_, 3);
  append_day(shop_, meters, kMidnight);
  append_day(shop_, meters, kMidnight + kFullDay);
  compact_day(shop_, kMidnight);
  Reading silent = reading_of(meters[1], kMidnight + minutes(1), 3);
  silent.energy_wh.reset();
  shop_.must(store().append({silent}));
  const UtcMs from = kMidnight + minutes(30), to = kMidnight + kFullDay + minutes(60);
  const auto series =
      shop_.must(store().register_series({meters[0], MeterId{meters[1].value + 1}, from, to}));
  ASSERT_EQ(series.size(), 2U);
  for (const port::RegisterSeries& one : series) {
    std::vector<domain::rating::RegisterReading> want;
    for (const Reading& r : whole_series(shop_, one.meter))
      if (r.energy_wh && r.at >= from && r.at < to) want.push_back({r.at, *r.energy_wh});
    EXPECT_EQ(one.readings, want);
    EXPECT_EQ(one.readings.size(), 49U);
  }
}

TEST_P(ReadingStoreTest, GroupsOfMetersAreTakenOneByOne) {
  shop_.build(3);
  const auto meters = meters_of(shop_, 3);
  // More than one transaction takes: 3 × 40,000 readings.
  for (const MeterId meter : meters) {
    Readings readings;
    for (int i = 0; i < 40'000; ++i) {
      Reading& r = readings.emplace_back();
      r.meter = meter;
      r.at = kMidnight + seconds(2 * i);
      r.energy_wh = i / 7;
    }
    shop_.must(store().append(readings));
  }
  port::Compaction step;
  step.property = property_of(shop_);
  step.day = kDay;
  step.from = kMidnight;
  step.to = kMidnight + kFullDay;
  step = shop_.must(store().compact(step));
  EXPECT_FALSE(step.finished);
  EXPECT_EQ(step.meter_days, 2);
  EXPECT_EQ(step.after, meters[1]);
  // What comes in between waits for the next time, and is not lost.
  shop_.must(store().append({reading_of(meters[0], kMidnight + seconds(1), 1)}));
  while (!step.finished) step = shop_.must(store().compact(step));
  EXPECT_EQ(step.meter_days, 3);
  EXPECT_TRUE(shop_.must(store().fresh_span(step.property)));
  EXPECT_EQ(whole_series(shop_, meters[0]).size(), 40'001U);
  EXPECT_EQ(compact_day(shop_, kMidnight), 1);
  EXPECT_EQ(whole_series(shop_, meters[0]).size(), 40'001U);
  EXPECT_EQ(whole_series(shop_, meters[2]).size(), 40'000U);
}

TEST_P(ReadingStoreTest, ARowThatChangedMeanwhileIsNotOverwritten) {
  shop_.build(1);
  const MeterId meter = shop_.meter(1);
  append_day(shop_, {meter}, kMidnight);
  port::Compaction step;
  step.property = property_of(shop_);
  step.day = kDay;
  step.from = kMidnight;
  step.to = kMidnight + kFullDay;
  // Two stations begin with the same readings; the second one has seen one more.
  const port::Compaction first = shop_.must(store().compact(step));
  shop_.must(store().append({reading_of(meter, kMidnight, 1)}));
  compact_day(shop_, kMidnight);
  port::Compaction rest = first;
  while (!rest.finished) rest = shop_.must(store().compact(rest));
  EXPECT_EQ(whole_series(shop_, meter).size(), 49U);
}

namespace {

struct SimulatedCrash {};

/// A day compacted by a station that dies at commit `position`, starts again, and finishes.
void crash_during_compaction(int position, bool& struck) {
  TempFolder folder;
  int left = INT32_MAX;
  const auto open = [&] {
    auto options = quick_options(folder.file(), ExecutionMode::inline_);
    options.commit_hook = [&left](CommitPoint) {
      if (left-- == 0) throw SimulatedCrash{};
    };
    return std::move(*open_sqlite(options));
  };
  Shop shop(open());
  shop.build(2);
  const auto meters = meters_of(shop, 2);
  append_day(shop, meters, kMidnight);
  const Readings before = whole_series(shop, meters[1]);
  struck = false;
  left = position;
  try {
    compact_day(shop, kMidnight);
  } catch (const SimulatedCrash&) {
    struck = true;
  }
  left = INT32_MAX;
  shop.replace_store(nullptr);
  shop.replace_store(open());
  expect_same(whole_series(shop, meters[1]), before);
  compact_day(shop, kMidnight);
  expect_same(whole_series(shop, meters[1]), before);
  EXPECT_FALSE(shop.must(shop.store().fresh_span(property_of(shop))));
  EXPECT_EQ(shop.must(shop.store().day_totals({property_of(shop), {}, kDay, kDay + 1})).size(), 2U);
}

}  // namespace

TEST(ReadingCrash, AtEveryCommitOfACompaction) {
  int position = 0;
  for (bool struck = true; struck; ++position) {
    SCOPED_TRACE(position);
    crash_during_compaction(position, struck);
  }
  EXPECT_GE(position, 5);  // rows, then blocks: two commits with two places each, and the quiet run
}

TEST(ReadingAdoption, RowsOfEarlierVersionsAreMoved) {
  TempFolder folder;
  const auto open = [&] {
    return std::move(*open_sqlite(quick_options(folder.file(), ExecutionMode::inline_)));
  };
  Shop shop(open());
  shop.build(1);
  shop.replace_store(nullptr);
  std::string rows;
  for (int i = 0; i < 3; ++i)
    rows += "insert into reading (at, meter_id, property_id, energy_wh, relay_open) values (" +
            std::to_string(kMidnight.value + 2'000'000 * i) + ", 1, 1, " + std::to_string(100 + i) +
            ", 1);";
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(folder.file().c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, rows.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
  shop.replace_store(open());
  const Readings got = whole_series(shop, MeterId{1});
  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[2].energy_wh, 102);
  EXPECT_EQ(got[2].relay_open, true);
  EXPECT_FALSE(got[2].balance);
  EXPECT_TRUE(shop.must(shop.store().fresh_span(PropertyId{1})));
}

}  // namespace paymeter::store::testing

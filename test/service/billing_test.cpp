// Platform wallets end to end over a real store: restarts, crashes, late readings, every kind of
// wallet; charges are never doubled or lost.
#include "billing_desk.hpp"

namespace paymeter::service {
namespace {

using namespace billing_desk;

class BillingTest : public DeskTest {
 protected:
  /// Two versions of the tariff, one meter opened on 1 October.
  static void prepare(Desk& desk) {
    desk.build(2);
    desk.approve(product(90'000'000, 30'000'000), local(9, 1));
    desk.approve(product(80'000'000, 40'000'000), local(10, 16));
    desk.open({1}, local(10, 1));
  }
};

std::vector<RegisterReading> draw_series(std::mt19937& random, int count) {
  std::vector<RegisterReading> out{{local(10, 1, 3), 1'000}};
  std::uniform_int_distribution<std::int64_t> gap(60'000, 2 * 86'400'000), rise(0, 30'000);
  for (int i = 1; i < count; ++i)
    out.push_back({out.back().at + Millis{gap(random)}, out.back().value + rise(random)});
  return out;
}

TEST_F(BillingTest, RandomRestartsAndBatchesGiveTheLedgerOfOnePass) {
  for (unsigned seed = 1; seed <= 15; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TearDown();
    std::mt19937 random(seed);
    const auto series = draw_series(random, 60);
    std::vector<std::string> once;
    Money balance{};
    {
      Desk desk(world, other_);
      prepare(desk);
      desk.read(1, series);
      balance = desk.must(desk.billing->bill(desk.meter(1))).balance;
      once = desk.charges();
      ASSERT_THAT(desk.problems(), ::testing::IsEmpty());
    }
    auto desk = std::make_unique<Desk>(world, path_);
    prepare(*desk);
    std::size_t known = 0;
    while (known < series.size()) {
      const auto more =
          std::uniform_int_distribution<std::size_t>(1, series.size() - known)(random);
      desk->read(1, {series.begin() + static_cast<std::ptrdiff_t>(known),
                     series.begin() + static_cast<std::ptrdiff_t>(known + more)});
      known += more;
      desk->must(desk->billing->bill(desk->meter(1)));
      if (random() % 2 == 0) {
        desk.reset();
        desk = std::make_unique<Desk>(world, path_);
        desk->load();
      }
    }
    EXPECT_EQ(desk->must(desk->billing->bill(desk->meter(1))).balance, balance);
    EXPECT_EQ(desk->charges(), once);
    EXPECT_GT(once.size(), 10U);
    EXPECT_THAT(desk->problems(), ::testing::IsEmpty());
  }
}

TEST_F(BillingTest, ReadingsInAnyOrderEndAtTheSameBalance) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TearDown();
    std::mt19937 random(seed);
    auto series = draw_series(random, 40);
    Money balance{};
    {
      Desk desk(world, other_);
      prepare(desk);
      desk.read(1, series);
      balance = desk.must(desk.billing->bill(desk.meter(1))).balance;
    }
    Desk desk(world, path_);
    prepare(desk);
    desk.read(1, {series.front()});
    // A gateway that was down hands its readings over late, but within the window.
    for (std::size_t i = 1; i + 3 < series.size(); i += 3)
      std::shuffle(series.begin() + static_cast<std::ptrdiff_t>(i),
                   series.begin() + static_cast<std::ptrdiff_t>(i + 3), random);
    for (std::size_t i = 1; i < series.size(); ++i) {
      desk.read(1, {series[i]});
      desk.must(desk.billing->bill(desk.meter(1)));
    }
    EXPECT_EQ(desk.must(desk.billing->settle(desk.meter(1), "settlement", kAnna)).ledger, balance);
    EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
  }
}

TEST_F(BillingTest, ACrashAtAnyCommitDoublesAndLosesNothing) {
  struct Crash {};
  std::mt19937 random(7);
  const auto series = draw_series(random, 12);
  std::vector<std::string> once;
  {
    Desk desk(world, other_);
    prepare(desk);
    desk.read(1, series);
    desk.must(desk.billing->settle(desk.meter(1), "settlement", kAnna));
    once = desk.charges();
  }
  int strikes = 0;
  for (int strike = 1;; ++strike) {
    TearDown();
    {
      Desk desk(world, path_);
      prepare(desk);
      desk.read(1, series);
    }
    int calls = 0;
    bool struck = false;
    try {
      Desk desk(world, path_, [&](store::CommitPoint) {
        if (++calls != strike) return;
        struck = true;
        throw Crash{};
      });
      desk.load();
      desk.must(desk.billing->settle(desk.meter(1), "settlement", kAnna));
    } catch (const Crash&) {
    }
    Desk desk(world, path_);
    desk.load();
    desk.must(desk.billing->settle(desk.meter(1), "settlement", kAnna));
    EXPECT_EQ(desk.charges(), once) << "strike " << strike;
    EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
    if (!struck) break;
    ++strikes;
  }
  EXPECT_GE(strikes, 2) << "before and after the commit";
}

TEST_F(BillingTest, TheBillIsWhatTheExportGivesOffline) {
  Desk desk(world, path_);
  prepare(desk);
  std::mt19937 random(3);
  desk.read(1, draw_series(random, 70));
  const MeterId meter = desk.meter(1);
  desk.must(desk.billing->settle(meter, "settlement", kAnna));
  const auto bills = desk.must(desk.billing->bills(meter, {2026, 10}));
  ASSERT_EQ(bills.size(), 1U);
  SiteKeeper keeper(*desk.store, desk.live, *desk.collector, desk.events);
  Tariffs tariffs({desk.runtime, *desk.store, desk.format, desk.live, keeper});
  const auto exported = desk.must(tariffs.export_bill(meter, {2026, 10}, {}));
  EXPECT_EQ(exported.bill.total, bills[0].bill.total);
  const auto priced = adapter::rate_format::rate_texts(exported.tariff_json, exported.readings_csv);
  ASSERT_TRUE(priced) << error_name(priced.error().code) << " " << priced.error().detail;
  ASSERT_FALSE(priced->statement.bills.empty());
  EXPECT_EQ(priced->statement.bills.front().total, bills[0].bill.total);
  // Lines trace to version, rate and step.
  std::set<std::int64_t> versions;
  std::int64_t quantity = 0;
  for (const auto& part : bills[0].bill.lines[0].parts) {
    versions.insert(part.version);
    quantity += part.quantity;
  }
  EXPECT_EQ(versions.size(), 2U);
  EXPECT_EQ(quantity, bills[0].bill.lines[0].quantity);
  EXPECT_EQ(desk.run(desk.billing->bills(meter, {2026, 9})).error().code, Errc::bill_unknown);
}

TEST_F(BillingTest, LevelsRaiseAlarmsAndNoticesOncePerEpisode) {
  Desk desk(world, path_);
  desk.build(1);
  desk.approve(flat_product(100'000'000), local(9, 1));
  desk.open({1}, local(10, 1));
  const MeterId meter = desk.meter(1);
  desk.vend(1, domain::VendKind::sale, 10'000, local(10, 1));
  struct Row {
    const char* reason;
    std::int64_t register_wh;
    WalletLevel level;
    std::size_t notices;
  };
  int hour = 3;
  desk.read(1, {{local(10, 1, 2), 0}});
  for (const Row& row : {Row{"plenty", 10'000, WalletLevel::enough, 0},
                         Row{"50.00 left", 50'000, WalletLevel::alarm1, 1},
                         Row{"still low", 60'000, WalletLevel::alarm1, 1},
                         Row{"20.00 left", 80'000, WalletLevel::alarm2, 2},
                         Row{"nothing left", 100'000, WalletLevel::alarm2, 2},
                         Row{"10 Wh of debt: one fen", 100'010, WalletLevel::arrears, 3},
                         Row{"overdraft used up", 110'000, WalletLevel::arrears, 3},
                         Row{"one fen beyond", 110'010, WalletLevel::cut_due, 3}}) {
    desk.read(1, {{local(10, 1, hour++), row.register_wh}});
    EXPECT_EQ(desk.must(desk.billing->bill(meter)).supply.level, row.level) << row.reason;
    desk.must(desk.notices->report(meter));
    desk.must(desk.notices->report(meter));
    EXPECT_EQ(desk.must(desk.store->list_notices({})).rows.size(), row.notices) << row.reason;
  }
  const auto queued = desk.must(desk.store->queued_notices(10));
  ASSERT_EQ(queued.size(), 3U);
  EXPECT_EQ(queued[0].recipient, "13800000000");
  EXPECT_EQ(desk.must(desk.notices->send_queued()), 0) << "no sender is configured";
  EXPECT_EQ(desk.live.find(meter)->tile(), domain::TileState::arrears);
  // A sale ends the episodes; the next low balance begins new ones.
  desk.vend(1, domain::VendKind::sale, 20'000, local(10, 1));
  EXPECT_EQ(desk.must(desk.billing->bill(meter)).supply.level, WalletLevel::enough);
  desk.must(desk.notices->report(meter));
  EXPECT_TRUE(desk.must(desk.store->level_episodes(meter)).empty());
  desk.read(1, {{local(10, 3), 260'000}});
  desk.must(desk.billing->bill(meter));
  desk.must(desk.notices->report(meter));
  EXPECT_EQ(desk.must(desk.store->list_notices({})).rows.size(), 4U);
}

TEST_F(BillingTest, NonsenseHoldsBillingAndSaysWhy) {
  Desk desk(world, path_);
  prepare(desk);
  const MeterId meter = desk.meter(1);
  desk.read(1, {{local(10, 1, 3), 5'000}, {local(10, 1, 4), 6'000}});
  const Money before = desk.must(desk.billing->bill(meter)).balance;
  desk.read(1, {{local(10, 1, 5), 0}});
  const auto held = desk.must(desk.billing->bill(meter));
  EXPECT_EQ(held.balance, before);
  ASSERT_TRUE(held.held);
  EXPECT_EQ(held.held->reason, Errc::reading_zero);
  EXPECT_TRUE(desk.alarms->is_active(domain::AlarmKind::billing_held, meter, {}));
  desk.read(1, {{local(10, 1, 6), 7'000}});
  EXPECT_FALSE(desk.must(desk.billing->bill(meter)).held);
  EXPECT_FALSE(desk.alarms->is_active(domain::AlarmKind::billing_held, meter, {}));
}

TEST_F(BillingTest, AReadingTooOldToBeBilledRaisesAnAlarm) {
  Desk desk(world, path_);
  prepare(desk);
  const MeterId meter = desk.meter(1);
  desk.read(1, {{local(10, 1, 3), 1'000}, {local(11, 30), 8'000}, {local(12, 19), 9'000}});
  desk.must(desk.billing->settle(meter, "settlement", kAnna));
  ReadingKeeper keeper({desk.runtime, *desk.store, desk.live});
  desk.must(keeper.compact_closed_days());
  desk.billing->start();
  const auto arrives = [&](UtcMs at, std::int64_t value) {
    desk.until([] { return false; }, minutes(20));
    desk.read(1, {{at, value}});
    desk.events.publish(ReadingsStored{{meter}});
    desk.until([] { return false; }, minutes(1));
    return desk.alarms->is_active(domain::AlarmKind::wallet_difference, meter, {});
  };
  EXPECT_FALSE(arrives(local(12, 10), 8'500)) << "late, and billed at the prices of its time";
  desk.must(keeper.compact_closed_days());
  EXPECT_TRUE(arrives(local(10, 5), 3'000)) << "older than 35 days";
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(BillingTest, ADayWithinALongGapSaysThatItIsEstimated) {
  Desk desk(world, path_);
  prepare(desk);
  std::vector<RegisterReading> hourly;
  std::int64_t wh = 0;
  const auto read_on = [&](UtcMs from, UtcMs to) {
    for (UtcMs at = from; at <= to; at = at + kHour) hourly.push_back({at, wh += 500});
  };
  read_on(local(10, 1, 1), local(10, 2, 10));
  read_on(local(10, 4, 12), local(10, 6, 3));  // 50 hours after the last
  desk.read(1, hourly);
  desk.must(desk.billing->bill(desk.meter(1)));
  port::ChargeFilter filter;
  filter.page.limit = 100;
  std::map<rating::DayNumber, std::string> causes;
  for (const auto& line : desk.must(desk.store->list_charges(filter)).rows)
    causes[line.day] = line.cause;
  const auto day = [](int d) { return rating::day_number_at(local(10, d, 12), kChina); };
  EXPECT_EQ(causes, (std::map<rating::DayNumber, std::string>{
                        {day(1), "day"}, {day(2), "day"}, {day(4), "estimated"}, {day(5), "day"}}));
}

TEST_F(BillingTest, WithoutAPriceInForceBillingWaits) {
  Desk desk(world, path_);
  desk.build(1);
  desk.open({1}, local(10, 1));
  const MeterId meter = desk.meter(1);
  desk.read(1, {{local(10, 1, 3), 5'000}, {local(10, 1, 4), 6'000}});
  EXPECT_EQ(desk.run(desk.billing->bill(meter)).error().code, Errc::tariff_not_in_force);
  EXPECT_TRUE(desk.alarms->is_active(domain::AlarmKind::billing_held, meter, {}));
  desk.approve(flat_product(100'000'000), local(9, 1));
  EXPECT_EQ(desk.must(desk.billing->bill(meter)).balance, Money{-100});
}

TEST_F(BillingTest, ASharedWalletCountsItsMetersTogether) {
  Desk desk(world, path_);
  desk.build(2);
  desk.approve(product(90'000'000, 30'000'000), local(9, 1));
  desk.open({1, 2}, local(10, 1), true);
  std::mt19937 random(11);
  const auto one = draw_series(random, 30), two = draw_series(random, 30);
  const UtcMs end = std::min(one.back().at, two.back().at);
  for (std::size_t i = 0; i < 30; ++i) {
    desk.read(1, {one[i]});
    desk.read(2, {two[i]});
    desk.must(desk.billing->bill(desk.meter(1 + static_cast<int>(i % 2))));
  }
  const auto cut = [&](const std::vector<RegisterReading>& all) {
    std::vector<RegisterReading> out;
    for (const RegisterReading& reading : all) {
      if (reading.at <= end)
        out.push_back(reading);
      else {
        out.push_back({end, rating::reading_at(out.back(), reading, end)});
        break;
      }
    }
    return out;
  };
  const auto done = desk.must(desk.billing->settle(desk.meter(2), "settlement", kAnna));
  const auto versions = desk.must(desk.store->versions_of_meter(desk.meter(1)));
  const auto timeline =
      compile_timeline(desk.format, versions, {}, local(10, 1), local(12, 31)).value();
  const rating::MeterSeries series[] = {{1, cut(one)}, {2, cut(two)}};
  const auto together = rating::price_together(*timeline.eras[0].schedule, series).value();
  // Meters that lag less than three hours are waited for; these two end hours apart.
  const Millis apart = std::max(one.back().at, two.back().at) - end;
  if (apart <= kHour * 3) EXPECT_EQ(done.ledger, -together.total);
  EXPECT_TRUE(done.is_shared);
  EXPECT_EQ(done.unposted, Money{});
  EXPECT_EQ(desk.live.find(desk.meter(1))->wallet->balance, done.balance);
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(BillingTest, AQuantityWalletPostsExactlyWhatWasPaid) {
  Desk desk(world, path_);
  desk.build(1);
  desk.approve(flat_product(65'000'000), local(9, 1));
  desk.open({1}, local(10, 1));
  const MeterId meter = desk.meter(1);
  auto terms = desk.must(desk.store->wallet_terms(meter));
  terms.unit = domain::WalletUnit::quantity;
  desk.must(desk.store->set_wallet_terms(terms));
  desk.read(1, {{local(10, 1, 3), 1'000}});
  desk.vend(1, domain::VendKind::sale, 10'000, local(10, 1, 3));
  EXPECT_EQ(desk.must(desk.billing->bill(meter)).quantity_left, 153'846);
  desk.read(1, {{local(10, 2, 3), 101'000}, {local(10, 3, 3), 101'000}});
  auto standing = desk.must(desk.billing->bill(meter));
  EXPECT_EQ(standing.quantity_left, 53'846);
  EXPECT_EQ(standing.ledger, Money{3'500});
  // What is given back has the price of its lot.
  desk.must(desk.billing->settle(meter, "refund", kAnna));
  desk.vend(1, domain::VendKind::refund, -1'000, local(10, 3, 4));
  standing = desk.must(desk.billing->bill(meter));
  EXPECT_EQ(standing.ledger, Money{2'500});
  EXPECT_EQ(standing.quantity_left, 53'846 - 15'384);
  // All of it, and some on credit, which the next payment pays.
  desk.read(1, {{local(10, 5, 3), 201'000}, {local(10, 6, 3), 201'000}});
  standing = desk.must(desk.billing->bill(meter));
  EXPECT_EQ(standing.ledger, Money{0});
  EXPECT_EQ(standing.quantity_left, 38'462 - 100'000);
  desk.vend(1, domain::VendKind::sale, 6'500, local(10, 6, 4));
  standing = desk.must(desk.billing->settle(meter, "settlement", kAnna));
  EXPECT_EQ(standing.quantity_left, 38'462);
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace paymeter::service

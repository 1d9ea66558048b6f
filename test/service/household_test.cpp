// Households by month in the running billing: steps grow with them from the first of a month on,
// counts go on, nothing that has begun changes, and bills still say their true version.
#include "billing_desk.hpp"
#include "paymeter/service/dated_household.hpp"

namespace paymeter::service {
namespace {

using namespace billing_desk;
using domain::tariff::DatedHousehold;
using domain::tariff::Household;

constexpr rating::Int128 kUnit = 100'000'000;
constexpr std::int64_t kKwh = 1'000;

/// 1.00 for a kWh, 0.05 more above `limit` kWh of each household.
domain::tariff::ProductTariff stepped(std::int64_t limit, rating::Cycle cycle = {}) {
  domain::tariff::ProductTariff out = flat_product(100'000'000);
  out.name = "stepped";
  out.cycle = cycle;
  out.lines.front().steps.push_back({{}, {{kUnit * limit, {5'000'000}}}});
  return out;
}

/// From 1 to `most`.
std::int64_t drawn(std::mt19937& random, std::int64_t most) {
  return std::uniform_int_distribution<std::int64_t>(1, most)(random);
}

class HouseholdTest : public DeskTest {
 protected:
  static DatedHousehold said(rating::Month from, Household household) {
    DatedHousehold out;
    out.from = from;
    out.household = household;
    out.reason = "family moved in";
    return out;
  }
  /// Said a week before the month begins.
  static HouseholdId say(Desk& desk, AccountId account, rating::Month from, Household household,
                         const std::string& key) {
    DatedHousehold one = said(from, household);
    const UtcMs begins = rating::midnight(domain::tariff::first_day(from), kChina);
    one.account = account;
    one.at = begins - Millis{7LL * 86'400'000};
    one.by = kAnna;
    one.idempotency_key = key;
    return desk.must(desk.store->set_household(one, begins)).household.id;
  }
  static std::string total(Desk& desk, rating::Month month) {
    const auto bills = desk.must(desk.billing->bills(desk.meter(1), month));
    return bills.size() == 1 ? format_money(bills.front().bill.total) : "not one bill";
  }
  static void settle(Desk& desk) {
    desk.must(desk.billing->settle(desk.meter(1), "settlement", kAnna));
  }
};

TEST_F(HouseholdTest, StepsGrowFromTheFirstOfTheMonth) {
  // 250 kWh in each month; the month in which the household changes has its own limits.
  struct Row {
    const char* reason;
    domain::tariff::Allowance allowance;
    Household october, november;
    const char *first, *second, *third;
  };
  using domain::tariff::HouseholdRule;
  for (const Row& row :
       {Row{"1 × 100, then 2 × 100", {}, {1, 0}, {2, 0}, "257.50", "252.50", "252.50"},
        Row{"2 × 100, then 1 × 100", {}, {2, 0}, {1, 0}, "252.50", "257.50", "257.50"},
        Row{"3 × 100 hold it all", {}, {1, 0}, {3, 0}, "257.50", "250.00", "250.00"},
        Row{"100, then 100 + 2 × 60 for two households more",
            {HouseholdRule::add, 60 * kUnit, 0, 0, 0},
            {1, 0},
            {3, 0},
            "257.50",
            "251.50",
            "251.50"},
        Row{"a fifth person, then a fifth and a sixth: 30 kWh each",
            {HouseholdRule::multiply, 0, 4, 3, 30 * kUnit},
            {1, 5},
            {1, 6},
            "256.00",
            "254.50",
            "254.50"}}) {
    SCOPED_TRACE(row.reason);
    TearDown();
    Desk desk(world, path_);
    desk.build(1);
    auto product = stepped(100);
    product.allowance = row.allowance;
    desk.approve(product, local(9, 1));
    const auto account = desk.open({1}, local(10, 1), false, said({2026, 10}, row.october));
    desk.read(1, {{local(10, 1), 1'000}, {local(10, 20, 7), 1'000 + 120 * kKwh}});
    desk.must(desk.billing->bill(desk.meter(1)));
    const auto id = say(desk, account.id, {2026, 11}, row.november, "house-001");
    desk.read(1, {{local(11, 1), 1'000 + 250 * kKwh},
                  {local(12, 1), 1'000 + 500 * kKwh},
                  {local(12, 19), 1'000 + 750 * kKwh}});
    settle(desk);
    EXPECT_EQ(total(desk, {2026, 10}), row.first) << "a bill that had begun stays";
    EXPECT_EQ(total(desk, {2026, 11}), row.second);
    EXPECT_EQ(total(desk, {2026, 12}), row.third) << "until somebody says something else";
    const auto versions = desk.must(desk.store->versions_of_meter(desk.meter(1)));
    const auto november = desk.must(desk.billing->bills(desk.meter(1), {2026, 11}));
    for (const auto& part : november.front().bill.lines.front().parts) {
      const auto name = domain::tariff::read_era_name(part.version);
      EXPECT_EQ(name.version, versions.set_up.front().id) << "the true version";
      EXPECT_EQ(name.household, id);
    }
    EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
  }
}

TEST_F(HouseholdTest, AYearlyCountGoesOnAcrossTheChange) {
  // The limit is 300 kWh a year and household, 250 kWh are used in each month.
  struct Row {
    const char* reason;
    Household from_october, from_november;
    const char *october, *november, *december;
  };
  for (const Row& row :
       {Row{"one: 50 kWh below, then all above", {1, 0}, {1, 0}, "250.00", "260.00", "262.50"},
        Row{"1 → 2: 600 are reached 100 kWh into December",
            {1, 0},
            {2, 0},
            "250.00",
            "250.00",
            "257.50"},
        Row{"2 → 1: 300 are reached 50 kWh into November",
            {2, 0},
            {1, 0},
            "250.00",
            "260.00",
            "262.50"}}) {
    SCOPED_TRACE(row.reason);
    TearDown();
    Desk desk(world, path_);
    desk.build(1);
    desk.approve(stepped(300, {rating::CycleKind::year, {1, 1}}), local(9, 1));
    const auto account = desk.open({1}, local(10, 1), false, said({2026, 10}, row.from_october));
    if (row.from_october != row.from_november)
      say(desk, account.id, {2026, 11}, row.from_november, "house-001");
    // The change lies half-way between two readings: 125 kWh of the 250 before it.
    desk.read(1, {{local(10, 1), 0},
                  {local(10, 31), 125 * kKwh},
                  {local(11, 2), 375 * kKwh},
                  {local(12, 1), 500 * kKwh},
                  {local(12, 19), 750 * kKwh}});
    settle(desk);
    EXPECT_EQ(total(desk, {2026, 10}), row.october);
    EXPECT_EQ(total(desk, {2026, 11}), row.november);
    EXPECT_EQ(total(desk, {2026, 12}), row.december);
    EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
  }
}

TEST_F(HouseholdTest, EveryMonthsBillIsWhatItsExportGivesOffline) {
  Desk desk(world, path_);
  desk.build(1);
  desk.approve(stepped(300, {rating::CycleKind::year, {1, 1}}), local(9, 1));
  const auto account = desk.open({1}, local(10, 1), false, said({2026, 10}, {2, 0}));
  say(desk, account.id, {2026, 11}, {1, 0}, "house-001");
  say(desk, account.id, {2026, 12}, {3, 0}, "house-002");
  std::mt19937 random(5);
  std::vector<RegisterReading> series{{local(10, 1), 1'000}};
  while (series.back().at < local(12, 18))
    series.push_back({series.back().at + Millis{drawn(random, 30) * 3'600'000},
                      series.back().value + drawn(random, 20'000)});
  desk.read(1, series);
  settle(desk);
  SiteKeeper keeper(*desk.store, desk.live, *desk.collector, desk.events);
  Tariffs tariffs({desk.runtime, *desk.store, desk.format, desk.live, keeper});
  for (const int month : {10, 11, 12}) {
    const auto exported = desk.must(tariffs.export_bill(desk.meter(1), {2026, month}, {}));
    EXPECT_EQ(format_money(exported.bill.total), total(desk, {2026, month})) << month;
    const auto priced =
        adapter::rate_format::rate_texts(exported.tariff_json, exported.readings_csv);
    ASSERT_TRUE(priced) << error_name(priced.error().code) << " " << priced.error().detail;
    const auto& bills = priced->statement.bills;
    const auto same = std::ranges::find(bills, rating::Month{2026, month}, &rating::Bill::month);
    ASSERT_NE(same, bills.end());
    EXPECT_EQ(format_money(same->total), total(desk, {2026, month})) << month;
  }
  // What the asker says goes before what is stored.
  const auto asked = desk.must(tariffs.export_bill(desk.meter(1), {2026, 11}, Household{40, 0}));
  EXPECT_NE(format_money(asked.bill.total), total(desk, {2026, 11}));
  EXPECT_NE(asked.tariff_json.find(R"("households":40)"), std::string::npos);
  const TariffId tariff = desk.live.site().tariffs.front().id;
  const auto version = [&](Tariffs::HouseholdChoice choice) {
    return desk.must(tariffs.export_version(tariff, 1, {2026, 12}, choice)).tariff_json;
  };
  EXPECT_NE(version({{}, account.id}).find(R"("households":3)"), std::string::npos);
  EXPECT_NE(version({Household{7, 0}, account.id}).find(R"("households":7)"), std::string::npos);
  EXPECT_NE(version({}).find(R"("households":1)"), std::string::npos);
}

TEST_F(HouseholdTest, RestartsAndChangesInAnyOrderGiveTheLedgerOfOnePass) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TearDown();
    std::mt19937 random(seed);
    std::vector<RegisterReading> series{{local(10, 1, 3), 1'000}};
    while (series.back().at < local(12, 15))
      series.push_back({series.back().at + Millis{drawn(random, 2'000) * 60'000},
                        series.back().value + drawn(random, 20'000)});
    const auto prepare = [](Desk& desk) {
      desk.build(1);
      desk.approve(product(90'000'000, 30'000'000), local(9, 1));
      desk.approve(product(80'000'000, 40'000'000), local(11, 16));
      return desk.open({1}, local(10, 1)).id;
    };
    const auto say_all = [&](Desk& desk, AccountId account, UtcMs to) {
      struct Word {
        rating::Month from;
        Household household;
        UtcMs until;
      };
      int number = 0;
      for (const Word& word :
           {Word{{2026, 11}, {2, 0}, local(10, 31)}, Word{{2026, 12}, {4, 0}, local(11, 2)},
            Word{{2026, 12}, {3, 0}, local(11, 30)}}) {
        ++number;
        if (word.until <= to)
          say(desk, account, word.from, word.household, "house-00" + std::to_string(number));
      }
    };
    std::vector<std::string> once;
    {
      Desk desk(world, other_);
      const AccountId account = prepare(desk);
      say_all(desk, account, local(12, 31));
      desk.read(1, series);
      desk.must(desk.billing->bill(desk.meter(1)));
      once = desk.charges();
      ASSERT_THAT(desk.problems(), ::testing::IsEmpty());
      ASSERT_GT(once.size(), 30U);
    }
    auto desk = std::make_unique<Desk>(world, path_);
    const AccountId account = prepare(*desk);
    for (std::size_t known = 0; known < series.size();) {
      const auto more = std::uniform_int_distribution<std::size_t>(
          1, std::min<std::size_t>(12, series.size() - known))(random);
      // A state of before the first word was said names its versions alone.
      say_all(*desk, account, series[known + more - 1].at + Millis{2LL * 86'400'000});
      desk->read(1, {series.begin() + static_cast<std::ptrdiff_t>(known),
                     series.begin() + static_cast<std::ptrdiff_t>(known + more)});
      known += more;
      desk->must(desk->billing->bill(desk->meter(1)));
      if (random() % 3 == 0) {
        desk.reset();
        desk = std::make_unique<Desk>(world, path_);
        desk->load();
      }
    }
    EXPECT_EQ(desk->charges(), once);
    EXPECT_THAT(desk->problems(), ::testing::IsEmpty());
  }
}

TEST_F(HouseholdTest, AStateOfBeforeTheFirstVersionKeepsItsName) {
  // The version begins in December, dates before are priced by it: a household said for December
  // must not rename what was billed in November.
  Desk desk(world, path_);
  desk.build(1);
  desk.approve(stepped(100), local(12, 15));
  const auto account = desk.open({1}, local(10, 25));
  desk.read(1, {{local(10, 25), 0}, {local(11, 2), 130 * kKwh}, {local(11, 9), 150 * kKwh}});
  desk.read(1, {{local(12, 10), 160 * kKwh}});
  desk.must(desk.billing->bill(desk.meter(1)));
  say(desk, account.id, {2026, 12}, {2, 0}, "house-001");
  desk.read(1, {{local(12, 17), 500 * kKwh}});
  settle(desk);
  EXPECT_FALSE(desk.alarms->is_active(domain::AlarmKind::billing_held, desk.meter(1), {}));
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(HouseholdTest, ASharedWalletHasTheAccountsHousehold) {
  Desk desk(world, path_);
  desk.build(2);
  desk.approve(stepped(100), local(9, 1));
  const auto account = desk.open({1, 2}, local(10, 1), true);
  say(desk, account.id, {2026, 11}, {2, 0}, "house-001");
  for (const int meter : {1, 2})
    desk.read(meter,
              {{local(10, 1), 7}, {local(11, 1), 7 + 125 * kKwh}, {local(12, 1), 7 + 250 * kKwh}});
  settle(desk);
  EXPECT_EQ(total(desk, {2026, 10}), "257.50") << "100 together";
  EXPECT_EQ(total(desk, {2026, 11}), "252.50") << "200 together";
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(HouseholdTest, OnlyMonthsToComeAndWithAReason) {
  struct Row {
    const char* reason;
    UtcMs now;
    HouseholdRequest request;
    std::optional<Errc> refused;
  };
  const UtcMs last_second = local(12, 1) - seconds(1);
  const HouseholdRequest december{"house-001", {1}, {2026, 12}, {2, 5}, "two families", kAnna};
  const auto with = [&](auto change) {
    HouseholdRequest out = december;
    change(out);
    return out;
  };
  for (const Row& row :
       {Row{"a second before the month", last_second, december, {}},
        Row{"at its midnight", local(12, 1), december, Errc::household_month_begun},
        Row{"long ago", local(12, 9), with([](auto& r) { r.from = {2026, 3}; }),
            Errc::household_month_begun},
        Row{"nobody", last_second, with([](auto& r) { r.household.households = 0; }),
            Errc::household_invalid},
        Row{"no such month", last_second, with([](auto& r) { r.from.month = 13; }),
            Errc::household_invalid},
        Row{"no key", last_second, with([](auto& r) { r.idempotency_key = "x"; }),
            Errc::vend_key_invalid},
        Row{"no reason", last_second, with([](auto& r) { r.reason = ""; }),
            Errc::vend_reason_missing},
        Row{"no such account", last_second, with([](auto& r) { r.account = {99}; }),
            Errc::account_unknown}}) {
    TearDown();
    sim::SimWorld then{1, row.now};
    Desk desk(then, path_);
    desk.build(1);
    desk.open({1}, local(10, 1));
    const auto set = desk.run(desk.tenancy->set_household(row.request));
    EXPECT_EQ(set ? std::nullopt : std::optional(set.error().code), row.refused) << row.reason;
    if (!set) continue;
    EXPECT_FALSE(set->existed);
    EXPECT_EQ(set->household.by, kAnna);
    EXPECT_EQ(set->household.at, row.now);
    EXPECT_TRUE(desk.must(desk.tenancy->set_household(row.request)).existed);
    EXPECT_EQ(desk.must(desk.store->households({1})).size(), 1U);
  }
}

TEST_F(HouseholdTest, AnOpeningSaysItFromItsMonth) {
  // Midnight in China: still November in UTC.
  sim::SimWorld then{1, local(12, 1)};
  Desk desk(then, path_);
  desk.build(1);
  OpeningRequest request{"open-0001", desk.meter(1), "tenant", "", "", kAnna};
  request.household = Household{0, 3};
  EXPECT_EQ(desk.run(desk.accounts->open(request)).error().code, Errc::household_invalid);
  request.household = Household{2, 3};
  const auto opened = desk.must(desk.accounts->open(request));
  EXPECT_FALSE(opened.existed);
  const auto all = desk.must(desk.store->households(opened.id));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().from, (rating::Month{2026, 12}));
  EXPECT_EQ(all.front().household, (Household{2, 3}));
  EXPECT_TRUE(desk.must(desk.accounts->open(request)).existed) << "within the same millisecond";
}

}  // namespace
}  // namespace paymeter::service

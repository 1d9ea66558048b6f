// Conformance: site plans, on every kind of store.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using Apply = port::SiteStore::Apply;

PAYMETER_STORE_SUITE(SiteStoreTest);

TEST_P(SiteStoreTest, SamePlanAgainChangesNothing) {
  const auto first = shop_.must(store().apply_plan(small_plan(3), Apply::commit, kNow));
  EXPECT_EQ(first.added, 1 + 1 + 3 + 1 + 1 + 1 + 3);
  EXPECT_EQ(first.changed + first.unchanged, 0);
  const auto second = shop_.must(store().apply_plan(small_plan(3), Apply::commit, kNow));
  EXPECT_EQ(second.added + second.changed, 0);
  EXPECT_EQ(second.unchanged, first.added);
}

TEST_P(SiteStoreTest, WhatWasPlannedIsLoaded) {
  auto plan = small_plan(2);
  plan.meters[1].meter.key.fill(0xA5);
  plan.meters[1].meter.wallet = domain::Wallet::platform;
  plan.meters[1].room.clear();
  plan.meters[1].tariff.clear();
  plan.rooms[0].room.floor = -2;
  shop_.must(store().apply_plan(plan, Apply::commit, kNow));
  reopen();
  const auto site = shop_.must(store().load_site());
  ASSERT_EQ(site.meters.size(), 2U);
  EXPECT_EQ(site.meters[0].room, site.rooms[0].id);
  EXPECT_EQ(site.meters[0].tariff, site.tariffs[0].id);
  EXPECT_EQ(site.meters[0].settings, plan.meters[0].meter.settings);
  EXPECT_EQ(site.meters[1].key, plan.meters[1].meter.key);
  EXPECT_EQ(site.meters[1].wallet, domain::Wallet::platform);
  EXPECT_FALSE(site.meters[1].room || site.meters[1].tariff);
  EXPECT_EQ(site.rooms[0].floor, -2);
  EXPECT_EQ(site.tariffs[0].prices, plan.tariffs[0].prices);
  EXPECT_TRUE(site.properties[0].is_test_site);
}

TEST_P(SiteStoreTest, RehearsalReportsAndLeavesNothing) {
  const auto rehearsed = shop_.must(store().apply_plan(small_plan(2), Apply::dry_run, kNow));
  EXPECT_GT(rehearsed.added, 0);
  EXPECT_TRUE(shop_.must(store().load_site()).properties.empty());
}

TEST_P(SiteStoreTest, PlanMayNameWhatOnlyTheDatabaseHas) {
  shop_.build(1);
  auto plan = small_plan(2);
  plan.property.reset();
  plan.buildings.clear();
  plan.gateways.clear();
  plan.buses.clear();
  plan.tariffs.clear();
  plan.rooms.erase(plan.rooms.begin());
  plan.meters.erase(plan.meters.begin());
  const auto result = shop_.must(store().apply_plan(plan, Apply::commit, kNow));
  EXPECT_EQ(result.added, 2);
}

TEST_P(SiteStoreTest, RefusesWhatDoesNotFitTogether) {
  shop_.build(2);
  struct Row {
    const char* reason;
    void (*spoil)(domain::SitePlan&);
    Errc code;
  };
  const Row rows[] = {
      {"meter twice", [](auto& p) { p.meters[1].meter.code = "M1"; }, Errc::import_duplicate},
      {"address twice", [](auto& p) { p.meters[1].meter.unit = 1; }, Errc::import_duplicate},
      {"room twice", [](auto& p) { p.rooms[1] = p.rooms[0]; }, Errc::import_duplicate},
      {"address of a meter outside the plan",
       [](auto& p) {
         p.meters.erase(p.meters.begin());
         p.meters[0].meter.unit = 1;
       },
       Errc::import_duplicate},
      {"no such bus", [](auto& p) { p.meters[0].bus = "B9"; }, Errc::import_reference_unknown},
      {"no such room", [](auto& p) { p.meters[0].room = "9"; }, Errc::import_reference_unknown},
      {"no such tariff", [](auto& p) { p.meters[0].tariff = "x"; }, Errc::import_reference_unknown},
      {"no such gateway", [](auto& p) { p.buses[0].gateway = "x"; },
       Errc::import_reference_unknown},
  };
  for (const Row& row : rows) {
    auto plan = small_plan(2);
    row.spoil(plan);
    plan.buildings.push_back({{}, {}, "must not stay"});
    const auto answer = shop_.ask(store().apply_plan(plan, Apply::commit, kNow));
    ASSERT_FALSE(answer) << row.reason;
    EXPECT_EQ(answer.error().code, row.code) << row.reason;
    EXPECT_EQ(shop_.must(store().load_site()).buildings.size(), 1U) << row.reason;
  }
}

TEST_P(SiteStoreTest, MetersMaySwapAddresses) {
  shop_.build(3);
  auto plan = small_plan(3);
  plan.meters[0].meter.unit = 2;
  plan.meters[1].meter.unit = 3;
  plan.meters[2].meter.unit = 1;
  EXPECT_EQ(shop_.must(store().apply_plan(plan, Apply::commit, kNow)).changed, 3);
  const auto site = shop_.must(store().load_site());
  EXPECT_EQ(site.meters[0].unit, 2);
  EXPECT_EQ(site.meters[2].unit, 1);
}

TEST_P(SiteStoreTest, MeterWithAnAccountKeepsWhatSellingRestsOn) {
  shop_.build(2);
  shop_.open_account(shop_.meter(1));
  struct Row {
    const char* reason;
    void (*change)(domain::Meter&);
    bool allowed;
  };
  const Row rows[] = {
      {"model", [](auto& m) { m.model = "other"; }, false},
      {"bus address", [](auto& m) { m.unit = 99; }, false},
      {"wallet", [](auto& m) { m.wallet = domain::Wallet::platform; }, false},
      {"serial", [](auto& m) { m.serial = "S2"; }, false},
      {"settings may change", [](auto& m) { m.settings.alarm1 = {1}; }, true},
      {"key may change", [](auto& m) { m.key.fill(1); }, true},
      {"protection may change", [](auto& m) { m.is_protected = true; }, true},
  };
  for (const Row& row : rows) {
    auto plan = small_plan(2);
    row.change(plan.meters[0].meter);
    const auto answer = shop_.ask(store().apply_plan(plan, Apply::dry_run, kNow));
    EXPECT_EQ(answer.has_value(), row.allowed) << row.reason;
    if (!answer) {
      EXPECT_EQ(answer.error().code, Errc::import_change_forbidden) << row.reason;
      EXPECT_NE(answer.error().detail.find("M1"), std::string::npos) << row.reason;
    }
    plan = small_plan(2);
    row.change(plan.meters[1].meter);
    EXPECT_TRUE(shop_.ask(store().apply_plan(plan, Apply::dry_run, kNow)))
        << row.reason << " without an account";
  }
}

TEST_P(SiteStoreTest, APlatformWalletKeepsWhatItsBillsRestOn) {
  const auto platform_plan = [] {
    auto plan = small_plan(3);
    plan.tariffs.push_back({});
    plan.tariffs.back().name = "other";
    for (auto& row : plan.meters) row.meter.wallet = domain::Wallet::platform;
    plan.meters[2].tariff.clear();
    return plan;
  };
  shop_.must(store().apply_plan(platform_plan(), Apply::commit, kNow));
  shop_.open_account(shop_.meter(1));
  shop_.open_account(shop_.meter(3));
  struct Row {
    const char* reason;
    void (*change)(domain::SitePlan::MeterRow&);
    const char* refused;  ///< null: allowed
  };
  const Row rows[] = {
      {"tariff", [](auto& r) { r.tariff = "other"; }, "meter M1: tariff; "},
      {"no tariff any more", [](auto& r) { r.tariff.clear(); }, "meter M1: tariff; "},
      {"CT ratio", [](auto& r) { r.meter.ct_ratio = 40; }, "meter M1: ct_ratio; "},
      {"utility", [](auto& r) { r.meter.utility = domain::Utility::water; }, "meter M1: utility; "},
      {"alarm levels may change", [](auto& r) { r.meter.settings.alarm1 = {1}; }, nullptr},
  };
  for (const Row& row : rows) {
    auto plan = platform_plan();
    row.change(plan.meters[0]);
    const auto answer = shop_.ask(store().apply_plan(plan, Apply::dry_run, kNow));
    ASSERT_EQ(answer.has_value(), row.refused == nullptr) << row.reason;
    if (!answer) {
      EXPECT_EQ(answer.error().code, Errc::import_change_forbidden) << row.reason;
      EXPECT_TRUE(answer.error().detail.starts_with(row.refused)) << answer.error().detail;
    }
    plan = platform_plan();
    row.change(plan.meters[1]);
    EXPECT_TRUE(shop_.ask(store().apply_plan(plan, Apply::dry_run, kNow)))
        << row.reason << " without an account";
  }
  auto plan = platform_plan();
  plan.meters[2].tariff = "shops";
  EXPECT_TRUE(shop_.ask(store().apply_plan(plan, Apply::dry_run, kNow)))
      << "nothing was billed without a tariff: the first may be said";
  port::TariffProfile own;
  own.property = shop_.must(store().load_site()).properties[0].id;
  own.name = "M3 alone";
  own.own_meter = shop_.meter(3);
  shop_.must(store().add_tariff(own));
  EXPECT_FALSE(shop_.ask(store().apply_plan(plan, Apply::dry_run, kNow)))
      << "billed by its own tariff, perhaps";
}

TEST_P(SiteStoreTest, ChangedTariffAndOpeningCount) {
  shop_.build(1);
  auto plan = small_plan(1);
  plan.tariffs[0].prices.steps.pop_back();
  plan.meters[0].opening->energy_wh = 5;
  const auto result = shop_.must(store().apply_plan(plan, Apply::commit, kNow));
  EXPECT_EQ(result.changed, 2);
  EXPECT_EQ(shop_.must(store().load_site()).tariffs[0].prices, plan.tariffs[0].prices);
}

}  // namespace paymeter::store::testing

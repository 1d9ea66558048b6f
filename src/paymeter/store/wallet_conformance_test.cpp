// Conformance: notices and platform wallets, on every kind of store.
#include <gmock/gmock.h>

#include "paymeter/domain/rating/bill_text.hpp"
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::Notice;
using domain::NoticeLevel;
using domain::NoticeState;

PAYMETER_STORE_SUITE(NoticeStoreTest);

Notice notice_of(MeterId meter, NoticeLevel level) {
  Notice notice;
  notice.meter = meter;
  notice.level = level;
  notice.recipient = "13800000000";
  notice.text = "balance low";
  notice.balance = domain::Money{-1};
  notice.created_at = kNow;
  return notice;
}

port::LevelReport report(MeterId meter, UtcMs at, std::vector<NoticeLevel> present) {
  port::LevelReport out{meter, at, present, {}};
  for (const NoticeLevel level : present) out.notices.push_back(notice_of(meter, level));
  return out;
}

TEST_P(NoticeStoreTest, OncePerLevelAndEpisode) {
  shop_.open_all(2);
  const MeterId m1 = shop_.meter(1);
  struct Row {
    const char* reason;
    std::vector<NoticeLevel> present;
    std::size_t added;
  };
  const auto a1 = NoticeLevel::alarm1, a2 = NoticeLevel::alarm2, arrears = NoticeLevel::arrears;
  UtcMs at = kNow;
  for (const Row& row :
       {Row{"begins", {a1}, 1}, Row{"still there", {a1}, 0}, Row{"the next level", {a1, a2}, 1},
        Row{"back to the first", {a1}, 0}, Row{"the second again, it was left", {a1, a2}, 1},
        Row{"all left", {}, 0}, Row{"straight into arrears", {a1, a2, arrears}, 3},
        Row{"and again the same", {a1, a2, arrears}, 0}}) {
    at = at + minutes(1);
    EXPECT_EQ(shop_.must(store().report_levels(report(m1, at, row.present))).size(), row.added)
        << row.reason;
    reopen();
  }
  EXPECT_EQ(shop_.must(store().list_notices({})).total, 6);
  EXPECT_EQ(shop_.must(store().queued_notices(4)).size(), 4U);
  EXPECT_EQ(shop_.must(store().report_levels(report(shop_.meter(2), at, {a1}))).size(), 1U);
  EXPECT_EQ(shop_.ask(store().report_levels(report(MeterId{99}, at, {a1}))).error().code,
            Errc::meter_unknown);
}

TEST_P(NoticeStoreTest, StepsAreConditional) {
  shop_.open_all(1);
  const auto added =
      shop_.must(store().report_levels(report(shop_.meter(1), kNow, {NoticeLevel::alarm1})));
  ASSERT_EQ(added.size(), 1U);
  port::NoticeStep step{added[0].id, NoticeState::queued, NoticeState::queued, kNow,
                        true,        Errc::store_busy};
  EXPECT_EQ(shop_.must(store().step_notice(step)).trouble, Errc::store_busy);
  step.to = NoticeState::sent;
  step.trouble.reset();
  const Notice sent = shop_.must(store().step_notice(step));
  EXPECT_EQ(sent.attempts, 2);
  EXPECT_EQ(sent.sent_at, kNow);
  EXPECT_FALSE(sent.trouble);
  EXPECT_EQ(shop_.ask(store().step_notice(step)).error().code, Errc::notice_state_conflict);
  step = {added[0].id, NoticeState::sent, NoticeState::delivered, kNow + minutes(1), false, {}};
  shop_.must(store().step_notice(step));
  reopen();
  const Notice found = shop_.must(store().find_notice(added[0].id));
  EXPECT_EQ(found.state, NoticeState::delivered);
  EXPECT_EQ(found.delivered_at, kNow + minutes(1));
  EXPECT_EQ(found.balance, domain::Money{-1});
  EXPECT_EQ(shop_.ask(store().find_notice(NoticeId{99})).error().code, Errc::notice_unknown);
}

TEST_P(NoticeStoreTest, TheCuttingRulesSeeWhatWasDeliveredInThisEpisode) {
  shop_.open_all(1);
  const MeterId meter = shop_.meter(1);
  shop_.must(store().report_levels(report(meter, kNow, {NoticeLevel::arrears})));
  Notice paper = notice_of(meter, NoticeLevel::arrears);
  paper.channel = domain::NoticeChannel::paper;
  paper.state = NoticeState::delivered;
  paper.delivered_at = kNow - minutes(5);
  shop_.must(store().add_notice(paper, "paper-0001"));
  auto episodes = shop_.must(store().level_episodes(meter));
  ASSERT_EQ(episodes.size(), 1U);
  EXPECT_EQ(episodes[0].began_at, kNow);
  EXPECT_FALSE(episodes[0].delivered_at) << "it was handed over before the debt began";
  paper.delivered_at = kNow + minutes(5);
  const Notice second = shop_.must(store().add_notice(paper, "paper-0002"));
  const auto again = shop_.must(store().add_notice(paper, "paper-0002"));
  EXPECT_EQ(again.id, second.id);
  EXPECT_TRUE(again.existed);
  auto other = paper;
  other.level = NoticeLevel::alarm1;
  EXPECT_EQ(shop_.ask(store().add_notice(other, "paper-0002")).error().code,
            Errc::vend_exists_with_different_request)
      << "or the second notice would be told as recorded and be lost";
  EXPECT_EQ(shop_.must(store().level_episodes(meter)),
            (std::vector<port::LevelEpisode>{
                {NoticeLevel::arrears, kNow, second.id, kNow + minutes(5)}}));
  shop_.must(store().report_levels(report(meter, kNow + minutes(9), {})));
  EXPECT_TRUE(shop_.must(store().level_episodes(meter)).empty());
  port::NoticeFilter filter;
  filter.state = NoticeState::delivered;
  filter.text = "m1";
  EXPECT_EQ(shop_.must(store().list_notices(filter)).total, 2);
}

PAYMETER_STORE_SUITE(BillingStoreTest);

/// The meters' wallets are the platform's.
void build_platform(Shop& shop, int meters) {
  auto plan = small_plan(meters);
  for (auto& row : plan.meters) row.meter.wallet = domain::Wallet::platform;
  shop.must(shop.store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
  for (int i = 1; i <= meters; ++i) shop.open_account(shop.meter(i));
}

port::BillingRunStep run_step(const port::BillingInput& input, std::int64_t lines,
                              std::int64_t fees, std::int64_t total) {
  port::BillingRunStep step;
  step.billing = input.billing;
  step.billing.checkpoint = "text";
  step.billing.posted = {kNow, 1'234};
  step.at = kNow;
  port::DayPosting day;
  day.day = 20'000;
  day.from = {kNow - minutes(60), 1'000};
  day.to = {kNow, 1'234};
  day.months.push_back({port::month_number({2026, 11}), {lines}, {fees}, {total}, "bill"});
  step.postings.push_back(day);
  return step;
}

TEST_P(BillingStoreTest, ARunPostsItsChargesOrNothing) {
  build_platform(shop_, 1);
  const MeterId meter = shop_.meter(1);
  shop_.sell(meter, "sale-0001", 10'000);
  auto input = shop_.must(store().billing_input(meter));
  EXPECT_EQ(input.billing.revision, 0);
  EXPECT_EQ(input.wallet, domain::Money{10'000});
  EXPECT_EQ(input.utility, domain::Utility::electricity);
  ASSERT_EQ(input.meters.size(), 1U);
  EXPECT_EQ(input.meters[0].code, "M1");
  auto step = run_step(input, 150, 30, 180);
  step.billing.held = domain::rating::BillingHold{kNow, Errc::reading_backward};
  shop_.must(store().store_billing_run(step));
  EXPECT_EQ(shop_.ask(store().store_billing_run(step)).error().code, Errc::billing_state_conflict);
  reopen();
  input = shop_.must(store().billing_input(meter));
  EXPECT_EQ(input.billing.revision, 1);
  EXPECT_EQ(input.billing.checkpoint, "text");
  EXPECT_EQ(input.billing.held, step.billing.held);
  EXPECT_EQ(input.wallet, domain::Money{10'000 - 180});
  ASSERT_EQ(input.months.size(), 1U);
  EXPECT_EQ(input.months[0].total, domain::Money{180});
  // A second one of the day takes some back.
  shop_.must(store().store_billing_run(run_step(input, -50, 0, 130)));
  const auto charges = shop_.must(store().list_charges({}));
  ASSERT_EQ(charges.rows.size(), 2U);
  EXPECT_EQ(charges.rows[0].document, "charge M1 2024-10-04#2");
  EXPECT_EQ(charges.rows[1].document, "charge M1 2024-10-04#1");
  EXPECT_EQ(charges.rows[1].amount, domain::Money{180});
  const auto bills = shop_.must(store().bills_of_month(meter, port::month_number({2026, 11})));
  ASSERT_EQ(bills.size(), 1U);
  EXPECT_EQ(bills[0].month.total, domain::Money{130});
  EXPECT_TRUE(shop_.must(store().bills_of_month(meter, port::month_number({2026, 10}))).empty());
  EXPECT_THAT(shop_.problems(), ::testing::IsEmpty());
}

TEST_P(BillingStoreTest, TheBooksKnowTheirCharges) {
  build_platform(shop_, 1);
  auto step = run_step(shop_.must(store().billing_input(shop_.meter(1))), 150, 0, 150);
  step.postings[0].months[0].total = {151};
  shop_.must(store().store_billing_run(step));
  const auto problems = shop_.problems();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_NE(problems[0].find("the bill says 151 fen"), std::string::npos) << problems[0];
}

TEST_P(BillingStoreTest, ChargesThatCancelOutAreStoredAndKeepTheBooksWhole) {
  using Months = std::vector<port::MonthCharge>;
  const auto october = port::month_number({2026, 10}), november = port::month_number({2026, 11});
  const auto month = [](port::MonthNumber number, std::int64_t lines, std::int64_t fees,
                        std::int64_t total) {
    return port::MonthCharge{number, {lines}, {fees}, {total}, "bill"};
  };
  build_platform(shop_, 1);
  const MeterId meter = shop_.meter(1);
  struct Row {
    const char* reason;
    Months months;
    std::vector<std::string> charges;  ///< what it adds: document's end, month, fen
  };
  const auto oct = std::to_string(october), nov = std::to_string(november);
  std::size_t known = 0;
  for (const Row& row :
       {Row{"both months",
            {month(october, 240, 30, 270), month(november, 480, 0, 480)},
            {"#1 " + oct + " 270", "#1 " + nov + " 480"}},
        Row{"a late reading moves use from one to the other",
            {month(october, 180, 0, 450), month(november, -180, 0, 300)},
            {"#2 " + oct + " 180", "#3 " + nov + " -180"}},
        Row{"a package: less for use, as much more for its fee",
            {month(november, -300, 300, 300)},
            {"#4 " + nov + " 0"}},
        Row{"both at once",
            {month(october, -30, 30, 450), month(november, 30, -30, 300)},
            {"#5 " + oct + " 0", "#6 " + nov + " 0"}},
        Row{"one month's use is the other's fee",
            {month(october, -40, 0, 410), month(november, 0, 40, 340)},
            {"#7 " + oct + " -40", "#7 " + nov + " 40"}},
        Row{"the bill is written anew, nothing is charged", {month(november, 0, 0, 340)}, {}},
        Row{"and the next one finds its number",
            {month(november, 10, 0, 350)},
            {"#8 " + nov + " 10"}}}) {
    auto step = run_step(shop_.must(store().billing_input(meter)), 0, 0, 0);
    step.postings[0].months = row.months;
    shop_.must(store().store_billing_run(step));
    auto rows = shop_.must(store().list_charges({})).rows;
    std::ranges::reverse(rows);
    std::vector<std::string> added;
    for (; known < rows.size(); ++known)
      added.push_back(rows[known].document.substr(rows[known].document.find('#')) + " " +
                      std::to_string(rows[known].month) + " " +
                      std::to_string(rows[known].amount.fen));
    EXPECT_EQ(added, row.charges) << row.reason;
    EXPECT_THAT(shop_.problems(), ::testing::IsEmpty()) << row.reason;
    reopen();
  }
  EXPECT_EQ(shop_.must(store().billing_input(meter)).wallet, domain::Money{-410 - 350});
}

TEST_P(BillingStoreTest, OnlyPlatformWalletsWithAnAccountAreBilled) {
  shop_.build(1);
  EXPECT_EQ(shop_.ask(store().billing_input(shop_.meter(1))).error().code,
            Errc::vend_wallet_unsupported);
  EXPECT_EQ(shop_.ask(store().billing_input(MeterId{99})).error().code, Errc::meter_unknown);
  auto plan = small_plan(1);
  plan.meters[0].meter.wallet = domain::Wallet::platform;
  shop_.must(store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
  EXPECT_EQ(shop_.ask(store().billing_input(shop_.meter(1))).error().code, Errc::account_not_open);
}

TEST_P(BillingStoreTest, LotsRememberTheirVends) {
  build_platform(shop_, 1);
  const MeterId meter = shop_.meter(1);
  domain::WalletTerms terms = shop_.must(store().wallet_terms(meter));
  EXPECT_EQ(terms.unit, domain::WalletUnit::money);
  terms.unit = domain::WalletUnit::quantity;
  terms.friendly_from = 1'320;
  terms.changed_by = UserId{7};
  shop_.must(store().set_wallet_terms(terms));
  terms.friendly_to = 480;
  shop_.must(store().set_wallet_terms(terms));
  reopen();
  EXPECT_EQ(shop_.must(store().wallet_terms(meter)), terms);
  const auto sale = shop_.sell(meter, "sale-0001", 10'000);
  auto input = shop_.must(store().billing_input(meter));
  ASSERT_EQ(input.new_vends.size(), 1U);
  EXPECT_EQ(input.new_vends[0].to_meter, domain::Money{10'000});
  port::BillingRunStep step;
  step.billing = input.billing;
  step.at = kNow;
  step.lots.push_back({0, {}, {}, sale.id, kNow, {65'000'000}, {153'846, {10'000}}});
  shop_.must(store().store_billing_run(step));
  input = shop_.must(store().billing_input(meter));
  EXPECT_TRUE(input.new_vends.empty());
  ASSERT_EQ(input.lots.size(), 1U);
  EXPECT_EQ(input.lots[0].lot.quantity, 153'846);
  EXPECT_EQ(input.lots[0].price, domain::Price{65'000'000});
  EXPECT_THAT(shop_.problems(), ::testing::IsEmpty());
}

TEST_P(BillingStoreTest, ASharedWalletIsTheAccounts) {
  auto plan = small_plan(2);
  for (auto& row : plan.meters) row.meter.wallet = domain::Wallet::platform;
  shop_.must(store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
  domain::Account account;
  account.customer_name = "two shops";
  account.idempotency_key = "open-both";
  account.meters = {shop_.meter(1), shop_.meter(2)};
  account.shared_wallet = true;
  account.created_at = kNow;
  account = shop_.must(store().open_account(account, {})).account;
  for (const MeterId meter : account.meters)
    shop_.must(store().confirm_open(account.id, meter, Shop::epoch(meter), kNow));
  shop_.sell(shop_.meter(2), "sale-0001", 5'000);
  const auto input = shop_.must(store().billing_input(shop_.meter(1)));
  EXPECT_TRUE(input.is_shared);
  EXPECT_EQ(input.billing.meter, MeterId{});
  EXPECT_EQ(input.meters.size(), 2U);
  EXPECT_EQ(input.wallet, domain::Money{5'000});
  shop_.must(store().store_billing_run(run_step(input, 100, 0, 100)));
  const auto charges = shop_.must(store().list_charges({}));
  ASSERT_EQ(charges.rows.size(), 1U);
  EXPECT_EQ(charges.rows[0].document, "charge account " + account.number + " 2024-10-04#1");
  EXPECT_EQ(
      shop_.must(store().bills_of_month(shop_.meter(2), port::month_number({2026, 11}))).size(),
      1U);
  auto terms = shop_.must(store().wallet_terms(shop_.meter(2)));
  terms.package_name = "p";
  EXPECT_EQ(shop_.ask(store().set_wallet_terms(terms)).error().code, Errc::wallet_terms_invalid)
      << "billed through the account";
  EXPECT_THAT(shop_.problems(), ::testing::IsEmpty());
}

TEST_P(BillingStoreTest, WhatWasBilledKeepsUnitAndPackage) {
  build_platform(shop_, 2);
  const MeterId billed = shop_.meter(1), fresh = shop_.meter(2);
  shop_.must(
      store().store_billing_run(run_step(shop_.must(store().billing_input(billed)), 150, 0, 150)));
  struct Row {
    const char* reason;
    void (*change)(domain::WalletTerms&);
    const char* refused;  ///< the beginning of the detail; null: allowed
  };
  for (const Row& row :
       {Row{"unit", [](auto& t) { t.unit = domain::WalletUnit::quantity; }, "unit: account 000001"},
        Row{"a package", [](auto& t) { t.package_name = "p"; }, "package: account 000001"},
        Row{"its fee", [](auto& t) { t.package_fee = {1}; }, "package: account 000001"},
        Row{"what it includes", [](auto& t) { t.package_included = 1; }, "package: account 000001"},
        Row{"emergency credit", [](auto& t) { t.emergency_credit = {1}; }, nullptr},
        Row{"friendly hours", [](auto& t) { t.friendly_to = 60; }, nullptr}}) {
    for (const MeterId meter : {billed, fresh}) {
      auto terms = shop_.must(store().wallet_terms(meter));
      row.change(terms);
      const auto set = shop_.ask(store().set_wallet_terms(terms));
      const bool is_allowed = meter == fresh || row.refused == nullptr;
      ASSERT_EQ(set.has_value(), is_allowed) << row.reason;
      if (is_allowed) continue;
      EXPECT_EQ(set.error().code, Errc::wallet_terms_invalid) << row.reason;
      EXPECT_THAT(set.error().detail, ::testing::StartsWith(row.refused));
    }
  }
  EXPECT_EQ(shop_.must(store().wallet_terms(billed)).emergency_credit, domain::Money{1});
}

TEST_P(BillingStoreTest, TheShadowRemembersItsStart) {
  shop_.open_all(1);
  const MeterId meter = shop_.meter(1);
  EXPECT_FALSE(shop_.must(store().shadow_books(meter)).point);
  domain::ShadowPoint point;
  point.meter = meter;
  point.at = kNow;
  point.epoch = Shop::epoch(meter);
  point.balance = {-5};
  point.delivered = {100};
  point.price_version = 4;
  point.cycle = {7};
  point.rate_wh = {1, 2, 3, 4, 5};
  shop_.must(store().set_shadow_point(point));
  point.balance = {6};
  shop_.must(store().set_shadow_point(point));
  const auto sale = shop_.send(shop_.sell(meter, "sale-0001", 10'000));
  EXPECT_TRUE(shop_.must(store().shadow_books(meter)).is_moving);
  shop_.deliver(sale);
  reopen();
  const auto books = shop_.must(store().shadow_books(meter));
  ASSERT_TRUE(books.point);
  point.property = books.point->property;
  EXPECT_EQ(*books.point, point);
  EXPECT_EQ(books.delivered, domain::Money{10'000});
  EXPECT_FALSE(books.is_moving);
  EXPECT_EQ(shop_.ask(store().shadow_books(MeterId{99})).error().code, Errc::meter_unknown);
}

}  // namespace paymeter::store::testing

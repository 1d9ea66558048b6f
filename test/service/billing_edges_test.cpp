// Platform wallets at their edges: charges that cancel out, silent meters, jumps, shared wallets
// whose meters differ, and money asked back while billing is held.
#include "billing_desk.hpp"
#include "paymeter/service/wallet_settling.hpp"

namespace paymeter::service {
namespace {

using namespace billing_desk;

class BillingEdgesTest : public DeskTest {
 protected:
  /// 0.60 yuan/kWh since June, money for everything.
  static void begin(Desk& desk, int meters, UtcMs opened, bool shared = false) {
    desk.build(meters);
    desk.approve(flat_product(60'000'000), local(6, 1));
    std::vector<int> all;
    for (int i = 1; i <= meters; ++i) all.push_back(i);
    desk.open(all, opened, shared);
    desk.vend(1, domain::VendKind::sale, 10'000'000, opened);
  }
  /// A reading at three each day, `wh` more than the day before.
  static void daily(Desk& desk, int i, UtcMs from, UtcMs to, std::int64_t& wh, std::int64_t used) {
    for (UtcMs at = from; at <= to; at = at + kHour * 24) desk.read(i, {{at, wh += used}});
  }
  static Money charged(Desk& desk, int i) {
    return Money{10'000'000} - desk.must(desk.billing->settle(desk.meter(i), "x", kAnna)).ledger;
  }
  static std::vector<std::string> totals(Desk& desk, int i, std::initializer_list<int> months) {
    std::vector<std::string> out;
    for (const int month : months)
      for (const auto& bill : desk.must(desk.billing->bills(desk.meter(i), {2026, month})))
        out.push_back(format_money(bill.bill.total));
    return out;
  }
};

TEST_F(BillingEdgesTest, ALateReadingThatMovesUseBetweenMonthsKeepsTheBooksWhole) {
  Desk desk(world, path_);
  begin(desk, 1, local(10, 20));
  desk.read(1, {{local(10, 31, 20), 100'000},
                {local(11, 1, 4), 108'000},
                {local(11, 2, 3), 108'000},
                {local(11, 3, 3), 108'000}});
  desk.must(desk.billing->bill(desk.meter(1)));
  EXPECT_EQ(totals(desk, 1, {10, 11}), (std::vector<std::string>{"2.40", "2.40"}));
  desk.read(1,
            {{local(11, 1, 0), 107'000}, {local(11, 4, 3), 108'000}, {local(11, 5, 3), 108'000}});
  desk.must(desk.billing->bill(desk.meter(1)));
  EXPECT_EQ(totals(desk, 1, {10, 11}), (std::vector<std::string>{"4.20", "0.60"}));
  EXPECT_EQ(charged(desk, 1), Money{480});
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(BillingEdgesTest, WhatASilentMeterCountedIsChargedWhenItAnswers) {
  Desk desk(world, path_);
  begin(desk, 2, local(8, 2), true);
  std::int64_t one = 1'000, two = 1'000;
  daily(desk, 1, local(8, 2, 3), local(8, 10, 3), one, 10'000);
  daily(desk, 2, local(8, 2, 3), local(8, 10, 3), two, 10'000);
  desk.must(desk.billing->bill(desk.meter(1)));
  for (UtcMs at = local(8, 11, 3); at <= local(11, 17, 3); at = at + kHour * 24) {
    daily(desk, 1, at, at, one, 10'000);
    desk.must(desk.billing->bill(desk.meter(1)));
  }
  daily(desk, 1, local(11, 18, 3), local(11, 18, 3), one, 10'000);
  two += 100 * 10'000;
  desk.read(2, {{local(11, 18, 3), two}});
  // Each meter began at 11 kWh; 100 days of 10 kWh followed on the ninth of August.
  EXPECT_EQ(charged(desk, 1), Money{(one - 11'000 + two - 11'000) * 60 / 1'000});
  EXPECT_EQ(charged(desk, 1), Money{129'600});
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(BillingEdgesTest, EachMeterOfASharedWalletIsJudgedByItsOwnConnection) {
  Desk desk(world, path_);
  auto plan = plan_of(2);
  plan.meters[1].meter.ct_ratio = 40;
  desk.must(desk.store->apply_plan(plan, port::SiteStore::Apply::commit, local(8, 1)));
  desk.load();
  desk.approve(flat_product(60'000'000), local(6, 1));
  desk.open({1, 2}, local(10, 1), true);
  desk.vend(1, domain::VendKind::sale, 10'000'000, local(10, 1));
  std::int64_t one = 0, two = 0;
  for (int hour = 0; hour < 24 * 5; ++hour) {
    const UtcMs at = local(10, 1, 3) + kHour * hour;
    desk.read(1, {{at, one += 100}});
    desk.read(2, {{at, two += 500'000}});  // a hundred times what the first could carry
    if (hour % 24 != 23) continue;
    const auto by_one = desk.must(desk.billing->bill(desk.meter(1)));
    const auto by_two = desk.must(desk.billing->bill(desk.meter(2)));
    EXPECT_FALSE(by_one.held) << hour;
    EXPECT_FALSE(by_two.held) << hour;
    EXPECT_EQ(by_one.balance, by_two.balance) << hour;
  }
  EXPECT_EQ(charged(desk, 1), Money{(one - 100 + two - 500'000) * 60 / 1'000});
}

TEST_F(BillingEdgesTest, AMeterWithALimitOfItsOwnKeepsItInASharedWallet) {
  Desk desk(world, path_);
  begin(desk, 2, local(10, 1), true);
  auto terms = desk.must(desk.store->wallet_terms(desk.meter(2)));
  terms.rise_per_hour_max = 1'000;
  desk.must(desk.store->set_wallet_terms(terms));
  for (const int i : {1, 2}) desk.read(i, {{local(10, 1, 3), 0}, {local(10, 1, 4), 5'000}});
  const auto standing = desk.must(desk.billing->bill(desk.meter(1)));
  ASSERT_TRUE(standing.held);
  EXPECT_EQ(standing.held->reason, Errc::reading_impossible) << "5 kWh are too much for the second";
}

TEST_F(BillingEdgesTest, WhoLeftASharedAccountDoesNotPriceItAnyMore) {
  Desk desk(world, path_);
  begin(desk, 2, local(10, 1), true);
  const AccountId account = desk.live.find(desk.meter(1))->account->id;
  std::int64_t one = 1'000, two = 1'000;
  daily(desk, 1, local(10, 1, 3), local(10, 20, 3), one, 1'000);
  daily(desk, 2, local(10, 1, 3), local(10, 20, 3), two, 10'000);
  desk.must(desk.billing->bill(desk.meter(2)));
  domain::Settlement leaving;
  leaving.account = account;
  leaving.meter = desk.meter(1);
  leaving.idempotency_key = "close-0001";
  leaving.reason = "moved out of the first room";
  leaving.created_at = local(10, 20, 4);
  leaving = desk.must(desk.store->begin_settlements({leaving})).settlements.front();
  port::SettlementStep step;
  step.settlement = leaving.id;
  step.from = domain::SettlementState::tripping;
  step.to = domain::SettlementState::returning;
  step.at = local(10, 20, 4);
  step.final_at = step.at;
  step.final_wh = one;
  desk.must(desk.store->step_settlement(step));
  desk.must(desk.billing->settle(desk.meter(1), "settlement", kAnna));
  step = {};
  step.settlement = leaving.id;
  step.from = domain::SettlementState::returning;
  step.to = domain::SettlementState::done;
  step.at = local(10, 20, 4);
  desk.must(desk.store->step_settlement(step));
  desk.load();
  daily(desk, 2, local(10, 21, 3), local(11, 10, 3), two, 10'000);
  daily(desk, 2, local(11, 11, 3), local(11, 12, 3), two, 0);
  desk.must(desk.billing->bill(desk.meter(2)));
  const auto before = totals(desk, 2, {10, 11});
  domain::Account next;
  next.customer_name = "the next tenant";
  next.idempotency_key = "open-next-tenant";
  next.meters = {desk.meter(1)};
  next.created_at = local(11, 12, 4);
  next = desk.must(desk.store->open_account(next, {})).account;
  desk.must(desk.store->confirm_open(next.id, desk.meter(1), {"SN1", 0}, local(11, 12, 4)));
  desk.load();
  auto terms = desk.must(desk.store->wallet_terms(desk.meter(1)));
  terms.package_name = "the next tenant's";
  terms.package_fee = {50'000};
  terms.package_included = 1'000;
  desk.must(desk.store->set_wallet_terms(terms));
  daily(desk, 2, local(11, 13, 3), local(11, 14, 3), two, 0);
  desk.must(desk.billing->bill(desk.meter(2)));
  EXPECT_EQ(totals(desk, 2, {10, 11}), before);
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(BillingEdgesTest, MoneyStaysWhileBillingIsHeld) {
  Desk desk(world, path_);
  auto plan = plan_of(2);
  for (auto& row : plan.meters) row.meter.prepaid = true;
  desk.must(desk.store->apply_plan(plan, port::SiteStore::Apply::commit, local(8, 1)));
  desk.load();
  desk.approve(flat_product(60'000'000), local(6, 1));
  desk.open({1, 2}, local(10, 1));
  const auto sale = desk.vend(1, domain::VendKind::sale, 100'000, local(10, 1, 3));
  desk.vending->set_wallet_settler([&](MeterId meter, Vending::WalletLook look) {
    return settle_wallet(*desk.collector, *desk.billing, meter, look);
  });
  std::int64_t wh = 1'000;
  daily(desk, 1, local(10, 1, 3), local(10, 10, 3), wh, 10'000);
  RefundRequest some;
  some.order.idempotency_key = "refund-0001";
  some.order.meter = desk.meter(1);
  some.amount = Money{10'000};
  EXPECT_EQ(desk.must(desk.refunds->refund(some)).captured, Money{-10'000})
      << "an amount that is named needs no fresh read";
  // Another device, without a change-over: power is used and not billed.
  wh = 500;
  daily(desk, 1, local(10, 11, 3), local(10, 19, 3), wh, 10'000);
  const auto standing = desk.must(desk.billing->bill(desk.meter(1)));
  ASSERT_TRUE(standing.held);
  ASSERT_GT(standing.ledger, Money{10'000});
  some.order.idempotency_key = "refund-0002";
  EXPECT_EQ(desk.run(desk.refunds->refund(some)).error().code, Errc::reading_backward);
  ReversalRequest reversal;
  reversal.idempotency_key = "reverse-0001";
  reversal.sale = sale.id;
  reversal.reason = "wrong meter";
  EXPECT_EQ(desk.run(desk.refunds->reverse(reversal)).error().code, Errc::reading_backward);
  VendOrder less{"adjust-0001", desk.meter(1), kAnna, "counted twice"};
  EXPECT_EQ(desk.run(desk.credits->adjust(less, Money{-100})).error().code, Errc::reading_backward);
  TransferRequest away;
  away.order = {"transfer-0001", desk.meter(1), kAnna, ""};
  away.to = desk.meter(2);
  away.amount = Money{100};
  EXPECT_EQ(desk.run(desk.credits->transfer(away)).error().code, Errc::reading_backward);
  less.idempotency_key = "adjust-0002";
  EXPECT_TRUE(desk.run(desk.credits->adjust(less, Money{100})))
      << "money that comes in waits for nothing";
}

TEST_F(BillingEdgesTest, AJumpIsNeverBilledByWaiting) {
  Desk desk(world, path_);
  begin(desk, 1, local(10, 20));
  const MeterId meter = desk.meter(1);
  desk.read(1, {{local(10, 21), 1'000'000}});
  // Swapped without a change-over: 4,000 kWh more within an hour, then 1 kWh an hour.
  std::int64_t wh = 5'000'000;
  for (int hour = 1; hour <= 24 * 50; ++hour) {
    desk.read(1, {{local(10, 21) + kHour * hour, wh += 1'000}});
    if (hour % 20 != 1) continue;
    const auto standing = desk.must(desk.billing->bill(meter));
    ASSERT_TRUE(standing.held) << hour;
    ASSERT_EQ(standing.held->reason, Errc::reading_impossible);
    ASSERT_EQ(standing.held->since, local(10, 21, 1));
    ASSERT_EQ(standing.balance, Money{10'000'000}) << hour;
  }
  // Time went by. The register is back: what it counted meanwhile is charged.
  const UtcMs back = local(10, 21) + kHour * 24 * 51;
  desk.read(1, {{back, 1'050'000}});
  const auto standing = desk.must(desk.billing->bill(meter));
  EXPECT_FALSE(standing.held);
  EXPECT_EQ(standing.balance, Money{10'000'000 - 3'000});
}

TEST_F(BillingEdgesTest, AJumpIsNeverBilledByWaitingInASharedWallet) {
  Desk desk(world, path_);
  begin(desk, 2, local(8, 2), true);
  std::int64_t one = 1'000, two = 1'000;
  desk.read(1, {{local(8, 2, 3), one}});
  desk.read(2, {{local(8, 2, 3), two}});
  two += 4'000'000;
  for (UtcMs at = local(8, 2, 4); at <= local(11, 30); at = at + kHour * 24) {
    desk.read(1, {{at, one += 1'000}});
    desk.read(2, {{at, two += 10}});
    const auto standing = desk.must(desk.billing->bill(desk.meter(2)));
    ASSERT_TRUE(standing.held) << format_rfc3339(at);
  }
  // The checkpoint went past the jump long ago, and past the first meter's readings since.
  EXPECT_EQ(charged(desk, 1), Money{(one - 1'000) * 60 / 1'000});
  desk.read(2, {{local(11, 30, 1), 51'000}});
  desk.read(1, {{local(11, 30, 2), one}});
  desk.read(2, {{local(11, 30, 2), 51'000}});
  EXPECT_FALSE(desk.must(desk.billing->bill(desk.meter(2))).held);
  EXPECT_EQ(charged(desk, 1), Money{(one - 1'000 + 50'000) * 60 / 1'000});
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(BillingEdgesTest, AHigherLimitIsHowAPersonLetsAJumpPass) {
  Desk desk(world, path_);
  begin(desk, 1, local(10, 20));
  const MeterId meter = desk.meter(1);
  desk.read(1, {{local(10, 21), 1'000'000}, {local(10, 21, 1), 1'500'000}});
  ASSERT_TRUE(desk.must(desk.billing->bill(meter)).held);
  auto terms = desk.must(desk.store->wallet_terms(meter));
  terms.rise_per_hour_max = 1'000'000;
  desk.must(desk.store->set_wallet_terms(terms));
  auto standing = desk.must(desk.billing->settle(meter, "look", kAnna));
  EXPECT_FALSE(standing.held);
  EXPECT_EQ(standing.ledger, Money{10'000'000 - 30'000});
  // Lowered too soon: held again, and no charge goes back in time.
  const auto before = desk.charges();
  terms.rise_per_hour_max = 0;
  desk.must(desk.store->set_wallet_terms(terms));
  desk.read(1, {{local(10, 21, 2), 1'500'000}});
  standing = desk.must(desk.billing->settle(meter, "look", kAnna));
  EXPECT_TRUE(standing.held);
  EXPECT_EQ(desk.charges(), before);
  // The register was back: what was charged for the jump is given back.
  desk.read(1, {{local(10, 21, 5), 1'001'000}});
  standing = desk.must(desk.billing->settle(meter, "look", kAnna));
  EXPECT_FALSE(standing.held);
  EXPECT_EQ(standing.ledger, Money{10'000'000 - 60});
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace paymeter::service

// Conformance: no money of one tenant reaches the next one at the same meter, on every kind of
// store.
#include "paymeter/store/settlement_sql.hpp"
#include "paymeter/store/sqlite_connection.hpp"
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::LedgerAccountKind;
using domain::Settlement;
using domain::SettlementKind;
using domain::SettlementState;
using domain::Vend;
using domain::VendKind;
using domain::VendState;

namespace {

Vend half(MeterId meter, VendKind kind, std::int64_t fen) {
  Vend vend = Shop::sale(meter, "move-0001", fen);
  vend.kind = kind;
  return vend;
}

}  // namespace

class NextTenantTest : public StoreTest {
 protected:
  /// Account 1 holds M1 and M2 with 100.00 in M1; a transfer of 30.00 to M2 waits in M1.
  void open_two() {
    shop_.build(2);
    m1_ = shop_.meter(1);
    m2_ = shop_.meter(2);
    domain::Account both;
    both.customer_name = "first tenant";
    both.idempotency_key = "open-both";
    both.meters = {m1_, m2_};
    account_ = shop_.must(store().open_account(both, {})).account;
    for (MeterId meter : {m1_, m2_})
      shop_.must(store().confirm_open(account_.id, meter, Shop::epoch(meter), kNow));
    shop_.deliver(shop_.send(shop_.sell(m1_, "sale-0001", 10'000)));
  }
  port::VendStore::Transfer transfer() {
    return shop_.must(store().create_transfer(half(m1_, VendKind::transfer_out, -3'000),
                                              half(m2_, VendKind::transfer_in, 3'000)));
  }
  Settlement closing_of(MeterId meter) {
    Settlement wanted;
    wanted.account = account_.id;
    wanted.meter = meter;
    wanted.kind = SettlementKind::closing;
    wanted.idempotency_key = "close-" + std::to_string(meter.value);
    wanted.created_at = kNow;
    Settlement begun = shop_.must(store().begin_settlements({wanted})).settlements.front();
    begun = shop_.must(store().step_settlement(step_of(begun, SettlementState::returning)));
    return shop_.must(store().step_settlement(step_of(begun, SettlementState::clearing)));
  }
  static port::SettlementStep step_of(const Settlement& settlement, SettlementState to) {
    port::SettlementStep step;
    step.settlement = settlement.id;
    step.from = settlement.state;
    step.to = to;
    step.at = kNow + minutes(1);
    return step;
  }
  Result<Settlement> end(const Settlement& closing) {
    return shop_.ask(store().step_settlement(step_of(closing, SettlementState::done)));
  }
  domain::Account next_tenant(MeterId meter) {
    domain::Account next;
    next.customer_name = "next tenant";
    next.idempotency_key = "open-next";
    next.meters = {meter};
    next.created_at = kNow + minutes(2);
    next = shop_.must(store().open_account(next, {})).account;
    return shop_.must(store().confirm_open(next.id, meter, {"SN-next", 2}, kNow + minutes(2)));
  }
  std::int64_t booked(LedgerAccountKind kind) {
    for (const auto& row : shop_.must(store().trial_balance(account_.property)))
      if (row.kind == kind) return row.balance.fen;
    return 0;
  }
  Vend now(const Vend& vend) { return shop_.must(store().find_vend(vend.id)); }

  MeterId m1_{}, m2_{};
  domain::Account account_;
};
INSTANTIATE_TEST_SUITE_P(Kinds, NextTenantTest, ::testing::ValuesIn(store_kinds()),
                         [](const auto& suite) { return std::string(suite.param.name); });

TEST_P(NextTenantTest, AMeterDoesNotLeaveWhileItsHalfOfATransferIsOnItsWay) {
  open_two();
  const auto moved = transfer();
  const Vend sent = shop_.send(moved.out);
  const Settlement closing = closing_of(m2_);
  const auto refused = end(closing);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::vend_meter_busy);
  EXPECT_EQ(refused.error().detail, "vend " + moved.out.slip_number) << "what has to end first";
  EXPECT_EQ(now(moved.in).state, VendState::created);
  // It arrives: the meter is settling, so it waits, and is owed back when the meter leaves.
  shop_.deliver(sent);
  EXPECT_EQ(now(moved.in).state, VendState::paid);
  ASSERT_TRUE(end(closing));
  EXPECT_EQ(now(moved.in).state, VendState::refund_due);
  EXPECT_EQ(booked(LedgerAccountKind::transfer), 0);
  EXPECT_EQ(booked(LedgerAccountKind::refund_due), -3'000);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(NextTenantTest, AFirstHalfThatWasNeverSentEndsWithTheMeterItWasFor) {
  open_two();
  const auto moved = transfer();
  ASSERT_TRUE(end(closing_of(m2_)));
  EXPECT_EQ(now(moved.out).state, VendState::closed);
  EXPECT_EQ(now(moved.in).state, VendState::closed);
  EXPECT_EQ(booked(LedgerAccountKind::delivered), -10'000) << "all of it still in the first meter";
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(NextTenantTest, AMeterDoesNotLeaveWhileAPaymentForItMayCome) {
  open_two();
  port::PaymentOrder order;
  order.method = domain::PaymentMethod::wechat;
  order.merchant = "M-1001";
  order.currency = "CNY";
  order.expires_at = kNow + minutes(15);
  const auto made = shop_.must(store().create_order(Shop::sale(m2_, "order-0001", 500), order));
  const Settlement closing = closing_of(m2_);
  const auto refused = end(closing);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::vend_meter_busy);
  shop_.must(store().order_closed(made.order.order_number, kNow));
  EXPECT_TRUE(end(closing));
}

TEST_P(NextTenantTest, ASaleOfTheLastTenantIsNotReversedOutOfTheNextOnesMeter) {
  open_two();
  const Vend sale = shop_.deliver(shop_.send(shop_.sell(m2_, "sale-0002", 500)));
  ASSERT_TRUE(end(closing_of(m2_)));
  next_tenant(m2_);
  Vend reversal = Shop::sale(m2_, "reverse-0001", -500);
  reversal.kind = VendKind::reversal;
  reversal.related = sale.id;
  EXPECT_EQ(shop_.ask(store().create_paid_vend(reversal)).error().code, Errc::vend_not_reversible);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

// Databases written before closings waited may hold such a half: it was stored, its meter left.
TEST(NextTenant, ALeftHalfIsOwedBackToWhoPaidItAndNeverSent) {
  struct Row {
    const char* reason;
    domain::Wallet wallet;
  };
  for (const Row& row : {Row{"the meter holds the money", domain::Wallet::meter},
                         Row{"the platform holds it", domain::Wallet::platform}}) {
    TempFolder folder;
    Shop shop(std::move(*open_sqlite(quick_options(folder.file(), ExecutionMode::inline_))));
    domain::SitePlan plan = small_plan(3);
    for (auto& meter : plan.meters) meter.meter.wallet = row.wallet;
    shop.must(shop.store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
    const MeterId m1 = shop.meter(1), m2 = shop.meter(2);
    domain::Account both;
    both.customer_name = "first tenant";
    both.idempotency_key = "open-both";
    both.meters = {m1, m2};
    both = shop.must(shop.store().open_account(both, {})).account;
    for (MeterId meter : {m1, m2})
      shop.must(shop.store().confirm_open(both.id, meter, Shop::epoch(meter), kNow));
    port::PaymentOrder order;
    order.method = domain::PaymentMethod::wechat;
    order.merchant = "M-1001";
    order.currency = "CNY";
    order.expires_at = kNow + minutes(15);
    const auto ordered =
        shop.must(shop.store().create_order(Shop::sale(m2, "order-01", 500), order));
    {  // as such a database is: the meter has left, and another tenant has it
      Db db(std::make_unique<SqliteConnection>(folder.file()));
      db.begin_write();
      db.execute("update account_meter set to_at = :at where meter_id = :meter", kNow, m2);
      db.commit();
    }
    domain::Account next;
    next.customer_name = "next tenant";
    next.idempotency_key = "open-next";
    next.meters = {m2};
    next = shop.must(shop.store().open_account(next, {})).account;
    shop.must(shop.store().confirm_open(next.id, m2, Shop::epoch(m2), kNow));
    const auto paid =
        shop.must(shop.store().order_captured(ordered.order.order_number, "T1", kNow));
    EXPECT_EQ(paid.vend.state, VendState::refund_due) << row.reason;
    EXPECT_EQ(paid.vend.reason, Errc::account_not_open) << row.reason;
    std::int64_t owed = 0, held = 0;
    for (const auto& line : shop.must(shop.store().trial_balance(both.property))) {
      if (line.kind == LedgerAccountKind::refund_due) owed = line.balance.fen;
      if (line.kind == LedgerAccountKind::wallet) held = line.balance.fen;
    }
    EXPECT_EQ(owed, -500) << row.reason;
    EXPECT_EQ(held, 0) << row.reason;
    EXPECT_EQ(shop.problems(), std::vector<std::string>{}) << row.reason;

    // And one that is PAID already is not sent.
    if (row.wallet != domain::Wallet::meter) continue;
    const Vend waiting = shop.sell(m2, "sale-0009", 700);
    {
      Db db(std::make_unique<SqliteConnection>(folder.file()));
      db.begin_write();
      db.execute("update vend set account_id = :last where id = :vend", both.id, waiting.id);
      db.commit();
    }
    EXPECT_EQ(shop.ask(shop.store().step_vend(Shop::reserve_step(waiting, 1))).error().code,
              Errc::account_not_open);
  }
}

}  // namespace paymeter::store::testing

// Conformance: sales from capture to every end, on every kind of store.
#include <set>

#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::Vend;
using domain::VendState;

PAYMETER_STORE_SUITE(VendStoreTest);

TEST_P(VendStoreTest, CapturedSaleIsStoredWithItsPosting) {
  shop_.open_all(1);
  Vend wanted = Shop::sale(shop_.meter(1), "sale-0001", 10'000);
  wanted.fees = {100};
  wanted.to_meter = {9'900};
  wanted.method = domain::PaymentMethod::alipay;
  wanted.note = "line\nbreak 'quote'";
  const auto created = shop_.must(store().create_paid_vend(wanted));
  EXPECT_FALSE(created.existed);
  EXPECT_EQ(created.vend.state, VendState::paid);
  EXPECT_EQ(created.vend.slip_number, "000001");
  EXPECT_EQ(created.vend.account, shop_.must(store().account_of_meter(wanted.meter)).id);
  reopen();
  const Vend found = shop_.must(store().find_vend(created.vend.id));
  EXPECT_EQ(found.note, wanted.note);
  EXPECT_EQ(found.fees, wanted.fees);
  EXPECT_EQ(found.property, created.vend.property);
  const auto by_key = shop_.must(store().find_vend_by_key(found.property, "sale-0001"));
  ASSERT_TRUE(by_key);
  EXPECT_EQ(by_key->id, found.id);
  EXPECT_FALSE(shop_.must(store().find_vend_by_key(found.property, "sale-0002")));
  domain::Money balance{};
  for (const auto& row : shop_.must(store().trial_balance(found.property))) {
    balance = balance + row.balance;
    EXPECT_EQ(row.balance, row.debit - row.credit);
  }
  EXPECT_EQ(balance, domain::Money{});
  EXPECT_TRUE(shop_.problems().empty());
}

TEST_P(VendStoreTest, KeyMeansOneSale) {
  shop_.open_all(2);
  const MeterId m1 = shop_.meter(1), m2 = shop_.meter(2);
  const Vend first = shop_.sell(m1, "sale-0001", 100);
  const auto again = shop_.must(store().create_paid_vend(Shop::sale(m1, "sale-0001", 100)));
  EXPECT_TRUE(again.existed);
  EXPECT_EQ(again.vend.id, first.id);
  struct Row {
    const char* reason;
    Vend vend;
  };
  Row rows[] = {{"other amount", Shop::sale(m1, "sale-0001", 101)},
                {"other meter", Shop::sale(m2, "sale-0001", 100)},
                {"other method", Shop::sale(m1, "sale-0001", 100)}};
  rows[2].vend.method = domain::PaymentMethod::wechat;
  for (const Row& row : rows)
    EXPECT_EQ(shop_.ask(store().create_paid_vend(row.vend)).error().code,
              Errc::vend_exists_with_different_request)
        << row.reason;
  EXPECT_EQ(shop_.must(store().list_vends({})).total, 1);
  // Refused sales leave no hole in the slips' numbers.
  EXPECT_EQ(shop_.sell(m1, "sale-0002", 100).slip_number, "000002");
}

TEST_P(VendStoreTest, SellsOnlyToOpenUnquarantinedMeters) {
  shop_.build(2);
  const MeterId m1 = shop_.meter(1), m2 = shop_.meter(2);
  const auto refused = [&](MeterId meter) {
    return shop_.ask(store().create_paid_vend(Shop::sale(meter, "sale-0001", 100))).error().code;
  };
  EXPECT_EQ(refused(m1), Errc::account_not_open);
  EXPECT_EQ(refused(MeterId{99}), Errc::account_not_open);
  domain::Account opening;
  opening.customer_name = "waits for its meter";
  opening.idempotency_key = "open-0001";
  opening.meters = {m1};
  shop_.must(store().open_account(opening, {}));
  EXPECT_EQ(refused(m1), Errc::account_not_open);
  shop_.open_account(m2);
  auto step = Shop::delivery_step(shop_.send(shop_.sell(m2, "sale-0002", 100)));
  step.to = VendState::quarantine;
  step.new_count.reset();
  step.quarantine_meter = true;
  step.reason = Errc::vend_foreign_sale;
  Vend held = shop_.must(store().find_vend(step.vend));
  step.posting = *domain::quarantine_posting(held, kNow);
  held = shop_.must(store().step_vend(step));
  EXPECT_EQ(held.reason, Errc::vend_foreign_sale);
  EXPECT_EQ(held.finished_at, kNow);
  EXPECT_EQ(refused(m2), Errc::meter_quarantined);
  EXPECT_FALSE(shop_.must(store().meter_money(m2)).in_flight);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(VendStoreTest, AQuarantineIsDecidedByTheRecordThatWasSeen) {
  shop_.open_all(1);
  const MeterId m1 = shop_.meter(1);
  const auto seen = shop_.must(store().meter_money(m1));
  const Vend waiting = shop_.sell(m1, "sale-0001", 5'000);
  port::VendStep step;
  step.vend = waiting.id;
  step.at = kNow;
  step.reason = Errc::vend_count_mismatch;
  step.quarantine_meter = true;
  struct Row {
    const char* reason;
    std::function<void(domain::MeterMoney&)> bend;
  };
  for (const Row& row :
       {Row{"the count has been agreed since", [](auto& money) { money.purchase_count = 7; }},
        Row{"the device was changed since", [](auto& money) { money.epoch->serial = "OLD-1"; }},
        Row{"it was cleared since", [](auto& money) { money.epoch->clear_count = 9; }},
        Row{"it was in quarantine then", [](auto& money) { money.quarantined = true; }}}) {
    step.known = seen;
    row.bend(*step.known);
    EXPECT_EQ(shop_.ask(store().step_vend(step)).error().code, Errc::vend_meter_busy) << row.reason;
    EXPECT_FALSE(shop_.must(store().meter_money(m1)).quarantined) << row.reason;
    EXPECT_FALSE(shop_.must(store().find_vend(waiting.id)).reason) << row.reason;
  }
  step.known = seen;
  shop_.must(store().step_vend(step));
  EXPECT_TRUE(shop_.must(store().meter_money(m1)).quarantined);
}

TEST_P(VendStoreTest, WholeLifeOfASale) {
  shop_.open_all(1);
  const MeterId m1 = shop_.meter(1);
  const Vend paid = shop_.sell(m1, "sale-0001", 5'000);
  const Vend sent = shop_.send(paid);
  EXPECT_EQ(sent.state, VendState::sent);
  EXPECT_EQ(sent.n, 1);
  EXPECT_EQ(sent.epoch, Shop::epoch(m1));
  EXPECT_EQ(sent.sent_at, kNow);
  EXPECT_EQ(shop_.must(store().meter_money(m1)).in_flight, sent.id);
  EXPECT_EQ(shop_.must(store().unfinished_vends()).size(), 1U);
  EXPECT_EQ(shop_.must(store().count_attempt(sent.id, VendState::sent, kNow)).attempts, 1);
  auto step = Shop::delivery_step(sent);
  step.balance_before = domain::Money{-20};
  step.balance_after = domain::Money{4'980};
  const Vend delivered = shop_.must(store().step_vend(step));
  EXPECT_EQ(delivered.state, VendState::delivered);
  EXPECT_EQ(delivered.balance_before, domain::Money{-20});
  EXPECT_EQ(delivered.finished_at, kNow);
  const auto money = shop_.must(store().meter_money(m1));
  EXPECT_EQ(money.purchase_count, 1);
  EXPECT_FALSE(money.in_flight);
  EXPECT_TRUE(shop_.must(store().unfinished_vends()).empty());
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(VendStoreTest, StepsHappenOnlyFromTheirState) {
  shop_.open_all(2);
  const Vend paid = shop_.sell(shop_.meter(1), "sale-0001", 100);
  const Vend sent = shop_.send(paid);
  const Vend delivered = shop_.deliver(sent);
  struct Row {
    const char* reason;
    port::VendStep step;
    Errc code;
  };
  auto unknown = Shop::delivery_step(sent);
  unknown.vend = VendId{99};
  for (const Row& row :
       {Row{"reserve twice", Shop::reserve_step(paid, 2), Errc::vend_state_conflict},
        Row{"deliver twice", Shop::delivery_step(sent), Errc::vend_state_conflict},
        Row{"no such vend", unknown, Errc::vend_unknown}})
    EXPECT_EQ(shop_.ask(store().step_vend(row.step)).error().code, row.code) << row.reason;
  EXPECT_EQ(shop_.ask(store().count_attempt(delivered.id, VendState::sent, kNow)).error().code,
            Errc::vend_state_conflict);
  EXPECT_EQ(shop_.ask(store().count_attempt(VendId{99}, VendState::sent, kNow)).error().code,
            Errc::vend_unknown);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(VendStoreTest, OperatorsActAddsItsNote) {
  shop_.open_all(1);
  Vend wanted = Shop::sale(shop_.meter(1), "sale-0001", 100);
  wanted.note = "shop 12";
  const Vend sent = shop_.send(shop_.must(store().create_paid_vend(wanted)).vend);
  port::VendStep step;
  step.vend = sent.id;
  step.from = VendState::sent;
  step.to = VendState::cancelling;
  step.at = kNow;
  step.by = UserId{7};
  step.note = "typed a zero too many";
  EXPECT_EQ(shop_.must(store().step_vend(step)).note, "shop 12; typed a zero too many");
  EXPECT_EQ(shop_.must(store().find_vend(sent.id)).note, "shop 12; typed a zero too many");
}

TEST_P(VendStoreTest, PaidSaleMayQuarantineItsMeter) {
  shop_.open_all(1);
  const Vend paid = shop_.sell(shop_.meter(1), "sale-0001", 100);
  port::VendStep step;
  step.vend = paid.id;
  step.from = step.to = VendState::paid;
  step.reason = Errc::vend_epoch_changed;
  step.quarantine_meter = true;
  EXPECT_EQ(shop_.must(store().step_vend(step)).reason, Errc::vend_epoch_changed);
  EXPECT_TRUE(shop_.must(store().meter_money(paid.meter)).quarantined);
  EXPECT_EQ(shop_.ask(store().step_vend(Shop::reserve_step(paid, 1))).error().code,
            Errc::meter_quarantined);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(VendStoreTest, OneDebtIsCollectedOnce) {
  domain::SitePlan plan = small_plan(2);
  plan.meters[1].meter.wallet = domain::Wallet::platform;
  shop_.must(store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
  const MeterId m1 = shop_.meter(1), m2 = shop_.meter(2);
  for (MeterId meter : {m1, m2}) shop_.open_account(meter);
  const auto collection = [](MeterId meter, const char* key, domain::VendKind kind) {
    Vend vend = Shop::sale(meter, key, 300);
    vend.kind = kind;
    vend.settles = true;
    return vend;
  };
  using domain::VendKind;
  const Vend first =
      shop_.must(store().create_paid_vend(collection(m1, "collect-1", VendKind::adjustment))).vend;
  for (const VendKind kind : {VendKind::adjustment, VendKind::sale}) {
    const auto second = shop_.ask(store().create_paid_vend(collection(m1, "collect-2", kind)));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::vend_meter_busy) << "the same debt was read twice";
    EXPECT_EQ(second.error().detail, "vend " + first.slip_number);
  }
  shop_.deliver(shop_.send(first));
  EXPECT_TRUE(
      shop_.ask(store().create_paid_vend(collection(m1, "collect-2", VendKind::adjustment))))
      << "a debt that a later read shows";
  // Where the platform holds the wallet, the balance itself says whether anything is owed.
  EXPECT_EQ(
      shop_.ask(store().create_paid_vend(collection(m2, "collect-3", VendKind::sale))).error().code,
      Errc::settlement_state_conflict);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(VendStoreTest, WhatIsOwedIsHandedOutByOnePerson) {
  shop_.open_all(1);
  const MeterId m1 = shop_.meter(1);
  shop_.deliver(shop_.send(shop_.sell(m1, "sale-0001", 5'000)));
  Vend refund = Shop::sale(m1, "refund-0001", -1'000);
  refund.kind = domain::VendKind::refund;
  refund = shop_.deliver(shop_.send(shop_.must(store().create_paid_vend(refund)).vend));
  ASSERT_EQ(refund.state, VendState::refund_due);
  const auto pay_out = [&](UserId by, domain::PaymentMethod method, std::string reference) {
    port::VendStep step;
    step.vend = refund.id;
    step.from = VendState::refund_due;
    step.to = VendState::refunded;
    step.at = kNow;
    step.by = by;
    step.paid_out_by = method;
    step.paid_out_reference = std::move(reference);
    Vend paid = refund;
    paid.paid_out_by = method;
    step.posting = domain::paid_out_posting(paid, kNow);
    const auto done = shop_.ask(store().step_vend(step));
    return done ? std::optional<Errc>{} : done.error().code;
  };
  struct Row {
    const char* reason;
    UserId by;
    domain::PaymentMethod method;
    const char* reference;
    std::optional<Errc> refused;
  };
  using domain::PaymentMethod;
  for (const Row& row :
       {Row{"handed out", {7}, PaymentMethod::cash, "", {}},
        Row{"the same click again", {7}, PaymentMethod::cash, "", {}},
        Row{"a second cashier with an old page",
            {8},
            PaymentMethod::cash,
            "",
            Errc::vend_state_conflict},
        Row{"the station itself", {0}, PaymentMethod::cash, "", Errc::vend_state_conflict},
        Row{"another way", {7}, PaymentMethod::bank_card, "", Errc::vend_state_conflict},
        Row{"another receipt", {7}, PaymentMethod::cash, "R-2", Errc::vend_state_conflict}})
    EXPECT_EQ(pay_out(row.by, row.method, row.reference), row.refused) << row.reason;
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(VendStoreTest, TotalsCoverAllPages) {
  shop_.open_all(2);
  const MeterId m1 = shop_.meter(1), m2 = shop_.meter(2);
  Vend with_fee = Shop::sale(m1, "sale-0001", 1'000);
  with_fee.fees = {10};
  with_fee.to_meter = {990};
  shop_.deliver(shop_.send(shop_.must(store().create_paid_vend(with_fee)).vend));
  shop_.sell(m1, "sale-0002", 5);
  shop_.deliver(shop_.send(shop_.sell(m2, "sale-0003", 70)));
  port::VendFilter filter;
  filter.page = {1, 2};
  auto totals = shop_.must(store().vend_totals(filter));
  EXPECT_EQ(totals.captured, domain::Money{1'075});
  EXPECT_EQ(totals.delivered, domain::Money{1'060});
  filter.text = "m2";
  totals = shop_.must(store().vend_totals(filter));
  EXPECT_EQ(totals.captured, domain::Money{70});
  filter.text = "nobody";
  EXPECT_EQ(shop_.must(store().vend_totals(filter)).delivered, domain::Money{});
}

TEST_P(VendStoreTest, OneSaleInFlightPerMeter) {
  shop_.open_all(1);
  const MeterId m1 = shop_.meter(1);
  const Vend first = shop_.sell(m1, "sale-0001", 100);
  const Vend second = shop_.sell(m1, "sale-0002", 100);
  const Vend sent = shop_.send(first);
  EXPECT_EQ(shop_.ask(store().step_vend(Shop::reserve_step(second, 1))).error().code,
            Errc::vend_meter_busy);
  shop_.deliver(sent);
  // A number that another station has used meanwhile: look again.
  EXPECT_EQ(shop_.ask(store().step_vend(Shop::reserve_step(second, 1))).error().code,
            Errc::vend_meter_busy);
  auto other_epoch = Shop::reserve_step(second, 2);
  other_epoch.epoch->clear_count = 9;
  EXPECT_EQ(shop_.ask(store().step_vend(other_epoch)).error().code, Errc::vend_meter_busy);
  EXPECT_EQ(shop_.must(store().find_vend(second.id)).state, VendState::paid);
  shop_.deliver(shop_.must(store().step_vend(Shop::reserve_step(second, 2))));
  EXPECT_EQ(shop_.must(store().meter_money(m1)).purchase_count, 2);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(VendStoreTest, UnbalancedPostingUndoesTheStep) {
  shop_.open_all(1);
  const Vend sent = shop_.send(shop_.sell(shop_.meter(1), "sale-0001", 100));
  auto step = Shop::delivery_step(sent);
  step.posting->entries[0].amount = {99};
  EXPECT_EQ(shop_.ask(store().step_vend(step)).error().code, Errc::ledger_unbalanced);
  EXPECT_EQ(shop_.must(store().find_vend(sent.id)).state, VendState::sent);
  EXPECT_EQ(shop_.must(store().meter_money(sent.meter)).in_flight, sent.id);
  EXPECT_EQ(shop_.must(store().meter_money(sent.meter)).purchase_count, 0);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(VendStoreTest, BalancesBeyondTheBooksAreRefused) {
  shop_.open_all(1);
  const MeterId m1 = shop_.meter(1);
  shop_.sell(m1, "sale-0001", domain::kMoneyMax.fen);
  EXPECT_EQ(shop_.ask(store().create_paid_vend(Shop::sale(m1, "sale-0002", 1))).error().code,
            Errc::ledger_overflow);
  EXPECT_EQ(shop_.must(store().list_vends({})).total, 1);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(VendStoreTest, ListsFindAndCount) {
  shop_.open_all(2);
  const MeterId m1 = shop_.meter(1), m2 = shop_.meter(2);
  for (int i = 0; i < 5; ++i) {
    Vend vend = Shop::sale(i % 2 == 0 ? m1 : m2, "sale-000" + std::to_string(i), 100);
    vend.created_at = kNow + seconds(i);
    shop_.must(store().create_paid_vend(vend));
  }
  struct Row {
    const char* reason;
    port::VendFilter filter;
    std::int64_t total;
  };
  std::vector<Row> rows(6);
  rows[0] = {"all", {}, 5};
  rows[1] = {"meter", {}, 2};
  rows[1].filter.meter = m2;
  rows[2] = {"half-open span", {}, 2};
  rows[2].filter.from = kNow + seconds(1);
  rows[2].filter.to = kNow + seconds(3);
  rows[3] = {"slip", {}, 1};
  rows[3].filter.text = "000004";
  rows[4] = {"customer and state", {}, 3};
  rows[4].filter.text = "TENANT OF " + std::to_string(m1.value);
  rows[4].filter.state = VendState::paid;
  rows[5] = {"no such state now", {}, 0};
  rows[5].filter.state = VendState::delivered;
  for (const Row& row : rows)
    EXPECT_EQ(shop_.must(store().list_vends(row.filter)).total, row.total) << row.reason;
  port::VendFilter page;
  page.page = {2, 1};
  const auto listed = shop_.must(store().list_vends(page));
  ASSERT_EQ(listed.rows.size(), 2U);
  EXPECT_EQ(listed.rows[0].slip_number, "000004");
}

TEST_P(VendStoreTest, ManyAtOnceWithTheSameKeys) {
  constexpr int kCallers = 200, kKeys = 20;
  shop_.open_all(4);
  std::vector<MeterId> meters;
  for (int i = 1; i <= 4; ++i) meters.push_back(shop_.meter(i));
  std::vector<Result<port::VendStore::Created>> answers(
      kCallers, Result<port::VendStore::Created>(fail(Errc::internal_error)));
  shop_.io().restart();
  for (int i = 0; i < kCallers; ++i) {
    const int key = i % kKeys;
    auto task = store().create_paid_vend(Shop::sale(meters[static_cast<std::size_t>(key % 4)],
                                                    "same-key-" + std::to_string(key), 100));
    boost::asio::co_spawn(shop_.io(), std::move(task),
                          [&answers, i](const std::exception_ptr&, auto answer) {
                            answers[static_cast<std::size_t>(i)] = std::move(answer);
                          });
  }
  shop_.io().run();
  std::set<std::int64_t> ids;
  std::set<std::string> slips;
  int fresh = 0;
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer) << error_name(answer.error().code);
    ids.insert(answer->vend.id.value);
    slips.insert(answer->vend.slip_number);
    fresh += answer->existed ? 0 : 1;
  }
  EXPECT_EQ(ids.size(), kKeys);
  EXPECT_EQ(fresh, kKeys);
  EXPECT_EQ(*slips.rbegin(), "000020");
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

}  // namespace paymeter::store::testing

// Property fee, rent and shared areas: booked once, listed, and far from every utility balance.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(ServiceChargeTest);

namespace {

using domain::LedgerAccountKind;
using domain::ServiceRecordKind;

domain::ServiceRecord record(AccountId account, const std::string& key, ServiceRecordKind kind,
                             LedgerAccountKind service, std::int64_t fen) {
  domain::ServiceRecord out;
  out.account = account;
  out.kind = kind;
  out.service = service;
  out.amount = {fen};
  if (kind == ServiceRecordKind::payment) out.method = domain::PaymentMethod::cash;
  out.period = "2026-11";
  out.at = kNow;
  out.idempotency_key = key;
  return out;
}

}  // namespace

TEST_P(ServiceChargeTest, OwedAndPaid) {
  shop_.build(1);
  const auto account = shop_.open_account(shop_.meter(1)).id;
  const auto charged = shop_.must(store().add_service_record(record(
      account, "charge-01", ServiceRecordKind::charge, LedgerAccountKind::property_fee, 30'000)));
  EXPECT_FALSE(charged.existed);
  EXPECT_EQ(charged.record.number, "000001");
  EXPECT_EQ(charged.record.owed_after, domain::Money{30'000});
  const auto paid = shop_.must(store().add_service_record(record(
      account, "payment-1", ServiceRecordKind::payment, LedgerAccountKind::property_fee, 35'000)));
  EXPECT_EQ(paid.record.owed_after, domain::Money{-5'000}) << "paid ahead";
  const auto balances = shop_.must(store().service_balances(account));
  ASSERT_EQ(balances.size(), 3U);
  EXPECT_EQ(balances[0].owed, domain::Money{-5'000});
  EXPECT_EQ(balances[1].owed, domain::Money{});
  const auto all = shop_.must(store().list_service_records({account, {}, {}}));
  ASSERT_EQ(all.total, 2);
  EXPECT_EQ(all.rows[0].kind, ServiceRecordKind::payment);
  EXPECT_EQ(
      shop_.must(store().list_service_records({account, ServiceRecordKind::charge, {}})).total, 1);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(ServiceChargeTest, AKeyBooksOnce) {
  shop_.build(1);
  const auto account = shop_.open_account(shop_.meter(1)).id;
  const auto asked =
      record(account, "charge-01", ServiceRecordKind::charge, LedgerAccountKind::rent, 100);
  const auto first = shop_.must(store().add_service_record(asked));
  const auto again = shop_.must(store().add_service_record(asked));
  EXPECT_TRUE(again.existed);
  EXPECT_EQ(again.record.id, first.record.id);
  auto other = asked;
  other.amount = {101};
  const auto refused = shop_.ask(store().add_service_record(other));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::vend_exists_with_different_request);
  auto next_month = asked;
  next_month.period = "2026-12";
  const auto december = shop_.ask(store().add_service_record(next_month));
  ASSERT_FALSE(december) << "November's record is no answer to December's charge";
  EXPECT_EQ(december.error().code, Errc::vend_exists_with_different_request);
  const auto unknown = shop_.ask(store().add_service_record(
      record(AccountId{99}, "charge-02", ServiceRecordKind::charge, LedgerAccountKind::rent, 1)));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Errc::account_unknown);
  EXPECT_EQ(shop_.must(store().service_balances(account))[1].owed, domain::Money{100});
}

TEST_P(ServiceChargeTest, NoMoreIsGivenBackThanWasPaid) {
  shop_.build(1);
  const auto account = shop_.open_account(shop_.meter(1)).id;
  struct Row {
    const char* reason;
    const char* key;
    LedgerAccountKind service;
    std::int64_t fen;
    bool accepted;
  };
  const auto rent = LedgerAccountKind::rent, fee = LedgerAccountKind::property_fee;
  for (const Row& row : {Row{"nothing was paid", "payment-1", rent, -500'000, false},
                         Row{"paid", "payment-2", rent, 300, true},
                         Row{"for another service", "payment-3", fee, -300, false},
                         Row{"more than was paid", "payment-4", rent, -301, false},
                         Row{"a part", "payment-5", rent, -100, true},
                         Row{"the rest", "payment-6", rent, -200, true},
                         Row{"once more", "payment-7", rent, -1, false}}) {
    const auto done = shop_.ask(store().add_service_record(
        record(account, row.key, ServiceRecordKind::payment, row.service, row.fen)));
    EXPECT_EQ(done.has_value(), row.accepted) << row.reason;
    if (!done) EXPECT_EQ(done.error().code, Errc::request_invalid) << row.reason;
  }
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

// Whatever is owed for services, the money in and for the meter stays where it was.
TEST_P(ServiceChargeTest, NeverSpendsAUtilityBalance) {
  shop_.build(1);
  const auto account = shop_.open_account(shop_.meter(1)).id;
  shop_.deliver(shop_.send(shop_.sell(shop_.meter(1), "sale-0001", 5'000)));
  shop_.sell(shop_.meter(1), "sale-0002", 700);
  const auto utilities = [&] {
    std::vector<std::pair<LedgerAccountKind, std::int64_t>> out;
    for (const auto& row : shop_.must(store().trial_balance(PropertyId{1})))
      if (!domain::is_service(row.kind) && row.kind != LedgerAccountKind::channel &&
          row.kind != LedgerAccountKind::revenue)
        out.emplace_back(row.kind, row.balance.fen);
    return out;
  };
  const auto before = utilities();
  ASSERT_EQ(before.size(), 2U) << "delivered and pending";
  const auto money = shop_.must(store().meter_money(shop_.meter(1)));
  for (const auto service :
       {LedgerAccountKind::property_fee, LedgerAccountKind::rent, LedgerAccountKind::shared_area}) {
    const std::string name(ledger_account_kind_name(service));
    shop_.must(store().add_service_record(
        record(account, "charge-" + name, ServiceRecordKind::charge, service, 9'999'999)));
    EXPECT_EQ(utilities(), before) << name;
  }
  const auto after = shop_.must(store().meter_money(shop_.meter(1)));
  EXPECT_EQ(after.purchase_count, money.purchase_count);
  EXPECT_EQ(after.in_flight, money.in_flight);
  EXPECT_TRUE(shop_.must(store().pending_commands()).empty()) << "nothing is switched";
}

TEST_P(ServiceChargeTest, ADayAddsUp) {
  shop_.build(1);
  const auto account = shop_.open_account(shop_.meter(1)).id;
  shop_.must(store().add_service_record(
      record(account, "charge-01", ServiceRecordKind::charge, LedgerAccountKind::rent, 400)));
  shop_.must(store().add_service_record(
      record(account, "payment-1", ServiceRecordKind::payment, LedgerAccountKind::rent, 300)));
  domain::Money sum{}, revenue{};
  for (const auto& row : shop_.must(store().day_sums(PropertyId{1}, kNow, kNow + Millis{1}))) {
    sum = sum + row.debit - row.credit;
    if (row.account == LedgerAccountKind::revenue) {
      EXPECT_EQ(row.label, "rent");
      revenue = revenue + row.credit;
    }
  }
  EXPECT_EQ(sum, domain::Money{});
  EXPECT_EQ(revenue, domain::Money{400});
  EXPECT_TRUE(
      shop_.must(store().day_sums(PropertyId{1}, kNow + Millis{1}, kNow + Millis{9})).empty());
}

}  // namespace paymeter::store::testing

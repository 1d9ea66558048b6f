// Rows that no seal covers, or that change after it: verify names whatever something else wrote.
#include <algorithm>

#include "paymeter/store/chain_tampering.hpp"
#include "paymeter/store/chain_testing.hpp"
#include "paymeter/store/migrate.hpp"

namespace paymeter::store::testing {
namespace {

const std::vector<std::string> kMarked = {
    "vend",           "service_record", "settlement", "proposal", "billing",
    "billing_charge", "billing_lot",    "account",    "meter",    "device",
    "payment_order",  "billing_month",  "vend_act"};

constexpr UserId kOne{7}, kOther{8};

/// Two sales, one owed back that the channel refuses, and a refund that was never sent.
void sell(Shop& shop) {
  shop.deliver(shop.send(shop.sell(shop.meter(1), "sale-0001", 10'000)));
  const auto burnt = shop.must(shop.store().step_vend(
      Shop::burn_step(shop.send(shop.sell(shop.meter(1), "sale-0002", 500)))));
  port::VendStep refused;
  refused.vend = burnt.id;
  refused.from = domain::VendState::refund_due;
  refused.to = domain::VendState::refund_failed;
  refused.at = kNow;
  refused.by = kOne;
  refused.note = "the bank account is closed";
  shop.must(shop.store().step_vend(refused));
  auto unsent = Shop::sale(shop.meter(1), "refund-001", -100);
  unsent.kind = domain::VendKind::refund;
  shop.must(shop.store().create_paid_vend(unsent));

  domain::Proposal proposal;
  proposal.kind = domain::ProposalKind::manual_payout;
  proposal.meter = burnt.meter;
  proposal.vend = burnt.id;
  proposal.paid_out_by = domain::PaymentMethod::cash;
  proposal.reference = "receipt 17";
  proposal.evidence = "the tenant signed for it";
  proposal.idempotency_key = "payout-0001";
  proposal.proposed_by = kOne;
  proposal.proposed_at = kNow;
  proposal = shop.must(shop.store().add_proposal(proposal));
  shop.must(shop.store().decide_proposal(
      {proposal.id, port::ProposalStore::Verdict::reject, kOther, kNow, "ask again"}));
}

void charge_services(Shop& shop, AccountId account) {
  using domain::ServiceRecordKind;
  for (const auto kind :
       {ServiceRecordKind::charge, ServiceRecordKind::charge, ServiceRecordKind::payment}) {
    domain::ServiceRecord record;
    record.account = account;
    record.kind = kind;
    record.service = domain::LedgerAccountKind::rent;
    record.amount = {30'000};
    if (kind == ServiceRecordKind::payment) record.method = domain::PaymentMethod::cash;
    record.period = "2026-11";
    record.at = kNow;
    record.idempotency_key =
        "rent-000-" + std::string(service_record_kind_name(kind)) +
        std::to_string(shop.must(shop.store().list_service_records({account, {}, {}})).total);
    shop.must(shop.store().add_service_record(record));
  }
}

void settle(Shop& shop, const domain::Account& account) {
  for (const char* key : {"close-0001", "close-0002"}) {
    domain::Settlement settlement;
    settlement.account = account.id;
    settlement.meter = account.meters.front();
    settlement.idempotency_key = key;
    settlement.reason = "contract ended";
    settlement.operator_id = kOne;
    settlement.created_at = kNow;
    settlement = shop.must(shop.store().begin_settlements({settlement})).settlements.front();
    port::SettlementStep step;
    step.settlement = settlement.id;
    step.from = settlement.state;
    step.to = domain::SettlementState::cancelled;
    step.at = kNow + minutes(1);
    shop.must(shop.store().step_settlement(step));
  }
}

/// One order that is paid, one that nobody paid, one that was paid too late and given back.
void order_online(Shop& shop, MeterId meter) {
  const auto made = [&](const std::string& key) {
    port::PaymentOrder order;
    order.method = domain::PaymentMethod::wechat;
    order.merchant = "M-1001";
    order.currency = "CNY";
    order.expires_at = kNow + minutes(15);
    return shop.must(shop.store().create_order(Shop::sale(meter, key, 700), order))
        .order.order_number;
  };
  shop.must(shop.store().order_captured(made("order-0001"), "T1", kNow));
  shop.must(shop.store().order_closed(made("order-0002"), kNow));
  const std::string late = made("order-0003");
  shop.must(shop.store().order_closed(late, kNow));
  shop.must(shop.store().order_captured(late, "T3", kNow));
  shop.must(shop.store().begin_refund(late));
  shop.must(shop.store().end_refund(late, port::OrderStore::RefundEnd::refunded, kNow));
}

/// The device at the meter's place is replaced, twice.
void change_over(Shop& shop, const domain::Account& account) {
  for (const char* serial : {"NEW-1", "NEW-2"}) {
    domain::Settlement settlement;
    settlement.account = account.id;
    settlement.meter = account.meters.front();
    settlement.kind = domain::SettlementKind::change_over;
    settlement.idempotency_key = std::string("change-") + serial;
    settlement.reason = "it counted too little";
    settlement.operator_id = kOne;
    settlement.created_at = kNow;
    settlement = shop.must(shop.store().begin_settlements({settlement})).settlements.front();
    using enum domain::SettlementState;
    for (const auto to : {returning, clearing, replacing, opening}) {
      port::SettlementStep step;
      step.settlement = settlement.id;
      step.from = settlement.state;
      step.to = to;
      step.at = kNow + minutes(serial[4] - '0');
      step.final_at = kNow;
      step.final_wh = 12'000;
      step.final_balance = domain::Money{};
      if (to == opening) {
        step.new_serial = serial;
        step.new_ct_ratio = 40;
        step.start_wh = 80;
      }
      settlement = shop.must(shop.store().step_settlement(step));
    }
    shop.must(shop.store().confirm_open(account.id, settlement.meter, {serial, 0}, kNow));
    port::SettlementStep end;
    end.settlement = settlement.id;
    end.from = settlement.state;
    end.to = done;
    end.at = kNow + minutes(3);
    shop.must(shop.store().step_settlement(end));
  }
}

void write_story(Shop& shop) {
  auto plan = small_plan(3);
  plan.meters[1].meter.wallet = domain::Wallet::platform;
  shop.must(shop.store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
  std::vector<domain::Account> accounts;
  for (int i = 1; i <= 3; ++i) accounts.push_back(shop.open_account(shop.meter(i)));
  sell(shop);
  charge_services(shop, accounts[2].id);
  settle(shop, accounts[2]);
  order_online(shop, shop.meter(1));
  change_over(shop, accounts[2]);
  bill(shop, shop.meter(2));
  seal_all(shop);
}

class Marks : public ::testing::TestWithParam<Dialect> {
 protected:
  void SetUp() override {
    const auto report = book_.verify();
    ASSERT_TRUE(report.sound()) << (report.bad.empty()
                                        ? std::string()
                                        : report.bad[0].table + " " + report.bad[0].what)
                                << (report.problems.empty() ? "" : report.problems[0]);
  }
  void expect_found(const std::string& what, const std::string& table) {
    ++found_;
    EXPECT_FALSE(book_.verify().sound()) << "not found: " << what;
    book_.restore(table);
  }
  void expect_named(const std::string& what, const std::string& table, std::int64_t key) {
    const auto report = book_.verify();
    ++found_;
    EXPECT_TRUE(std::ranges::any_of(
                    report.bad,
                    [&](const port::BadRow& row) { return row.table == table && row.id == key; }) ||
                !report.undone.empty())
        << "not named: " << what;
    book_.restore(table);
  }

  Tampered book_{GetParam(), kMarked, write_story};
  int found_ = 0;
};

}  // namespace

TEST_P(Marks, EveryEditIsNamed) {
  for (const std::string& table : kMarked)
    for (const auto& column : book_.columns(table)) {
      if (column.name == "id") continue;
      auto keys = book_.keys(table);
      if (table == "meter") keys.resize(1);  // one is like the other, and has many columns
      for (const std::int64_t key : keys)
        for (const std::string& value : edits_of(column, GetParam())) {
          const std::string sql = "update " + table + " set " + column.name + " = " + value +
                                  " where id = " + std::to_string(key) + " and " + column.name +
                                  " is distinct from " + value;
          if (book_.change(sql)) expect_named(sql, table, key);
        }
    }
  EXPECT_GT(found_, 500);
}

TEST_P(Marks, ADeletionIsFound) {
  // A proposal that nothing came of leaves no trace, and so the last lot: nothing refers to them.
  for (const std::string table :
       {"vend", "service_record", "settlement", "billing", "billing_charge", "account", "meter",
        "device", "payment_order", "billing_month", "vend_act"})
    for (const std::int64_t key : book_.keys(table)) {
      const std::string sql = "delete from " + table + " where id = " + std::to_string(key);
      ASSERT_TRUE(book_.change(sql)) << sql;
      expect_found(sql, table);
    }
  const std::string first = std::to_string(book_.keys("billing_lot").front());
  ASSERT_TRUE(book_.change("delete from billing_lot where id = " + first));
  expect_found("the first lot", "billing_lot");
}

TEST_P(Marks, ACopyIsFound) {
  for (const std::string& table : kMarked) {
    std::string names, values;
    for (const auto& column : book_.columns(table)) {
      const std::string& c = column.name;
      names += (names.empty() ? "" : ", ") + c;
      values += values.empty() ? "" : ", ";
      values +=
          c == "n" && table == "vend"                 ? "n + 1000"
          : c == "id"                                 ? "-id"
          : c == "idempotency_key" || c == "document" ? c + " || 'x'"
          : c == "number" || c == "slip_number"       ? "'9' || " + c
          : c == "order_number" || c == "transaction_id" || c == "refund_number" || c == "code"
              ? c + " || 'x'"
          : (c == "vend_id" && table == "payment_order") || c == "unit" ||
                  (c == "month" && table == "billing_month")
              ? "-" + c
          : (c == "vend_id" || c == "meter_id") && table.find("billing") == 0 ? "-" + c
                                                                              : c;
    }
    for (const std::int64_t key : book_.keys(table)) {
      const std::string sql = "insert into " + table + " (" + names + ") select " + values +
                              " from " + table + " where id = " + std::to_string(key);
      ASSERT_TRUE(book_.change(sql)) << sql;
      expect_found(sql, table);
    }
  }
}

TEST_P(Marks, ChangedPlacesAreFound) {
  for (const std::string table : {"service_record", "settlement", "account", "billing_charge",
                                  "payment_order", "device", "vend_act"}) {
    const auto keys = book_.keys(table);
    for (std::size_t i = 1; i < keys.size(); ++i) {
      const auto move = [&](const std::string& to, std::int64_t from) {
        return "update " + table + " set id = " + to + " where id = " + std::to_string(from);
      };
      for (const std::string& sql :
           {move("-7", keys[i]), move(std::to_string(keys[i]), keys[i - 1]),
            move(std::to_string(keys[i - 1]), -7)})
        ASSERT_TRUE(book_.change(sql)) << sql;
      // Two kinds of record have a series each: a charge and a payment have no order.
      if (table == "service_record" && i == 2) {
        book_.restore(table);
        continue;
      }
      expect_found("swap " + table + " " + std::to_string(keys[i]), table);
    }
  }
}

/// Rows of a database that is older than the marks: they have none, and that is no damage.
TEST_P(Marks, WhatIsOlderThanTheMarksIsSound) {
  for (const std::string& table : kMarked) {
    const std::string last = std::to_string(book_.keys(table).back());
    const std::string floor =
        "update mark_floor set last_id = " + last + " where table_name = '" + table + "'";
    ASSERT_TRUE(book_.change(floor)) << table << " has no floor";
    ASSERT_TRUE(book_.change("update " + table + " set mark = 0"));
    EXPECT_TRUE(book_.verify().sound()) << table;
    book_.restore(table);
  }
}

TEST(OldDatabases, OrdersAreNumberedAndNeedNoMark) {
  TempFolder folder;
  Db db(std::make_unique<SqliteConnection>(folder.file()));
  db.connection().script("pragma foreign_keys=off;");
  db.execute("create table schema_version (version bigint not null primary key, name text)");
  for (const Migration& old : migrations()) {
    if (old.number > 18) break;
    execute_script(db, migration_text(old.sql, Dialect::sqlite));
    db.execute("insert into schema_version (version, name) values (:version, :name)", old.number,
               old.name);
  }
  struct Order {
    std::int64_t id, property;
  };
  for (const Order& order : {Order{5, 1}, Order{7, 2}, Order{9, 1}})
    db.execute(
        "insert into payment_order (id, vend_id, property_id, method, merchant, order_number, "
        "currency, amount_fen, created_at, expires_at) values (:id, :vend, :property, 'wechat', "
        "'M', :number, 'CNY', 100, 1, 2)",
        order.id, order.id, order.property, "P" + std::to_string(order.id));
  ASSERT_TRUE(migrate(db));
  std::vector<std::string> numbers;
  db.each<std::string>("select number from payment_order order by id",
                       [&](const std::string& number) { numbers.push_back(number); });
  EXPECT_EQ(numbers, (std::vector<std::string>{"1", "1", "2"}));
  EXPECT_EQ(db.value<std::int64_t>("select last_number from number_series where property_id = 1 "
                                   "and name = 'payment_order'"),
            2);
  EXPECT_EQ(
      db.value<std::int64_t>("select last_id from mark_floor where table_name = 'payment_order'"),
      9);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Marks, ::testing::Values(Dialect::sqlite, Dialect::postgresql),
                         [](const ::testing::TestParamInfo<Dialect>& suite) {
                           return suite.param == Dialect::sqlite ? "sqlite" : "postgresql";
                         });

}  // namespace paymeter::store::testing

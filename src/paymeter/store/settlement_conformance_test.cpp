// Conformance: closing and change-over, each step and what follows from it, on every kind of store.
#include <map>

#include "paymeter/store/settlement_sql.hpp"
#include "paymeter/store/sqlite_connection.hpp"
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::AccountState;
using domain::Settlement;
using domain::SettlementKind;
using domain::SettlementState;
using domain::Vend;
using domain::VendKind;
using domain::VendState;

namespace {

Settlement wanted(const domain::Account& account, MeterId meter, SettlementKind kind,
                  const std::string& key = "close-0001") {
  Settlement settlement;
  settlement.account = account.id;
  settlement.meter = meter;
  settlement.kind = kind;
  settlement.idempotency_key = key;
  settlement.reason = "contract ended";
  settlement.operator_id = {7};
  settlement.created_at = kNow;
  return settlement;
}

port::SettlementStep step_of(const Settlement& settlement, SettlementState to) {
  port::SettlementStep step;
  step.settlement = settlement.id;
  step.from = settlement.state;
  step.to = to;
  step.at = kNow + minutes(1);
  return step;
}

Vend taking_out(MeterId meter, VendKind kind, std::int64_t fen, const std::string& key) {
  Vend vend = Shop::sale(meter, key, -fen);
  vend.kind = kind;
  vend.settles = true;
  return vend;
}

}  // namespace

class SettlementStoreTest : public StoreTest {
 protected:
  /// Meters 1 … n with an open account each, `fen` delivered to the first.
  void open_with(int meters, std::int64_t fen) {
    shop_.open_all(meters);
    m1_ = shop_.meter(1);
    if (fen > 0) shop_.deliver(shop_.send(shop_.sell(m1_, "sale-0001", fen)));
    account_ = shop_.must(store().account_of_meter(m1_));
  }
  Settlement begin(SettlementKind kind, const std::string& key = "close-0001") {
    return shop_.must(store().begin_settlements({wanted(account_, m1_, kind, key)}))
        .settlements.front();
  }
  Settlement step(const port::SettlementStep& step) {
    return shop_.must(store().step_settlement(step));
  }
  Settlement go(Settlement settlement, SettlementState to) { return step(step_of(settlement, to)); }
  /// Final reading with this balance; the balance taken out as `kind` of money.
  Settlement emptied(Settlement settlement, std::int64_t balance) {
    auto reading = step_of(settlement, SettlementState::returning);
    reading.final_at = kNow;
    reading.final_wh = 12'000;
    reading.final_balance = domain::Money{balance};
    settlement = step(reading);
    auto taken = step_of(settlement, SettlementState::returning);
    if (settlement.kind == SettlementKind::closing) {
      const auto made = shop_.must(
          store().create_paid_vend(taking_out(m1_, VendKind::refund, balance, "settle:1:1")));
      taken.vend = shop_.deliver(shop_.send(made.vend)).id;
    } else {
      const auto made = shop_.must(store().create_transfer(
          taking_out(m1_, VendKind::transfer_out, balance, "settle:1:1"), [&] {
            Vend in = taking_out(m1_, VendKind::transfer_in, -balance, "x");
            in.settles = false;
            return in;
          }()));
      taken.vend = shop_.deliver(shop_.send(made.out)).id;
    }
    return go(step(taken), SettlementState::clearing);
  }
  Settlement replaced(Settlement settlement) {
    auto found = step_of(settlement, SettlementState::opening);
    found.new_serial = "NEW-7";
    found.new_ct_ratio = 40;
    found.new_key = std::array<std::uint8_t, 16>{1, 2, 3};
    found.start_wh = 80;
    domain::Command open;
    open.kind = domain::CommandKind::open_account;
    open.created_at = kNow;
    open.deadline_at = kNow + minutes(10);
    found.commands = {open};
    return step(found);
  }
  std::int64_t booked(domain::LedgerAccountKind kind) {
    for (const auto& row : shop_.must(store().trial_balance(account_.property)))
      if (row.kind == kind) return row.balance.fen;
    return 0;
  }
  domain::Meter meter_row() {
    for (const domain::Meter& meter : shop_.must(store().load_site()).meters)
      if (meter.id == m1_) return meter;
    throw std::runtime_error("no such meter");
  }

  MeterId m1_{};
  domain::Account account_;
};
INSTANTIATE_TEST_SUITE_P(Kinds, SettlementStoreTest, ::testing::ValuesIn(store_kinds()),
                         [](const ::testing::TestParamInfo<StoreKind>& suite) {
                           return suite.param.name;
                         });

TEST_P(SettlementStoreTest, BeginningMarksMeterAndAccount) {
  open_with(2, 10'000);
  const Settlement begun = begin(SettlementKind::closing);
  EXPECT_EQ(begun.state, SettlementState::tripping);
  EXPECT_EQ(begun.number, "000001");
  EXPECT_EQ(begun.epoch, Shop::epoch(m1_));
  EXPECT_TRUE(shop_.must(store().meter_money(m1_)).settling);
  EXPECT_EQ(shop_.must(store().find_account(account_.id)).state, AccountState::closing);
  EXPECT_EQ(shop_.ask(store().create_paid_vend(Shop::sale(m1_, "sale-0002", 100))).error().code,
            Errc::account_not_open);
  reopen();
  const auto unfinished = shop_.must(store().unfinished_settlements());
  ASSERT_EQ(unfinished.size(), 1U);
  EXPECT_EQ(unfinished[0].reason, "contract ended");
  EXPECT_EQ(unfinished[0].operator_id, UserId{7});
  port::SettlementFilter filter;
  filter.text = "m1";
  EXPECT_EQ(shop_.must(store().list_settlements(filter)).total, 1);
  filter.kind = SettlementKind::change_over;
  EXPECT_EQ(shop_.must(store().list_settlements(filter)).total, 0);
  EXPECT_EQ(shop_.ask(store().find_settlement({99})).error().code, Errc::settlement_unknown);
}

TEST_P(SettlementStoreTest, BeginningIsRefusedWithAReason) {
  open_with(3, 100);
  const MeterId m2 = shop_.meter(2), m3 = shop_.meter(3);
  const auto account2 = shop_.must(store().account_of_meter(m2));
  const auto account3 = shop_.must(store().account_of_meter(m3));
  Vend sale = shop_.send(shop_.sell(m3, "sale-0003", 100));
  auto quarantine = Shop::burn_step(sale);
  quarantine.to = VendState::quarantine;
  quarantine.new_count.reset();
  quarantine.quarantine_meter = true;
  quarantine.posting = domain::quarantine_posting(sale, kNow);
  shop_.must(store().step_vend(quarantine));
  begin(SettlementKind::closing);
  struct Row {
    const char* reason;
    Settlement settlement;
    Errc expect;
  };
  for (const Row& row :
       {Row{"under way", wanted(account_, m1_, SettlementKind::closing, "close-0002"),
            Errc::settlement_under_way},
        Row{"of any kind", wanted(account_, m1_, SettlementKind::change_over, "close-0003"),
            Errc::settlement_under_way},
        Row{"not this account's meter", wanted(account_, m2, SettlementKind::closing, "close-0004"),
            Errc::account_not_open},
        Row{"no such meter", wanted(account2, {99}, SettlementKind::closing, "close-0005"),
            Errc::account_not_open},
        Row{"quarantined", wanted(account3, m3, SettlementKind::closing, "close-0006"),
            Errc::meter_quarantined},
        Row{"the key closed another meter", wanted(account2, m2, SettlementKind::closing),
            Errc::vend_exists_with_different_request},
        Row{"the key was a closing", wanted(account_, m1_, SettlementKind::change_over),
            Errc::vend_exists_with_different_request}})
    EXPECT_EQ(shop_.ask(store().begin_settlements({row.settlement})).error().code, row.expect)
        << row.reason;
  const auto again =
      shop_.must(store().begin_settlements({wanted(account_, m1_, SettlementKind::closing)}));
  EXPECT_TRUE(again.existed);
  EXPECT_EQ(shop_.must(store().list_settlements({})).total, 1);
}

TEST_P(SettlementStoreTest, ClosingGivesTheBalanceBackAndEarnsTheRest) {
  open_with(1, 10'000);
  shop_.must(store().add_command(
      [&] {
        domain::Command late;
        late.meter = m1_;
        late.kind = domain::CommandKind::write_prices;
        late.created_at = kNow;
        return late;
      }(),
      ""));
  Settlement settlement = emptied(begin(SettlementKind::closing), 3'000);
  EXPECT_EQ(settlement.final_wh, 12'000);
  EXPECT_EQ(settlement.final_balance, domain::Money{3'000});
  settlement = go(settlement, SettlementState::done);
  EXPECT_EQ(settlement.finished_at, kNow + minutes(1));
  EXPECT_EQ(booked(domain::LedgerAccountKind::revenue), -7'000);
  EXPECT_EQ(booked(domain::LedgerAccountKind::delivered), 0);
  EXPECT_EQ(booked(domain::LedgerAccountKind::refund_due), -3'000);
  const auto account = shop_.must(store().find_account(account_.id));
  EXPECT_EQ(account.state, AccountState::closed);
  EXPECT_EQ(account.closed_at, kNow + minutes(1));
  EXPECT_EQ(account.meters, std::vector{m1_});
  const auto money = shop_.must(store().meter_money(m1_));
  EXPECT_FALSE(money.epoch);
  EXPECT_EQ(money.purchase_count, 0);
  EXPECT_FALSE(money.settling);
  EXPECT_TRUE(shop_.must(store().pending_commands()).empty());
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
  // The meter is free for the next tenant, whose sales start at number 1 of a new epoch.
  domain::Account next;
  next.customer_name = "next tenant";
  next.idempotency_key = "open-next";
  next.meters = {m1_};
  next = shop_.must(store().open_account(next, {})).account;
  shop_.must(store().confirm_open(next.id, m1_, {"SN1", 2}, kNow));
  Vend sale = shop_.sell(m1_, "sale-next", 500);
  auto reserve = Shop::reserve_step(sale, 1);
  reserve.epoch = domain::Epoch{"SN1", 2};
  shop_.deliver(shop_.must(store().step_vend(reserve)));
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(SettlementStoreTest, AnOldWorkbookDoesNotPutTheOldDeviceBack) {
  open_with(1, 0);
  Settlement change = begin(SettlementKind::change_over);
  change = go(go(change, SettlementState::returning), SettlementState::clearing);
  change = replaced(go(change, SettlementState::replacing));
  shop_.must(store().confirm_open(account_.id, m1_, domain::Epoch{"NEW-7", 0}, kNow));
  go(change, SettlementState::done);
  const domain::Meter now = meter_row();
  const std::string old_serial = Shop::epoch(m1_).serial;
  struct Row {
    const char* reason;
    void (*change)(domain::SitePlan::MeterRow&);
    std::optional<Errc> refused, refused_without_account;
  };
  const Row rows[] = {
      {"the workbook from before names the old device", [](auto&) {}, Errc::import_device_replaced,
       Errc::import_device_replaced},
      {"in other letters", [](auto& row) { row.meter.serial = "sn1"; },
       Errc::import_device_replaced, Errc::import_device_replaced},
      {"without a serial its CT ratio is the old device's",
       [](auto& row) {
         row.meter.serial = "NEW-7";
         row.names_device = false;
       },
       Errc::import_device_replaced, Errc::import_device_replaced},
      {"it names the new device: the ratio is corrected",
       [](auto& row) { row.meter.serial = "NEW-7"; }, std::nullopt, std::nullopt},
      {"a third device: as ever", [](auto& row) { row.meter.serial = "NEW-8"; },
       Errc::import_change_forbidden, std::nullopt},
      {"the old one is back, with a reading from after its end",
       [](auto& row) { row.opening = domain::OpeningReading{kNow + minutes(500), 12'000}; },
       Errc::import_change_forbidden, std::nullopt},
  };
  const auto expect_all = [&](std::optional<Errc> Row::* refused) {
    for (const Row& row : rows) {
      auto plan = small_plan(1);
      plan.meters[0].meter.serial = old_serial;
      row.change(plan.meters[0]);
      const auto answer =
          shop_.ask(store().apply_plan(plan, port::SiteStore::Apply::dry_run, kNow));
      EXPECT_EQ(answer ? std::nullopt : std::optional(answer.error().code), row.*refused)
          << row.reason;
      if (!answer) EXPECT_NE(answer.error().detail.find("M1"), std::string::npos) << row.reason;
    }
  };
  expect_all(&Row::refused);
  EXPECT_EQ(meter_row(), now) << "nothing half done";
  const Settlement closing = begin(SettlementKind::closing, "close-0002");
  go(go(go(closing, SettlementState::returning), SettlementState::clearing), SettlementState::done);
  expect_all(&Row::refused_without_account);
  auto plan = small_plan(1);
  plan.meters[0].meter.serial = old_serial;
  EXPECT_FALSE(shop_.ask(store().apply_plan(plan, port::SiteStore::Apply::commit, kNow)));
  EXPECT_EQ(meter_row(), now);
}

TEST_P(SettlementStoreTest, StepsOutOfOrderChangeNothing) {
  open_with(1, 10'000);
  const Settlement begun = begin(SettlementKind::closing);
  Settlement at_returning = begun;
  at_returning.state = SettlementState::returning;
  struct Row {
    const char* reason;
    port::SettlementStep step;
  };
  for (const Row& row :
       {Row{"not in that state", step_of(at_returning, SettlementState::clearing)},
        Row{"no way from here to there", step_of(begun, SettlementState::clearing)},
        Row{"a closing replaces nothing", step_of(begun, SettlementState::replacing)}})
    EXPECT_EQ(shop_.ask(store().step_settlement(row.step)).error().code,
              Errc::settlement_state_conflict)
        << row.reason;
  auto unknown = step_of(begun, SettlementState::returning);
  unknown.settlement = {99};
  EXPECT_EQ(shop_.ask(store().step_settlement(unknown)).error().code, Errc::settlement_unknown);
  auto trouble = step_of(begun, SettlementState::tripping);
  trouble.trouble = Errc::link_timeout;
  EXPECT_EQ(step(trouble).trouble, Errc::link_timeout);
  EXPECT_FALSE(step(step_of(begun, SettlementState::tripping)).trouble) << "empty clears it";
}

TEST_P(SettlementStoreTest, NothingEndsWhileAFrameOfASaleMayArrive) {
  open_with(1, 10'000);
  const Vend sale = shop_.send(shop_.sell(m1_, "sale-0002", 500));
  const Settlement begun = begin(SettlementKind::closing);
  const auto cancel = step_of(begun, SettlementState::cancelled);
  EXPECT_EQ(shop_.ask(store().step_settlement(cancel)).error().code, Errc::vend_meter_busy);
  EXPECT_EQ(shop_.must(store().find_settlement(begun.id)).state, SettlementState::tripping);
  shop_.deliver(sale);
  step(cancel);
  EXPECT_EQ(shop_.must(store().find_account(account_.id)).state, AccountState::open);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(SettlementStoreTest, CallingOffUndoesWhatWasNotSentAndFreesTheMeter) {
  open_with(1, 10'000);
  const Settlement begun = begin(SettlementKind::closing);
  const auto refund =
      shop_.must(store().create_paid_vend(taking_out(m1_, VendKind::refund, 3'000, "settle:1:1")));
  go(begun, SettlementState::cancelled);
  EXPECT_EQ(shop_.must(store().find_vend(refund.vend.id)).state, VendState::closed);
  EXPECT_FALSE(shop_.must(store().meter_money(m1_)).settling);
  shop_.deliver(shop_.send(shop_.sell(m1_, "sale-0002", 100)));
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
  EXPECT_EQ(begin(SettlementKind::closing, "close-0002").number, "000002");
}

TEST_P(SettlementStoreTest, ASaleThatWasNeverSentIsOwedBackAtTheEnd) {
  open_with(1, 10'000);
  const Vend waiting = shop_.sell(m1_, "sale-0002", 700);
  const Settlement begun = begin(SettlementKind::closing);
  EXPECT_EQ(shop_.ask(store().step_vend(Shop::reserve_step(waiting, 2))).error().code,
            Errc::meter_settling);
  go(emptied(begun, 10'000), SettlementState::done);
  EXPECT_EQ(shop_.must(store().find_vend(waiting.id)).state, VendState::refund_due);
  EXPECT_EQ(booked(domain::LedgerAccountKind::refund_due), -10'700);
  EXPECT_EQ(booked(domain::LedgerAccountKind::revenue), 0);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(SettlementStoreTest, AnAccountClosesWithItsLastMeter) {
  shop_.build(3);
  std::vector<MeterId> meters;
  domain::Account many;
  many.customer_name = "three shops";
  many.idempotency_key = "open-many";
  for (int i = 1; i <= 3; ++i) many.meters.push_back(shop_.meter(i));
  meters = many.meters;
  many = shop_.must(store().open_account(many, {})).account;
  for (MeterId meter : meters)
    shop_.must(store().confirm_open(many.id, meter, Shop::epoch(meter), kNow));

  // One leaves: the account stays open with two.
  Settlement one =
      shop_.must(store().begin_settlements({wanted(many, meters[0], SettlementKind::closing)}))
          .settlements.front();
  EXPECT_EQ(shop_.must(store().find_account(many.id)).state, AccountState::open);
  go(go(go(one, SettlementState::returning), SettlementState::clearing), SettlementState::done);
  auto account = shop_.must(store().find_account(many.id));
  EXPECT_EQ(account.state, AccountState::open);
  EXPECT_EQ(account.meters, (std::vector{meters[1], meters[2]}));
  EXPECT_EQ(shop_.ask(store().account_of_meter(meters[0])).error().code, Errc::account_not_open);

  // The rest at once: closing, then closed with the last.
  const auto rest = shop_
                        .must(store().begin_settlements(
                            {wanted(many, meters[1], SettlementKind::closing, "close-rest"),
                             wanted(many, meters[2], SettlementKind::closing, "close-rest")}))
                        .settlements;
  EXPECT_EQ(rest[1].number, "000003");
  EXPECT_EQ(shop_.must(store().find_account(many.id)).state, AccountState::closing);
  go(go(go(rest[0], SettlementState::returning), SettlementState::clearing), SettlementState::done);
  EXPECT_EQ(shop_.must(store().find_account(many.id)).state, AccountState::closing);
  go(go(go(rest[1], SettlementState::returning), SettlementState::clearing), SettlementState::done);
  account = shop_.must(store().find_account(many.id));
  EXPECT_EQ(account.state, AccountState::closed);
  EXPECT_EQ(account.meters, meters) << "those it had";
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(SettlementStoreTest, ChangeOverCarriesTheBalanceToTheNewDevice) {
  open_with(1, 10'000);
  const Vend waiting = shop_.sell(m1_, "sale-0002", 700);
  Settlement settlement = emptied(begin(SettlementKind::change_over), 4'000);
  EXPECT_EQ(shop_.must(store().find_account(account_.id)).state, AccountState::open);
  settlement = go(settlement, SettlementState::replacing);
  EXPECT_EQ(booked(domain::LedgerAccountKind::revenue), -6'000);
  EXPECT_EQ(meter_row().serial, "");
  auto devices = shop_.must(store().devices(m1_));
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].serial, Shop::epoch(m1_).serial);
  EXPECT_EQ(devices[0].final_wh, 12'000);
  EXPECT_FALSE(devices[0].from_at);
  EXPECT_FALSE(devices[0].next_start_wh);

  settlement = replaced(settlement);
  EXPECT_EQ(settlement.new_serial, "NEW-7");
  EXPECT_EQ(meter_row().serial, "NEW-7");
  EXPECT_EQ(meter_row().ct_ratio, 40U);
  EXPECT_EQ(meter_row().key[2], 3);
  EXPECT_EQ(shop_.must(store().devices(m1_))[0].next_start_wh, 80);
  const auto commands = shop_.must(store().pending_commands());
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].customer_number, account_.customer_number);

  const domain::Epoch fresh{"NEW-7", 0};
  EXPECT_EQ(shop_.ask(store().confirm_open(account_.id, m1_, {"OLD", 2}, kNow)).error().code,
            Errc::settlement_wrong_meter);
  shop_.must(store().confirm_open(account_.id, m1_, fresh, kNow));
  EXPECT_EQ(shop_.must(store().meter_money(m1_)).epoch, fresh);
  const Vend second =
      shop_.must(store().find_vend(*shop_.must(store().find_vend(*settlement.vend)).related));
  EXPECT_EQ(second.state, VendState::paid);
  auto reserve = Shop::reserve_step(second, 1);
  reserve.epoch = fresh;
  EXPECT_EQ(shop_.ask(store().step_vend(reserve)).error().code, Errc::meter_settling);
  go(settlement, SettlementState::done);
  shop_.deliver(shop_.must(store().step_vend(reserve)));
  auto sale = Shop::reserve_step(waiting, 2);
  sale.epoch = fresh;
  shop_.deliver(shop_.must(store().step_vend(sale)));
  EXPECT_EQ(booked(domain::LedgerAccountKind::delivered), -4'700);
  EXPECT_EQ(booked(domain::LedgerAccountKind::transfer), 0);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(SettlementStoreTest, ASecondChangeOverBeginsWhereTheFirstEnded) {
  open_with(1, 0);
  for (const char* key : {"change-01", "change-02"}) {
    Settlement settlement = begin(SettlementKind::change_over, key);
    settlement = go(go(settlement, SettlementState::returning), SettlementState::clearing);
    settlement = replaced(go(settlement, SettlementState::replacing));
    shop_.must(store().confirm_open(account_.id, m1_, {"NEW-7", 0}, kNow));
    go(settlement, SettlementState::done);
  }
  const auto devices = shop_.must(store().devices(m1_));
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[1].serial, "NEW-7");
  EXPECT_EQ(devices[1].ct_ratio, 40U);
  EXPECT_EQ(devices[1].from_at, devices[0].to_at);
}

namespace {

/// What the decision of two people does, in a transaction of its own. (Proposals call it on every
/// store.)
std::vector<Vend> agree(const std::string& path, SettlementId id, std::int64_t fen) {
  Db db(std::make_unique<SqliteConnection>(path));
  db.begin_write();
  auto vends = sql::settle_without_meter(db, {id, {fen}, {9}, kNow + minutes(2)});
  if (!vends) throw std::runtime_error(std::string(error_name(vends.error().code)));
  db.commit();
  return *vends;
}

}  // namespace

TEST(SettleWithoutMeter, MovesTheAgreedBalanceAndNothingElse) {
  struct Row {
    const char* reason;
    SettlementKind kind;
    bool sale_in_flight;
    std::int64_t agreed, revenue, refund_due, transfer, quarantined;
  };
  for (const Row& row :
       {Row{"closing", SettlementKind::closing, false, 3'000, -7'000, -3'000, 0, 0},
        Row{"nothing left", SettlementKind::closing, false, 0, -10'000, 0, 0, 0},
        Row{"closing while a sale's fate is unknown", SettlementKind::closing, true, 3'000, -7'000,
            -3'000, 0, -500},
        Row{"change-over", SettlementKind::change_over, false, 3'000, -7'000, 0, 0, 0},
        Row{"change-over with nothing left", SettlementKind::change_over, false, 0, -10'000, 0, 0,
            0}}) {
    TempFolder folder;
    Shop shop(std::move(*open_sqlite(quick_options(folder.file(), ExecutionMode::inline_))));
    shop.open_all(1);
    const MeterId m1 = shop.meter(1);
    shop.deliver(shop.send(shop.sell(m1, "sale-0001", 10'000)));
    if (row.sale_in_flight) shop.send(shop.sell(m1, "sale-0002", 500));
    const auto account = shop.must(shop.store().account_of_meter(m1));
    const Settlement begun =
        shop.must(shop.store().begin_settlements({wanted(account, m1, row.kind)}))
            .settlements.front();
    const auto vends = agree(folder.file(), begun.id, row.agreed);
    const std::size_t made = row.agreed == 0 ? 0 : row.kind == SettlementKind::closing ? 1 : 2;
    EXPECT_EQ(vends.size(), made + (row.sale_in_flight ? 1 : 0)) << row.reason;
    const Settlement after = shop.must(shop.store().find_settlement(begun.id));
    EXPECT_TRUE(after.without_meter) << row.reason;
    EXPECT_EQ(after.final_balance, domain::Money{row.agreed}) << row.reason;
    EXPECT_EQ(after.vend.has_value(), row.agreed > 0) << row.reason;
    EXPECT_EQ(after.state, row.kind == SettlementKind::closing ? SettlementState::done
                                                               : SettlementState::replacing)
        << row.reason;
    std::map<domain::LedgerAccountKind, std::int64_t> booked;
    for (const auto& line : shop.must(shop.store().trial_balance(account.property)))
      booked[line.kind] = line.balance.fen;
    EXPECT_EQ(booked[domain::LedgerAccountKind::revenue], row.revenue) << row.reason;
    EXPECT_EQ(booked[domain::LedgerAccountKind::refund_due], row.refund_due) << row.reason;
    EXPECT_EQ(booked[domain::LedgerAccountKind::transfer], row.transfer) << row.reason;
    EXPECT_EQ(booked[domain::LedgerAccountKind::quarantined], row.quarantined) << row.reason;
    EXPECT_EQ(booked[domain::LedgerAccountKind::delivered], 0) << row.reason;
    EXPECT_EQ(shop.problems(), std::vector<std::string>{}) << row.reason;
  }
}

}  // namespace paymeter::store::testing

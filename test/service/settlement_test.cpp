// Closing on the bench: money back to the fen, whatever is lost or stands at the meter's place.
#include "settlement_bench.hpp"

namespace paymeter::bench_station {
namespace {

using domain::LedgerAccountKind;

bool is_clear(Bytes pdu) { return pdu.size() > 3 && pdu[0] == 0x10 && get_u16(pdu, 1) == 0x6050; }

TEST_F(Settling, ClosingGivesTheBalanceBackToTheFen) {
  auto station = opened();
  deliver(*station, 10'000, "sale-000001");
  spend_down_to(3'217);
  const AccountId account = account_of(*station, 1);
  auto begun = close(*station);
  ASSERT_TRUE(begun);
  const auto done = reached(*station, begun->id, SettlementState::done);
  EXPECT_EQ(done.state, SettlementState::done);
  EXPECT_EQ(done.final_balance, domain::Money{3'217});
  EXPECT_TRUE(done.final_wh);
  ASSERT_TRUE(done.vend);
  EXPECT_EQ(station->vend(*done.vend).state, VendState::refund_due);
  EXPECT_EQ(station->vend(*done.vend).to_meter, domain::Money{-3'217});
  EXPECT_FALSE(site.meter(1).account_open());
  EXPECT_EQ(site.meter(1).memory().clear_count, 1);
  EXPECT_TRUE(site.meter(1).relay_open()) << "a closed account's meter would be on";
  EXPECT_EQ(station->balance_of(LedgerAccountKind::revenue), -(10'000 - 3'217));
  EXPECT_EQ(station->balance_of(LedgerAccountKind::delivered), 0);
  EXPECT_EQ(station->run(station->store->find_account(account))->state,
            domain::AccountState::closed);
  EXPECT_FALSE(station->live.find(station->meter_id(1))->account);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
  // The next tenant starts from nothing.
  service::OpeningRequest next{"open-next1", station->meter_id(1), "李四", "", "", {}, {}};
  ASSERT_TRUE(station->run(station->accounts->open(next)));
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  deliver(*station, 500, "sale-next01");
  EXPECT_EQ(site.meter(1).shown_balance(), 500);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Settling, NoPowerIsUsedBetweenTheFinalReadingAndTheClear) {
  auto station = opened();
  deliver(*station, 10'000, "sale-000001");
  std::vector<bool> open_at;
  site.after_request = [&](std::uint8_t unit, Bytes pdu) {
    if (unit == 1 && (is_sale(pdu) || is_clear(pdu))) open_at.push_back(site.meter(1).relay_open());
  };
  auto begun = close(*station);
  ASSERT_TRUE(begun);
  EXPECT_EQ(reached(*station, begun->id, SettlementState::done).state, SettlementState::done);
  EXPECT_EQ(open_at, (std::vector{true, true}));
}

TEST_F(Settling, TheWireMayLoseAnyFrameOfAClosing) {
  struct Row {
    const char* reason;
    std::function<bool(Bytes)> which;
    std::vector<Fate> fates;
  };
  for (const Row& row :
       {Row{"the clear is lost", is_clear, {Fate::lose_request, Fate::lose_request}},
        Row{"the reply to the clear is lost", is_clear, {Fate::lose_reply}},
        Row{"the clear is doubled", is_clear, {Fate::twice}},
        Row{"the trip is lost", is_relay, {Fate::lose_request, Fate::lose_reply}},
        Row{"the refund's reply is lost", is_sale, {Fate::lose_reply}},
        Row{"the refund is lost, then doubled", is_sale, {Fate::lose_request, Fate::twice}}}) {
    SetUp();
    site = BenchSite{2};
    auto station = opened();
    deliver(*station, 8'000, "sale-000001");
    auto left = std::make_shared<std::deque<Fate>>(row.fates.begin(), row.fates.end());
    site.fate = [&row, left](std::uint8_t, Bytes pdu) {
      if (!row.which(pdu) || left->empty()) return Fate::deliver;
      const Fate fate = left->front();
      left->pop_front();
      return fate;
    };
    auto begun = close(*station);
    ASSERT_TRUE(begun) << row.reason;
    EXPECT_EQ(reached(*station, begun->id, SettlementState::done).state, SettlementState::done)
        << row.reason;
    EXPECT_EQ(site.meter(1).memory().clear_count, 1) << row.reason;
    EXPECT_EQ(sum(*station, VendKind::refund, VendState::refund_due), -8'000) << row.reason;
    EXPECT_EQ(station->book_problems(), std::vector<std::string>{}) << row.reason;
  }
}

TEST_F(Settling, ADebtIsCollectedToTheFenThenItGoesOn) {
  for (const VendKind kind : {VendKind::sale, VendKind::adjustment}) {
    SetUp();
    site = BenchSite{2};
    auto station = opened();
    deliver(*station, 1'000, "sale-000001");
    spend_down_to(-137);
    auto begun = close(*station);
    ASSERT_TRUE(begun);
    const auto debt = reached(*station, begun->id, SettlementState::debt, Errc::settlement_debt);
    ASSERT_EQ(debt.state, SettlementState::debt);
    EXPECT_EQ(debt.final_balance, domain::Money{-137});
    EXPECT_EQ(station->sell(1, 500, "sale-000002").error().code, Errc::account_not_open);
    service::CollectionRequest request;
    request.idempotency_key = "collect-01";
    request.settlement = begun->id;
    request.kind = VendKind::refund;
    EXPECT_EQ(station->run(station->settlements->collect(request)).error().code,
              Errc::request_invalid);
    request.kind = kind;
    request.reason = "agreed with the tenant";
    auto paid = station->run(station->settlements->collect(request));
    ASSERT_TRUE(paid);
    EXPECT_EQ(paid->to_meter, domain::Money{137});
    auto again = station->run(station->settlements->collect(request));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->id, paid->id);
    EXPECT_EQ(reached(*station, begun->id, SettlementState::done).state, SettlementState::done);
    EXPECT_EQ(site.meter(1).memory().clear_count, 1);
    EXPECT_EQ(station->balance_of(LedgerAccountKind::revenue), -1'137);
    request.idempotency_key = "collect-02";
    EXPECT_EQ(station->run(station->settlements->collect(request)).error().code,
              Errc::settlement_state_conflict);
    EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
  }
}

TEST_F(Settling, ASaleUnderWayEndsFirst) {
  auto station = opened();
  bend_sales({Fate::lose_reply});
  auto sold = station->sell(1, 2'500, "sale-000001");
  ASSERT_TRUE(sold);
  station->until([&] { return station->vend(sold->id).state == VendState::sent; });
  auto waiting = station->sell(1, 700, "sale-000002");
  ASSERT_TRUE(waiting);
  auto begun = close(*station);
  ASSERT_TRUE(begun);
  EXPECT_EQ(reached(*station, begun->id, SettlementState::done).state, SettlementState::done);
  EXPECT_EQ(station->vend(sold->id).state, VendState::delivered);
  EXPECT_EQ(station->vend(waiting->id).state, VendState::refund_due)
      << "paid and never sent: owed back";
  EXPECT_EQ(sum(*station, VendKind::refund, VendState::refund_due), -2'500);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::refund_due), -3'200);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Settling, AnAccountOfThreeMetersClosesWithItsLast) {
  site = BenchSite{3};
  auto station = std::make_unique<Station>(world, site, path_);
  station->start();
  service::OpeningRequest open{"open-three", station->meter_id(1), "连锁店", "", "", {}, {}};
  open.further_meters = {station->meter_id(2)};
  ASSERT_TRUE(station->run(station->accounts->open(open)));
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  const AccountId account = account_of(*station, 1);
  auto added = station->run(
      station->tenancy->add_meters({"add-000001", account, {station->meter_id(3)}, {}}));
  ASSERT_TRUE(added);
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  for (int unit = 1; unit <= 3; ++unit)
    deliver(*station, unit * 1'000, "sale-00000" + std::to_string(unit), unit);

  auto one =
      station->run(station->settlements->close_meter(station->meter_id(2), why("close-one1")));
  ASSERT_TRUE(one);
  EXPECT_EQ(reached(*station, one->id, SettlementState::done).state, SettlementState::done);
  EXPECT_FALSE(station->live.find(station->meter_id(2))->account);
  ASSERT_TRUE(station->live.find(station->meter_id(1))->account);
  EXPECT_EQ(station->live.find(station->meter_id(1))->account->meters.size(), 2U);
  deliver(*station, 100, "sale-000009", 1);

  auto rest = close(*station, 1, "close-rest");
  ASSERT_TRUE(rest);
  const auto both = station->run(station->store->unfinished_settlements());
  ASSERT_EQ(both->size(), 2U);
  for (const Settlement& settlement : *both)
    reached(*station, settlement.id, SettlementState::done);
  EXPECT_EQ(station->run(station->store->find_account(account))->state,
            domain::AccountState::closed);
  EXPECT_EQ(sum(*station, VendKind::refund, VendState::refund_due), -6'100);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Settling, ARepeatedClosingOfManyMetersIsKnownHoweverFarItIs) {
  site = BenchSite{3};
  auto station = std::make_unique<Station>(world, site, path_);
  station->start();
  service::OpeningRequest open{"open-three", station->meter_id(1), "连锁店", "", "", {}, {}};
  open.further_meters = {station->meter_id(2), station->meter_id(3)};
  ASSERT_TRUE(station->run(station->accounts->open(open)));
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  const AccountId account = account_of(*station, 1);
  auto one =
      station->run(station->settlements->close_meter(station->meter_id(2), why("close-one1")));
  ASSERT_TRUE(one);
  reached(*station, one->id, SettlementState::done);
  const auto ask = [&](const std::string& key) {
    return station->run(station->settlements->close_account(account, why(key)));
  };
  EXPECT_EQ(ask("close-one1").error().code, Errc::vend_exists_with_different_request)
      << "that was one meter";
  site.fate = [](std::uint8_t unit, Bytes) { return unit == 3 ? Fate::wire_down : Fate::deliver; };
  const auto begun = ask("close-rest");
  ASSERT_TRUE(begun);
  ASSERT_EQ(begun->size(), 2U);
  const auto expect_known = [&](const char* when) {
    const auto again = ask("close-rest");
    ASSERT_TRUE(again) << when << ": " << error_name(again.error().code);
    ASSERT_EQ(again->size(), 2U) << when;
    EXPECT_TRUE(again->front().existed) << when;
    EXPECT_EQ(again->front().id, begun->front().id) << when;
  };
  expect_known("both under way");
  reached(*station, begun->front().id, SettlementState::done);
  ASSERT_EQ(stored(*station, begun->back().id).state, SettlementState::tripping);
  expect_known("one is done, the other does not answer");
  site.fate = {};
  reached(*station, begun->back().id, SettlementState::done);
  expect_known("the account is closed, and lists the meter that left before, too");
  EXPECT_EQ(station->run(station->store->list_settlements({}))->total, 3);
}

TEST_F(Settling, RequestsThatMakeNoSenseChangeNothing) {
  auto station = opened();
  const MeterId m1 = station->meter_id(1), m2 = station->meter_id(2);
  struct Row {
    const char* reason;
    std::function<Errc(service::Settlements&)> ask;
    Errc expect;
  };
  for (const Row& row :
       {Row{"no reason",
            [&](auto& all) {
              return station->run(all.change_over(m1, {"change-001", "", {}})).error().code;
            },
            Errc::vend_reason_missing},
        Row{"a bad key",
            [&](auto& all) {
              return station->run(all.change_over(m1, {"x", "why", {}})).error().code;
            },
            Errc::vend_key_invalid},
        Row{"the only meter leaves with its account",
            [&](auto& all) {
              return station->run(all.close_meter(m1, why("close-0001"))).error().code;
            },
            Errc::account_meter_last},
        Row{"not open",
            [&](auto& all) {
              return station->run(all.change_over(m2, why("change-002"))).error().code;
            },
            Errc::account_not_open},
        Row{"no such account",
            [&](auto& all) {
              return station->run(all.close_account({99}, why("close-0002"))).error().code;
            },
            Errc::account_unknown},
        Row{"no such settlement",
            [&](auto& all) { return station->run(all.cancel({99}, {})).error().code; },
            Errc::settlement_unknown}})
    EXPECT_EQ(row.ask(*station->settlements), row.expect) << row.reason;
  EXPECT_EQ(station->run(station->store->list_settlements({}))->total, 0);
}

TEST_F(Settling, CallingItOffBringsTheSupplyBack) {
  auto station = opened();
  deliver(*station, 1'000, "sale-000001");
  spend_down_to(-50);  // it stops at the debt, so that there is time to call it off
  auto begun = close(*station);
  ASSERT_TRUE(begun);
  reached(*station, begun->id, SettlementState::debt);
  ASSERT_TRUE(site.meter(1).relay_open());
  service::SupplyRequest on{
      "force-0001", station->meter_id(1), domain::CommandKind::force_on, "", {}};
  EXPECT_EQ(station->run(station->commands->switch_supply(on)).error().code, Errc::meter_settling);
  auto cancelled = station->run(station->settlements->cancel(begun->id, {7}));
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->state, SettlementState::cancelled);
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  EXPECT_EQ(site.meter(1).memory().relay_mode, 0) << "released to prepaid mode";
  EXPECT_EQ(station->live.find(station->meter_id(1))->account->state, domain::AccountState::open);
  deliver(*station, 1'000, "sale-000002");
  EXPECT_FALSE(site.meter(1).relay_open());
  EXPECT_EQ(station->run(station->settlements->cancel(begun->id, {7})).error().code,
            Errc::settlement_state_conflict);
}

TEST_F(Settling, CallingItOffKeepsALockOutByAnOperator) {
  auto station = opened();
  service::SupplyRequest lock{
      "lock-00001", station->meter_id(1), domain::CommandKind::trip, "检修", {}};
  ASSERT_TRUE(station->run(station->commands->switch_supply(lock)));
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  spend_down_to(-50);
  auto begun = close(*station);
  ASSERT_TRUE(begun);
  reached(*station, begun->id, SettlementState::debt);
  ASSERT_TRUE(station->run(station->settlements->cancel(begun->id, {7})));
  station->until([] { return false; }, minutes(5));
  EXPECT_TRUE(site.meter(1).relay_open());
}

TEST_F(Settling, AnotherDeviceAtThePlaceStopsTheClosing) {
  auto station = opened();
  deliver(*station, 1'000, "sale-000001");
  put_device("PM00000099");
  auto begun = close(*station);
  ASSERT_TRUE(begun);
  const auto stopped =
      reached(*station, begun->id, SettlementState::tripping, Errc::settlement_wrong_meter);
  EXPECT_EQ(stopped.trouble, Errc::settlement_wrong_meter);
  EXPECT_FALSE(site.meter(1).relay_open()) << "nothing is sent to a device that is not ours";
  EXPECT_TRUE(
      station->alarms->is_active(domain::AlarmKind::vend_quarantined, station->meter_id(1), {}));
}

}  // namespace
}  // namespace paymeter::bench_station

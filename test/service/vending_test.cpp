// Selling on the bench: lost, doubled, cancelled, foreign, crashed.
#include "bench_test.hpp"

namespace paymeter::bench_station {
namespace {

using domain::LedgerAccountKind;
using domain::VendState;

using Vending = BenchTest;

TEST_F(Vending, ASaleArrivesOnceAndTheBooksShowIt) {
  auto station = opened();
  auto sold = station->sell(1, 10'000, "sale-000001");
  ASSERT_TRUE(sold);
  EXPECT_EQ(sold->state, VendState::paid);
  const auto done = station->settle(sold->id);
  EXPECT_EQ(done.state, VendState::delivered);
  EXPECT_EQ(done.n, 1);
  EXPECT_EQ(done.balance_before, domain::Money{0});
  EXPECT_EQ(done.balance_after, domain::Money{10'000});
  EXPECT_EQ(site.meter(1).shown_balance(), 10'000);
  EXPECT_EQ(site.meter(1).memory().purchase_count, 1);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::delivered), -10'000);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::pending), 0);
  EXPECT_TRUE(station->book_problems().empty());
  EXPECT_EQ(sales_on_the_wire(), 1);
}

TEST_F(Vending, LostDoubledAndRepeatedFramesCreditOnce) {
  auto station = opened();
  struct Row {
    const char* reason;
    std::vector<Fate> fates;
  };
  int n = 0;
  for (const Row& row :
       {Row{"request lost", {Fate::lose_request}}, Row{"reply lost", {Fate::lose_reply}},
        Row{"frame doubled", {Fate::twice}},
        Row{"doubled, reply lost", {Fate::twice, Fate::lose_reply}},
        Row{"lost again and again", {Fate::lose_request, Fate::lose_request, Fate::lose_reply}}}) {
    bend_sales(row.fates);
    ++n;
    auto sold = station->sell(1, 1'000, "sale-00000" + std::to_string(n));
    ASSERT_TRUE(sold) << row.reason;
    EXPECT_EQ(station->settle(sold->id).state, VendState::delivered) << row.reason;
    EXPECT_EQ(site.meter(1).memory().purchase_count, n) << row.reason;
    EXPECT_EQ(site.meter(1).memory().sold_total, n * 1'000) << row.reason;
  }
  EXPECT_TRUE(station->book_problems().empty());
}

TEST_F(Vending, ADoubleClickIsOneSale) {
  auto station = opened();
  auto first = station->sell(1, 5'000, "click-00001");
  auto second = station->sell(1, 5'000, "click-00001");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->id, second->id);
  station->settle(first->id);
  // Still the same answer when the sale is long done, and when the meter is full meanwhile.
  EXPECT_EQ(station->sell(1, 5'000, "click-00001")->state, VendState::delivered);
  EXPECT_EQ(station->sell(1, 5'001, "click-00001").error().code,
            Errc::vend_exists_with_different_request);
  EXPECT_EQ(site.meter(1).memory().sold_total, 5'000);
}

TEST_F(Vending, BadRequestsChangeNothing) {
  auto station = opened();
  struct Row {
    const char* reason;
    int unit;
    std::int64_t fen;
    const char* key;
    Errc expect;
  };
  for (const Row& row :
       {Row{"nothing", 1, 0, "bad-000001", Errc::vend_amount_not_positive},
        Row{"negative", 1, -100, "bad-000002", Errc::vend_amount_not_positive},
        Row{"over the limit", 1, 10'000'001, "bad-000003", Errc::vend_amount_too_large},
        Row{"unknown meter", 77, 100, "bad-000004", Errc::meter_unknown},
        Row{"no account", 2, 100, "bad-000005", Errc::account_not_open},
        Row{"bad key", 1, 100, "x", Errc::vend_key_invalid}}) {
    auto sold = station->sell(row.unit, row.fen, row.key);
    ASSERT_FALSE(sold) << row.reason;
    EXPECT_EQ(sold.error().code, row.expect) << row.reason;
  }
  EXPECT_EQ(sales_on_the_wire(), 0);
  EXPECT_TRUE(station->run(station->store->list_vends({}))->rows.empty());
}

TEST_F(Vending, TwoSalesToOneMeterGoOneAfterTheOther) {
  auto station = opened();
  auto first = station->sell(1, 1'000, "pair-000001");
  auto second = station->sell(1, 2'000, "pair-000002");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(station->settle(first->id).state, VendState::delivered);
  EXPECT_EQ(station->settle(second->id).state, VendState::delivered);
  EXPECT_EQ(site.meter(1).memory().purchase_count, 2);
  EXPECT_EQ(site.meter(1).memory().sold_total, 3'000);
  EXPECT_TRUE(station->book_problems().empty());
}

TEST_F(Vending, ADeadMeterKeepsTheMoneyPendingAndRaisesAnAlarm) {
  auto station = opened();
  site.fate = [](std::uint8_t, Bytes) { return Fate::lose_request; };
  auto sold = station->sell(1, 1'000, "dead-000001");
  EXPECT_EQ(station->settle(sold->id, minutes(10)).state, VendState::paid);
  EXPECT_TRUE(station->alarms->is_active(domain::AlarmKind::vend_stuck, station->meter_id(1), {}));
  EXPECT_EQ(station->balance_of(LedgerAccountKind::pending), -1'000);
  site.fate = {};
  EXPECT_EQ(station->settle(sold->id).state, VendState::delivered);
  station->until([&] {
    return !station->alarms->is_active(domain::AlarmKind::vend_stuck, station->meter_id(1), {});
  });
  EXPECT_FALSE(station->alarms->is_active(domain::AlarmKind::vend_stuck, station->meter_id(1), {}));
}

TEST_F(Vending, WhatCannotBeSentIsOwedBackAfterTheDeadline) {
  auto station = opened();
  site.fate = [](std::uint8_t, Bytes) { return Fate::lose_request; };
  const auto sold = station->sell(1, 1'000, "dead-000001");
  world.run_for(minutes(7 * 24 * 60 - 5));
  EXPECT_EQ(station->run(station->store->find_vend(sold->id))->state, VendState::paid);
  world.run_for(minutes(10));
  const auto end = station->run(station->store->find_vend(sold->id));
  EXPECT_EQ(end->state, VendState::refund_due);
  EXPECT_EQ(end->reason, Errc::vend_undeliverable);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::pending), 0);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::refund_due), -1'000);
  site.fate = {};
  world.run_for(minutes(10));
  EXPECT_EQ(sales_on_the_wire(), 0);
  EXPECT_TRUE(station->book_problems().empty());
}

TEST_F(Vending, BehindAQuarantineTheDeadlineDecidesNothing) {
  auto station = opened();
  site.replace(1, "PM77777777");
  const auto sold = station->sell(1, 1'000, "gone-000001");
  world.run_for(minutes(9 * 24 * 60));
  EXPECT_EQ(station->run(station->store->find_vend(sold->id))->state, VendState::paid)
      << "two people have been called: they, or whoever cancels it";
  EXPECT_TRUE(
      station->alarms->is_active(domain::AlarmKind::vend_quarantined, station->meter_id(1), {}));
}

TEST_F(Vending, CancelledBeforeSendingTheMoneyIsOwedBackAtOnce) {
  auto station = opened();
  site.fate = [](std::uint8_t, Bytes) { return Fate::lose_request; };
  auto sold = station->sell(1, 1'000, "cancel-00001");
  auto cancelled = station->run(station->vending->cancel(sold->id, {}, "customer left"));
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->state, VendState::refund_due);
  site.fate = {};
  station->until([] { return false; }, minutes(5));
  EXPECT_EQ(sales_on_the_wire(), 0);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::refund_due), -1'000);
  EXPECT_TRUE(station->book_problems().empty());
}

TEST_F(Vending, CancelledAfterSendingTheMeterIsTheJudge) {
  struct Row {
    const char* reason;
    Fate sale;
    VendState end;
    std::int64_t in_meter;
  };
  int n = 0;
  auto station = opened();
  for (const Row& row : {Row{"it never arrived: burnt, money due back", Fate::lose_request,
                             VendState::refund_due, 0},
                         Row{"it had arrived: delivered after all", Fate::lose_reply,
                             VendState::delivered, 1'000}}) {
    const auto before = site.meter(1).memory().sold_total;
    bool cancelling = false;
    // The sale frame meets its fate; then nothing comes back until the operator has cancelled.
    site.fate = [&](std::uint8_t, Bytes pdu) {
      if (cancelling) return Fate::deliver;
      return is_sale(pdu) ? row.sale : Fate::deliver;
    };
    bool sent = false;
    site.after_request = [&](std::uint8_t, Bytes) {};
    auto sold = station->sell(1, 1'000, "judge-00000" + std::to_string(++n));
    station->until([&] {
      for (const auto& [unit, pdu] : site.wire) sent = sent || is_sale(pdu);
      return sent;
    });
    auto cancelled = station->run(station->vending->cancel(sold->id, {}, "wrong shop"));
    ASSERT_TRUE(cancelled) << row.reason;
    EXPECT_EQ(cancelled->state, VendState::cancelling) << row.reason;
    cancelling = true;
    EXPECT_EQ(station->settle(sold->id).state, row.end) << row.reason;
    EXPECT_EQ(site.meter(1).memory().sold_total - before, row.in_meter) << row.reason;
    EXPECT_EQ(site.meter(1).memory().purchase_count, n) << row.reason;
    EXPECT_TRUE(station->book_problems().empty()) << row.reason;
    site.wire.clear();
  }
}

TEST_F(Vending, DisagreementStopsSellingAndKeepsTheMoneyVisible) {
  struct Row {
    const char* reason;
    std::function<void(BenchSite&)> change;
    Errc why;
  };
  for (const Row& row :
       {Row{"replaced by a meter without an account",
            [](BenchSite& s) { s.replace(1, "PM77777777"); }, Errc::vend_epoch_changed},
        Row{"sold by card in between",
            [](BenchSite& s) {
              auto memory = s.meter(1).memory();
              ++memory.purchase_count;
              s.meter(1).set_memory(memory);
            },
            Errc::vend_count_mismatch}}) {
    SetUp();
    site = BenchSite{2};
    auto station = opened();
    row.change(site);
    auto sold = station->sell(1, 1'000, "dis-00000001");
    ASSERT_TRUE(sold) << row.reason;
    const auto end = station->settle(sold->id, minutes(10));
    EXPECT_EQ(end.state, VendState::paid) << row.reason;
    EXPECT_EQ(station->balance_of(LedgerAccountKind::pending), -1'000) << row.reason;
    EXPECT_EQ(sales_on_the_wire(), 0) << row.reason;
    EXPECT_EQ(end.reason, row.why) << row.reason;
    EXPECT_TRUE(station->run(station->store->meter_money(station->meter_id(1)))->quarantined);
    EXPECT_TRUE(
        station->alarms->is_active(domain::AlarmKind::vend_quarantined, station->meter_id(1), {}));
    EXPECT_TRUE(station->book_problems().empty()) << row.reason;
  }
}

TEST_F(Vending, AForeignSaleWithOurNumberIsQuarantined) {
  auto station = opened();
  // The sale frame is lost; before the read-back somebody else sells the same n and amount.
  site.fate = [&](std::uint8_t, Bytes pdu) {
    if (!is_sale(pdu)) return Fate::deliver;
    auto memory = site.meter(1).memory();
    memory.purchase_count = 1;
    memory.last_amount = 1'000;
    memory.last_tag = 0x12345678;
    site.meter(1).set_memory(memory);
    return Fate::lose_request;
  };
  auto sold = station->sell(1, 1'000, "foreign-0001");
  const auto end = station->settle(sold->id);
  EXPECT_EQ(end.state, VendState::quarantine);
  EXPECT_EQ(end.reason, Errc::vend_foreign_sale);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::quarantined), -1'000);
  EXPECT_EQ(station->sell(1, 500, "foreign-0002").error().code, Errc::meter_quarantined);
  EXPECT_TRUE(station->book_problems().empty());
}

/// Crash at every commit of a sale's life, before and after it, on a sound and on a lossy wire.
TEST_F(Vending, ACrashAtAnyStoreCallLosesAndDoublesNothing) {
  struct Crash {};
  for (const auto& fates : {std::vector<Fate>{}, std::vector<Fate>{Fate::lose_reply},
                            std::vector<Fate>{Fate::lose_request, Fate::twice}}) {
    for (int strike = 1;; ++strike) {
      SetUp();
      site = BenchSite{2};
      opened().reset();  // opened, then the station ends
      bend_sales(fates);
      int calls = 0;
      bool struck = false, accepted = false;
      try {
        Station station(world, site, path_, [&](store::CommitPoint) {
          if (++calls == strike) {
            struck = true;
            throw Crash{};
          }
        });
        station.start();
        accepted = station.sell(1, 1'000, "crash-00001").has_value();
        station.until([&] { return struck; }, minutes(2));
      } catch (const Crash&) {
      }
      auto station = restarted();
      // The cashier repeats the same key, whether or not the first answer was seen.
      auto sold = station->sell(1, 1'000, "crash-00001");
      ASSERT_TRUE(sold) << "strike " << strike;
      EXPECT_EQ(station->settle(sold->id).state, VendState::delivered) << "strike " << strike;
      EXPECT_EQ(site.meter(1).memory().sold_total, 1'000) << "strike " << strike;
      EXPECT_EQ(site.meter(1).memory().purchase_count, 1) << "strike " << strike;
      EXPECT_EQ(station->run(station->store->list_vends({}))->total, 1) << "strike " << strike;
      EXPECT_TRUE(station->book_problems().empty()) << "strike " << strike;
      if (!struck) {
        EXPECT_TRUE(accepted);
        EXPECT_GT(strike, 6) << "the hook was never reached";
        break;
      }
    }
  }
}

}  // namespace
}  // namespace paymeter::bench_station

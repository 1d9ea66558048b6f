// Adjustments, grants and transfers on the bench: every ending, and each way it breaks.
#include "money_test.hpp"

namespace paymeter::bench_station {
namespace {

using domain::LedgerAccountKind;
using domain::Money;
using domain::VendState;

using Credits = MoneyTest;

TEST_F(Credits, AdjustmentsAndGrantsChangeTheMeter) {
  auto station = filled(1'000);
  const auto adjust = [&](std::int64_t fen, std::string key) {
    return station->run(station->credits->adjust(order(*station, std::move(key)), Money{fen}));
  };
  EXPECT_EQ(station->settle(adjust(250, "adjust-up-1")->id).state, VendState::delivered);
  EXPECT_EQ(station->settle(adjust(-50, "adjust-down")->id).state, VendState::delivered);
  EXPECT_EQ(balance(), 1'200);
  const auto granted =
      station->run(station->credits->grant(order(*station, "grant-00001"), Money{300}));
  EXPECT_EQ(station->settle(granted->id).state, VendState::delivered);
  EXPECT_EQ(station->run(station->credits->grant(order(*station, "grant-00001"), Money{300}))->id,
            granted->id);
  EXPECT_EQ(balance(), 1'500);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::grant), 300);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::adjustment), 200);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::channel), 1'000) << "nobody paid for these";
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Credits, ABatchOfGrantsAnswersRowByRow) {
  auto station = opened();
  const service::GrantBatch batch{"spring-batch",
                                  UserId{7},
                                  "春节补助",
                                  {{station->meter_id(1), Money{100}},
                                   {station->meter_id(2), Money{200}},
                                   {MeterId{999}, Money{300}},
                                   {station->meter_id(1), Money{400}}}};
  for (const char* time : {"first", "again"}) {
    const auto rows = station->run(station->credits->grant_all(batch));
    ASSERT_TRUE(rows) << time;
    ASSERT_EQ(rows->size(), 4u) << time;
    EXPECT_TRUE(rows->at(0).vend) << time;
    EXPECT_EQ(rows->at(1).vend.error().code, Errc::account_not_open) << time;
    EXPECT_EQ(rows->at(2).vend.error().code, Errc::meter_unknown) << time;
    EXPECT_EQ(rows->at(3).vend.error().code, Errc::import_duplicate) << time;
    station->settle(rows->at(0).vend->id);
  }
  EXPECT_EQ(balance(), 100);
  EXPECT_EQ(station->run(station->store->list_vends({}))->total, 1);
}

TEST_F(Credits, ATransferStartsItsSecondHalfWhenTheFirstIsOut) {
  auto station = with_two_meters();
  auto made = transfer(*station, 4'000, "transfer-01");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->in.state, VendState::created);
  EXPECT_EQ(station->settle(made->out.id).state, VendState::delivered);
  station->until([&] { return station->vend(made->in.id).state == VendState::delivered; });
  EXPECT_EQ(balance(1), 6'000);
  EXPECT_EQ(balance(2), 4'000);
  const auto again = transfer(*station, 4'000, "transfer-01");
  EXPECT_EQ(again->in.id, made->in.id);
  EXPECT_EQ(transfer(*station, 4'001, "transfer-01").error().code,
            Errc::vend_exists_with_different_request);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::transfer), 0);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Credits, ATransferThatNeverLeavesEndsWithItsSecondHalf) {
  auto station = with_two_meters();
  use_up_after_a_look(6'001);
  auto made = transfer(*station, 4'000, "transfer-01");
  ASSERT_TRUE(made);
  EXPECT_EQ(station->settle(made->out.id).state, VendState::closed);
  EXPECT_EQ(station->vend(made->in.id).state, VendState::closed);
  EXPECT_EQ(station->vend(made->in.id).reason, Errc::vend_refund_exceeds_balance);
  EXPECT_EQ(sales_on_the_wire(), 0);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Credits, EveryKindCanBeCancelledBeforeItIsSent) {
  auto station = with_two_meters();
  const auto sale = station->run(station->store->list_vends({}))->rows.front();
  struct Row {
    const char* reason;
    std::function<VendId()> make;
    VendState end;
  };
  for (const Row& row : {
           Row{"refund", [&] { return refund(*station, 100, "cancel-00001")->id; },
               VendState::closed},
           Row{"reversal",
               [&] {
                 return station
                     ->run(station->refunds->reverse({"cancel-00002", sale.id, {}, "错卖"}))
                     ->id;
               },
               VendState::closed},
           Row{"grant",
               [&] {
                 return station
                     ->run(station->credits->grant(order(*station, "cancel-00003"), Money{5}))
                     ->id;
               },
               VendState::closed},
           Row{"adjustment",
               [&] {
                 return station
                     ->run(station->credits->adjust(order(*station, "cancel-00004"), Money{5}))
                     ->id;
               },
               VendState::closed},
           Row{"transfer", [&] { return transfer(*station, 5, "cancel-00005")->out.id; },
               VendState::closed},
       }) {
    site.fate = {};
    const VendId id = row.make();
    site.fate = [](std::uint8_t, Bytes) { return Fate::lose_request; };
    auto cancelled = station->run(station->vending->cancel(id, UserId{7}, "改主意"));
    ASSERT_TRUE(cancelled) << row.reason;
    EXPECT_EQ(cancelled->state, row.end) << row.reason;
    EXPECT_EQ(station->book_problems(), std::vector<std::string>{}) << row.reason;
  }
  EXPECT_EQ(balance(1), 10'000);
  for (const auto kind : {LedgerAccountKind::grant, LedgerAccountKind::adjustment,
                          LedgerAccountKind::refund_due, LedgerAccountKind::transfer})
    EXPECT_EQ(station->balance_of(kind), 0);
}

/// Crash at every commit of a transfer's life: its money is in one of the two meters at the end.
TEST_F(Credits, ACrashAtAnyStoreCallOfATransferLosesNothing) {
  struct Crash {};
  for (int strike = 1;; ++strike) {
    SetUp();
    site = BenchSite{2};
    with_two_meters().reset();
    bend_sales({Fate::lose_reply});
    int calls = 0;
    bool struck = false;
    try {
      Station station(world, site, path_, [&](store::CommitPoint) {
        if (++calls == strike) {
          struck = true;
          throw Crash{};
        }
      });
      station.start();
      (void)transfer(station, 4'000, "crash-00001");
      station.until([&] { return struck; }, minutes(2));
    } catch (const Crash&) {
    }
    auto station = restarted();
    auto made = transfer(*station, 4'000, "crash-00001");
    ASSERT_TRUE(made) << "strike " << strike;
    station->settle(made->out.id);
    station->until([&] { return station->vend(made->in.id).state == VendState::delivered; },
                   minutes(5));
    EXPECT_EQ(balance(1), 6'000) << "strike " << strike;
    EXPECT_EQ(balance(2), 4'000) << "strike " << strike;
    EXPECT_EQ(station->book_problems(), std::vector<std::string>{}) << "strike " << strike;
    if (!struck) {
      EXPECT_GT(strike, 10) << "the hook was never reached";
      break;
    }
  }
}

}  // namespace
}  // namespace paymeter::bench_station

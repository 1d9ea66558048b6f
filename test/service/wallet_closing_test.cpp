// Closing platform wallets: billed exactly to the final reading, money back to the fen, debts paid
// or written off by two, whatever is silent, dead or crashes.
#include "platform_bench.hpp"

namespace paymeter::bench_station {
namespace {

using domain::AccountState;
using domain::LedgerAccountKind;
using domain::Settlement;
using domain::SettlementState;
using domain::VendKind;
using domain::VendState;

class WalletClosing : public PlatformTest {
 protected:
  void expect_ended(PlatformStation& station, AccountId account) {
    EXPECT_EQ(station.must(station.store->find_account(account)).state, AccountState::closed);
    EXPECT_EQ(station.balance_of(LedgerAccountKind::wallet), 0);
    EXPECT_EQ(station.book_problems(), std::vector<std::string>{});
  }
};

TEST_F(WalletClosing, IsBilledToTheFinalReadingAndTheRestGivenBack) {
  auto station = opened_wallet();
  const AccountId account = account_of(*station, 1);
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  use_slowly(*station, 1, 5'000);
  use(1, 40);  // since the last poll: the final reading alone shows it
  const auto begun = close(*station);
  EXPECT_EQ(station->sell(1, 500, "sale-000002").error().code, Errc::account_not_open);
  const auto done = station->reached(begun.id, SettlementState::done);
  ASSERT_EQ(done.state, SettlementState::done);
  EXPECT_TRUE(site.meter(1).relay_open()) << "nobody's meter would be on";
  EXPECT_EQ(done.final_wh, 5'040);
  EXPECT_EQ(station->charged(), 504) << "5.04 kWh at 1.00";
  EXPECT_EQ(done.final_balance, domain::Money{10'000 - 504});
  ASSERT_TRUE(done.vend);
  EXPECT_EQ(station->vend(*done.vend).state, VendState::refund_due);
  EXPECT_EQ(station->vend(*done.vend).to_meter, domain::Money{-(10'000 - 504)});
  expect_ended(*station, account);
  EXPECT_FALSE(station->live.find(station->meter_id(1))->account);
  // What the meter counts from here on is nobody's; the next tenant starts with it, and with 0.
  use_slowly(*station, 1, 2'000);
  EXPECT_EQ(station->charged(), 504);
  service::OpeningRequest next{"open-next1", station->meter_id(1), "李四", "", "", {}, {}};
  ASSERT_TRUE(station->run(station->accounts->open(next)));
  station->wait(minutes(31));
  EXPECT_EQ(station->wallet_of(1), 0);
  use_slowly(*station, 1, 1'000);
  EXPECT_EQ(station->wallet_of(1), -100);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(WalletClosing, AnEmptyWalletEndsWithoutARefund) {
  auto station = opened_wallet();
  const AccountId account = account_of(*station, 1);
  station->wait(minutes(1));
  const auto begun = close(*station);
  EXPECT_FALSE(station->reached(begun.id, SettlementState::done).vend);
  EXPECT_TRUE(station->vends().empty());
  expect_ended(*station, account);
}

TEST_F(WalletClosing, ADebtIsCollectedToTheFen) {
  auto station = opened_wallet();
  const AccountId account = account_of(*station, 1);
  ASSERT_TRUE(station->sell(1, 100, "sale-000001"));
  use_slowly(*station, 1, 2'370);
  const auto begun = close(*station);
  const auto debt = station->reached(begun.id, SettlementState::debt, Errc::settlement_debt);
  ASSERT_EQ(debt.state, SettlementState::debt);
  EXPECT_EQ(debt.final_balance, domain::Money{-137});
  EXPECT_EQ(station->must(station->settlements->owed(begun.id)), domain::Money{137});
  service::CollectionRequest request;
  request.idempotency_key = "collect-01";
  request.settlement = begun.id;
  request.kind = VendKind::adjustment;
  request.reason = "one person alone may not";
  EXPECT_EQ(station->run(station->settlements->collect(request)).error().code,
            Errc::request_invalid);
  request.kind = VendKind::sale;
  const auto paid = station->must(station->settlements->collect(request));
  EXPECT_EQ(paid.to_meter, domain::Money{137});
  EXPECT_EQ(station->must(station->settlements->collect(request)).id, paid.id);
  EXPECT_EQ(station->reached(begun.id, SettlementState::done).state, SettlementState::done);
  EXPECT_EQ(station->charged(), 237);
  expect_ended(*station, account);
}

TEST_F(WalletClosing, ADebtIsWrittenOffByTwo) {
  auto station = opened_wallet();
  const AccountId account = account_of(*station, 1);
  use_slowly(*station, 1, 1'370);
  const auto begun = close(*station);
  ASSERT_EQ(station->reached(begun.id, SettlementState::debt).state, SettlementState::debt);
  auto asked = agreement(*station, begun, "write-off1");
  asked.amount = domain::Money{100};
  EXPECT_EQ(station->run(station->proposals->propose(asked)).error().code, Errc::proposal_outdated);
  asked.amount = domain::Money{137};
  const auto proposal = station->must(station->proposals->propose(asked));
  EXPECT_EQ(station
                ->run(station->proposals->decide(
                    {proposal.id, port::ProposalStore::Verdict::approve, {7}, {}, ""}))
                .error()
                .code,
            Errc::proposal_same_person);
  ASSERT_TRUE(approve(*station, proposal.id));
  EXPECT_EQ(station->reached(begun.id, SettlementState::done).state, SettlementState::done);
  EXPECT_EQ(station->sum(VendKind::adjustment, VendState::delivered), 137);
  expect_ended(*station, account);
}

TEST_F(WalletClosing, AWriteOffThatWasPaidMeanwhileIsOutdated) {
  auto station = opened_wallet();
  use_slowly(*station, 1, 1'370);
  const auto begun = close(*station);
  ASSERT_EQ(station->reached(begun.id, SettlementState::debt).state, SettlementState::debt);
  auto asked = agreement(*station, begun, "write-off1");
  asked.amount = domain::Money{137};
  const auto proposal = station->must(station->proposals->propose(asked));
  service::CollectionRequest pays;
  pays.idempotency_key = "collect-01";
  pays.settlement = begun.id;
  station->must(station->settlements->collect(pays));
  EXPECT_EQ(station->reached(begun.id, SettlementState::done).state, SettlementState::done);
  EXPECT_EQ(approve(*station, proposal.id).error().code, Errc::proposal_outdated);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(WalletClosing, ADeadMetersRegisterIsAgreedByTwo) {
  auto station = opened_wallet();
  const AccountId account = account_of(*station, 1);
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  use_slowly(*station, 1, 5'000);
  site.fate = [](std::uint8_t, Bytes) { return Fate::wire_down; };
  const auto begun = close(*station);
  station->wait(minutes(5));
  EXPECT_EQ(station->stored(begun.id).state, SettlementState::tripping);
  EXPECT_TRUE(station->stored(begun.id).trouble);
  auto asked = agreement(*station, begun, "agreed-001");
  EXPECT_EQ(station->run(station->proposals->propose(asked)).error().code,
            Errc::proposal_incomplete)
      << "no register";
  asked.reference = domain::format_agreed_reading({station->runtime.now() + minutes(60), 6'000});
  EXPECT_EQ(station->run(station->proposals->propose(asked)).error().code,
            Errc::proposal_incomplete)
      << "of the future";
  // Below what was read from the meter itself: billing holds, and says so.
  asked.reference = domain::format_agreed_reading({station->runtime.now(), 4'000});
  ASSERT_TRUE(approve(*station, station->must(station->proposals->propose(asked)).id));
  EXPECT_EQ(station->reached(begun.id, SettlementState::returning, Errc::reading_backward).trouble,
            Errc::reading_backward);
  asked.idempotency_key = "agreed-002";
  asked.reference = domain::format_agreed_reading({station->runtime.now(), 6'250});
  ASSERT_TRUE(approve(*station, station->must(station->proposals->propose(asked)).id));
  const auto done = station->reached(begun.id, SettlementState::done);
  EXPECT_EQ(done.state, SettlementState::done);
  EXPECT_TRUE(done.without_meter);
  EXPECT_EQ(done.final_wh, 6'250);
  EXPECT_EQ(station->charged(), 625);
  EXPECT_EQ(station->sum(VendKind::refund, VendState::refund_due), -(10'000 - 625));
  expect_ended(*station, account);
}

TEST_F(WalletClosing, CalledOffTheWalletGoesOnAsIfNothingWas) {
  auto station = opened_wallet();
  use_slowly(*station, 1, 1'000);
  const auto begun = close(*station);
  ASSERT_EQ(station->reached(begun.id, SettlementState::debt).state, SettlementState::debt);
  ASSERT_TRUE(site.meter(1).relay_open());
  ASSERT_TRUE(station->run(station->settlements->cancel(begun.id, {7})));
  station->wait(minutes(2));
  EXPECT_FALSE(site.meter(1).relay_open());
  use_slowly(*station, 1, 500);
  EXPECT_EQ(station->wallet_of(1), -150);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(WalletClosing, OneOfSeveralWithAWalletOfItsOwnTakesItsMoneyAlong) {
  auto station = started();
  station->open_many({1, 2}, false);
  ASSERT_TRUE(station->sell(1, 1'000, "sale-000001"));
  ASSERT_TRUE(station->sell(2, 2'000, "sale-000002"));
  use_slowly(*station, 1, 1'000);
  const auto begun =
      station->must(station->settlements->close_meter(station->meter_id(1), why("close-one1")));
  EXPECT_EQ(station->reached(begun.id, SettlementState::done).state, SettlementState::done);
  EXPECT_EQ(station->sum(VendKind::refund, VendState::refund_due), -900);
  EXPECT_EQ(station->wallet_of(2), 2'000);
  EXPECT_EQ(station->live.find(station->meter_id(2))->account->meters.size(), 1U);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(WalletClosing, ASharedWalletEndsWithItsLastMeter) {
  auto station = started();
  const auto account = station->open_many({1, 2, 3}, true);
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  for (int unit = 1; unit <= 3; ++unit) use_slowly(*station, unit, 1'000 * unit);
  const auto one =
      station->must(station->settlements->close_meter(station->meter_id(2), why("close-one1")));
  EXPECT_EQ(station->reached(one.id, SettlementState::done).state, SettlementState::done);
  EXPECT_EQ(station->sum(VendKind::refund, VendState::refund_due), 0) << "the money stays";
  use_slowly(*station, 2, 7'000);  // nobody's
  use_slowly(*station, 3, 500);
  EXPECT_EQ(station->wallet_of(1), 10'000 - 650);
  station->must(station->settlements->close_account(account.id, why("close-rest")));
  const auto rest = station->must(station->store->unfinished_settlements());
  ASSERT_EQ(rest.size(), 2U);
  for (const Settlement& settlement : rest)
    EXPECT_EQ(station->reached(settlement.id, SettlementState::done).state, SettlementState::done);
  EXPECT_EQ(station->charged(), 650);
  EXPECT_EQ(station->sum(VendKind::refund, VendState::refund_due), -(10'000 - 650));
  expect_ended(*station, account.id);
}

TEST_F(WalletClosing, LotsAreGivenBackAtTheirPriceAndCreditUseIsOwed) {
  struct Row {
    const char* reason;
    std::int64_t used_wh, due_fen, refund_fen;
  };
  for (const Row& row :
       {Row{"half a lot is left", 50'000, 0, -5'000}, Row{"all of it was used", 100'000, 0, 0},
        Row{"1.5 kWh beyond the lot", 101'500, 150, 0}}) {
    SetUp();
    auto station = started();
    auto terms = station->must(station->store->wallet_terms(station->meter_id(1)));
    terms.unit = domain::WalletUnit::quantity;
    station->must(station->store->set_wallet_terms(terms));
    station->open(1);
    ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
    station->wait(minutes(1));
    for (const std::int64_t part : {row.used_wh / 2, row.used_wh - row.used_wh / 2}) {
      use(1, part);  // more at once would be a jump
      station->wait(minutes(60));
    }
    const AccountId account = account_of(*station, 1);
    const auto begun = close(*station);
    if (row.due_fen > 0) {
      ASSERT_EQ(station->reached(begun.id, SettlementState::debt).state, SettlementState::debt)
          << row.reason;
      service::CollectionRequest pays;
      pays.idempotency_key = "collect-01";
      pays.settlement = begun.id;
      EXPECT_EQ(station->must(station->settlements->collect(pays)).to_meter.fen, row.due_fen)
          << row.reason;
    }
    EXPECT_EQ(station->reached(begun.id, SettlementState::done).state, SettlementState::done)
        << row.reason;
    EXPECT_EQ(station->sum(VendKind::refund, VendState::refund_due), row.refund_fen) << row.reason;
    expect_ended(*station, account);
  }
}

TEST_F(WalletClosing, ARefundOfEverythingIsWhatIsLeftAfterARead) {
  auto station = opened_wallet();
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  use_slowly(*station, 1, 5'000);
  use(1, 120);  // since the last poll
  service::RefundRequest all{{"refund-001", station->meter_id(1), {7}, "moves out"}, {}, {}};
  const auto refund = station->must(station->refunds->refund(all));
  EXPECT_EQ(refund.to_meter, domain::Money{-(10'000 - 512)});
  EXPECT_EQ(station->balance_of(LedgerAccountKind::wallet), 0);
  // A meter that does not answer has no such balance; a named amount needs none.
  ASSERT_TRUE(station->sell(1, 1'000, "sale-000002"));
  site.fate = [](std::uint8_t, Bytes) { return Fate::wire_down; };
  all.order.idempotency_key = "refund-002";
  EXPECT_FALSE(station->run(station->refunds->refund(all)));
  all.amount = domain::Money{400};
  EXPECT_TRUE(station->run(station->refunds->refund(all)));
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

/// Crash at every commit, before and after it.
TEST_F(WalletClosing, ACrashAtAnyStoreCallLosesAndDoublesNothing) {
  struct Crash {};
  for (int strike = 1;; ++strike) {
    SetUp();
    {
      auto station = opened_wallet();
      ASSERT_TRUE(station->sell(1, 5'000, "sale-000001"));
      use_slowly(*station, 1, 2'000);
    }
    const auto begin = [&](PlatformStation& station) {
      return station.run(station.settlements->close_account({1}, why("crash-00001"))).has_value();
    };
    int calls = 0;
    bool struck = false;
    try {
      PlatformStation station(world, site, path_, [&](store::CommitPoint) {
        if (++calls == strike) {
          struck = true;
          throw Crash{};
        }
      });
      station.start_billing();
      begin(station);
      station.reached({1}, SettlementState::done);
    } catch (const Crash&) {
    }
    auto station = started();
    ASSERT_TRUE(begin(*station)) << "strike " << strike;
    EXPECT_EQ(station->reached({1}, SettlementState::done).state, SettlementState::done)
        << "strike " << strike;
    EXPECT_EQ(station->must(station->store->list_settlements({})).total, 1) << "strike " << strike;
    EXPECT_EQ(station->charged(), 200) << "strike " << strike;
    EXPECT_EQ(station->sum(VendKind::refund, VendState::refund_due), -4'800) << "strike " << strike;
    expect_ended(*station, {1});
    if (!struck) {
      EXPECT_GT(strike, 8) << "the hook was never reached";
      break;
    }
  }
}

}  // namespace
}  // namespace paymeter::bench_station

// Money out of meters on the bench: refund, reversal, paying out, and each way it breaks.
#include "money_test.hpp"

namespace paymeter::bench_station {
namespace {

using domain::LedgerAccountKind;
using domain::Money;
using domain::PaymentMethod;
using domain::VendState;

using Refunds = MoneyTest;

TEST_F(Refunds, PartAndWholeAreOwedOnceTheMeterHasGivenThem) {
  auto station = filled(10'000);
  auto part = refund(*station, 3'000, "refund-part");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->state, VendState::paid);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::refund_due), 0) << "not before it is out";
  const auto due = station->settle(part->id);
  EXPECT_EQ(due.state, VendState::refund_due);
  EXPECT_EQ(due.balance_after, Money{7'000});
  EXPECT_EQ(balance(), 7'000);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::refund_due), -3'000);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::delivered), -7'000);

  const service::PayOut by_wechat{due.id, PaymentMethod::wechat, "R-1", UserId{7}};
  auto paid = station->run(station->refunds->pay_out(by_wechat));
  ASSERT_TRUE(paid);
  EXPECT_EQ(paid->state, VendState::refunded);
  EXPECT_EQ(paid->paid_out_reference, "R-1");
  EXPECT_TRUE(station->run(station->refunds->pay_out(by_wechat))) << "clicked twice";
  EXPECT_EQ(
      station->run(station->refunds->pay_out({due.id, PaymentMethod::wechat, "R-1", UserId{8}}))
          .error()
          .code,
      Errc::vend_state_conflict)
      << "a second cashier does not hand it out again";
  EXPECT_EQ(station->run(station->refunds->pay_out({due.id, PaymentMethod::cash, "", UserId{7}}))
                .error()
                .code,
            Errc::vend_state_conflict);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::refund_due), 0);

  use_up(1);
  auto whole = refund(*station, std::nullopt, "refund-whole");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->captured, Money{-6'999}) << "exactly what a fresh read shows";
  EXPECT_EQ(station->settle(whole->id).state, VendState::refund_due);
  EXPECT_EQ(balance(), 0);
  EXPECT_EQ(refund(*station, std::nullopt, "refund-whole")->id, whole->id) << "not asked again";
  EXPECT_EQ(refund(*station, std::nullopt, "refund-none").error().code, Errc::vend_nothing_due);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Refunds, BadRequestsChangeNothing) {
  auto station = filled(1'000);
  struct Row {
    const char* reason;
    std::function<Result<domain::Vend>(Station&)> ask;
    Errc expect;
  };
  const auto adjust = [](std::int64_t fen, std::string note) {
    return [fen, note](Station& s) {
      return s.run(s.credits->adjust(order(s, "bad-0000001", note), Money{fen}));
    };
  };
  const auto grant = [](std::int64_t fen, std::string note) {
    return [fen, note](Station& s) {
      return s.run(s.credits->grant(order(s, "bad-0000001", note), Money{fen}));
    };
  };
  const auto sale = station->run(station->store->list_vends({}))->rows.front();
  const auto reverse = [](VendId id, std::string note) {
    return [id, note](Station& s) {
      return s.run(s.refunds->reverse({"bad-0000001", id, UserId{7}, note}));
    };
  };
  for (const Row& row : {
           Row{"more than the meter holds",
               [](Station& s) { return refund(s, 1'001, "bad-01234"); },
               Errc::vend_refund_exceeds_balance},
           Row{"nothing", [](Station& s) { return refund(s, 0, "bad-01234"); },
               Errc::vend_amount_not_positive},
           Row{"bad key", [](Station& s) { return refund(s, 1, "x"); }, Errc::vend_key_invalid},
           Row{"a key of a sale", [](Station& s) { return refund(s, 1'000, "filled-0001"); },
               Errc::vend_exists_with_different_request},
           Row{"adjusted without a reason", adjust(5, " "), Errc::vend_reason_missing},
           Row{"adjusted by nothing", adjust(0, "why"), Errc::vend_amount_not_positive},
           Row{"adjusted below what is there", adjust(-1'001, "why"),
               Errc::vend_refund_exceeds_balance},
           Row{"adjusted by too much", adjust(10'000'001, "why"), Errc::vend_amount_too_large},
           Row{"granted without a reason", grant(5, ""), Errc::vend_reason_missing},
           Row{"granted less than nothing", grant(-5, "why"), Errc::vend_amount_not_positive},
           Row{"no such sale", reverse(VendId{999}, "why"), Errc::vend_unknown},
           Row{"reversed without a reason", reverse(sale.id, ""), Errc::vend_reason_missing},
           Row{"transferred to itself",
               [](Station& s) -> Result<domain::Vend> {
                 auto both =
                     s.run(s.credits->transfer({order(s, "bad-0000001"), s.meter_id(1), Money{5}}));
                 return tl::unexpected(both.error());
               },
               Errc::transfer_same_meter},
           Row{"transferred to a meter without an account",
               [](Station& s) -> Result<domain::Vend> {
                 return tl::unexpected(transfer(s, 5, "bad-0000001").error());
               },
               Errc::account_not_open},
           Row{"corrected without a reason",
               [id = sale.id](Station& s) {
                 return s.run(s.credits->correct_method(id, PaymentMethod::wechat, UserId{7}, ""));
               },
               Errc::vend_reason_missing},
           Row{"paid out although nothing is owed",
               [id = sale.id](Station& s) {
                 return s.run(s.refunds->pay_out({id, PaymentMethod::cash, "", UserId{7}}));
               },
               Errc::vend_nothing_due},
       }) {
    const auto answer = row.ask(*station);
    ASSERT_FALSE(answer) << row.reason;
    EXPECT_EQ(answer.error().code, row.expect) << row.reason;
  }
  EXPECT_EQ(station->run(station->store->list_vends({}))->total, 1);
  EXPECT_EQ(sales_on_the_wire(), 0);
}

TEST_F(Refunds, OnALossyWireMoneyLeavesTheMeterOnce) {
  auto station = filled(10'000);
  struct Row {
    const char* reason;
    std::vector<Fate> fates;
  };
  int n = 0;
  for (const Row& row : {Row{"sound", {}}, Row{"request lost", {Fate::lose_request}},
                         Row{"reply lost", {Fate::lose_reply}}, Row{"doubled", {Fate::twice}},
                         Row{"doubled, reply lost", {Fate::twice, Fate::lose_reply}}}) {
    bend_sales(row.fates);
    ++n;
    auto made = refund(*station, 1'000, "lossy-00000" + std::to_string(n));
    ASSERT_TRUE(made) << row.reason;
    EXPECT_EQ(station->settle(made->id).state, VendState::refund_due) << row.reason;
    EXPECT_EQ(balance(), 10'000 - n * 1'000) << row.reason;
    EXPECT_EQ(station->balance_of(LedgerAccountKind::refund_due), n * -1'000) << row.reason;
  }
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Refunds, TheBalanceFallsBelowTheRefundWhileItIsUnderWay) {
  struct Row {
    const char* reason;
    bool before_sending;  // else: between reservation and the frame
    std::int64_t in_meter;
    int count;
  };
  for (const Row& row : {Row{"before it was sent: nothing goes out", true, 999, 1},
                         Row{"after: the meter refuses, the number is burnt", false, 999, 2}}) {
    SetUp();
    site = BenchSite{2};
    auto station = filled(2'000);
    int frames = 0;
    if (!row.before_sending)
      site.fate = [&](std::uint8_t, Bytes pdu) {
        if (is_sale(pdu) && ++frames == 1) use_up(1'001);
        return Fate::deliver;
      };
    if (row.before_sending) use_up_after_a_look(1'001);
    auto made = refund(*station, 1'000, "too-late-001");
    ASSERT_TRUE(made) << row.reason;
    const auto end = station->settle(made->id);
    EXPECT_EQ(end.state, VendState::closed) << row.reason;
    EXPECT_EQ(end.reason, Errc::vend_refund_exceeds_balance) << row.reason;
    EXPECT_EQ(sales_on_the_wire() == 0, row.before_sending) << row.reason;
    EXPECT_EQ(balance(), row.in_meter) << row.reason;
    EXPECT_EQ(site.meter(1).memory().purchase_count, row.count) << row.reason;
    EXPECT_EQ(station->balance_of(LedgerAccountKind::delivered), -2'000) << row.reason;
    EXPECT_EQ(station->book_problems(), std::vector<std::string>{}) << row.reason;
    EXPECT_EQ(station->settle(refund(*station, 999, "smaller-0001")->id).state,
              VendState::refund_due)
        << "the next one goes";
  }
}

TEST_F(Refunds, AReversalTakesASaleBackOnce) {
  auto station = filled(10'000);
  const auto sale = station->run(station->store->list_vends({}))->rows.front();
  const auto reverse = [&](std::string key) {
    return station->run(station->refunds->reverse({std::move(key), sale.id, UserId{7}, "错卖"}));
  };
  auto made = reverse("reversal-01");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->related, sale.id);
  EXPECT_EQ(reverse("reversal-01")->id, made->id) << "clicked twice";
  EXPECT_EQ(reverse("reversal-02").error().code, Errc::vend_already_reversed) << "under way";
  EXPECT_EQ(station->settle(made->id).state, VendState::refund_due);
  EXPECT_EQ(balance(), 0);
  EXPECT_EQ(reverse("reversal-03").error().code, Errc::vend_already_reversed)
      << "not: the balance is too small";
  EXPECT_EQ(reverse("reversal-01")->state, VendState::refund_due);
  EXPECT_EQ(station->run(station->refunds->reverse({"reversal-04", made->id, UserId{7}, "again"}))
                .error()
                .code,
            Errc::vend_not_reversible)
      << "only a sale is reversed";
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Refunds, ASaleThatWasUsedUpIsNotReversed) {
  auto station = filled(10'000);
  const auto sale = station->run(station->store->list_vends({}))->rows.front();
  use_up(1);
  const auto made = station->run(station->refunds->reverse({"reversal-01", sale.id, {}, "错卖"}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::vend_refund_exceeds_balance);
}

TEST_F(Refunds, AChannelThatRefusesLeavesTheMoneyOwed) {
  auto station = filled(5'000);
  const auto due = station->settle(refund(*station, 5'000, "to-a-dead-card")->id);
  const auto fail_it = [&] {
    return station->run(station->refunds->payout_failed(due.id, UserId{7}, "账户已注销"));
  };
  EXPECT_EQ(fail_it()->state, VendState::refund_failed);
  EXPECT_EQ(fail_it()->state, VendState::refund_failed) << "told twice";
  EXPECT_EQ(station->balance_of(LedgerAccountKind::refund_due), -5'000);
  EXPECT_EQ(station->run(station->refunds->pay_out({due.id, PaymentMethod::cash, "", UserId{7}}))
                .error()
                .code,
            Errc::vend_state_conflict)
      << "that takes two people";
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

}  // namespace
}  // namespace paymeter::bench_station

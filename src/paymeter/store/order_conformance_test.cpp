// Conformance: orders at payment providers, on every kind of store.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::VendState;
using port::OrderedVend;

class OrderStoreTest : public StoreTest {
 protected:
  OrderedVend ordered(const std::string& key, std::int64_t fen = 10'000) {
    if (!opened_) shop_.open_all(1);
    opened_ = true;
    port::PaymentOrder order;
    order.method = domain::PaymentMethod::wechat;
    order.merchant = "M-1001";
    order.currency = "CNY";
    order.expires_at = kNow + minutes(15);
    return shop_.must(store().create_order(Shop::sale(shop_.meter(1), key, fen), order));
  }
  OrderedVend captured(const OrderedVend& order, const std::string& transaction) {
    return shop_.must(store().order_captured(order.order.order_number, transaction, kNow));
  }
  bool opened_ = false;
};
INSTANTIATE_TEST_SUITE_P(Kinds, OrderStoreTest, ::testing::ValuesIn(store_kinds()),
                         [](const auto& suite) { return std::string(suite.param.name); });

TEST_P(OrderStoreTest, AnOrderIsNoMoneyUntilItIsPaid) {
  const OrderedVend made = ordered("order-0001");
  EXPECT_EQ(made.vend.state, VendState::created);
  EXPECT_EQ(made.order.amount, made.vend.captured);
  for (const auto& row : shop_.must(store().trial_balance(made.vend.property)))
    EXPECT_EQ(row.balance, domain::Money{});
  EXPECT_EQ(ordered("order-0001").order.order_number, made.order.order_number);
  EXPECT_EQ(shop_.must(store().unfinished_orders()).size(), 1U);
  EXPECT_TRUE(shop_.must(store().unfinished_vends()).empty());
  EXPECT_TRUE(shop_.problems().empty());
}

TEST_P(OrderStoreTest, ManyCapturesAreOne) {
  const OrderedVend made = ordered("order-0001"), other = ordered("order-0002");
  EXPECT_EQ(captured(made, "T1").vend.state, VendState::paid);
  EXPECT_EQ(captured(made, "T1").vend.state, VendState::paid);
  reopen();
  EXPECT_EQ(captured(made, "T1").order.transaction, "T1");
  const auto code = [&](const OrderedVend& order, const char* transaction) {
    return shop_.ask(store().order_captured(order.order.order_number, transaction, kNow))
        .error()
        .code;
  };
  EXPECT_EQ(code(made, "T2"), Errc::payment_transaction_used) << "paid by another already";
  EXPECT_EQ(code(other, "T1"), Errc::payment_transaction_used) << "pays another already";
  EXPECT_EQ(shop_.ask(store().find_order("P9")).error().code, Errc::payment_order_unknown);
  EXPECT_TRUE(shop_.problems().empty());
}

TEST_P(OrderStoreTest, MoneyAfterTheEndIsOwedBackAndNeverRevived) {
  const OrderedVend made = ordered("order-0001");
  const std::string number = made.order.order_number;
  EXPECT_EQ(shop_.must(store().order_closed(number, kNow)).vend.state, VendState::closed);
  EXPECT_EQ(captured(made, "T1").vend.state, VendState::refund_due);
  EXPECT_EQ(captured(made, "T1").vend.state, VendState::refund_due);
  EXPECT_EQ(shop_.must(store().order_closed(number, kNow)).vend.state, VendState::refund_due);
  EXPECT_TRUE(shop_.problems().empty());
}

TEST_P(OrderStoreTest, GivesBackOnceUnderOneNumber) {
  using End = port::OrderStore::RefundEnd;
  const OrderedVend made = ordered("order-0001"), other = ordered("order-0002");
  for (const OrderedVend* order : {&made, &other}) {
    const std::string number = order->order.order_number;
    EXPECT_EQ(shop_.ask(store().begin_refund(number)).error().code, Errc::vend_state_conflict);
    shop_.must(store().order_closed(number, kNow));
    captured(*order, "T" + number);
    const auto first = shop_.must(store().begin_refund(number));
    EXPECT_FALSE(first.order.refund_number.empty());
    EXPECT_EQ(shop_.must(store().begin_refund(number)).order.refund_number,
              first.order.refund_number);
  }
  const auto end = [&](const OrderedVend& order, End how) {
    return shop_.ask(store().end_refund(order.order.order_number, how, kNow));
  };
  const auto refunded = end(made, End::refunded);
  ASSERT_TRUE(refunded);
  EXPECT_EQ(refunded->vend.state, VendState::refunded);
  EXPECT_EQ(refunded->vend.paid_out_reference, refunded->order.refund_number);
  EXPECT_EQ(end(made, End::refunded).error().code, Errc::vend_state_conflict);
  EXPECT_EQ(end(other, End::refused)->vend.state, VendState::refund_failed);
  EXPECT_TRUE(shop_.must(store().unfinished_orders()).empty());
  EXPECT_TRUE(shop_.problems().empty());
}

TEST_P(OrderStoreTest, WhatTheChannelIsGivingBackNobodyPaysOutBesideIt) {
  const OrderedVend begun = ordered("order-0001"), not_begun = ordered("order-0002");
  for (const OrderedVend* order : {&begun, &not_begun}) {
    shop_.must(store().order_closed(order->order.order_number, kNow));
    captured(*order, "T" + order->order.order_number);
  }
  const auto number =
      shop_.must(store().begin_refund(begun.order.order_number)).order.refund_number;
  const auto by_hand = [&](const OrderedVend& order, VendState to, const std::string& reference) {
    port::VendStep step;
    step.vend = order.vend.id;
    step.from = VendState::refund_due;
    step.to = to;
    step.at = kNow;
    step.by = UserId{7};
    step.note = "by hand";
    if (to == VendState::refunded) {
      auto vend = shop_.must(store().find_vend(order.vend.id));
      vend.paid_out_by = step.paid_out_by = domain::PaymentMethod::cash;
      step.paid_out_reference = reference;
      step.posting = domain::paid_out_posting(vend, kNow);
    }
    return shop_.ask(store().step_vend(step));
  };
  for (const std::string& reference : {std::string("receipt"), number})
    EXPECT_EQ(by_hand(begun, VendState::refunded, reference).error().code,
              Errc::payment_refund_under_way);
  EXPECT_EQ(by_hand(begun, VendState::refund_failed, "").error().code,
            Errc::payment_refund_under_way)
      << "only the channel says that it failed";
  // Nobody asked the channel yet, and it will not be asked afterwards.
  EXPECT_EQ(by_hand(not_begun, VendState::refunded, "receipt")->state, VendState::refunded);
  EXPECT_EQ(shop_.ask(store().begin_refund(not_begun.order.order_number)).error().code,
            Errc::vend_state_conflict);
  using End = port::OrderStore::RefundEnd;
  const auto failed = shop_.must(store().end_refund(begun.order.order_number, End::refused, kNow));
  EXPECT_EQ(failed.vend.state, VendState::refund_failed);
  EXPECT_TRUE(shop_.problems().empty());
}

}  // namespace paymeter::store::testing

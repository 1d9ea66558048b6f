// The tariff's service fee: kept from each sale, on the slip, and given back with a reversal.
#include "paymeter/service/payments.hpp"
#include "paymeter/sim/payment_provider.hpp"
#include "platform_bench.hpp"

namespace paymeter::bench_station {
namespace {

using domain::LedgerAccountKind;
using domain::VendState;

class ServiceFee : public PlatformTest {};

TEST_F(ServiceFee, IsKeptFromASaleAndBooked) {
  for (const domain::Wallet wallet : {domain::Wallet::platform, domain::Wallet::meter}) {
    SetUp();
    site.wallet = wallet;
    auto station = opened_wallet();
    struct Row {
      const char* reason;
      std::int64_t service_e4, captured, fee;
    };
    int days = 39, sales = 0;
    std::int64_t fees = 0, put_in = 0;
    for (const Row& row :
         {Row{"none unless the tariff says so", 0, 10'000, 0}, Row{"2.5 %", 250, 10'000, 250},
          Row{"half a fen goes up", 50, 100, 1}, Row{"less than half a fen is none", 49, 100, 0}}) {
      station->approve(100'000'000, days--, row.service_e4);
      auto sold = station->sell(1, row.captured, "sale-00000" + std::to_string(++sales));
      ASSERT_TRUE(sold) << row.reason;
      EXPECT_EQ(sold->fees, domain::Money{row.fee}) << row.reason;
      EXPECT_EQ(sold->to_meter, domain::Money{row.captured - row.fee}) << row.reason;
      EXPECT_EQ(station->settle(sold->id).state, VendState::delivered) << row.reason;
      fees += row.fee;
      put_in += row.captured - row.fee;
    }
    EXPECT_EQ(station->balance_of(LedgerAccountKind::fee), -fees);
    EXPECT_EQ(
        wallet == domain::Wallet::meter ? site.meter(1).shown_balance() : station->wallet_of(1),
        put_in);
    EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
  }
}

TEST_F(ServiceFee, ComesBackWithAReversalAndNotWithARefund) {
  auto station = opened_wallet();
  station->approve(100'000'000, 20, 250);
  const auto sold = station->sell(1, 10'000, "sale-000001");
  ASSERT_TRUE(sold);
  EXPECT_EQ(station->sell(1, 10'000, "sale-000001")->id, sold->id) << "a second click";
  const auto reversed =
      station->must(station->refunds->reverse({"reverse-01", sold->id, {7}, "wrong tenant"}));
  EXPECT_EQ(reversed.captured, domain::Money{-10'000});
  EXPECT_EQ(station->balance_of(LedgerAccountKind::fee), 0);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::refund_due), -10'000);
  const auto second = station->sell(1, 10'000, "sale-000002");
  ASSERT_TRUE(second);
  service::RefundRequest all{{"refund-001", station->meter_id(1), {7}, "moves out"}, {}, {}};
  EXPECT_EQ(station->must(station->refunds->refund(all)).to_meter, domain::Money{-9'750});
  EXPECT_EQ(station->balance_of(LedgerAccountKind::fee), -250);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(ServiceFee, AllOfItIsNoSale) {
  auto station = opened_wallet();
  station->approve(100'000'000, 20, 10'000);
  EXPECT_EQ(station->sell(1, 10'000, "sale-000001").error().code, Errc::vend_amount_not_positive);
  EXPECT_TRUE(station->vends().empty());
}

TEST_F(ServiceFee, AnOrderAskedAgainIsAnsweredWhateverItsFeeIsNow) {
  auto station = opened_wallet();
  station->approve(100'000'000, 20, 250);
  sim::PaymentProvider provider(station->runtime, 1, sim::ProviderHabits{});
  sim::ProviderChannel channel(station->runtime, provider);
  service::Payments payments(
      {station->runtime, *station->store, *station->vending, station->events},
      service::Payments::Settings{}, {&channel});
  service::OrderRequest wish;
  wish.sale.meter = station->meter_id(1);
  wish.sale.captured = domain::Money{10'000};
  wish.sale.idempotency_key = "order-0001";
  wish.sale.method = channel.method();
  // The provider's answer may be lost (its habit); asking again is what the key is for.
  const auto ask = [&] {
    auto offered = station->run(payments.order(wish));
    for (int i = 0; i < 20 && !offered && offered.error().code == Errc::payment_channel_failed; ++i)
      offered = station->run(payments.order(wish));
    return offered;
  };
  const auto first = ask();
  ASSERT_TRUE(first);
  station->approve(100'000'000, 10, 10'000);  // from now on all of a sale would be fee
  const auto again = ask();
  ASSERT_TRUE(again) << error_name(again.error().code);
  EXPECT_EQ(again->ordered.order.order_number, first->ordered.order.order_number);
  EXPECT_EQ(again->ordered.vend.fees, domain::Money{250});
  wish.sale.idempotency_key = "order-0002";
  EXPECT_EQ(ask().error().code, Errc::vend_amount_not_positive) << "a new one obeys the new rule";
}

}  // namespace
}  // namespace paymeter::bench_station

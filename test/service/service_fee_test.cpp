// The tariff's service fee: kept from each sale, on the slip, and given back with a reversal.
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

}  // namespace
}  // namespace paymeter::bench_station

// Conformance: which meters may share one wallet, on every kind of store.
#include <gmock/gmock.h>

#include <functional>

#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(SharedWalletStoreTest);

TEST_P(SharedWalletStoreTest, OnlyMetersThatArePricedAlikeShareAWallet) {
  auto plan = small_plan(6);
  for (auto& row : plan.meters) row.meter.wallet = domain::Wallet::platform;
  domain::Tariff other;
  other.name = "offices";
  plan.tariffs.push_back(other);
  plan.meters[1].meter.utility = domain::Utility::water;
  plan.meters[2].tariff = "offices";
  shop_.must(store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
  domain::WalletTerms terms = shop_.must(store().wallet_terms(shop_.meter(4)));
  terms.package_name = "monthly";
  terms.package_fee = {5'000};
  shop_.must(store().set_wallet_terms(terms));
  port::TariffProfile own;
  own.property = terms.property;
  own.name = "M5 alone";
  own.own_meter = shop_.meter(5);
  shop_.must(store().add_tariff(own));
  terms = shop_.must(store().wallet_terms(shop_.meter(6)));
  terms.rise_per_hour_max = 7'000;  // what can flow is each meter's own
  shop_.must(store().set_wallet_terms(terms));

  domain::Account account;
  account.customer_name = "a chain";
  account.created_at = kNow;
  account.shared_wallet = true;
  struct Row {
    int meter;
    std::string differs;
  };
  const std::vector<Row> rows{
      {2, "utility"}, {3, "tariff:"}, {4, "package"}, {5, "tariff of its own"}};
  for (const Row& row : rows) {
    account.idempotency_key = "open-with-" + std::to_string(row.meter);
    account.meters = {shop_.meter(1), shop_.meter(row.meter)};
    const auto opened = shop_.ask(store().open_account(account, {}));
    ASSERT_FALSE(opened) << row.differs;
    EXPECT_EQ(opened.error().code, Errc::wallet_terms_invalid);
    EXPECT_THAT(opened.error().detail, ::testing::StartsWith(row.differs));
    EXPECT_THAT(opened.error().detail, ::testing::HasSubstr("M" + std::to_string(row.meter)));
  }
  account.idempotency_key = "open-alone";
  account.meters = {shop_.meter(1)};
  account = shop_.must(store().open_account(account, {})).account;
  for (const Row& row : rows) {
    const auto added =
        shop_.ask(store().add_meters({account.id, {shop_.meter(row.meter)}, {}, "add-1", kNow}));
    ASSERT_FALSE(added) << row.differs;
    EXPECT_EQ(added.error().code, Errc::wallet_terms_invalid);
  }
  const auto grown =
      shop_.must(store().add_meters({account.id, {shop_.meter(6)}, {}, "add-2", kNow}));
  EXPECT_EQ(grown.account.meters.size(), 2U);
  // Wallets of their own may differ in everything.
  account.shared_wallet = false;
  account.idempotency_key = "open-apart";
  account.meters = {shop_.meter(2), shop_.meter(3), shop_.meter(4), shop_.meter(5)};
  EXPECT_TRUE(shop_.ask(store().open_account(account, {})));
}

}  // namespace paymeter::store::testing

// Conformance: tariff versions, on every kind of store.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::tariff::TariffVersion;
using domain::tariff::VersionAct;
using domain::tariff::VersionState;

constexpr UserId kAnna{1}, kBo{2};

PAYMETER_STORE_SUITE(TariffStoreTest);

/// A draft of the first tariff; `number` 0 makes a new version.
port::VersionText text_of(TariffId tariff, std::int64_t number, const std::string& content) {
  port::VersionText text;
  text.tariff = tariff;
  text.number = number;
  text.valid_from = kNow + minutes(60);
  text.content = content;
  text.digest = "digest of " + content;
  text.note = "note";
  text.by = kAnna;
  text.at = kNow;
  return text;
}

port::VersionActRequest act(const TariffVersion& version, VersionAct what, UserId by) {
  return {version.tariff, version.number, what, by, kNow, "because"};
}

TEST_P(TariffStoreTest, AVersionsLifeLeavesLines) {
  shop_.build(1);
  const TariffId tariff = shop_.must(store().load_site()).tariffs[0].id;
  const auto first = shop_.must(store().write_version(text_of(tariff, 0, "one")));
  EXPECT_EQ(first.number, 1);
  EXPECT_EQ(first.state, VersionState::draft);
  auto changed = text_of(tariff, 1, "one and a half");
  changed.by = kBo;
  shop_.must(store().write_version(changed));
  EXPECT_EQ(shop_.must(store().write_version(text_of(tariff, 0, "two"))).number, 2);
  shop_.must(store().act_on_version(act(first, VersionAct::submit, kAnna)));
  reopen();
  const auto versions = shop_.must(store().list_versions(tariff));
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].content, "one and a half");
  EXPECT_EQ(versions[0].state, VersionState::submitted);
  EXPECT_EQ(versions[0].submitted_by, kAnna);
  EXPECT_EQ(versions[0].submitted_at, kNow);
  EXPECT_EQ(versions[0].note, "because");
  const auto history = shop_.must(store().version_history(tariff, 1));
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].act, "write");
  EXPECT_EQ(history[0].digest, "digest of one");
  EXPECT_EQ(history[1].by, kBo);
  EXPECT_EQ(history[2].act, "submit");
}

TEST_P(TariffStoreTest, WhatIsSubmittedNeverChanges) {
  shop_.build(1);
  const TariffId tariff = shop_.must(store().load_site()).tariffs[0].id;
  const auto version = shop_.must(store().write_version(text_of(tariff, 0, "one")));
  for (const VersionAct what : {VersionAct::submit, VersionAct::approve}) {
    shop_.must(
        store().act_on_version(act(version, what, what == VersionAct::submit ? kAnna : kBo)));
    const auto edited = shop_.ask(store().write_version(text_of(tariff, 1, "other")));
    ASSERT_FALSE(edited);
    EXPECT_EQ(edited.error().code, Errc::tariff_version_fixed);
    EXPECT_EQ(shop_.must(store().list_versions(tariff))[0].content, "one");
  }
}

TEST_P(TariffStoreTest, NobodyApprovesWhatTheyWrote) {
  shop_.build(1);
  const TariffId tariff = shop_.must(store().load_site()).tariffs[0].id;
  const auto version = shop_.must(store().write_version(text_of(tariff, 0, "one")));
  auto edited = text_of(tariff, 1, "two");
  edited.by = kBo;
  shop_.must(store().write_version(edited));
  shop_.must(store().act_on_version(act(version, VersionAct::submit, kBo)));
  for (const UserId writer : {kAnna, kBo}) {
    const auto approved =
        shop_.ask(store().act_on_version(act(version, VersionAct::approve, writer)));
    ASSERT_FALSE(approved);
    EXPECT_EQ(approved.error().code, Errc::tariff_approval_own);
  }
  shop_.must(store().act_on_version(act(version, VersionAct::approve, UserId{3})));
}

TEST_P(TariffStoreTest, MetersFindTheirVersions) {
  shop_.build(2);
  const auto site = shop_.must(store().load_site());
  const TariffId shops = site.tariffs[0].id;
  const MeterId first = shop_.meter(1), second = shop_.meter(2);
  port::TariffProfile own;
  own.property = site.properties[0].id;
  own.name = "M1 alone";
  own.own_meter = first;
  own = shop_.must(store().add_tariff(own));
  for (const TariffId tariff : {shops, own.id}) {
    const auto version = shop_.must(store().write_version(text_of(tariff, 0, "one")));
    shop_.must(store().act_on_version(act(version, VersionAct::submit, kAnna)));
    shop_.must(store().act_on_version(act(version, VersionAct::approve, kBo)));
  }
  shop_.must(store().write_version(text_of(shops, 0, "only a draft")));
  const auto of_first = shop_.must(store().versions_of_meter(first));
  EXPECT_EQ(of_first.time_zone, "Asia/Shanghai");
  ASSERT_EQ(of_first.own.size(), 1U);
  EXPECT_EQ(of_first.own[0].tariff, own.id);
  ASSERT_EQ(of_first.set_up.size(), 1U);
  EXPECT_EQ(of_first.set_up[0].content, "one");
  EXPECT_TRUE(shop_.must(store().versions_of_meter(second)).own.empty());
  const auto profiles = shop_.must(store().list_tariffs(site.properties[0].id));
  ASSERT_EQ(profiles.size(), 2U);
  EXPECT_EQ(profiles[0].meters, 2);
  EXPECT_FALSE(profiles[0].own_meter);
  EXPECT_EQ(profiles[1].own_meter, first);
}

TEST_P(TariffStoreTest, WhatWasBilledKeepsItsPrice) {
  auto plan = small_plan(4);
  for (auto& row : plan.meters) row.meter.wallet = domain::Wallet::platform;
  plan.tariffs.push_back({});
  plan.tariffs.back().name = "unused";
  shop_.must(store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
  const auto site = shop_.must(store().load_site());
  const auto own_of = [&](int meter) {
    port::TariffProfile own;
    own.property = site.properties[0].id;
    own.name = "M" + std::to_string(meter) + " alone";
    own.own_meter = shop_.meter(meter);
    return shop_.must(store().add_tariff(own)).id;
  };
  const auto bill = [&](int meter) {
    port::BillingRunStep step;
    step.billing = shop_.must(store().billing_input(shop_.meter(meter))).billing;
    step.billing.posted = {kNow - minutes(90), 0};
    step.at = kNow;
    shop_.must(store().store_billing_run(step));
  };
  shop_.open_account(shop_.meter(1));
  shop_.open_account(shop_.meter(2));
  domain::Account shared;
  shared.customer_name = "two shops";
  shared.idempotency_key = "open-both";
  shared.meters = {shop_.meter(3), shop_.meter(4)};
  shared.shared_wallet = true;
  shared.created_at = kNow;
  shared = shop_.must(store().open_account(shared, {})).account;
  for (const MeterId meter : shared.meters)
    shop_.must(store().confirm_open(shared.id, meter, Shop::epoch(meter), kNow));
  struct Row {
    const char* reason;
    TariffId tariff;
    int from_minutes;
    bool is_approved;
  };
  const auto check = [&](const Row& row) {
    auto text = text_of(row.tariff, 0, row.reason);
    text.valid_from = kNow + minutes(row.from_minutes);
    const auto version = shop_.must(store().write_version(text));
    shop_.must(store().act_on_version(act(version, VersionAct::submit, kAnna)));
    const auto approved = shop_.ask(store().act_on_version(act(version, VersionAct::approve, kBo)));
    EXPECT_EQ(approved.has_value(), row.is_approved) << row.reason;
    if (!approved) EXPECT_EQ(approved.error().code, Errc::tariff_version_retroactive) << row.reason;
  };
  const TariffId shops = site.tariffs[0].id, unused = site.tariffs[1].id;
  check({"nobody was billed", shops, -60, true});
  bill(1);
  check({"billed before the first version", shops, -120, false});
  check({"from now on", shops, 0, true});
  check({"a tariff that prices nobody", unused, -60, true});
  const TariffId of_first = own_of(1), of_second = own_of(2), of_third = own_of(3);
  check({"an own tariff where use was billed", of_first, -60, false});
  check({"even from after the last charge: the next run counts again", of_first, -30, false});
  check({"an own tariff from now on", of_first, 0, true});
  check({"an own tariff of a meter never billed", of_second, -60, true});
  bill(4);
  check({"billed through the shared wallet", of_third, -60, false});
}

TEST_P(TariffStoreTest, AppliedPricesAreWhatMetersDownload) {
  shop_.build(1);
  const TariffId tariff = shop_.must(store().load_site()).tariffs[0].id;
  domain::PriceTable prices;
  prices.rate_price.fill({70'000'000});
  prices.steps = {{{260'000}, {5'000'000}}};
  const auto unknown = shop_.ask(store().apply_prices(tariff, 1, prices));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Errc::tariff_version_unknown);
  shop_.must(store().write_version(text_of(tariff, 0, "one")));
  shop_.must(store().apply_prices(tariff, 1, prices));
  const auto site = shop_.must(store().load_site());
  EXPECT_EQ(site.tariffs[0].prices, prices);
  EXPECT_EQ(shop_.must(store().list_tariffs(site.properties[0].id))[0].applied_number, 1);
}

TEST_P(TariffStoreTest, WhatIsNotThere) {
  shop_.build(1);
  const auto site = shop_.must(store().load_site());
  const TariffId nowhere{999};
  const auto code = [](const auto& answer) { return answer ? Errc{} : answer.error().code; };
  EXPECT_EQ(code(shop_.ask(store().list_versions(nowhere))), Errc::tariff_unknown);
  EXPECT_EQ(code(shop_.ask(store().write_version(text_of(nowhere, 0, "x")))), Errc::tariff_unknown);
  EXPECT_EQ(code(shop_.ask(store().write_version(text_of(site.tariffs[0].id, 1, "x")))),
            Errc::tariff_version_unknown);
  EXPECT_EQ(
      code(shop_.ask(store().act_on_version({nowhere, 1, VersionAct::submit, kAnna, kNow, ""}))),
      Errc::tariff_version_unknown);
  EXPECT_EQ(code(shop_.ask(store().version_history(site.tariffs[0].id, 1))),
            Errc::tariff_version_unknown);
  EXPECT_EQ(code(shop_.ask(store().versions_of_meter(MeterId{999}))), Errc::meter_unknown);
  port::TariffProfile taken;
  taken.property = site.properties[0].id;
  taken.name = site.tariffs[0].name;
  EXPECT_EQ(code(shop_.ask(store().add_tariff(taken))), Errc::tariff_value_invalid);
  taken.name = "new";
  taken.own_meter = MeterId{999};
  EXPECT_EQ(code(shop_.ask(store().add_tariff(taken))), Errc::meter_unknown);
}

}  // namespace paymeter::store::testing

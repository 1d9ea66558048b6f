// What carries no mark must fit what does: the row that no longer does is named.
#include <algorithm>

#include "paymeter/codec/sha256.hpp"
#include "paymeter/store/chain_tampering.hpp"
#include "paymeter/store/chain_testing.hpp"

namespace paymeter::store::testing {
namespace {

const std::vector<std::string> kChanged = {
    "number_series", "meter_money", "account_meter",  "account",        "chain_seal",
    "billing",       "proposal",    "billing_charge", "tariff_version", "tariff_act"};
constexpr UserId kOne{7}, kOther{8};

domain::Vend quarantine(Shop& shop, const domain::Vend& sent) {
  auto step = Shop::delivery_step(sent);
  step.to = domain::VendState::quarantine;
  step.new_count.reset();
  step.quarantine_meter = true;
  step.posting = domain::quarantine_posting(sent, kNow);
  return shop.must(shop.store().step_vend(step));
}

domain::Proposal proposal(MeterId meter, domain::ProposalKind kind, const std::string& evidence) {
  domain::Proposal out;
  out.kind = kind;
  out.meter = meter;
  out.evidence = evidence;
  out.idempotency_key = "key-of-" + evidence;
  out.proposed_by = kOne;
  out.proposed_at = kNow;
  return out;
}

void approve(Shop& shop, const domain::Proposal& asked) {
  const auto stored = shop.must(shop.store().add_proposal(asked));
  shop.must(shop.store().decide_proposal(
      {stored.id, port::ProposalStore::Verdict::approve, kOther, kNow, "seen"}));
}

/// A delivered sale, one that two people resolved, a meter that two released with money on it.
void sell_and_decide(Shop& shop, MeterId meter) {
  shop.deliver(shop.send(shop.sell(meter, "sale-0001", 10'000)));
  const auto vend = quarantine(shop, shop.send(shop.sell(meter, "sale-0002", 1'000)));
  auto resolve = proposal(meter, domain::ProposalKind::resolve_vend, "photograph-1");
  resolve.vend = vend.id;
  resolve.resolution = domain::Resolution::undelivered;
  approve(shop, resolve);
  auto release = proposal(meter, domain::ProposalKind::release_meter, "photograph-2");
  release.epoch = Shop::epoch(meter);
  release.purchase_count = 5;
  release.amount = domain::Money{300};
  approve(shop, release);
}

/// A price that one person wrote and another approved.
void price(Shop& shop) {
  port::VersionText text;
  text.tariff = shop.must(shop.store().load_site()).tariffs.front().id;
  text.valid_from = kNow + minutes(60);
  text.content = "{\"price\":\"0.65\"}";
  text.digest = codec::sha256_hex(text.content);
  text.by = kOne;
  text.at = kNow;
  const auto version = shop.must(shop.store().write_version(text));
  using domain::tariff::VersionAct;
  shop.must(shop.store().act_on_version(
      {version.tariff, version.number, VersionAct::submit, kOne, kNow, "as agreed"}));
  shop.must(shop.store().act_on_version(
      {version.tariff, version.number, VersionAct::approve, kOther, kNow, "seen"}));
}

void write_story(Shop& shop) {
  auto plan = small_plan(3);
  plan.meters[1].meter.wallet = domain::Wallet::platform;
  shop.must(shop.store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
  for (int i = 1; i <= 3; ++i) shop.open_account(shop.meter(i));
  sell_and_decide(shop, shop.meter(1));
  bill(shop, shop.meter(2));
  price(shop);
  seal_all(shop);
}

class Misfits : public ::testing::TestWithParam<Dialect> {
 protected:
  Tampered book_{GetParam(), kChanged, write_story};
};

}  // namespace

TEST_P(Misfits, WhatOthersReferToIsMissed) {
  ASSERT_TRUE(book_.verify().sound());
  const std::string swap = "update proposal set id = ";
  struct Row {
    const char* reason;
    const char* table;
    std::vector<std::string> sql;
    const char* named;
  };
  for (const Row& row :
       {Row{"a series, and with it what it gave",
            "number_series",
            {"delete from number_series where name = 'slip'"},
            "vend"},
        Row{"a series under another name",
            "number_series",
            {"update number_series set name = 'x' where name = 'account'"},
            "account"},
        Row{"a meter's counts",
            "meter_money",
            {"delete from meter_money where meter_id = 3"},
            "meter"},
        Row{"a meter's time in its account",
            "account_meter",
            {"delete from account_meter where meter_id = 1"},
            "vend"},
        Row{"a meter moved into another account",
            "account_meter",
            {"update account_meter set account_id = 2 where meter_id = 1"},
            "vend"},
        Row{"an account under another id",
            "account",
            {"update account set id = 1000 where id = 3"},
            "account_meter"},
        Row{"a seal before the first",
            "chain_seal",
            {"insert into chain_seal (property_id, number, at, posting_to, act_to, members, "
             "rows_hash, previous_hash, hash) select property_id, -number, at, posting_to, "
             "act_to, members, rows_hash, previous_hash, 'x' from chain_seal where number = 1"},
            "chain_seal"},
        Row{"what two people decided about a sale",
            "proposal",
            {"delete from proposal where kind = 'resolve_vend'"},
            "vend_act"},
        Row{"two decisions that changed places",
            "proposal",
            {swap + "-7 where id = 1", swap + "1 where id = 2", swap + "2 where id = -7"},
            "posting"},
        Row{"the wallet that a bill is for",
            "billing",
            {"update billing set meter_id = 3 where id = 1"},
            "billing_charge"},
        Row{"an approved price",
            "tariff_version",
            {"update tariff_version set content = replace(content, '65', '66')"},
            "tariff_version"},
        Row{"an approved price and its digest",
            "tariff_version",
            {"update tariff_version set content = '66', digest = '" + codec::sha256_hex("66") +
             "'"},
            "tariff_version"},
        Row{"a price that nobody approved",
            "tariff_act",
            {"delete from tariff_act where act = 'approve'"},
            "tariff_version"},
        Row{"who made a price", "tariff_version", {"delete from tariff_version"}, "tariff_act"}}) {
    for (const std::string& sql : row.sql) ASSERT_TRUE(book_.change(sql)) << row.reason;
    const auto report = book_.verify();
    EXPECT_TRUE(std::ranges::any_of(report.bad, [&](const port::BadRow& bad) {
      return bad.table == row.named;
    })) << row.reason;
    book_.restore(row.table);
    ASSERT_TRUE(book_.verify().sound()) << row.reason;
  }
}

/// Two passes between which the station's clock was set back are no damage.
TEST_P(Misfits, AClockSetBackIsSound) {
  ASSERT_TRUE(book_.change("update billing_charge set mark = 0, at = at - 3600000 where id = 2"));
  ASSERT_TRUE(
      book_.change("update mark_floor set last_id = 2 where table_name = 'billing_charge'"));
  EXPECT_TRUE(book_.verify().sound());
}

INSTANTIATE_TEST_SUITE_P(Kinds, Misfits, ::testing::Values(Dialect::sqlite, Dialect::postgresql),
                         [](const ::testing::TestParamInfo<Dialect>& suite) {
                           return suite.param == Dialect::sqlite ? "sqlite" : "postgresql";
                         });

}  // namespace paymeter::store::testing

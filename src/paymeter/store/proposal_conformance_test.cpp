// Decisions of two people on every store: who may take them, once, and only while they still fit.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(ProposalConformanceTest);

namespace {

using domain::Proposal;
using domain::ProposalKind;
using domain::ProposalState;
using domain::VendState;
using Verdict = port::ProposalStore::Verdict;

constexpr UserId kOne{1}, kOther{2};

domain::Vend quarantine(Shop& shop, const domain::Vend& sent) {
  auto step = Shop::delivery_step(sent);
  step.to = VendState::quarantine;
  step.new_count.reset();
  step.quarantine_meter = true;
  step.posting = domain::quarantine_posting(sent, kNow);
  return shop.must(shop.store().step_vend(step));
}

domain::Vend quarantined(Shop& shop, int meter, const std::string& key) {
  return quarantine(shop, shop.send(shop.sell(shop.meter(meter), key, 1'000)));
}

Proposal proposal(MeterId meter, ProposalKind kind, const std::string& key) {
  Proposal out;
  out.kind = kind;
  out.meter = meter;
  out.evidence = "photograph 4711 of the display";
  out.idempotency_key = key;
  out.proposed_by = kOne;
  out.proposed_at = kNow;
  return out;
}

Proposal resolution(const domain::Vend& vend, domain::Resolution how, const std::string& key) {
  Proposal out = proposal(vend.meter, ProposalKind::resolve_vend, key);
  out.vend = vend.id;
  out.resolution = how;
  return out;
}

Proposal release(MeterId meter, std::uint16_t count, const std::string& key) {
  Proposal out = proposal(meter, ProposalKind::release_meter, key);
  out.epoch = Shop::epoch(meter);
  out.purchase_count = count;
  return out;
}

port::ProposalStore::Decision decision(const Proposal& about, Verdict verdict, UserId by = kOther) {
  return {about.id, verdict, by, kNow, "looked at it"};
}

}  // namespace

TEST_P(ProposalConformanceTest, AnotherPersonDecidesAndOnlyOnce) {
  shop_.open_all(1);
  const auto vend = quarantined(shop_, 1, "sale-00001");
  const auto open = shop_.must(
      store().add_proposal(resolution(vend, domain::Resolution::undelivered, "proposal-1")));
  EXPECT_EQ(open.state, ProposalState::open);
  EXPECT_EQ(shop_.ask(store().decide_proposal(decision(open, Verdict::approve, kOne))).error().code,
            Errc::proposal_same_person);
  EXPECT_EQ(shop_.ask(store().decide_proposal(decision(open, Verdict::approve, {}))).error().code,
            Errc::proposal_same_person)
      << "nobody is not another person";
  EXPECT_EQ(shop_.must(store().find_vend(vend.id)).state, VendState::quarantine);

  const auto decided = shop_.must(store().decide_proposal(decision(open, Verdict::approve)));
  EXPECT_EQ(decided.proposal.state, ProposalState::approved);
  ASSERT_EQ(decided.vends.size(), 1u);
  EXPECT_EQ(decided.vends[0].state, VendState::refund_due);
  reopen();
  const auto stored = shop_.must(store().find_proposal(open.id));
  EXPECT_EQ(stored.decided_by, kOther);
  EXPECT_EQ(stored.decided_at, kNow);
  EXPECT_EQ(stored.decision_note, "looked at it");
  EXPECT_EQ(stored.evidence, "photograph 4711 of the display");
  for (const auto verdict : {Verdict::approve, Verdict::reject})
    EXPECT_EQ(shop_.ask(store().decide_proposal(decision(open, verdict))).error().code,
              Errc::proposal_decided);
  EXPECT_EQ(shop_.ask(store().decide_proposal({ProposalId{99}, Verdict::reject, kOther, kNow, {}}))
                .error()
                .code,
            Errc::proposal_unknown);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(ProposalConformanceTest, ARejectedOneChangesNothing) {
  shop_.open_all(1);
  const auto vend = quarantined(shop_, 1, "sale-00001");
  const auto open = shop_.must(
      store().add_proposal(resolution(vend, domain::Resolution::delivered, "proposal-1")));
  const auto decided = shop_.must(store().decide_proposal(decision(open, Verdict::reject)));
  EXPECT_EQ(decided.proposal.state, ProposalState::rejected);
  EXPECT_TRUE(decided.vends.empty());
  EXPECT_EQ(shop_.must(store().find_vend(vend.id)).state, VendState::quarantine);
  EXPECT_TRUE(shop_.must(store().meter_money(vend.meter)).quarantined);
}

TEST_P(ProposalConformanceTest, TheSameKeyIsTheSameProposal) {
  shop_.open_all(1);
  const auto vend = quarantined(shop_, 1, "sale-00001");
  const auto asked = resolution(vend, domain::Resolution::delivered, "proposal-1");
  const auto first = shop_.must(store().add_proposal(asked));
  EXPECT_FALSE(first.existed);
  const auto again = shop_.must(store().add_proposal(asked));
  EXPECT_EQ(again.id, first.id);
  EXPECT_TRUE(again.existed) << "within the same millisecond, too";
  auto other = asked;
  other.resolution = domain::Resolution::undelivered;
  EXPECT_EQ(shop_.ask(store().add_proposal(other)).error().code,
            Errc::vend_exists_with_different_request);
  shop_.must(store().decide_proposal(decision(first, Verdict::approve)));
  EXPECT_EQ(shop_.must(store().add_proposal(asked)).state, ProposalState::approved)
      << "also when it has been decided and would not be taken any more";
}

TEST_P(ProposalConformanceTest, WhatDoesNotFitIsNotStored) {
  shop_.open_all(2);
  const auto vend = quarantined(shop_, 1, "sale-00001");
  const auto sound = shop_.sell(shop_.meter(2), "sale-00002", 500);
  const auto refund = [&] {
    auto moved = resolution(vend, domain::Resolution::moved, "proposal-1");
    return moved;
  };
  struct Row {
    const char* reason;
    Proposal asked;
    Errc expect;
  };
  auto no_target = refund(), far_target = refund(), no_evidence = refund(), alien = refund();
  far_target.target_meter = MeterId{99};
  no_evidence.target_meter = vend.meter;
  no_evidence.evidence = "short";
  alien.target_meter = vend.meter;
  alien.meter = shop_.meter(2);
  auto payout = proposal(vend.meter, ProposalKind::manual_payout, "proposal-1");
  payout.vend = vend.id;
  payout.paid_out_by = domain::PaymentMethod::cash;
  payout.reference = "R-1";
  auto dead = proposal(vend.meter, ProposalKind::settle_without_meter, "proposal-1");
  dead.settlement = SettlementId{99};
  dead.amount = domain::Money{0};
  auto nowhere = release(MeterId{99}, 0, "proposal-1");
  for (const Row& row :
       {Row{"moved, but where to", no_target, Errc::proposal_incomplete},
        Row{"moved to no meter", far_target, Errc::meter_unknown},
        Row{"no evidence", no_evidence, Errc::proposal_evidence_missing},
        Row{"another meter's vend", alien, Errc::vend_unknown},
        Row{"not quarantined", resolution(sound, domain::Resolution::delivered, "proposal-1"),
            Errc::vend_state_conflict},
        Row{"a sound meter", release(shop_.meter(2), 0, "proposal-1"), Errc::vend_state_conflict},
        Row{"no such meter", nowhere, Errc::meter_unknown},
        Row{"nothing is owed", payout, Errc::vend_state_conflict},
        Row{"no such settlement", dead, Errc::settlement_unknown}}) {
    const auto answer = shop_.ask(store().add_proposal(row.asked));
    ASSERT_FALSE(answer) << row.reason;
    EXPECT_EQ(answer.error().code, row.expect) << row.reason;
  }
  EXPECT_EQ(shop_.must(store().list_proposals({})).total, 0);
}

TEST_P(ProposalConformanceTest, WhatChangedSinceIsOutdatedAndStaysOpen) {
  shop_.open_all(1);
  const auto vend = quarantined(shop_, 1, "sale-00001");
  const auto one = shop_.must(
      store().add_proposal(resolution(vend, domain::Resolution::delivered, "proposal-1")));
  const auto two = shop_.must(
      store().add_proposal(resolution(vend, domain::Resolution::undelivered, "proposal-2")));
  shop_.must(store().decide_proposal(decision(one, Verdict::approve)));
  EXPECT_EQ(shop_.ask(store().decide_proposal(decision(two, Verdict::approve))).error().code,
            Errc::proposal_outdated);
  EXPECT_EQ(shop_.must(store().find_proposal(two.id)).state, ProposalState::open)
      << "a failed approval leaves no trace";
  shop_.must(store().decide_proposal(decision(two, Verdict::reject)));
  EXPECT_EQ(shop_.must(store().find_vend(vend.id)).state, VendState::delivered);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(ProposalConformanceTest, AMeterIsReleasedWhenItsVendsAreResolved) {
  shop_.open_all(1);
  const MeterId meter = shop_.meter(1);
  const auto waiting = shop_.sell(meter, "sale-00000", 100);
  const auto vend = quarantined(shop_, 1, "sale-00001");
  auto asked = release(meter, 7, "release-1");
  asked.epoch->clear_count = 2;
  asked.amount = domain::Money{4'200};
  const auto released = shop_.must(store().add_proposal(asked));
  EXPECT_EQ(shop_.ask(store().decide_proposal(decision(released, Verdict::approve))).error().code,
            Errc::vend_state_conflict)
      << "its vend is still unclear";
  const auto resolved = shop_.must(
      store().add_proposal(resolution(vend, domain::Resolution::delivered, "proposal-1")));
  shop_.must(store().decide_proposal(decision(resolved, Verdict::approve)));
  EXPECT_EQ(shop_.must(store().meter_money(meter)).purchase_count, 1) << "what arrived was counted";
  const auto decided = shop_.must(store().decide_proposal(decision(released, Verdict::approve)));
  const auto money = shop_.must(store().meter_money(meter));
  EXPECT_EQ(money.epoch, asked.epoch);
  EXPECT_EQ(money.purchase_count, 7);
  EXPECT_FALSE(money.quarantined);
  ASSERT_EQ(decided.vends.size(), 1u) << "the sale that waited";
  EXPECT_EQ(decided.vends[0].id, waiting.id);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(ProposalConformanceTest, NumbersThatWereDeliveredAreNotGivenOutAgain) {
  shop_.open_all(1);
  const MeterId meter = shop_.meter(1);
  shop_.deliver(shop_.send(shop_.sell(meter, "sale-00001", 100)));
  const auto vend = quarantined(shop_, 1, "sale-00002");
  shop_.must(
      store().decide_proposal(decision(shop_.must(store().add_proposal(resolution(
                                           vend, domain::Resolution::undelivered, "proposal-1"))),
                                       Verdict::approve)));
  EXPECT_EQ(shop_.ask(store().add_proposal(release(meter, 0, "release-1"))).error().code,
            Errc::vend_count_mismatch);
  EXPECT_TRUE(shop_.ask(store().add_proposal(release(meter, 1, "release-2"))).has_value());
}

TEST_P(ProposalConformanceTest, ADeadMeterIsSettledByAgreement) {
  shop_.open_all(1);
  const MeterId meter = shop_.meter(1);
  shop_.deliver(shop_.send(shop_.sell(meter, "sale-00001", 1'000)));
  domain::Settlement wanted;
  wanted.account = shop_.must(store().account_of_meter(meter)).id;
  wanted.meter = meter;
  wanted.idempotency_key = "closing-001";
  wanted.created_at = kNow;
  const auto begun = shop_.must(store().begin_settlements({wanted})).settlements.front();
  auto asked = proposal(meter, ProposalKind::settle_without_meter, "proposal-1");
  asked.settlement = begun.id;
  asked.amount = domain::Money{400};
  const auto open = shop_.must(store().add_proposal(asked));
  const auto decided = shop_.must(store().decide_proposal(decision(open, Verdict::approve)));
  ASSERT_EQ(decided.vends.size(), 1u);
  EXPECT_EQ(decided.vends[0].state, VendState::refund_due);
  EXPECT_EQ(decided.vends[0].captured, domain::Money{-400});
  const auto settled = shop_.must(store().find_settlement(begun.id));
  EXPECT_EQ(settled.state, domain::SettlementState::done);
  EXPECT_TRUE(settled.without_meter);
  asked.idempotency_key = "proposal-2";
  EXPECT_EQ(shop_.ask(store().add_proposal(asked)).error().code, Errc::settlement_state_conflict);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(ProposalConformanceTest, AHalfThatIsMovedOnKeepsWhereItCameFrom) {
  shop_.open_all(1);
  auto out = Shop::sale(shop_.meter(1), "moving-0001", -400);
  auto in = Shop::sale(shop_.meter(1), "moving-0001", 400);
  shop_.deliver(shop_.send(shop_.sell(shop_.meter(1), "sale-00001", 1'000)));
  out.kind = domain::VendKind::transfer_out;
  in.kind = domain::VendKind::transfer_in;
  const auto both = shop_.must(store().create_transfer(out, in));
  shop_.deliver(shop_.send(both.out));
  const auto sent = quarantine(shop_, shop_.send(shop_.must(store().find_vend(both.in.id))));

  auto asked = resolution(sent, domain::Resolution::moved, "proposal-1");
  asked.target_meter = shop_.meter(1);
  const auto open = shop_.must(store().add_proposal(asked));
  const auto decided = shop_.must(store().decide_proposal(decision(open, Verdict::approve)));
  ASSERT_EQ(decided.vends.size(), 2u);
  EXPECT_EQ(shop_.must(store().find_vend(sent.id)).related, both.out.id);
  EXPECT_EQ(decided.vends[1].related, sent.id) << "the way on is told by what came of it";
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(ProposalConformanceTest, ListsByStateKindAndMeter) {
  shop_.open_all(2);
  const auto first = quarantined(shop_, 1, "sale-00001");
  const auto second = quarantined(shop_, 2, "sale-00002");
  const auto one = shop_.must(
      store().add_proposal(resolution(first, domain::Resolution::delivered, "proposal-1")));
  shop_.must(store().add_proposal(release(second.meter, 1, "release-02")));
  shop_.must(store().decide_proposal(decision(one, Verdict::reject)));
  struct Row {
    const char* reason;
    port::ProposalFilter filter;
    std::int64_t total;
  };
  port::ProposalFilter open, approved, of_a_kind, of_a_meter, one_a_page;
  open.state = ProposalState::open;
  approved.state = ProposalState::approved;
  of_a_kind.kind = ProposalKind::resolve_vend;
  of_a_meter.meter = second.meter;
  one_a_page.page = {1, 1};
  for (const Row& row : {Row{"all", {}, 2}, Row{"open", open, 1}, Row{"approved", approved, 0},
                         Row{"of a kind", of_a_kind, 1}, Row{"of a meter", of_a_meter, 1},
                         Row{"one a page", one_a_page, 2}}) {
    const auto listed = shop_.must(store().list_proposals(row.filter));
    EXPECT_EQ(listed.total, row.total) << row.reason;
  }
  EXPECT_EQ(shop_.must(store().list_proposals({})).rows.front().kind, ProposalKind::release_meter)
      << "newest first";
}

}  // namespace paymeter::store::testing

// Quarantine and its end by two people on the bench: sold elsewhere, reset, replaced, moved.
#include "money_test.hpp"

namespace paymeter::bench_station {
namespace {

using domain::LedgerAccountKind;
using domain::Money;
using domain::ProposalKind;
using domain::ProposalState;
using domain::Resolution;
using domain::VendState;
using Verdict = port::ProposalStore::Verdict;

constexpr UserId kOne{1}, kOther{2};

class Proposals : public MoneyTest {
 protected:
  /// A sale of 10.00 whose number somebody else took: quarantined, 5.00 of theirs in the meter.
  domain::Vend foreign_sale(Station& station) {
    site.fate = [&](std::uint8_t, Bytes pdu) {
      if (!is_sale(pdu)) return Fate::deliver;
      auto memory = site.meter(1).memory();
      ++memory.purchase_count;
      memory.last_amount = 500;
      memory.last_tag = 0x12345678;
      memory.sold_total += 500;
      memory.balance_fine += sim::Int128{500} * sim::kFinePerFen;
      site.meter(1).set_memory(memory);
      return Fate::lose_request;
    };
    const auto vend = station.settle(station.sell(1, 1'000, "foreign-0001")->id);
    EXPECT_EQ(vend.state, VendState::quarantine);
    site.fate = {};
    return vend;
  }
  static domain::Proposal about(const Station& station, ProposalKind kind, std::string key) {
    domain::Proposal asked;
    asked.kind = kind;
    asked.meter = station.meter_id(1);
    asked.evidence = "现场照片 4711";
    asked.idempotency_key = std::move(key);
    asked.proposed_by = kOne;
    return asked;
  }
  static Result<domain::Proposal> release(Station& station, std::int64_t found = 0,
                                          std::string key = "release-001") {
    auto asked = about(station, ProposalKind::release_meter, std::move(key));
    asked.amount = Money{found};
    return station.run(station.proposals->propose(asked));
  }
  static Result<domain::Proposal> resolve(Station& station, const domain::Vend& vend,
                                          Resolution how) {
    auto asked = about(station, ProposalKind::resolve_vend, "resolve-001");
    asked.vend = vend.id;
    asked.resolution = how;
    if (how == Resolution::moved) asked.target_meter = station.meter_id(1);
    return station.run(station.proposals->propose(asked));
  }
  static Result<port::ProposalStore::Decided> decide(Station& station, ProposalId id, UserId by,
                                                     Verdict verdict = Verdict::approve) {
    return station.run(station.proposals->decide({id, verdict, by, {}, "看过了"}));
  }
  bool alarmed(Station& station) {
    return station.alarms->is_active(domain::AlarmKind::vend_quarantined, station.meter_id(1), {});
  }
  std::optional<domain::Epoch> known_epoch(Station& station) {
    return station.run(station.store->meter_money(station.meter_id(1)))->epoch;
  }
  /// The meter loses its memory, as after repair: cleared, count 0, no account.
  void reset_meter() {
    auto memory = site.meter(1).memory();
    memory.balance_fine = 0;
    memory.sold_total = 0;
    memory.purchase_count = 0;
    memory.customer_number = 0;
    ++memory.clear_count;
    site.meter(1).set_memory(memory);
  }
};

TEST_F(Proposals, AForeignSaleIsResolvedByTwoPeopleAndSellingGoesOn) {
  auto station = opened();
  const auto vend = foreign_sale(*station);
  EXPECT_TRUE(alarmed(*station));
  const auto resolved = resolve(*station, vend, Resolution::undelivered);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(decide(*station, resolved->id, kOne).error().code, Errc::proposal_same_person);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::quarantined), -1'000);
  const auto decided = decide(*station, resolved->id, kOther);
  ASSERT_TRUE(decided);
  EXPECT_EQ(decided->vends.at(0).state, VendState::refund_due);
  EXPECT_EQ(decide(*station, resolved->id, kOther).error().code, Errc::proposal_decided);
  EXPECT_TRUE(alarmed(*station)) << "the meter still waits";
  EXPECT_EQ(station->sell(1, 500, "too-early-01").error().code, Errc::meter_quarantined);

  const auto released = release(*station, 500);
  ASSERT_TRUE(released);
  EXPECT_EQ(released->purchase_count, 1) << "read from the meter";
  EXPECT_NE(released->evidence.find("balance 5.00"), std::string::npos) << released->evidence;
  EXPECT_EQ(release(*station, 500)->id, released->id) << "clicked twice";
  ASSERT_TRUE(decide(*station, released->id, kOther));
  EXPECT_FALSE(alarmed(*station));
  EXPECT_EQ(station->balance_of(LedgerAccountKind::suspense), 500);
  EXPECT_EQ(station->balance_of(LedgerAccountKind::delivered), -500);
  EXPECT_EQ(station->settle(station->sell(1, 2'000, "after-00001")->id).state,
            VendState::delivered);
  EXPECT_EQ(balance(), 2'500);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Proposals, AMovedSaleArrivesAfterTheRelease) {
  auto station = opened();
  const auto vend = foreign_sale(*station);
  const auto decided = decide(*station, resolve(*station, vend, Resolution::moved)->id, kOther);
  ASSERT_TRUE(decided);
  ASSERT_EQ(decided->vends.size(), 2u);
  EXPECT_EQ(decided->vends[0].state, VendState::moved);
  const VendId carried = decided->vends[1].id;
  EXPECT_EQ(decided->vends[0].related, carried);
  EXPECT_EQ(station->settle(carried, minutes(5)).state, VendState::paid) << "still quarantined";
  ASSERT_TRUE(decide(*station, release(*station)->id, kOther));
  EXPECT_EQ(station->settle(carried).state, VendState::delivered);
  EXPECT_EQ(balance(), 1'500);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(Proposals, AMeterThatChangedSinceIsNotReleased) {
  auto station = opened();
  const auto vend = foreign_sale(*station);
  ASSERT_TRUE(decide(*station, resolve(*station, vend, Resolution::undelivered)->id, kOther));
  const auto first = release(*station);
  auto memory = site.meter(1).memory();
  ++memory.purchase_count;
  site.meter(1).set_memory(memory);
  EXPECT_EQ(decide(*station, first->id, kOther).error().code, Errc::proposal_outdated);
  EXPECT_EQ(station->run(station->store->find_proposal(first->id))->state, ProposalState::open);
  ASSERT_TRUE(decide(*station, first->id, kOther, Verdict::reject));
  ASSERT_TRUE(decide(*station, release(*station, 0, "release-002")->id, kOther));
  EXPECT_EQ(station->run(station->store->meter_money(station->meter_id(1)))->purchase_count, 2);
}

TEST_F(Proposals, ADeadMeterIsNeitherProposedNorReleased) {
  auto station = opened();
  const auto vend = foreign_sale(*station);
  ASSERT_TRUE(decide(*station, resolve(*station, vend, Resolution::undelivered)->id, kOther));
  const auto proposed = release(*station);
  site.fate = [](std::uint8_t, Bytes) { return Fate::lose_request; };
  EXPECT_EQ(release(*station, 0, "release-002").error().code, Errc::link_timeout);
  EXPECT_EQ(release(*station)->id, proposed->id) << "a repeated key asks nobody";
  EXPECT_EQ(decide(*station, proposed->id, kOther).error().code, Errc::link_timeout);
  EXPECT_TRUE(station->run(station->store->meter_money(station->meter_id(1)))->quarantined);
}

TEST_F(Proposals, AMeterThatWasResetIsOpenedAnewAndTheWaitingSaleArrives) {
  auto station = filled(3'000);
  // The number was reserved, then the meter was reset: another epoch on the deciding read.
  bool was_reset = false;
  site.fate = [&](std::uint8_t, Bytes pdu) {
    if (!is_sale(pdu) || was_reset) return Fate::deliver;
    was_reset = true;
    reset_meter();
    return Fate::lose_request;
  };
  const auto vend = station->settle(station->sell(1, 1'000, "reset-00001")->id);
  EXPECT_EQ(vend.reason, Errc::vend_epoch_changed);
  ASSERT_TRUE(decide(*station, resolve(*station, vend, Resolution::moved)->id, kOther));
  const auto before = known_epoch(*station);
  ASSERT_TRUE(decide(*station, release(*station)->id, kOther));
  EXPECT_NE(known_epoch(*station), before);
  station->until([&] { return balance() == 1'000; });
  EXPECT_EQ(balance(), 1'000);
  EXPECT_EQ(site.meter(1).memory().purchase_count, 1);
  EXPECT_NE(site.meter(1).memory().customer_number, 0u) << "opened again for the same tenant";
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  EXPECT_EQ(station->run(station->store->list_commands({}))->rows.front().state,
            domain::CommandState::done);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

/// Crash at every commit of a release's approval: it is finished after the restart.
TEST_F(Proposals, ACrashAtAnyStoreCallOfAReleaseIsTakenUpAgain) {
  struct Crash {};
  for (int strike = 1;; ++strike) {
    SetUp();
    site = BenchSite{2};
    ProposalId id{};
    {
      auto station = filled(3'000);
      const auto vend = foreign_sale(*station);
      ASSERT_TRUE(decide(*station, resolve(*station, vend, Resolution::undelivered)->id, kOther));
      reset_meter();
      id = release(*station)->id;
    }
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
      (void)decide(station, id, kOther);
    } catch (const Crash&) {
    }
    auto station = restarted();
    (void)decide(*station, id, kOther);  // the click is repeated; proposal_decided is fine
    station->until([&] { return !alarmed(*station); }, minutes(5));
    EXPECT_FALSE(alarmed(*station)) << "strike " << strike;
    station->until([&] { return station->run(station->store->pending_commands())->empty(); });
    EXPECT_EQ(station->settle(station->sell(1, 700, "after-00001")->id).state, VendState::delivered)
        << "strike " << strike;
    EXPECT_EQ(balance(), 700) << "strike " << strike;
    EXPECT_EQ(station->book_problems(), std::vector<std::string>{}) << "strike " << strike;
    if (!struck) {
      EXPECT_GT(strike, 4) << "the hook was never reached";
      break;
    }
  }
}

}  // namespace
}  // namespace paymeter::bench_station

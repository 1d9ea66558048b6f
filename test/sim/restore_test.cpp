// "Database restored from yesterday" of docs/vending.md: an older copy of the store meets meters
// that went on without it.
#include <gtest/gtest.h>

#include <filesystem>

#include "paymeter/base/mistake.hpp"
#include "paymeter/sim/sim_link.hpp"
#include "prepared_site.hpp"
#include "support/test_station.hpp"

namespace paymeter::town {
namespace {

using domain::AlarmKind;
using domain::Resolution;
using domain::VendState;
using test_support::TestStation;
using Verdict = port::ProposalStore::Verdict;

constexpr UserId kOne{1}, kOther{2};

class Restored : public testing::Test {
 protected:
  Restored() {
    site_.copy_database(database_);
    site_.furnish(*plant_);
  }
  ~Restored() override {
    stop();
    around_.drop_tasks();
    for (const auto& path : {database_, backup_}) remove_database(path);
  }
  void start() {
    TestStation::Options options;
    options.name = "life " + std::to_string(++lives_);
    options.store = test_support::inline_sqlite(database_);
    options.links = [this](sim::SimRuntime& runtime) {
      return std::make_unique<sim::SimLinkFactory>(runtime, *plant_);
    };
    station_ = std::make_unique<TestStation>(world_, std::move(options));
    station_->runtime.spawn("boot", station_->boot(site_.plan()));
    ASSERT_TRUE(station_->until([this] { return station_->booted(); }));
  }
  void stop() { station_.reset(); }
  /// The copy that is made each night.
  void back_up() {
    stop();
    remove_database(backup_);
    std::filesystem::copy_file(database_, backup_);
    start();
  }
  void restore() {
    stop();
    remove_database(database_);
    std::filesystem::copy_file(backup_, database_);
    start();
  }
  MeterId meter(const std::string& code) { return station_->live.find_by_code(code)->meter.id; }
  VendId sell(const std::string& code, std::int64_t fen, const std::string& key) {
    service::SaleRequest request;
    request.idempotency_key = key;
    request.meter = meter(code);
    request.captured = {fen};
    return station_->run(station_->vending->sell(request)).value().id;
  }
  VendState end_of(VendId vend) {
    station_->until([&] { return domain::is_final(state(vend)); }, minutes(30));
    return state(vend);
  }
  VendState state(VendId vend) { return station_->run(station_->store->find_vend(vend))->state; }
  bool quarantined(const std::string& code) {
    return station_->run(station_->store->meter_money(meter(code)))->quarantined;
  }
  bool alarmed(const std::string& code) {
    return station_->alarms->is_active(AlarmKind::vend_quarantined, meter(code), {});
  }
  std::int64_t holds(const std::string& code) { return plant_->reference(code)->shown_balance(); }
  Result<port::ProposalStore::Decided> agree(domain::Proposal asked) {
    asked.evidence = "两人到现场看过，照片 4711";
    asked.idempotency_key = "agreed-" + std::to_string(1000 + ++keys_);
    asked.proposed_by = kOne;
    const auto proposed = station_->run(station_->proposals->propose(asked));
    if (!proposed) return fail(proposed.error());
    return station_->run(
        station_->proposals->decide({proposed->id, Verdict::approve, kOther, {}, "看过了"}));
  }
  Result<port::ProposalStore::Decided> resolve(const std::string& code, VendId vend,
                                               Resolution resolution) {
    domain::Proposal asked;
    asked.kind = domain::ProposalKind::resolve_vend;
    asked.meter = meter(code);
    asked.vend = vend;
    asked.resolution = resolution;
    return agree(asked);
  }
  Result<port::ProposalStore::Decided> release(const std::string& code, std::int64_t found = 0) {
    domain::Proposal asked;
    asked.kind = domain::ProposalKind::release_meter;
    asked.meter = meter(code);
    asked.amount = domain::Money{found};
    return agree(asked);
  }
  /// Seals all that there is, as each station does every two seconds. Returns the head.
  std::string sealed() {
    const PropertyId property = station_->live.site().properties.front().id;
    for (;;) {
      const auto horizon = station_->run(station_->store->chain_horizon(property)).value();
      const auto draft =
          station_->run(station_->store->draft_seal(property, horizon, station_->runtime.now()))
              .value();
      if (!draft) return station_->run(station_->store->chain_head(property)).value().hash;
      if (!station_->run(station_->store->add_seal(*draft))) return "another station sealed";
    }
  }
  bool has_head(const std::string& hash) {
    return station_->run(station_->store->find_head(hash)).value().has_value();
  }
  std::string slip_of(VendId vend) {
    return station_->run(station_->store->find_vend(vend))->slip_number;
  }
  void expect_sound_books() {
    EXPECT_EQ(station_->run(station_->store->check_books()).value(), std::vector<std::string>{});
  }

  const PreparedSite site_{town_plan(kMetersHere, false), PreparedSite::Accounts::open};
  sim::SimWorld world_{1};
  sim::SimRuntime around_{world_, "site"};
  std::unique_ptr<sim::Plant> plant_ = *sim::Plant::build(around_, site_.plan(), {});
  const std::string database_ = scratch_path("restored"), backup_ = scratch_path("backup");
  std::unique_ptr<TestStation> station_;
  int lives_ = 0, keys_ = 0;
  static constexpr int kMetersHere = 3;
};

TEST_F(Restored, EveryMeterIsComparedBeforeAnybodySells) {
  start();
  EXPECT_EQ(end_of(sell("1001", 1'000, "before-0001")), VendState::delivered);
  EXPECT_EQ(end_of(sell("1002", 1'000, "before-0002")), VendState::delivered);
  back_up();
  EXPECT_EQ(end_of(sell("1001", 500, "after-00001")), VendState::delivered);

  restore();
  EXPECT_FALSE(quarantined("1001")) << "nobody has looked yet";
  ASSERT_TRUE(station_->until([this] { return station_->meter_check->waiting() == 0; }));
  EXPECT_TRUE(quarantined("1001"));
  EXPECT_TRUE(alarmed("1001"));
  for (const char* code : {"1002", "1003"}) {
    EXPECT_FALSE(quarantined(code)) << code;
    EXPECT_FALSE(alarmed(code)) << code;
    EXPECT_EQ(end_of(sell(code, 200, std::string("today-") + code)), VendState::delivered) << code;
  }
  // What the forgotten sale put into the meter is booked as found, and selling goes on.
  ASSERT_TRUE(release("1001", 500));
  EXPECT_FALSE(alarmed("1001"));
  EXPECT_EQ(end_of(sell("1001", 300, "today-0001")), VendState::delivered);
  EXPECT_EQ(holds("1001"), 1'800);
  expect_sound_books();
}

TEST_F(Restored, ASaleBeforeTheComparisonIsHeldByItsOwnLook) {
  start();
  back_up();
  EXPECT_EQ(end_of(sell("1001", 500, "after-00001")), VendState::delivered);
  restore();
  const VendId sale = sell("1001", 300, "today-0001");  // at once, before any meter was read
  station_->until([this] { return quarantined("1001"); });
  world_.run_for(minutes(5));
  EXPECT_TRUE(quarantined("1001"));
  EXPECT_EQ(state(sale), VendState::paid) << "never sent: it may be given back, or wait";
  EXPECT_EQ(holds("1001"), 500);
  ASSERT_TRUE(release("1001", 500));
  EXPECT_EQ(end_of(sale), VendState::delivered);
  EXPECT_EQ(holds("1001"), 800);
  expect_sound_books();
}

TEST_F(Restored, WhatTheCopyCallsPaidAndTheMeterHoldsIsNotGivenBack) {
  start();
  plant_->set_gateway_down("G1", true);
  const VendId sale = sell("1001", 700, "sold-000001");
  world_.run_for(minutes(1));
  ASSERT_EQ(state(sale), VendState::paid);
  back_up();
  plant_->set_gateway_down("G1", false);
  ASSERT_EQ(end_of(sale), VendState::delivered);
  ASSERT_EQ(holds("1001"), 700);

  restore();
  EXPECT_EQ(end_of(sale), VendState::quarantine) << "it may have been sent: two people decide";
  EXPECT_TRUE(quarantined("1001"));
  EXPECT_EQ(holds("1001"), 700) << "and it is not sent again";
  EXPECT_EQ(station_->run(station_->vending->cancel(sale, kOne, "退款")).error().code,
            Errc::vend_state_conflict);
  ASSERT_TRUE(resolve("1001", sale, Resolution::delivered));
  ASSERT_TRUE(release("1001"));
  EXPECT_EQ(state(sale), VendState::delivered);
  EXPECT_EQ(end_of(sell("1001", 300, "today-0001")), VendState::delivered);
  EXPECT_EQ(holds("1001"), 1'000);
  expect_sound_books();
}

TEST_F(Restored, WhatTheCopyCallsSentIsDecidedByTheMeter) {
  start();
  sim::FaultRates deaf;
  deaf.lost_request = 10'000;
  plant_->set_faults({});
  const VendId sale = sell("1001", 700, "sold-000001");
  // The number is stored; the frame is lost.
  ASSERT_TRUE(station_->until([&] { return state(sale) == VendState::sent; }, minutes(5)));
  plant_->set_faults(deaf);
  back_up();
  plant_->set_faults({});
  ASSERT_EQ(end_of(sale), VendState::delivered);
  restore();
  EXPECT_EQ(end_of(sale), VendState::delivered);
  EXPECT_EQ(holds("1001"), 700);
  EXPECT_FALSE(quarantined("1001"));
  expect_sound_books();
}

TEST_F(Restored, ASentSaleThatOthersFollowedGoesToPeople) {
  start();
  const VendId sale = sell("1001", 700, "sold-000001");
  ASSERT_TRUE(station_->until([&] { return state(sale) == VendState::sent; }, minutes(5)));
  back_up();
  ASSERT_EQ(end_of(sale), VendState::delivered);
  ASSERT_EQ(end_of(sell("1001", 100, "sold-000002")), VendState::delivered);
  restore();
  EXPECT_EQ(end_of(sale), VendState::quarantine);
  ASSERT_TRUE(resolve("1001", sale, Resolution::delivered));
  ASSERT_TRUE(release("1001", 100));
  EXPECT_EQ(holds("1001"), 800);
  expect_sound_books();
}

TEST_F(Restored, TheCopyIsSoundForgetsLaterHeadsAndGivesSlipNumbersAgain) {
  start();
  ASSERT_EQ(end_of(sell("1001", 1'000, "before-0001")), VendState::delivered);
  const std::string kept = sealed();
  back_up();
  const VendId forgotten = sell("1002", 500, "after-00001");
  ASSERT_EQ(end_of(forgotten), VendState::delivered);
  const std::string lost = sealed(), printed = slip_of(forgotten);
  ASSERT_NE(kept, lost);
  ASSERT_TRUE(has_head(lost));

  restore();
  EXPECT_TRUE(station_->run(station_->store->verify(3))->sound());
  EXPECT_TRUE(has_head(kept));
  EXPECT_FALSE(has_head(lost)) << "what restoring means";
  const VendId today = sell("1003", 200, "today-0003");
  EXPECT_EQ(slip_of(today), printed) << "the runbook says so: two papers with one number";
  EXPECT_EQ(end_of(today), VendState::delivered);
  sealed();
  EXPECT_TRUE(station_->run(station_->store->verify(3))->sound());
  EXPECT_FALSE(has_head(lost));
}

TEST_F(Restored, AMeterClosedSinceIsNotSoldTo) {
  start();
  back_up();
  const auto account = station_->live.find_by_code("1003")->account->id;
  ASSERT_TRUE(
      station_->run(station_->settlements->close_account(account, {"closing-0001", "退租", kOne})));
  ASSERT_TRUE(station_->until([this] { return !plant_->reference("1003")->account_open(); }));
  world_.run_for(minutes(2));
  restore();
  ASSERT_TRUE(station_->until([this] { return station_->meter_check->waiting() == 0; }));
  EXPECT_TRUE(quarantined("1003")) << "the platform believes in an account that is over";
  EXPECT_FALSE(quarantined("1001"));
  expect_sound_books();

  // Released, it is the account's again; then it can be closed as if for the first time.
  ASSERT_TRUE(release("1003"));
  ASSERT_TRUE(station_->until([this] { return plant_->reference("1003")->account_open(); }));
  ASSERT_TRUE(
      station_->run(station_->settlements->close_account(account, {"closing-0002", "退租", kOne})));
  EXPECT_TRUE(station_->until([&] {
    return station_->run(station_->store->find_account(account))->state ==
           domain::AccountState::closed;
  }));
  EXPECT_FALSE(plant_->reference("1003")->account_open());
  expect_sound_books();
}

}  // namespace
}  // namespace paymeter::town

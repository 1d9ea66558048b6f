// Switches that come too late, and a station whose clock is wrong: nobody is cut by either.
#include <gmock/gmock.h>

#include "cut_station.hpp"

namespace paymeter::bench_station {
namespace {

using domain::AlarmKind;
using domain::BatchState;
using domain::CommandKind;
using domain::CommandState;
using domain::EnforcementMode;
using ::testing::HasSubstr;

bool is_trip(Bytes pdu) { return is_relay(pdu) && pdu[7] == 1 && pdu[9] == 1; }

// ---------------------------------------------------------------- commands
class OutdatedTrip : public BenchTest {
 protected:
  static port::Async<> order(service::Commands& commands, service::SupplyRequest request) {
    (void)co_await commands.switch_supply(std::move(request));
  }
  service::SupplyRequest request_of(Station& station, CommandKind kind) {
    return {std::string(domain::command_kind_name(kind)) + "-00001", station.meter_id(1), kind,
            "检修", UserId{1}};
  }
  int trips() const {
    return static_cast<int>(
        std::ranges::count_if(site.wire, [](const auto& sent) { return is_trip(sent.second); }));
  }
};

TEST_F(OutdatedTrip, TakenBackWhileItsMeterIsReadIsNotSent) {
  auto station = opened();
  bool taken_back = false;
  site.after_request = [&](std::uint8_t unit, Bytes pdu) {
    if (unit != 1 || taken_back || is_relay(pdu)) return;
    taken_back = true;
    station->runtime.spawn("second thoughts",
                           order(*station->commands, request_of(*station, CommandKind::force_on)));
  };
  const auto trip =
      station->run(station->commands->switch_supply(request_of(*station, CommandKind::trip)));
  ASSERT_TRUE(trip);
  station->until([&] { return site.meter(1).memory().relay_mode == 1; }, minutes(2));
  station->until([] { return false; }, minutes(2));
  EXPECT_TRUE(taken_back);
  EXPECT_EQ(trips(), 0);
  EXPECT_FALSE(site.meter(1).relay_open());
  EXPECT_EQ(station->run(station->store->find_command(trip->id))->state, CommandState::superseded);
}

TEST_F(OutdatedTrip, ExpiresAlsoWhenTheClockIsSetBack) {
  for (const Millis ahead : {minutes(-4), minutes(-60), minutes(-1'440)}) {
    auto station = opened();
    site.fate = [](std::uint8_t, Bytes pdu) {
      return is_relay(pdu) ? Fate::lose_request : Fate::deliver;
    };
    const auto trip =
        station->run(station->commands->switch_supply(request_of(*station, CommandKind::trip)));
    ASSERT_TRUE(trip);
    station->until([] { return false; }, minutes(5));
    station->runtime.set_clock_error([ahead] { return ahead; });
    station->until([] { return false; }, minutes(6));
    const auto ended = station->run(station->store->find_command(trip->id));
    EXPECT_EQ(ended->state, CommandState::failed) << ahead.value;
    EXPECT_EQ(ended->result, Errc::command_expired) << ahead.value;
    site.fate = {};
    station->until([] { return false; }, minutes(120));
    EXPECT_FALSE(site.meter(1).relay_open()) << ahead.value;
    station.reset();
    TearDown();
  }
}

TEST_F(OutdatedTrip, HeldBackByAGatewayIsUndoneBeforeAReleaseIsDone) {
  for (const Millis late : {seconds(3), seconds(20), seconds(50)}) {
    auto station = opened();
    std::vector<Buffer> held;
    site.fate = [&held](std::uint8_t, Bytes pdu) {
      if (!is_relay(pdu)) return Fate::deliver;
      held.emplace_back(pdu.begin(), pdu.end());
      return Fate::lose_request;
    };
    ASSERT_TRUE(
        station->run(station->commands->switch_supply(request_of(*station, CommandKind::trip))));
    ASSERT_TRUE(station->until([&] { return !held.empty(); }, seconds(20)));
    const auto release =
        station->run(station->commands->switch_supply(request_of(*station, CommandKind::release)));
    ASSERT_TRUE(release);
    station->until([] { return false; }, late);
    site.fate = {};
    (void)site.meter(1).handle(held.front());
    ASSERT_TRUE(site.meter(1).relay_open()) << "the frame that was held back";
    station->until([&] { return !site.meter(1).relay_open(); }, minutes(5));
    EXPECT_FALSE(site.meter(1).relay_open()) << late.value;
    station->until([] { return false; }, minutes(5));
    EXPECT_EQ(station->run(station->store->find_command(release->id))->state, CommandState::done);
    station.reset();
    TearDown();
  }
}

/// A batch of trips at one a minute; the station goes down after the first few.
class OutdatedBatch : public BenchTest {
 protected:
  void begin(CommandKind kind) {
    station_ = std::make_unique<Station>(world, many, path_);
    station_->start();
    service::BatchRequest request;
    request.idempotency_key = "batch-000001";
    request.property = station_->live.site().properties.front().id;
    request.order.kind = kind;
    request.order.reason = "台风";
    request.order.bus_rate_per_minute = 1;
    request.selection_text = "{}";
    request.count = 20;
    id_ = station_->run(station_->batches->create(request))->batch.id;
    station_->until([] { return false; }, minutes(4));
    station_.reset();
  }
  domain::Batch back_after(Millis span) {
    world.run_for(span);
    station_ = std::make_unique<Station>(world, many, path_);
    station_->start();
    station_->until([] { return false; }, minutes(10));
    return *station_->run(station_->store->find_batch(id_));
  }
  int open_relays() {
    int open = 0;
    for (int unit = 1; unit <= 20; ++unit) open += many.meter(unit).relay_open();
    return open;
  }
  BenchSite many{20};
  std::unique_ptr<Station> station_;
  BatchId id_{};
};

TEST_F(OutdatedBatch, TripsOrderedLongBeforeARestartWaitForAPerson) {
  begin(CommandKind::trip);
  const int before = open_relays();
  ASSERT_GT(before, 0);
  EXPECT_EQ(back_after(minutes(120)).state, BatchState::paused);
  EXPECT_EQ(open_relays(), before) << "tenants have paid since, or come home";
  ASSERT_TRUE(station_->run(station_->batches->move(id_, port::BatchMove::Act::resume)));
  station_->until([&] { return open_relays() == 20; }, minutes(60));
  const auto counts = *station_->run(station_->store->batch_counts(id_));
  EXPECT_EQ(counts.done, open_relays()) << "a person has said so once more";
  EXPECT_EQ(counts.done + counts.failed, 20) << "what was on its way then has expired, and says so";
  EXPECT_GE(counts.done, 19);
}

TEST_F(OutdatedBatch, AShortRestartChangesNothing) {
  begin(CommandKind::trip);
  const int before = open_relays();
  EXPECT_EQ(back_after(minutes(2)).state, BatchState::running);
  EXPECT_GT(open_relays(), before);
}

TEST_F(OutdatedBatch, WhatClosesGoesOnHoweverLate) {
  begin(CommandKind::force_on);
  EXPECT_EQ(back_after(minutes(120)).state, BatchState::running);
}

// ---------------------------------------------------------------- clocks
class StationClockTest : public EnforcementTest {
 protected:
  static void set_clock(CutStation& station, Millis ahead) {
    station.runtime.set_clock_error([ahead] { return ahead; });
  }
};

TEST_F(StationClockTest, SetTodayCutsNobodyForADayNotEvenAfterARestart) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 9);
  set_clock(*station, minutes(60));
  station->run_for(minutes(90));
  EXPECT_TRUE(station->alarms->is_active(AlarmKind::clock, {}, {}, station->property()));
  set_clock(*station, {});
  station->until_local(23, 12);
  EXPECT_EQ(trips_on_the_wire(), 0);
  EXPECT_THAT(station->all_reasons(1), HasSubstr("station_clock"));
  station.reset();
  station = std::make_unique<CutStation>(world, site, path_);
  station->start_all();
  EXPECT_TRUE(station->alarms->is_active(AlarmKind::clock, {}, {}, station->property()))
      << "the memory of the doubt";
  station->until_local(24, 11, 50);
  EXPECT_EQ(trips_on_the_wire(), 0);
  EXPECT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(30)))
      << "a day later: " << station->last_reasons(1);
  EXPECT_FALSE(station->alarms->is_active(AlarmKind::clock, {}, {}, station->property()));
}

TEST_F(StationClockTest, NoRuleAboutAlarmsHidesItsDoubt) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 9);
  auto rules = station->alarms->rules(station->property());
  auto rule = rules.of(AlarmKind::clock);
  rule.is_on = false;
  rule.holds.raise_after = minutes(24 * 60);
  rules.set(rule);
  station->alarms->set_rules(station->property(), rules);
  set_clock(*station, minutes(60));
  station->run_for(minutes(90));
  EXPECT_TRUE(station->alarms->is_active(AlarmKind::clock, {}, {}, station->property()));
  set_clock(*station, {});
  station.reset();
  station = std::make_unique<CutStation>(world, site, path_);
  station->start_all();
  EXPECT_TRUE(station->alarms->is_active(AlarmKind::clock, {}, {}, station->property()))
      << "it is stored";
  station->until_local(23, 16, 30);
  EXPECT_EQ(trips_on_the_wire(), 0);
}

TEST_F(StationClockTest, WhoHasPaidIsClosedAgainByAnyClock) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 11);
  ASSERT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(4 * 60)));
  set_clock(*station, minutes(-24 * 60 * 20'000));  // 1972
  station->run_for(minutes(10));
  EXPECT_TRUE(station->relay_open(1)) << "a doubt is no payment";
  pay(*station, 1, 50'000);
  EXPECT_TRUE(station->until([&] { return !station->relay_open(1); }, minutes(1)));
}

TEST_F(StationClockTest, MetersThatAllDisagreeKeepTheSupplyOn) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  for (int unit = 1; unit <= 2; ++unit) {
    const UtcMs wrong = world.now() + minutes(8 * 60 + 7);
    site.meter(unit).start_clock(civil_time(wrong, kChina));
  }
  station->until_local(23, 16, 30);
  EXPECT_EQ(trips_on_the_wire(), 0);
  EXPECT_THAT(station->all_reasons(1), HasSubstr("station_clock fails"));
}

}  // namespace
}  // namespace paymeter::bench_station

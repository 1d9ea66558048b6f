// Batches on the bench: every meter in its target state or named with the reason, nothing twice.
#include <algorithm>

#include "bench_test.hpp"
#include "many_meters.hpp"
#include "paymeter/service/tariff_rollout.hpp"
#include "paymeter/sim/dice.hpp"

namespace paymeter::bench_station {
namespace {

using domain::BatchCounts;
using domain::BatchOutcome;
using domain::BatchState;
using domain::CommandKind;
using domain::CommandState;
using Act = port::BatchMove::Act;

service::BatchRequest request_of(const test_support::TestStation& station, CommandKind kind,
                                 std::string key) {
  service::BatchRequest request;
  request.idempotency_key = std::move(key);
  request.property = station.live.site().properties.front().id;
  request.order.kind = kind;
  request.order.reason = "台风";
  request.selection_text = "{}";
  return request;
}

domain::Batch made(test_support::TestStation& station, service::BatchRequest request) {
  auto added = station.run(station.batches->create(std::move(request)));
  if (!added) throw std::runtime_error(std::string(error_name(added.error().code)));
  return added->batch;
}

BatchCounts counts(test_support::TestStation& station, BatchId id) {
  return *station.run(station.store->batch_counts(id));
}

std::vector<domain::BatchRow> rows(test_support::TestStation& station, BatchId id,
                                   std::optional<BatchOutcome> outcome = std::nullopt) {
  return station.run(station.store->list_batch_rows({id, outcome, {1000, 0}}))->rows;
}

/// Runs until the batch has its end; true when it came.
bool ended(test_support::TestStation& station, BatchId id, Millis limit = minutes(60)) {
  bool over = station.run(station.store->find_batch(id))->finished_at.has_value();
  auto token = station.events.subscribe([&](const service::Event& event) {
    if (const auto* changed = std::get_if<service::BatchChanged>(&event))
      over = over || (changed->batch.id == id && changed->batch.finished_at);
  });
  return station.until([&] { return over; }, limit);
}

class Batches : public BenchTest {
 protected:
  std::unique_ptr<Station> on(BenchSite& many) {
    auto station = std::make_unique<Station>(world, many, path_);
    station->start();
    return station;
  }
};

TEST_F(Batches, WithAFifthOfTheFramesLostEveryMeterIsThereOrNamed) {
  BenchSite many(152);
  auto station = on(many);
  sim::Dice dice(20'261'122);
  many.fate = [&dice](std::uint8_t, Bytes) {
    if (!dice.chance(2'000)) return Fate::deliver;
    return dice.chance(5'000) ? Fate::lose_request : Fate::lose_reply;
  };
  auto request = request_of(*station, CommandKind::force_on, "force-000001");
  request.order.include_lost = true;
  const auto batch = made(*station, request);
  ASSERT_TRUE(ended(*station, batch.id));
  const auto end = counts(*station, batch.id);
  EXPECT_EQ(end.done + end.failed, 152);
  EXPECT_GE(end.done, 150) << "600 tries of one in two each";
  for (const auto& row : rows(*station, batch.id)) {
    const int unit = static_cast<int>(station->live.find(row.meter)->meter.unit);
    const auto& memory = many.meter(unit).memory();
    if (row.outcome == BatchOutcome::done)
      EXPECT_TRUE(memory.relay_mode == 1 && memory.relay_position == 0) << unit;
    else
      EXPECT_TRUE(row.reason) << unit << " failed without a reason";
  }
}

TEST_F(Batches, ADeadMeterIsNamedAndHoldsUpNobody) {
  BenchSite many(30);
  auto station = on(many);
  many.fate = [](std::uint8_t unit, Bytes) {
    return unit % 10 == 0 ? Fate::lose_request : Fate::deliver;
  };
  const auto batch = made(*station, request_of(*station, CommandKind::force_on, "force-000001"));
  EXPECT_TRUE(station->until([&] { return counts(*station, batch.id).done == 27; }, minutes(4)));
  ASSERT_TRUE(ended(*station, batch.id));
  const auto failed = rows(*station, batch.id, BatchOutcome::failed);
  ASSERT_EQ(failed.size(), 3U);
  for (const auto& row : failed) EXPECT_EQ(row.reason, Errc::command_expired);
  many.fate = {};
  ASSERT_TRUE(station->run(station->batches->move(batch.id, Act::retry)));
  ASSERT_TRUE(ended(*station, batch.id));
  EXPECT_EQ(counts(*station, batch.id), (BatchCounts{.done = 30}));
}

TEST_F(Batches, ATripShowsWhoIsLeftOutAndNeedsTheCount) {
  auto station = opened();
  station->live.find(station->meter_id(2))->meter.is_protected = true;
  auto request = request_of(*station, CommandKind::trip, "trip-0000001");
  const auto preview = station->run(station->batches->preview(request.property, request.order));
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->meters, std::vector{station->meter_id(1)});
  ASSERT_EQ(preview->left_out.size(), 1U);
  EXPECT_EQ(preview->left_out[0].why, Errc::supply_protected);
  const auto refused = [&] { return station->run(station->batches->create(request)).error(); };
  EXPECT_EQ(refused().code, Errc::batch_count_differs) << "not typed";
  request.count = 2;
  EXPECT_EQ(refused().code, Errc::batch_count_differs);
  EXPECT_EQ(refused().detail, "1");
  request.count = 1;
  const auto batch = made(*station, request);
  ASSERT_TRUE(ended(*station, batch.id));
  EXPECT_TRUE(site.meter(1).relay_open());
  EXPECT_FALSE(site.meter(2).relay_open());
  EXPECT_EQ(counts(*station, batch.id), (BatchCounts{.done = 1, .left_out = 1}));
  request.count = 7;
  EXPECT_EQ(made(*station, request).id, batch.id) << "a repeated key is asked no rule";
  request.order.reason = " ";
  request.idempotency_key = "trip-0000002";
  EXPECT_EQ(refused().code, Errc::supply_reason_missing);
  request.idempotency_key = "k";
  EXPECT_EQ(refused().code, Errc::vend_key_invalid);
}

TEST_F(Batches, AMeterProtectedInTheMeantimeIsNotTripped) {
  BenchSite many(20);
  auto station = on(many);
  auto request = request_of(*station, CommandKind::trip, "trip-0000001");
  request.order.bus_rate_per_minute = 6;
  request.count = 20;
  const auto batch = made(*station, request);
  station->live.find(station->meter_id(20))->meter.is_protected = true;
  ASSERT_TRUE(ended(*station, batch.id));
  EXPECT_FALSE(many.meter(20).relay_open());
  const auto failed = rows(*station, batch.id, BatchOutcome::failed);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].reason, Errc::supply_protected);
}

void switch_by_hand(Station& station, int unit, CommandKind kind) {
  auto command = station.run(station.commands->switch_supply(
      {"by-hand-" + std::to_string(unit) + "-" + std::string(command_kind_name(kind)),
       station.meter_id(unit), kind, "检修", UserId{1}}));
  if (!command) throw std::runtime_error(std::string(error_name(command.error().code)));
}

TEST_F(Batches, ALockOutByHandIsNotUndoneByAnOlderBatch) {
  BenchSite many(6);
  auto station = on(many);
  auto request = request_of(*station, CommandKind::release, "release-0001");
  request.order.bus_rate_per_minute = 1;
  const auto batch = made(*station, request);
  station->until([] { return false; }, seconds(20));
  switch_by_hand(*station, 6, CommandKind::trip);
  ASSERT_TRUE(station->until([&] { return many.meter(6).relay_open(); }, minutes(1)));
  EXPECT_FALSE(station->until([&] { return !many.meter(6).relay_open(); }, minutes(30)))
      << "somebody works there";
  ASSERT_TRUE(ended(*station, batch.id));
  EXPECT_EQ(counts(*station, batch.id), (BatchCounts{.done = 5, .failed = 1}));
  ASSERT_TRUE(station->run(station->batches->move(batch.id, Act::retry)));
  EXPECT_FALSE(station->until([&] { return !many.meter(6).relay_open(); }, minutes(30)))
      << "what somebody else has overtaken is not what failed";
}

TEST_F(Batches, ARecordedProtectionIsLeftOutOfATrip) {
  auto station = opened();
  switch_by_hand(*station, 2, CommandKind::force_on);
  station->until([] { return false; }, minutes(2));
  auto request = request_of(*station, CommandKind::trip, "trip-0000001");
  const auto preview = station->run(station->batches->preview(request.property, request.order));
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->meters, std::vector{station->meter_id(1)});
  ASSERT_EQ(preview->left_out.size(), 1U);
  EXPECT_EQ(preview->left_out[0].why, Errc::supply_protected);
  request.count = 1;
  const auto batch = made(*station, request);
  ASSERT_TRUE(ended(*station, batch.id));
  EXPECT_TRUE(site.meter(1).relay_open());
  EXPECT_FALSE(site.meter(2).relay_open());
}

TEST_F(Batches, PausedNothingStartsAndCancelledTheRestNeverDoes) {
  BenchSite many(40);
  auto station = on(many);
  auto request = request_of(*station, CommandKind::force_on, "force-000001");
  request.order.bus_rate_per_minute = 60;
  const auto batch = made(*station, request);
  station->until([] { return false; }, seconds(10));
  ASSERT_TRUE(station->run(station->batches->move(batch.id, Act::pause)));
  station->until([] { return false; }, seconds(30));
  const auto paused = counts(*station, batch.id);
  EXPECT_EQ(paused.sending, 0) << "what was sent goes on to its end";
  EXPECT_GT(paused.done, 5);
  EXPECT_GT(paused.waiting, 20);
  station->until([] { return false; }, minutes(10));
  EXPECT_EQ(counts(*station, batch.id), paused);
  ASSERT_TRUE(station->run(station->batches->move(batch.id, Act::resume)));
  station->until([] { return false; }, seconds(5));
  ASSERT_TRUE(station->run(station->batches->move(batch.id, Act::cancel)));
  ASSERT_TRUE(ended(*station, batch.id, minutes(2)));
  const auto end = counts(*station, batch.id);
  EXPECT_GT(end.done, paused.done);
  EXPECT_EQ(end.done + end.cancelled, 40);
  EXPECT_EQ(station->run(station->batches->move(batch.id, Act::resume)).error().code,
            Errc::batch_state_conflict);
  int forced = 0;
  for (int unit = 1; unit <= 40; ++unit) forced += many.meter(unit).memory().relay_mode;
  EXPECT_EQ(forced, end.done);
  EXPECT_EQ(station->batches->under_way(), 0U);
}

TEST_F(Batches, ASaleGoesAheadOfTheRows) {
  BenchSite many(100);
  auto station = on(many);
  station->open(100);
  auto request = request_of(*station, CommandKind::trip, "trip-0000001");
  request.order.bus_rate_per_minute = domain::kBatchRateMax;
  request.count = 100;
  const auto batch = made(*station, request);
  station->until([&] { return counts(*station, batch.id).done > 10; });
  many.wire.clear();
  ASSERT_TRUE(station->sell(100, 5'000, "sale-000001"));
  station->until([&] {
    return std::ranges::any_of(many.wire, [](const auto& sent) { return is_sale(sent.second); });
  });
  int relays_before = 0;
  for (const auto& [unit, pdu] : many.wire) {
    if (is_sale(pdu)) break;
    relays_before += is_relay(pdu);
  }
  EXPECT_LE(relays_before, 2) << "one was on the wire, one between the fresh read and the sale";
  EXPECT_TRUE(ended(*station, batch.id));
}

TEST_F(Batches, SettingsOfManyBecomeTheirConfiguration) {
  auto station = opened();
  station->open(2, "李四");
  auto request = request_of(*station, CommandKind::write_settings, "settings-01");
  request.order.settings.overload_w = 3'000;
  const auto batch = made(*station, request);
  ASSERT_TRUE(ended(*station, batch.id));
  EXPECT_EQ(counts(*station, batch.id), (BatchCounts{.done = 2}));
  for (int unit : {1, 2}) {
    EXPECT_EQ(site.meter(unit).memory().settings.overload_w, 3'000U);
    EXPECT_EQ(site.meter(unit).memory().settings.alarm1, 5'000U) << "what is not given stays";
    EXPECT_EQ(station->live.find(station->meter_id(unit))->meter.settings.overload_w, 3'000);
  }
  station.reset();
  station = restarted();
  EXPECT_EQ(station->live.find(station->meter_id(1))->meter.settings.overload_w, 3'000);
}

TEST_F(Batches, WhatTheMeterShowsInsteadIsSaidFieldByField) {
  auto station = opened();
  auto memory = site.meter(1).memory();
  memory.settings.version = 999;
  memory.settings.alarm1 = 1;
  // Somebody else wrote into the meter between our read and our frame.
  bool done = false;
  site.fate = [&](std::uint8_t unit, Bytes pdu) {
    if (unit == 1 && pdu[0] == 0x10 && get_u16(pdu, 1) == 0x6058 && !done) {
      done = true;
      site.meter(1).set_memory(memory);
    }
    return Fate::deliver;
  };
  const auto batch = made(*station, request_of(*station, CommandKind::write_settings, "set-00001"));
  ASSERT_TRUE(ended(*station, batch.id));
  const auto failed = rows(*station, batch.id, BatchOutcome::failed);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].reason, Errc::meter_refused);
  EXPECT_EQ(failed[0].differences,
            "version: wanted 2, read 999; alarm1 (fen): wanted 5000, read 1");
}

TEST_F(Batches, ClockAndTimeTablesAreReadBackBeforeTheyCount) {
  auto station = opened();
  service::DownloadRequest request;
  request.idempotency_key = "tables-00001";
  request.meter = station->meter_id(1);
  request.kind = CommandKind::write_time_tables;
  request.tables.days[0] = {{0, 3}, {480, 2}};
  request.tables.days[1] = {{0, 4}};
  request.tables.seasons = {{7, 1, 2}, {9, 1, 1}};
  int lost = 0;
  site.fate = [&](std::uint8_t, Bytes pdu) {
    const bool is_second_table = pdu[0] == 0x10 && get_u16(pdu, 1) == 0x2015;
    return is_second_table && ++lost < 3 ? Fate::lose_request : Fate::deliver;
  };
  const auto tables = station->run(station->commands->download(request));
  ASSERT_TRUE(tables) << tables.error().detail;
  station->until([&] { return lost >= 2; });
  EXPECT_EQ(station->run(station->store->find_command(tables->id))->state, CommandState::pending);
  // A clock that is right already would not be written.
  site.meter(1).start_clock(civil_time(station->runtime.now() + minutes(60), minutes(480)));
  request.idempotency_key = "clock-000001";
  request.kind = CommandKind::set_clock;
  request.tables = {};
  const auto clock = station->run(station->commands->download(request));
  ASSERT_TRUE(clock);
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  EXPECT_EQ(station->run(station->store->find_command(tables->id))->state, CommandState::done);
  EXPECT_EQ(station->run(station->store->find_command(tables->id))->differences, "");
  EXPECT_EQ(station->run(station->store->find_command(clock->id))->state, CommandState::done);
  EXPECT_EQ(site.meter(1).memory().clock_sequence, 1U);
  EXPECT_EQ(site.meter(1).memory().metering.seasons[0], 7);
  EXPECT_EQ(site.meter(1).memory().metering.day_tables[1][0], 4);
}

TEST_F(Batches, AFailedCommandIsSentAgainWithTheContentOfToday) {
  auto station = opened();
  site.fate = [](std::uint8_t, Bytes pdu) {
    return is_relay(pdu) ? Fate::lose_request : Fate::deliver;
  };
  const auto trip = station->run(station->commands->switch_supply(
      {"trip-000001", station->meter_id(1), CommandKind::trip, "检修", {}}));
  ASSERT_TRUE(trip);
  EXPECT_EQ(station->run(station->commands->resend(trip->id, {}, "again-00001")).error().code,
            Errc::command_state_conflict);
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  site.fate = {};
  const auto again = station->run(station->commands->resend(trip->id, {}, "again-00001"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->reason, "检修");
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  EXPECT_TRUE(site.meter(1).relay_open());
}

TEST_F(Batches, PricesOfAVersionReachTheMetersThatItGoverns) {
  BenchSite many(3);
  auto station = on(many);
  for (int unit : {1, 2, 3}) station->open(unit);
  const auto property = station->live.site().properties.front().id;
  const auto tariff = station->live.site().tariffs.front().id;
  port::VersionText text;
  text.tariff = tariff;
  text.valid_from = text.at = station->runtime.now();
  text.content = "{}";
  ASSERT_TRUE(station->run(station->store->write_version(text)));
  domain::PriceTable prices;
  prices.rate_price.fill(domain::Price{90'000'000});
  ASSERT_TRUE(station->run(station->store->apply_prices(tariff, 1, prices)));
  many.fate = [](std::uint8_t unit, Bytes) {
    return unit == 3 ? Fate::lose_request : Fate::deliver;
  };
  station->until([&] { return station->live.find(station->meter_id(3))->lost; });
  service::TariffRollout rollout(
      {station->runtime, *station->store, *station->batches, station->live});
  ASSERT_EQ(*station->run(rollout.roll_out(property)), 1);
  EXPECT_EQ(*station->run(rollout.roll_out(property)), 0) << "those rows wait already";
  station->until([&] {
    const auto downloads = *station->run(station->store->tariff_downloads(tariff));
    return downloads[0].held_number == 1 && downloads[1].held_number == 1;
  });
  EXPECT_EQ(many.meter(1).memory().price_block[4 + 3], 9'000 % 256);
  EXPECT_EQ(many.meter(3).memory().price_block[4 + 3], 8'000 % 256) << "lost: not yet";
  many.fate = {};
  station->until([&] { return !station->live.find(station->meter_id(3))->lost; });
  EXPECT_EQ(*station->run(rollout.roll_out(property)), 1) << "it answers again";
  EXPECT_TRUE(station->until([&] {
    return station->run(station->store->tariff_downloads(tariff))->at(2).held_number == 1;
  }));
  EXPECT_EQ(*station->run(rollout.roll_out(property)), 0) << "everybody has it";
}

service::BatchRequest rolled_out(const test_support::TestStation& station) {
  auto request = request_of(station, CommandKind::write_time_tables, "tariff:1:1:1");
  request.origin = domain::CommandOrigin::tariff_change;
  request.order.tables.days[0] = {{0, 3}};
  return request;
}

TEST_F(Batches, WhatHangsOnDeadBusesKeepsARollOutFromNobody) {
  ManyMeters many(9, 40);
  ManyStation::Death death;
  auto station = std::make_unique<ManyStation>(world, many, path_, death);
  station->start();
  many.dead_buses = 8;
  auto request = rolled_out(*station);
  request.order.bus_rate_per_minute = 4;
  const auto batch = made(*station, request);
  // What was sent before its meter was found lost hangs for ever; the other rows are refused.
  EXPECT_TRUE(station->until([&] { return counts(*station, batch.id).done >= 40; }, minutes(15)))
      << counts(*station, batch.id).done;
  EXPECT_GT(counts(*station, batch.id).sending, 0) << "still wanted";
}

TEST_F(Batches, ARollOutDoesNotBeginWithALostMeter) {
  BenchSite many(3);
  auto station = on(many);
  auto request = rolled_out(*station);
  request.order.bus_rate_per_minute = 1;
  const auto batch = made(*station, request);
  station->until([] { return false; }, seconds(10));
  station->live.find(station->meter_id(3))->lost = true;
  many.fate = [](std::uint8_t unit, Bytes) {
    return unit == 3 ? Fate::lose_request : Fate::deliver;
  };
  ASSERT_TRUE(ended(*station, batch.id)) << "the next look for lacking prices finds it again";
  const auto failed = rows(*station, batch.id, BatchOutcome::failed);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].reason, Errc::meter_lost);
}

// ------------------------------------------------------------------ dying in the middle
class BatchDeath : public BenchTest {
 protected:
  /// A whole life of a batch with deaths after so many commits each. Returns the commits seen.
  std::int64_t live_through(ManyMeters& many, std::vector<std::int64_t> deaths,
                            store::CommitPoint point) {
    TearDown();
    sim::SimWorld own_world{7};
    ManyStation::Death death;
    death.point = point;
    auto station = std::make_unique<ManyStation>(own_world, many, path_, death);
    station->start();
    auto request = request_of(*station, CommandKind::force_on, "force-000001");
    request.order.bus_rate_per_minute = request.order.rate_per_minute = domain::kBatchRateMax;
    const BatchId id = made(*station, request).id;
    death.seen = 0;
    std::size_t next = 0;
    death.commits_left = deaths.empty() ? -1 : deaths[next++];
    bool over = false;
    while (!over) try {
        over = ended(*station, id, minutes(240));
        EXPECT_TRUE(over) << "the batch hangs";
        over = true;
      } catch (const StationDied&) {
        const std::int64_t then = next < deaths.size() ? deaths[next++] : -1;
        death.commits_left = -1;
        station.reset();
        station = std::make_unique<ManyStation>(own_world, many, path_, death);
        station->start();
        death.commits_left = then;
      }
    check(*station, many, id);
    return death.seen;
  }
  static void check(ManyStation& station, ManyMeters& many, BatchId id) {
    const std::int64_t all = std::int64_t{many.buses} * many.units;
    EXPECT_EQ(counts(station, id), (BatchCounts{.done = all})) << "nobody is forgotten";
    EXPECT_EQ(station.run(station.store->list_commands({}))->total, all)
        << "one command per meter, whatever died";
    int twice = 0, wrong = 0;
    for (int bus = 1; bus <= many.buses; ++bus)
      for (int unit = 1; unit <= many.units; ++unit) {
        twice += many.relay_frames[{bus, unit}] != 1;
        const auto& memory = many.meter(bus, unit).memory();
        wrong += memory.relay_mode != 1 || memory.relay_position != 0;
      }
    EXPECT_EQ(twice, 0) << "meters that were switched not at all or twice";
    EXPECT_EQ(wrong, 0);
  }
};

TEST_F(BatchDeath, AtEveryCommitOfASmallBatch) {
  std::int64_t commits = 0;
  {
    ManyMeters many(2, 4);
    commits = live_through(many, {}, store::CommitPoint::before);
  }
  ASSERT_GT(commits, 16);
  for (auto point : {store::CommitPoint::before, store::CommitPoint::after})
    for (std::int64_t at = 0; at < commits; ++at) {
      SCOPED_TRACE("death at commit " + std::to_string(at));
      ManyMeters many(2, 4);
      live_through(many, {at}, point);
    }
}

TEST_F(BatchDeath, ThreeTimesInABatchOfTenThousand) {
  ManyMeters many(50, 200);
  live_through(many, {900, 7'001, 9'500}, store::CommitPoint::after);
}

}  // namespace
}  // namespace paymeter::bench_station

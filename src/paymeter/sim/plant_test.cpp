// Plants: built from a plan, living in virtual time, and the faults of their buses.
#include "paymeter/sim/plant.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "paymeter/base/hex.hpp"
#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/codec/modbus_rtu.hpp"
#include "paymeter/sim/sim_link.hpp"
#include "paymeter/sim/test_plan.hpp"

namespace paymeter::sim {
namespace {

using domain::BusTransport;

/// A plant, a station with one link to it, and time.
struct Rig {
  SimWorld world;
  SimRuntime site{world, "site"};
  SimRuntime station{world, "station"};
  domain::SitePlan plan;
  std::unique_ptr<Plant> plant;
  std::unique_ptr<SimLinkFactory> links;
  std::unique_ptr<port::BusLink> link;

  explicit Rig(BusTransport transport, std::uint64_t seed = 1, FaultRates faults = {})
      : world(seed), plan(small_plan(transport, 3)) {
    plant = *Plant::build(site, plan, {.seed = seed, .faults = faults});
    links = std::make_unique<SimLinkFactory>(station, *plant);
    link = links->make(plan.gateways[0], plan.buses[0].bus);
  }
  ~Rig() {
    station.drop_tasks();
    site.drop_tasks();
  }

  static port::Async<> ask(port::BusLink& link, port::BusRequest request,
                           std::optional<Result<Buffer>>& into) {
    into = co_await link.exchange(std::move(request));
  }
  Result<Buffer> exchange(std::uint8_t unit, Buffer pdu, std::size_t reply_size) {
    std::optional<Result<Buffer>> reply;
    station.spawn("ask", ask(*link, {unit, std::move(pdu), reply_size}, reply));
    world.run_until([&] { return reply.has_value(); }, world.mono() + minutes(10));
    return reply ? *reply : fail(Errc::internal_error, "never answered");
  }
  Result<Buffer> read(std::uint8_t unit, std::uint16_t address, std::uint16_t count) {
    return exchange(unit, codec::encode_read_request(3, address, count),
                    codec::read_reply_size(count));
  }
};

const BusTransport kTransports[] = {BusTransport::modbus_tcp, BusTransport::rtu_over_tcp,
                                    BusTransport::serial};

TEST(Plant, AnswersOverEveryTransportInTheTimeOfTheWire) {
  for (const auto transport : kTransports) {
    Rig rig(transport);
    const auto reply = rig.read(2, 0x600E, 10);
    ASSERT_TRUE(reply.has_value()) << error_name(reply.error().code);
    EXPECT_EQ(std::string(reply->begin() + 2, reply->begin() + 12), "PM00001002");
    // 8 + 25 bytes at 960 a second and 20–50 ms, the connection and the silence before a frame.
    EXPECT_GE(rig.world.mono(), MonoMs{54});
    EXPECT_LE(rig.world.mono(), MonoMs{100});
  }
}

TEST(Plant, UnknownUnitsDeadMetersAndDarkOnesAreSilent) {
  for (const auto transport : kTransports) {
    Rig rig(transport);
    EXPECT_EQ(rig.read(99, 0x6000, 1).error().code, Errc::link_timeout) << "unknown unit";
    ASSERT_TRUE(rig.plant->kill_meter("M1").has_value());
    EXPECT_EQ(rig.read(1, 0x6000, 1).error().code, Errc::link_timeout) << "dead";
    ASSERT_TRUE(rig.plant->revive_meter("M1").has_value());
    EXPECT_TRUE(rig.read(1, 0x6000, 1).has_value()) << "revived";
    ASSERT_TRUE(rig.plant->lose_power("M1", seconds(30)).has_value());
    EXPECT_EQ(rig.read(1, 0x6000, 1).error().code, Errc::link_timeout) << "dark";
    EXPECT_TRUE(rig.read(2, 0x6000, 1).has_value()) << "its neighbour is not";
    rig.world.run_for(seconds(30));
    EXPECT_TRUE(rig.read(1, 0x6000, 1).has_value()) << "power is back";
    EXPECT_EQ(rig.plant->buses()[0]->bus.counters().unknown_unit, 1U);
  }
}

/// Counts what it hears.
struct Ear : Outlet {
  std::size_t heard = 0;
  void deliver(Bytes bytes) override { heard += bytes.size(); }
};

TEST(Plant, WhatIsUnderWayWhenTheSiteEndsTouchesNothingOfIt) {
  // The bus has the request, the meter thinks, the bus has the reply: 8 + 25 bytes, 20–50 ms.
  for (const auto gone_after : {Millis{2}, Millis{15}, Millis{50}}) {
    SimWorld world(1);
    SimRuntime site(world, "site");
    auto plant = *Plant::build(site, small_plan(BusTransport::serial, 3), {.seed = 1});
    const auto ear = std::make_shared<Ear>();
    auto line = plant->buses()[0]->bus.connect(ear);
    line->receive(codec::encode_rtu(2, codec::encode_read_request(3, 0x600E, 10)));
    world.run_for(gone_after);
    ASSERT_EQ(ear->heard, 0U) << "nothing yet after " << gone_after.value;
    plant.reset();  // the clock and the meters with it
    world.run_for(seconds(5));
    EXPECT_EQ(ear->heard, 0U) << "answered by nobody, gone after " << gone_after.value;
    site.drop_tasks();
  }
}

TEST(Plant, BroadcastIsIgnored) {
  Rig rig(BusTransport::serial);
  EXPECT_EQ(rig.exchange(0, *parse_hex("10 00 57 00 02 04 00 01 00 01"), 5).error().code,
            Errc::link_timeout);
  EXPECT_EQ(rig.plant->buses()[0]->bus.counters().broadcasts, 1U);
  EXPECT_FALSE(rig.plant->meter("M1")->relay_open()) << "and not executed";
}

TEST(Plant, MetersLiveWhetherAskedOrNot) {
  Rig rig(BusTransport::modbus_tcp);
  ASSERT_TRUE(rig.plant->set_load("M1", MeterLoad{.power_w = {3'600, 0, 0}}).has_value());
  rig.world.run_for(seconds(3'600));
  const auto reply = rig.read(1, 0x0000, 2);
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(get_u32(*reply, 2), 360U);
}

TEST(Plant, HandsOnMeters) {
  Rig rig(BusTransport::modbus_tcp);
  ASSERT_TRUE(rig.plant->open_cover("M1").has_value());
  EXPECT_EQ(get_u16(*rig.read(1, 0x6001, 1), 2), 0x80);
  ASSERT_TRUE(rig.plant->reset_meter("M1").has_value());
  EXPECT_EQ(get_u16(*rig.read(1, 0x6001, 1), 2), 0);
  EXPECT_EQ(get_u16(*rig.read(1, 0x600D, 1), 2), 1) << "another epoch";
  ASSERT_TRUE(rig.plant->replace_meter("M1", "NEW42").has_value());
  EXPECT_EQ(rig.plant->reference("M1")->identity().serial, "NEW42");
  EXPECT_EQ(rig.plant->kill_meter("M9").error().code, Errc::meter_unknown);
  rig.plant->set_gateway_down("G1", true);
  EXPECT_FALSE(rig.read(1, 0x6000, 1).has_value());
  rig.plant->set_gateway_down("G1", false);
  rig.world.run_for(minutes(2));
  EXPECT_TRUE(rig.read(1, 0x6000, 1).has_value());
}

TEST(Plant, WrongPlansAreNamed) {
  SimWorld world(1);
  SimRuntime site(world, "site");
  struct Row {
    const char* why;
    void (*spoil)(domain::SitePlan&);
    Errc code;
  };
  const Row rows[] = {
      {"unit twice", [](auto& plan) { plan.meters[1].meter.unit = 1; }, Errc::import_duplicate},
      {"code twice", [](auto& plan) { plan.meters[1].meter.code = "M1"; }, Errc::import_duplicate},
      {"no such bus", [](auto& plan) { plan.meters[0].bus = "B9"; },
       Errc::import_reference_unknown},
      {"no such gateway", [](auto& plan) { plan.gateways.clear(); },
       Errc::import_reference_unknown},
      {"unit 0", [](auto& plan) { plan.meters[0].meter.unit = 0; }, Errc::import_value_invalid},
      {"no ratio", [](auto& plan) { plan.meters[0].meter.ct_ratio = 0; },
       Errc::import_value_invalid},
      {"long serial", [](auto& plan) { plan.meters[0].meter.serial = std::string(21, 'x'); },
       Errc::import_value_invalid},
      {"model", [](auto& plan) { plan.meters[0].meter.model = "sundial"; }, Errc::model_unknown},
  };
  for (const auto& row : rows) {
    auto plan = small_plan(BusTransport::modbus_tcp, 2);
    row.spoil(plan);
    const auto built = Plant::build(site, plan, {});
    ASSERT_FALSE(built.has_value()) << row.why;
    EXPECT_EQ(built.error().code, row.code) << row.why;
  }
}

TEST(Plant, StateSurvivesARestartOfTheSimulator) {
  std::string saved;
  {
    Rig rig(BusTransport::modbus_tcp);
    ASSERT_TRUE(rig.exchange(2, *parse_hex("10 00 57 00 02 04 00 01 00 01"), 5).has_value());
    saved = rig.plant->save_state();
  }
  Rig rig(BusTransport::modbus_tcp);
  ASSERT_TRUE(rig.plant->load_state(saved).has_value());
  EXPECT_TRUE(rig.plant->meter("M2")->relay_open());
  EXPECT_FALSE(rig.plant->meter("M1")->relay_open());
  EXPECT_EQ(rig.plant->load_state("no json\n").error().code, Errc::request_invalid);
}

/// Every kind of fault at once, none of them certain.
FaultRates stormy() {
  return {.lost_request = 800,
          .lost_reply = 800,
          .doubled_request = 500,
          .doubled_reply = 500,
          .delayed_request = 500,
          .late_reply = 1'000,
          .garbage = 500,
          .damaged_request = 500,
          .damaged_reply = 500,
          .power_loss = 50};
}

std::uint64_t seed_base() {
  const char* given = std::getenv("PAYMETER_SEED");
  return given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
}

TEST(Plant, WithTransactionIdsNoReplyIsEverTakenForAnother) {
  for (std::uint64_t seed = seed_base(); seed < seed_base() + 10; ++seed) {
    SCOPED_TRACE("PAYMETER_SEED=" + std::to_string(seed));
    Rig rig(BusTransport::modbus_tcp, seed, stormy());
    Dice dice(seed);
    int answered = 0;
    for (int i = 0; i < 200; ++i) {
      const auto unit = static_cast<std::uint8_t>(dice.between(1, 3));
      const auto reply = rig.read(unit, 0x600E, 10);
      if (!reply) continue;
      ++answered;
      EXPECT_EQ(std::string(reply->begin() + 2, reply->begin() + 12), derived_serial(1, unit));
    }
    EXPECT_GT(answered, 60);
  }
}

TEST(Plant, OnSerialLinesDamageIsAlwaysSeen) {
  for (std::uint64_t seed = seed_base(); seed < seed_base() + 10; ++seed) {
    SCOPED_TRACE("PAYMETER_SEED=" + std::to_string(seed));
    auto rates = stormy();
    rates.damaged_reply = 3'000;
    rates.late_reply = rates.delayed_request = 0;
    Rig rig(BusTransport::serial, seed, rates);
    Dice dice(seed);
    int answered = 0;
    for (int i = 0; i < 200; ++i) {
      const auto unit = static_cast<std::uint8_t>(dice.between(1, 3));
      const auto reply = rig.read(unit, 0x600E, 10);
      if (!reply) continue;
      ++answered;
      EXPECT_EQ(std::string(reply->begin() + 2, reply->begin() + 12), derived_serial(1, unit));
    }
    EXPECT_GT(answered, 40);
  }
}

std::pair<std::uint64_t, std::uint64_t> history(BusTransport transport, std::uint64_t seed) {
  Rig rig(transport, seed, stormy());
  for (int i = 0; i < 100; ++i) (void)rig.read(static_cast<std::uint8_t>(i % 3 + 1), 0x6000, 49);
  return {rig.world.trace_hash(), rig.world.trace_lines()};
}

TEST(Plant, TheSameSeedGivesTheSameBytes) {
  for (const auto transport : kTransports) {
    const auto once = history(transport, 5);
    EXPECT_GT(once.second, 150U);
    EXPECT_EQ(history(transport, 5), once);
    EXPECT_NE(history(transport, 6).first, once.first);
  }
}

TEST(FaultPlan, RatesFromText) {
  const auto rates = parse_fault_rates("lost_request=1000,late_max_ms=3000,garbage=1");
  ASSERT_TRUE(rates.has_value());
  EXPECT_EQ(*rates, (FaultRates{.lost_request = 1000, .garbage = 1, .late_max = Millis{3000}}));
  EXPECT_EQ(*parse_fault_rates(""), FaultRates{});
  for (const char* bad : {"x", "x=1", "garbage", "garbage=", "garbage=-1", "garbage=10001",
                          "garbage=1x", "late_max_ms=0", "garbage=1,,"})
    EXPECT_EQ(parse_fault_rates(bad).error().code, Errc::request_invalid) << bad;
}

TEST(FaultPlan, AStuckLineLosesEverything) {
  Rig rig(BusTransport::serial);
  rig.plant->buses()[0]->bus.faults().set_stuck(true);
  EXPECT_FALSE(rig.read(1, 0x6000, 1).has_value());
  rig.plant->buses()[0]->bus.faults().set_stuck(false);
  EXPECT_TRUE(rig.read(1, 0x6000, 1).has_value());
}

}  // namespace
}  // namespace paymeter::sim

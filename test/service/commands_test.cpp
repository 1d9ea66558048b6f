// Commands on the bench: done only when the meter shows it.
#include "bench_test.hpp"

namespace paymeter::bench_station {
namespace {

using domain::CommandKind;
using domain::CommandState;

class Commands : public BenchTest {
 protected:
  Result<domain::Command> give(Station& station, int unit, CommandKind kind, std::string key,
                               std::string reason = "装修停电") {
    service::SupplyRequest request;
    request.idempotency_key = std::move(key);
    request.meter = station.meter_id(unit);
    request.kind = kind;
    request.reason = std::move(reason);
    return station.run(station.commands->switch_supply(request));
  }
  /// The command when it is no longer pending, or as it is after `limit`.
  domain::Command ended(Station& station, CommandId id, Millis limit = minutes(30)) {
    std::optional<domain::Command> last;
    auto token = station.events.subscribe([&](const service::Event& event) {
      if (const auto* changed = std::get_if<service::CommandChanged>(&event);
          changed != nullptr && changed->command.id == id)
        last = changed->command;
    });
    last = *station.run(station.store->find_command(id));
    station.until([&] { return last->state != CommandState::pending; }, limit);
    return *station.run(station.store->find_command(id));
  }
};

TEST_F(Commands, TripForceOnAndReleaseAreDoneWhenTheMeterShowsIt) {
  auto station = opened();
  auto trip = give(*station, 1, CommandKind::trip, "trip-00001");
  ASSERT_TRUE(trip);
  EXPECT_EQ(ended(*station, trip->id).state, CommandState::done);
  EXPECT_TRUE(site.meter(1).relay_open());
  EXPECT_TRUE(station->live.find(station->meter_id(1))->prepaid->relay_open);

  auto on = give(*station, 1, CommandKind::force_on, "force-00001");
  EXPECT_EQ(ended(*station, on->id).state, CommandState::done);
  EXPECT_FALSE(site.meter(1).relay_open());
  EXPECT_TRUE(station->live.find(station->meter_id(1))->prepaid->forced);

  auto release = give(*station, 1, CommandKind::release, "release-0001");
  EXPECT_EQ(ended(*station, release->id).state, CommandState::done);
  EXPECT_FALSE(station->live.find(station->meter_id(1))->prepaid->forced);
}

TEST_F(Commands, AReleaseEndsTheOverloadTripOfAMeterThatIsReleasedAlready) {
  auto station = opened();
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  station->until([&] { return site.meter(1).memory().purchase_count == 1; });
  auto memory = site.meter(1).memory();
  memory.overload_trip = true;
  site.meter(1).set_memory(memory);
  ASSERT_TRUE(site.meter(1).relay_open());
  // The first frame is lost: nothing is done before the meter shows it.
  bool is_first = true;
  site.fate = [&](std::uint8_t, Bytes pdu) {
    return is_relay(pdu) && std::exchange(is_first, false) ? Fate::lose_request : Fate::deliver;
  };
  const auto end = ended(*station, give(*station, 1, CommandKind::release, "release-0001")->id);
  EXPECT_EQ(end.state, CommandState::done);
  EXPECT_FALSE(is_first);
  EXPECT_FALSE(site.meter(1).relay_open());
  EXPECT_FALSE(site.meter(1).memory().overload_trip);
}

TEST_F(Commands, AnAcknowledgementAloneIsNotDone) {
  auto station = opened();
  // Every relay frame is lost on its way, and the wire answers everything else.
  int lost = 0;
  site.fate = [&](std::uint8_t, Bytes pdu) {
    if (!is_relay(pdu)) return Fate::deliver;
    ++lost;
    return Fate::lose_request;
  };
  auto trip = give(*station, 1, CommandKind::trip, "trip-00001");
  EXPECT_EQ(ended(*station, trip->id, minutes(2)).state, CommandState::pending);
  EXPECT_GT(lost, 3);
  EXPECT_FALSE(site.meter(1).relay_open());
  site.fate = {};
  EXPECT_EQ(ended(*station, trip->id).state, CommandState::done);
}

TEST_F(Commands, AnUnconfirmedSwitchExpiresInsteadOfStrikingLater) {
  auto station = opened();
  site.fate = [](std::uint8_t, Bytes) { return Fate::lose_request; };
  auto trip = give(*station, 1, CommandKind::trip, "trip-00001");
  const auto end = ended(*station, trip->id);
  EXPECT_EQ(end.state, CommandState::failed);
  EXPECT_EQ(end.result, Errc::command_expired);
  site.fate = {};
  station->until([] { return false; }, minutes(20));
  EXPECT_FALSE(site.meter(1).relay_open()) << "an expired trip must not be sent any more";
}

TEST_F(Commands, ANewerSwitchReplacesAPendingOne) {
  auto station = opened();
  site.fate = [](std::uint8_t, Bytes) { return Fate::lose_request; };
  auto trip = give(*station, 1, CommandKind::trip, "trip-00001");
  station->until([] { return false; }, seconds(5));
  auto on = give(*station, 1, CommandKind::force_on, "force-00001");
  site.fate = {};
  EXPECT_EQ(ended(*station, on->id).state, CommandState::done);
  EXPECT_EQ(ended(*station, trip->id).state, CommandState::superseded);
  EXPECT_FALSE(site.meter(1).relay_open());
}

TEST_F(Commands, ASwitchDoesNotWaitBehindADownloadThatCannotGetThrough) {
  auto station = opened();
  // Settings never arrive at the meter, everything else does.
  site.fate = [](std::uint8_t, Bytes pdu) {
    const bool is_settings = pdu[0] == 0x10 && get_u16(pdu, 1) == 0x6058;
    return is_settings ? Fate::lose_request : Fate::deliver;
  };
  auto settings = station->run(station->commands->download(
      {"settings-001", station->meter_id(1), CommandKind::write_settings, {}, {}, {}, {}}));
  ASSERT_TRUE(settings);
  station->until([] { return false; }, seconds(30));
  auto trip = give(*station, 1, CommandKind::trip, "trip-00001");
  EXPECT_EQ(ended(*station, trip->id, seconds(10)).state, CommandState::done);
  EXPECT_EQ(station->run(station->store->find_command(settings->id))->state, CommandState::pending);
}

TEST_F(Commands, BadRequestsChangeNothing) {
  auto station = opened();
  site.wire.clear();
  struct Row {
    const char* why;
    int unit;
    CommandKind kind;
    const char* key;
    const char* reason;
    Errc expect;
  };
  for (const Row& row :
       {Row{"unknown meter", 77, CommandKind::trip, "bad-000001", "x", Errc::meter_unknown},
        Row{"no reason", 1, CommandKind::trip, "bad-000002", "  ", Errc::supply_reason_missing},
        Row{"not a switch", 1, CommandKind::write_prices, "bad-000003", "x", Errc::request_invalid},
        Row{"bad key", 1, CommandKind::trip, "k", "x", Errc::vend_key_invalid}}) {
    auto given = give(*station, row.unit, row.kind, row.key, row.reason);
    ASSERT_FALSE(given) << row.why;
    EXPECT_EQ(given.error().code, row.expect) << row.why;
  }
  station->until([] { return false; }, minutes(1));
  for (const auto& [unit, pdu] : site.wire) EXPECT_FALSE(is_relay(pdu));
}

TEST_F(Commands, ADoubleClickIsOneCommand) {
  auto station = opened();
  auto first = give(*station, 1, CommandKind::trip, "click-00001");
  auto second = give(*station, 1, CommandKind::trip, "click-00001");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->id, second->id);
}

TEST_F(Commands, ARestartTakesPendingCommandsUpAgain) {
  auto station = opened();
  site.fate = [](std::uint8_t, Bytes) { return Fate::lose_request; };
  auto trip = give(*station, 1, CommandKind::trip, "trip-00001");
  station->until([] { return false; }, seconds(3));
  station.reset();
  site.fate = {};
  station = restarted();
  EXPECT_EQ(ended(*station, trip->id).state, CommandState::done);
  EXPECT_TRUE(site.meter(1).relay_open());
}

TEST_F(Commands, OpeningCarriesCustomerSettingsAndPricesIntoTheMeter) {
  auto station = opened();
  const auto& memory = site.meter(1).memory();
  EXPECT_TRUE(site.meter(1).account_open());
  EXPECT_EQ(memory.settings.alarm1, 5'000U);
  EXPECT_EQ(memory.settings.alarm2, 2'000U);
  const auto live = station->live.find(station->meter_id(1));
  EXPECT_EQ(live->account->state, domain::AccountState::open);
  EXPECT_EQ(live->prepaid->customer_number, live->account->customer_number);
  EXPECT_EQ(live->prepaid->price_version, 1U);
  EXPECT_EQ(live->prepaid->settings_version, 1U);
  // An empty, open account is in alarm 1, alarm 2 and arrears: nothing was bought yet.
  EXPECT_EQ(live->tile(), domain::TileState::arrears);
}

TEST_F(Commands, AMeterThatIsOpenForSomebodyElseIsRefused) {
  auto station = opened();
  auto memory = site.meter(2).memory();
  memory.customer_number = 4711;
  site.meter(2).set_memory(memory);
  service::OpeningRequest request{"open-000002", station->meter_id(2), "李四", "", "", {}};
  auto account = station->run(station->accounts->open(request));
  ASSERT_TRUE(account);
  EXPECT_EQ(account->state, domain::AccountState::opening);
  station->until([&] { return !station->live.find(station->meter_id(2))->account; });
  EXPECT_EQ(station->run(station->store->find_account(account->id))->state,
            domain::AccountState::closed);
  EXPECT_EQ(station->sell(2, 100, "sale-000001").error().code, Errc::account_not_open);
  EXPECT_EQ(site.meter(2).memory().customer_number, 4711U);
  // Its settings and prices are not written into the other customer's meter either.
  EXPECT_TRUE(station->until(
      [&] { return station->run(station->store->pending_commands())->empty(); }, minutes(2)));
  EXPECT_EQ(site.meter(2).memory().settings.version, 0U);
}

TEST_F(Commands, ASecondOpeningIsRefusedAndARepeatedOneIsTheSame) {
  auto station = opened();
  service::OpeningRequest request{"open-1001", station->meter_id(1), "张三便利店", "", "", {}};
  auto again = station->run(station->accounts->open(request));
  ASSERT_TRUE(again) << error_name(again.error().code);
  EXPECT_EQ(again->id, station->live.find(station->meter_id(1))->account->id);
  request.idempotency_key = "open-other";
  EXPECT_EQ(station->run(station->accounts->open(request)).error().code,
            Errc::account_already_open);
}

}  // namespace
}  // namespace paymeter::bench_station

// Changing the device of a platform wallet: the old register's end and the new one's beginning
// border the bill exactly, and the wallet stays.
#include "platform_bench.hpp"

namespace paymeter::bench_station {
namespace {

using domain::Settlement;
using domain::SettlementState;

class WalletChangeOver : public PlatformTest {
 protected:
  static service::ReplacementRequest replacement(const Settlement& settlement,
                                                 std::string serial = {}) {
    return {settlement.id, std::move(serial), {}, {}, {7}};
  }
  /// The device with that serial at unit 1, its register at `wh`.
  void put_device(const std::string& serial, std::int64_t wh) {
    site.replace(1, serial);
    registers_[1] = 0;
    use(1, wh);
  }
};

TEST_F(WalletChangeOver, BillsEachDeviceToItsOwnBorder) {
  auto station = opened_wallet();
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  use_slowly(*station, 1, 5'000);
  const auto begun = change(*station);
  const auto out = station->reached(begun.id, SettlementState::replacing);
  ASSERT_EQ(out.state, SettlementState::replacing);
  EXPECT_EQ(out.final_wh, 5'000);
  // Still at its place, the old device counts on: nobody pays for what comes after its end.
  use_slowly(*station, 1, 300);
  EXPECT_EQ(station->run(station->settlements->replaced(replacement(out))).error().code,
            Errc::settlement_same_device);
  put_device("PM00000077", 91'000);
  station->wait(minutes(30));
  EXPECT_EQ(
      station->run(station->settlements->replaced(replacement(out, "PM00000078"))).error().code,
      Errc::settlement_wrong_meter);
  use(1, 40);  // the technician's test lamp, before the device is taken in
  ASSERT_TRUE(station->run(station->settlements->replaced(replacement(out, "PM00000077"))));
  const auto done = station->reached(begun.id, SettlementState::done);
  ASSERT_EQ(done.state, SettlementState::done);
  EXPECT_EQ(done.start_wh, 91'040);
  station->wait(minutes(2));
  EXPECT_FALSE(site.meter(1).relay_open()) << "the tenant has power again";
  EXPECT_EQ(station->wallet_of(1), 10'000 - 500) << "nothing but the old device's use";
  use_slowly(*station, 1, 1'500);
  EXPECT_EQ(station->wallet_of(1), 10'000 - 650);
  EXPECT_EQ(station->live.find(station->meter_id(1))->meter.serial, "PM00000077");
  const auto devices = station->must(station->store->devices(station->meter_id(1)));
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].to_at, *out.final_at);
  EXPECT_EQ(devices[0].final_wh, 5'000);
  EXPECT_EQ(devices[0].next_start_wh, 91'040);
  ASSERT_TRUE(station->sell(1, 100, "sale-000002"));
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
  // And a second change-over after it.
  const auto second = change(*station, "change-002");
  const auto gone = station->reached(second.id, SettlementState::replacing);
  put_device("PM00000088", 7);
  ASSERT_TRUE(station->run(station->settlements->replaced(replacement(gone))));
  ASSERT_EQ(station->reached(second.id, SettlementState::done).state, SettlementState::done);
  use_slowly(*station, 1, 1'000);
  EXPECT_EQ(station->wallet_of(1), 10'100 - 750);
}

TEST_F(WalletChangeOver, ADeadDevicesRegisterIsAgreedByTwo) {
  auto station = opened_wallet();
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  use_slowly(*station, 1, 5'000);
  site.fate = [](std::uint8_t, Bytes) { return Fate::wire_down; };
  const auto begun = change(*station);
  station->wait(minutes(5));
  auto asked = agreement(*station, begun, "agreed-001");
  asked.reference = domain::format_agreed_reading({station->runtime.now(), 5'200});
  ASSERT_TRUE(approve(*station, station->must(station->proposals->propose(asked)).id));
  const auto out = station->reached(begun.id, SettlementState::replacing);
  ASSERT_EQ(out.state, SettlementState::replacing);
  EXPECT_TRUE(out.without_meter);
  site.fate = {};
  put_device("PM00000077", 0);
  ASSERT_TRUE(station->run(station->settlements->replaced(replacement(out))));
  ASSERT_EQ(station->reached(begun.id, SettlementState::done).state, SettlementState::done);
  use_slowly(*station, 1, 1'000);
  EXPECT_EQ(station->wallet_of(1), 10'000 - 620);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(WalletChangeOver, ASwapThatNobodyRecordedIsHeldUntilTheOldRegisterIsSaid) {
  auto station = opened_wallet();
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  use_slowly(*station, 1, 5'000);
  put_device("PM00000077", 205'000);
  station->wait(minutes(240));  // time enough for 200 kWh
  const auto standing = station->must(station->billing->bill(station->meter_id(1)));
  ASSERT_TRUE(standing.held);
  EXPECT_EQ(standing.held->reason, Errc::reading_impossible);
  EXPECT_EQ(standing.balance, domain::Money{10'000 - 500});
  const auto begun = change(*station);
  station->wait(minutes(5));
  auto asked = agreement(*station, begun, "agreed-001");
  asked.reference = domain::format_agreed_reading({station->runtime.now(), 5'200});
  ASSERT_TRUE(approve(*station, station->must(station->proposals->propose(asked)).id));
  const auto out = station->reached(begun.id, SettlementState::replacing);
  ASSERT_EQ(out.state, SettlementState::replacing);
  ASSERT_TRUE(station->run(station->settlements->replaced(replacement(out, "PM00000077"))));
  ASSERT_EQ(station->reached(begun.id, SettlementState::done).state, SettlementState::done);
  use_slowly(*station, 1, 1'000);
  EXPECT_FALSE(station->must(station->billing->bill(station->meter_id(1))).held);
  EXPECT_EQ(station->wallet_of(1), 10'000 - 620);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

TEST_F(WalletChangeOver, ASharedWalletGoesOnWhileOneDeviceIsOut) {
  auto station = started();
  station->open_many({1, 2}, true);
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  use_slowly(*station, 1, 1'000);
  const auto begun = change(*station);
  const auto out = station->reached(begun.id, SettlementState::replacing);
  use_slowly(*station, 2, 2'000);
  EXPECT_EQ(station->wallet_of(2), 10'000 - 300) << "the sum waits for no device that is out";
  put_device("PM00000077", 500);
  ASSERT_TRUE(station->run(station->settlements->replaced(replacement(out))));
  ASSERT_EQ(station->reached(begun.id, SettlementState::done).state, SettlementState::done);
  use_slowly(*station, 1, 1'000);
  use_slowly(*station, 2, 10);
  EXPECT_EQ(station->wallet_of(2), 10'000 - 401);
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{});
}

/// Crash at every commit, before and after it.
TEST_F(WalletChangeOver, ACrashAtAnyStoreCallLosesAndDoublesNothing) {
  struct Crash {};
  for (int strike = 1;; ++strike) {
    SetUp();
    {
      auto station = opened_wallet();
      ASSERT_TRUE(station->sell(1, 5'000, "sale-000001"));
      use_slowly(*station, 1, 2'000);
    }
    const auto begin = [&](PlatformStation& station) {
      return station.run(station.settlements->change_over(station.meter_id(1), why("crash-00001")))
          .has_value();
    };
    // A technician swaps the device as soon as the old one is out, and says so.
    const auto swap = [&](PlatformStation& station) {
      const auto now = station.reached({1}, SettlementState::replacing);
      if (now.state != SettlementState::replacing) return;
      if (site.meter(1).identity().serial == BenchSite::serial_of(1)) put_device("PM00000077", 800);
      EXPECT_TRUE(station.run(station.settlements->replaced(replacement(now))));
    };
    int calls = 0;
    bool struck = false;
    try {
      PlatformStation station(world, site, path_, [&](store::CommitPoint) {
        if (++calls == strike) {
          struck = true;
          throw Crash{};
        }
      });
      station.start_billing();
      begin(station);
      swap(station);
      station.reached({1}, SettlementState::done);
    } catch (const Crash&) {
    }
    auto station = started();
    ASSERT_TRUE(begin(*station)) << "strike " << strike;
    if (station->stored({1}).state != SettlementState::done) swap(*station);
    EXPECT_EQ(station->reached({1}, SettlementState::done).state, SettlementState::done)
        << "strike " << strike;
    use_slowly(*station, 1, 1'000);
    EXPECT_EQ(station->wallet_of(1), 5'000 - 300) << "strike " << strike;
    EXPECT_EQ(station->book_problems(), std::vector<std::string>{}) << "strike " << strike;
    if (!struck) {
      EXPECT_GT(strike, 8) << "the hook was never reached";
      break;
    }
  }
}

}  // namespace
}  // namespace paymeter::bench_station

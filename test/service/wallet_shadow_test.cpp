// The shadow of a meter wallet over a real store, driver and meter: agreement, theft, foreign
// money, restarts.
#include "paymeter/service/wallet_shadow.hpp"

#include "bench_test.hpp"

namespace paymeter::bench_station {
namespace {

using domain::AlarmKind;
using domain::ShadowVerdict;

class Shadow : public BenchTest {
 protected:
  /// What a comparison says after the meter was read; nothing = nothing to compare.
  std::optional<domain::ShadowResult> compared(Station& station, int unit = 1) {
    EXPECT_TRUE(station.run(station.collector->read_now(station.meter_id(unit))));
    service::WalletShadow shadow(
        {station.runtime, *station.store, *station.alarms, station.live, station.events}, {});
    auto result = station.run(shadow.compare(station.meter_id(unit)));
    EXPECT_TRUE(result);
    return result.value_or(std::nullopt);
  }
  static bool alarmed(Station& station) {
    return station.alarms->is_active(AlarmKind::wallet_difference, station.meter_id(1), {});
  }
  void deliver(Station& station, std::int64_t fen, const std::string& key) {
    auto sold = station.sell(1, fen, key);
    ASSERT_TRUE(sold);
    ASSERT_EQ(station.settle(sold->id).state, domain::VendState::delivered);
  }
  /// The register moves by so much, the money in the meter by `fen`.
  void use(std::int64_t wh, std::int64_t fen) {
    register_ += wh;
    site.meter(1).start_energy(register_);
    auto memory = site.meter(1).memory();
    memory.balance_fine -= sim::Int128{fen} * sim::kFinePerFen;
    site.meter(1).set_memory(memory);
  }
  std::int64_t register_ = 0;
};

TEST_F(Shadow, FollowsUseAndSalesAndTellsWhatIsMissing) {
  auto station = opened();
  deliver(*station, 10'000, "sale-000001");
  ASSERT_EQ(compared(*station)->verdict, ShadowVerdict::restart) << "where counting begins";
  struct Row {
    const char* reason;
    std::int64_t wh, fen;
    ShadowVerdict verdict;
    std::int64_t difference;
  };
  for (const Row& row :
       {Row{"nothing happened", 0, 0, ShadowVerdict::agrees, 0},
        Row{"5 kWh at 0.80", 5'000, 400, ShadowVerdict::agrees, 0},
        Row{"within the tolerance", 1'000, 130, ShadowVerdict::agrees, -50},
        Row{"money is missing", 0, 400, ShadowVerdict::differs, -450},
        Row{"and comes back", 0, -450, ShadowVerdict::agrees, 0},
        Row{"somebody sold by card", 0, -5'000, ShadowVerdict::differs, 5'000},
        Row{"energy nobody was charged for", 10'000, 5'000, ShadowVerdict::differs, 800}}) {
    use(row.wh, row.fen);
    const auto result = compared(*station);
    ASSERT_TRUE(result) << row.reason;
    EXPECT_EQ(result->verdict, row.verdict) << row.reason;
    EXPECT_EQ(result->difference, domain::Money{row.difference}) << row.reason;
    EXPECT_EQ(alarmed(*station), row.verdict == ShadowVerdict::differs) << row.reason;
  }
  use(0, 800);
  deliver(*station, 2'000, "sale-000002");
  EXPECT_EQ(compared(*station)->difference, domain::Money{}) << "a sale moves both";
  EXPECT_FALSE(alarmed(*station));
  EXPECT_EQ(station->book_problems(), std::vector<std::string>{}) << "it books nothing";
}

TEST_F(Shadow, OutlivesTheProcess) {
  {
    auto station = opened();
    deliver(*station, 10'000, "sale-000001");
    ASSERT_EQ(compared(*station)->verdict, ShadowVerdict::restart);
  }
  use(5'000, 900);
  auto station = restarted();
  EXPECT_EQ(compared(*station)->difference, domain::Money{-500}) << "from the stored point";
  EXPECT_TRUE(alarmed(*station));
}

TEST_F(Shadow, WaitsWhileMoneyIsMoving) {
  auto station = opened();
  deliver(*station, 10'000, "sale-000001");
  ASSERT_TRUE(compared(*station));
  site.fate = [](std::uint8_t, Bytes pdu) {
    return is_sale(pdu) ? Fate::lose_request : Fate::deliver;
  };
  auto sold = station->sell(1, 2'000, "sale-000002");
  ASSERT_TRUE(sold);
  station->until([&] { return station->vend(sold->id).state == domain::VendState::sent; });
  use(0, 9'000);
  EXPECT_FALSE(compared(*station)) << "a sale is on its way";
  EXPECT_FALSE(alarmed(*station));
  site.fate = {};
  station->settle(sold->id);
  EXPECT_EQ(compared(*station)->verdict, ShadowVerdict::differs);
}

TEST_F(Shadow, BeginsAnewWithAnotherDeviceAndWithoutAnAccountNotAtAll) {
  auto station = opened();
  EXPECT_FALSE(compared(*station, 2)) << "no account";
  deliver(*station, 10'000, "sale-000001");
  ASSERT_EQ(compared(*station)->verdict, ShadowVerdict::restart);
  auto memory = site.meter(1).memory();
  ++memory.clear_count;
  site.meter(1).set_memory(memory);
  EXPECT_EQ(compared(*station)->verdict, ShadowVerdict::restart) << "another epoch";
  EXPECT_FALSE(alarmed(*station));
}

}  // namespace
}  // namespace paymeter::bench_station

// The public registers of the meters without a wallet.
#include "paymeter/sim/public_meter.hpp"

#include <gtest/gtest.h>

#include "paymeter/base/hex.hpp"

namespace paymeter::sim {
namespace {

constexpr CivilTime kNoon{.year = 2026, .month = 11, .day = 22, .hour = 12};

std::string ask(PublicMeter& meter, std::string_view pdu) {
  const auto reply = meter.handle(*parse_hex(pdu));
  return reply ? format_hex(*reply) : "-";
}

TEST(PublicMeter, SinglePhaseRegisters) {
  PublicMeter meter(PublicModel::ddsy1352, 1, kNoon);
  meter.set_load({.power_w = {1'100, 500, 500}, .power_factor_e3 = {1000, 1000, 1000}});
  meter.advance(seconds(3'600));
  EXPECT_EQ(ask(meter, "03 00 00 00 0A"),
            "03 14 00 00 00 6E 00 00 00 00 00 00 00 00 00 00 00 6E 00 00 00 00")
      << "1.10 kWh, all at rate 3: phases b and c do not exist";
  EXPECT_EQ(ask(meter, "03 00 0B 00 06"), "03 0C 08 98 01 F4 04 4C 00 00 04 4C 03 E8")
      << "220.0 V, 5.00 A, 1.100 kW, 0, 1.100 kVA, 1.000";
}

TEST(PublicMeter, RelayAsOnTheRealMeter) {
  for (const auto model : {PublicModel::dtsy1352, PublicModel::ddsy1352}) {
    PublicMeter meter(model, 1, kNoon);
    meter.set_load({.power_w = {36'000, 0, 0}});
    EXPECT_EQ(ask(meter, "10 00 57 00 02 04 00 01 00 01"), "10 00 57 00 02") << "trip";
    EXPECT_TRUE(meter.relay_open());
    meter.advance(seconds(60));
    EXPECT_EQ(ask(meter, "03 00 00 00 02"), "03 04 00 00 00 00") << "nothing flows";
    EXPECT_EQ(ask(meter, "03 00 57 00 02"), "03 04 00 01 00 01");
    EXPECT_EQ(ask(meter, "10 00 57 00 02 04 00 00 00 00"), "10 00 57 00 02") << "release";
    EXPECT_FALSE(meter.relay_open());
  }
}

TEST(PublicMeter, NoRelayOnTheCheckMeter) {
  PublicMeter meter(PublicModel::dtsd1352, 60, kNoon);
  EXPECT_EQ(ask(meter, "10 00 57 00 02 04 00 01 00 01"), "90 02");
  EXPECT_EQ(ask(meter, "03 00 8E 00 01"), "03 02 00 3C") << "CT ratio";
}

TEST(PublicMeter, Exceptions) {
  PublicMeter meter(PublicModel::dtsy1352, 1, kNoon);
  EXPECT_EQ(ask(meter, "03 60 00 00 01"), "83 02") << "no wallet";
  EXPECT_EQ(ask(meter, "03 00 00 00 00"), "83 03");
  EXPECT_EQ(ask(meter, "03 00 00 00 7E"), "83 03");
  EXPECT_EQ(ask(meter, "04 00 00 00 01"), "84 01");
  EXPECT_EQ(ask(meter, "10 00 57 00 02 04 00 01 00 02"), "90 03");
  EXPECT_EQ(ask(meter, ""), "-");
}

TEST(PublicMeter, MemoryAsText) {
  PublicMeter meter(PublicModel::dtsy1352, 1, kNoon);
  meter.set_load({.power_w = {1'234, 0, 0}});
  meter.advance(Millis{12'345});
  PublicMeter other(PublicModel::dtsy1352, 1, kNoon);
  ASSERT_TRUE(other.restore(meter.save()).has_value());
  EXPECT_EQ(other.save(), meter.save());
  EXPECT_EQ(other.restore("{}").error().code, Errc::request_invalid);
}

}  // namespace
}  // namespace paymeter::sim

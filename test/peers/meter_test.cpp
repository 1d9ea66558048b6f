/// A whole read: model file, driver, codec and link against a meter that pymodbus plays.
#include "paymeter/driver/factory.hpp"
#include "peer_fixture.hpp"

namespace paymeter::test {
namespace {

struct MeterTest : PeersTest {};

TEST_P(MeterTest, MeasurementsArriveInIntegerUnits) {
  auto models = driver::load_models("");
  ASSERT_TRUE(models.has_value());
  driver::ModelDriverFactory drivers(std::move(*models));
  domain::Meter meter;
  meter.model = "acrel-dtsd1352";
  meter.unit = 3;
  meter.ct_ratio = 20;
  auto made = drivers.make(meter);
  ASSERT_TRUE(made.has_value());

  connect(kPatient);
  Result<domain::Measurements> read;
  run([&]() -> port::Async<> { read = co_await (*made)->read_measurements(*link, UtcMs{42}); });
  ASSERT_TRUE(read.has_value()) << error_name(read.error().code);
  EXPECT_EQ(read->at, UtcMs{42});
  EXPECT_EQ(read->ct_ratio, 20U);
  // Secondary values times 20: 12345.67 kWh, 40.96 kWh, 655.36 kWh, 0, 0.01 kWh.
  EXPECT_EQ(read->energy_wh, 12'345'670LL * 20);
  EXPECT_EQ(read->rate_energy_wh[0], 40'960LL * 20);
  EXPECT_EQ(read->rate_energy_wh[1], 655'360LL * 20);
  EXPECT_EQ(read->rate_energy_wh[2], 0);
  EXPECT_EQ(read->rate_energy_wh[3], 10LL * 20);
  EXPECT_EQ(read->voltage_mv[0], 230'100);
  EXPECT_EQ(read->voltage_mv[1], 229'800);
  EXPECT_EQ(read->voltage_mv[2], 0);
  EXPECT_EQ(read->line_current_ma[0], 5'000LL * 20);
  EXPECT_EQ(read->line_current_ma[1], 1'230LL * 20);
  EXPECT_EQ(read->power_w[0], 1'150LL * 20);
  EXPECT_EQ(read->power_w[1], -1LL * 20) << "two's complement over two registers";
  EXPECT_EQ(read->power_w[3], 1'149LL * 20);
  EXPECT_EQ(read->power_factor_e3[0], 1000);
  EXPECT_EQ(read->power_factor_e3[1], -1000);
  EXPECT_EQ(read->power_factor_e3[3], 987);
  EXPECT_EQ(read->frequency_mhz, 49'980);
}

INSTANTIATE_TEST_SUITE_P(Pymodbus, MeterTest, testing::ValuesIn(kPeers, kPeers + 3), name_of);

}  // namespace
}  // namespace paymeter::test

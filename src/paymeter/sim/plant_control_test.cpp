// The control line: what each word does, and bad lines that change nothing.
#include "paymeter/sim/plant_control.hpp"

#include <gtest/gtest.h>

#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/sim/sim_runtime.hpp"
#include "paymeter/sim/test_plan.hpp"

namespace paymeter::sim {
namespace {

class PlantControl : public ::testing::Test {
 protected:
  void SetUp() override {
    plant = *Plant::build(runtime, small_plan(domain::BusTransport::modbus_tcp, 2), {});
  }
  void TearDown() override { runtime.drop_tasks(); }
  bool answers(std::string_view code) {
    const std::uint8_t unit = code == "M1" ? 1 : 2;
    return plant->buses()[0]
        ->bus.meter(unit)
        ->handle(codec::encode_read_request(3, 0x6000, 1))
        .has_value();
  }

  SimWorld world{1};
  SimRuntime runtime{world, "site"};
  std::unique_ptr<Plant> plant;
};

TEST_F(PlantControl, KillsAndRevives) {
  ASSERT_TRUE(control_plant(*plant, "kill M1"));
  EXPECT_FALSE(answers("M1"));
  EXPECT_TRUE(answers("M2"));
  ASSERT_TRUE(control_plant(*plant, "  revive\tM1 \r"));
  EXPECT_TRUE(answers("M1"));
}

TEST_F(PlantControl, ResetsReplacesAndOpensTheCover) {
  ASSERT_TRUE(control_plant(*plant, "reset M1"));
  EXPECT_EQ(plant->reference("M1")->memory().clear_count, 1);
  ASSERT_TRUE(control_plant(*plant, "replace M1 PM77777777"));
  EXPECT_EQ(plant->reference("M1")->identity().serial, "PM77777777");
  ASSERT_TRUE(control_plant(*plant, "cover M2"));
  EXPECT_TRUE(plant->reference("M2")->memory().cover_opened);
}

TEST_F(PlantControl, SetsLoadAndFaults) {
  ASSERT_TRUE(control_plant(*plant, "load M1 1000"));
  EXPECT_EQ(plant->meter("M1")->load().total_w(), 1000);
  ASSERT_TRUE(control_plant(*plant, "faults lost_request=1000"));
  EXPECT_EQ(plant->buses()[0]->bus.faults().rates().lost_request, 1000);
  ASSERT_TRUE(control_plant(*plant, "faults none"));
  EXPECT_EQ(plant->buses()[0]->bus.faults().rates(), FaultRates{});
  ASSERT_TRUE(control_plant(*plant, "gateway G1 down"));
  EXPECT_TRUE(plant->buses()[0]->down);
}

TEST_F(PlantControl, BadLinesSayWhatIsWrong) {
  struct Row {
    const char* reason;
    const char* line;
    Errc expect;
  };
  for (const Row& row : {Row{"unknown word", "explode M1", Errc::request_invalid},
                         Row{"word missing", "kill", Errc::request_invalid},
                         Row{"word too many", "kill M1 now", Errc::request_invalid},
                         Row{"unknown meter", "kill M9", Errc::meter_unknown},
                         Row{"not a number", "load M1 much", Errc::request_invalid},
                         Row{"negative", "load M1 -5", Errc::request_invalid},
                         Row{"unknown fault", "faults gremlins=1", Errc::request_invalid},
                         Row{"unknown gateway", "gateway G9 up", Errc::request_invalid},
                         Row{"neither up nor down", "gateway G1 sideways", Errc::request_invalid}})
    EXPECT_EQ(control_plant(*plant, row.line).error().code, row.expect) << row.reason;
  EXPECT_TRUE(answers("M1"));
}

}  // namespace
}  // namespace paymeter::sim

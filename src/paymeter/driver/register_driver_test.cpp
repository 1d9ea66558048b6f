// Meters without a wallet: what they answer, and what goes wrong on the way.
#include "paymeter/driver/register_driver.hpp"

#include <gtest/gtest.h>

#include "paymeter/driver/driver_test_rig.hpp"

namespace paymeter::driver {
namespace {

using port::WriteReply;

TEST(RegisterDriver, WalletOperationsAreUnsupportedAndSendNothing) {
  const auto driver = builtin_driver(meter_of("acrel-dtsy1352"));
  port::FakeBusLink link;
  const domain::Epoch epoch{"PM1", 0};
  EXPECT_EQ(run(driver->sell(link, {epoch, 1, domain::Money{100}, 1})).error().code,
            Errc::meter_unsupported);
  EXPECT_EQ(run(driver->open_account(link, epoch, 1)).error().code, Errc::meter_unsupported);
  EXPECT_EQ(run(driver->clear_account(link, epoch)).error().code, Errc::meter_unsupported);
  EXPECT_EQ(run(driver->write_settings(link, epoch, 1, {})).error().code, Errc::meter_unsupported);
  EXPECT_EQ(run(driver->write_prices(link, epoch, 1, {})).error().code, Errc::meter_unsupported);
  EXPECT_EQ(run(driver->read_prices(link)).error().code, Errc::meter_unsupported);
  EXPECT_TRUE(link.sent.empty());
}

TEST(RegisterDriver, AMeterWithoutARelayHasNoSupplyToSwitch) {
  const auto driver = builtin_driver(meter_of("acrel-dtsd1352"));
  port::FakeBusLink link;
  EXPECT_EQ(run(driver->switch_supply(link, domain::CommandKind::trip)).error().code,
            Errc::meter_unsupported);
  EXPECT_EQ(run(driver->read_prepaid(link, {})).error().code, Errc::meter_unsupported);
  EXPECT_TRUE(link.sent.empty());
}

TEST(RegisterDriver, RelayStateIsForcedModeAndPosition) {
  struct Row {
    const char* reason;
    const char* reply;
    bool forced, open;
  };
  for (const Row& row :
       {Row{"released", "03 04 0000 0000", false, false},
        Row{"forced on", "03 04 0001 0000", true, false},
        Row{"tripped", "03 04 0001 0001", true, true},
        Row{"position left over after release", "03 04 0000 0001", false, false}}) {
    const auto driver = builtin_driver(meter_of("acrel-ddsy1352"));
    port::FakeBusLink link;
    link.replies.emplace_back(hex(row.reply));
    const auto state = run(driver->read_prepaid(link, UtcMs{5}));
    ASSERT_TRUE(state) << row.reason;
    EXPECT_EQ(state->forced, row.forced) << row.reason;
    EXPECT_EQ(state->relay_open, row.open) << row.reason;
    EXPECT_FALSE(state->account_open) << row.reason;
    EXPECT_EQ(state->at, UtcMs{5}) << row.reason;
  }
}

TEST(RegisterDriver, AnErrorOnTheWayEndsTheReading) {
  struct Row {
    const char* reason;
    Result<Buffer> reply;
    Errc code;
  };
  for (const Row& row :
       {Row{"no answer", fail(Errc::link_timeout), Errc::link_timeout},
        Row{"damaged", fail(Errc::frame_bad_checksum), Errc::frame_bad_checksum},
        Row{"exception 02", hex("83 02"), Errc::meter_exception},
        Row{"exception 04 to a read is no refusal", hex("83 04"), Errc::meter_exception},
        Row{"too short", hex("03 02 00 00"), Errc::frame_wrong_reply}}) {
    const auto driver = builtin_driver(meter_of("acrel-dtsy1352"));
    port::FakeBusLink link;
    link.replies.push_back(row.reply);
    EXPECT_EQ(run(driver->read_measurements(link, {})).error().code, row.code) << row.reason;
    EXPECT_EQ(link.sent.size(), 1U) << row.reason;
  }
}

TEST(RegisterDriver, AnExceptionIsNamed) {
  const auto driver = builtin_driver(meter_of("acrel-dtsy1352"));
  port::FakeBusLink link;
  link.replies.emplace_back(hex("83 02"));
  EXPECT_EQ(run(driver->read_measurements(link, {})).error().detail, "exception 2 illegal_address");
}

TEST(RegisterDriver, SwitchingTellsRefusalFromError) {
  struct Row {
    const char* reason;
    const char* reply;
    std::optional<WriteReply> outcome;
    Errc code;
  };
  for (const Row& row :
       {Row{"confirmed", "10 0057 0002", WriteReply::acknowledged, {}},
        Row{"refused", "90 04", WriteReply::refused, {}},
        Row{"wrong address", "90 02", {}, Errc::meter_exception},
        Row{"wrong value", "90 03", {}, Errc::meter_exception},
        Row{"busy", "90 06", {}, Errc::meter_exception},
        Row{"confirms another write", "10 0058 0002", {}, Errc::frame_wrong_reply}}) {
    const auto driver = builtin_driver(meter_of("acrel-dtsy1352"));
    port::FakeBusLink link;
    link.replies.emplace_back(hex(row.reply));
    const auto reply = run(driver->switch_supply(link, domain::CommandKind::trip));
    ASSERT_EQ(reply.has_value(), row.outcome.has_value()) << row.reason;
    if (row.outcome)
      EXPECT_EQ(*reply, *row.outcome) << row.reason;
    else
      EXPECT_EQ(reply.error().code, row.code) << row.reason;
  }
}

TEST(RegisterDriver, TheConfiguredRatioCountsAndTheMetersOwnIsShown) {
  domain::Meter meter = meter_of("acrel-dtsd1352");
  meter.ct_ratio = 20;
  const auto driver = builtin_driver(meter);
  port::FakeBusLink link;
  link.answer = [](const port::BusRequest& request) -> Result<Buffer> {
    Buffer reply{3, static_cast<std::uint8_t>(request.reply_size - 2)};
    reply.resize(request.reply_size, 0);
    reply.back() = get_u16(request.pdu, 1) == 0x008E ? 40 : 0;
    if (get_u16(request.pdu, 1) == 0) reply[5] = 100;
    return reply;
  };
  const auto measured = run(driver->read_measurements(link, {}));
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->energy_wh, 100 * 10 * 20);
  EXPECT_EQ(measured->ct_ratio, 40U);
}

TEST(Factory, UnknownModelIsNamed) {
  ModelDriverFactory factory(builtin_models());
  const auto driver = factory.make(meter_of("sfere-x"));
  ASSERT_FALSE(driver);
  EXPECT_EQ(driver.error().code, Errc::model_unknown);
  EXPECT_EQ(driver.error().detail, "sfere-x");
}

}  // namespace
}  // namespace paymeter::driver

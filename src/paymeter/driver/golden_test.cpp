// Replays every golden frame of every built-in model through the real driver and codec.
#include <gtest/gtest.h>

#include <algorithm>

#include "paymeter/codec/modbus_rtu.hpp"
#include "paymeter/driver/driver_test_rig.hpp"

namespace paymeter::driver {
namespace {

using Values = std::map<std::string, std::int64_t>;

std::string input(const Golden& golden, const char* key) { return golden.input.at(key); }
std::int64_t number(const Golden& golden, const char* key) {
  return std::stoll(input(golden, key), nullptr, 0);
}

domain::Meter golden_meter(const Model& model, const Golden& golden) {
  domain::Meter meter = meter_of(model.name, golden.frames.front().first.front());
  meter.ct_ratio = golden.ct_ratio;
  if (golden.input.contains("key")) std::ranges::copy(hex(input(golden, "key")), meter.key.begin());
  return meter;
}

domain::Epoch epoch_of(const Golden& golden) {
  return {input(golden, "serial"), static_cast<std::uint16_t>(number(golden, "clear_count"))};
}

Values values_of(const domain::Measurements& m) {
  Values values;
  for (const char* name :
       {"energy_total",   "energy_rate1",   "energy_rate2",   "energy_rate3",
        "energy_rate4",   "energy_rate5",   "voltage_a",      "voltage_b",
        "voltage_c",      "line_current_a", "line_current_b", "line_current_c",
        "power_a",        "power_b",        "power_c",        "power_total",
        "power_factor_a", "power_factor_b", "power_factor_c", "power_factor_total",
        "frequency",      "ct_ratio"}) {
    const Quantity quantity = quantity_from_name(name).value();
    if (const auto value = value_of(m, quantity)) values.emplace(quantity_key(quantity), *value);
  }
  return values;
}

Values values_of(const domain::PrepaidState& s) {
  Values values{{"clear_count", s.epoch.clear_count},
                {"purchase_count", s.purchase_count},
                {"balance_fen", s.balance.fen},
                {"credit_remaining_wh", s.credit_remaining.wh},
                {"sold_total_fen", s.sold_total.fen},
                {"last_amount_fen", s.last_amount.fen},
                {"last_tag", s.last_tag},
                {"customer_number", s.customer_number},
                {"cleared_balance_fen", s.cleared_balance.fen},
                {"last_refusal", s.last_refusal},
                {"price_version", s.price_version},
                {"settings_version", s.settings_version},
                {"alarm1_fen", s.settings.alarm1.fen},
                {"alarm2_fen", s.settings.alarm2.fen},
                {"overload_w", s.settings.overload_w},
                {"overdraft_fen", s.settings.overdraft.fen},
                {"cycle_energy_wh", s.cycle_energy.wh},
                {"relay_open", s.relay_open},
                {"forced", s.forced},
                {"alarm1", s.alarm1},
                {"alarm2", s.alarm2},
                {"arrears", s.arrears},
                {"account_open", s.account_open}};
  if (s.clock) {
    values["clock_day"] = s.clock->day;
    values["clock_hour"] = s.clock->hour;
  }
  return values;
}

Values values_of(const domain::PriceTable& table) {
  Values values{{"steps", static_cast<std::int64_t>(table.steps.size())}};
  for (std::size_t i = 0; i < table.rate_price.size(); ++i)
    values["rate" + std::to_string(i + 1) + "_e8"] = table.rate_price[i].e8;
  for (std::size_t i = 0; i < table.steps.size(); ++i) {
    values["step" + std::to_string(i + 1) + "_from_wh"] = table.steps[i].from.wh;
    values["step" + std::to_string(i + 1) + "_surcharge_e8"] = table.steps[i].surcharge.e8;
  }
  return values;
}

Values values_of(port::WriteReply reply) {
  return {{"acknowledged", reply == port::WriteReply::acknowledged ? 1 : 0}};
}

template <class T>
Values values_of(const Result<T>& result) {
  EXPECT_TRUE(result) << error_name(result.error().code) << " " << result.error().detail;
  return result ? values_of(*result) : Values{};
}

Values perform(port::MeterDriver& driver, port::BusLink& link, const Golden& golden) {
  const std::string& operation = golden.operation;
  if (operation == "measurements") return values_of(run(driver.read_measurements(link, {})));
  if (operation == "prepaid") return values_of(run(driver.read_prepaid(link, {})));
  if (operation == "prices") return values_of(run(driver.read_prices(link)));
  if (operation == "sell")
    return values_of(
        run(driver.sell(link, {epoch_of(golden), static_cast<std::uint16_t>(number(golden, "n")),
                               domain::Money{number(golden, "amount_fen")},
                               static_cast<std::uint32_t>(number(golden, "tag"))})));
  if (operation == "open_account")
    return values_of(run(driver.open_account(
        link, epoch_of(golden), static_cast<std::uint32_t>(number(golden, "customer")))));
  const auto kind = domain::command_kind_from_name(operation);
  EXPECT_TRUE(kind) << "no replay for " << operation;
  return values_of(run(driver.switch_supply(link, kind.value())));
}

void replay(const Model& model, const Golden& golden) {
  SCOPED_TRACE(model.name + ": " + golden.name);
  port::FakeBusLink link;
  std::size_t next = 0;
  link.answer = [&](const port::BusRequest& request) -> Result<Buffer> {
    if (next >= golden.frames.size()) return fail(Errc::link_timeout, "no more golden frames");
    const auto& [asked, answered] = golden.frames.at(next++);
    EXPECT_EQ(format_hex(codec::encode_rtu(request.unit, request.pdu)), format_hex(asked));
    codec::RtuReplyParser parser;
    parser.expect({request.unit, request.pdu.front(), request.reply_size});
    auto reply = parser.push(answered);
    return reply ? *reply : Result<Buffer>(fail(parser.finish()));
  };
  const auto driver = builtin_driver(golden_meter(model, golden));
  const Values values = perform(*driver, link, golden);
  EXPECT_EQ(next, golden.frames.size()) << "requests";
  for (const auto& [key, value] : golden.expect) {
    const auto found = values.find(key);
    ASSERT_NE(found, values.end()) << key;
    EXPECT_EQ(found->second, value) << key;
  }
  // A measured value that the golden does not expect would be one that nobody has looked at.
  if (golden.operation == "measurements") EXPECT_EQ(values, golden.expect);
}

TEST(Golden, EveryBuiltInModelSpeaksItsFrames) {
  for (const Model& model : builtin_models()) {
    EXPECT_FALSE(model.goldens.empty()) << model.name;
    for (const Golden& golden : model.goldens) replay(model, golden);
  }
}

}  // namespace
}  // namespace paymeter::driver

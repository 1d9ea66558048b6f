// A meter beside what the station holds for it: read live, field by field.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class CompareApi : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
    open_account(1);
    station->until([&] {
      const std::string meter = std::to_string(station->meter_id(1).value);
      return get("/commands?state=pending&meter_id=" + meter).body.at("total").as_int64() == 0;
    });
    person = session;
    session = session_of(port::Role::viewer);
  }
  Reply compared(int unit = 1) { return post(meter_path(unit) + "/compare", ""); }
  static json::object group(const Reply& reply, std::string_view kind) {
    for (const json::value& at : reply.body.at("groups").as_array())
      if (at.at("kind").as_string() == kind) return at.as_object();
    ADD_FAILURE() << "no group " << kind << " in " << reply.raw.body;
    return {};
  }
  /// `alarm1 5000 0 differs` of every field that does not agree.
  static std::vector<std::string> found(const json::object& group) {
    std::vector<std::string> out;
    const auto text = [](const json::value& value) {
      return value.is_null() ? std::string("-") : std::string(value.as_string());
    };
    for (const json::value& field : group.at("fields").as_array()) {
      if (field.at("result").as_string() == "same") continue;
      std::string name(field.at("field").as_string());
      if (!field.at("number").is_null()) name += std::to_string(field.at("number").as_int64());
      out.push_back(name + ' ' + text(field.at("held")) + ' ' + text(field.at("read")) + ' ' +
                    text(field.at("result")));
    }
    return out;
  }
  /// Somebody else wrote into the meter, with a handheld perhaps.
  void tamper(const std::function<void(sim::ReferenceMemory&)>& change) {
    sim::ReferenceMemory memory = site.meter(1).memory();
    change(memory);
    site.meter(1).set_memory(memory);
  }
  std::string person;  ///< who may download; the tests look as a viewer
};

TEST_F(CompareApi, AfterTheOpeningEverythingAgreesAndTheMeterWasAsked) {
  site.wire.clear();
  const UtcMs before = station->runtime.now();
  const auto reply = compared();
  ASSERT_EQ(reply.status, 200) << reply.raw.body;
  EXPECT_EQ(misfit(reply.body, "MeterComparison"), "") << reply.raw.body;
  EXPECT_TRUE(reply.body.at("is_same").as_bool()) << reply.raw.body;
  EXPECT_EQ(reply.body.at("serial").as_string(), bench_station::BenchSite::serial_of(1));
  EXPECT_GE(parse_rfc3339(reply.body.at("read_at").as_string())->value, before.value);
  const auto asked = std::ranges::count_if(site.wire, [](const auto& at) { return at.first == 1; });
  EXPECT_GE(asked, 3) << "prepaid block, prices and tables come from the meter, not from memory";
  const auto settings = group(reply, "write_settings");
  EXPECT_EQ(settings.at("standing").as_string(), "same");
  EXPECT_EQ(settings.at("fields").as_array().size(), 5U) << "the version and four settings";
  EXPECT_EQ(settings.at("download").at("state").as_string(), "done");
  const auto prices = group(reply, "write_prices");
  EXPECT_EQ(prices.at("standing").as_string(), "same");
  EXPECT_EQ(prices.at("tariff_name").as_string(),
            std::string_view(station->live.site().tariffs.front().name));
  EXPECT_GE(prices.at("fields").as_array().size(), 7U);
}

TEST_F(CompareApi, EveryFieldThatSomebodyElseChanged) {
  tamper([](sim::ReferenceMemory& memory) {
    memory.settings.overload_w = 9'900;
    // Rate 3, 0.9000 yuan/kWh, under the version that the station gave.
    memory.price_block.at(14) = 0x23;
    memory.price_block.at(15) = 0x28;
  });
  const auto reply = compared();
  EXPECT_EQ(misfit(reply.body, "MeterComparison"), "") << reply.raw.body;
  EXPECT_FALSE(reply.body.at("is_same").as_bool());
  const auto settings = group(reply, "write_settings");
  EXPECT_EQ(settings.at("standing").as_string(), "differs");
  const auto held = station->live.find(station->meter_id(1))->meter.settings.overload_w;
  EXPECT_EQ(found(settings), std::vector{"overload " + std::to_string(held) + " 9900 differs"});
  const auto prices = group(reply, "write_prices");
  EXPECT_EQ(prices.at("standing").as_string(), "differs");
  EXPECT_EQ(found(prices), std::vector<std::string>{"rate3 80000000 90000000 differs"})
      << "also when the version is the station's";
}

TEST_F(CompareApi, ADownloadUnderWayIsNoDifferenceToWonderAt) {
  site.fate = [](std::uint8_t, Bytes pdu) {
    return pdu[0] == 0x10 ? bench_station::Fate::lose_request : bench_station::Fate::deliver;
  };
  session = person;
  ASSERT_EQ(post(meter_path(1) + "/download", R"({"kind":"write_settings","overload_w":3300})",
                 "settings-01")
                .status,
            201);
  auto settings = group(compared(), "write_settings");
  EXPECT_EQ(settings.at("standing").as_string(), "awaited");
  EXPECT_EQ(found(settings).size(), 2U) << "the version and the overload";
  EXPECT_EQ(settings.at("download").at("state").as_string(), "pending");
  site.fate = {};
  station->until([&] { return site.meter(1).memory().settings.overload_w == 3'300; });
  station->until([&] { return compared().body.at("is_same").as_bool(); });
  settings = group(compared(), "write_settings");
  EXPECT_EQ(settings.at("standing").as_string(), "same");
}

TEST_F(CompareApi, TablesAreTheLastThatTheMeterConfirmed) {
  EXPECT_EQ(group(compared(), "write_time_tables").at("standing").as_string(), "not_held");
  session = person;
  const auto sent =
      post(meter_path(1) + "/download",
           R"({"kind":"write_time_tables","day_table_1":[{"minute_of_day":480,"rate":2}]})",
           "tables-01");
  ASSERT_EQ(sent.status, 201) << sent.raw.body;
  const std::string command = std::to_string(sent.body.at("id").as_int64());
  station->until(
      [&] { return get("/commands/" + command).body.at("state").as_string() == "done"; });
  auto tables = group(compared(), "write_time_tables");
  EXPECT_EQ(tables.at("standing").as_string(), "same");
  EXPECT_EQ(tables.at("fields").at(0).at("held").as_string(), "08:00=2");
  tamper([](sim::ReferenceMemory& memory) { memory.metering.day_tables = {}; });
  tables = group(compared(), "write_time_tables");
  EXPECT_EQ(tables.at("standing").as_string(), "differs");
  EXPECT_EQ(found(tables), std::vector<std::string>{"day_table1 08:00=2 empty differs"});
}

TEST_F(CompareApi, AMeterWithoutAnAccountHasNeverBeenSentAnything) {
  const auto reply = compared(2);
  EXPECT_EQ(misfit(reply.body, "MeterComparison"), "") << reply.raw.body;
  const auto prices = group(reply, "write_prices");
  EXPECT_EQ(prices.at("standing").as_string(), "never_sent");
  EXPECT_TRUE(prices.at("download").is_null());
}

TEST_F(CompareApi, WhatCannotBeCompared) {
  EXPECT_EQ(post("/meters/99/compare", "").code(), "meter_unknown");
  site.fate = [](std::uint8_t, Bytes) { return bench_station::Fate::lose_request; };
  const auto silent = compared();
  EXPECT_NE(silent.status, 200) << "nothing out of memory when the meter is silent";
  session.clear();
  EXPECT_EQ(compared().status, 401);
}

}  // namespace
}  // namespace paymeter::http

// The tariff routes: a version's way through two people, what it exports, who may do what.
#include "api_rig.hpp"

namespace paymeter::http {

class TariffApiTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in(port::Role::manager);
    approver = session_of(port::Role::administrator);
    tariff = "/tariffs/" + std::to_string(station->live.site().tariffs.front().id.value);
  }
  Reply write(const std::string& price) {
    return post(tariff + "/versions?valid_from=2026-01-01T00:00:00%2B08:00&note=first",
                R"({"format":1,"name":"shops","utility":"electricity","currency":"CNY",
                    "time_zone":"Asia/Shanghai","service_percent":"1",
                    "lines":[{"name":"energy","price":")" +
                    price + R"("}]})");
  }
  std::string approver, tariff;
};

TEST_F(TariffApiTest, AVersionsWay) {
  const Reply written = write("0.65");
  ASSERT_EQ(written.status, 201) << written.raw.body;
  EXPECT_EQ(misfit(written.body, "WrittenTariffVersion"), "");
  EXPECT_EQ(written.body.at("warnings").at(0).at("code"), "tariff_service_forbidden");
  const std::string path = tariff + "/versions/1";
  EXPECT_EQ(post(path + "/submit", "{}").body.at("standing"), "submitted");
  EXPECT_EQ(post(path + "/approve", "{}").code(), "tariff_approval_own");
  session = approver;
  const Reply approved = post(path + "/approve", "{}");
  ASSERT_EQ(approved.status, 200) << approved.raw.body;
  EXPECT_EQ(misfit(approved.body, "TariffVersion"), "");
  EXPECT_EQ(approved.body.at("standing"), "in_use");
  const Reply detail = get(path);
  EXPECT_EQ(misfit(detail.body, "TariffVersionDetail"), "");
  EXPECT_EQ(detail.body.at("history").as_array().size(), 3U);
  EXPECT_EQ(detail.body.at("content").at("lines").at(0).at("price"), "0.65");
  const Reply list = get("/tariffs");
  EXPECT_EQ(misfit(list.body, "TariffProfileList"), "");
  EXPECT_EQ(list.body.at("rows").at(0).at("downloaded_version"), 1);
  EXPECT_EQ(misfit(get(tariff + "/versions").body, "TariffVersionList"), "");
  const auto lines = audit();
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.front().action, "tariff_approved");
  EXPECT_TRUE(lines.front().subject.ends_with("version 1")) << lines.front().subject;
}

TEST_F(TariffApiTest, ExportsAreTheInterchangeFormat) {
  ASSERT_EQ(write("0.65").status, 201);
  const Reply rate = get(tariff + "/versions/1/rate.json?month=2026-07");
  ASSERT_EQ(rate.status, 200) << rate.raw.body;
  EXPECT_EQ(rate.body.at("lines").at(0).at("price"), "0.65");
  EXPECT_EQ(get(tariff + "/versions/1/rate.json?month=2026-13").code(), "request_invalid");
  EXPECT_EQ(get(tariff + "/versions/2/rate.json?month=2026-07").code(), "tariff_version_unknown");
  EXPECT_EQ(get(meter_path(1) + "/bill?month=2026-07").code(), "tariff_not_in_force");
}

TEST_F(TariffApiTest, WhatIsRefused) {
  EXPECT_EQ(write("0.123456789").code(), "tariff_value_invalid");
  EXPECT_EQ(post(tariff + "/versions", "{}").code(), "request_invalid") << "valid_from";
  EXPECT_EQ(get("/tariffs/999/versions").code(), "tariff_unknown");
  EXPECT_EQ(post("/tariffs", R"({"name":"own","own_meter_id":999})").code(), "meter_unknown");
  const Reply added = post("/tariffs", R"({"name":"own"})");
  ASSERT_EQ(added.status, 201) << added.raw.body;
  EXPECT_EQ(misfit(added.body, "TariffProfile"), "");
  session = session_of(port::Role::cashier);
  EXPECT_EQ(write("0.65").code(), "permission_denied");
}

}  // namespace paymeter::http

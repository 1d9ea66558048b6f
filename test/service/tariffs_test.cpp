// Tariffs on a whole station: written, approved by a second person, in force, exported, downloaded.
#include "paymeter/service/tariffs.hpp"

#include "bench_test.hpp"
#include "paymeter/adapter/rate_format/rate.hpp"
#include "paymeter/adapter/rate_format/statement_text.hpp"
#include "paymeter/adapter/rate_format/tariff_format.hpp"

namespace paymeter::bench_station {
namespace {

namespace rating = domain::rating;
using domain::tariff::VersionAct;
using domain::tariff::VersionState;

constexpr UserId kAnna{1}, kBo{2};

/// Steps by the month, a rent, one price.
std::string product(const std::string& price, const std::string& more = {}) {
  return R"({"format":1,"name":"shops","utility":"electricity","currency":"CNY",
    "time_zone":"Asia/Shanghai","lines":[{"name":"energy","price":")" +
         price + R"(","steps":[{"limits":[["20","0.1"]]}]}])" + more + "}";
}

class TariffsTest : public BenchTest {
 protected:
  void SetUp() override {
    BenchTest::SetUp();
    station = std::make_unique<Station>(world, site, path_);
    station->start();
    keeper.emplace(*station->store, station->live, *station->collector, station->events);
    tariffs.emplace(
        service::Tariffs::Deps{station->runtime, *station->store, format, station->live, *keeper});
    tariff = station->live.site().tariffs.front().id;
    meter = station->meter_id(1);
  }
  void TearDown() override {
    if (station) station->runtime.drop_tasks();
    tariffs.reset();
    keeper.reset();
    station.reset();
    BenchTest::TearDown();
  }

  Result<service::WrittenVersion> write(const std::string& text, UtcMs valid_from,
                                        std::int64_t number = 0) {
    return station->run(tariffs->write({tariff, number, valid_from, text, "", kAnna}));
  }
  Result<domain::tariff::TariffVersion> act(std::int64_t number, VersionAct what, UserId by) {
    return station->run(tariffs->act({tariff, number, what, by, {}, ""}));
  }
  /// Written by Anna, submitted by her, approved by Bo.
  std::int64_t approved(const std::string& text, UtcMs valid_from) {
    const auto written = write(text, valid_from);
    EXPECT_TRUE(written) << written.error().detail;
    const std::int64_t number = written->version.number;
    EXPECT_TRUE(act(number, VersionAct::submit, kAnna));
    const auto done = act(number, VersionAct::approve, kBo);
    EXPECT_TRUE(done) << error_name(done.error().code);
    return number;
  }
  /// 0.5 kWh each half-hour.
  void store_readings(UtcMs from, UtcMs to) {
    std::vector<domain::Reading> readings;
    std::int64_t shown = 1'000'000;
    for (UtcMs at = from; at <= to; at = at + minutes(30), shown += 500) {
      domain::Reading reading;
      reading.meter = meter;
      reading.at = at;
      reading.energy_wh = shown;
      readings.push_back(reading);
    }
    EXPECT_TRUE(station->run(station->store->append(std::move(readings))));
  }
  /// Local midnight so many days from today; the bench's clock decides what today is.
  UtcMs midnight(int days) const {
    const auto today = rating::day_number_at(station->runtime.now(), kShanghai);
    return rating::midnight(today + days, kShanghai);
  }
  static constexpr Millis kShanghai{8 * 3'600'000};

  adapter::rate_format::JsonTariffFormat format;
  std::unique_ptr<Station> station;
  std::optional<service::SiteKeeper> keeper;
  std::optional<service::Tariffs> tariffs;
  TariffId tariff{};
  MeterId meter{};
};

}  // namespace

TEST_F(TariffsTest, TwoPeopleAndAMidnight) {
  EXPECT_EQ(write(product("0.65"), midnight(1) + Millis{1}).error().code,
            Errc::tariff_value_invalid);
  EXPECT_EQ(write("{}", midnight(1)).error().code, Errc::tariff_key_missing);
  const auto written = write(product("0.65", R"(,"service_percent":"3")"), midnight(1));
  ASSERT_TRUE(written) << written.error().detail;
  EXPECT_EQ(written->warnings.at(0).code, Errc::tariff_service_forbidden);
  EXPECT_EQ(written->version.digest, format.digest(written->version.content));
  ASSERT_TRUE(act(1, VersionAct::submit, kAnna));
  EXPECT_EQ(act(1, VersionAct::approve, kAnna).error().code, Errc::tariff_approval_own);
  EXPECT_EQ(act(1, VersionAct::approve, kBo)->state, VersionState::approved);
  EXPECT_EQ(write(product("0.70"), midnight(1), 1).error().code, Errc::tariff_version_fixed);
  EXPECT_EQ(station->run(tariffs->in_force(meter, station->runtime.now())).error().code,
            Errc::tariff_not_in_force);
  EXPECT_EQ(station->run(tariffs->in_force(meter, midnight(1)))->number, 1);
}

TEST_F(TariffsTest, ABillIsExportedAndRecomputed) {
  approved(product("0.65", R"(,"fees":[{"name":"rent","per":"month","amount":"5"}])"),
           midnight(-70));
  store_readings(midnight(-65), midnight(0));
  const auto date = rating::local_day(rating::day_number_at(midnight(-20), kShanghai)).date;
  const auto bill = station->run(tariffs->export_bill(meter, {date.year, date.month}, {}));
  ASSERT_TRUE(bill) << error_name(bill.error().code) << bill.error().detail;
  const auto again = adapter::rate_format::rate_texts(bill->tariff_json, bill->readings_csv);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(adapter::rate_format::statement_json(again->schedule, again->statement),
            bill->statement_json);
  bool found = false;
  for (const rating::Bill& month : again->statement.bills) {
    if (month.month != bill->bill.month) continue;
    found = true;
    EXPECT_EQ(month.total, bill->bill.total);
    EXPECT_EQ(month.total, domain::Money{32'760 + 4'840 + 500})
        << "21 days of 24 kWh, all but 20 of them 0.1 dearer, and the rent";
  }
  EXPECT_TRUE(found);
}

TEST_F(TariffsTest, AVersionIsExportedForItsMonth) {
  approved(product("0.65", R"(,"cycle":{"kind":"season","starts":["05-01","11-15"]})"),
           midnight(1));
  const auto july = station->run(
      tariffs->export_version(tariff, 1, {2026, 7}, {domain::tariff::Household{2, 0}}));
  ASSERT_TRUE(july);
  EXPECT_NE(july->tariff_json.find(R"("cycle": {"kind":"year","starts":"05-01"})"),
            std::string::npos)
      << july->tariff_json;
  EXPECT_NE(july->tariff_json.find(R"("households":2)"), std::string::npos);
  const auto november = station->run(tariffs->export_version(tariff, 1, {2026, 11}, {}));
  ASSERT_FALSE(november);
  EXPECT_EQ(november.error().code, Errc::tariff_export_impossible);
  EXPECT_EQ(november.error().detail, "a season begins on 2026-11-15");
  EXPECT_EQ(station->run(tariffs->export_version(tariff, 9, {2026, 7}, {})).error().code,
            Errc::tariff_version_unknown);
}

TEST_F(TariffsTest, MetersDownloadTheVersionInForce) {
  approved(product("0.65"), midnight(-1));
  const PropertyId property = station->live.site().properties.front().id;
  const auto changed = station->run(tariffs->apply_due(property));
  ASSERT_TRUE(changed);
  EXPECT_EQ(*changed, std::vector<TariffId>{tariff});
  const domain::Tariff* live = station->live.tariff(tariff);
  ASSERT_NE(live, nullptr);
  EXPECT_EQ(live->prices.rate_price[0], domain::Price{65'000'000});
  EXPECT_EQ(live->prices.steps,
            (std::vector<domain::PriceStep>{{{20'000}, domain::Price{10'000'000}}}));
  EXPECT_TRUE(station->run(tariffs->apply_due(property))->empty()) << "once";
  approved(product("0.123456"), midnight(1));
  EXPECT_TRUE(station->run(tariffs->apply_due(property))->empty()) << "not in force yet";
}

}  // namespace paymeter::bench_station

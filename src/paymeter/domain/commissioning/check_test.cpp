// The check's points, each good, bad and not to be known.
#include "paymeter/domain/commissioning/check.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain::commissioning {
namespace {

constexpr UtcMs kNow{1'700'000'000'000};
constexpr Millis kShanghai = minutes(8 * 60);

Meter meter() {
  Meter out;
  out.id = {7};
  out.model = "paymeter-reference-nk";
  out.serial = "PM00000007";
  out.ct_ratio = 40;
  return out;
}

MeterAnswer good() {
  MeterAnswer out;
  out.has_relay = out.has_wallet = out.has_measurements = true;
  out.state.emplace();
  out.state->at = kNow;
  out.state->epoch.serial = "PM00000007";
  out.state->clock = civil_time(kNow, kShanghai);
  out.measured.emplace();
  out.measured->at = kNow;
  out.measured->energy_wh = 12'345'000;
  out.measured->ct_ratio = 40;
  out.measured->voltage_mv = {230'000, 231'000, 229'000};
  return out;
}

TEST(SiteCheck, AGoodMeterIsGoodOnEveryPoint) {
  const MeterResult result = check_meter(meter(), good(), kNow, kShanghai);
  ASSERT_EQ(result.points.size(), static_cast<std::size_t>(kPointCount));
  for (const PointResult& point : result.points)
    EXPECT_EQ(point.verdict, Verdict::ok) << point_name(point.point) << ": " << point.detail;
  EXPECT_EQ(verdict_of(result), Verdict::ok);
  EXPECT_EQ(result.serial_found, "PM00000007");
}

TEST(SiteCheck, EachPointCanFailOrBeUnknown) {
  struct Row {
    const char* reason;
    void (*change)(Meter&, MeterAnswer&);
    Point point;
    Verdict verdict;
    const char* detail;
  };
  const Row rows[] = {
      {"silence",
       [](Meter&, MeterAnswer& a) {
         a.state.reset();
         a.measured.reset();
         a.state_error = a.measured_error = Errc::link_timeout;
       },
       Point::answers, Verdict::failed, "link_timeout"},
      {"a refusal is an answer",
       [](Meter&, MeterAnswer& a) {
         a.state.reset();
         a.measured.reset();
         a.state_error = a.measured_error = Errc::meter_exception;
       },
       Point::answers, Verdict::ok, ""},
      {"another model's registers",
       [](Meter&, MeterAnswer& a) {
         a.measured.reset();
         a.measured_error = Errc::meter_exception;
       },
       Point::model, Verdict::failed, "meter_exception, expected paymeter-reference-nk"},
      {"the model has no wallet, which is no fault",
       [](Meter&, MeterAnswer& a) {
         a.state.reset();
         a.state_error = Errc::meter_unsupported;
       },
       Point::model, Verdict::ok, "paymeter-reference-nk"},
      {"another serial", [](Meter& m, MeterAnswer&) { m.serial = "PM1"; }, Point::serial,
       Verdict::failed, "found PM00000007, expected PM1"},
      {"nothing configured", [](Meter& m, MeterAnswer&) { m.serial.clear(); }, Point::serial,
       Verdict::unknown, "found PM00000007, none configured"},
      {"none told", [](Meter&, MeterAnswer& a) { a.state->epoch.serial.clear(); }, Point::serial,
       Verdict::unknown, "the meter tells no serial number"},
      {"another ratio", [](Meter&, MeterAnswer& a) { a.measured->ct_ratio = 1; }, Point::ct_ratio,
       Verdict::failed, "found 1, expected 40"},
      {"no ratio told", [](Meter&, MeterAnswer& a) { a.measured->ct_ratio.reset(); },
       Point::ct_ratio, Verdict::unknown, "the meter tells no CT ratio"},
      {"300 s fast is allowed",
       [](Meter&, MeterAnswer& a) { a.state->clock = civil_time(kNow + seconds(300), kShanghai); },
       Point::clock, Verdict::ok, "+300 s"},
      {"301 s slow is not",
       [](Meter&, MeterAnswer& a) { a.state->clock = civil_time(kNow - seconds(301), kShanghai); },
       Point::clock, Verdict::failed, "-301 s"},
      {"no date", [](Meter&, MeterAnswer& a) { a.state->clock.reset(); }, Point::clock,
       Verdict::failed, "no valid date"},
      {"an open relay is readable", [](Meter&, MeterAnswer& a) { a.state->relay_open = true; },
       Point::relay, Verdict::ok, "open"},
      {"no relay", [](Meter&, MeterAnswer& a) { a.has_relay = false; }, Point::relay,
       Verdict::unknown, "the model has no relay"},
      {"no voltage", [](Meter&, MeterAnswer& a) { a.measured->voltage_mv = {0, 0, 0}; },
       Point::readings, Verdict::failed, "no voltage on any phase"},
      {"nonsense", [](Meter&, MeterAnswer& a) { a.measured->power_factor_e3[3] = 3'000; },
       Point::readings, Verdict::failed, "power factor 3000/1000"},
  };
  for (const Row& row : rows) {
    Meter configured = meter();
    MeterAnswer answer = good();
    row.change(configured, answer);
    const auto result = check_meter(configured, answer, kNow, kShanghai);
    const PointResult& point = result.points.at(static_cast<std::size_t>(row.point));
    EXPECT_EQ(point.verdict, row.verdict) << row.reason;
    EXPECT_EQ(point.detail, row.detail) << row.reason;
    if (row.verdict == Verdict::failed) EXPECT_EQ(verdict_of(result), Verdict::failed);
  }
}

TEST(SiteCheck, WhatCouldNotBeComparedIsNotGood) {
  struct Row {
    const char* reason;
    Point point;
    Verdict expect;
  };
  const Row rows[] = {
      {"nobody says that it is this meter", Point::serial, Verdict::unknown},
      {"nobody says what its readings are multiplied by", Point::ct_ratio, Verdict::unknown},
      {"it may be another model", Point::model, Verdict::unknown},
      {"many models have no clock", Point::clock, Verdict::ok},
      {"or no relay", Point::relay, Verdict::ok},
  };
  for (const Row& row : rows) {
    auto result = check_meter(meter(), good(), kNow, kShanghai);
    result.points.at(static_cast<std::size_t>(row.point)).verdict = Verdict::unknown;
    EXPECT_EQ(verdict_of(result), row.expect) << row.reason;
  }
  EXPECT_EQ(verdict_of(MeterResult{}), Verdict::unknown) << "nothing was checked";
}

TEST(SiteCheck, SilenceLeavesTheRestUnknown) {
  MeterAnswer silent;
  silent.state_error = silent.measured_error = Errc::link_timeout;
  const auto result = check_meter(meter(), silent, kNow, kShanghai);
  ASSERT_EQ(result.points.size(), static_cast<std::size_t>(kPointCount));
  for (int i = 1; i < kPointCount; ++i)
    EXPECT_EQ(result.points.at(static_cast<std::size_t>(i)).verdict, Verdict::unknown);
}

TEST(SiteCheck, OneMeterUnderTwoAddresses) {
  std::vector<MeterResult> results(3, check_meter(meter(), good(), kNow, kShanghai));
  results[1].meter = {8};
  results[2].meter = {9};
  results[2].serial_found = "PM00000009";
  mark_duplicates(results);
  EXPECT_EQ(results[0].points[2].detail, "PM00000007 answers as meter #8, too");
  EXPECT_EQ(results[1].points[2].detail, "PM00000007 answers as meter #7, too");
  EXPECT_EQ(results[2].points[2].verdict, Verdict::ok);
}

}  // namespace
}  // namespace paymeter::domain::commissioning

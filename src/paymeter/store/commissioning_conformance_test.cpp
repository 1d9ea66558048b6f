// Checks, pulse tests and reports: the same on every store.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(CommissioningStoreTest);

namespace {

using namespace domain::commissioning;

}  // namespace

TEST_P(CommissioningStoreTest, ACheckAndItsResults) {
  shop_.build(2);
  SiteCheck check;
  check.property = shop_.must(store().load_site()).properties[0].id;
  check.scope = ScopeKind::building;
  check.scope_id = 1;
  check.total = 2;
  check.started_at = kNow;
  check.idempotency_key = "check-0001";
  const auto started = shop_.must(store().add_check(check));
  EXPECT_FALSE(started.existed);
  EXPECT_TRUE(shop_.must(store().add_check(check)).existed);
  SiteCheck other = check;
  other.scope = ScopeKind::bus;
  EXPECT_EQ(shop_.ask(store().add_check(other)).error().code,
            Errc::vend_exists_with_different_request);

  MeterResult result;
  result.check = started.check.id;
  result.meter = shop_.meter(1);
  result.at = kNow;
  result.serial_found = "PM1";
  result.points = {{Point::answers, Verdict::ok, ""},
                   {Point::serial, Verdict::failed, "found PM1,\nexpected PM2"}};
  SiteCheck next = started.check;
  next.failed = 1;
  shop_.must(store().store_results(next, {result}));
  next.state = CheckState::done;
  next.finished_at = kNow + seconds(5);
  shop_.must(store().store_results(next, {result}));
  EXPECT_EQ(shop_.must(store().find_check(started.check.id)), next);
  EXPECT_EQ(shop_.ask(store().store_results(next, {})).error().code, Errc::check_state_conflict);
  const auto results = shop_.must(store().check_results(started.check.id));
  ASSERT_EQ(results.size(), 1U);
  result.points[1].detail = "found PM1, expected PM2";
  EXPECT_EQ(results[0], result);
  EXPECT_EQ(shop_.must(store().list_checks(check.property, {})).total, 1);
  EXPECT_EQ(shop_.ask(store().find_check(CheckId{99})).error().code, Errc::check_unknown);
}

TEST_P(CommissioningStoreTest, AStoppedStationLeavesNoCheckRunning) {
  shop_.build(1);
  SiteCheck check;
  check.property = shop_.must(store().load_site()).properties[0].id;
  check.idempotency_key = "check-0001";
  const auto id = shop_.must(store().add_check(check)).check.id;
  EXPECT_EQ(shop_.must(store().interrupt_checks(kNow)), 1);
  EXPECT_EQ(shop_.must(store().interrupt_checks(kNow)), 0);
  EXPECT_EQ(shop_.must(store().find_check(id)).state, CheckState::interrupted);
}

TEST_P(CommissioningStoreTest, APulseTestStepByStep) {
  shop_.build(2);
  PulseTest test;
  test.property = shop_.must(store().load_site()).properties[0].id;
  test.expected = shop_.meter(1);
  test.load_w = 1'500;
  test.started_at = kNow;
  test.idempotency_key = "pulse-0001";
  test.traces = {{shop_.meter(1), false, {100}}, {shop_.meter(2), true, {std::nullopt}}};
  const auto started = shop_.must(store().add_pulse(test));
  EXPECT_TRUE(shop_.must(store().add_pulse(test)).existed);
  PulseTest next = started.test;
  next.traces[0].power_w.push_back(-1'600);
  next.traces[1].power_w.push_back(7);
  next.state = PulseState::off;
  shop_.must(store().step_pulse(next, PulseState::on, 0));
  EXPECT_EQ(shop_.ask(store().step_pulse(next, PulseState::on, 0)).error().code,
            Errc::check_state_conflict)
      << "the button was pressed twice";
  next.state = PulseState::done;
  next.result = PulseResult{PulseVerdict::unclear, {}, 5, 6, {shop_.meter(1), shop_.meter(2)}};
  next.finished_at = kNow + seconds(9);
  shop_.must(store().step_pulse(next, PulseState::off, 1));
  const auto found = shop_.must(store().find_pulse(next.id));
  EXPECT_EQ(found.traces, next.traces);
  EXPECT_EQ(found.result, next.result);
  EXPECT_EQ(found.finished_at, next.finished_at);
  EXPECT_EQ(shop_.must(store().list_pulses(test.property, shop_.meter(1), {})).total, 1);
  EXPECT_EQ(shop_.must(store().list_pulses(test.property, shop_.meter(2), {})).total, 0);
}

TEST_P(CommissioningStoreTest, AReportStays) {
  shop_.build(1);
  SiteCheck check;
  check.property = shop_.must(store().load_site()).properties[0].id;
  check.idempotency_key = "check-0001";
  SignedReport report;
  report.property = check.property;
  report.check = shop_.must(store().add_check(check)).check.id;
  report.content = R"({"项目":"中山路"})";
  report.key_hex = "aa";
  report.signature_hex = "bb";
  report.signed_at = kNow;
  const auto stored = shop_.must(store().add_report(report));
  EXPECT_EQ(shop_.must(store().find_report(stored.id)).content, report.content);
  const auto listed = shop_.must(store().list_reports(report.check));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].content, "") << "lists stay small";
  EXPECT_EQ(shop_.ask(store().find_report(99)).error().code, Errc::check_unknown);
}

}  // namespace paymeter::store::testing

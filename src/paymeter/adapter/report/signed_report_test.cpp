// A report's life: signed, written, drawn, read back, verified, and caught when it was changed.
#include "paymeter/adapter/report/signed_report.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

namespace paymeter::adapter {
namespace {

using namespace domain::commissioning;
namespace fs = std::filesystem;

class SignedReportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "paymeter-report-XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder); }
  std::string key_file() const { return folder + "/var/report.key"; }

  static port::ReportData data(int meters) {
    port::ReportData out;
    out.property = "中山路商场";
    out.utc_offset = minutes(480);
    out.scope = "A座";
    out.check.id = {3};
    out.check.scope = ScopeKind::building;
    out.check.state = CheckState::done;
    out.check.total = meters;
    out.check.started_at = out.signed_at = UtcMs{1'795'309'200'000};
    out.started_by = "installer";
    out.signed_by = "王工";
    for (int i = 1; i <= meters; ++i) {
      port::ReportMeter meter;
      meter.meter = {i};
      meter.code = std::to_string(1000 + i);
      meter.room = "A座 " + std::to_string(100 + i) + " 王记面馆";
      meter.model = "paymeter-reference-nk";
      meter.gateway = "G1";
      meter.bus = "1";
      meter.unit = i;
      out.meters.push_back(meter);
      MeterResult result;
      result.meter = {i};
      result.at = out.signed_at;
      for (int p = 0; p < kPointCount; ++p)
        result.points.push_back({static_cast<Point>(p), Verdict::ok, "detail"});
      if (i == 2) result.points[2] = {Point::serial, Verdict::failed, "found A, expected B"};
      out.results.push_back(result);
    }
    PulseTest test;
    test.id = {5};
    test.expected = {1};
    test.load_w = 1'500;
    test.traces = {{{1}, false, {100, std::nullopt}}};
    test.result = PulseResult{PulseVerdict::other, {2}, 1'480, 986, {}};
    out.pulses.push_back(test);
    out.findings.push_back({{1}, {2}, PulseFinding::Kind::wrong_room});
    return out;
  }
  std::string folder;
};

TEST_F(SignedReportTest, SignedAndVerified) {
  SignedReportFormat format(key_file());
  const auto report = format.sign(data(3));
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_TRUE(verify_report(*report));
  const auto read = read_signed_report(format.file(*report));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->content, report->content);
  EXPECT_TRUE(verify_report(*read));
  struct stat info{};
  ASSERT_EQ(stat(key_file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U) << "nobody else signs";
  EXPECT_EQ(SignedReportFormat(key_file()).sign(data(3))->key_hex, report->key_hex)
      << "the key stays";
  const auto content = boost::json::parse(report->content);
  EXPECT_EQ(content.at("property").as_string(), "中山路商场");
  EXPECT_EQ(content.at("findings").at(0).at("kind").as_string(), "wrong_room");
}

TEST_F(SignedReportTest, WhatWasChangedIsCaught) {
  SignedReportFormat format(key_file());
  const auto good = *format.sign(data(3));
  const auto other = *SignedReportFormat(folder + "/other.key").sign(data(3));
  struct Row {
    const char* reason;
    void (*change)(SignedReport&, const SignedReport&);
  };
  const Row rows[] = {
      {"a verdict",
       [](SignedReport& r, const SignedReport&) {
         r.content.replace(r.content.find("failed"), 6, "ok    ");
       }},
      {"a space", [](SignedReport& r, const SignedReport&) { r.content += ' '; }},
      {"cut off", [](SignedReport& r, const SignedReport&) { r.content.pop_back(); }},
      {"another's key", [](SignedReport& r, const SignedReport& o) { r.key_hex = o.key_hex; }},
      {"another's signature",
       [](SignedReport& r, const SignedReport& o) { r.signature_hex = o.signature_hex; }},
      {"no key", [](SignedReport& r, const SignedReport&) { r.key_hex.clear(); }},
      {"half a signature",
       [](SignedReport& r, const SignedReport&) { r.signature_hex.resize(64); }},
  };
  for (const Row& row : rows) {
    SignedReport report = good;
    row.change(report, other);
    const auto verified = verify_report(report);
    ASSERT_FALSE(verified) << row.reason;
    EXPECT_EQ(verified.error().code, Errc::report_signature_wrong) << row.reason;
  }
}

TEST_F(SignedReportTest, ADamagedKeyIsNeverReplaced) {
  fs::create_directories(folder + "/var");
  std::ofstream(key_file()) << "paymeter-report-key 12 34\n";
  const auto report = SignedReportFormat(key_file()).sign(data(1));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::store_failed);
  std::string kept;
  std::getline(std::ifstream(key_file()), kept);
  EXPECT_EQ(kept, "paymeter-report-key 12 34");
}

TEST_F(SignedReportTest, ThePdfHoldsWhatItShows) {
  SignedReportFormat format(key_file());
  for (const auto language : {port::ReportLanguage::en, port::ReportLanguage::zh}) {
    const auto report = *format.sign(data(120));
    const auto pdf = draw_report(report, format.file(report), language);
    ASSERT_TRUE(pdf) << pdf.error().detail;
    const std::string_view bytes(reinterpret_cast<const char*>(pdf->data()), pdf->size());
    EXPECT_TRUE(bytes.starts_with("%PDF"));
    const auto read = read_signed_report(bytes);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->content, report.content);
    EXPECT_TRUE(verify_report(*read));
    if (const char* keep = std::getenv("PAYMETER_KEEP_PDF"))
      std::ofstream(keep, std::ios::binary)
          .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
}

TEST_F(SignedReportTest, WhatIsNoReport) {
  for (const char* text : {"", "{}", "[1]", "%PDF-1.5 nothing", "%PDF paymeter-signed-report-1:!!",
                           R"({"format":"paymeter-signed-report-1"})"})
    EXPECT_FALSE(read_signed_report(text)) << text;
  SignedReport empty;
  empty.content = "{}";
  EXPECT_FALSE(draw_report(empty, "", port::ReportLanguage::zh));
}

}  // namespace
}  // namespace paymeter::adapter

// `paymeter rate`: exit codes and what goes where.
#include "paymeter/app/rate_command.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace paymeter::app {
namespace {

const std::string kFolder = std::string(PAYMETER_SOURCE_DIR) + "/examples/tariffs/e8-panyu-water/";

struct Printed {
  int exit_code = 0;
  std::string out, err;
};

Printed run(const RateOptions& options) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Printed printed;
  printed.exit_code = run_rate(options);
  printed.out = ::testing::internal::GetCapturedStdout();
  printed.err = ::testing::internal::GetCapturedStderr();
  return printed;
}

}  // namespace

TEST(RateCommand, PrintsBills) {
  const Printed json = run({kFolder + "tariff.json", kFolder + "readings.csv", "json"});
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_EQ(boost::json::parse(json.out).at("total").as_string(), "151.28");
  EXPECT_EQ(json.err, "");
  const Printed text = run({kFolder + "tariff.json", kFolder + "readings.csv", "text"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_NE(text.out.find("151.28"), std::string::npos);
}

TEST(RateCommand, AnErrorIsNamedAndNothingPriced) {
  const Printed json = run({kFolder + "tariff.json", kFolder + "tariff.json", "json"});
  EXPECT_EQ(json.exit_code, 1);
  EXPECT_EQ(boost::json::parse(json.out).at("error").at("code").as_string(),
            "readings_header_invalid");
  EXPECT_EQ(json.err, "");
  const Printed text = run({kFolder + "none.json", kFolder + "readings.csv", "text"});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_EQ(text.out, "");
  EXPECT_NE(text.err.find("rating_file_unreadable"), std::string::npos);
}

TEST(RateCommand, UsageEndsWithTwo) {
  EXPECT_EQ(run({"", kFolder + "readings.csv", "json"}).exit_code, 2);
  EXPECT_EQ(run({kFolder + "tariff.json", "", "json"}).exit_code, 2);
  EXPECT_EQ(run({kFolder + "tariff.json", kFolder + "readings.csv", "xml"}).exit_code, 2);
}

}  // namespace paymeter::app

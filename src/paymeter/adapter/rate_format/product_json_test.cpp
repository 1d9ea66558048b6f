// The product format: the page's example, canonical text, what is refused with its place.
#include "paymeter/adapter/rate_format/product_json.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "paymeter/adapter/rate_format/rate.hpp"
#include "paymeter/adapter/rate_format/statement_text.hpp"
#include "paymeter/adapter/rate_format/tariff_format.hpp"
#include "paymeter/adapter/rate_format/tariff_json.hpp"
#include "paymeter/domain/tariff/product_test_cases.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace rating = domain::rating;
namespace tariff = domain::tariff;

std::string file_text(const std::string& path) {
  std::ifstream file(std::filesystem::path(PAYMETER_SOURCE_DIR) / path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The first JSON block of docs/formats/tariff.md.
std::string page_example() {
  const std::string page = file_text("docs/formats/tariff.md");
  const auto begin = page.find("```json\n") + 8;
  return page.substr(begin, page.find("```", begin) - begin);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

}  // namespace

TEST(ProductJson, ReadsThePagesExample) {
  const auto product = read_product(page_example());
  ASSERT_TRUE(product) << product.error().detail;
  EXPECT_EQ(product->calendar.holiday[2].holiday,
            (tariff::HolidayScope{"", tariff::HolidayExtent::whole, 0, 5}));
  EXPECT_EQ(product->overlays.at("deep"), (tariff::Overlay{{540, 900, "deep_valley"}}));
  EXPECT_EQ(product->cycle.season_starts, (std::vector<rating::MonthDay>{{5, 1}, {11, 1}}));
  EXPECT_EQ(product->allowance.per_person_e8, 10'000'000'000);
  EXPECT_EQ(product->lines[0].factors.at("sharp"), (tariff::Factor{1'250'000, "peak"}));
  EXPECT_EQ(tariff::line_price(product->lines[0], "sharp")->e8, 134'650'000) << "E2";
}

TEST(ProductJson, TheCanonicalTextIsAFixedPoint) {
  for (const std::string& text :
       {page_example(), std::string(R"({"format":1,"name":"w","utility":"water","currency":"CNY",
          "time_zone":"UTC","lines":[{"name":"w","price":"1.75"}]})")}) {
    const auto product = read_product(text);
    ASSERT_TRUE(product) << product.error().detail;
    const std::string canonical = write_product(*product);
    EXPECT_EQ(canonical.find('\n'), canonical.npos);
    const auto again = read_product(canonical);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(*again, *product);
    EXPECT_EQ(write_product(*again), canonical);
  }
  tariff::ProductTariff own = tariff::testing::zhejiang();
  own.holidays = tariff::china_holidays();
  own.cycle = {rating::CycleKind::year, {2, 29}};
  const auto read = read_product(write_product(own));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, own) << "a calendar of its own";
}

TEST(ProductJson, DigestsAreSha256) {
  EXPECT_EQ(JsonTariffFormat().digest("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
      << "FIPS 180-2, appendix B.1";
}

TEST(ProductJson, ACompiledProductPricesAsTheExampleDoes) {
  // E6 as a product, compiled for October, beside the hand-written interchange file.
  const std::string readings = file_text("examples/tariffs/e6-zhejiang-holidays/readings.csv");
  tariff::ProductTariff zhejiang = tariff::testing::zhejiang();
  const auto compiled = tariff::compile(zhejiang, {}, {2026, 1, 1}, {2026, 12, 31});
  ASSERT_TRUE(compiled);
  const auto ours = rate_texts(write_tariff(compiled->tariff), readings);
  ASSERT_TRUE(ours) << ours.error().detail;
  const auto theirs =
      rate_texts(file_text("examples/tariffs/e6-zhejiang-holidays/tariff.json"), readings);
  ASSERT_TRUE(theirs);
  EXPECT_EQ(statement_json(ours->schedule, ours->statement),
            statement_json(theirs->schedule, theirs->statement));
}

TEST(ProductJson, WhatIsRefusedHasAPlace) {
  struct Row {
    const char* reason;
    const char* from;
    const char* to;
    Errc code;
    const char* detail;
  };
  for (const Row& row :
       {Row{"another format", R"("format": 1)", R"("format": 2)", Errc::tariff_value_invalid,
            "format: must be 1"},
        Row{"an unknown key", R"("overlay": "deep"})", R"("overly": "deep"})",
            Errc::tariff_key_unknown, "calendar.holiday[0].overly"},
        Row{"a key of another layer", R"("kind": "make_up_workday")",
            R"("kind": "make_up_workday", "dates": [])", Errc::tariff_key_unknown,
            "calendar.rest[0].dates"},
        Row{"dates in a range", R"({"months": [1,7,8,12])", R"({"dates": [], "months": [1])",
            Errc::tariff_key_unknown, "calendar.range[0].dates"},
        Row{"an unknown extent", R"("statutory")", R"("legal")", Errc::tariff_value_invalid,
            "calendar.holiday[0].extent: unknown word 'legal'"},
        Row{"an hour that is none", R"("15:00","deep_valley")", R"("24:30","deep_valley")",
            Errc::tariff_value_invalid, "overlays.deep[0][1]: must be 00:00 to 23:59"},
        Row{"a factor with seven places", R"("1.25")", R"("1.2500001")", Errc::tariff_value_invalid,
            "lines[0].factors.sharp.factor: must be a number with at most 6 places"},
        Row{"a number without quotes", R"("0.6206")", "0.6206", Errc::tariff_type_wrong,
            "lines[0].components[0].amount: must be a number in quotes"},
        Row{"a workday rule", R"("kind": "make_up_workday")", R"("kind": "workday")",
            Errc::tariff_value_invalid, "calendar.rest: must be rest_day or make_up_workday"},
        Row{"seasons that are none", R"(["05-01","11-01"])", "[]", Errc::tariff_value_invalid,
            "cycle.starts: must have 1 to 12 dates"},
        Row{"a negative allowance", R"("per_person": "100")", R"("per_person": "-1")",
            Errc::tariff_value_invalid, "allowance: out of range"}}) {
    const auto product = read_product(replaced(page_example(), row.from, row.to));
    ASSERT_FALSE(product) << row.reason;
    EXPECT_EQ(product.error().code, row.code) << row.reason;
    EXPECT_EQ(product.error().detail, row.detail) << row.reason;
  }
}

}  // namespace paymeter::adapter::rate_format

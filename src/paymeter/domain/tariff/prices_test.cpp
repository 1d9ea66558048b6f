// Prices from components: the published tables come out of their components, printed ones win.
#include <gtest/gtest.h>

#include "paymeter/domain/tariff/product_test_cases.hpp"

namespace paymeter::domain::tariff {
namespace {

using testing::e4;
using testing::e8;

ProductLine derived_line(std::vector<Component> components, std::map<std::string, Factor> factors,
                         int places) {
  ProductLine line;
  line.name = "energy";
  line.components = std::move(components);
  line.factors = std::move(factors);
  line.price_rounding.places = places;
  return line;
}

const std::map<std::string, Factor> kGuangdong{
    {"sharp", {1'250'000, "peak"}}, {"peak", {1'700'000, "flat"}}, {"valley", {380'000, "flat"}}};

TEST(Prices, PublishedTablesComeOutOfTheirComponents) {
  struct Row {
    const char* reason;
    ProductLine line;
    const char* rate;
    Price price;
  };
  const auto floating = ComponentKind::floating;
  const ProductLine e1 = derived_line({{"all", e4(6725), floating}}, kGuangdong, 4);
  const ProductLine e2 =
      derived_line({{"purchase", e4(6206), floating}, {"funds", e4(277)}}, kGuangdong, 4);
  const ProductLine e3 =
      derived_line({{"purchase", e4(3957), floating}, {"rest", e4(2443)}},
                   {{"peak", {1'800'000, "flat"}}, {"valley", {350'000, "flat"}}}, 4);
  for (const Row& row :
       {Row{"E1 flat is the sum", e1, "flat", e4(6725)},
        Row{"E1 peak: half up at the fourth place", e1, "peak", e4(11'433)},
        Row{"E1 sharp = peak x 1.25", e1, "sharp", e4(14'291)},
        Row{"E1 valley", e1, "valley", e4(2556)}, Row{"E2 flat", e2, "flat", e4(6483)},
        Row{"E2 peak: funds do not float", e2, "peak", e4(10'827)},
        Row{"E2 sharp: the chain floats, not the sum", e2, "sharp", e4(13'465)},
        Row{"E2 valley", e2, "valley", e4(2635)}, Row{"E3 peak", e3, "peak", e4(9566)},
        Row{"E3 valley", e3, "valley", e4(3828)}}) {
    const auto price = line_price(row.line, row.rate);
    ASSERT_TRUE(price) << row.reason;
    EXPECT_EQ(*price, row.price) << row.reason;
  }
}

TEST(Prices, PrintedPricesWin) {
  // E4: the official table is 0.0002 below the sum of its own components.
  ProductLine line = derived_line({{"purchase", e8(38'447'000), ComponentKind::floating},
                                   {"loss", e8(1'364'300)},
                                   {"grid", e4(2103)},
                                   {"system", e8(8'227'300)},
                                   {"funds", e4(452)}},
                                  {{"valley", {450'000, "flat"}}}, 6);
  EXPECT_EQ(*line_price(line, "flat"), e8(73'588'600));
  line.printed["flat"] = e8(73'568'600);
  EXPECT_EQ(*line_price(line, "flat"), e8(73'568'600));
  ProductTariff product = testing::flat_product({});
  product.lines[0] = line;
  const auto warnings = check_product(product);
  ASSERT_TRUE(warnings);
  ASSERT_EQ(warnings->size(), 1U);
  EXPECT_EQ(warnings->front().code, Errc::tariff_printed_differs);
  EXPECT_EQ(warnings->front().detail, "energy: flat");
}

TEST(Prices, RoundingRules) {
  struct Row {
    const char* reason;
    std::int64_t amount_e8;
    int places;
    rating::Rounding rule;
    std::int64_t expected_e8;
  };
  using rating::Rounding;
  for (const Row& row :
       {Row{"half up", 12'345'000, 4, Rounding::half_up, 12'350'000},
        Row{"just below", 12'344'999, 4, Rounding::half_up, 12'340'000},
        Row{"down", 12'349'999, 4, Rounding::down, 12'340'000},
        Row{"a rebate by magnitude", -12'345'000, 4, Rounding::half_up, -12'350'000},
        Row{"a rebate down", -12'349'999, 4, Rounding::down, -12'340'000},
        Row{"to whole yuan", 150'000'000, 0, Rounding::half_up, 200'000'000},
        Row{"eight places change nothing", 1, 8, Rounding::down, 1}}) {
    ProductLine line = derived_line({{"all", e8(row.amount_e8)}}, {}, row.places);
    line.price_rounding.rule = row.rule;
    EXPECT_EQ(line_price(line, "flat")->e8, row.expected_e8) << row.reason;
  }
}

TEST(Prices, FactorsThatLeadNowhere) {
  struct Row {
    const char* reason;
    std::map<std::string, Factor> factors;
    Errc code;
  };
  for (const Row& row :
       {Row{"none for the rate", {}, Errc::tariff_price_missing},
        Row{"of a rate that has none", {{"peak", {1, "sharp"}}}, Errc::tariff_price_missing},
        Row{"of itself", {{"peak", {1, "peak"}}}, Errc::tariff_value_invalid},
        Row{"in a circle",
            {{"peak", {1, "sharp"}}, {"sharp", {1, "peak"}}},
            Errc::tariff_value_invalid},
        Row{"four in a chain",
            {{"peak", {1, "a"}}, {"a", {1, "b"}}, {"b", {1, "c"}}, {"c", {1, "flat"}}},
            Errc::tariff_value_invalid}}) {
    const auto price = line_price(derived_line({{"all", e4(1)}}, row.factors, 8), "peak");
    ASSERT_FALSE(price) << row.reason;
    EXPECT_EQ(price.error().code, row.code) << row.reason;
  }
}

TEST(Prices, ServiceOfASale) {
  ProductTariff product = testing::flat_product(e4(6500));
  EXPECT_EQ(service_of_sale(product, {10'000}), Money{0}) << "none unless asked for";
  product.service_e4 = 350;
  EXPECT_EQ(service_of_sale(product, {10'000}), Money{350});
  EXPECT_EQ(service_of_sale(product, {1}), Money{0});
  EXPECT_EQ(service_of_sale(product, {43}), Money{2}) << "1.505 fen";
  auto warnings = check_product(product);
  ASSERT_TRUE(warnings);
  ASSERT_EQ(warnings->size(), 1U);
  EXPECT_EQ(warnings->front().code, Errc::tariff_service_forbidden);
  product.utility = rating::TariffUtility::cooling;
  EXPECT_TRUE(check_product(product)->empty()) << "the rule is about electricity";
}

}  // namespace
}  // namespace paymeter::domain::tariff

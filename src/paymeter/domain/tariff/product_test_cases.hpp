/// Products for tests: published tariffs as their notices put them.
#pragma once

#include "paymeter/domain/tariff/product.hpp"

namespace paymeter::domain::tariff::testing {

inline Price e8(std::int64_t value) { return {value}; }
inline Price e4(std::int64_t value) { return {value * 10'000}; }

inline rating::CalendarEntry every_date(const std::string& day) { return {{}, {}, {}, {}, day}; }

inline ProductTariff flat_product(Price price) {
  ProductTariff product;
  product.name = "flat";
  ProductLine line;
  line.name = "energy";
  line.price = price;
  product.lines.push_back(line);
  return product;
}

/// E6: Zhejiang from 2026-07, with its override as a holiday layer.
inline ProductTariff zhejiang() {
  ProductTariff product = flat_product({});
  product.name = "zhejiang";
  product.days = {{"ordinary",
                   {{0, "valley"},
                    {7 * 60, "flat"},
                    {11 * 60, "valley"},
                    {14 * 60, "flat"},
                    {16 * 60, "peak"},
                    {23 * 60, "flat"}}},
                  {"sharp",
                   {{0, "valley"},
                    {7 * 60, "flat"},
                    {11 * 60, "valley"},
                    {14 * 60, "flat"},
                    {16 * 60, "peak"},
                    {18 * 60, "sharp"},
                    {22 * 60, "peak"},
                    {23 * 60, "flat"}}}};
  product.overlays = {{"deep", {{9 * 60, 15 * 60, "deep_valley"}}}};
  const auto holiday = [](HolidayScope scope) {
    return LayerRule{{}, "deep", std::move(scope), {}};
  };
  product.calendar.holiday = {holiday({"spring_festival", HolidayExtent::statutory, 0, 0}),
                              holiday({"labour_day", HolidayExtent::first_days, 3, 0}),
                              holiday({"national_day", HolidayExtent::first_days, 3, 0})};
  product.calendar.range = {{{}, {}, std::vector<int>{1, 7, 8, 12}, {}, "sharp"},
                            every_date("ordinary")};
  ProductLine& line = product.lines[0];
  line.price.reset();
  line.components = {{"all", e4(6500), ComponentKind::floating}};
  line.factors = {{"sharp", {2'050'000, "flat"}},
                  {"peak", {1'850'000, "flat"}},
                  {"valley", {400'000, "flat"}},
                  {"deep_valley", {200'000, "flat"}}};
  return product;
}

}  // namespace paymeter::domain::tariff::testing

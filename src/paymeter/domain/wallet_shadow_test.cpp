// The shadow at its tolerance, and points that cannot be compared.
#include "paymeter/domain/wallet_shadow.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {
namespace {

ShadowPoint point() {
  ShadowPoint out;
  out.epoch = Epoch{"SN1", 1};
  out.balance = {10'000};
  out.delivered = {50'000};
  out.price_version = 3;
  out.cycle = {90'000};
  out.rate_wh = {0, 100'000, 200'000, 50'000, 0};
  return out;
}

PriceTable prices() {
  PriceTable out;
  out.rate_price = {Price{}, Price{100'000'000}, Price{60'000'000}, Price{30'000'000}, Price{}};
  out.steps = {{{100'000}, {10'000'000}}, {{120'000}, {50'000'000}}};
  return out;
}

TEST(WalletShadow, WhatTheMeterShouldHold) {
  struct Row {
    const char* reason;
    void (*change)(ShadowPoint&);
    ShadowVerdict verdict;
    std::int64_t difference;
  };
  for (const Row& row :
       {Row{"nothing happened", [](ShadowPoint&) {}, ShadowVerdict::agrees, 0},
        Row{"10 kWh of peak below the first step",
            [](ShadowPoint& p) {
              p.rate_wh[1] += 10'000;
              p.cycle.wh += 10'000;
              p.balance = {9'000};
            },
            ShadowVerdict::agrees, 0},
        Row{"40 kWh over both steps: 40.00 + 2.00 + 5.00",
            [](ShadowPoint& p) {
              p.rate_wh[1] += 40'000;
              p.cycle.wh += 40'000;
              p.balance = {10'000 - 4'700};
            },
            ShadowVerdict::agrees, 0},
        Row{"a sale that the books know",
            [](ShadowPoint& p) {
              p.delivered = {60'000};
              p.balance = {20'000};
            },
            ShadowVerdict::agrees, 0},
        Row{"a sale that they do not", [](ShadowPoint& p) { p.balance = {20'000}; },
            ShadowVerdict::differs, 10'000},
        Row{"1.00 is within", [](ShadowPoint& p) { p.balance = {9'900}; }, ShadowVerdict::agrees,
            -100},
        Row{"one fen more is not", [](ShadowPoint& p) { p.balance = {9'899}; },
            ShadowVerdict::differs, -101},
        Row{"with 100.00 delivered 0.50 more is within",
            [](ShadowPoint& p) {
              p.delivered = {60'000};
              p.balance = {20'150};
            },
            ShadowVerdict::agrees, 150},
        Row{"and one fen more is not",
            [](ShadowPoint& p) {
              p.delivered = {60'000};
              p.balance = {20'151};
            },
            ShadowVerdict::differs, 151},
        Row{"cleared since", [](ShadowPoint& p) { p.epoch->clear_count = 2; },
            ShadowVerdict::restart, 0},
        Row{"other prices since", [](ShadowPoint& p) { p.price_version = 4; },
            ShadowVerdict::restart, 0},
        Row{"a register fell", [](ShadowPoint& p) { --p.rate_wh[2]; }, ShadowVerdict::restart, 0},
        Row{"a new cycle of steps", [](ShadowPoint& p) { p.cycle = {0}; }, ShadowVerdict::restart,
            0}}) {
    ShadowPoint now = point();
    row.change(now);
    const auto result = compare_shadow(point(), now, prices(), {});
    EXPECT_EQ(result.verdict, row.verdict) << row.reason;
    EXPECT_EQ(result.difference, Money{row.difference}) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::domain

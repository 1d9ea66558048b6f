// Levels at the fen, friendly hours, and lots that lose nothing.
#include "paymeter/domain/wallet.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace paymeter::domain {
namespace {

WalletFacts facts(std::int64_t balance) {
  WalletFacts out;
  out.balance = {balance};
  out.alarm1 = {5'000};
  out.alarm2 = {2'000};
  out.overdraft = {1'000};
  out.minute_of_day = 10 * 60;
  return out;
}

TEST(Wallet, LevelsAtTheFen) {
  struct Row {
    const char* reason;
    std::int64_t balance;
    WalletLevel expect;
  };
  for (const Row& row : {Row{"one fen above alarm 1", 5'001, WalletLevel::enough},
                         Row{"at alarm 1", 5'000, WalletLevel::alarm1},
                         Row{"one fen below alarm 1", 4'999, WalletLevel::alarm1},
                         Row{"one fen above alarm 2", 2'001, WalletLevel::alarm1},
                         Row{"at alarm 2", 2'000, WalletLevel::alarm2},
                         Row{"one fen below alarm 2", 1'999, WalletLevel::alarm2},
                         Row{"one fen left", 1, WalletLevel::alarm2},
                         Row{"nothing left is no debt", 0, WalletLevel::alarm2},
                         Row{"one fen of debt", -1, WalletLevel::arrears},
                         Row{"one fen before the overdraft ends", -999, WalletLevel::arrears},
                         Row{"the overdraft used up to the fen", -1'000, WalletLevel::arrears},
                         Row{"one fen beyond the overdraft", -1'001, WalletLevel::cut_due}})
    EXPECT_EQ(supply_wanted({}, facts(row.balance)).level, row.expect) << row.reason;
}

TEST(Wallet, WhatKeepsTheSupplyOn) {
  struct Row {
    const char* reason;
    std::int64_t balance;
    std::int64_t overdraft;
    bool emergency_on;
    bool is_sound;
    int minute;
    WalletLevel level;
    bool postponed;
  };
  for (const Row& row :
       {Row{"no overdraft: the first fen of debt", -1, 0, false, true, 600, WalletLevel::cut_due,
            false},
        Row{"no overdraft, nothing owed", 0, 0, false, true, 600, WalletLevel::alarm2, false},
        Row{"emergency credit used up to the fen", -3'000, 0, true, true, 600, WalletLevel::arrears,
            false},
        Row{"one fen beyond the emergency credit", -3'001, 0, true, true, 600, WalletLevel::cut_due,
            false},
        Row{"emergency credit and overdraft add up", -4'000, 1'000, true, true, 600,
            WalletLevel::arrears, false},
        Row{"one fen beyond both", -4'001, 1'000, true, true, 600, WalletLevel::cut_due, false},
        Row{"an emergency credit that is off counts nothing", -1, 0, false, true, 600,
            WalletLevel::cut_due, false},
        Row{"billing held: unknown means stay on", -99'999, 0, false, false, 600,
            WalletLevel::arrears, false},
        Row{"the minute before the friendly hours", -1, 0, false, true, 22 * 60 - 1,
            WalletLevel::cut_due, false},
        Row{"their first minute", -1, 0, false, true, 22 * 60, WalletLevel::arrears, true},
        Row{"past midnight", -1, 0, false, true, 0, WalletLevel::arrears, true},
        Row{"their last minute", -1, 0, false, true, 8 * 60 - 1, WalletLevel::arrears, true},
        Row{"the minute after", -1, 0, false, true, 8 * 60, WalletLevel::cut_due, false},
        Row{"friendly hours postpone nothing that is not due", 0, 0, false, true, 0,
            WalletLevel::alarm2, false}}) {
    WalletTerms terms;
    terms.emergency_credit = {3'000};
    terms.emergency_on = row.emergency_on;
    terms.friendly_from = 22 * 60;
    terms.friendly_to = 8 * 60;
    WalletFacts seen = facts(row.balance);
    seen.overdraft = {row.overdraft};
    seen.is_sound = row.is_sound;
    seen.minute_of_day = row.minute;
    const SupplyWanted wanted = supply_wanted(terms, seen);
    EXPECT_EQ(wanted.level, row.level) << row.reason;
    EXPECT_EQ(wanted.is_postponed, row.postponed) << row.reason;
  }
}

TEST(Wallet, TermsThatMakeNoSense) {
  struct Row {
    const char* field;
    void (*spoil)(WalletTerms&);
  };
  EXPECT_TRUE(check_wallet_terms({}));
  for (const Row& row :
       {Row{"emergency_credit", [](WalletTerms& t) { t.emergency_credit = {-1}; }},
        Row{"friendly_from", [](WalletTerms& t) { t.friendly_from = 1'440; }},
        Row{"friendly_to", [](WalletTerms& t) { t.friendly_to = -1; }},
        Row{"package_name", [](WalletTerms& t) { t.package_fee = {100}; }},
        Row{"package_fee", [](WalletTerms& t) { t.package_fee = {-1}; }},
        Row{"package_included", [](WalletTerms& t) { t.package_included = -1; }},
        Row{"unit",
            [](WalletTerms& t) {
              t.unit = WalletUnit::quantity;
              t.package_name = "monthly";
            }},
        Row{"rise_per_hour_max", [](WalletTerms& t) { t.rise_per_hour_max = -1; }}}) {
    WalletTerms terms;
    row.spoil(terms);
    const auto checked = check_wallet_terms(terms);
    ASSERT_FALSE(checked) << row.field;
    EXPECT_EQ(checked.error().detail, row.field);
  }
}

TEST(Wallet, MoneyBuysWholeUnitsAndTheRestStays) {
  struct Row {
    const char* reason;
    std::int64_t fen, price_e8;
    QuantityLot expect;
  };
  for (const Row& row :
       {Row{"100.00 at 0.65: 153.846 kWh", 10'000, 65'000'000, {153'846, {10'000}}},
        Row{"a dear unit leaves a rest: 1.00 at 70.00 per kWh is 14 Wh for 0.98",
            100,
            7'000'000'000,
            {14, {98}}},
        Row{"too little for one Wh", 6, 7'000'000'000, {0, {0}}},
        Row{"nothing", 0, 65'000'000, {0, {0}}}}) {
    const auto lot = buy_quantity({row.fen}, {row.price_e8});
    ASSERT_TRUE(lot) << row.reason;
    EXPECT_EQ(*lot, row.expect) << row.reason;
  }
  EXPECT_EQ(buy_quantity({100}, {0}).error().code, Errc::tariff_price_missing);
  EXPECT_EQ(buy_quantity(kMoneyMax, {1}).error().code, Errc::rating_amount_too_large);
}

TEST(Wallet, LotsAreUsedOldestFirst) {
  const std::vector<QuantityLot> lots{{3, {100}}, {10, {77}}};
  struct Row {
    const char* reason;
    std::int64_t used, fen;
  };
  for (const Row& row :
       {Row{"nothing", 0, 0}, Row{"a third", 1, 33}, Row{"two thirds", 2, 67},
        Row{"used up: exactly its value", 3, 100}, Row{"half of the next", 8, 139},
        Row{"all", 13, 177}, Row{"beyond the lots nothing is posted yet", 99, 177}})
    EXPECT_EQ(value_of_use(lots, row.used), Money{row.fen}) << row.reason;
}

RC_GTEST_PROP(Wallet, BuyingUsingAndReturningLosesNothing, ()) {
  std::vector<QuantityLot> lots;
  Money paid{}, rest{}, returned{}, charged{};
  std::int64_t used = 0;
  for (int act = 0; act < 20; ++act) {
    const auto kind = *rc::gen::inRange(0, 3);
    if (kind == 0) {
      const Money money{*rc::gen::inRange<std::int64_t>(0, 100'000)};
      const auto lot =
          buy_quantity(money + rest, {*rc::gen::inRange<std::int64_t>(1, 9'000'000'000)});
      RC_ASSERT(lot.has_value());
      RC_ASSERT(lot->value <= money + rest);
      paid = paid + money;
      rest = money + rest - lot->value;
      lots.push_back(*lot);
    } else if (kind == 1) {
      used += *rc::gen::inRange<std::int64_t>(0, 50'000);
      used = std::min(used, total_quantity(lots));
      const Money now = value_of_use(lots, used);
      RC_ASSERT(now >= charged);
      charged = now;
    } else {
      const Money wanted{*rc::gen::inRange<std::int64_t>(0, 50'000)};
      const Money missing = return_quantity(lots, used, wanted);
      RC_ASSERT(missing >= Money{} && missing <= wanted);
      returned = returned + (wanted - missing);
      charged = value_of_use(lots, used);
    }
    Money held{};
    for (const QuantityLot& lot : lots) held = held + lot.value;
    RC_ASSERT(paid == held + rest + returned);
  }
  RC_ASSERT(value_of_use(lots, total_quantity(lots)) == paid - rest - returned);
}

}  // namespace
}  // namespace paymeter::domain

// Money as text, in words, and at its limits.
#include "paymeter/domain/money.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {

TEST(Money, FormatsAndParsesTheSame) {
  struct Row {
    std::int64_t fen;
    const char* text;
  };
  for (const Row& row : {Row{0, "0.00"}, Row{5, "0.05"}, Row{-5, "-0.05"}, Row{12345, "123.45"},
                         Row{kMoneyMax.fen, "90071992547409.91"}}) {
    EXPECT_EQ(format_money({row.fen}), row.text);
    EXPECT_EQ(parse_money(row.text), Money{row.fen});
  }
  EXPECT_EQ(parse_money("12"), Money{1200});
  EXPECT_EQ(parse_money("12.3"), Money{1230});
  EXPECT_EQ(parse_money("¥12.30"), Money{1230});
  EXPECT_EQ(parse_money("-￥1"), Money{-100});
}

TEST(Money, RefusesWhatIsNotMoney) {
  for (const char* text : {"", "-", ".", "1.", "1.234", "1,000", "1e3", "abc", "--1", "1 ",
                           "90071992547409.92", "99999999999999999999"})
    EXPECT_FALSE(parse_money(text)) << text;
}

TEST(Money, AdditionStopsAtTheLimit) {
  EXPECT_EQ(checked_add({kMoneyMax.fen - 1}, {1}), kMoneyMax);
  EXPECT_EQ(checked_add(kMoneyMax, {1}).error().code, Errc::ledger_overflow);
  EXPECT_EQ(checked_add({INT64_MIN}, {-1}).error().code, Errc::ledger_overflow);
}

TEST(Money, InWordsAsPrintedOnReceipts) {
  struct Row {
    std::int64_t fen;
    const char* words;
  };
  for (const Row& row :
       {Row{0, "零元整"}, Row{10000, "壹佰元整"}, Row{1234, "壹拾贰元叁角肆分"},
        Row{1004, "壹拾元零肆分"}, Row{40, "肆角整"}, Row{7, "柒分"}, Row{100500, "壹仟零伍元整"},
        Row{1000000, "壹万元整"}, Row{1000100, "壹万零壹元整"}, Row{10000000000, "壹亿元整"},
        Row{10000050, "壹拾万元伍角整"}, Row{-5000, "负伍拾元整"}, Row{10000000100, "壹亿零壹元整"},
        Row{12010000, "壹拾贰万零壹佰元整"}})
    EXPECT_EQ(money_in_words_zh({row.fen}), row.words) << row.fen;
}

}  // namespace paymeter::domain

// The error table: one spelling and two texts each.
#include "paymeter/base/error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace paymeter {

TEST(Error, EveryCodeHasOneSpellingAndTwoTexts) {
  std::set<std::string_view> names;
  for (Errc code : all_errors()) {
    EXPECT_TRUE(names.insert(error_name(code)).second) << error_name(code);
    EXPECT_FALSE(error_text_zh(code).empty()) << error_name(code);
    EXPECT_FALSE(error_text_en(code).empty()) << error_name(code);
    EXPECT_EQ(error_from_name(error_name(code)), code);
  }
  EXPECT_GT(names.size(), 50U);
}

TEST(Error, UnknownNameGivesFallback) {
  EXPECT_EQ(error_from_name("no_such_error", Errc::store_failed), Errc::store_failed);
}

}  // namespace paymeter

// A bill as text comes back as it was, and nothing else is read.
#include "paymeter/domain/rating/bill_text.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain::rating {
namespace {

MonthBill sample() {
  MonthBill bill;
  bill.month = {2026, 7};
  bill.lines = {{"basic price",
                 1'500,
                 {975},
                 {{3, "peak", 0, 1'000, {65'000'000}}, {4, "valley hours", 1, 500, {-5}}}},
                {"surcharge", 0, {}, {}}};
  bill.fees = {{"meter rent", {-20}}};
  bill.total = {955};
  return bill;
}

TEST(BillText, ComesBackAsItWas) {
  EXPECT_EQ(write_bill(sample()),
            "month-bill 1\nmonth 2026 7 955\nline 975 1500 basic price\n"
            "part 3 0 1000 65000000 peak\npart 4 1 500 -5 valley hours\nline 0 0 surcharge\n"
            "fee -20 meter rent\n");
  EXPECT_EQ(read_bill(write_bill(sample())).value(), sample());
}

TEST(BillText, NothingElseIsRead) {
  for (const char* text :
       {"", "month-bill 2\n", "month-bill 1\npart 1 0 1 1 flat\n", "month-bill 1\nmonth 2026 7\n",
        "month-bill 1\nmonth 2026 7 955", "month-bill 1\nmonth 2026 07 955\n",
        "month-bill 1\nmonth 2026 7 955\nfoo\n"})
    EXPECT_FALSE(read_bill(text)) << text;
}

}  // namespace
}  // namespace paymeter::domain::rating

// What an operator may type for an account.
#include "paymeter/domain/account.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {

TEST(Account, ChecksWhatAnOperatorTyped) {
  Account account;
  account.customer_name = "张三便利店";
  account.phone = "+86 (756) 1234-5678";
  account.idempotency_key = "open-000001";
  EXPECT_TRUE(check_new_account(account));

  struct Row {
    const char* reason;
    std::string name, phone, key;
    Errc expect;
  };
  for (const Row& row :
       {Row{"no name", "", "", "open-000001", Errc::account_invalid},
        Row{"blank name", " \t", "", "open-000001", Errc::account_invalid},
        Row{"name too long", std::string(201, 'x'), "", "open-000001", Errc::account_invalid},
        Row{"letters in a phone number", "A", "12ab", "open-000001", Errc::account_invalid},
        Row{"key missing", "A", "", "", Errc::vend_key_invalid}}) {
    account.customer_name = row.name;
    account.phone = row.phone;
    account.idempotency_key = row.key;
    EXPECT_EQ(check_new_account(account).error().code, row.expect) << row.reason;
  }
}

}  // namespace paymeter::domain

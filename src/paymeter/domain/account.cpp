// Spellings of account states and the check of what an operator typed.
#include "paymeter/domain/account.hpp"

#include "paymeter/domain/idempotency.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 4> kStates{"opening", "open", "closing", "closed"};
constexpr std::size_t kNameBytesMax = 200, kNoteBytesMax = 1000, kPhoneMax = 32;

bool is_phone_character(char c) {
  return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == ' ' || c == '(' || c == ')';
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

std::string_view account_state_name(AccountState state) { return spell(kStates, state); }
std::optional<AccountState> account_state_from_name(std::string_view name) {
  return unspell<AccountState>(kStates, name);
}

Result<> check_new_account(const Account& account) {
  if (is_blank(account.customer_name)) return fail(Errc::account_invalid, "customer_name is empty");
  if (account.customer_name.size() > kNameBytesMax)
    return fail(Errc::account_invalid, "customer_name is too long");
  if (account.note.size() > kNoteBytesMax) return fail(Errc::account_invalid, "note is too long");
  if (account.phone.size() > kPhoneMax) return fail(Errc::account_invalid, "phone is too long");
  for (char c : account.phone)
    if (!is_phone_character(c)) return fail(Errc::account_invalid, "phone has other characters");
  return check_idempotency_key(account.idempotency_key);
}

}  // namespace paymeter::domain

/// Accounts 户: a tenant's contract with one or many meters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/tariff/household.hpp"

namespace paymeter::domain {

/// opening: stored, the meter has not confirmed yet · open: it has · closing, closed: settled.
enum class AccountState : std::uint8_t { opening, open, closing, closed };
std::string_view account_state_name(AccountState state);
std::optional<AccountState> account_state_from_name(std::string_view name);

struct Account {
  AccountId id{};
  PropertyId property{};
  std::string number;         ///< 户号, given by the platform, unique within the property
  std::string customer_name;  ///< 户名
  std::string phone;
  std::string note;
  std::uint32_t customer_number = 0;  ///< what the meter stores; = id, never 0
  AccountState state = AccountState::opening;
  std::string idempotency_key;
  UserId operator_id{};
  UtcMs created_at{};
  std::optional<UtcMs> opened_at, closed_at;
  std::vector<MeterId> meters;      ///< now; of a closed account: those it had
  std::optional<AccountId> parent;  ///< a tenant who lets on: the account above this one
  bool shared_wallet = false;       ///< platform wallet: one for all its meters (合并计费)
  /// Asked for with the opening, valid from its month; afterwards only HouseholdStore knows.
  std::optional<tariff::DatedHousehold> opening_household{};
};

/// At most this many accounts above one another.
inline constexpr int kAccountDepthMax = 4;

/// Checks what an operator typed. Errors: account_invalid (empty or over-long name, phone with
/// characters no phone has), vend_key_invalid.
Result<> check_new_account(const Account& account);

}  // namespace paymeter::domain

// Spellings of roles.
#include "paymeter/port/store.hpp"

#include <array>

namespace paymeter::port {
namespace {
constexpr std::array<std::string_view, 4> kRoles{"administrator", "manager", "cashier", "viewer"};
}

std::string_view role_name(Role role) { return kRoles.at(static_cast<std::size_t>(role)); }

std::optional<Role> role_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kRoles.size(); ++i)
    if (kRoles[i] == name) return static_cast<Role>(i);
  return std::nullopt;
}

}  // namespace paymeter::port

// Spellings of roles.
#include "paymeter/port/store.hpp"

#include <array>
#include <set>

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

Async<Result<VendTotals>> VendStore::vend_totals(VendFilter filter) {
  VendTotals totals;
  std::set<VendId> seen;  // a sale made meanwhile pushes a row onto the next page
  filter.page = {1000, 0};
  for (;;) {
    const auto page = co_await list_vends(filter);
    if (!page) co_return fail(page.error());
    for (const domain::Vend& vend : page->rows) {
      if (!seen.insert(vend.id).second) continue;
      const bool delivered = vend.state == domain::VendState::delivered;
      const auto captured = checked_add(totals.captured, vend.captured);
      const auto arrived =
          checked_add(totals.delivered, delivered ? vend.to_meter : domain::Money{});
      if (!captured || !arrived) co_return fail(Errc::ledger_overflow);
      totals = {*captured, *arrived};
    }
    filter.page.offset += filter.page.limit;
    if (static_cast<int>(page->rows.size()) < filter.page.limit) co_return totals;
  }
}

}  // namespace paymeter::port

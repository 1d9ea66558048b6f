/// Many plain sales at once: the same rows that create_paid_vend makes one by one, with a handful
/// of statements for all of them.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

/// Stores those sales that nothing speaks against, in their order, as port/store.hpp says of
/// create_paid_vend. No answer: this sale was left alone (another kind, a key that is known or
/// comes twice here, anything that would be refused), and create_paid_vend has to judge it by
/// itself. Every look comes before the first write, so that nothing written has to be undone.
std::vector<std::optional<Result<VendStore::Created>>> sell_together(
    Db& db, std::span<const domain::Vend* const> vends);

/// The long way: a statement after the other, for every kind of vend and every refusal.
Result<VendStore::Created> create_paid_vend_alone(Db& db, domain::Vend vend);

}  // namespace paymeter::store::sql

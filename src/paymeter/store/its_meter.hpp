/// Vends whose meter may have left their account: nobody's money reaches the next tenant.
#pragma once

#include "paymeter/domain/vend.hpp"
#include "paymeter/store/db.hpp"

namespace paymeter::store::sql {

/// Is the vend's account the one at its meter now?
bool has_its_meter(Db& db, const domain::Vend& vend);
/// For a vend that became PAID later than it was stored: as deliver_on_platform, but owed back
/// (account_not_open) when its meter has left the account.
Result<> deliver_or_owe(Db& db, domain::Vend& vend, UtcMs at);

}  // namespace paymeter::store::sql

/// Operations of poll intervals over one connection. Contracts: port/interval_store.hpp.
#pragma once

#include "paymeter/port/interval_store.hpp"
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

Result<domain::PollIntervalSetting> set_poll_interval(Db& db, domain::PollIntervalSetting setting);
Rows<domain::PollIntervalSetting> poll_intervals(Db& db);
Result<Listed<domain::PollIntervalSetting>> poll_interval_history(Db& db, PropertyId property,
                                                                  Page page);

}  // namespace paymeter::store::sql

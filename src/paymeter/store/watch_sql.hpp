/// Alarm rules, loss trees and their periods in SQL. Contracts: port/alarm_store.hpp.
#pragma once

#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

Rows<SetAlarmRule> alarm_rules(Db& db);
Result<> set_alarm_rule(Db& db, const SetAlarmRule& set);
Rows<domain::watch::LossTree> loss_trees(Db& db);
Result<domain::watch::LossTree> put_loss_tree(Db& db, domain::watch::LossTree tree, UserId by,
                                              UtcMs at);
Result<> end_loss_tree(Db& db, domain::watch::LossTreeId id, UserId by, UtcMs at);
Result<> add_loss_period(Db& db, const LossPeriod& period);
Rows<LossPeriod> loss_periods(Db& db, domain::watch::LossTreeId tree, int limit);

}  // namespace paymeter::store::sql

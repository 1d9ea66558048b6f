// Alarms: at most one active of a kind on a subject.
#include "paymeter/store/filter.hpp"
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Alarm;

std::optional<PropertyId> property_of(Db& db, const Alarm& alarm) {
  if (alarm.property) return alarm.property;
  if (alarm.meter) return property_of_meter(db, alarm.meter);
  return db.value<PropertyId>("select property_id from gateway where id = :gateway", alarm.gateway);
}

}  // namespace

Result<Alarm> raise_alarm(Db& db, Alarm alarm) {
  if (auto active = select_one<Alarm>(
          db,
          "where alarm.kind = :kind and alarm.meter_id = :meter and alarm.gateway_id = :gateway "
          "and alarm.cleared_at is null",
          alarm.kind, alarm.meter, alarm.gateway))
    return std::move(*active);
  const auto property = property_of(db, alarm);
  if (!property) return fail(Errc::meter_unknown, "an alarm needs a meter or a gateway");
  alarm.property = *property;
  alarm.cleared_at.reset();
  alarm.id = AlarmId{insert(db, alarm)};
  return alarm;
}

Result<> clear_alarm(Db& db, domain::AlarmKind kind, MeterId meter, GatewayId gateway, UtcMs at) {
  db.execute(
      "update alarm set cleared_at = :at where kind = :kind and meter_id = :meter "
      "and gateway_id = :gateway and cleared_at is null",
      at, kind, meter, gateway);
  return {};
}

Result<Alarm> acknowledge_alarm(Db& db, AlarmId id, UserId by, UtcMs at) {
  db.execute(
      "update alarm set acknowledged_at = :at, acknowledged_by = :by "
      "where id = :id and acknowledged_at is null",
      at, by, id);
  auto alarm = select_one<Alarm>(db, "where alarm.id = :id", id);
  if (!alarm) return fail(Errc::alarm_unknown, std::to_string(id.value));
  return std::move(*alarm);
}

Result<Listed<Alarm>> list_alarms(Db& db, const AlarmFilter& filter) {
  Filter where;
  if (filter.active_only) where.add("alarm.cleared_at is null");
  if (filter.unacknowledged_only) where.add("alarm.acknowledged_at is null");
  where.add("alarm.meter_id = :meter", filter.meter);
  where.add("alarm.kind = :kind", filter.kind);
  return where.list<Alarm>(db, "", filter.page);
}

Rows<Alarm> active_alarms(Db& db) {
  return select<Alarm>(db, "where alarm.cleared_at is null order by alarm.id");
}

}  // namespace paymeter::store::sql

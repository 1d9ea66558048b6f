// Alarms: at most one active of a kind on a subject.
#include "paymeter/store/filter.hpp"
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

template <>
struct Spelling<domain::AlarmAct> {
  static std::string_view name(domain::AlarmAct act) { return domain::alarm_act_name(act); }
  static constexpr auto last = domain::AlarmAct::cleared;
};

}  // namespace paymeter::store

namespace paymeter::store::sql {
namespace {

using domain::Alarm;
using domain::AlarmAct;
using domain::AlarmEvent;
using domain::AlarmKind;

void note_event(Db& db, const AlarmEvent& event) {
  db.execute(
      "insert into alarm_event (property_id, alarm_id, act, at, user_id, note) "
      "values ((select property_id from alarm where id = :of), :alarm, :act, :at, :by, :note)",
      event.alarm, event.alarm, event.act, event.at, event.by, event.note);
}

/// `alarm.kind in ('…')` of the kinds that have this severity.
std::string has_severity(domain::Severity severity) {
  std::string names;
  for (int i = 0; i <= static_cast<int>(domain::kLastAlarmKind); ++i) {
    const auto kind = static_cast<AlarmKind>(i);
    if (domain::alarm_severity(kind) != severity) continue;
    names += (names.empty() ? "'" : ", '") + std::string(domain::alarm_kind_name(kind)) + "'";
  }
  return "alarm.kind in (" + names + ")";
}

std::optional<PropertyId> property_of(Db& db, const Alarm& alarm) {
  if (alarm.property) return alarm.property;
  if (alarm.meter) return property_of_meter(db, alarm.meter);
  return db.value<PropertyId>("select property_id from gateway where id = :gateway", alarm.gateway);
}

/// As the unique index has it: a property counts only where it is the subject itself.
constexpr const char* kActiveOfSubject =
    "where alarm.kind = :kind and alarm.meter_id = :meter and alarm.gateway_id = :gateway "
    "and (case when meter_id = 0 and gateway_id = 0 then property_id else 0 end) = :property "
    "and alarm.cleared_at is null";

std::optional<Alarm> active_alarm(Db& db, AlarmKind kind, MeterId meter, GatewayId gateway,
                                  PropertyId property) {
  if (meter || gateway) property = PropertyId{};
  return select_one<Alarm>(db, kActiveOfSubject, kind, meter, gateway, property);
}

}  // namespace

Result<Alarm> raise_alarm(Db& db, Alarm alarm) {
  if (auto active = active_alarm(db, alarm.kind, alarm.meter, alarm.gateway, alarm.property))
    return std::move(*active);
  const auto property = property_of(db, alarm);
  if (!property) return fail(Errc::meter_unknown, "an alarm needs a meter or a gateway");
  alarm.property = *property;
  alarm.cleared_at.reset();
  alarm.id = AlarmId{insert(db, alarm)};
  note_event(db, {alarm.id, AlarmAct::raised, alarm.raised_at, {}, alarm.detail});
  return alarm;
}

Result<> clear_alarm(Db& db, const AlarmClear& clear) {
  const auto active = active_alarm(db, clear.kind, clear.meter, clear.gateway, clear.property);
  if (!active) return {};
  db.execute("update alarm set cleared_at = :at where id = :id", clear.at, active->id);
  note_event(db, {active->id, AlarmAct::cleared, clear.at, {}, clear.note});
  return {};
}

Result<Alarm> acknowledge_alarm(Db& db, AlarmId id, UserId by, UtcMs at, const std::string& note) {
  const bool is_new = db.execute(
                          "update alarm set acknowledged_at = :at, acknowledged_by = :by, "
                          "note = :note where id = :id and acknowledged_at is null",
                          at, by, note, id) > 0;
  if (is_new) note_event(db, {id, AlarmAct::acknowledged, at, by, note});
  return find_alarm(db, id);
}

Result<Alarm> find_alarm(Db& db, AlarmId id) {
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
  if (filter.severity) where.add(has_severity(*filter.severity));
  where.add(
      "exists (select 1 from meter join room on room.id = meter.room_id "
      "where meter.id = alarm.meter_id and room.building_id = :building)",
      filter.building);
  where.add("alarm.raised_at >= :from", filter.from);
  where.add("alarm.raised_at < :to", filter.to);
  return where.list<Alarm>(db, "", filter.page);
}

Rows<AlarmEvent> alarm_events(Db& db, AlarmId id) {
  if (auto alarm = find_alarm(db, id); !alarm) return fail(alarm.error());
  std::vector<AlarmEvent> out;
  db.each<AlarmAct, UtcMs, UserId, std::string>(
      "select act, at, user_id, note from alarm_event where alarm_id = :alarm order by id",
      [&](AlarmAct act, UtcMs at, UserId by, const std::string& note) {
        out.push_back({id, act, at, by, note});
      },
      id);
  return out;
}

Rows<AlarmCount> alarm_counts(Db& db, PropertyId property, UtcMs from, UtcMs to) {
  std::vector<AlarmCount> out;
  db.each<AlarmKind, BuildingId, std::int64_t, std::int64_t, std::int64_t>(
      "select a.kind, coalesce(r.building_id, 0), cast(count(*) as bigint), "
      "cast(sum(case when a.cleared_at is null then 1 else 0 end) as bigint), "
      "cast(sum(case when a.acknowledged_at is null then 1 else 0 end) as bigint) "
      "from alarm a left join meter m on m.id = a.meter_id left join room r on r.id = m.room_id "
      "where a.property_id = :property and a.raised_at < :to "
      "and (a.raised_at >= :from or a.cleared_at is null or a.cleared_at >= :again) "
      "group by a.kind, coalesce(r.building_id, 0) "
      "order by a.kind, coalesce(r.building_id, 0)",
      [&](AlarmKind kind, BuildingId building, std::int64_t raised, std::int64_t active,
          std::int64_t unacknowledged) {
        out.push_back({kind, building, raised, active, unacknowledged});
      },
      property, to, from, from);
  return out;
}

Rows<Alarm> active_alarms(Db& db) {
  return select<Alarm>(db, "where alarm.cleared_at is null order by alarm.id");
}

}  // namespace paymeter::store::sql

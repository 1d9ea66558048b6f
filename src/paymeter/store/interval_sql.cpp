// Poll intervals: one in force per property, bus or meter; what it replaced stays.
#include "paymeter/store/interval_sql.hpp"

#include "paymeter/store/filter.hpp"
#include "paymeter/store/sql_store.hpp"
#include "paymeter/store/sql_store_perform.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

PAYMETER_TABLE(domain::PollIntervalSetting, "poll_interval") {
  io("id", v.id);
  io("property_id", v.property);
  io("bus_id", v.bus);
  io("meter_id", v.meter);
  io("status_ms", v.status);
  io("full_ms", v.full);
  io("reason", v.reason);
  io("set_by", v.set_by);
  io("set_at", v.set_at);
  io("ended_at", v.ended_at);
}

namespace sql {

using domain::PollIntervalSetting;

Result<PollIntervalSetting> set_poll_interval(Db& db, PollIntervalSetting setting) {
  const auto property_of_bus = [&](BusId bus) {
    return db.value<PropertyId>("select property_id from bus where id = :bus", bus);
  };
  if (setting.bus && property_of_bus(*setting.bus) != setting.property)
    return fail(Errc::bus_unknown, std::to_string(setting.bus->value));
  if (setting.meter && property_of_meter(db, *setting.meter) != setting.property)
    return fail(Errc::meter_unknown, std::to_string(setting.meter->value));
  const std::string lasting =
      "update poll_interval set ended_at = :at where property_id = :property and ended_at is null ";
  if (setting.meter)
    db.execute(lasting + "and meter_id = :meter", setting.set_at, setting.property, *setting.meter);
  else if (setting.bus)
    db.execute(lasting + "and bus_id = :bus", setting.set_at, setting.property, *setting.bus);
  else
    db.execute(lasting + "and bus_id is null and meter_id is null", setting.set_at,
               setting.property);
  setting.ended_at.reset();
  setting.id = domain::PollIntervalId{insert(db, setting)};
  return setting;
}

Rows<PollIntervalSetting> poll_intervals(Db& db) {
  return select<PollIntervalSetting>(
      db, "where poll_interval.ended_at is null order by poll_interval.id");
}

Result<Listed<PollIntervalSetting>> poll_interval_history(Db& db, PropertyId property, Page page) {
  Filter where;
  where.add("poll_interval.property_id = :property", std::optional(property));
  return where.list<PollIntervalSetting>(db, "", page);
}

}  // namespace sql

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::PollIntervalSetting;

Answer<PollIntervalSetting> SqlStore::set_poll_interval(PollIntervalSetting setting) {
  return write([setting](Db& db) { return sql::set_poll_interval(db, setting); });
}
Answer<std::vector<PollIntervalSetting>> SqlStore::poll_intervals() {
  return read([](Db& db) { return sql::poll_intervals(db); });
}
Answer<port::Listed<PollIntervalSetting>> SqlStore::poll_interval_history(PropertyId property,
                                                                          port::Page page) {
  return read([property, page](Db& db) { return sql::poll_interval_history(db, property, page); });
}

}  // namespace paymeter::store

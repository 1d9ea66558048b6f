-- One active alarm of a kind on a subject: a meter, a gateway, or a property. An alarm of a property
-- has neither meter nor gateway, and its property was no part of the key: two breakers, one alarm.
drop index alarm_active;
create unique index alarm_active on alarm
  (kind, meter_id, gateway_id, (case when meter_id = 0 and gateway_id = 0 then property_id else 0 end))
  where cleared_at is null;

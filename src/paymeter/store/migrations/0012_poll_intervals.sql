-- How often meters are read, as people set it. Neither bus nor meter: for the whole property. What
-- took another's place ends it; ended settings are history.
create table poll_interval (
  id @identity@,
  property_id bigint not null references property (id),
  bus_id bigint references bus (id),
  meter_id bigint references meter (id),
  status_ms bigint,
  full_ms bigint,
  reason text not null,
  set_by bigint not null,
  set_at bigint not null,
  ended_at bigint,
  check (bus_id is null or meter_id is null)
);
create index poll_interval_lasting on poll_interval (property_id) where ended_at is null;

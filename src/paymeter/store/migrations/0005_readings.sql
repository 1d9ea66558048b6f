-- Readings in two forms. Fresh: blocks of up to 256 readings as they came (sweep_block.hpp). A block
-- lies within a quarter of an hour of UTC, so that it belongs to one local day in every zone.
create table reading_sweep (
  id @identity@,
  property_id bigint not null references property (id),
  from_at bigint not null,
  to_at bigint not null,
  from_meter bigint not null,
  to_meter bigint not null,
  readings bigint not null,
--@sqlite
  block blob not null
--@postgresql
  block bytea not null
--@all
);
-- Holds what decides whether a block is wanted, because blocks are large.
create index reading_sweep_by_time
  on reading_sweep (property_id, to_at, from_at, from_meter, to_meter);

-- Compacted: one row per meter and local day (day_block.hpp) with the day's totals.
-- id = day * 2^40 + meter_id: days lie behind each other as they are written, and a day's meters
-- side by side as bills read them. rise_wh, falls: between the day's readings.
create table reading_day (
--@sqlite
  id integer primary key,
--@postgresql
  id bigint primary key,
--@all
  property_id bigint not null references property (id),
  meter_id bigint not null references meter (id),
  day bigint not null,
  from_at bigint not null,
  to_at bigint not null,
  readings bigint not null,
  energy_open_wh bigint,
  energy_close_wh bigint,
  rate1_open_wh bigint,
  rate1_close_wh bigint,
  rate2_open_wh bigint,
  rate2_close_wh bigint,
  rate3_open_wh bigint,
  rate3_close_wh bigint,
  rate4_open_wh bigint,
  rate4_close_wh bigint,
  rate5_open_wh bigint,
  rate5_close_wh bigint,
  rise_wh bigint not null,
  falls bigint not null,
  power_min_w bigint,
  power_max_w bigint,
  balance_open_fen bigint,
  balance_close_fen bigint,
--@sqlite
  registers blob not null,
  details blob not null
--@postgresql
  registers bytea not null,
  details bytea not null
--@all
);
create unique index reading_day_by_meter on reading_day (meter_id, day);
--@postgresql
-- They are compressed already.
alter table reading_sweep alter column block set storage external;
alter table reading_day alter column registers set storage external,
  alter column details set storage external;
--@all

-- What `reading` holds is moved when the store is first asked for readings.
drop table reading_latest;

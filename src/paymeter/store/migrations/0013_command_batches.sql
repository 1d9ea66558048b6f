-- Who wanted a command, what a price download carried, what the meter showed instead; and batches:
-- one row per meter from the beginning, so that a station that stops in the middle knows the rest.
alter table command add column origin text not null default 'operator';
alter table command add column batch_id bigint;
alter table command add column tariff_id bigint;
alter table command add column tariff_number bigint not null default 0;
alter table command add column tables text not null default '';
alter table command add column differences text not null default '';
create index command_by_tariff on command (tariff_id, meter_id, id) where tariff_id is not null;

create table command_batch (
  id @identity@,
  property_id bigint not null references property (id),
  kind text not null,
  origin text not null,
  state text not null,
  reason text not null,
  operator_id bigint not null,
  selection text not null,
  tables text not null,
  change_alarm1_fen bigint,
  change_alarm2_fen bigint,
  change_overload_w bigint,
  change_overdraft_fen bigint,
  tariff_id bigint,
  tariff_number bigint not null,
  rate_per_minute bigint not null,
  bus_rate_per_minute bigint not null,
  created_at bigint not null,
  finished_at bigint,
  idempotency_key text not null,
  unique (property_id, idempotency_key)
);
create index command_batch_open on command_batch (id) where finished_at is null;

-- state: waiting, started (command_id says what became of it), refused, cancelled, left_out.
create table command_batch_row (
  batch_id bigint not null references command_batch (id),
  property_id bigint not null references property (id),
  place bigint not null,
  meter_id bigint not null references meter (id),
  state text not null,
  command_id bigint,
  reason text,
  changed_at bigint not null,
  primary key (batch_id, place),
  unique (batch_id, meter_id)
) @clustered@;
create index command_batch_row_waiting on command_batch_row (batch_id, place) where state = 'waiting';

-- Load limiting: plans, their meters in order, runs, and per meter whether the run wants it off.
create table limiting_plan (
  id @identity@,
  property_id bigint not null references property (id),
  name text not null,
  mode text not null,
  target_w bigint not null,
  main_meter_id bigint references meter (id),
  turn_ms bigint not null,
  groups_off bigint not null,
  created_by bigint not null,
  created_at bigint not null,
  retired_at bigint
);
create table limiting_member (
  plan_id bigint not null references limiting_plan (id),
  property_id bigint not null references property (id),
  group_place bigint not null,
  group_name text not null,
  place bigint not null,
  meter_id bigint not null references meter (id),
  primary key (plan_id, group_place, place)
) @clustered@;

create table limiting_run (
  id @identity@,
  property_id bigint not null references property (id),
  plan_id bigint not null references limiting_plan (id),
  state text not null,
  target_w bigint not null,
  reason text not null,
  started_by bigint not null,
  started_at bigint not null,
  ends_at bigint,
  ended_by bigint not null,
  ending_at bigint,
  ended_at bigint,
  end_reason text not null,
  idempotency_key text not null,
  load_before_w bigint,
  load_w bigint,
  load_at bigint,
  is_short bigint not null check (is_short in (0, 1)),
  unique (property_id, idempotency_key)
);
create index limiting_run_open on limiting_run (id) where ended_at is null;

-- command_id: the newest command that the meter follows for this run; wanted: 1 = off; power_w: of
-- the reading before it was shed, after_w: of the first one after it showed that it is off;
-- overridden: given back because somebody switched it by hand, and left alone since.
create table limiting_row (
  run_id bigint not null references limiting_run (id),
  property_id bigint not null references property (id),
  meter_id bigint not null references meter (id),
  group_place bigint not null,
  place bigint not null,
  wanted bigint not null check (wanted in (0, 1)),
  overridden bigint not null check (overridden in (0, 1)),
  command_id bigint,
  power_w bigint,
  after_w bigint,
  after_at bigint,
  off_since bigint,
  off_ms bigint not null,
  times bigint not null,
  primary key (run_id, meter_id)
) @clustered@;
create index limiting_row_by_meter on limiting_row (meter_id, run_id);

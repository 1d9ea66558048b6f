-- Alarms with a life: history, notes, rules per property, and the loss of buildings and floors.
alter table alarm add column note text not null default '';
create index alarm_by_time on alarm (property_id, raised_at);

create table alarm_event (
  id @identity@,
  property_id bigint not null references property (id),
  alarm_id bigint not null references alarm (id),
  act text not null,
  at bigint not null,
  user_id bigint not null,
  note text not null
);
create index alarm_event_by_alarm on alarm_event (alarm_id, id);

create table alarm_rule (
  property_id bigint not null references property (id),
  kind text not null,
  is_on bigint not null check (is_on in (0, 1)),
  raise_at bigint not null,
  clear_at bigint not null,
  floor_value bigint not null,
  raise_after_ms bigint not null,
  clear_after_ms bigint not null,
  changed_by bigint not null,
  changed_at bigint not null,
  primary key (property_id, kind)
);

-- Main meters over sub-meters. A tree that is changed ends, and a new one takes its place.
create table loss_tree (
  id @identity@,
  property_id bigint not null references property (id),
  building_id bigint not null references building (id),
  floor bigint,
  name text not null,
  mains text not null,
  subs text not null,
  changed_by bigint not null,
  changed_at bigint not null,
  ended_by bigint,
  ended_at bigint
);
create unique index loss_tree_place on loss_tree (building_id, (coalesce(floor, -1000000)))
  where ended_at is null;

create table loss_period (
  property_id bigint not null references property (id),
  tree_id bigint not null references loss_tree (id),
  from_at bigint not null,
  to_at bigint not null,
  main_wh bigint not null,
  sub_wh bigint not null,
  loss_wh bigint,
  mains_missing bigint not null,
  subs_missing bigint not null,
  missing text not null,
  primary key (tree_id, from_at, to_at)
);

--@sqlite
create trigger alarm_event_keep before update on alarm_event
  begin select raise(abort, 'alarm_event is append-only'); end;
create trigger alarm_event_stay before delete on alarm_event
  begin select raise(abort, 'alarm_event is append-only'); end;
--@postgresql
create trigger alarm_event_keep before update or delete or truncate on alarm_event
  for each statement execute function refuse_change();
--@all

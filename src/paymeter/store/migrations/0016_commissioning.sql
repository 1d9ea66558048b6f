-- Commissioning: checks of many meters, guided pulse tests, signed reports.
create table site_check (
  id @identity@,
  property_id bigint not null references property (id),
  scope text not null,
  scope_id bigint not null,
  state text not null,
  total bigint not null,
  ok bigint not null,
  failed bigint not null,
  unknown bigint not null,
  started_by bigint not null,
  started_at bigint not null,
  finished_at bigint,
  idempotency_key text not null,
  unique (property_id, idempotency_key)
);

create table site_check_result (
  property_id bigint not null references property (id),
  check_id bigint not null references site_check (id),
  meter_id bigint not null references meter (id),
  at bigint not null,
  serial_found text not null,
  points text not null,
  primary key (check_id, meter_id)
);

create table pulse_test (
  id @identity@,
  property_id bigint not null references property (id),
  expected_meter_id bigint not null references meter (id),
  load_w bigint not null,
  rounds bigint not null,
  state text not null,
  rounds_done bigint not null,
  traces text not null,
  verdict text,
  seen_meter_id bigint,
  step_w bigint,
  factor_e3 bigint,
  candidates text,
  started_by bigint not null,
  started_at bigint not null,
  finished_at bigint,
  idempotency_key text not null,
  unique (property_id, idempotency_key)
);
create index pulse_test_by_meter on pulse_test (expected_meter_id, id);

create table site_report (
  id @identity@,
  property_id bigint not null references property (id),
  check_id bigint not null references site_check (id),
  content text not null,
  key_hex text not null,
  signature_hex text not null,
  signed_by bigint not null,
  signed_at bigint not null
);
create index site_report_by_check on site_report (check_id, id);

--@sqlite
create trigger site_report_keep before update on site_report
  begin select raise(abort, 'site_report is append-only'); end;
create trigger site_report_stay before delete on site_report
  begin select raise(abort, 'site_report is append-only'); end;
--@postgresql
create trigger site_report_keep before update or delete or truncate on site_report
  for each statement execute function refuse_change();
--@all

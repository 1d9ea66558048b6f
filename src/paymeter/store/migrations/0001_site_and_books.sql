-- The first schema: site, accounts, sales, books, readings, commands, alarms, users.
--
-- One text for SQLite and PostgreSQL 15. @identity@, @clustered@ and the sections between
-- `--@sqlite`, `--@postgresql` and `--@all` are the only differences (store/migrate.hpp).
-- Times are UTC milliseconds, money is fen, flags are 0 and 1, enums are their spellings.
-- A reference column holding 0 means "none" where it carries no foreign key.

create table property (
  id @identity@,
  name text not null unique,
  time_zone text not null,
  is_test_site bigint not null check (is_test_site in (0, 1))
);

create table building (
  id @identity@,
  property_id bigint not null references property (id),
  name text not null,
  unique (property_id, name)
);

create table room (
  id @identity@,
  property_id bigint not null references property (id),
  building_id bigint not null references building (id),
  floor bigint not null,
  number text not null,
  name text not null,
  unique (building_id, number)
);

create table gateway (
  id @identity@,
  property_id bigint not null references property (id),
  name text not null,
  host text not null,
  unique (property_id, name)
);

create table bus (
  id @identity@,
  property_id bigint not null references property (id),
  gateway_id bigint not null references gateway (id),
  name text not null,
  transport text not null,
  port bigint not null,
  device text not null,
  baud bigint not null,
  parity text not null,
  reply_timeout_ms bigint not null,
  poll_interval_ms bigint not null,
  full_interval_ms bigint not null,
  unique (gateway_id, name)
);

create table tariff (
  id @identity@,
  property_id bigint not null references property (id),
  name text not null,
  unique (property_id, name)
);

create table tariff_price (
  tariff_id bigint not null references tariff (id),
  property_id bigint not null references property (id),
  rate bigint not null,
  price_e8 bigint not null,
  primary key (tariff_id, rate)
);

create table tariff_step (
  tariff_id bigint not null references tariff (id),
  property_id bigint not null references property (id),
  position bigint not null,
  from_wh bigint not null,
  surcharge_e8 bigint not null,
  primary key (tariff_id, position)
);

create table meter (
  id @identity@,
  property_id bigint not null references property (id),
  bus_id bigint not null references bus (id),
  room_id bigint references room (id),
  tariff_id bigint references tariff (id),
  code text not null,
  name text not null,
  model text not null,
  serial text not null,
  unit bigint not null,
  ct_ratio bigint not null,
  utility text not null,
  wallet text not null,
  prepaid bigint not null check (prepaid in (0, 1)),
  is_protected bigint not null check (is_protected in (0, 1)),
  settings_alarm1_fen bigint not null,
  settings_alarm2_fen bigint not null,
  settings_overload_w bigint not null,
  settings_overdraft_fen bigint not null,
  key_hex text not null check (length(key_hex) = 32),
  unique (property_id, code),
  unique (bus_id, unit)
);

-- A register value at hand-over: history starts here.
create table opening_reading (
  meter_id bigint not null primary key references meter (id),
  property_id bigint not null references property (id),
  at bigint not null,
  energy_wh bigint not null
);

-- What the platform keeps about selling to a meter. The epoch is empty until an account was opened.
create table meter_money (
  meter_id bigint not null primary key references meter (id),
  property_id bigint not null references property (id),
  epoch_serial text,
  epoch_clear_count bigint,
  purchase_count bigint not null,
  in_flight_vend_id bigint unique,
  quarantined bigint not null check (quarantined in (0, 1)),
  settling bigint not null default 0 check (settling in (0, 1)),
  price_version bigint not null,
  settings_version bigint not null,
  clock_sequence bigint not null
);

-- Numbers that people see: without gaps, one series per property and kind.
create table number_series (
  property_id bigint not null references property (id),
  name text not null,
  last_number bigint not null,
  primary key (property_id, name)
);

create table account (
  id @identity@,
  property_id bigint not null references property (id),
  number text not null,
  customer_name text not null,
  phone text not null,
  note text not null,
  customer_number bigint not null,
  state text not null,
  idempotency_key text not null,
  operator_id bigint not null,
  created_at bigint not null,
  opened_at bigint,
  closed_at bigint,
  parent_id bigint references account (id),
  shared_wallet bigint not null default 0 check (shared_wallet in (0, 1)),
  unique (property_id, number),
  unique (property_id, idempotency_key)
);

-- A meter's time in an account. opened_at: when the meter confirmed the opening.
create table account_meter (
  account_id bigint not null references account (id),
  meter_id bigint not null references meter (id),
  property_id bigint not null references property (id),
  from_at bigint not null,
  opened_at bigint,
  to_at bigint,
  primary key (account_id, meter_id, from_at)
);
create unique index account_meter_live on account_meter (meter_id) where to_at is null;

create table vend (
  id @identity@,
  property_id bigint not null references property (id),
  meter_id bigint not null references meter (id),
  account_id bigint not null references account (id),
  idempotency_key text not null,
  kind text not null,
  method text not null,
  captured_fen bigint not null,
  fees_fen bigint not null,
  to_meter_fen bigint not null,
  tag bigint not null,
  state text not null,
  n bigint not null,
  epoch_serial text,
  epoch_clear_count bigint,
  attempts bigint not null,
  reason text,
  slip_number text not null,
  operator_id bigint not null,
  note text not null,
  created_at bigint not null,
  sent_at bigint,
  finished_at bigint,
  balance_before_fen bigint,
  balance_after_fen bigint,
  related_vend_id bigint references vend (id),
  wallet text not null,
  shared_wallet bigint not null check (shared_wallet in (0, 1)),
  settles bigint not null check (settles in (0, 1)),
  paid_out_by text,
  paid_out_reference text not null,
  unique (property_id, idempotency_key),
  unique (property_id, slip_number)
);
-- A number is consumed at most once; only proven non-delivery frees it.
create unique index vend_number on vend (meter_id, epoch_serial, epoch_clear_count, n)
  where n > 0 and (state in ('sent', 'cancelling', 'delivered', 'quarantine')
    or (to_meter_fen < 0 and state in ('refund_due', 'refunded', 'refund_failed')));
-- A sale is reversed once; a reversal that never reached the meter does not count.
create unique index vend_reversed_once on vend (related_vend_id)
  where kind = 'reversal' and state <> 'closed';
create unique index vend_in_flight on vend (meter_id) where state in ('sent', 'cancelling');
create index vend_unfinished on vend (id) where state in ('paid', 'sent', 'cancelling');
create index vend_by_meter on vend (meter_id, id);
create index vend_by_account on vend (account_id, id);
create index vend_by_time on vend (created_at);

-- The books. balance_fen is the sum of the account's entries (debit positive).
create table ledger_account (
  id @identity@,
  property_id bigint not null references property (id),
  kind text not null,
  meter_id bigint not null,
  account_id bigint not null,
  label text not null,
  balance_fen bigint not null,
  unique (property_id, kind, meter_id, account_id, label)
);

create table posting (
  id @identity@,
  property_id bigint not null references property (id),
  kind text not null,
  vend_id bigint references vend (id),
  document text not null,
  at bigint not null,
  operator_id bigint not null,
  memo text not null,
  unique (property_id, kind, document)
);
create index posting_by_vend on posting (vend_id) where vend_id is not null;

create table ledger_entry (
  id @identity@,
  property_id bigint not null references property (id),
  posting_id bigint not null references posting (id),
  ledger_account_id bigint not null references ledger_account (id),
  amount_fen bigint not null
);
create index ledger_entry_by_posting on ledger_entry (posting_id);

-- Intents towards a meter. prices (write_prices only): `e8,e8,e8,e8,e8;` then `from_wh:surcharge_e8;`
-- per step.
create table command (
  id @identity@,
  property_id bigint not null references property (id),
  meter_id bigint not null references meter (id),
  account_id bigint references account (id),
  kind text not null,
  state text not null,
  customer_number bigint not null,
  version bigint not null,
  settings_alarm1_fen bigint not null,
  settings_alarm2_fen bigint not null,
  settings_overload_w bigint not null,
  settings_overdraft_fen bigint not null,
  prices text not null,
  reason text not null,
  operator_id bigint not null,
  tries bigint not null,
  result text,
  created_at bigint not null,
  deadline_at bigint not null,
  finished_at bigint,
  idempotency_key text,
  unique (property_id, idempotency_key)
);
create index command_pending on command (meter_id, id) where state = 'pending';
create index command_by_meter on command (meter_id, id);
create index command_by_account on command (account_id) where account_id is not null;

create table alarm (
  id @identity@,
  property_id bigint not null references property (id),
  kind text not null,
  meter_id bigint not null,
  gateway_id bigint not null,
  detail text not null,
  raised_at bigint not null,
  cleared_at bigint,
  acknowledged_at bigint,
  acknowledged_by bigint not null
);
create unique index alarm_active on alarm (kind, meter_id, gateway_id) where cleared_at is null;
create index alarm_by_meter on alarm (meter_id, id);

-- Time-major: a sweep's rows lie side by side, so appending touches one page, not one per meter.
create table reading (
  at bigint not null,
  meter_id bigint not null,
  property_id bigint not null,
  energy_wh bigint,
  rate1_wh bigint,
  rate2_wh bigint,
  rate3_wh bigint,
  rate4_wh bigint,
  rate5_wh bigint,
  power_w bigint,
  voltage_a_mv bigint,
  voltage_b_mv bigint,
  voltage_c_mv bigint,
  current_a_ma bigint,
  current_b_ma bigint,
  current_c_ma bigint,
  power_factor_e3 bigint,
  frequency_mhz bigint,
  balance_fen bigint,
  credit_remaining_wh bigint,
  purchase_count bigint,
  relay_open bigint,
  primary key (at, meter_id)
) @clustered@;

-- Where each meter's newest reading lies.
create table reading_latest (
  meter_id bigint not null primary key references meter (id),
  property_id bigint not null references property (id),
  at bigint not null
);

-- property_id 0: a user of the whole system.
create table user_account (
  id @identity@,
  property_id bigint not null,
  name text not null unique,
  password_hash text not null,
  role text not null,
  must_change_password bigint not null check (must_change_password in (0, 1)),
  disabled bigint not null check (disabled in (0, 1)),
  created_at bigint not null
);

create table session (
  token_digest text not null primary key,
  property_id bigint not null,
  user_id bigint not null references user_account (id),
  created_at bigint not null,
  expires_at bigint not null
);
create index session_by_user on session (user_id);

create table audit_log (
  id @identity@,
  property_id bigint not null,
  at bigint not null,
  user_id bigint not null,
  user_name text not null,
  action text not null,
  subject text not null,
  detail text not null,
  address text not null
);

-- What is written in the books and the audit log stays: a mistake is reversed by a new entry.
--@sqlite
create trigger posting_keep before update on posting
  begin select raise(abort, 'posting is append-only'); end;
create trigger posting_stay before delete on posting
  begin select raise(abort, 'posting is append-only'); end;
create trigger ledger_entry_keep before update on ledger_entry
  begin select raise(abort, 'ledger_entry is append-only'); end;
create trigger ledger_entry_stay before delete on ledger_entry
  begin select raise(abort, 'ledger_entry is append-only'); end;
create trigger audit_log_keep before update on audit_log
  begin select raise(abort, 'audit_log is append-only'); end;
create trigger audit_log_stay before delete on audit_log
  begin select raise(abort, 'audit_log is append-only'); end;
--@postgresql
create function refuse_change() returns trigger language plpgsql as
  $$ begin raise exception '% is append-only', tg_table_name; end $$;
create trigger posting_keep before update or delete or truncate on posting
  for each statement execute function refuse_change();
create trigger ledger_entry_keep before update or delete or truncate on ledger_entry
  for each statement execute function refuse_change();
create trigger audit_log_keep before update or delete or truncate on audit_log
  for each statement execute function refuse_change();
--@all

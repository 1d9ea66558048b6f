-- Every ending of a sale beyond delivery: settlements (closing, change-over), devices, decisions of
-- two people, holders of an account.

-- Closing a meter or changing it over; one under way per meter.
create table settlement (
  id @identity@,
  property_id bigint not null references property (id),
  account_id bigint not null references account (id),
  meter_id bigint not null references meter (id),
  kind text not null,
  state text not null,
  number text not null,
  idempotency_key text not null,
  reason text not null,
  operator_id bigint not null,
  created_at bigint not null,
  finished_at bigint,
  epoch_serial text,
  epoch_clear_count bigint,
  final_at bigint,
  final_wh bigint,
  final_balance_fen bigint,
  vend_id bigint references vend (id),
  without_meter bigint not null check (without_meter in (0, 1)),
  new_serial text not null,
  start_wh bigint,
  trouble text,
  unique (property_id, number),
  unique (property_id, idempotency_key, meter_id)
);
create unique index settlement_live on settlement (meter_id)
  where state not in ('done', 'cancelled');
create index settlement_by_account on settlement (account_id);

-- The devices that stood at a point of supply, one after the other. A row is added when one is
-- replaced: what is compared or billed never crosses such a border.
create table device (
  id @identity@,
  property_id bigint not null references property (id),
  meter_id bigint not null references meter (id),
  serial text not null,
  ct_ratio bigint not null,
  from_at bigint,
  to_at bigint not null,
  final_wh bigint,
  next_start_wh bigint,
  settlement_id bigint not null references settlement (id)
);
create index device_by_meter on device (meter_id, to_at);

-- What one person proposes and another decides.
create table proposal (
  id @identity@,
  property_id bigint not null references property (id),
  kind text not null,
  state text not null,
  meter_id bigint not null references meter (id),
  vend_id bigint references vend (id),
  settlement_id bigint references settlement (id),
  resolution text,
  target_meter_id bigint references meter (id),
  epoch_serial text,
  epoch_clear_count bigint,
  purchase_count bigint,
  amount_fen bigint,
  paid_out_by text,
  reference text not null,
  evidence text not null,
  idempotency_key text not null,
  proposed_by bigint not null,
  proposed_at bigint not null,
  decided_by bigint not null,
  decided_at bigint,
  decision_note text not null,
  unique (property_id, idempotency_key)
);
create index proposal_open on proposal (property_id, id) where state = 'open';

-- Who held an account before: closed by a change of holder, with the meters' state at that moment.
create table account_holder (
  id @identity@,
  property_id bigint not null references property (id),
  account_id bigint not null references account (id),
  customer_name text not null,
  phone text not null,
  to_at bigint not null,
  reason text not null,
  operator_id bigint not null,
  idempotency_key text not null,
  unique (property_id, idempotency_key)
);
create table account_holder_meter (
  holder_id bigint not null references account_holder (id),
  meter_id bigint not null references meter (id),
  property_id bigint not null references property (id),
  energy_wh bigint,
  balance_fen bigint,
  read_at bigint,
  primary key (holder_id, meter_id)
);

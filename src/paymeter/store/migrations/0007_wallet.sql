-- Notices as records; an episode says how long a level has been present without a break.
create table notice (
  id @identity@,
  property_id bigint not null references property (id),
  account_id bigint not null,
  meter_id bigint not null references meter (id),
  level text not null,
  channel text not null,
  state text not null,
  recipient text not null,
  text text not null,
  balance_fen bigint,
  evidence text not null,
  recorded_by bigint not null,
  attempts bigint not null,
  trouble text,
  created_at bigint not null,
  sent_at bigint,
  delivered_at bigint
);
create index notice_by_meter on notice (meter_id, level, id);
create index notice_queued on notice (id) where state = 'queued';
-- Paper notices are recorded once per key.
create table notice_key (
  property_id bigint not null references property (id),
  idempotency_key text not null,
  notice_id bigint not null references notice (id),
  primary key (property_id, idempotency_key)
);
create table notice_episode (
  id @identity@,
  property_id bigint not null references property (id),
  meter_id bigint not null references meter (id),
  level text not null,
  began_at bigint not null,
  ended_at bigint
);
create unique index notice_episode_live on notice_episode (meter_id, level)
  where ended_at is null;

-- What a platform wallet may do.
create table wallet_terms (
  meter_id bigint not null primary key references meter (id),
  property_id bigint not null references property (id),
  unit text not null,
  emergency_credit_fen bigint not null,
  emergency_on bigint not null check (emergency_on in (0, 1)),
  friendly_from bigint not null,
  friendly_to bigint not null,
  package_name text not null,
  package_fee_fen bigint not null,
  package_included bigint not null,
  rise_per_hour_max bigint not null,
  changed_by bigint not null,
  changed_at bigint not null
);

-- Meter wallets: the point from which the platform's shadow counts.
create table wallet_shadow (
  meter_id bigint not null primary key references meter (id),
  property_id bigint not null references property (id),
  at bigint not null,
  epoch_serial text,
  epoch_clear_count bigint,
  balance_fen bigint not null,
  delivered_fen bigint not null,
  price_version bigint not null,
  cycle_wh bigint not null,
  rate1_wh bigint not null,
  rate2_wh bigint not null,
  rate3_wh bigint not null,
  rate4_wh bigint not null,
  rate5_wh bigint not null
);

-- Where billing of a platform wallet stands; meter_id 0: the account's, shared by its meters.
-- checkpoint: domain/rating/billing_run.hpp. Every change raises revision by one.
create table billing (
  id @identity@,
  property_id bigint not null references property (id),
  meter_id bigint not null,
  account_id bigint not null references account (id),
  revision bigint not null,
  checkpoint text not null,
  posted_at bigint not null,
  posted_value bigint not null,
  held_since bigint,
  held_reason text,
  changed_at bigint not null,
  unique (meter_id, account_id)
);

-- One row per posting and month: what was used from … to added amount_fen to the month's bill.
create table billing_charge (
  id @identity@,
  property_id bigint not null references property (id),
  billing_id bigint not null references billing (id),
  document text not null,
  cause text not null,
  day bigint not null,
  month bigint not null,
  from_at bigint not null,
  from_value bigint not null,
  to_at bigint not null,
  to_value bigint not null,
  amount_fen bigint not null,
  at bigint not null,
  unique (property_id, document, month)
);
create index billing_charge_by_day on billing_charge (billing_id, day);
create index billing_charge_by_month on billing_charge (billing_id, month);

-- The month's bill as its last charge left it. month = 12 × year + month − 1.
create table billing_month (
  id @identity@,
  property_id bigint not null references property (id),
  billing_id bigint not null references billing (id),
  month bigint not null,
  total_fen bigint not null,
  bill text not null,
  to_at bigint not null,
  unique (billing_id, month)
);

-- Quantity wallets: what each payment bought; oldest first.
create table billing_lot (
  id @identity@,
  property_id bigint not null references property (id),
  billing_id bigint not null references billing (id),
  vend_id bigint not null references vend (id) unique,
  at bigint not null,
  price_e8 bigint not null,
  quantity bigint not null,
  value_fen bigint not null
);
create index billing_lot_by_billing on billing_lot (billing_id, id);

--@sqlite
create trigger billing_charge_keep before update on billing_charge
  begin select raise(abort, 'billing_charge is append-only'); end;
create trigger billing_charge_stay before delete on billing_charge
  begin select raise(abort, 'billing_charge is append-only'); end;
--@postgresql
create trigger billing_charge_keep before update or delete or truncate on billing_charge
  for each statement execute function refuse_change();
--@all

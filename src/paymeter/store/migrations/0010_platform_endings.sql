-- Change-over on platform wallets: the instant at which the next device's register was next_start_wh.
-- Between to_at and next_from_at nobody measured: nothing is billed there.
alter table device add column next_from_at bigint;

-- A check value over a row's columns, written with the row (docs/formats/ledger-chain.md): what
-- anything but a program of ours changed shows, sealed or not. 0: the row was never marked.
alter table vend add column mark bigint not null default 0;
alter table service_record add column mark bigint not null default 0;
alter table settlement add column mark bigint not null default 0;
alter table proposal add column mark bigint not null default 0;
alter table billing add column mark bigint not null default 0;
alter table billing_charge add column mark bigint not null default 0;
alter table billing_lot add column mark bigint not null default 0;
alter table account add column mark bigint not null default 0;

-- Rows up to here are older than their marks.
create table mark_floor (
  table_name text not null primary key,
  last_id bigint not null
);
insert into mark_floor select 'vend', coalesce(max(id), 0) from vend;
insert into mark_floor select 'service_record', coalesce(max(id), 0) from service_record;
insert into mark_floor select 'settlement', coalesce(max(id), 0) from settlement;
insert into mark_floor select 'proposal', coalesce(max(id), 0) from proposal;
insert into mark_floor select 'billing', coalesce(max(id), 0) from billing;
insert into mark_floor select 'billing_charge', coalesce(max(id), 0) from billing_charge;
insert into mark_floor select 'billing_lot', coalesce(max(id), 0) from billing_lot;
insert into mark_floor select 'account', coalesce(max(id), 0) from account;

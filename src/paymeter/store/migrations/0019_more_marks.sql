-- Marks (docs/formats/ledger-chain.md) of what else somebody could gain by changing: orders at
-- payment providers, devices that were replaced, months' bills, operators' acts, meters.
alter table payment_order add column mark bigint not null default 0;
alter table device add column mark bigint not null default 0;
alter table billing_month add column mark bigint not null default 0;
alter table vend_act add column mark bigint not null default 0;
alter table meter add column mark bigint not null default 0;

insert into mark_floor select 'payment_order', coalesce(max(id), 0) from payment_order;
insert into mark_floor select 'device', coalesce(max(id), 0) from device;
insert into mark_floor select 'billing_month', coalesce(max(id), 0) from billing_month;
insert into mark_floor select 'vend_act', coalesce(max(id), 0) from vend_act;
insert into mark_floor select 'meter', coalesce(max(id), 0) from meter;

-- Orders have numbers without gaps, so that one that vanishes or changes places is missed.
alter table payment_order add column number text not null default '0';
update payment_order set number = cast(n.number as text)
  from (select id, row_number() over (partition by property_id order by id) as number
        from payment_order) n
  where n.id = payment_order.id;
insert into number_series (property_id, name, last_number)
  select property_id, 'payment_order', count(*) from payment_order group by property_id;

-- Households and people behind an account, from the first of a month on: what the allowances of a
-- tariff's steps are multiplied by. Of one month the latest row counts; bills name it by its id.
-- from_month: 12 × year + month − 1.
create table account_household (
  id @identity@,
  property_id bigint not null references property (id),
  account_id bigint not null references account (id),
  from_month bigint not null,
  households bigint not null,
  people bigint not null,
  reason text not null,
  operator_id bigint not null,
  at bigint not null,
  idempotency_key text not null,
  mark bigint not null default 0,
  unique (property_id, idempotency_key)
);
create index account_household_by_account on account_household (account_id, from_month, id);

--@sqlite
create trigger account_household_keep before update on account_household
  begin select raise(abort, 'account_household is append-only'); end;
create trigger account_household_stay before delete on account_household
  begin select raise(abort, 'account_household is append-only'); end;
--@postgresql
create trigger account_household_keep before update or delete or truncate on account_household
  for each statement execute function refuse_change();
--@all

-- The keys of additions of meters to an account: platform wallets have no command to keep them in.
-- meters: their ids, ascending, with a space between.
create table meter_addition (
  property_id bigint not null references property (id),
  idempotency_key text not null,
  account_id bigint not null references account (id),
  meters text not null,
  at bigint not null,
  primary key (property_id, idempotency_key)
);

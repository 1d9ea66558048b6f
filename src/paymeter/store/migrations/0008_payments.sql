-- Orders at payment providers. A sale that is paid online waits as CREATED until its order is paid.

create table payment_order (
  id @identity@,
  vend_id bigint not null unique references vend (id),
  property_id bigint not null references property (id),
  method text not null,
  merchant text not null,
  order_number text not null unique,
  currency text not null,
  amount_fen bigint not null,
  created_at bigint not null,
  expires_at bigint not null,
  transaction_id text,
  refund_number text unique,
  captured_at bigint,
  closed_at bigint,
  unique (method, transaction_id)
);
create index vend_with_order_to_end on vend (id) where state in ('created', 'refund_due');

-- Property fee, rent and shared-area charges: what was charged and paid, with the slip's data. Each
-- has one posting (document = kind and number).
create table service_record (
  id @identity@,
  property_id bigint not null references property (id),
  account_id bigint not null references account (id),
  kind text not null,
  service text not null,
  amount_fen bigint not null,
  method text,
  period text not null,
  number text not null,
  note text not null,
  owed_after_fen bigint not null,
  operator_id bigint not null,
  at bigint not null,
  idempotency_key text not null,
  unique (property_id, idempotency_key),
  unique (property_id, kind, number)
);
create index service_record_by_account on service_record (account_id, id);

--@sqlite
create trigger service_record_keep before update on service_record
  begin select raise(abort, 'service_record is append-only'); end;
create trigger service_record_stay before delete on service_record
  begin select raise(abort, 'service_record is append-only'); end;
--@postgresql
create trigger service_record_keep before update or delete or truncate on service_record
  for each statement execute function refuse_change();
--@all

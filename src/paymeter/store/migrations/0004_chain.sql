-- The hash chain over postings, entries and acts, sealed in batches (docs/formats/ledger-chain.md).

create table chain_seal (
  property_id bigint not null references property (id),
  number bigint not null,
  at bigint not null,
  posting_to bigint not null,
  act_to bigint not null,
  members text not null,
  rows_hash text not null,
  previous_hash text not null,
  hash text not null,
  primary key (property_id, number)
);
create index chain_seal_by_hash on chain_seal (hash);

-- The newest seal once more, so that a seal that vanishes from the end is missed.
create table chain_head (
  property_id bigint not null primary key references property (id),
  number bigint not null,
  hash text not null
);

--@sqlite
create trigger chain_seal_keep before update on chain_seal
  begin select raise(abort, 'chain_seal is append-only'); end;
create trigger chain_seal_stay before delete on chain_seal
  begin select raise(abort, 'chain_seal is append-only'); end;
create trigger chain_head_keep before update on chain_head
  when new.property_id <> old.property_id or new.number <> old.number + 1
  begin select raise(abort, 'chain_head only moves on'); end;
create trigger chain_head_stay before delete on chain_head
  begin select raise(abort, 'chain_head only moves on'); end;
--@postgresql
create trigger chain_seal_keep before update or delete or truncate on chain_seal
  for each statement execute function refuse_change();
create function refuse_step_back() returns trigger language plpgsql as
  $$ begin
    if new.property_id <> old.property_id or new.number <> old.number + 1 then
      raise exception 'chain_head only moves on';
    end if;
    return new;
  end $$;
create trigger chain_head_keep before update on chain_head
  for each row execute function refuse_step_back();
create trigger chain_head_stay before delete or truncate on chain_head
  for each statement execute function refuse_change();
--@all

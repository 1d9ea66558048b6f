-- What operators did to a sale after it was made (cancelling, resolving): who, when, why. The
-- station's own steps show in the sale itself.

create table vend_act (
  id @identity@,
  property_id bigint not null references property (id),
  vend_id bigint not null references vend (id),
  at bigint not null,
  user_id bigint not null,
  from_state text not null,
  to_state text not null,
  reason text,
  note text not null
);
create index vend_act_by_vend on vend_act (vend_id);

--@sqlite
create trigger vend_act_keep before update on vend_act
  begin select raise(abort, 'vend_act is append-only'); end;
create trigger vend_act_stay before delete on vend_act
  begin select raise(abort, 'vend_act is append-only'); end;
--@postgresql
create trigger vend_act_keep before update or delete or truncate on vend_act
  for each statement execute function refuse_change();
--@all

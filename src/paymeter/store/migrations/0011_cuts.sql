-- Automatic cuts: who is enforced, who holds a supply off, every decision with its inputs, own cuts
-- as intents, the breaker, the rehearsals.

-- Settings are added, never changed: the newest of a scope counts. 0: not of this scope.
create table enforcement (
  id @identity@,
  property_id bigint not null references property (id),
  building_id bigint not null,
  meter_id bigint not null,
  mode text not null,
  reason text not null,
  changed_by bigint not null,
  changed_at bigint not null
);
create index enforcement_by_scope on enforcement (property_id, building_id, meter_id, id);

create table supply_intent (
  id @identity@,
  property_id bigint not null references property (id),
  meter_id bigint not null references meter (id),
  kind text not null,
  subject text not null,
  reason text not null,
  begun_by bigint not null,
  begun_at bigint not null,
  ended_by bigint not null,
  ended_at bigint,
  end_reason text not null
);
create unique index supply_intent_lasting on supply_intent (meter_id, kind) where ended_at is null;
create index supply_intent_by_meter on supply_intent (meter_id, id);

-- inputs: domain/cut_text.hpp; decided again they give the verdict.
create table cut_decision (
  id @identity@,
  property_id bigint not null references property (id),
  meter_id bigint not null references meter (id),
  account_id bigint not null,
  at bigint not null,
  verdict text not null,
  guards text not null,
  rule_version bigint not null,
  balance_fen bigint,
  previous_balance_fen bigint,
  threshold_fen bigint,
  reading_at bigint,
  inputs text not null
);
create index cut_decision_by_meter on cut_decision (meter_id, id);
create index cut_decision_by_time on cut_decision (property_id, at);

create table own_cut (
  id @identity@,
  property_id bigint not null references property (id),
  meter_id bigint not null references meter (id),
  account_id bigint not null,
  decision_id bigint not null references cut_decision (id),
  state text not null,
  is_rehearsed bigint not null check (is_rehearsed in (0, 1)),
  tries bigint not null,
  trouble text,
  decided_at bigint not null,
  tried_at bigint,
  shown_at bigint,
  reclose_from bigint,
  ended_at bigint,
  end_reason text not null
);
create unique index own_cut_lasting on own_cut (meter_id) where state <> 'ended';
create index own_cut_by_time on own_cut (property_id, decided_at);
create index own_cut_by_meter on own_cut (meter_id, id);

create table cut_breaker (
  property_id bigint not null primary key references property (id),
  is_open bigint not null check (is_open in (0, 1)),
  opened_at bigint,
  cuts bigint not null,
  asked_by bigint not null,
  asked_at bigint,
  reason text not null,
  released_by bigint not null,
  released_at bigint
);

-- day: the local date, as days since 1970-01-01.
create table cut_rehearsal (
  id @identity@,
  property_id bigint not null references property (id),
  day bigint not null,
  state text not null,
  revision bigint not null,
  made_at bigint not null,
  lines bigint not null,
  decided_by bigint not null,
  decided_at bigint,
  note text not null,
  unique (property_id, day)
);
create table cut_rehearsal_line (
  id @identity@,
  property_id bigint not null references property (id),
  rehearsal_id bigint not null references cut_rehearsal (id),
  meter_id bigint not null references meter (id),
  account_id bigint not null,
  balance_fen bigint not null,
  threshold_fen bigint not null,
  to_pay_fen bigint not null,
  guards text not null,
  unique (rehearsal_id, meter_id)
);

--@sqlite
create trigger cut_decision_keep before update on cut_decision
  begin select raise(abort, 'cut_decision is append-only'); end;
create trigger cut_decision_stay before delete on cut_decision
  begin select raise(abort, 'cut_decision is append-only'); end;
create trigger enforcement_keep before update on enforcement
  begin select raise(abort, 'enforcement is append-only'); end;
create trigger enforcement_stay before delete on enforcement
  begin select raise(abort, 'enforcement is append-only'); end;
--@postgresql
create trigger cut_decision_keep before update or delete or truncate on cut_decision
  for each statement execute function refuse_change();
create trigger enforcement_keep before update or delete or truncate on enforcement
  for each statement execute function refuse_change();
--@all

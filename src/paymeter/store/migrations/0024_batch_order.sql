-- A batch's place in the history of its meters, by ids and not by a clock: what was stored after it
-- is a newer will, which no waiting row of it may override.
alter table command_batch add column after_command bigint not null default 0;
alter table command_batch add column after_intent bigint not null default 0;

update command_batch set
  after_command = coalesce((select max(command.id) from command
                            where command.created_at <= command_batch.created_at), 0),
  after_intent = coalesce((select max(supply_intent.id) from supply_intent
                           where supply_intent.begun_at <= command_batch.created_at), 0);

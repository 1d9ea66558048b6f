-- To whom an account passed: a repeated key is answered only for the same name. Null: changed hands
-- before this was kept.
alter table account_holder add column next_name text;
alter table account_holder add column next_phone text;

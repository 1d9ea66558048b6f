-- What a busy till needs. An account's sales are found by its meters (vend_by_meter): an index of
-- their own cost one page more for every sale.

drop index vend_by_account;

--@postgresql
-- Room for the next versions of rows that change all day, on the page where they are.
alter table ledger_account set (fillfactor = 60);
alter table number_series set (fillfactor = 20);
--@all

-- Change-over on platform wallets: the instant at which the next device's register was next_start_wh.
-- Between to_at and next_from_at nobody measured: nothing is billed there.
alter table device add column next_from_at bigint;

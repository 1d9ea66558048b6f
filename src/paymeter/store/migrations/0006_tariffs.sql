-- What a tariff is besides its prices for download. A tariff without a row here is one of a workbook
-- that has no versions yet.
create table tariff_profile (
  tariff_id bigint not null primary key references tariff (id),
  property_id bigint not null references property (id),
  own_meter_id bigint unique references meter (id),
  applied_number bigint not null
);

-- content: canonical product format (docs/formats/tariff.md); it changes only while state is draft.
create table tariff_version (
  id @identity@,
  property_id bigint not null references property (id),
  tariff_id bigint not null references tariff (id),
  number bigint not null,
  state text not null,
  valid_from bigint not null,
  content text not null,
  digest text not null,
  note text not null,
  written_by bigint not null,
  submitted_by bigint not null,
  decided_by bigint not null,
  created_at bigint not null,
  changed_at bigint not null,
  submitted_at bigint,
  decided_at bigint,
  unique (tariff_id, number)
);

-- Who did what with a version; never changed.
create table tariff_act (
  id @identity@,
  property_id bigint not null references property (id),
  version_id bigint not null references tariff_version (id),
  act text not null,
  user_id bigint not null,
  at bigint not null,
  note text not null,
  digest text not null
);
create index tariff_act_by_version on tariff_act (version_id, id);

-- Counts of a cell block (N21): how many people stood in the cells, against the rows that said so, and each difference.
create table record.cell_count (
  id uuid primary key,
  site text not null references house.site,
  counted_at timestamptz not null,
  counted_by uuid not null references house.account,
  expected smallint not null check (expected >= 0),
  present smallint not null check (present >= 0),
  written_at timestamptz not null default house.city_now()
);
create index cell_count_by_site on record.cell_count (site, counted_at desc);
grant select, insert on record.cell_count to pars_act;

-- A difference stands until somebody explains it; it may be handed to a supervisor by name, and stands all the same.
create table record.count_difference (
  id uuid primary key,
  count_id uuid not null references record.cell_count,
  site text not null references house.site,
  kind text not null check (kind in ('person-without-row', 'row-without-person')),
  arrest_id uuid references record.arrest,
  cell text,
  found_at timestamptz not null,
  handed_to uuid references house.account,
  handed_at timestamptz,
  how text,
  explained_by uuid references house.account,
  explained_at timestamptz,
  check (kind = 'person-without-row' or arrest_id is not null),
  check (kind = 'row-without-person' or cell is not null),
  check ((handed_to is null) = (handed_at is null)),
  check ((how is null) = (explained_at is null) and (how is null) = (explained_by is null))
);
create index count_difference_open on record.count_difference (site) where explained_at is null;
create index count_difference_by_arrest on record.count_difference (arrest_id);
grant select, insert on record.count_difference to pars_act;
grant update (arrest_id, handed_to, handed_at, how, explained_by, explained_at) on record.count_difference to pars_act;
alter table record.count_difference enable row level security;
alter table record.count_difference force row level security;
create policy owns on record.count_difference to pars_owner using (true) with check (true);
create policy acts on record.count_difference to pars_act using (true) with check (true);

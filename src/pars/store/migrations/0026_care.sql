-- Care of the person in the cell (N11): a store of its own, sealed, through a door of its own. The act adds and cannot read.
create schema care;
grant usage on schema care to pars_act, pars_care;
grant usage on schema house, ledger to pars_care;
grant select on house.installation to pars_care;
grant select (id, full_name, role, badge, agency_id) on house.account to pars_care;
grant execute on function house.share_look(uuid, uuid[]), ledger.shown(text), ledger.reckon(), house.city_now() to pars_care;

create table care.note (
  id uuid primary key,
  arrest_id uuid not null,  -- an adult's or a child's
  kind text not null,
  sealed bytea not null,
  happened_at timestamptz not null,
  written_by uuid not null references house.account,
  written_at timestamptz not null default house.city_now()
);
create index care_note_by_arrest on care.note (arrest_id, happened_at);
grant insert on care.note to pars_act;
grant select on care.note to pars_care;
alter table care.note enable row level security;
alter table care.note force row level security;
create policy owns on care.note to pars_owner using (true) with check (true);
create policy acts on care.note for insert to pars_act with check (true);
create policy looks on care.note for select to pars_care using (arrest_id = any((select ledger.shown('care'))::uuid[]));

-- How often somebody is looked at. Why is sealed in the note; the act needs to know when a check is missed.
create table care.watch (
  id uuid primary key,
  arrest_id uuid not null,
  every_minutes smallint not null check (every_minutes between 1 and 60),
  begun_at timestamptz not null,
  checked_at timestamptz not null,
  ended_at timestamptz
);
create unique index care_watch_at_work on care.watch (arrest_id) where ended_at is null;
grant select, insert on care.watch to pars_act;
grant update (checked_at, ended_at) on care.watch to pars_act;

-- A death or serious self-harm: nothing from before is changed any more, and the reports owed begin.
create table care.freeze (
  arrest_id uuid not null,
  code text not null check (code in ('death', 'self-harm')),
  frozen_at timestamptz not null,
  frozen_by uuid not null references house.account,
  primary key (arrest_id, code)
);
grant select, insert on care.freeze to pars_act;

create table care.report_owed (
  id uuid primary key,
  arrest_id uuid not null,
  report text not null,
  due_at timestamptz not null,
  done_at timestamptz,
  done_by uuid references house.account,
  check ((done_at is null) = (done_by is null))
);
create index care_report_owed_open on care.report_owed (due_at) where done_at is null;
grant select, insert on care.report_owed to pars_act;
grant update (done_at, done_by) on care.report_owed to pars_act;

-- All that the magistrate sees of it: fit to appear or not, and what is needed, in codes.
create table record.fitness (
  id bigint generated always as identity primary key,
  arrest_id uuid not null references record.arrest,
  fit boolean not null,
  needs text[] not null default '{}',
  said_by uuid not null references house.account,
  said_at timestamptz not null
);
create index fitness_by_arrest on record.fitness (arrest_id);
grant insert on record.fitness to pars_act;
grant select on record.fitness to pars_staff;
alter table record.fitness enable row level security;
alter table record.fitness force row level security;
create policy owns on record.fitness to pars_owner using (true) with check (true);
create policy acts on record.fitness to pars_act using (true) with check (true);
create policy looks on record.fitness for select to pars_staff
  using (arrest_id = any((select ledger.shown('staff'))::uuid[]));

alter table house.reader drop constraint reader_door_check;
alter table house.reader add constraint reader_door_check check (door in ('interview', 'protected', 'children', 'care'));
insert into house.reader (door, role) values
  ('care', 'detention-officer'), ('care', 'custody-supervisor'), ('care', 'medic');
alter table ledger.look drop constraint look_door_check;
alter table ledger.look add constraint look_door_check
  check (door in ('staff', 'interview', 'protected', 'children', 'care', 'partner'));

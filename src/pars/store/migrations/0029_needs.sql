-- What somebody needs to understand and be understood, and to take part (N18): noted by anybody at any desk, and followed
-- by the court's interpreter desk with a clock of its own.
create table record.need (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  kind text not null,
  language text,
  what text,
  noted_by uuid not null references house.account,
  noted_at timestamptz not null,
  asked_at timestamptz,
  found_at timestamptz,
  interpreter text,
  qualified text check (qualified in ('certified', 'otherwise-qualified')),
  mode text check (mode in ('in-person', 'video', 'telephone')),
  arrived_at timestamptz,
  none_reason text,
  ended_at timestamptz
);
create index need_by_arrest on record.need (arrest_id);
create index need_open on record.need (noted_at) where ended_at is null;
grant insert on record.need to pars_act;
grant select (id, arrest_id, kind, language, noted_at, asked_at, found_at, arrived_at, ended_at) on record.need to pars_act;
grant update (asked_at, found_at, interpreter, qualified, mode, arrived_at, none_reason, ended_at) on record.need to pars_act;
grant select on record.need to pars_staff;
alter table record.need enable row level security;
alter table record.need force row level security;
create policy owns on record.need to pars_owner using (true) with check (true);
create policy acts on record.need to pars_act using (true) with check (true);
create policy looks on record.need for select to pars_staff
  using (arrest_id = any((select ledger.shown('staff'))::uuid[]));

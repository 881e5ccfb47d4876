-- The court's side of a night (N2, N12, N16, N17, N23).

-- A child whose case an excluded offense keeps with the adults (42 Pa.C.S. 6302): the magistrate is asked whether the
-- parent was told (Rule 540(B)). Those who stand there already are known by their birth date.
alter table record.arrest add column excluded_offence boolean default false;  -- null in a record that comes back from before
update record.arrest
set excluded_offence = true
where birth_date > (arrested_at at time zone 'America/New_York')::date - interval '18 years';
grant select (excluded_offence) on record.arrest to pars_act;
alter table record.arraignment
  add column parent_told boolean,
  add column parent_notice text,
  add column next_rule text,  -- the rule set that the next date was measured by, with its version
  add constraint parent_notice_said check ((parent_told is null) = (parent_notice is null));

-- Whoever is held on money comes before a magistrate again within days.
create table record.bail_review (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  due_on date not null,
  opened_at timestamptz not null,
  held_at timestamptz,
  held_by uuid references house.account,
  outcome text check (outcome in ('bail-stands', 'bail-changed', 'released')),
  check ((held_at is null) = (held_by is null) and (held_at is null) = (outcome is null))
);
create index bail_review_by_arrest on record.bail_review (arrest_id);
create index bail_review_open on record.bail_review (due_on) where held_at is null;
grant insert on record.bail_review to pars_act;
grant select (id, arrest_id, due_on, held_at) on record.bail_review to pars_act;
grant update (held_at, held_by, outcome) on record.bail_review to pars_act;

-- Until when a fugitive is kept for another state: 30 days, then once at most 60 (42 Pa.C.S. 9134 to 9138).
create table record.fugitive_term (
  id bigint generated always as identity primary key,
  arrest_id uuid not null references record.arrest,
  until_on date not null,
  extension boolean not null,
  ordered_by uuid not null references house.account,
  ordered_at timestamptz not null
);
create unique index fugitive_term_once on record.fugitive_term (arrest_id, extension);
grant insert on record.fugitive_term to pars_act;
grant select (id, arrest_id, until_on, extension) on record.fugitive_term to pars_act;

do $$
declare
  t regclass;
begin
  foreach t in array array['record.bail_review', 'record.fugitive_term']::regclass[]
  loop
    execute format('grant select on %s to pars_staff', t);
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
    execute format('create policy owns on %s to pars_owner using (true) with check (true)', t);
    execute format('create policy acts on %s to pars_act using (true) with check (true)', t);
    execute format(
      'create policy looks on %s for select to pars_staff using (arrest_id = any((select ledger.shown(''staff''))::uuid[]))', t);
  end loop;
end
$$;

-- The hearing on a hold was held.
alter table record.hold
  add column heard_at timestamptz,
  add column heard_by uuid references house.account,
  add constraint hold_heard_by_somebody check ((heard_at is null) = (heard_by is null));
grant select (hearing_due, heard_at) on record.hold to pars_act;
grant update (heard_at, heard_by, hearing_due) on record.hold to pars_act;

-- The record of adults. pars_act writes and reads only what it needs to decide; pars_staff reads through the wall.

create table record.person (
  id uuid primary key,
  number bigint generated always as identity unique,
  pid text unique,
  sid text
);
grant insert on record.person to pars_act;
grant select (id, pid) on record.person to pars_act;
grant update (pid, sid) on record.person to pars_act;

create table record.arrest (
  id uuid primary key,
  number bigint generated always as identity unique,
  arrested_at timestamptz not null,
  written_at timestamptz not null default house.city_now(),
  written_by uuid not null references house.account,
  agency_id integer not null references house.agency,
  kind text not null check (kind in ('on-view', 'warrant', 'summons')),
  place text not null,
  district text,
  dc_number text,
  officers text[] not null default '{}',
  offence_on date,
  warrant_number text,
  weapon text,
  -- who
  surname text,
  given text,
  middle text,
  suffix text,
  other_names text[] not null default '{}',
  birth_date date,
  sex text not null,
  race text not null,
  ethnicity text not null,
  lives_in_city text not null default 'unknown',
  address text,
  height_cm smallint,
  weight_kg smallint,
  eyes text,
  hair text,
  pid text,
  sid text,
  otn text,
  docket_number text,
  synthetic text[] not null default '{}',
  search_keys text[] not null default '{}',
  person_id uuid references record.person,
  -- how it stands
  custody text not null default 'arrested',
  prints text not null default 'pending',
  report text not null default 'pending',
  charging text not null default 'waiting',
  interview text not null default 'pending',
  court text not null default 'not-listed',
  exit text not null default 'none',
  site text references house.site,
  cell text,
  release_owed_at timestamptz,
  submitted_at timestamptz,
  session_at timestamptz,
  arraigned_at timestamptz,
  left_at timestamptz,
  lead_statute text,
  complainants smallint not null default 0,  -- how many persons protected; who they are stands in protected.person
  version integer not null default 1
);
create index arrest_in_custody on record.arrest (arrested_at)
  where custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked', 'held-on-bail', 'release-owed');
create index arrest_in_charging on record.arrest (arrested_at) where charging in ('submitted', 'returned', 'charged');
create index arrest_by_left_at on record.arrest (left_at) where left_at is not null;
create index arrest_by_keys on record.arrest using gin (search_keys);
create index arrest_by_person on record.arrest (person_id);
create index arrest_by_dc_number on record.arrest (dc_number);
create unique index arrest_by_otn on record.arrest (otn) where otn is not null;
create index arrest_by_arrested_at on record.arrest (arrested_at);

grant insert on record.arrest to pars_act;
grant update (arrested_at, kind, place, district, dc_number, officers, offence_on, warrant_number, weapon, surname, given,
  middle, suffix, other_names, birth_date, sex, race, ethnicity, lives_in_city, address, height_cm, weight_kg, eyes, hair,
  pid, sid, otn, docket_number, search_keys, person_id, custody, prints, report, charging, interview, court, exit, site,
  cell, release_owed_at, submitted_at, session_at, arraigned_at, left_at, lead_statute, complainants, version)
  on record.arrest to pars_act;
grant select (id, number, arrested_at, written_at, written_by, agency_id, kind, dc_number, pid, otn, person_id, search_keys,
  custody, prints, report, charging, interview, court, exit, site, cell, release_owed_at, submitted_at, session_at,
  arraigned_at, left_at, complainants, version) on record.arrest to pars_act;
grant select on record.arrest to pars_staff;

-- What a correction replaced, kept by the database itself whoever corrects.
create table record.correction (
  id bigint generated always as identity primary key,
  arrest_id uuid not null references record.arrest,
  field text not null,
  was text,
  became text,
  reason text,
  corrected_by uuid,
  corrected_at timestamptz not null default house.city_now()
);
create index correction_by_arrest on record.correction (arrest_id);
grant select on record.correction to pars_staff;

create function record.keep_what_was() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog
as $$
begin
  insert into record.correction (arrest_id, field, was, became, reason, corrected_by)
  select new.id, o.key, o.value, n.value,
    nullif(current_setting('pars.reason', true), ''),
    nullif(current_setting('pars.account', true), '')::uuid
  from jsonb_each_text(to_jsonb(old)) o
  join jsonb_each_text(to_jsonb(new)) n on n.key = o.key
  where o.value is distinct from n.value
    and o.key in ('arrested_at', 'place', 'district', 'dc_number', 'offence_on', 'warrant_number', 'surname', 'given',
      'middle', 'suffix', 'other_names', 'birth_date', 'sex', 'race', 'ethnicity', 'lives_in_city', 'address',
      'height_cm', 'weight_kg', 'eyes', 'hair', 'pid', 'sid', 'otn', 'docket_number');
  return new;
end
$$;
create trigger keep_what_was after update on record.arrest
  for each row execute function record.keep_what_was();

create table record.step (
  id bigint generated always as identity primary key,
  arrest_id uuid not null references record.arrest,
  step text not null,
  outcome text,
  at timestamptz not null,
  written_at timestamptz not null default house.city_now(),
  taken_by uuid not null references house.account,
  answers jsonb not null default '{}'
);
create index step_by_arrest on record.step (arrest_id, id);
grant insert on record.step to pars_act;
grant select (arrest_id, step, outcome, at, taken_by, id) on record.step to pars_act;
grant select on record.step to pars_staff;

create table record.charge (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  sequence smallint not null,
  unique (arrest_id, sequence)
);
grant select, insert on record.charge to pars_act;
grant select on record.charge to pars_staff;

-- Three classifications of one charge, side by side: as recommended, as charged, as decided. Nothing is overwritten.
create table record.classification (
  id bigint generated always as identity primary key,
  charge_id uuid not null references record.charge,
  arrest_id uuid not null references record.arrest,
  stage text not null check (stage in ('police', 'district-attorney', 'court')),
  statute text not null,
  grade text not null,
  grade_fact text,
  counts smallint not null check (counts between 1 and 999),
  nibrs text,
  decision text not null check (decision in ('recommended', 'approved', 'modified', 'refused', 'added', 'decided')),
  disposition text,
  reason text,
  decided_by uuid not null references house.account,
  decided_at timestamptz not null,
  written_at timestamptz not null default house.city_now()
);
create index classification_by_arrest on record.classification (arrest_id, id);
grant insert on record.classification to pars_act;
grant select (charge_id, arrest_id, stage, statute, grade, counts, decision, id) on record.classification to pars_act;
grant select on record.classification to pars_staff;

create table record.report (
  id bigint generated always as identity primary key,
  arrest_id uuid not null references record.arrest,
  facts text not null,
  written_by uuid not null references house.account,
  written_at timestamptz not null default house.city_now()
);
create index report_by_arrest on record.report (arrest_id, id);
grant insert on record.report to pars_act;
grant select on record.report to pars_staff;

create table record.photo (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  image bytea not null,
  width smallint not null,
  height smallint not null,
  taken_at timestamptz not null
);
create index photo_by_arrest on record.photo (arrest_id);
grant insert on record.photo to pars_act;
grant select on record.photo to pars_staff;

create table record.property_item (
  id bigint generated always as identity primary key,
  arrest_id uuid not null references record.arrest,
  item text not null,
  quantity smallint not null default 1,
  taken_by uuid not null references house.account,
  taken_at timestamptz not null
);
create index property_item_by_arrest on record.property_item (arrest_id);
grant insert on record.property_item to pars_act;
grant select on record.property_item to pars_staff;

-- Every reason besides this case for keeping someone; only a judge or the named parole authority makes one (N2).
create table record.hold (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  kind text not null,
  authority text not null,
  number text not null,
  hearing_due timestamptz,
  expires_at timestamptz,
  lifted_at timestamptz,
  written_by uuid not null references house.account,
  written_at timestamptz not null default house.city_now()
);
create index hold_by_arrest on record.hold (arrest_id);
grant insert on record.hold to pars_act;
grant update (lifted_at) on record.hold to pars_act;
grant select (id, arrest_id, lifted_at, expires_at) on record.hold to pars_act;
grant select on record.hold to pars_staff;

create table record.court_session (
  id uuid primary key,
  starts_at timestamptz not null unique,
  room text not null
);
grant select, insert on record.court_session to pars_act;
grant select on record.court_session to pars_staff;

create table record.listing (
  arrest_id uuid primary key references record.arrest,
  session_id uuid not null references record.court_session,
  video_site text,
  interpreter text,
  counsel text,
  missing text[] not null default '{}'
);
create index listing_by_session on record.listing (session_id);
grant select, insert, delete on record.listing to pars_act;
grant select on record.listing to pars_staff;

create table record.complaint (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  version smallint not null,
  affiant_name text not null,
  affiant_badge text not null,
  facts text not null,
  laboratory boolean not null,
  verified_at timestamptz,
  approved_by uuid not null references house.account,
  approved_at timestamptz not null,
  certified_by uuid references house.account,
  certified_at timestamptz,
  unique (arrest_id, version)
);
grant insert on record.complaint to pars_act;
grant select (id, arrest_id, version) on record.complaint to pars_act;
grant update (verified_at, certified_by, certified_at) on record.complaint to pars_act;
grant select on record.complaint to pars_staff;

create table record.arraignment (
  arrest_id uuid primary key references record.arrest,
  magistrate uuid not null references house.account,
  held_at timestamptz not null,
  probable_cause boolean not null,
  counsel_heard boolean not null,
  counsel_reason text,
  next_court text,
  next_at timestamptz,
  next_reason text,
  written_at timestamptz not null default house.city_now(),
  check (counsel_heard or counsel_reason is not null)
);
grant insert on record.arraignment to pars_act;
grant select (arrest_id, held_at) on record.arraignment to pars_act;
grant select on record.arraignment to pars_staff;

-- Positions on bail stand side by side, and the order is a chain of actions (N16).
create table record.bail (
  id bigint generated always as identity primary key,
  arrest_id uuid not null references record.arrest,
  action text not null,
  position text not null check (position in ('recommendation', 'commonwealth', 'defence', 'order')),
  type text not null,
  amount_usd integer,
  percent smallint,
  conditions text[] not null default '{}',
  reasons text,
  ability_asked text,
  ability_said text,
  authority uuid not null references house.account,
  at timestamptz not null,
  written_at timestamptz not null default house.city_now(),
  check (type <> 'denied' or reasons is not null)
);
create index bail_by_arrest on record.bail (arrest_id, id);
grant insert on record.bail to pars_act;
grant select (id, arrest_id, action, position, type, amount_usd, percent) on record.bail to pars_act;
grant select on record.bail to pars_staff;

create table record.paper (
  code text primary key,
  arrest_id uuid not null references record.arrest,
  kind text not null,
  language text not null,
  printed_at timestamptz not null,
  printed_by uuid not null references house.account,
  copy boolean not null
);
create index paper_by_arrest on record.paper (arrest_id, kind);
grant insert on record.paper to pars_act;
grant select on record.paper to pars_act, pars_staff;

-- A person's arrests belong together by prints or by somebody's decision, which can be undone.
create table record.link (
  id bigint generated always as identity primary key,
  arrest_id uuid not null references record.arrest,
  person_id uuid not null references record.person,
  basis text not null check (basis in ('prints', 'decision', 'undone')),
  reason text,
  decided_by uuid not null references house.account,
  decided_at timestamptz not null default house.city_now()
);
create index link_by_arrest on record.link (arrest_id, id);
grant insert on record.link to pars_act;
grant select on record.link to pars_staff;

-- Stores of their own (promise 5; Rule 530): pars_act may add to them and cannot read them.
create table interview.interview (
  id uuid primary key,
  arrest_id uuid not null,
  sealed bytea not null,
  held_by uuid not null references house.account,
  held_at timestamptz not null,
  written_at timestamptz not null default house.city_now()
);
create index interview_by_arrest on interview.interview (arrest_id);
grant insert on interview.interview to pars_act;
grant select on interview.interview to pars_interview;

create table protected.person (
  id uuid primary key,
  arrest_id uuid not null,
  kind text not null check (kind in ('victim', 'witness', 'complainant')),
  sealed bytea not null,
  written_by uuid not null references house.account,
  written_at timestamptz not null default house.city_now()
);
create index protected_person_by_arrest on protected.person (arrest_id);
grant insert on protected.person to pars_act;
grant select on protected.person to pars_protected;

create table protected.child (
  id uuid primary key,
  number bigint generated always as identity unique,
  arrested_at timestamptz not null,
  agency_id integer not null references house.agency,
  sealed bytea not null,
  custody text not null default 'arrested',
  written_by uuid not null references house.account,
  written_at timestamptz not null default house.city_now()
);
grant insert on protected.child to pars_act;
grant select (id, custody) on protected.child to pars_act;
grant select on protected.child to pars_protected;
grant update (custody) on protected.child to pars_protected;

-- What is off by default and switched on by an owner alone: birthplace and Social Security number, sealed, apart (N26).
create table protected.optional (
  arrest_id uuid not null,
  field text not null check (field in ('birthplace', 'ssn')),
  sealed bytea not null,
  written_by uuid not null references house.account,
  written_at timestamptz not null default house.city_now(),
  primary key (arrest_id, field)
);
grant insert on protected.optional to pars_act;
grant select on protected.optional to pars_protected;

-- The wall: forced on every table that holds a person, for the table's owner too.
do $$
declare
  t regclass;
  keyed text;
begin
  foreach t in array array[
    'record.arrest', 'record.step', 'record.charge', 'record.classification', 'record.report', 'record.photo',
    'record.property_item', 'record.hold', 'record.listing', 'record.complaint', 'record.arraignment', 'record.bail',
    'record.paper', 'record.link', 'record.correction'
  ]::regclass[]
  loop
    keyed := case when t = 'record.arrest'::regclass then 'id' else 'arrest_id' end;
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
    execute format('create policy owns on %s to pars_owner using (true) with check (true)', t);
    execute format('create policy acts on %s to pars_act using (true) with check (true)', t);
    execute format(
      'create policy looks on %s for select to pars_staff using (%I = any((select ledger.shown(''staff''))::uuid[]))', t, keyed);
  end loop;
  foreach t in array array['protected.person', 'protected.child', 'protected.optional']::regclass[]
  loop
    keyed := case when t = 'protected.child'::regclass then 'id' else 'arrest_id' end;
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
    execute format('create policy owns on %s to pars_owner using (true) with check (true)', t);
    execute format('create policy acts on %s for insert to pars_act with check (true)', t);
    if t = 'protected.child'::regclass then
      execute format('create policy finds on %s for select to pars_act using (true)', t);  -- id and custody alone
    end if;
    execute format(
      'create policy looks on %s to pars_protected using (%I = any((select ledger.shown(''protected''))::uuid[]))', t, keyed);
  end loop;
end
$$;
alter table interview.interview enable row level security;
alter table interview.interview force row level security;
create policy owns on interview.interview to pars_owner using (true) with check (true);
create policy acts on interview.interview for insert to pars_act with check (true);
create policy looks on interview.interview for select to pars_interview
  using (arrest_id = any((select ledger.shown('interview'))::uuid[]));

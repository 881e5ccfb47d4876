-- The ground: time, agencies and sites, accounts and sessions, drafts, settings.
-- Everything is owned by pars_owner, who cannot sign in; each door signs in as a role of its own.

create schema house;
create schema ledger;
create schema record;
create schema interview;
create schema protected;
create schema live;

grant usage on schema house to pars_act, pars_staff, pars_interview, pars_protected, pars_ledger, pars_partner;
grant usage on schema ledger to pars_act, pars_staff, pars_interview, pars_protected, pars_ledger, pars_partner;
grant usage on schema record to pars_act, pars_staff;
grant usage on schema interview to pars_act, pars_interview;
grant usage on schema protected to pars_act, pars_protected;
grant usage on schema live to pars_act, pars_ledger;

-- One row: what this installation is, and how its city's time runs. Only a demonstration may run faster (T15, T25).
create table house.installation (
  only_one boolean primary key default true check (only_one),
  kind text not null check (kind in ('demo', 'real')),
  city text not null,
  city_start timestamptz not null,
  real_start timestamptz not null,
  speed double precision not null default 1 check (speed > 0),
  born_at timestamptz not null default clock_timestamp(),
  check (kind = 'demo' or (speed = 1 and city_start = real_start))
);
grant select on house.installation to pars_act, pars_staff, pars_interview, pars_protected, pars_ledger, pars_partner;

create function house.city_now() returns timestamptz
  language sql volatile
  set search_path = pg_catalog
as $$
  select i.city_start + (clock_timestamp() - i.real_start) * i.speed
  from house.installation i
$$;

create table house.agency (
  id integer generated always as identity primary key,
  ori text not null unique,
  name text not null,
  owner text check (owner in ('police', 'district-attorney', 'court'))
);
grant select, insert on house.agency to pars_act;
grant select on house.agency to pars_staff, pars_interview, pars_protected;

create table house.site (
  code text primary key,
  name text not null,
  kind text not null check (kind in ('booking', 'hospital', 'court', 'prison'))
);
grant select, insert on house.site to pars_act;
grant select on house.site to pars_staff;

create table house.account (
  id uuid primary key,
  number integer generated always as identity unique,
  sign_in text not null unique,
  full_name text not null,
  role text not null,
  agency_id integer not null references house.agency,
  site text references house.site,
  badge text,
  password_hash text not null,
  demo_password boolean not null default false,
  state text not null default 'active' check (state in ('active', 'disabled')),
  created_by uuid references house.account,
  changed_at timestamptz not null default clock_timestamp(),
  confirmed_by uuid references house.account,
  confirmed_at timestamptz,
  locked_at timestamptz
);
grant select, insert on house.account to pars_act;
grant update (demo_password, full_name, role, agency_id, site, badge, password_hash, state, changed_at, confirmed_by, confirmed_at,
  locked_at) on house.account to pars_act;
grant select (id, full_name, role, badge, agency_id) on house.account to pars_staff, pars_interview, pars_protected;

-- Bad tries in the last quarter of an hour lock the account (CJIS AC-7: five).
create table house.bad_try (
  account_id uuid not null references house.account,
  at timestamptz not null default clock_timestamp()
);
create index bad_try_by_account on house.bad_try (account_id, at);
grant select, insert, delete on house.bad_try to pars_act;

-- Opaque tokens, kept only as their SHA-256: a browser's session or a program's credential.
create table house.session (
  token_hash bytea primary key,
  account_id uuid not null references house.account,
  kind text not null check (kind in ('browser', 'credential')),
  form_key text not null,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  locked_at timestamptz,
  ended_at timestamptz
);
create index session_by_account on house.session (account_id);
grant select, insert on house.session to pars_act;
grant update (seen_at, locked_at, ended_at) on house.session to pars_act;

-- A half-typed form, sealed by the application: it survives a lock, a crash and another terminal.
create table house.draft (
  account_id uuid not null references house.account,
  form text not null,
  sealed bytea not null,
  saved_at timestamptz not null default clock_timestamp(),
  primary key (account_id, form)
);
grant select, insert, delete on house.draft to pars_act;
grant update (sealed, saved_at) on house.draft to pars_act;

-- What was answered to a POST that may be sent twice; sealed, and forgotten after a day.
create table house.answered (
  account_id uuid not null references house.account,
  key text not null,
  question bytea not null,
  sealed bytea,
  at timestamptz not null default clock_timestamp(),
  primary key (account_id, key)
);
grant select, insert, delete on house.answered to pars_act;
grant update (sealed) on house.answered to pars_act;

-- What an owner switched, why, under which law and until when; the newest row of a name counts.
create table house.setting (
  id bigint generated always as identity primary key,
  name text not null,
  value jsonb not null,
  reason text not null,
  law text,
  until timestamptz,
  set_by uuid references house.account,
  set_at timestamptz not null default clock_timestamp()
);
create index setting_by_name on house.setting (name, id desc);
grant select, insert on house.setting to pars_act;

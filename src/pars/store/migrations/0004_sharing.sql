-- Sharing under agreements: owners' keys, terms and their versions, consents, and what partners asked.

create schema sharing;
grant usage on schema sharing to pars_act, pars_partner, pars_ledger;
grant usage on schema record to pars_partner;

-- Locks, transaction-level only, by class and row: a look-up shares them, whatever narrows a thing takes them alone. The
-- lock is worth nothing once the transaction has a number: the ledger's order would no longer be the lock's (T13, T14).
create function house.take_lock(class integer, key integer, alone boolean) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog
as $$
begin
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'a lock is taken before anything is written' using errcode = 'PR001';
  end if;
  if alone then
    perform pg_advisory_xact_lock(class, key);
  else
    perform pg_advisory_xact_lock_shared(class, key);
  end if;
end
$$;
revoke execute on function house.take_lock(integer, integer, boolean) from public;
grant execute on function house.take_lock(integer, integer, boolean) to pars_act, pars_partner;

-- Whoever holds a lock longer than an end may wait is ended (T16).
create function house.end_holders(class integer, key integer) returns integer
  language sql volatile security definer
  set search_path = pg_catalog
as $$
  select count(pg_terminate_backend(l.pid))::integer
  from pg_locks l
  where l.locktype = 'advisory'
    and l.database = (select d.oid from pg_database d where d.datname = current_database())
    and l.classid = class::oid
    and l.objid = key::oid
    and l.objsubid = 2
    and l.granted
    and l.pid <> pg_backend_pid()
$$;
revoke execute on function house.end_holders(integer, integer) from public;
grant execute on function house.end_holders(integer, integer) to pars_act;

-- A round is at work in one process at a time.
create function house.try_round(class integer, key integer) returns boolean
  language sql volatile security definer
  set search_path = pg_catalog
as $$
  select pg_try_advisory_xact_lock(class, key)
$$;
revoke execute on function house.try_round(integer, integer) from public;
grant execute on function house.try_round(integer, integer) to pars_ledger;

-- A partner's account belongs to one unit of it; the partner's own case numbers have a registered form.
alter table house.account add column unit text;
grant update (unit) on house.account to pars_act;
create table sharing.partner (
  agency_id integer primary key references house.agency,
  case_pattern text not null
);
grant select, insert on sharing.partner to pars_act;
grant update (case_pattern) on sharing.partner to pars_act;

-- An owner's own key, enrolled by two owners' representatives (T5). A key that is replaced stays, for old signatures.
create table sharing.owner_key (
  id uuid primary key,
  owner text not null check (owner in ('police', 'district-attorney', 'court')),
  public_key bytea not null unique check (length(public_key) = 32),
  offered_by uuid not null references house.account,
  offered_at timestamptz not null default house.city_now(),
  confirmed_by uuid references house.account,
  confirmed_at timestamptz,
  replaced_at timestamptz,
  check (offered_by is distinct from confirmed_by)
);
create unique index owner_key_at_work on sharing.owner_key (owner) where confirmed_at is not null and replaced_at is null;
grant select, insert on sharing.owner_key to pars_act;
grant update (confirmed_by, confirmed_at, replaced_at) on sharing.owner_key to pars_act;

create table sharing.agreement (
  id text primary key,
  number integer generated always as identity unique,
  agency_id integer not null references house.agency
);
grant select, insert on sharing.agreement to pars_act;

-- A version is its text; its hash names it. Proofs are kept with it, and without them nobody can sign.
create table sharing.version (
  id uuid primary key,
  agreement_id text not null references sharing.agreement,
  number smallint not null,
  hash text not null,
  terms text not null,
  first_day date not null,
  last_day date not null,
  floor_version integer not null,
  floor_hash text not null,
  proofs jsonb not null,
  proposed_by uuid not null references house.account,
  proposed_at timestamptz not null default house.city_now(),
  unique (agreement_id, number)
);
grant select, insert on sharing.version to pars_act;
grant update (floor_version, floor_hash, proofs) on sharing.version to pars_act;

-- What an owner said, in order; nothing is changed afterwards.
create table sharing.consent (
  id bigint generated always as identity primary key,
  version_id uuid not null references sharing.version,
  agreement_id text not null references sharing.agreement,
  owner text not null check (owner in ('police', 'district-attorney', 'court')),
  decision text not null check (decision in ('grant', 'withhold', 'abstain', 'withdraw', 'suspend')),
  reason text not null,
  said_by uuid not null references house.account,
  said_at timestamptz not null default house.city_now(),
  key_id uuid references sharing.owner_key,
  signature bytea,
  letter bytea,
  check (decision <> 'grant' or (key_id is not null and signature is not null))
);
create index consent_by_agreement on sharing.consent (agreement_id, id);
grant select, insert on sharing.consent to pars_act;

-- A term begins with the last consent that its rule needs and ends once; it never revives.
create table sharing.term (
  id uuid primary key,
  agreement_id text not null references sharing.agreement,
  version_id uuid not null references sharing.version,
  grants_needed smallint not null check (grants_needed in (2, 3)),
  began_at timestamptz not null default house.city_now(),
  really_began_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  ended_by text check (ended_by in ('withdrawn', 'suspended', 'expired', 'replaced', 'floor', 'overdue')),
  check ((ended_at is null) = (ended_by is null))
);
create unique index term_at_work on sharing.term (agreement_id) where ended_at is null;
grant select, insert on sharing.term to pars_act;
grant update (ended_at, ended_by) on sharing.term to pars_act;

-- What stands at this moment; day bounds in the city's zone, both included.
create view sharing.standing as
  select t.id as term_id, t.agreement_id, t.version_id
  from sharing.term t
  join sharing.version v on v.id = t.version_id
  where t.ended_at is null
    and (house.city_now() at time zone 'America/New_York')::date between v.first_day and v.last_day;
grant select on sharing.standing to pars_act;

-- Every inquiry that reached the ledger, for quotas, duties and the partner's own log. What it found stands elsewhere.
create table sharing.inquiry (
  nonce uuid primary key,
  term_id uuid not null references sharing.term,
  agreement_id text not null,
  agency_id integer not null,
  account_id uuid not null references house.account,
  purpose text not null,
  case_reference text not null,
  on_behalf_of text not null,
  criteria text[] not null,
  day date not null,
  asked_at timestamptz not null default house.city_now(),
  outcome text,
  outcome_at timestamptz
);
create index inquiry_by_agency on sharing.inquiry (agency_id, day);
create index inquiry_by_account on sharing.inquiry (account_id, day);
create index inquiry_by_agreement on sharing.inquiry (agreement_id, asked_at);
grant select, insert on sharing.inquiry to pars_act;
grant update (outcome, outcome_at) on sharing.inquiry to pars_act;

-- How often somebody asked on a day of the city, refused questions and wrong case numbers among them (T19). Counted
-- before anything is decided, in a transaction of its own, so that questions sent at once are all counted.
create table sharing.asked (
  day date not null,
  agency_id integer not null references house.agency,
  account_id uuid references house.account,
  times integer not null default 1,
  unique nulls not distinct (day, agency_id, account_id)
);
grant select, insert on sharing.asked to pars_act;
grant update (times) on sharing.asked to pars_act;

-- A second signature on an inquiry, by another person of the partner; used once (co_sign).
create table sharing.cosignature (
  id bigint generated always as identity primary key,
  agency_id integer not null references house.agency,
  signed_by uuid not null references house.account,
  question bytea not null,
  signed_at timestamptz not null default clock_timestamp(),
  used_at timestamptz
);
create index cosignature_by_question on sharing.cosignature (question);
grant select, insert on sharing.cosignature to pars_act;
grant update (used_at) on sharing.cosignature to pars_act;

-- A record to which access was limited, or that was expunged, by a court's order.
alter table record.arrest add column access text not null default 'open' check (access in ('open', 'sealed', 'expunged'));
grant update (access) on record.arrest to pars_act;
grant select (access, sid, docket_number, warrant_number, district) on record.arrest to pars_act;
grant select (disposition) on record.classification to pars_act;
create index arrest_by_docket_number on record.arrest (docket_number) where docket_number is not null;
create index arrest_by_pid on record.arrest (pid) where pid is not null;
create index arrest_by_sid on record.arrest (sid) where sid is not null;

-- The second wall for partners: columns by grant, rows by an entry that an earlier transaction committed, whose
-- agreement still stands.
alter table ledger.look drop constraint look_door_check;
alter table ledger.look add constraint look_door_check check (door in ('staff', 'interview', 'protected', 'partner'));
alter table ledger.look add column term_id uuid references sharing.term;
alter table ledger.look add constraint look_of_a_partner check ((door = 'partner') = (term_id is not null));
grant insert (term_id) on ledger.look to pars_act;

create or replace function ledger.shown(through text) returns uuid[]
  language plpgsql stable security definer
  set search_path = pg_catalog
as $$
declare
  named text := current_setting('pars.entry', true);
  found uuid[];
begin
  if named is null or named !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return '{}';
  end if;
  select l.arrests into found
  from ledger.look l
  join ledger.entry e on e.nonce = l.nonce
  where l.nonce = named::uuid
    and l.door = through
    and l.xid is distinct from pg_current_xact_id_if_assigned()
    and e.xid = l.xid
    and l.asked_at > clock_timestamp() - interval '5 seconds'
    and (l.term_id is null or exists (select 1 from sharing.standing s where s.term_id = l.term_id));
  return coalesce(found, '{}');
end
$$;
grant execute on function ledger.shown(text) to pars_partner;

grant select (id, ori, name) on house.agency to pars_partner;
grant select (code, name) on house.site to pars_partner;
grant select (id, surname, given, middle, suffix, other_names, birth_date, sex, height_cm, weight_kg, pid, sid, otn,
  dc_number, docket_number, arrested_at, district, agency_id, address, site, left_at) on record.arrest to pars_partner;
grant select (arrest_id, image) on record.photo to pars_partner;
grant select (arrest_id, held_at, probable_cause, next_court, next_at) on record.arraignment to pars_partner;

-- What stands of a case. The acting door asks by it whom an agreement could show.
create view sharing.charge_that_stands with (security_invoker = true) as
  select c.arrest_id, c.charge_id, c.statute, c.grade, c.counts
  from record.classification c
  where c.stage = 'district-attorney'
    and c.decision in ('approved', 'modified', 'added')
    and c.id = (
      select max(l.id)
      from record.classification l
      where l.arrest_id = c.arrest_id and l.charge_id = c.charge_id and l.stage = 'district-attorney')
    and not exists (
      select 1
      from record.classification d
      where d.arrest_id = c.arrest_id
        and d.charge_id = c.charge_id
        and d.stage = 'court'
        and d.disposition not in ('Guilty', 'Guilty Plea - Negotiated', 'Guilty Plea - Non-Negotiated', 'Held for Court'));
grant select on sharing.charge_that_stands to pars_act;

-- The partners' door reads these and not the tables beneath, so that what was dropped or refused is out of its reach.
-- They run as their owner, and each is the wall by itself.
create view sharing.standing_charge with (security_barrier = true) as
  select c.arrest_id, c.charge_id, c.statute, c.grade, c.counts
  from record.classification c
  where c.stage = 'district-attorney'
    and c.decision in ('approved', 'modified', 'added')
    and c.id = (
      select max(l.id)
      from record.classification l
      where l.arrest_id = c.arrest_id and l.charge_id = c.charge_id and l.stage = 'district-attorney')
    and not exists (
      select 1
      from record.classification d
      where d.arrest_id = c.arrest_id
        and d.charge_id = c.charge_id
        and d.stage = 'court'
        and d.disposition not in ('Guilty', 'Guilty Plea - Negotiated', 'Guilty Plea - Non-Negotiated', 'Held for Court'))
    and c.arrest_id = any((select ledger.shown('partner'))::uuid[]);
create view sharing.disposition with (security_barrier = true) as
  select d.arrest_id, d.charge_id, d.disposition
  from record.classification d
  where d.stage = 'court'
    and d.disposition in ('Guilty', 'Guilty Plea - Negotiated', 'Guilty Plea - Non-Negotiated', 'Held for Court')
    and d.arrest_id = any((select ledger.shown('partner'))::uuid[]);
create view sharing.bail_order with (security_barrier = true) as
  select b.arrest_id, b.type, b.amount_usd, b.percent, b.conditions
  from record.bail b
  where b.position = 'order'
    and b.id = (select max(o.id) from record.bail o where o.arrest_id = b.arrest_id and o.position = 'order')
    and b.arrest_id = any((select ledger.shown('partner'))::uuid[]);
grant select on sharing.standing_charge, sharing.disposition, sharing.bail_order to pars_partner;

do $$
declare
  t regclass;
  keyed text;
begin
  foreach t in array array['record.arrest', 'record.photo', 'record.arraignment']::regclass[]
  loop
    keyed := case when t = 'record.arrest'::regclass then 'id' else 'arrest_id' end;
    execute format(
      'create policy partners on %s for select to pars_partner using (%I = any((select ledger.shown(''partner''))::uuid[]))',
      t, keyed);
  end loop;
end
$$;

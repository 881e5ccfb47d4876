-- Duties of the owners' people: shifts and assignments, the lock rule for their looks, and break-glass.

-- Which hours somebody works; nobody's hours: any. It decides when a look asks why, and hides nothing.
alter table house.account add column shift text check (shift in ('day', 'evening', 'night'));
grant update (shift) on house.account to pars_act;

-- Whose arrest it is besides those who wrote it down, made it or took a step in it: a named person, until it ends.
create table record.assignment (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  account_id uuid not null references house.account,
  assigned_by uuid not null references house.account,
  assigned_at timestamptz not null default house.city_now(),
  ended_at timestamptz
);
create unique index assignment_at_work on record.assignment (arrest_id, account_id) where ended_at is null;
grant select, insert on record.assignment to pars_act;
grant update (ended_at) on record.assignment to pars_act;
grant select on record.assignment to pars_staff;
alter table record.assignment enable row level security;
alter table record.assignment force row level security;
create policy owns on record.assignment to pars_owner using (true) with check (true);
create policy acts on record.assignment to pars_act using (true) with check (true);
create policy looks on record.assignment for select to pars_staff
  using (arrest_id = any((select ledger.shown('staff'))::uuid[]));
grant select (officers) on record.arrest to pars_act;
grant select (number) on protected.child to pars_act;
create index arrest_limited on record.arrest (id) where access <> 'open';

-- The same locks for colleagues as for partners: the one who looks, then each arrest, shared; then whether the account
-- still works, asked in a statement of its own, so that it sees what the lock waited for. Raises like every lock.
create function house.share_look(looker uuid, arrests uuid[]) returns boolean
  language plpgsql volatile security definer
  set search_path = pg_catalog
as $$
declare
  key integer;
begin
  select a.number into key from house.account a where a.id = looker;
  if key is null then
    return false;
  end if;
  perform house.take_lock(7104, key, false);
  for key in select (r.number % 2147483648)::integer from record.arrest r where r.id = any(arrests) order by 1 loop
    perform house.take_lock(7105, key, false);
  end loop;
  return exists (
    select 1 from house.account a where a.id = looker and a.state = 'active' and a.confirmed_by is not null);
end
$$;
revoke execute on function house.share_look(uuid, uuid[]) from public;
grant execute on function house.share_look(uuid, uuid[]) to pars_act, pars_staff, pars_interview, pars_protected;

-- Which roles read a store of its own without break-glass. The table of duties says it; a test holds this one to it.
create table house.reader (
  door text not null check (door in ('interview', 'protected', 'children')),
  role text not null,
  primary key (door, role)
);
insert into house.reader (door, role) values
  ('interview', 'interviewer'), ('interview', 'magistrate'), ('interview', 'defender'),
  ('protected', 'detective'), ('protected', 'police-supervisor'), ('protected', 'charging-attorney'),
  ('protected', 'charging-supervisor'),
  ('children', 'detective'), ('children', 'police-supervisor'), ('children', 'custody-supervisor');

-- Break-glass: somebody asks for one arrest and one part of it. Nothing of it is changed afterwards but that it ends.
create table sharing.opening (
  id uuid primary key,
  arrest_id uuid not null,
  part text not null check (part in ('arrest', 'interview', 'protected', 'children')),
  sealed bytea not null,
  asked_by uuid not null references house.account,
  owner text not null check (owner in ('police', 'district-attorney', 'court')),
  asked_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  ended_by uuid references house.account,
  check ((ended_at is null) = (ended_by is null))
);
create index opening_by_asker on sharing.opening (asked_by, arrest_id);
create index opening_by_asked_at on sharing.opening (asked_at);
grant select on sharing.opening to pars_act;
grant insert (id, arrest_id, part, sealed, asked_by, owner) on sharing.opening to pars_act;
grant update (ended_at, ended_by) on sharing.opening to pars_act;

-- Two people of two owners. The database writes the time, so that nobody opens for later or for longer.
create table sharing.opening_signature (
  opening_id uuid not null references sharing.opening,
  account_id uuid not null references house.account,
  owner text not null check (owner in ('police', 'district-attorney', 'court')),
  signed_at timestamptz not null default clock_timestamp(),
  primary key (opening_id, owner),
  unique (opening_id, account_id)
);
grant select on sharing.opening_signature to pars_act;
grant insert (opening_id, account_id, owner) on sharing.opening_signature to pars_act;

-- Each look through an opening, for its review; what it showed stands in its entry.
create table sharing.opening_look (
  nonce uuid primary key,
  opening_id uuid not null references sharing.opening,
  looked_at timestamptz not null default clock_timestamp()
);
create index opening_look_by_opening on sharing.opening_look (opening_id);
grant select on sharing.opening_look to pars_act;
grant insert (nonce, opening_id) on sharing.opening_look to pars_act;

create table sharing.opening_review (
  opening_id uuid primary key references sharing.opening,
  reviewed_by uuid not null references house.account,
  finding text not null check (finding in ('justified', 'not justified', 'refer')),
  sealed bytea not null,
  reviewed_at timestamptz not null default clock_timestamp()
);
grant select on sharing.opening_review to pars_act;
grant insert (opening_id, reviewed_by, finding, sealed) on sharing.opening_review to pars_act;

-- What was asked for lapses when two have not signed within 60 minutes.
-- When an opening began and closes: with the second signature, which is never its asker's, and 60 minutes of real time
-- later, since it is people at screens who have them. A third signature makes it no longer.
create view sharing.opening_time as
  select o.id, s.signed_at as opened_at, s.signed_at + interval '60 minutes' as closes_at
  from sharing.opening o
  cross join lateral (
    select g.signed_at
    from sharing.opening_signature g
    where g.opening_id = o.id and g.account_id <> o.asked_by
    order by g.signed_at
    offset 1 limit 1) s;
create view sharing.opening_at_work as
  select o.id, o.arrest_id, o.part, o.asked_by, t.opened_at, t.closes_at
  from sharing.opening o
  join sharing.opening_time t on t.id = o.id
  where o.ended_at is null
    and clock_timestamp() < t.closes_at
    and t.opened_at < o.asked_at + interval '60 minutes'
    and o.asked_at > clock_timestamp() - interval '2 hours';  -- no later than that; uses opening_by_asked_at
grant select on sharing.opening_time, sharing.opening_at_work to pars_act;

-- The wall knows whose look it is, through which opening, and whether it may see a record to which access is limited.
alter table ledger.look drop constraint look_door_check;
alter table ledger.look add constraint look_door_check
  check (door in ('staff', 'interview', 'protected', 'children', 'partner'));
alter table ledger.look add column account_id uuid references house.account;
alter table ledger.look add column opening_id uuid references sharing.opening;
alter table ledger.look add column limited boolean not null default false;
grant insert (account_id, opening_id, limited) on ledger.look to pars_act;

create or replace function ledger.shown(through text) returns uuid[]
  language plpgsql stable security definer
  set search_path = pg_catalog
as $$
declare
  named text := current_setting('pars.entry', true);
  found uuid[];
  may_limited boolean;
begin
  if named is null or named !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return '{}';
  end if;
  select l.arrests, l.limited into found, may_limited
  from ledger.look l
  join ledger.entry e on e.nonce = l.nonce
  where l.nonce = named::uuid
    and l.door = through
    and l.xid is distinct from pg_current_xact_id_if_assigned()
    and e.xid = l.xid
    and l.asked_at > clock_timestamp() - interval '5 seconds'
    and (l.term_id is null or exists (select 1 from sharing.standing s where s.term_id = l.term_id))
    -- a colleague whose account was disabled, or waits to be confirmed again, sees nothing more
    and (l.account_id is null or exists (
      select 1 from house.account a
      where a.id = l.account_id and a.state = 'active' and a.confirmed_by is not null))
    -- a store of its own opens to the roles that read it, or to an opening that is at work for this very look
    and (l.door in ('staff', 'partner') or l.opening_id is not null or exists (
      select 1 from house.account a join house.reader r on r.role = a.role and r.door = l.door
      where a.id = l.account_id))
    and (l.opening_id is null or exists (
      select 1 from sharing.opening_at_work o
      where o.id = l.opening_id
        and o.asked_by = l.account_id
        and o.part = case l.door when 'staff' then 'arrest' else l.door end
        and l.arrests = array[o.arrest_id]));
  -- What was expunged is gone when nobody is kept under it any more; what was sealed is for looks that said why. A
  -- partner sees neither at any time.
  select array_agg(one) into found
  from unnest(found) one
  where not exists (
    select 1 from record.arrest a
    where a.id = one
      and a.access <> 'open'
      and (through = 'partner' or not (
        a.custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked', 'held-on-bail', 'release-owed')
        or (a.access = 'sealed' and may_limited))));
  return coalesce(found, '{}');
end
$$;

-- Children have a door of their own in the same room: whoever reads victims does not read them by that.
drop policy looks on protected.child;
create policy looks on protected.child to pars_protected
  using (id = any((select ledger.shown('children'))::uuid[]));

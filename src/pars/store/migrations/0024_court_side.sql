-- Victims served (N13), no-contact orders, and the defender's desk (N24).

-- The court's victim-notice desk reads name and safe contact: the one exit besides the victim's own notice.
insert into house.reader (door, role) values ('protected', 'clerk');

-- Blind marks of a protected person's names and of the numbers in their contact: equality only, made like search keys. They
-- tell that a text names somebody, and that a defender has a conflict; they say no name.
alter table protected.person add column marks text[] not null default '{}';

create function protected.named(arrest uuid, given text[]) returns boolean
  language sql stable security definer
  set search_path = pg_catalog
as $$
  select exists (select 1 from protected.person p where p.arrest_id = arrest and p.marks && given)
$$;
revoke execute on function protected.named(uuid, text[]) from public;
grant execute on function protected.named(uuid, text[]) to pars_act;

-- What a victim has to be told, from the moment at which it happens until somebody has told them, and how.
create table protected.notice (
  id uuid primary key default gen_random_uuid(),
  arrest_id uuid not null references record.arrest,
  person_id uuid not null references protected.person,
  about text not null check (about in ('bail', 'release', 'conditions', 'next-date', 'custody')),
  owed_at timestamptz not null,
  told_at timestamptz,
  told_by uuid references house.account,
  way text check (way in ('telephone', 'text-message', 'email', 'letter', 'in-person')),
  check ((told_at is null) = (told_by is null) and (told_at is null) = (way is null))
);
create index notice_owed on protected.notice (owed_at) where told_at is null;
create index notice_by_arrest on protected.notice (arrest_id);
grant select (id, arrest_id, about, owed_at, told_at, told_by, way) on protected.notice to pars_act;
grant update (told_at, told_by, way) on protected.notice to pars_act;
alter table protected.notice enable row level security;
alter table protected.notice force row level security;
create policy owns on protected.notice to pars_owner using (true) with check (true);
create policy acts on protected.notice to pars_act using (true) with check (true);

-- The acting door cannot read who is protected; it only says that something happened that they are told of.
create function protected.owe_notices(arrest uuid, what text, since timestamptz) returns void
  language sql volatile security definer
  set search_path = pg_catalog
as $$
  insert into protected.notice (arrest_id, person_id, about, owed_at)
  select p.arrest_id, p.id, what, since
  from protected.person p
  where p.arrest_id = arrest and p.kind in ('victim', 'complainant')
$$;
revoke execute on function protected.owe_notices(uuid, text, timestamptz) from public;
grant execute on function protected.owe_notices(uuid, text, timestamptz) to pars_act;

-- Whom a defendant must keep away from, by reference: Complainant 1, 2 … in the order in which they were written down.
create table record.no_contact (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  kind text not null check (kind in ('no-contact', 'stay-away')),
  complainant smallint not null check (complainant >= 1),
  says text not null,
  ordered_by uuid not null references house.account,
  ordered_at timestamptz not null,
  ended_at timestamptz,
  ended_by uuid references house.account,
  served_at timestamptz,
  served_by uuid references house.account,
  served_language text,
  served_how text check (served_how in ('signed', 'refused')),
  check ((served_at is null) = (served_by is null) and (served_at is null) = (served_how is null))
);
create index no_contact_by_arrest on record.no_contact (arrest_id);
create index no_contact_in_force on record.no_contact (arrest_id) where ended_at is null;
grant insert on record.no_contact to pars_act;
grant select (id, arrest_id, kind, complainant, ordered_at, ended_at, served_at) on record.no_contact to pars_act;
grant update (ended_at, ended_by, served_at, served_by, served_language, served_how) on record.no_contact to pars_act;
grant select on record.no_contact to pars_staff;

-- That counsel and client talked in confidence, or why not; never what of.
create table record.confidential_talk (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  way text not null check (way in ('in-person', 'video', 'telephone', 'not-possible')),
  place text not null,
  minutes smallint not null check (minutes between 0 and 600),
  interpreter text,
  why_not text,
  held_at timestamptz not null,
  written_by uuid not null references house.account,
  check ((way = 'not-possible') = (why_not is not null))
);
create index confidential_talk_by_arrest on record.confidential_talk (arrest_id);
grant insert on record.confidential_talk to pars_act;
grant select on record.confidential_talk to pars_staff;

do $$
declare
  t regclass;
begin
  foreach t in array array['record.no_contact', 'record.confidential_talk']::regclass[]
  loop
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
    execute format('create policy owns on %s to pars_owner using (true) with check (true)', t);
    execute format('create policy acts on %s to pars_act using (true) with check (true)', t);
    execute format(
      'create policy looks on %s for select to pars_staff using (arrest_id = any((select ledger.shown(''staff''))::uuid[]))', t);
  end loop;
end
$$;

-- Whether an arrest stands against a client that the defender's office has: another of the same incident, or somebody who
-- is protected in the one case and accused in the other. It answers yes or no, and never who.
create function protected.conflict(arrest uuid, counsel uuid) returns boolean
  language sql stable security definer
  set search_path = pg_catalog
as $$
  select exists (
    select 1
    from record.arrest a
    join record.assignment g on g.ended_at is null and g.arrest_id <> a.id
    join house.account c on c.id = g.account_id and c.role = 'defender'
    join house.account me on me.id = counsel and me.agency_id = c.agency_id
    join record.arrest o on o.id = g.arrest_id
    where a.id = arrest
      and (o.person_id is null or a.person_id is null or o.person_id <> a.person_id)
      and (o.dc_number = a.dc_number
        or exists (select 1 from protected.person p where p.arrest_id = a.id and p.marks && o.search_keys)
        or exists (select 1 from protected.person p where p.arrest_id = o.id and p.marks && a.search_keys)))
$$;
revoke execute on function protected.conflict(uuid, uuid) from public;
grant execute on function protected.conflict(uuid, uuid) to pars_act;

-- What acts ask of protected persons is asked of stand-ins, and the store itself is read by entries alone (docs/adr/0050):
-- a scan of the store that no entry opened is then a read past the wall, and nothing else.

-- One for each protected person, written in the same act: of which arrest, of which kind, and blind marks. No name, nothing
-- sealed. No foreign key ties it to the store, since checking one is a scan of it.
create table protected.stand_in (
  id uuid primary key,
  arrest_id uuid not null,
  kind text not null check (kind in ('victim', 'witness', 'complainant')),
  marks text[] not null
);
create index stand_in_by_arrest on protected.stand_in (arrest_id);
grant insert on protected.stand_in to pars_act;
alter table protected.stand_in enable row level security;
alter table protected.stand_in force row level security;
create policy owns on protected.stand_in to pars_owner using (true) with check (true);
create policy acts on protected.stand_in for insert to pars_act with check (true);
insert into protected.stand_in (id, arrest_id, kind, marks) select p.id, p.arrest_id, p.kind, p.marks from protected.person p;
alter table protected.person drop column marks;

-- A notice that was given stays when whom it was for has ended; one that is owed keeps them (`keeping.over`). It comes back
-- with an arrest that was moved to the children's and was none of theirs.
alter table protected.notice drop constraint notice_person_id_fkey;
alter table protected.notice drop constraint notice_arrest_id_fkey;

create or replace function protected.named(arrest uuid, given text[]) returns boolean
  language sql stable security definer
  set search_path = pg_catalog
as $$
  select exists (select 1 from protected.stand_in s where s.arrest_id = arrest and s.marks && given)
$$;

create or replace function protected.owe_notices(arrest uuid, what text, since timestamptz) returns void
  language sql volatile security definer
  set search_path = pg_catalog
as $$
  insert into protected.notice (arrest_id, person_id, about, owed_at)
  select s.arrest_id, s.id, what, since
  from protected.stand_in s
  where s.arrest_id = arrest and s.kind in ('victim', 'complainant')
$$;

create or replace function protected.conflict(arrest uuid, counsel uuid) returns boolean
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
        or exists (select 1 from protected.stand_in s where s.arrest_id = a.id and s.marks && o.search_keys)
        or exists (select 1 from protected.stand_in s where s.arrest_id = o.id and s.marks && a.search_keys)))
$$;

-- As before; the stand-ins end with those for whom they stand.
create or replace function house.end_kept(what text, whose uuid) returns bigint
  language plpgsql volatile security definer
  set search_path = pg_catalog
as $$
declare
  gone bigint;
begin
  if what = 'interview' then
    delete from interview.interview where arrest_id = whose;
  elsif what = 'protected' then
    delete from protected.stand_in where arrest_id = whose;
    delete from protected.person where arrest_id = whose;
  elsif what = 'optional' then
    delete from protected.optional where arrest_id = whose;
  else
    raise exception 'nothing of that name ends';
  end if;
  get diagnostics gone = row_count;
  return gone;
end
$$;

-- The acting door answers for its scans of the stand-ins as for those of the record; anybody else's are in the record's gap.
create or replace function ledger.learn_relations() returns void
  language plpgsql security definer
  set search_path = pg_catalog
as $$
declare
  found oid[];
begin
  with counted as (
    select c.oid
    from pg_class c
    where c.relkind in ('r', 'm')
      and (c.relnamespace = 'record'::regnamespace or c.oid = 'protected.stand_in'::regclass)
  )
  select array_agg(r.oid order by r.oid) into found
  from (
    select c.oid from counted c
    union all
    select i.indexrelid
    from pg_index i
    join counted c on c.oid = i.indrelid) r;
  execute format(
    'create or replace function ledger.relations_of_record() returns oid[] language sql immutable as %L',
    format('select %L::oid[]', found));
  revoke execute on function ledger.relations_of_record() from public;
end
$$;
select ledger.learn_relations();

-- Where reads were reconciled before, the counting begins anew: until now the gap grew by ordinary acts, and this very
-- migration reads both places.
insert into house.reconciling (place, counting_since, reads_before, entries_before, reads, entries, gap, anew)
select r.place, clock_timestamp(), 0, 0, 0, 0, 0, true
from (select distinct place from house.reconciling where place in ('protected', 'record')) r;

-- Who has left is on no watch any more (N11).
update care.watch w
set ended_at = greatest(a.left_at, w.checked_at)
from record.arrest a
where a.id = w.arrest_id and w.ended_at is null and a.custody in ('released', 'committed', 'transferred', 'died');

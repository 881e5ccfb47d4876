-- The floor that owners' programs are held to. A newer one takes every agreement out of force at once, until both
-- solvers have proved its terms under it; a program with an older one answers no partner.

create table sharing.floor (
  version integer primary key,
  hash text not null unique,
  laid_at timestamptz not null default house.city_now()
);
grant select, insert on sharing.floor to pars_act;

create function sharing.floor_hash() returns text
  language sql stable
as $$
  select f.hash from sharing.floor f order by f.version desc limit 1
$$;
revoke execute on function sharing.floor_hash() from public;
grant execute on function sharing.floor_hash() to pars_act;

alter table sharing.version add column proved_at timestamptz not null default house.city_now();
grant update (proved_at) on sharing.version to pars_act;

create or replace view sharing.standing as
  select t.id as term_id, t.agreement_id, t.version_id
  from sharing.term t
  join sharing.version v on v.id = t.version_id
  where t.ended_at is null
    and v.floor_hash = sharing.floor_hash()
    and (house.city_now() at time zone 'America/New_York')::date between v.first_day and v.last_day;

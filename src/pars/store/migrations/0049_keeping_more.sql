-- Optional fields end by time like interviews (N30). The acting door learns that there is one of an arrest, and not what.
create function house.holds_optional(whose uuid) returns boolean
  language sql stable security definer
  set search_path = pg_catalog
as $$
  select exists (select 1 from protected.optional o where o.arrest_id = whose)
$$;
revoke execute on function house.holds_optional(uuid) from public;
grant execute on function house.holds_optional(uuid) to pars_act;

-- Which program has served this record since when, and who deployed it: each change is an entry, too.
create table house.code (
  id integer generated always as identity primary key,
  version text not null,
  digest text not null,
  deployed_by text not null,
  since timestamptz not null
);
grant select, insert on house.code to pars_act;

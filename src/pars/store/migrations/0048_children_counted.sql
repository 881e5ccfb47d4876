-- Children are counted in their own place, by those whose duty is with them (N21): the cells' count shows none of them.
create table protected.child_count (
  id uuid primary key,
  counted_at timestamptz not null,
  counted_by uuid not null references house.account,
  expected smallint not null check (expected >= 0),
  present smallint not null check (present >= 0),
  written_at timestamptz not null default house.city_now()
);
create index child_count_newest on protected.child_count (counted_at desc);
grant select, insert on protected.child_count to pars_act;

-- A child who was not there stands as a difference until somebody explains it.
create table protected.child_missing (
  id uuid primary key,
  count_id uuid not null references protected.child_count,
  child_id uuid not null references protected.child,
  found_at timestamptz not null,
  how text,
  explained_by uuid references house.account,
  explained_at timestamptz,
  check ((how is null) = (explained_at is null) and (how is null) = (explained_by is null))
);
create unique index child_missing_open on protected.child_missing (child_id) where explained_at is null;
create index child_missing_by_child on protected.child_missing (child_id);
grant select, insert on protected.child_missing to pars_act;
grant update (how, explained_by, explained_at) on protected.child_missing to pars_act;

create or replace function protected.forget_child(whom uuid) returns void
  language plpgsql security definer
  set search_path = pg_catalog
as $$
begin
  if not exists (
    select 1 from record.arrest a
    where a.id = whom and a.xmin = pg_current_xact_id()::xid)
  then
    raise exception 'this record was not written among the adults'' in this transaction';
  end if;
  delete from protected.child_missing where child_id = whom;
  delete from protected.child_paper where child_id = whom;
  delete from protected.child_step where child_id = whom;
  delete from protected.child where id = whom;
end
$$;

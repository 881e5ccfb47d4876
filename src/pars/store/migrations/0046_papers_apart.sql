-- Papers of the stores apart (N7, N25): each printing has its code, and the second says COPY. That there was one says
-- something by itself, so that it is written in the store and not beside the arrest.
create table care.paper (
  code text primary key,
  arrest_id uuid not null,  -- an adult's or a child's
  kind text not null,
  language text not null,
  printed_at timestamptz not null,
  printed_by uuid not null references house.account,
  copy boolean not null
);
create index care_paper_by_arrest on care.paper (arrest_id, kind);
grant select, insert on care.paper to pars_act;

create table protected.child_paper (
  code text primary key,
  child_id uuid not null references protected.child,
  kind text not null,
  language text not null,
  printed_at timestamptz not null,
  printed_by uuid not null references house.account,
  copy boolean not null
);
create index child_paper_by_child on protected.child_paper (child_id, kind);
grant select, insert on protected.child_paper to pars_act;

-- A consular paper hangs on the blind key like the request, and is erased with it.
alter table consular.note drop constraint note_kind_check;
alter table consular.note add constraint note_kind_check
  check (kind in ('asked', 'sent', 'confirmed', 'request-printed', 'notice-printed'));

-- Whoever turns out to be an adult leaves no paper among the children's either.
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
  delete from protected.child_paper where child_id = whom;
  delete from protected.child_step where child_id = whom;
  delete from protected.child where id = whom;
end
$$;

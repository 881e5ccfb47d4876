-- What is done about a child (N12): apart, the parent told, and the ways out. What was said is sealed like the child's arrest.
create table protected.child_step (
  id uuid primary key,
  child_id uuid not null references protected.child,
  step text not null,
  sealed bytea not null,
  happened_at timestamptz not null,
  written_by uuid not null references house.account,
  written_at timestamptz not null default house.city_now()
);
create index child_step_by_child on protected.child_step (child_id, happened_at);
grant insert on protected.child_step to pars_act;
grant select (child_id, step) on protected.child_step to pars_act;
grant select on protected.child_step to pars_protected;
alter table protected.child_step enable row level security;
alter table protected.child_step force row level security;
create policy owns on protected.child_step to pars_owner using (true) with check (true);
create policy acts on protected.child_step to pars_act using (true) with check (true);
create policy looks on protected.child_step for select to pars_protected
  using (child_id = any((select ledger.shown('children'))::uuid[]));
grant update (custody) on protected.child to pars_act;
create policy moves on protected.child for update to pars_act using (true) with check (true);

-- Receipts about a record that turned out to be a child's are recalled after its row among the adults' is gone.
alter table sharing.recall_owed drop constraint recall_owed_arrest_id_fkey;

-- Forget an adult's record whole, whatever tables hang on it. Only for one that this very transaction has sealed among the
-- children's: nobody can empty the record by calling it.
create function record.forget(whom uuid) returns void
  language plpgsql security definer
  set search_path = pg_catalog
as $$
declare
  hangs regclass;
  left_over integer;
  before integer := null;
  whose uuid;
begin
  if not exists (
    select 1 from protected.child c
    where c.id = whom and c.xmin = pg_current_xact_id()::xid)
  then
    raise exception 'this record was not sealed among the children''s in this transaction';
  end if;
  select a.person_id into whose from record.arrest a where a.id = whom;
  loop
    left_over := 0;
    for hangs in
      select c.oid::regclass
      from pg_class c
      join pg_attribute t on t.attrelid = c.oid and t.attname = 'arrest_id' and not t.attisdropped
      where c.relnamespace = 'record'::regnamespace and c.relkind = 'r'
    loop
      begin
        execute format('delete from %s where arrest_id = $1', hangs) using whom;
      exception when foreign_key_violation then
        left_over := left_over + 1;  -- something that hangs on it goes first; the next round takes it
      end;
    end loop;
    exit when left_over = 0;
    if left_over = before then
      raise exception 'something still hangs on this record';
    end if;
    before := left_over;
  end loop;
  delete from record.arrest where id = whom;
  delete from record.person p
  where p.id = whose and not exists (select 1 from record.arrest a where a.person_id = p.id);
end
$$;
revoke execute on function record.forget(uuid) from public;
grant execute on function record.forget(uuid) to pars_act;

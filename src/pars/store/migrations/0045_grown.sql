-- An age in doubt that turns out to be 18 or more (N12): the record moves to the adults' whole, and nothing of it stays
-- among the children's.

-- What was moved across from the adults' before comes back with every row that it had.
create function record.bring_back(whom uuid, arrest jsonb, hung jsonb) returns void
  language plpgsql security definer
  set search_path = pg_catalog
as $$
declare
  waits text[];
  later text[];
  hangs text;
begin
  if not exists (select 1 from protected.child c where c.id = whom) then
    raise exception 'no child''s record is kept under that number';
  end if;
  if arrest ->> 'id' is distinct from whom::text
    or exists (
      select 1
      from jsonb_each(hung) t, jsonb_array_elements(t.value) r
      where r.value ->> 'arrest_id' is distinct from whom::text)
  then
    raise exception 'rows of another record';
  end if;
  -- Whom it was linked with may be gone: a link is decided anew (N19).
  insert into record.arrest overriding system value
    select * from jsonb_populate_record(null::record.arrest, arrest || '{"person_id": null}');
  waits := array(select jsonb_object_keys(hung));
  while cardinality(waits) > 0 loop
    later := '{}';
    foreach hangs in array waits loop
      if not exists (
        select 1 from pg_class c
        where c.oid = to_regclass(hangs) and c.relnamespace = 'record'::regnamespace and c.relkind = 'r')
      then
        raise exception 'no table of the record';
      end if;
      begin
        execute format(
          'insert into %s overriding system value select * from jsonb_populate_recordset(null::%s, $1)',
          to_regclass(hangs), to_regclass(hangs)) using hung -> hangs;
      exception when foreign_key_violation then
        later := later || hangs;  -- it hangs on another table of these; the next round brings it
      end;
    end loop;
    if later = waits then
      raise exception 'something that this record hung on is not there any more';
    end if;
    waits := later;
  end loop;
end
$$;
revoke execute on function record.bring_back(uuid, jsonb, jsonb) from public;
grant execute on function record.bring_back(uuid, jsonb, jsonb) to pars_act;

-- Forget a child's record whole. Only for one that this very transaction has written among the adults': nobody can empty
-- the children's store by calling it.
create function protected.forget_child(whom uuid) returns void
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
  delete from protected.child_step where child_id = whom;
  delete from protected.child where id = whom;
end
$$;
revoke execute on function protected.forget_child(uuid) from public;
grant execute on function protected.forget_child(uuid) to pars_act;

-- Reads of the record's own tables against entries (docs/adr/0026): PostgreSQL counts every scan, whoever makes it; a door
-- reckons at the end of its transaction with the scans that PostgreSQL counted in it. What nobody reckoned with was read
-- past the doors.

-- How many scans were reckoned with: under an entry that let them be read, and by the acting door to decide. Ones and
-- thousands. A sequence keeps what it counted when a transaction is rolled back, as PostgreSQL's own counters do; unlogged,
-- it costs no transaction number and no write-ahead log, and begins anew after a crash, as they do. No door may touch one.
create unlogged sequence ledger.reads_entered as bigint;
create unlogged sequence ledger.reads_entered_thousands as bigint;
create unlogged sequence ledger.reads_to_decide as bigint;
create unlogged sequence ledger.reads_to_decide_thousands as bigint;
grant select on ledger.reads_entered, ledger.reads_entered_thousands, ledger.reads_to_decide,
  ledger.reads_to_decide_thousands to pars_ledger;

-- Holds nothing. A scan of it is counted beside those that were reckoned with and is handed over together with them: as
-- long as it is there, nothing is reckoned with twice.
create table ledger.reckoned ();

-- The tables of the record and their indexes, as a constant: looking them up each time would cost more than counting.
create function ledger.learn_relations() returns void
  language plpgsql security definer
  set search_path = pg_catalog
as $$
declare
  found oid[];
begin
  select array_agg(r.oid order by r.oid) into found
  from (
    select c.oid from pg_class c where c.relnamespace = 'record'::regnamespace and c.relkind in ('r', 'm')
    union all
    select i.indexrelid
    from pg_index i
    join pg_class c on c.oid = i.indrelid
    where c.relnamespace = 'record'::regnamespace and c.relkind in ('r', 'm')) r;
  execute format(
    'create or replace function ledger.relations_of_record() returns oid[] language sql immutable as %L',
    format('select %L::oid[]', found));
  revoke execute on function ledger.relations_of_record() from public;
end
$$;
revoke execute on function ledger.learn_relations() from public;
select ledger.learn_relations();

-- Called last in every transaction of a door. Whoever reads to show reckons under the entry that let it read; the acting
-- door reads to decide, and only columns that name nobody.
create function ledger.reckon() returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog
as $$
declare
  scans bigint;
  told bigint;  -- assigned and not performed: an assignment is evaluated in place, without a plan of its own
  named text := current_setting('pars.entry', true);
begin
  if pg_stat_get_xact_numscans('ledger.reckoned'::regclass) > 0 then
    return;
  end if;
  select sum(pg_stat_get_xact_numscans(r.relation)) into scans
  from unnest(ledger.relations_of_record()) r (relation);
  if scans = 0 then
    return;
  end if;
  if session_user = 'pars_act' then
    for one in 1 .. scans % 1000 loop
      told := nextval('ledger.reads_to_decide');
    end loop;
    for thousand in 1 .. scans / 1000 loop
      told := nextval('ledger.reads_to_decide_thousands');
    end loop;
  elsif named ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' and exists (
    select 1
    from ledger.look l
    join ledger.entry e on e.nonce = l.nonce
    where l.nonce = named::uuid
      and session_user = case l.door when 'children' then 'pars_protected' else 'pars_' || l.door end
      and l.asked_at > clock_timestamp() - interval '1 minute')
  then
    for one in 1 .. scans % 1000 loop
      told := nextval('ledger.reads_entered');
    end loop;
    for thousand in 1 .. scans / 1000 loop
      told := nextval('ledger.reads_entered_thousands');
    end loop;
  else
    return;
  end if;
  perform from ledger.reckoned;
  perform pg_stat_force_next_flush();
end
$$;
revoke execute on function ledger.reckon() from public;
grant execute on function ledger.reckon() to pars_act, pars_staff, pars_interview, pars_protected, pars_partner;

alter table house.reconciling add column decided_before bigint not null default 0;
alter table house.reconciling add column decided bigint not null default 0;

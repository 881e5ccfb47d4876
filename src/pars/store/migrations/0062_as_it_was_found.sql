-- What leaves is the record as it was when it was found. Somebody may be corrected to a child, or to another name, and a charge
-- may fall, after a partner's question was searched and before it is entered, or between its entry and its read: the version of
-- each record that a look found is compared under the locks, and once more by the wall.
alter table ledger.look add column versions integer[];
grant insert (versions) on ledger.look to pars_act;

-- Asks as before; and nothing is entered under a term that is not the one that was decided on.
drop function sharing.ask(text, integer, integer, uuid, integer, text, uuid, uuid, integer, jsonb, bytea, uuid,
  timestamptz, bytea, text, bytea, bytea[], text);
create function sharing.ask(
  agreement text, agreement_row integer, agency integer, account uuid, account_row integer, decided_on text,
  term uuid, arrest uuid, arrest_row integer, arrest_version integer, rule jsonb, question bytea,
  entry uuid, at timestamptz, leaf bytea, under text, sealed bytea, marks bytea[], on_behalf_of text) returns text
  language plpgsql volatile
  set plan_cache_mode = force_generic_plan
as $$
declare
  said jsonb := convert_from(leaf, 'UTF8')::jsonb;
  signature bigint;
begin
  perform house.take_locks(
    array[7101, 7102, 7103, 7104, 7105],
    array[0, agreement_row, agency, account_row, case when arrest is not null then arrest_row end]);
  if sharing.basis(ask.agreement, ask.account, house.city_now()) is distinct from decided_on then
    return 'changed';
  end if;
  if starts_with(decided_on, '{"term" : ["' || ask.term || '"') is not true then
    return 'changed';  -- what was decided on is of this term, and of one
  end if;
  if arrest is not null and not exists (
    select 1
    from sharing.shown_under(rule) s
    join record.arrest a on a.id = s.id
    where s.id = arrest and a.version = arrest_version)
  then
    perform ledger.reckon();
    return 'hidden';
  end if;
  if question is not null then
    select c.id into signature
    from sharing.cosignature c
    where c.agency_id = ask.agency
      and c.question = ask.question
      and c.signed_by <> ask.account
      and c.signed_at > clock_timestamp() - interval '30 minutes'
    order by c.id
    limit 1
    for update skip locked;
    if signature is null then
      perform ledger.reckon();
      return 'unsigned';
    end if;
  end if;
  if not ledger.enter(ask.entry, ask.at, 'inquiry.asked', ask.leaf, ask.account, under, ask.sealed, marks) then
    perform ledger.reckon();
    return 'turned';
  end if;
  if signature is not null then
    delete from sharing.cosignature c where c.id = signature;  -- used once
  end if;
  insert into sharing.inquiry (nonce, term_id, agreement_id, agency_id, account_id, purpose, on_behalf_of, criteria, day)
  values (ask.entry, ask.term, ask.agreement, ask.agency, ask.account, said ->> 'purpose', ask.on_behalf_of,
    array(select jsonb_array_elements_text(said -> 'criteria')), (said ->> 'day')::date);
  insert into ledger.look (nonce, door, arrests, versions, term_id, account_id)
  values (ask.entry, 'partner', case when arrest is null then '{}' else array[arrest] end,
    case when arrest is null then '{}' else array[arrest_version] end, ask.term, ask.account);
  perform ledger.reckon();
  return 'entered';
end
$$;
revoke execute on function sharing.ask(text, integer, integer, uuid, integer, text, uuid, uuid, integer, integer, jsonb, bytea, uuid,
  timestamptz, bytea, text, bytea, bytea[], text) from public;
grant execute on function sharing.ask(text, integer, integer, uuid, integer, text, uuid, uuid, integer, integer, jsonb, bytea, uuid,
  timestamptz, bytea, text, bytea, bytea[], text) to pars_act;

-- The wall, as before but for the version, and for what no agreement could show any more.
create or replace function ledger.shown(through text) returns uuid[]
  language plpgsql volatile security definer
  set search_path = pg_catalog
  set seq_page_cost = 20
as $$
declare
  named text := current_setting('pars.entry', true);
  look ledger.look;
  agreement integer;
  people integer[];
  found uuid[];
begin
  if named is null or named !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return '{}';
  end if;
  select l.* into look
  from ledger.look l
  join ledger.entry e on e.nonce = l.nonce
  where l.nonce = named::uuid
    and l.door = through
    and l.xid is distinct from pg_current_xact_id_if_assigned()
    and e.xid = l.xid
    and l.asked_at > clock_timestamp() - interval '5 seconds';
  if look.nonce is null then
    return '{}';
  end if;
  if through = 'partner' then
    if pg_current_xact_id_if_assigned() is not null then
      return '{}';  -- what has written something may take no lock any more (T13)
    end if;
    select
      (select a.number from sharing.term t join sharing.agreement a on a.id = t.agreement_id where t.id = look.term_id),
      (select coalesce(array_agg((r.number % 2147483648)::integer order by r.number % 2147483648), '{}')
        from record.arrest r where r.id = any(look.arrests))
    into agreement, people;
    perform house.take_locks(
      array[7101, 7102] || array_fill(7105, array[cardinality(people)]),
      array[case when look.term_id is not null then 0 end, agreement] || people);
    select array_agg(one.id) into found
    from unnest(look.arrests, look.versions) one (id, version)
    where (look.term_id is null or exists (select 1 from sharing.standing s where s.term_id = look.term_id))
      -- an instrument that its owner's counsel approved, or a supervisor in an emergency, and that this look answers
      and (look.instrument_id is null or exists (
        select 1 from sharing.instrument_at_work i
        where i.id = look.instrument_id and i.answered_by = look.account_id))
      -- whoever's account was disabled, or waits to be confirmed again, sees nothing more
      and (look.account_id is null or exists (
        select 1 from house.account a
        where a.id = look.account_id and a.state = 'active' and a.confirmed_by is not null))
      -- what was sealed or expunged goes nowhere at any time, nor what is another by now than it was when it was found
      and exists (select 1 from record.arrest a where a.id = one.id and a.access = 'open' and a.version = one.version)
      and (look.term_id is null or exists (select 1 from sharing.showable s where s.id = one.id));
    return coalesce(found, '{}');
  end if;
  -- a colleague whose account was disabled, or waits to be confirmed again, sees nothing more
  if look.account_id is not null and not exists (
    select 1 from house.account a
    where a.id = look.account_id and a.state = 'active' and a.confirmed_by is not null)
  then
    return '{}';
  end if;
  -- a store of its own opens to the roles that read it, or to an opening that is at work for this very look
  if look.door <> 'staff' and look.opening_id is null and not exists (
    select 1 from house.account a join house.reader r on r.role = a.role and r.door = look.door
    where a.id = look.account_id)
  then
    return '{}';
  end if;
  if look.opening_id is not null and not exists (
    select 1 from sharing.opening_at_work o
    where o.id = look.opening_id
      and o.asked_by = look.account_id
      and o.part = case look.door when 'staff' then 'arrest' else look.door end
      and look.arrests = array[o.arrest_id])
  then
    return '{}';
  end if;
  -- What was expunged is gone when nobody is kept under it any more; what was sealed is for looks that said why.
  select array_agg(one) into found
  from unnest(look.arrests) one
  where not exists (
    select 1 from record.arrest a
    where a.id = one
      and a.access <> 'open'
      and not (
        a.custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked', 'held-on-bail', 'release-owed')
        or (a.access = 'sealed' and look.limited)));
  return coalesce(found, '{}');
end
$$;

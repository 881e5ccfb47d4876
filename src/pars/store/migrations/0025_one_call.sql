-- An inquiry in few statements, each a transaction by itself (docs/adr/0031): what is asked and what is answered travels as
-- data. What may be asked is decided in Python, and here only compared with what it was decided on.

-- What no agreement can widen: never sealed, expunged, declined, diverted or without a complaint; and with a charge as the
-- District Attorney approved it, which the court has not dropped.
create view sharing.showable with (security_invoker = true) as
  select a.id, a.number, coalesce(a.person_id, a.id) as person, a.warrant_number, a.docket_number, a.arrested_at, a.court,
    a.custody, a.district
  from record.arrest a
  where a.access = 'open'
    and a.charging in ('charged', 'certified')
    and a.exit in ('none', 'charged-by-summons')
    and exists (select 1 from sharing.charge_that_stands c where c.arrest_id = a.id);
grant select on sharing.showable to pars_act;

-- Whom a rule of an agreement shows. The rule is data, its words explained in store/partners: `every`, or one of `court` or
-- `custody`; a step of `after` taken `delay_hours` ago; `grade` and `district` narrow unless they are null. What a rule does
-- not say, it does not show. Stable and nothing besides, so that it becomes a part of the question that names it.
create function sharing.shown_under(rule jsonb)
  returns table (id uuid, number bigint, person uuid, warrant_number text, docket_number text, arrested_at timestamptz)
  language sql stable
as $$
  select a.id, a.number, a.person, a.warrant_number, a.docket_number, a.arrested_at
  from sharing.showable a
  where (rule -> 'every' = 'true' or rule -> 'court' ? a.court or rule -> 'custody' ? a.custody)
    and exists (
      select 1
      from record.step s
      where s.arrest_id = a.id
        and rule -> 'after' ? s.step
        and s.at <= house.city_now() - make_interval(hours => (rule ->> 'delay_hours')::integer))
    and (rule -> 'grade' = 'null' or exists (
      select 1 from sharing.charge_that_stands c where c.arrest_id = a.id and rule -> 'grade' ? c.grade))
    and (rule -> 'district' = 'null' or rule -> 'district' ? a.district)
$$;
revoke execute on function sharing.shown_under(jsonb) from public;
grant execute on function sharing.shown_under(jsonb) to pars_act;

-- Everything about agreement and asker that an inquiry is decided on, as one text; none when no term is at work. Asked for
-- again under the locks, it has to be the same to the letter.
create function sharing.basis(agreement text, account uuid, moment timestamptz) returns text
  language sql stable
as $$
  select json_build_object(
    'term', json_build_array(
      t.id, t.agreement_id, t.version_id, t.grants_needed, t.began_at, t.really_began_at, null, null),
    'version', json_build_array(
      v.id, v.agreement_id, a.number, a.agency_id, v.number, v.hash, v.terms, v.floor_version, v.floor_hash, '[]'::json,
      v.proposed_by, v.proposed_at,
      v.floor_hash = (select f.hash from sharing.floor f order by f.version desc limit 1)),
    'said', (
      select coalesce(json_agg(json_build_array(
        json_build_object('owner', c.owner, 'decision', c.decision, 'version', s.hash, 'at', c.said_at, 'void', exists (
          select 1
          from sharing.term o
          where o.agreement_id = c.agreement_id and o.ended_by in ('floor', 'overdue') and o.ended_at >= c.said_at)),
        replace(encode(k.public_key, 'base64'), e'\n', ''),
        replace(encode(c.signature, 'base64'), e'\n', '')) order by c.id), '[]')
      from sharing.consent c
      join sharing.version s on s.id = c.version_id
      left join sharing.owner_key k on k.id = c.key_id
      where c.agreement_id = t.agreement_id),
    'day', (moment at time zone 'America/New_York')::date,
    'behind', (select h.behind from ledger.head h),
    'works', exists (select 1 from house.account w where w.id = basis.account and w.state = 'active' and w.confirmed_by is not null),
    'co_sign', (
      select coalesce(json_agg(w.who order by w.who), '[]')
      from (
        select distinct coalesce(s.account_id::text, '') as who
        from watch.signature_asked s
        where s.agency_id = a.agency_id and s.day < (moment at time zone 'America/New_York')::date) w),
    'case_pattern', (select p.case_pattern from sharing.partner p where p.agency_id = a.agency_id))::text
  from sharing.term t
  join sharing.version v on v.id = t.version_id
  join sharing.agreement a on a.id = t.agreement_id
  where t.agreement_id = basis.agreement
    and t.ended_at is null
$$;
revoke execute on function sharing.basis(text, uuid, timestamptz) from public;
grant execute on function sharing.basis(text, uuid, timestamptz) to pars_act;

-- Enters an act: its leaf, its sealed part and what finds it. False, and nothing is written, when another key has taken the
-- place of the one that sealed. An eraser first says so, then waits for every transaction that began before, and only then
-- reads what has to be sealed anew.
create function ledger.enter(
  entry uuid, at timestamptz, verb text, leaf bytea, account uuid, under text, sealed bytea, marks bytea[]) returns boolean
  language plpgsql volatile
as $$
begin
  if exists (select 1 from ledger.turned t where t.epoch = under) then
    return false;
  end if;
  insert into ledger.entry (nonce, at, verb, public, leaf)
  values (enter.entry, enter.at, enter.verb, convert_from(enter.leaf, 'UTF8')::jsonb, enter.leaf);
  insert into ledger.detail (nonce, account_id, epoch, sealed) values (enter.entry, enter.account, under, enter.sealed);
  insert into ledger.trace (mark, nonce, epoch) select m.mark, enter.entry, under from unnest(marks) m (mark);
  return true;
end
$$;
revoke execute on function ledger.enter(uuid, timestamptz, text, bytea, uuid, text, bytea, bytea[]) from public;
grant execute on function ledger.enter(uuid, timestamptz, text, bytea, uuid, text, bytea, bytea[])
  to pars_act, pars_protected, pars_ledger;

-- Keeps that a question was asked, for duties and the partner's own log: not what it found, and not under which case; a docket
-- number would tie the entry to a person for good.
create function sharing.keep_question(
  entry uuid, term uuid, agreement text, agency integer, account uuid, purpose text, on_behalf_of text, criteria text[],
  day date) returns void
  language sql volatile
as $$
  insert into sharing.inquiry (nonce, term_id, agreement_id, agency_id, account_id, purpose, on_behalf_of, criteria, day)
  values (entry, term, agreement, agency, account, purpose, on_behalf_of, criteria, day)
$$;
revoke execute on function sharing.keep_question(uuid, uuid, text, integer, uuid, text, text, text[], date) from public;
grant execute on function sharing.keep_question(uuid, uuid, text, integer, uuid, text, text, text[], date) to pars_act;

-- Asks: takes the locks of a look in their order, compares what it was decided on, reads again the row that it would show,
-- and enters it with the look that the next transaction may take. Anything else than “entered” has written nothing, and says
-- what is another by now: changed, hidden, unsigned, turned.
--
-- Called as a transaction by itself, so the locks are held for as long as this takes and a commit, whatever the asking
-- process is doing. Each statement in here sees what was committed before it: after the locks, not before.
create function sharing.ask(
  agreement text, agreement_row integer, agency integer, account uuid, account_row integer, decided_on text,
  term uuid, arrest uuid, arrest_row integer, rule jsonb, question bytea,
  entry uuid, at timestamptz, leaf bytea, under text, sealed bytea, marks bytea[], on_behalf_of text) returns text
  language plpgsql volatile
  set plan_cache_mode = force_generic_plan
as $$
declare
  said jsonb := convert_from(leaf, 'UTF8')::jsonb;
  stands text;
  signature bigint;
begin
  perform house.take_lock(7101, 0, false);
  perform house.take_lock(7102, agreement_row, false);
  perform house.take_lock(7103, agency, false);
  perform house.take_lock(7104, account_row, false);
  if arrest is not null then
    perform house.take_lock(7105, arrest_row, false);
  end if;
  select sharing.basis(ask.agreement, ask.account, house.city_now()) into stands;
  if stands is distinct from decided_on then
    return 'changed';
  end if;
  if arrest is not null and not exists (select 1 from sharing.shown_under(rule) s where s.id = arrest) then
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
  delete from sharing.cosignature c where c.id = signature;  -- used once
  perform sharing.keep_question(ask.entry, ask.term, ask.agreement, ask.agency, ask.account, said ->> 'purpose',
    ask.on_behalf_of, array(select jsonb_array_elements_text(said -> 'criteria')), (said ->> 'day')::date);
  insert into ledger.look (nonce, door, arrests, term_id, account_id)
  values (ask.entry, 'partner', case when arrest is null then '{}' else array[arrest] end, ask.term, ask.account);
  perform ledger.reckon();
  return 'entered';
end
$$;
revoke execute on function sharing.ask(text, integer, integer, uuid, integer, text, uuid, uuid, integer, jsonb, bytea, uuid,
  timestamptz, bytea, text, bytea, bytea[], text) from public;
grant execute on function sharing.ask(text, integer, integer, uuid, integer, text, uuid, uuid, integer, jsonb, bytea, uuid,
  timestamptz, bytea, text, bytea, bytea[], text) to pars_act;

-- The wall takes the locks of what leaves itself, and looks at agreement, instrument and record after it has them: so it may
-- be opened and read through in one statement, and no door can forget them. Volatile, so that what it looks at is of this
-- moment and not of the moment at which the statement began.
create or replace function ledger.shown(through text) returns uuid[]
  language plpgsql volatile security definer
  set search_path = pg_catalog
as $$
declare
  named text := current_setting('pars.entry', true);
  look ledger.look;
  agreement integer;
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
    if look.term_id is not null then
      select a.number into agreement
      from sharing.term t
      join sharing.agreement a on a.id = t.agreement_id
      where t.id = look.term_id;
      perform house.take_lock(7101, 0, false);
      perform house.take_lock(7102, agreement, false);
    end if;
    perform house.take_lock(7105, p.row, false)
    from (
      select (a.number % 2147483648)::integer as row
      from record.arrest a
      where a.id = any(look.arrests)
      order by 1
      offset 0) p;
    if look.term_id is not null and not exists (select 1 from sharing.standing s where s.term_id = look.term_id) then
      return '{}';
    end if;
    -- an instrument that its owner's counsel approved, or a supervisor in an emergency, and that this look answers
    if look.instrument_id is not null and not exists (
      select 1 from sharing.instrument_at_work i where i.id = look.instrument_id and i.answered_by = look.account_id)
    then
      return '{}';
    end if;
  end if;
  -- whoever's account was disabled, or waits to be confirmed again, sees nothing more
  if look.account_id is not null and not exists (
    select 1 from house.account a
    where a.id = look.account_id and a.state = 'active' and a.confirmed_by is not null)
  then
    return '{}';
  end if;
  -- a store of its own opens to the roles that read it, or to an opening that is at work for this very look
  if look.door not in ('staff', 'partner') and look.opening_id is null and not exists (
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
  -- What was expunged is gone when nobody is kept under it any more; what was sealed is for looks that said why. What goes
  -- outside goes without either at any time.
  select array_agg(one) into found
  from unnest(look.arrests) one
  where not exists (
    select 1 from record.arrest a
    where a.id = one
      and a.access <> 'open'
      and (through = 'partner' or not (
        a.custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked', 'held-on-bail', 'release-owed')
        or (a.access = 'sealed' and look.limited))));
  return coalesce(found, '{}');
end
$$;

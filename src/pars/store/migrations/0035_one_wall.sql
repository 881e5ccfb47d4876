-- The same promises with less work for each inquiry (docs/adr/0034): the wall is asked once for a read, what is locked is
-- locked by one call, and no entry pays for an index that nobody asks by.

-- Asked some ten times in an inquiry. Its plan is made once for each connection, and no search path is set and set back:
-- it runs as whoever asks.
create or replace function house.city_now() returns timestamptz
  language plpgsql volatile
as $$
begin
  return (select i.city_start + (clock_timestamp() - i.real_start) * i.speed from house.installation i);
end
$$;

-- Shared locks by class and row, in the order in which they are given; a row that is null is no lock. One call instead of one
-- for each, under the same rule: nothing may have been written before (T13).
create function house.take_locks(classes integer[], keys integer[]) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog
as $$
declare
  held boolean;  -- assigned and not performed: an assignment is evaluated in place, without a plan of its own
begin
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'a lock is taken before anything is written' using errcode = 'PR001';
  end if;
  for place in 1 .. array_length(classes, 1) loop
    if keys[place] is not null then
      held := pg_advisory_xact_lock_shared(classes[place], keys[place]) is not null;
    end if;
  end loop;
end
$$;
revoke execute on function house.take_locks(integer[], integer[]) from public;
grant execute on function house.take_locks(integer[], integer[]) to pars_act, pars_partner;

-- The city's time is read once for a search and not for each step of each row.
create or replace function sharing.shown_under(rule jsonb)
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
        and s.at <= (select house.city_now()) - make_interval(hours => (rule ->> 'delay_hours')::integer))
    and (rule -> 'grade' = 'null' or exists (
      select 1 from sharing.charge_that_stands c where c.arrest_id = a.id and rule -> 'grade' ? c.grade))
    and (rule -> 'district' = 'null' or rule -> 'district' ? a.district)
$$;

-- As before, planned once for each connection; and an end by a pattern voids the grants before it, too.
create or replace function sharing.basis(agreement text, account uuid, moment timestamptz) returns text
  language plpgsql stable
as $$
declare
  today date := (moment at time zone 'America/New_York')::date;
begin
  return (
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
            where o.agreement_id = c.agreement_id and o.ended_by in ('floor', 'overdue', 'pattern') and o.ended_at >= c.said_at)),
          replace(encode(k.public_key, 'base64'), e'\n', ''),
          replace(encode(c.signature, 'base64'), e'\n', '')) order by c.id), '[]')
        from sharing.consent c
        join sharing.version s on s.id = c.version_id
        left join sharing.owner_key k on k.id = c.key_id
        where c.agreement_id = t.agreement_id),
      'day', today,
      'behind', (select h.behind from ledger.head h),
      'works', exists (
        select 1 from house.account w where w.id = basis.account and w.state = 'active' and w.confirmed_by is not null),
      'co_sign', (
        select coalesce(json_agg(w.who order by w.who), '[]')
        from (
          select distinct coalesce(s.account_id::text, '') as who
          from watch.signature_asked s
          where s.agency_id = a.agency_id and s.day < today) w),
      'case_pattern', (select p.case_pattern from sharing.partner p where p.agency_id = a.agency_id))::text
    from sharing.term t
    join sharing.version v on v.id = t.version_id
    join sharing.agreement a on a.id = t.agreement_id
    where t.agreement_id = basis.agreement
      and t.ended_at is null);
end
$$;

-- Asks as before. The locks are taken by one call.
create or replace function sharing.ask(
  agreement text, agreement_row integer, agency integer, account uuid, account_row integer, decided_on text,
  term uuid, arrest uuid, arrest_row integer, rule jsonb, question bytea,
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
  if signature is not null then
    delete from sharing.cosignature c where c.id = signature;  -- used once
  end if;
  insert into sharing.inquiry (nonce, term_id, agreement_id, agency_id, account_id, purpose, on_behalf_of, criteria, day)
  values (ask.entry, ask.term, ask.agreement, ask.agency, ask.account, said ->> 'purpose', ask.on_behalf_of,
    array(select jsonb_array_elements_text(said -> 'criteria')), (said ->> 'day')::date);
  insert into ledger.look (nonce, door, arrests, term_id, account_id)
  values (ask.entry, 'partner', case when arrest is null then '{}' else array[arrest] end, ask.term, ask.account);
  perform ledger.reckon();
  return 'entered';
end
$$;

-- The wall, as before: it takes the locks of what leaves, and looks at agreement, instrument, account and record after it has
-- them. In three statements for what goes outside instead of ten: what the entry names, with the rows of its locks, which
-- never change; the locks; and everything that may have ended meanwhile, seen at one moment after the locks.
create or replace function ledger.shown(through text) returns uuid[]
  language plpgsql volatile security definer
  set search_path = pg_catalog
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
    select array_agg(one) into found
    from unnest(look.arrests) one
    where (look.term_id is null or exists (select 1 from sharing.standing s where s.term_id = look.term_id))
      -- an instrument that its owner's counsel approved, or a supervisor in an emergency, and that this look answers
      and (look.instrument_id is null or exists (
        select 1 from sharing.instrument_at_work i
        where i.id = look.instrument_id and i.answered_by = look.account_id))
      -- whoever's account was disabled, or waits to be confirmed again, sees nothing more
      and (look.account_id is null or exists (
        select 1 from house.account a
        where a.id = look.account_id and a.state = 'active' and a.confirmed_by is not null))
      -- what was sealed or expunged goes nowhere at any time
      and not exists (select 1 from record.arrest a where a.id = one and a.access <> 'open');
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

-- What goes outside, a column for each word of an agreement, as it is answered: a word that is not released is not in the select
-- list, and what it is made of is not read, since whatever stands beside the arrest is a question of its own in its column.
-- Behind the wall, which is asked once for all of it; it runs as its owner. A day is the city's, and its hour never leaves.
create view sharing.permitted with (security_barrier = true) as
  select
    a.id,
    json_build_object('surname', a.surname, 'given', a.given, 'middle', a.middle, 'suffix', a.suffix) as name,
    a.other_names,
    a.birth_date::text as birth_date,
    a.sex,
    json_build_object('height_cm', a.height_cm, 'weight_kg', a.weight_kg) as description,
    (select replace(encode(p.image, 'base64'), e'\n', '')
      from record.photo p
      where p.arrest_id = a.id
      order by p.taken_at desc, p.id
      limit 1) as photo,
    a.pid,
    a.sid,
    a.otn,
    a.dc_number,
    a.docket_number,
    (a.arrested_at at time zone 'America/New_York')::date::text as arrest_date,
    a.district as arrest_district,
    (select json_build_object('ori', g.ori, 'name', g.name) from house.agency g where g.id = a.agency_id) as arrest_agency,
    (select coalesce(json_agg(
        json_build_object('statute', c.statute, 'grade', c.grade, 'counts', c.counts) order by c.charge_id), '[]')
      from record.classification c  -- what stands, as in sharing.charge_that_stands, which runs as whoever asks
      where c.arrest_id = a.id
        and c.stage = 'district-attorney'
        and c.decision in ('approved', 'modified', 'added')
        and c.id = (
          select max(l.id)
          from record.classification l
          where l.arrest_id = c.arrest_id and l.charge_id = c.charge_id and l.stage = 'district-attorney')
        and not exists (
          select 1
          from record.classification d
          where d.arrest_id = c.arrest_id
            and d.charge_id = c.charge_id
            and d.stage = 'court'
            and d.disposition not in (
              'Guilty', 'Guilty Plea - Negotiated', 'Guilty Plea - Non-Negotiated', 'Held for Court'))) as charges,
    (select (r.held_at at time zone 'America/New_York')::date::text
      from record.arraignment r
      where r.arrest_id = a.id) as arraignment_date,
    (select case when r.probable_cause then 'probable-cause' else 'no-probable-cause' end
      from record.arraignment r
      where r.arrest_id = a.id) as arraignment_outcome,
    (select json_build_object(
        'type', b.type, 'amount_usd', b.amount_usd, 'percent', b.percent, 'conditions', b.conditions)
      from record.bail b
      where b.arrest_id = a.id and b.position = 'order'
      order by b.id desc
      limit 1) as bail,
    (select coalesce(json_agg(d.disposition order by d.charge_id), '[]')
      from record.classification d
      where d.arrest_id = a.id
        and d.stage = 'court'
        and d.disposition in (
          'Guilty', 'Guilty Plea - Negotiated', 'Guilty Plea - Non-Negotiated', 'Held for Court')) as disposition,
    a.address,
    (select s.name from house.site s where s.code = a.site) as custody_site,
    to_json(a.left_at) #>> '{}' as custody_released_at,
    (select json_build_object('court', r.next_court, 'at', r.next_at)
      from record.arraignment r
      where r.arrest_id = a.id) as next_hearing
  from record.arrest a
  where a.id = any((select ledger.shown('partner'))::uuid[]);
grant select on sharing.permitted to pars_partner;

-- No two leaves are alike, as before: by their hash, and not by an index that holds every leaf once more.
alter table ledger.entry drop constraint entry_leaf_key;
create unique index entry_by_leaf on ledger.entry (sha256(leaf));

-- Indexes that nothing asks by.
drop index sharing.inquiry_by_account;
drop index sharing.inquiry_by_agreement;

-- Each look locked the rows of its term and its account for these, so that sixteen that are asked at once wait for each other's
-- pages. Neither a term nor an account is ever deleted: no role may. A look lives for seconds, and an inquiry is written by
-- sharing.ask under the locks of both.
alter table ledger.look drop constraint look_term_id_fkey;
alter table ledger.look drop constraint look_account_id_fkey;
alter table sharing.inquiry drop constraint inquiry_term_id_fkey;
alter table sharing.inquiry drop constraint inquiry_account_id_fkey;

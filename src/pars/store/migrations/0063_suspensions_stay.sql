-- A suspension is lifted by the owner who imposed it and by nobody else's word, a withdrawal neither (T18). So what was said
-- since the last withdrawal is read, and of what came before it the suspensions that still stood then. Otherwise as before.
create index consent_by_owner on sharing.consent (agreement_id, owner, id);

create or replace function sharing.basis(agreement text, account uuid, moment timestamptz) returns text
  language plpgsql stable
as $$
declare
  today date := (moment at time zone 'America/New_York')::date;
  withdrawn bigint := (
    select coalesce(max(w.id), 0)
    from sharing.consent w
    where w.agreement_id = agreement and w.decision = 'withdraw');
begin
  return (
    select json_build_object(
      'term', case when t.id is not null then json_build_array(
        t.id, t.agreement_id, t.version_id, t.grants_needed, t.began_at, t.really_began_at, null, null) end,
      'version', json_build_array(
        v.id, v.agreement_id, a.number, a.agency_id, v.number, v.hash, v.terms, v.floor_version, v.floor_hash, '[]'::json,
        v.proposed_by, v.proposed_at,
        coalesce(v.floor_hash = (select f.hash from sharing.floor f order by f.version desc limit 1), false),
        v.contract_hash),
      'said', (
        select coalesce(json_agg(json_build_array(
          json_build_object('owner', c.owner, 'decision', c.decision, 'version', s.hash, 'at', c.said_at, 'void', exists (
            select 1
            from sharing.term o
            where o.agreement_id = c.agreement_id and o.ended_by in ('floor', 'overdue', 'pattern') and o.ended_at >= c.said_at)),
          replace(encode(k.public_key, 'base64'), e'\n', ''),
          replace(encode(c.signature, 'base64'), e'\n', '')) order by c.id), '[]')
        from (
          select o.* from sharing.consent o where o.agreement_id = a.id and o.id >= withdrawn
          union all
          select o.*
          from unnest(array['police', 'district-attorney', 'court']) u (owner)
          join sharing.consent o on o.agreement_id = a.id and o.owner = u.owner
          where o.id < withdrawn
            and o.decision = 'suspend'
            and o.id > coalesce((
              select max(l.id)
              from sharing.consent l
              where l.agreement_id = a.id and l.owner = u.owner and l.id < withdrawn and l.decision in ('grant', 'withdraw')), 0)
        ) c
        join sharing.version s on s.id = c.version_id
        left join sharing.owner_key k on k.id = c.key_id),
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
      'case_pattern', (select p.case_pattern from sharing.partner p where p.agency_id = a.agency_id),
      'stopped_at', case when t.id is null then (
        select e.ended_at
        from sharing.term e
        where e.agreement_id = a.id
          and e.ended_by in ('floor', 'overdue', 'pattern')
          and not exists (select 1 from sharing.term l where l.agreement_id = e.agreement_id and l.began_at > e.ended_at)
        order by e.ended_at desc
        limit 1) end)::text
    from sharing.agreement a
    left join sharing.term t on t.agreement_id = a.id and t.ended_at is null
    join sharing.version v on v.id = coalesce(t.version_id, (
      select n.id
      from sharing.version n
      where n.agreement_id = a.id
      order by n.number desc
      limit 1))
    where a.id = basis.agreement);
end
$$;

-- What an inquiry is decided on is what can still tell, and not all that was ever said. A withdrawal leaves nothing of what came
-- before it, so an agreement that was withdrawn and given again many times is asked about as fast as a new one. Otherwise as
-- before.
create index consent_withdrawn on sharing.consent (agreement_id, id) where decision = 'withdraw';
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
        v.floor_hash = (select f.hash from sharing.floor f order by f.version desc limit 1),
        v.contract_hash),
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
        where c.agreement_id = t.agreement_id
          and c.id >= (
            select coalesce(max(w.id), 0)
            from sharing.consent w
            where w.agreement_id = t.agreement_id and w.decision = 'withdraw')),
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

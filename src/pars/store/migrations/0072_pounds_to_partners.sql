-- A weight that goes outside is told in pounds, too: those of the desks, and where it came in kilograms the nearest, as pages show
-- them. So nobody is told which of the two it was. It is what an agreement gives by the word "description", and no other word.
-- Otherwise what is permitted is as before.
create or replace view sharing.permitted with (security_barrier = true) as
  select
    a.id,
    json_build_object('surname', a.surname, 'given', a.given, 'middle', a.middle, 'suffix', a.suffix) as name,
    a.other_names,
    a.birth_date::text as birth_date,
    a.sex,
    json_build_object(
      'height_cm', a.height_cm,
      'weight_kg', a.weight_kg,
      'weight_lb', coalesce(a.weight_lb, round(a.weight_kg / 0.45359237)::integer)) as description,
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

-- A record that stands for nobody is in no figure (docs/adr/0033). Otherwise as before.
create or replace function record.counted(since timestamptz, until timestamptz)
  returns table (kind text, word text, figure text, people bigint)
  language sql stable security definer
  set search_path = pg_catalog
as $$
  with month as (
    select a.id, a.sex, a.race, a.ethnicity, a.arraigned_at, a.left_at, a.exit,
      case
        when a.birth_date is null then 'unknown'
        when age(a.arrested_at, a.birth_date) < interval '25 years' then 'under 25'
        when age(a.arrested_at, a.birth_date) < interval '35 years' then '25 to 34'
        when age(a.arrested_at, a.birth_date) < interval '45 years' then '35 to 44'
        when age(a.arrested_at, a.birth_date) < interval '55 years' then '45 to 54'
        else '55 or older'
      end as age,
      o.type as ordered, o.amount_usd * coalesce(o.percent, 100) / 100 as deposit,
      h.counsel_heard, l.interpreter is not null as interpreted,
      r.type as recommended, c.type as requested
    from record.arrest a
    left join lateral (
      select b.type, b.amount_usd, b.percent from record.bail b
      where b.arrest_id = a.id and b.position = 'order' and b.action = 'set' order by b.id limit 1) o on true
    left join lateral (
      select b.type from record.bail b
      where b.arrest_id = a.id and b.position = 'recommendation' order by b.id desc limit 1) r on true
    left join lateral (
      select b.type from record.bail b
      where b.arrest_id = a.id and b.position = 'commonwealth' order by b.id desc limit 1) c on true
    left join record.arraignment h on h.arrest_id = a.id
    left join record.listing l on l.arrest_id = a.id
    where a.arrested_at >= since and a.arrested_at < until
      and (a.access = 'open' or a.custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked',
        'held-on-bail', 'release-owed'))
      and not exists (select 1 from watch.canary n where n.arrest_id = a.id and n.confirmed_at is not null)
  ),
  traits as (
    select m.*, t.kind, t.word
    from month m,
      lateral (values ('sex', m.sex), ('race', m.race), ('ethnicity', m.ethnicity), ('age', m.age)) t (kind, word)
  )
  select t.kind, t.word, f.figure, count(*) filter (where f.is_so)
  from traits t,
    lateral (values
      ('arrests', true),
      ('arraigned', t.arraigned_at is not null),
      ('held', t.ordered in ('monetary', 'denied')),
      ('declined', t.exit = 'declined')) f (figure, is_so)
  group by 1, 2, 3
  union all
  select 'court', case when f.is_so then 'yes' else 'no' end, f.figure, count(*)
  from month m,
    lateral (values
      ('counsel', m.counsel_heard),
      ('interpreter', case when m.arraigned_at is not null then m.interpreted end),
      ('recommendation', m.recommended = m.ordered),
      ('request', m.requested = m.ordered),
      ('small-24', case when m.ordered = 'monetary' and m.deposit < 5000
        then coalesce(m.left_at, house.city_now()) - m.arraigned_at > interval '24 hours' end),
      ('small-72', case when m.ordered = 'monetary' and m.deposit < 5000
        then coalesce(m.left_at, house.city_now()) - m.arraigned_at > interval '72 hours' end)) f (figure, is_so)
  where f.is_so is not null
  group by 1, 2, 3
$$;

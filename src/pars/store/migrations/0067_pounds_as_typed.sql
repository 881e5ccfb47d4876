-- Pounds as a desk typed them: whole kilograms, in which programs read and write a weight, do not give them back. Null where
-- the weight came in kilograms. A correction of one pound that leaves the kilograms as they are is kept like any other.
alter table record.arrest add column weight_lb smallint;
grant update (weight_lb) on record.arrest to pars_act;

create or replace function record.keep_what_was() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog
as $$
begin
  insert into record.correction (arrest_id, field, was, became, reason, corrected_by)
  select new.id, o.key, o.value, n.value,
    nullif(current_setting('pars.reason', true), ''),
    nullif(current_setting('pars.account', true), '')::uuid
  from jsonb_each_text(to_jsonb(old)) o
  join jsonb_each_text(to_jsonb(new)) n on n.key = o.key
  where o.value is distinct from n.value
    and o.key in ('arrested_at', 'place', 'district', 'dc_number', 'offence_on', 'warrant_number', 'surname', 'given',
      'middle', 'suffix', 'other_names', 'birth_date', 'sex', 'race', 'ethnicity', 'lives_in_city', 'address',
      'height_cm', 'weight_kg', 'weight_lb', 'eyes', 'hair', 'pid', 'sid', 'otn', 'docket_number');
  return new;
end
$$;

-- The stores of care and of consular requests open to staff on shift alone (N7, N11): held here too, and not by the program
-- alone. The hours are those of `pars.sharing.duty.SHIFTS`; a test compares the two.
create function house.on_shift(shift text, at time) returns boolean
  language sql immutable parallel safe
  set search_path = pg_catalog
as $$
  select case shift
    when 'day' then at >= time '06:00' and at < time '17:00'
    when 'evening' then at >= time '14:00' or at < time '01:00'
    when 'night' then at >= time '22:00' or at < time '09:00'
    else shift is null
  end
$$;
revoke execute on function house.on_shift(text, time) from public;
grant execute on function house.on_shift(text, time) to pars_act;

-- Whether whoever made the look that this transaction names is on shift at this moment.
create function ledger.looks_on_shift() returns boolean
  language sql stable security definer
  set search_path = pg_catalog
as $$
  select exists (
    select 1
    from ledger.look l
    join house.account a on a.id = l.account_id
    where l.nonce::text = current_setting('pars.entry', true)
      and house.on_shift(a.shift, (house.city_now() at time zone 'America/New_York')::time))
$$;
revoke execute on function ledger.looks_on_shift() from public;
grant execute on function ledger.looks_on_shift() to pars_care, pars_consular;

drop policy looks on care.note;
create policy looks on care.note for select to pars_care
  using ((select ledger.looks_on_shift()) and arrest_id = any((select ledger.shown('care'))::uuid[]));
drop policy looks on consular.note;
create policy looks on consular.note for select to pars_consular
  using ((select ledger.looks_on_shift()) and id = any((select ledger.shown('consular'))::uuid[]));

-- A state's answer that comes after the prints is compared with the number that stands (N6).
grant select (sid) on record.arrest to pars_act;

-- Keeping times that act (N30): what a round ends of an arrest once its time is over, and the legal holds that stop it.
create table house.legal_hold (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  reason text not null,
  until date not null,
  placed_by uuid not null references house.account,
  placed_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by uuid references house.account,
  check ((lifted_at is null) = (lifted_by is null))
);
create index legal_hold_open on house.legal_hold (arrest_id) where lifted_at is null;
grant select, insert on house.legal_hold to pars_act;
grant update (lifted_at, lifted_by) on house.legal_hold to pars_act;

-- That something was ended, and when; what it was is gone.
create table house.ended (
  arrest_id uuid not null,
  what text not null check (what in ('interview', 'protected', 'optional')),
  ended_at timestamptz not null,
  primary key (arrest_id, what)
);
grant select, insert on house.ended to pars_act;

-- Deletes what is over of one arrest: one scan of one table, under the entry that says so. No door deletes anything else.
create function house.end_kept(what text, whose uuid) returns bigint
  language plpgsql volatile security definer
  set search_path = pg_catalog
as $$
declare
  gone bigint;
begin
  if what = 'interview' then
    delete from interview.interview where arrest_id = whose;
  elsif what = 'protected' then
    delete from protected.person where arrest_id = whose;
  elsif what = 'optional' then
    delete from protected.optional where arrest_id = whose;
  else
    raise exception 'nothing of that name ends';
  end if;
  get diagnostics gone = row_count;
  return gone;
end
$$;
revoke execute on function house.end_kept(text, uuid) from public;
grant execute on function house.end_kept(text, uuid) to pars_act;

-- Accounts close by themselves when training, certification or the yearly review has lapsed. Those that stand are reviewed
-- within a year from now.
alter table house.account add column trained_until date;
alter table house.account add column certified_until date;
alter table house.account add column review_by date not null default (house.city_now() + interval '365 days')::date;
alter table house.account add column attested_by uuid references house.account;
alter table house.account add column open_until date generated always as (least(trained_until, certified_until, review_by)) stored;
alter table house.account add column lapse_told date;
grant update (trained_until, certified_until, review_by, attested_by, lapse_told) on house.account to pars_act;

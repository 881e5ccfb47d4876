-- Records that stand for nobody (T24): a made-up arrest that nobody has a reason to ask for. One owner proposes it, another
-- confirms; from then on its first look-up by a partner asks for a second signature of whoever asked. What a partner
-- is shown comes from the record alone, where it is a row like any other.

create table watch.canary (
  id uuid primary key,
  arrest_id uuid not null references record.arrest,
  proposed_owner text not null check (proposed_owner in ('police', 'district-attorney', 'court')),
  proposed_by uuid not null references house.account,
  proposed_at timestamptz not null default house.city_now(),
  confirmed_owner text check (confirmed_owner in ('police', 'district-attorney', 'court')),
  confirmed_by uuid references house.account,
  confirmed_at timestamptz,
  ended_owner text check (ended_owner in ('police', 'district-attorney', 'court')),
  ended_by uuid references house.account,
  ended_at timestamptz,
  check (confirmed_owner <> proposed_owner),
  check ((confirmed_at is null) = (confirmed_owner is null))
);
create unique index canary_by_arrest on watch.canary (arrest_id) where ended_at is null;
create index canary_ever on watch.canary (arrest_id) where confirmed_at is not null;
grant select, insert on watch.canary to pars_act;
grant update (confirmed_owner, confirmed_by, confirmed_at, ended_owner, ended_by, ended_at) on watch.canary to pars_act;

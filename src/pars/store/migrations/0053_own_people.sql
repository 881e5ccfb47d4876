-- Looks of the owners' own people at somebody of their own name, of their surname, or of a colleague's name, more of them than
-- chance explains: noted once for each account and habit, and nothing follows. Who was looked at stands in the ledger alone.
create table watch.own_people (
  id uuid primary key,
  number integer generated always as identity unique,
  account_id uuid not null references house.account,
  detector text not null check (detector in ('own-name', 'own-surname', 'colleague')),
  look_ups integer not null,
  since timestamptz not null,
  tip bigint not null,
  entry uuid not null,
  evidence text not null,
  fell_at timestamptz not null default house.city_now(),
  unique (account_id, detector)
);
grant select, insert on watch.own_people to pars_act;

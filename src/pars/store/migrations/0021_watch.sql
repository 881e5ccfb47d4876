-- The watch beside the running system: what it has judged, the alarms that fell, and what people said of them. Whom a
-- look-up was about stands in the ledger's private parts alone, and is read from there each time.

create schema watch;
grant usage on schema watch to pars_act;

-- One row: so many places of the log were judged. What the watch knows is made anew from the log by any process.
create table watch.head (
  only_one boolean primary key default true check (only_one),
  judged bigint not null default 0
);
insert into watch.head default values;
grant select, update (judged) on watch.head to pars_act;

-- What a version of an agreement is measured by, entered before anything is measured by it.
create table watch.parameters (
  id uuid primary key,
  agreement_id text not null references sharing.agreement,
  version text not null,
  said text not null,
  entered_at timestamptz not null default house.city_now(),
  unique (agreement_id, version, said)
);
grant select, insert on watch.parameters to pars_act;

-- A pattern that needs an explanation. `tip` is the place in the log of the look-up at which it fell.
create table watch.alarm (
  id uuid primary key,
  number integer generated always as identity unique,
  agency_id integer not null references house.agency,
  agreement_id text not null references sharing.agreement,
  version text not null,
  era smallint not null,
  detector text not null,
  action text not null check (action in ('note', 'cosign', 'suspend')),
  account_id uuid references house.account,
  tip bigint not null,
  entry uuid not null,
  look_ups integer not null,
  evidence text not null,
  day date not null,
  fell_at timestamptz not null default house.city_now(),
  unique (agency_id, era, detector, action, tip)
);
create index alarm_by_agency on watch.alarm (agency_id, action);
grant select, insert on watch.alarm to pars_act;

-- What partner and owners said of an alarm, in order. A partner's and an owner's grounds are an appeal; an owner's finding
-- closes it, and another one opens it again.
create table watch.said (
  id bigint generated always as identity primary key,
  alarm_id uuid not null references watch.alarm,
  what text not null check (what in ('appeal', 'explained', 'unexplained')),
  owner text check (owner in ('police', 'district-attorney', 'court')),
  said_by uuid not null references house.account,
  said_at timestamptz not null default house.city_now(),
  words bytea not null,
  check (what = 'appeal' or owner is not null)
);
create index said_by_alarm on watch.said (alarm_id, id);
grant select, insert on watch.said to pars_act;

-- Owners' votes to begin an agency's count anew; with the third the era turns.
create table watch.vote (
  agency_id integer not null references house.agency,
  era smallint not null,
  owner text not null check (owner in ('police', 'district-attorney', 'court')),
  reason text not null,
  said_by uuid not null references house.account,
  said_at timestamptz not null default house.city_now(),
  primary key (agency_id, era, owner)
);
grant select, insert on watch.vote to pars_act;

-- Alarms for which a second signature is asked: from the next day of the city on, so that its beginning tells nothing of
-- one look-up (T3), and until an owner finds it explained or the count begins anew.
create view watch.signature_asked as
  select a.agency_id, a.account_id, a.day
  from watch.alarm a
  where a.action = 'cosign'
    and not exists (
      select 1
      from watch.said s
      where s.alarm_id = a.id
        and s.what = 'explained'
        and not exists (
          select 1 from watch.said later where later.alarm_id = a.id and later.id > s.id and later.what = 'unexplained'))
    and a.era = (select count(*) / 3 from watch.vote v where v.agency_id = a.agency_id);
grant select on watch.signature_asked to pars_act;

-- A term can be ended for a pattern; grants from before it are void, like those before an end by overdue duties.
alter table sharing.term drop constraint term_ended_by_check;
alter table sharing.term add constraint term_ended_by_check
  check (ended_by in ('withdrawn', 'suspended', 'expired', 'replaced', 'floor', 'overdue', 'pattern'));
drop index sharing.term_ended_by_itself;
create index term_ended_by_itself on sharing.term (agreement_id, ended_at) where ended_by in ('floor', 'overdue', 'pattern');
alter table sharing.notice drop constraint notice_kind_check;
alter table sharing.notice add constraint notice_kind_check
  check (kind in ('reminder', 'overdue', 'non-renewal', 'pattern'));

-- What a partner is told of how it stands: one word of three, settled at the close of a day (T3).
create table watch.grade (
  agency_id integer primary key references house.agency,
  grade text not null default 'ordinary' check (grade in ('ordinary', 'noted', 'signature')),
  settled_on date,
  changed_on date
);
grant select, insert on watch.grade to pars_act;
grant update (grade, settled_on, changed_on) on watch.grade to pars_act;

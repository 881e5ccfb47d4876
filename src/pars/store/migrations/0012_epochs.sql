-- Private parts are sealed under the key of their epoch, a day of the city, which is in no database and no backup.
-- '0' is what was sealed before there were epochs, under the one key of the installation.

alter table ledger.detail add column epoch text not null default '0';
alter table ledger.detail alter column epoch drop default;
create index detail_by_epoch on ledger.detail (epoch);
grant update (epoch, sealed) on ledger.detail to pars_ledger;

-- Under whose key nothing is written any more: a newer key of the same day took its place. A writer asks in the very
-- statement that writes, so that a row under a key that is about to be destroyed cannot come in behind the eraser.
create table ledger.turned (
  epoch text primary key,
  day date,
  turned_at timestamptz not null default clock_timestamp()
);
create index turned_by_day on ledger.turned (day);
grant select on ledger.turned to pars_act, pars_protected, pars_ledger;
grant insert (epoch, day) on ledger.turned to pars_ledger;

-- Finds the entries about somebody: marks are an HMAC under the epoch's key. Without the key no mark can be made again,
-- and so none can be found.
create table ledger.trace (
  mark bytea not null,
  nonce uuid not null,
  epoch text not null,
  primary key (mark, nonce)
);
create index trace_by_nonce on ledger.trace (nonce);
grant insert on ledger.trace to pars_act, pars_protected, pars_ledger;
grant select, delete on ledger.trace to pars_ledger;

-- An erasing under way: whom it is about is sealed, and the row goes with the entry that says that it is done.
create table ledger.erasing (
  id uuid primary key,
  sealed bytea not null,
  begun_at timestamptz not null default clock_timestamp()
);
grant insert (id, sealed) on ledger.erasing to pars_act;
grant select, delete on ledger.erasing to pars_ledger, pars_act;

-- Which transactions may still write under a key that was turned: those that began before. Everybody sees their numbers
-- (a virtual transaction is a lock on itself), so no door needs to see what others do.
create function ledger.writers_at_work() returns text[]
  language sql volatile
  set search_path = pg_catalog
as $$
  select coalesce(array_agg(l.virtualtransaction), '{}')
  from pg_locks l
  join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'virtualxid'
    and l.granted
    and l.mode = 'ExclusiveLock'
    and a.datname = current_database()
    and a.usename in ('pars_act', 'pars_protected', 'pars_ledger')
    and l.pid <> pg_backend_pid()
$$;
revoke execute on function ledger.writers_at_work() from public;
grant execute on function ledger.writers_at_work() to pars_ledger;

-- A look names arrests beside its entry in the clear, for the five seconds in which it may be read. Unlogged: it is in no
-- archive, on no replica and in no base backup, and after a crash the wall finds no look and shows nothing.
alter table ledger.look set unlogged;

-- Rows that tied an entry to a case, or said to the microsecond when it was made.
alter table sharing.inquiry drop column case_reference;  -- it stands in the entry's private part
alter table sharing.opening_look drop column nonce;
alter table sharing.opening_look add column id bigint generated always as identity primary key;
alter table sharing.opening_look drop column looked_at;
alter table sharing.cosignature drop column used_at;  -- a signature that is used is gone
grant delete on sharing.cosignature to pars_act;
grant update (signed_at) on sharing.cosignature to pars_act;  -- for the row lock alone: two who ask at once use two
grant update (written_at) on live.event to pars_ledger;

-- What was answered to a request that may be sent twice names an entry and an arrest together.
alter table house.answered add column epoch text not null default '0';
alter table house.answered alter column epoch drop default;
alter table house.answered alter column epoch drop not null;
grant update (epoch) on house.answered to pars_act;
grant select (account_id, key, sealed, epoch) on house.answered to pars_ledger;
grant update (sealed, epoch) on house.answered to pars_ledger;
grant delete on house.answered to pars_ledger;

-- A recall names a receipt and says “destroy”: no person, no reason, no state, and the day alone (T21).
create table sharing.recall (
  id uuid primary key,
  agency_id integer not null references house.agency,
  agreement_id text not null references sharing.agreement,
  receipt bytea not null unique check (length(receipt) = 32),
  made_on date not null,
  confirmed_on date,
  confirmed_by uuid references house.account,
  check ((confirmed_on is null) = (confirmed_by is null))
);
create index recall_by_agency on sharing.recall (agency_id, made_on);
grant select, insert on sharing.recall to pars_act;
grant update (confirmed_on, confirmed_by) on sharing.recall to pars_act;

-- Who looked is told up to a day, the same day for everybody. A longer delay is two owners' and has an end (T30);
-- `stood_at` is the day that had been reached: what was told once is not taken back.
create table sharing.longer_delay (
  id uuid primary key,
  days smallint not null check (days between 1 and 366),
  reason text not null,
  until date not null,
  asked_by uuid not null references house.account,
  owner text not null check (owner in ('police', 'district-attorney', 'court')),
  asked_on date not null,
  agreed_by uuid references house.account,
  agreed_owner text check (agreed_owner in ('police', 'district-attorney', 'court')),
  agreed_on date,
  stood_at date,
  check (owner is distinct from agreed_owner),
  check ((agreed_by is null) = (agreed_on is null) and (agreed_by is null) = (stood_at is null)
    and (agreed_by is null) = (agreed_owner is null))
);
grant select, insert on sharing.longer_delay to pars_act;
grant update (agreed_by, agreed_owner, agreed_on, stood_at) on sharing.longer_delay to pars_act;

-- The auditor's samples: the seed stands in the ledger before there is a tree to draw from with it.
create table house.sample (
  nonce uuid primary key,
  seed bytea not null check (length(seed) = 32),
  count smallint not null check (count between 1 and 1000),
  drawn_by uuid not null references house.account
);
grant select, insert on house.sample to pars_act;

-- Reads that PostgreSQL itself counted, against entries: what was counted when the counting began, what was found.
create table house.reconciling (
  id bigint generated always as identity primary key,
  place text not null,
  at timestamptz not null default clock_timestamp(),
  counting_since timestamptz,
  reads_before bigint not null,
  entries_before bigint not null,
  unread bigint not null default 0,
  reads bigint not null,
  entries bigint not null,
  gap bigint not null,
  anew boolean not null
);
create index reconciling_by_place on house.reconciling (place, id);
grant select, insert on house.reconciling to pars_act;

-- Entries that let somebody read a store of its own: one read each.
create index entry_apart on ledger.entry (verb, written_at) where verb in ('interview.shown', 'protected.shown');
-- The auditor's search names days; entries lie in the order of their days.
create index entry_by_day on ledger.entry using brin ((public ->> 'day'));

-- The place of each entry in the log, and what of the log was signed. Written by the round of placing alone.

-- The order of the log: the transactions' numbers, then the entries'. Read below the oldest number still under way.
create index entry_by_order on ledger.entry (xid, id);

create table ledger.place (
  index bigint primary key check (index >= 0),
  nonce uuid not null unique references ledger.entry (nonce),
  hash bytea not null unique check (length(hash) = 32)
);
grant select, insert on ledger.place to pars_ledger;

-- One row. `size` entries have their place, the last of them is (xid, entry_id); the tree of the first `signed_size` was
-- signed. `after_id` is the last
-- entry that another cluster numbered. `signed_at` is real time and only ever grows. A log that is `behind` is not signed, and `wanting` says how
-- many entries it is known to have had. `stopped` says why nothing is signed at the moment.
create table ledger.head (
  only_one boolean primary key default true check (only_one),
  size bigint not null default 0,
  xid xid8 not null default '0',
  entry_id bigint not null default 0,
  after_id bigint not null default 0,
  day date,
  signed_size bigint not null default 0,
  root bytea not null default sha256(''),
  signed_at timestamptz not null default clock_timestamp(),
  behind boolean not null default false,
  wanting bigint,
  stopped text check (stopped in ('disk', 'behind', 'differs', 'witness')),
  check (signed_size <= size)
);
insert into ledger.head default values;
grant select on ledger.head to pars_ledger;
grant update (size, xid, entry_id, after_id, day, signed_size, root, signed_at, behind, wanting, stopped) on ledger.head to pars_ledger;
-- The door asks whether the log is signed, and learns nothing of how much was written (T7).
grant select (signed_at, behind) on ledger.head to pars_act;

-- The last checkpoint of each day of the city: what strangers are served once the day is closed.
create table ledger.checkpoint (
  day date primary key,
  size bigint not null,
  note bytea not null
);
grant select, insert on ledger.checkpoint to pars_ledger;
grant update (size, note) on ledger.checkpoint to pars_ledger;

-- Who holds back the horizon below which entries get their place (T17): the oldest transaction that has a number, in
-- any database of the cluster. Its process, what its program calls itself, and for how long; never what it asks.
create function ledger.held_back_by()
  returns table (process integer, application text, elsewhere boolean, seconds double precision)
  language sql volatile security definer
  set search_path = pg_catalog
as $$
  select h.process, h.application, h.elsewhere, extract(epoch from clock_timestamp() - h.since)::double precision
  from (
    select a.pid as process, a.application_name as application, a.datname is distinct from current_database() as elsewhere,
      a.xact_start as since, a.backend_xid as number
    from pg_stat_activity a
    where a.backend_xid is not null
      and a.pid <> pg_backend_pid()
    union all
    select null, 'a prepared transaction', p.database <> current_database(), p.prepared, p.transaction
    from pg_prepared_xacts p) h
  order by age(h.number) desc
  limit 1
$$;
revoke execute on function ledger.held_back_by() from public;
grant execute on function ledger.held_back_by() to pars_ledger;

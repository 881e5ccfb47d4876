-- The account of every write, every look and every refusal; and the second wall that hangs on it (promise 7).

create table ledger.entry (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  nonce uuid not null unique,
  at timestamptz not null,
  written_at timestamptz not null default clock_timestamp(),
  verb text not null,
  public jsonb not null,
  leaf bytea not null unique
);
-- The writer names neither the number, the transaction nor the real time.
grant insert (nonce, at, verb, public, leaf) on ledger.entry to pars_act, pars_protected, pars_ledger;
grant select on ledger.entry to pars_ledger;
grant select (id, nonce, verb, at) on ledger.entry to pars_act;

-- What stands behind an entry and must be erasable: sealed by the application, one row an entry.
create table ledger.detail (
  nonce uuid primary key,
  account_id uuid,
  sealed bytea not null
);
create index detail_by_account on ledger.detail (account_id);
grant insert on ledger.detail to pars_act, pars_protected, pars_ledger;
grant select, delete on ledger.detail to pars_ledger;

-- A look: through which door, at which arrests. Found by the asking transaction, read by the next one.
create table ledger.look (
  nonce uuid primary key,
  xid xid8 not null default pg_current_xact_id(),
  asked_at timestamptz not null default clock_timestamp(),
  door text not null check (door in ('staff', 'interview', 'protected')),
  arrests uuid[] not null
);
create index look_by_asked_at on ledger.look using brin (asked_at);
grant insert (nonce, door, arrests) on ledger.look to pars_act, pars_protected;
grant select, delete on ledger.look to pars_ledger;

-- What the committed, fresh entry named by this transaction found. Nothing for an entry of the same transaction (T1),
-- for one older than 5 s, for another door, for an empty or malformed setting (T30).
create function ledger.shown(through text) returns uuid[]
  language plpgsql stable security definer
  set search_path = pg_catalog
as $$
declare
  named text := current_setting('pars.entry', true);
  found uuid[];
begin
  if named is null or named !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return '{}';
  end if;
  select l.arrests into found
  from ledger.look l
  join ledger.entry e on e.nonce = l.nonce
  where l.nonce = named::uuid
    and l.door = through
    and l.xid is distinct from pg_current_xact_id_if_assigned()
    and e.xid = l.xid
    and l.asked_at > clock_timestamp() - interval '5 seconds';
  return coalesce(found, '{}');
end
$$;
revoke execute on function ledger.shown(text) from public;
grant execute on function ledger.shown(text) to pars_staff, pars_interview, pars_protected;

-- An act leaves a row here; the tailer gives it a position once it is visible, and wakes the open pages.
create table live.event (
  id bigint generated always as identity primary key,
  arrest_id uuid not null,
  written_at timestamptz not null default clock_timestamp(),
  position bigint unique
);
create index event_unplaced on live.event (id) where position is null;
create sequence live.position_seq as bigint;
grant insert (arrest_id) on live.event to pars_act, pars_protected;
grant select, delete on live.event to pars_ledger, pars_act;
grant update (position) on live.event to pars_ledger;
grant usage on sequence live.position_seq to pars_ledger;

-- A stretch of the log that a restored database had lost, entered again from the witnesses' copies (T2).

-- `applied` counts the entries whose ends were entered again; once it reaches `until`, each owner has to say that its own
-- acts of the stretch were entered again before partners are answered. Real time.
create table ledger.recovery (
  id uuid primary key,
  start bigint not null check (start >= 0),
  until bigint not null,
  root bytea not null check (length(root) = 32),
  began_at timestamptz not null default clock_timestamp(),
  applied bigint not null,
  opened_at timestamptz,
  check (until > start and applied between start and until)
);
create unique index recovery_at_work on ledger.recovery ((true)) where opened_at is null;
grant select, insert on ledger.recovery to pars_ledger;
grant update (until, root) on ledger.recovery to pars_ledger;
grant update (applied, opened_at) on ledger.recovery to pars_act;
grant select on ledger.recovery to pars_act;

create table ledger.recovery_owner (
  recovery_id uuid not null references ledger.recovery,
  owner text not null check (owner in ('police', 'district-attorney', 'court')),
  acts bigint not null,
  said_by uuid references house.account,
  said_at timestamptz,
  primary key (recovery_id, owner),
  check ((said_by is null) = (said_at is null))
);
grant select, insert on ledger.recovery_owner to pars_ledger;
grant update (acts, said_by, said_at) on ledger.recovery_owner to pars_ledger;
grant select on ledger.recovery_owner to pars_act;
grant update (said_by, said_at) on ledger.recovery_owner to pars_act;

-- While a recovery is not over, the log counts as behind whatever else is written of it: no program can forget that.
create function ledger.stays_behind() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog
as $$
begin
  new.behind := new.behind or exists (select 1 from ledger.recovery r where r.opened_at is null);
  return new;
end
$$;
create trigger stays_behind before update on ledger.head for each row execute function ledger.stays_behind();

-- Places that only the restored database gave are taken back: nobody signed them for good, and their entries get places
-- after those that the witnesses hold. Whatever was placed before `first` keeps its place.
create function ledger.take_back(first bigint) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog
as $$
declare
  before record;
begin
  with gone as (
    delete from ledger.place where index >= first returning nonce
  )
  select e.xid, e.id into before
  from gone g
  join ledger.entry e on e.nonce = g.nonce
  order by e.xid, e.id
  limit 1;
  delete from ledger.checkpoint where size > first;
  update ledger.head
  set size = least(size, first),
    xid = coalesce(before.xid, xid),
    entry_id = coalesce(before.id - 1, entry_id),
    root = case when signed_size > first then sha256('') else root end,
    signed_size = case when signed_size > first then 0 else signed_size end;
end
$$;
revoke execute on function ledger.take_back(bigint) from public;
grant execute on function ledger.take_back(bigint) to pars_ledger;

-- What an owner said in the lost stretch is known from the log; who said it for the owner, and why, is not.
alter table sharing.consent alter column said_by drop not null;
alter table sharing.consent add constraint consent_said_by check (said_by is not null or decision <> 'grant');

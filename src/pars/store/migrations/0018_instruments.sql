-- One instrument for one person: a lawful ask that is no agreement. It is taken in, decided by counsel of the owner that
-- received it (an emergency by a supervisor, whom counsel reviews), and answered once. Nothing of it is changed afterwards.
create table sharing.instrument (
  id uuid primary key,
  number bigint generated always as identity unique,
  kind text not null check (kind in ('court-order', 'judges-warrant', 'subpoena', 'discovery', 'right-to-know',
    'own-request', 'emergency', 'administrative-warrant', 'administrative-subpoena', 'status-request')),
  presented_by text not null,
  owner text not null check (owner in ('police', 'district-attorney', 'court')),
  fields text[] not null,
  sealed bytea not null,   -- who presented it, which court or authority, its number, and the person whom it names
  paper bytea not null,    -- the PDF as it came
  received_by uuid not null references house.account,
  received_at timestamptz not null default house.city_now()
);
create index instrument_by_received_at on sharing.instrument (received_at);
grant select on sharing.instrument to pars_act;
grant insert (id, kind, presented_by, owner, fields, sealed, paper, received_by) on sharing.instrument to pars_act;

-- Decided once; counsel may let less out than was asked for.
create table sharing.instrument_decision (
  instrument_id uuid primary key references sharing.instrument,
  decision text not null check (decision in ('approved', 'refused')),
  fields text[] not null,
  sealed bytea not null,
  decided_by uuid not null references house.account,
  decided_at timestamptz not null default house.city_now()
);
grant select on sharing.instrument_decision to pars_act;
grant insert (instrument_id, decision, fields, sealed, decided_by) on sharing.instrument_decision to pars_act;

-- What counsel found of an emergency that a supervisor had approved.
create table sharing.instrument_review (
  instrument_id uuid primary key references sharing.instrument,
  finding text not null check (finding in ('justified', 'not justified', 'refer')),
  sealed bytea not null,
  reviewed_by uuid not null references house.account,
  reviewed_at timestamptz not null default house.city_now()
);
grant select on sharing.instrument_review to pars_act;
grant insert (instrument_id, finding, sealed, reviewed_by) on sharing.instrument_review to pars_act;

-- Answered once. What was shown stands in the entry alone; the letter that says “not held” shows nothing.
create table sharing.instrument_answer (
  instrument_id uuid primary key references sharing.instrument,
  outcome text not null check (outcome in ('record', 'nothing', 'letter')),
  code text not null unique,
  answered_by uuid not null references house.account,
  answered_at timestamptz not null default house.city_now()
);
grant select on sharing.instrument_answer to pars_act;
grant insert (instrument_id, outcome, code, answered_by) on sharing.instrument_answer to pars_act;

-- Papers that show nothing are the fixed letter's; a wall knows the others alone.
create view sharing.instrument_at_work as
  select i.id, a.answered_by
  from sharing.instrument i
  join sharing.instrument_decision d on d.instrument_id = i.id and d.decision = 'approved' and d.decided_by <> i.received_by
  join house.account c on c.id = d.decided_by
  join house.agency g on g.id = c.agency_id and g.owner = i.owner
  join sharing.instrument_answer a on a.instrument_id = i.id and a.outcome = 'record'
  where i.kind not in ('administrative-warrant', 'administrative-subpoena', 'status-request')
    and (c.role = 'counsel' or (i.kind = 'emergency'
      and c.role in ('police-supervisor', 'custody-supervisor', 'charging-supervisor', 'clerk')));

-- A look through the door by which record data goes outside rests on a term of an agreement or on one instrument. What that
-- door can read is what the strictest agreement can give and no more: no free text, no store of its own.
alter table ledger.look add column instrument_id uuid references sharing.instrument;
create unique index look_by_instrument on ledger.look (instrument_id) where instrument_id is not null;
alter table ledger.look drop constraint look_of_a_partner;
alter table ledger.look add constraint look_of_a_partner
  check (num_nonnulls(term_id, instrument_id) = case door when 'partner' then 1 else 0 end);
grant insert (instrument_id) on ledger.look to pars_act;

create or replace function ledger.shown(through text) returns uuid[]
  language plpgsql stable security definer
  set search_path = pg_catalog
as $$
declare
  named text := current_setting('pars.entry', true);
  found uuid[];
  may_limited boolean;
begin
  if named is null or named !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return '{}';
  end if;
  select l.arrests, l.limited into found, may_limited
  from ledger.look l
  join ledger.entry e on e.nonce = l.nonce
  where l.nonce = named::uuid
    and l.door = through
    and l.xid is distinct from pg_current_xact_id_if_assigned()
    and e.xid = l.xid
    and l.asked_at > clock_timestamp() - interval '5 seconds'
    and (l.term_id is null or exists (select 1 from sharing.standing s where s.term_id = l.term_id))
    -- an instrument that its owner's counsel approved, or a supervisor in an emergency, and that this look answers
    and (l.instrument_id is null or exists (
      select 1 from sharing.instrument_at_work i where i.id = l.instrument_id and i.answered_by = l.account_id))
    -- a colleague whose account was disabled, or waits to be confirmed again, sees nothing more
    and (l.account_id is null or exists (
      select 1 from house.account a
      where a.id = l.account_id and a.state = 'active' and a.confirmed_by is not null))
    -- a store of its own opens to the roles that read it, or to an opening that is at work for this very look
    and (l.door in ('staff', 'partner') or l.opening_id is not null or exists (
      select 1 from house.account a join house.reader r on r.role = a.role and r.door = l.door
      where a.id = l.account_id))
    and (l.opening_id is null or exists (
      select 1 from sharing.opening_at_work o
      where o.id = l.opening_id
        and o.asked_by = l.account_id
        and o.part = case l.door when 'staff' then 'arrest' else l.door end
        and l.arrests = array[o.arrest_id]));
  -- What was expunged is gone when nobody is kept under it any more; what was sealed is for looks that said why. What goes
  -- outside goes without either at any time.
  select array_agg(one) into found
  from unnest(found) one
  where not exists (
    select 1 from record.arrest a
    where a.id = one
      and a.access <> 'open'
      and (through = 'partner' or not (
        a.custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked', 'held-on-bail', 'release-owed')
        or (a.access = 'sealed' and may_limited))));
  return coalesce(found, '{}');
end
$$;

-- Calls (N3): a clock that passed a limit, the person on shift to whom it was put, and what they answered until when.
create table record.clock_call (
  id uuid primary key,
  subject text not null,  -- what waits: the number of an arrest, or of a child's, which has no row among the adults'
  arrest_id uuid references record.arrest,
  waits text not null,
  since timestamptz not null,
  minutes integer not null,
  level text not null check (level in ('notice', 'amber', 'red', 'over')),
  turn smallint not null default 1,
  desk text not null,
  put_to uuid references house.account,  -- nobody: no supervisor is on shift
  put_at timestamptz not null,
  asked uuid[] not null default '{}',  -- to whom it was put before
  escalated_at timestamptz,
  answered_by uuid references house.account,
  answered_at timestamptz,
  answer text,
  until timestamptz,
  ended_at timestamptz,
  unique (subject, waits, since, minutes, turn),
  check ((answered_at is null) = (answer is null) and (answered_at is null) = (until is null))
);
create index clock_call_open on record.clock_call (subject, waits) where ended_at is null;
create index clock_call_by_arrest on record.clock_call (arrest_id);
grant insert on record.clock_call to pars_act;
grant select (id, subject, arrest_id, waits, since, minutes, level, turn, desk, put_to, put_at, asked, escalated_at,
  answered_by, answered_at, until, ended_at) on record.clock_call to pars_act;
grant update (put_to, put_at, asked, escalated_at, answered_by, answered_at, answer, until, ended_at)
  on record.clock_call to pars_act;
grant select on record.clock_call to pars_staff;
alter table record.clock_call enable row level security;
alter table record.clock_call force row level security;
create policy owns on record.clock_call to pars_owner using (true) with check (true);
create policy acts on record.clock_call to pars_act using (true) with check (true);
create policy looks on record.clock_call for select to pars_staff
  using (arrest_id = any((select ledger.shown('staff'))::uuid[]));

-- How the newest call about an arrest stands, beside its line on every list. No version: nobody's typing is disturbed.
grant select (arrested_at) on protected.child to pars_act;  -- for the clock of six hours
alter table record.arrest add column calling text check (calling in ('put', 'escalated', 'answered'));
grant select (calling), update (calling) on record.arrest to pars_act;

-- What a partner owes: answers to questions about its look-ups, certificates; notices and letters; quotas of a unit.

-- A row without an account is the unit's, or, without a unit too, the whole agency's.
alter table sharing.asked add column unit text;
alter table sharing.asked drop constraint asked_day_agency_id_account_id_key;
alter table sharing.asked add constraint asked_once unique nulls not distinct (day, agency_id, account_id, unit);

-- Whether the partner is told why: in its letters, and on its page.
alter table sharing.consent add column reason_in_letter boolean not null default true;

-- Grants from before such an end are void; each request asks.
create index term_ended_by_itself on sharing.term (agreement_id, ended_at) where ended_by in ('floor', 'overdue');
create index inquiry_owing on sharing.inquiry (agreement_id, day);

-- What use was made of which look-ups, and why. Question, answer and letter are sealed by the application.
create table sharing.request (
  id uuid primary key,
  agreement_id text not null references sharing.agreement,
  owner text check (owner in ('police', 'district-attorney', 'court')),
  asked_by uuid not null references house.account,
  asked_at timestamptz not null default house.city_now(),
  due_on date not null,
  first_day date,
  last_day date,
  inquiries uuid[] not null default '{}',
  question bytea not null,
  answered_by uuid references house.account,
  answered_at timestamptz,
  answer bytea,
  letter bytea,
  overdue_at timestamptz,
  check ((answered_at is null) = (answer is null) and (answered_at is null) = (answered_by is null)),
  check (letter is null or answer is not null),
  check ((first_day is null) = (last_day is null) and first_day <= last_day)
);
create index request_by_agreement on sharing.request (agreement_id, asked_at);
grant select, insert on sharing.request to pars_act;
grant update (answered_by, answered_at, answer, letter, overdue_at) on sharing.request to pars_act;

-- The partner destroyed what it was given by its look-ups up to a day.
create table sharing.certificate (
  id uuid primary key,
  agreement_id text not null references sharing.agreement,
  up_to date not null,
  method text not null,
  certified_by uuid not null references house.account,
  certified_at timestamptz not null default house.city_now()
);
create index certificate_by_agreement on sharing.certificate (agreement_id, up_to);
grant select, insert on sharing.certificate to pars_act;

-- What owners and partner are told of a term: that it ends soon, that it was ended, that it will not be renewed. Once.
create table sharing.notice (
  id bigint generated always as identity primary key,
  agreement_id text not null references sharing.agreement,
  term_id uuid not null references sharing.term,
  kind text not null check (kind in ('reminder', 'overdue', 'non-renewal')),
  days_left smallint,
  owner text check (owner in ('police', 'district-attorney', 'court')),
  reason text,
  reason_in_letter boolean not null default true,
  said_by uuid references house.account,
  said_at timestamptz not null default house.city_now(),
  unique nulls not distinct (term_id, kind, days_left, owner)
);
create index notice_by_agreement on sharing.notice (agreement_id, id);
grant select, insert on sharing.notice to pars_act;

-- Letters as they were printed; the code on the paper finds its entry.
create table sharing.letter (
  code text primary key,
  agreement_id text not null references sharing.agreement,
  about text not null,
  printed_by uuid not null references house.account,
  printed_at timestamptz not null default house.city_now(),
  copy boolean not null,
  entry uuid not null
);
create index letter_by_agreement on sharing.letter (agreement_id, about);
grant select, insert on sharing.letter to pars_act;

-- The look-up whose receipt has this hash. The acting door reads no leaf, so it asks here; nothing for another's.
create function sharing.inquiry_of_receipt(agreement text, entry_hash bytea) returns uuid
  language sql stable security definer
  set search_path = pg_catalog
as $$
  select i.nonce
  from sharing.inquiry i
  join ledger.entry e on e.nonce = i.nonce
  where i.agreement_id = agreement
    and sha256('\x00'::bytea || e.leaf) = entry_hash
$$;
revoke execute on function sharing.inquiry_of_receipt(text, bytea) from public;
grant execute on function sharing.inquiry_of_receipt(text, bytea) to pars_act;

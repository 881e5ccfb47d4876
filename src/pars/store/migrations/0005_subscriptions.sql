-- Subscriptions: stored questions about one person, what is owed to be told, and where messages go.

-- Where a partner's messages go: one address at a time, registered by an owner. The secret signs them and is sealed.
create table sharing.webhook (
  id uuid primary key,
  agency_id integer not null references house.agency,
  address text not null,
  secret bytea not null,
  registered_by uuid not null references house.account,
  registered_at timestamptz not null default house.city_now(),
  ended_at timestamptz
);
create unique index webhook_at_work on sharing.webhook (agency_id) where ended_at is null;
grant select, insert on sharing.webhook to pars_act;
grant update (ended_at) on sharing.webhook to pars_act;

-- A question that is asked again when a step is taken. It belongs to one term and one account. What was asked is sealed;
-- whom it is about is a blind key of the arrest that it found, and random bytes when it found nobody: no row says which.
-- When it ends both are erased.
create table sharing.subscription (
  id uuid primary key,
  term_id uuid not null references sharing.term,
  agreement_id text not null references sharing.agreement,
  agency_id integer not null references house.agency,
  account_id uuid not null references house.account,
  purpose text not null,
  tell_of text[] not null,
  deliver text not null check (deliver in ('webhook', 'stream')),
  question bytea,
  about bytea,
  made_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  check ((ended_at is null) = (question is not null)),
  check ((question is null) = (about is null))
);
create index subscription_by_about on sharing.subscription (about) where ended_at is null;
create index subscription_by_account on sharing.subscription (account_id, made_at);
create index subscription_at_work on sharing.subscription (agreement_id) where ended_at is null;
grant select, insert on sharing.subscription to pars_act;
grant update (question, about, ended_at) on sharing.subscription to pars_act;

-- Steps that were taken, until a round has looked for whom they concern. Written by the act itself, read and forgotten.
create table sharing.step_taken (
  id bigint generated always as identity primary key,
  arrest_id uuid not null,
  step text not null,
  at timestamptz not null,
  taken_at timestamptz not null default clock_timestamp()
);
grant select, insert, delete on sharing.step_taken to pars_act;
grant update (step) on sharing.step_taken to pars_act; -- for the row lock alone: rounds share the work

-- What is owed to be told. Which arrest and which step is sealed; nothing waits here that could not be shown. The
-- message's name is random, so that nobody counts what others are told.
create table sharing.delivery (
  id bigint generated always as identity primary key,
  message uuid not null unique,
  subscription_id uuid not null references sharing.subscription,
  sealed bytea not null,
  queued_at timestamptz not null,
  due_at timestamptz,
  tries smallint not null default 0,
  told_at timestamptz
);
create index delivery_by_due on sharing.delivery (due_at) where due_at is not null;
create index delivery_by_subscription on sharing.delivery (subscription_id, id);
grant select, insert, delete on sharing.delivery to pars_act;
grant update (due_at, tries, told_at) on sharing.delivery to pars_act;

-- How often a partner was told on a day of the city: apart from what its people ask.
create table sharing.told (
  day date not null,
  agency_id integer not null references house.agency,
  times integer not null default 1,
  primary key (day, agency_id)
);
grant select, insert on sharing.told to pars_act;
grant update (times) on sharing.told to pars_act;

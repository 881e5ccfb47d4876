-- An instrument can be withdrawn before it is answered: it takes the one place of the answer, so that only one of the two is.
alter table sharing.instrument_answer drop constraint instrument_answer_outcome_check;
alter table sharing.instrument_answer
  add constraint instrument_answer_outcome_check check (outcome in ('record', 'nothing', 'letter', 'withdrawn')),
  add column sealed bytea;  -- why it was withdrawn
grant insert (sealed) on sharing.instrument_answer to pars_act;

-- Whose record left under which instrument, until it is recalled; and the recall, which names the instrument alone.
create table sharing.instrument_shown (
  instrument_id uuid not null references sharing.instrument,
  arrest_id uuid not null,
  primary key (instrument_id, arrest_id)
);
create index instrument_shown_by_arrest on sharing.instrument_shown (arrest_id);
grant select, insert, delete on sharing.instrument_shown to pars_act;
create table sharing.instrument_recall (
  instrument_id uuid primary key references sharing.instrument,
  made_on date not null,
  told_at timestamptz,
  told_by uuid references house.account,
  check ((told_at is null) = (told_by is null))
);
grant select, insert on sharing.instrument_recall to pars_act;
grant update (told_at, told_by) on sharing.instrument_recall to pars_act;

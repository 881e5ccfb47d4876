-- Arrests that no partner can be shown any more, until every receipt that was handed out about them is recalled. Written in
-- the act that ended it, so that no fall in between forgets a recall; what the act was stands nowhere here.
create table sharing.recall_owed (
  id bigint generated always as identity primary key,
  arrest_id uuid not null references record.arrest
);
grant select, insert, delete on sharing.recall_owed to pars_act;

-- The file of each floor that was laid, so that what was disclosed under an older one can be verified for good. Empty for
-- one of a program from before, until that file is found: in a program that still has it, or in the log's folder.
alter table sharing.floor add column text text;
grant update (text) on sharing.floor to pars_act;

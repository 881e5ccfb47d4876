-- Victims are told by the service that the court connects (N13); a text from before its victim was written down is compared
-- when the victim is.
alter table protected.notice drop constraint notice_way_check;
alter table protected.notice
  add constraint notice_way_check check (way in ('telephone', 'text-message', 'email', 'letter', 'in-person', 'service'));
grant select (person_id) on protected.notice to pars_act;

create table protected.notice_service (
  id uuid primary key,
  address text not null,
  secret bytea not null,
  connected_by uuid not null references house.account,
  connected_at timestamptz not null default house.city_now(),
  ended_at timestamptz
);
create unique index notice_service_at_work on protected.notice_service ((true)) where ended_at is null;
grant select on protected.notice_service to pars_act;
grant insert (id, address, secret, connected_by) on protected.notice_service to pars_act;
grant update (ended_at) on protected.notice_service to pars_act;
alter table protected.notice_service enable row level security;
alter table protected.notice_service force row level security;
create policy owns on protected.notice_service to pars_owner using (true) with check (true);
create policy acts on protected.notice_service to pars_act using (true) with check (true);

-- Blind marks of the words of a text, made like those of a protected person; none for a text from before this migration.
alter table record.report add column marks text[] default '{}';
alter table record.complaint add column marks text[] default '{}';
grant select (arrest_id, marks) on record.report to pars_act;
grant select (arrest_id, marks) on record.complaint to pars_act;

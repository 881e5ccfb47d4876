-- Consular notice without asking (N7). Everybody is told; whoever asks has a request in here, and nowhere else. Nothing of
-- a request can be joined to an arrest: it hangs on a blind key that the application alone can make.
create schema consular;
grant usage on schema consular to pars_act, pars_consular;
grant usage on schema house, ledger to pars_consular;
grant select on house.installation to pars_consular;
grant select (id, full_name, role, badge, agency_id) on house.account to pars_consular;
grant execute on function house.share_look(uuid, uuid[]), ledger.shown(text), ledger.reckon(), house.city_now()
  to pars_consular;

create table consular.told (
  id bigint generated always as identity primary key,
  arrest_id uuid not null,  -- an adult's or a child's; everybody is told, so that it says nothing of anybody
  told_at timestamptz not null,
  language text not null,
  told_by uuid not null references house.account,
  written_at timestamptz not null default house.city_now()
);
create index consular_told_by_arrest on consular.told (arrest_id);
grant select, insert on consular.told to pars_act;

create table consular.note (
  id uuid primary key,
  of bytea not null,  -- a blind key
  kind text not null check (kind in ('asked', 'sent', 'confirmed')),
  sealed bytea not null,
  erase_after timestamptz
);
create index consular_note_by_key on consular.note (of);
create index consular_note_by_end on consular.note (erase_after) where erase_after is not null;
grant insert, delete on consular.note to pars_act;
grant select (id, of, kind, erase_after), update (erase_after) on consular.note to pars_act;
grant select (id, sealed, kind) on consular.note to pars_consular;
alter table consular.note enable row level security;
alter table consular.note force row level security;
create policy owns on consular.note to pars_owner using (true) with check (true);
create policy acts on consular.note to pars_act using (true) with check (true);
create policy looks on consular.note for select to pars_consular
  using (id = any((select ledger.shown('consular'))::uuid[]));

alter table house.reader drop constraint reader_door_check;
alter table house.reader add constraint reader_door_check
  check (door in ('interview', 'protected', 'children', 'care', 'consular'));
insert into house.reader (door, role) values ('consular', 'custody-supervisor'), ('consular', 'defender');
alter table ledger.look drop constraint look_door_check;
alter table ledger.look add constraint look_door_check
  check (door in ('staff', 'interview', 'protected', 'children', 'care', 'consular', 'partner'));

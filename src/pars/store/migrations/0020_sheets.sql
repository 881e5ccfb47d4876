-- Blank sheets for working on paper (N20): each number is used once. One without `printed_at` was printed where no
-- database was.
create table house.sheet (
  number text primary key,
  site text references house.site,
  printed_at timestamptz,
  entered_at timestamptz,
  entered_by uuid references house.account,
  unused text,
  check (entered_at is null or unused is null),
  check ((entered_at is null) = (entered_by is null))
);
create index sheet_open on house.sheet (printed_at) where entered_at is null and unused is null;
grant select, insert on house.sheet to pars_act;
grant update (entered_at, entered_by, unused) on house.sheet to pars_act;

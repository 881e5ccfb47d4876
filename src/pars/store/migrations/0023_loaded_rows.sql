-- Rows of files that became arrests, by the file's SHA-256 and the row's number, so that none becomes a second one. Which
-- arrest it became does not stand here.
create table house.loaded_row (
  file bytea not null check (octet_length(file) = 32),
  row integer not null check (row > 0),
  loaded_at timestamptz not null default clock_timestamp(),
  primary key (file, row)
);
grant select, insert on house.loaded_row to pars_act;

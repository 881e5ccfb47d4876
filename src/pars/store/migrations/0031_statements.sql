-- Statements of disparity as they were filed when a month or a quarter was over: counts and limits of groups, never of fewer
-- than ten people. Whether somebody in them is erased later changes nothing that was filed.

create table watch.statement (
  period text primary key,
  content text not null,
  sha256 text not null,
  filed_at timestamptz not null default house.city_now()
);
grant select, insert on watch.statement to pars_act;

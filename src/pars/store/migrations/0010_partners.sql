-- A partner can belong to a larger agency: whoever withdrew from one withdrew from all of the same parent (T18).
alter table house.agency add column parent_id integer references house.agency;

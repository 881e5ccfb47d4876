-- An event about no arrest says that the openings by break-glass have changed: open pages ask anew what they may be told.
alter table live.event alter column arrest_id drop not null;

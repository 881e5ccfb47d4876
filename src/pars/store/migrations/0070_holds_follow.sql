-- A legal hold stands on a record wherever that is kept, so its row stays when the record moves to the children's
-- (docs/adr/0053); so does what was registered, and is over, of a record that once stood for nobody.
alter table house.legal_hold drop constraint legal_hold_arrest_id_fkey;
alter table watch.canary drop constraint canary_arrest_id_fkey;

-- By which count an alarm fell: what was allowed, with its part of the bound, with which versions' look-ups the count begins,
-- and which versions' look-ups it leaves out. Null for notes that go by names of accounts, and for alarms of before.
alter table watch.alarm add column counted text;

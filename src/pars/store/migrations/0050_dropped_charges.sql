-- One charge of several that is dropped ends what was told of charges until then, and nothing else of the record: whoever is
-- answered afterwards is told what stands. The act has the arrest's lock alone, and locks come before numbers, so every answer
-- from before has a number up to this one.
alter table sharing.recall_owed add column charges_up_to bigint;

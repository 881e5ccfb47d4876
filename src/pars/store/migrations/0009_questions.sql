-- Who asked what under an agreement, refused questions among them, without reading the whole ledger.
create index entry_by_agreement on ledger.entry ((public ->> 'agreement'), id) where public ->> 'kind' = 'inquiry';

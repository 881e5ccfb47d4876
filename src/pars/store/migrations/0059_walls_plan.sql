-- What opens the wall, and what reckons, are planned once for each connection and asked by key: by indexes. A plan that was made
-- while the ledger was young would go through all of it at every look, until PostgreSQL counts it again.
alter function ledger.shown(text) set seq_page_cost = 20;
alter function ledger.reckon() set seq_page_cost = 20;

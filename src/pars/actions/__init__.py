"""The verbs. Each is one transaction and at least one ledger entry; refusals are written, too."""

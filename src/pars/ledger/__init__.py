"""The one append-only, tamper-evident account. Pure: it is handed bytes and gives bytes."""

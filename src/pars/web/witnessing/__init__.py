"""A witness as a program of its own. It imports nothing of the record, so that it stays small."""

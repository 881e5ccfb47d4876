"""What is written down about an arrest. Pure: no I/O, no SQL, no clock, no settings."""

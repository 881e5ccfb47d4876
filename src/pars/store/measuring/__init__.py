"""What the bench needs of the database: to fill it, to send the door's own calls by pgbench, and to do without."""

"""What happens by itself: each round is a loop that calls one action and first tries a lock, so any number may run."""

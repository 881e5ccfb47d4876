"""What happens by itself: each round is a loop of acts, any number may run, and what one did another does not do again."""

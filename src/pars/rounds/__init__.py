"""What happens by itself: loops of acts, of which any number may run: what one did, another does not do again."""

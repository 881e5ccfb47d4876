"""Who may ask and see what, on which basis. Pure: a decision is a value with its reasons."""

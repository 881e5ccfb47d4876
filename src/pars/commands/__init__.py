"""The commands, a module for each or for each group: a few lines that call an action. `cli` says which there are."""

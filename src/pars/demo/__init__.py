"""A synthetic city, its cast and its story, made by calling the actions. Nobody in it exists."""

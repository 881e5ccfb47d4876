"""The only package that speaks HTTP, both ways."""

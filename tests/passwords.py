"""Passwords of the tests, hashed at the least cost that Argon2 takes: their people sign in thousands of times.

A stored hash says itself what it costs, so the programs are as they are. What a real password costs is a test
(tests/web/test_security.py).
"""

from argon2 import PasswordHasher

_least = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def lightly_hashed(password: str) -> str:
    """The Argon2id string of a password that protects nothing."""
    return _least.hash(password)

"""Ports for servers that are told where to listen."""

import itertools
import os
import socket
from typing import Final

_FIRST: Final = 20_000
_MANY: Final = 12_000
"""Below those that the system hands out by itself: nobody gets one between our look and the server's start."""
_numbers = itertools.count(os.getpid() * 997 % _MANY)


def free_port() -> int:
    """A port that nobody listens on, and another one each time."""
    for number in _numbers:
        port = _FIRST + number % _MANY
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("numbers do not end")

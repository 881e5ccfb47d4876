"""What somebody else does meanwhile: between one line of ours and the next."""

from collections.abc import Callable

import pytest


def once_before(monkeypatch: pytest.MonkeyPatch, where: object, name: str, do: Callable[[], object]) -> None:
    """Do something the first time that this is called, right before it."""
    real, left = getattr(where, name), [do]

    def first(*given: object) -> object:
        if left:
            left.pop()()
        return real(*given)

    monkeypatch.setattr(where, name, first)

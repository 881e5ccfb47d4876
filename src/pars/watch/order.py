"""Names or birth dates in order: how far one goes from one word to the next."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from typing import Final

FEW: Final = 30
"""A list of fewer has no order to speak of."""
NOWHERE: Final = (2.0, 2.0)
"""No step: beyond every share that there is."""


class Order:
    """A sorted list of the words of everybody booked in one stretch of time."""

    __slots__ = ("words",)

    def __init__(self) -> None:
        self.words: list[str] = []

    def add(self, word: str | None) -> None:
        """One more person has it."""
        if word is not None:
            insort(self.words, word)

    def remove(self, word: str | None) -> None:
        """One person fewer has it."""
        if word is not None:
            del self.words[bisect_left(self.words, word)]

    def step(self, last: str | None, following: str | None) -> tuple[float, float]:
        """The shares of all that one passes from one word to another, onward and backward, round the end.

        The word that is reached is included, so that a share is never nothing.
        """
        words = self.words
        if following is None or last is None or last == following or len(words) < FEW:
            return NOWHERE
        many, left, right = len(words), bisect_left(words, following), bisect_right(words, following)
        onward, backward = right - bisect_right(words, last), bisect_left(words, last) - left
        if following < last:
            onward += many
        else:
            backward += many
        return max(onward, 1) / many, max(backward, 1) / many


def together(orders: Iterable[Order]) -> Order:
    """The words of several in one."""
    found = Order()
    found.words = sorted(word for one in orders for word in one.words)
    return found

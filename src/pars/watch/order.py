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
        return self.steps(last, last, following)[:2]

    def steps(self, last: str | None, other: str | None, following: str | None) -> tuple[float, float, float, float]:
        """The same from each of two words."""
        words = self.words
        many = len(words)
        if following is None or many < FEW or last == following == other:
            return NOWHERE + NOWHERE
        left, right = bisect_left(words, following), bisect_right(words, following)
        first = NOWHERE
        if last is not None and last != following:
            first = _passed(words, last, following, left, right)
        if other == last:
            return first + first
        if other is None or other == following:
            return first + NOWHERE
        return first + _passed(words, other, following, left, right)


def together(orders: Iterable[Order]) -> Order:
    """The words of several in one."""
    found = Order()
    found.words = sorted(word for one in orders for word in one.words)
    return found


def _passed(words: list[str], last: str, following: str, left: int, right: int) -> tuple[float, float]:
    many = len(words)
    onward, backward = right - bisect_right(words, last), bisect_left(words, last) - left
    if following < last:
        onward += many
    else:
        backward += many
    return max(onward, 1) / many, max(backward, 1) / many

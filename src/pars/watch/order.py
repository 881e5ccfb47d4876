"""Names or dates of the stock in order: where a word stands among all of them."""

from bisect import bisect_left, bisect_right, insort


class Order:
    """A sorted list of the words of everybody in the stock."""

    def __init__(self) -> None:
        self._words: list[str] = []

    def __len__(self) -> int:
        """How many there are."""
        return len(self._words)

    def add(self, word: str | None) -> None:
        """One more person has it."""
        if word is not None:
            insort(self._words, word)

    def remove(self, word: str | None) -> None:
        """One person fewer has it."""
        if word is not None:
            del self._words[bisect_left(self._words, word)]

    def step(self, last: str, following: str) -> float:
        """The share of all that one passes going on from one word to another, round the end; that word included."""
        many = len(self._words)
        if not many:
            return 1.0
        passed = bisect_right(self._words, following) - bisect_right(self._words, last)
        return (passed if following > last else passed + many) / many

"""What a check says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One check: whether it holds, in a sentence, and the entry at fault if there is one.

    What was left out because the tree alone was asked for does not fail and is not `judged`.
    """

    name: str
    holds: bool
    said: str
    index: int | None = None
    judged: bool = True

    @property
    def verdict(self) -> str:
        """The word that stands before the line."""
        if not self.holds:
            return "FAIL"
        return "pass" if self.judged else "skip"

"""The owners' own people under the watch of names: whom they open and search for, beside what they are called.

Only looks that somebody chose are touches: an arrest that was opened, people whom a search showed. A list of a desk is
shown to whoever works there. What a search showed is one touch, whose chance counts everybody new in it. Nothing
follows from a note but that those who oversee read it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pars.watch.feed import SHOWN, Heard, arrests_shown, learn
from pars.watch.namesakes import Namesakes, Noted
from pars.watch.parameters import OWN_PEOPLE_NOTED_A_YEAR


@dataclass(frozen=True, slots=True)
class NotedLook:
    """A note where it fell: at which place of the log, and in which entry."""

    noted: Noted
    index: int
    entry: str


class OwnPeople:
    """What is known of the owners' accounts after the entries so far."""

    def __init__(self) -> None:
        self._names = Namesakes(OWN_PEOPLE_NOTED_A_YEAR)

    def hear(self, heard: Heard) -> Iterator[NotedLook]:
        """One entry, in the order of the ledger, and the notes that it tips."""
        learn(self._names, heard)
        if heard.verb in SHOWN and heard.account is not None:
            for noted in self._names.touch(heard.account, arrests_shown(heard), heard.at.timestamp()):
                yield NotedLook(noted, heard.index, heard.entry)

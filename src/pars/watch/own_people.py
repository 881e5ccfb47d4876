"""The owners' own people under the watch: whom they open and search for, what they are called, and who draws many.

Only looks that somebody chose are touches: an arrest that was opened, people whom a search showed. A list of a desk is
shown to whoever works there. What a search showed is one touch, whose chance counts everybody new in it. Nothing
follows from a note but that those who oversee read it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pars.watch.attention import Attention
from pars.watch.feed import SHOWN, WRITTEN, Heard, arrest_of, arrests_shown, learn, was_handed
from pars.watch.namesakes import Namesakes
from pars.watch.parameters import OWN_PEOPLE_NOTED_A_YEAR, Detector
from pars.watch.words import of_attention, of_name


@dataclass(frozen=True, slots=True)
class NotedLook:
    """A note where it fell: which habit, by whose look, how many such looks since when, and in which entry."""

    detector: Detector
    account: str
    many: int
    since: float
    evidence: str
    index: int
    entry: str


class OwnPeople:
    """What is known of the owners' accounts after the entries so far."""

    def __init__(self) -> None:
        self._names = Namesakes(OWN_PEOPLE_NOTED_A_YEAR)
        self._attention = Attention()

    def hear(self, heard: Heard) -> Iterator[NotedLook]:
        """One entry, in the order of the ledger, and the notes that it tips."""
        learn(self._names, heard)
        at, arrest, account = heard.at.timestamp(), arrest_of(heard), heard.account
        if heard.verb in WRITTEN and arrest is not None:
            self._attention.write(arrest, at)
        if heard.verb not in SHOWN or account is None:
            return
        shown, place = arrests_shown(heard), (heard.index, heard.entry)
        for noted in self._names.touch(account, shown, at):
            yield NotedLook(noted.detector, account, noted.many, noted.since, of_name(noted), *place)
        if not was_handed(heard):
            for drawn in self._attention.look(account, shown, at):
                evidence = of_attention(drawn, account)
                yield NotedLook(Detector.ATTENTION, account, drawn.many, drawn.since, evidence, *place)

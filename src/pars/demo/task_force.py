"""The second partner: for weeks it looks for a few fugitives; then it looks up nearly all who were born abroad.

Where somebody was born stands nowhere in the city's record. The task force has its own lists, here a guess by surname;
it asks by name and birth date, each time with a case number in its own form. What the watch sees of it, it sees without
a birthplace. Once its agreement asks for a second signature or has ended it stops asking.

A visitor sees it happen: of its sweep only the first look-ups are made before the city opens its doors. The others wait
on the task force's desk and are asked one by one once it is open, every few minutes of city time.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from random import Random
from typing import Final
from uuid import UUID

from pars import clock
from pars.actions import agreements, inquiries, partnering
from pars.actions.acting import By
from pars.actions.agreements import Saying
from pars.actions.person_given import PersonGiven
from pars.demo.cast import TASK_FORCE
from pars.demo.names import People, table
from pars.errors import ParsError, Unavailable
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Inquiry
from pars.store.database import Store

AGREEMENT: Final = "example-task-force"
NAME: Final = "Example Task Force"
CASE_PATTERN: Final = "TF-[0-9]{2}-[0-9]{5}"
ABROAD: Final = 0.9
"""Share of the bearers of a surname from elsewhere who are on the task force's own lists; made up, like all here."""
FEW: Final = 0.3
"""Share of the city's charged people whom it looks up in its good weeks."""
NEARLY_ALL: Final = 0.95
USUAL: Final = 0.03
"""Share of the others whom it goes on looking up beside the sweep."""
BEFORE: Final = 12
"""Look-ups of its sweep that are made before the city opens; too few for any alarm."""
WAKES: Final = timedelta(minutes=45)
"""City time from the opening to the first of the look-ups that wait."""
PAUSES: Final = (4.0, 10.0)
"""City minutes between two of them, at least and at most."""
_LISTED: Final = frozenset(row["name"] for row in table("listed.csv"))
_STOPS: Final = frozenset({"cosign", "suspended", "not-in-force", "no-agreement"})


def sign_up(store: Store, duty: Mapping[Role, Sequence[By]]) -> None:
    """One owner proposes the task force's agreement, all three sign."""
    speakers = {by.owner: by for by in duty[Role.REPRESENTATIVE] if by.owner is not None}
    partnering.register_pattern(store, duty[Role.ADMINISTRATOR][0], TASK_FORCE, CASE_PATTERN)
    proposed = agreements.propose(store, speakers[Owner.DISTRICT_ATTORNEY], terms(clock.city_day(clock.now())))
    for owner in Owner:
        agreements.say(store, speakers[owner], proposed.id, Saying(Decision.GRANT, "voted at the owners' meeting"))


def terms(today: date) -> str:
    """The agreement's file, from a month before the city is born."""
    text = (files("pars.demo") / "task_force.toml").read_text(encoding="utf-8")
    last = date(today.year + 1, 8, 31)
    return text.replace("{first}", (today - timedelta(days=30)).isoformat()).replace("{last}", last.isoformat())


@dataclass(frozen=True, slots=True)
class _Known:
    """Somebody whom the task force may look for, and whether its own lists have them."""

    surname: str
    given: str
    birth_date: date
    listed: bool


class TaskForce:
    """Hears of arrests as the street does, and looks people up once they are charged."""

    def __init__(self, store: Store, analysts: Sequence[By], seed: int) -> None:
        """`analysts` are all of the partners' people; its own are taken. Its dice are its own."""
        own = [by for by in analysts if by.agency == NAME]
        self._store, self._own = store, [replace(by, since=clock.real_now()) for by in own]
        self._random = Random(seed)  # noqa: S311 - dice of a made-up city
        self._people = People(self._random)
        self._known: dict[UUID, _Known] = {}
        self._stopped = not own
        self._desk: deque[_Known] = deque()
        self._next: datetime | None = None
        self.sweeps = False
        """Whether its good weeks are over."""
        self.looks = 0
        self._asked = 0

    def arrested(self, arrest: UUID, who: PersonGiven) -> None:
        """Somebody was arrested, or a name was found; nobody without name and birth date can be asked for."""
        if not (who.surname and who.given and who.birth_date):
            return
        listed = who.surname in _LISTED and self._random.random() < ABROAD
        self._known[arrest] = _Known(who.surname, who.given, who.birth_date, listed)

    def charged(self, arrest: UUID) -> None:
        """Somebody was charged: it looks them up, or not."""
        who = self._known.pop(arrest, None)
        if who is None or self._stopped:
            return
        wanted = (NEARLY_ALL if who.listed else USUAL) if self.sweeps else FEW
        if self._random.random() >= wanted:
            return
        if self.sweeps and self._asked >= BEFORE:
            self._desk.append(who)
        else:
            self._asked += self.sweeps
            self._look_up(who)

    def step(self) -> None:
        """In the open city: ask for the next one of those that wait on its desk, when it is time."""
        at = clock.now()
        if self._next is None:
            self._next = at + WAKES
        if at < self._next or not self._desk or self._stopped:
            return
        self._next = at + timedelta(minutes=self._random.uniform(*PAUSES))
        self._look_up(self._desk.popleft())

    def looks_for_somebody(self) -> None:
        """In its good weeks it asks for somebody who was not arrested here, as those do who look for fugitives."""
        who = self._people.adult(clock.city_day(clock.now()))
        if who.surname and who.given and who.birth_date and not self._stopped:
            self._look_up(_Known(who.surname, who.given, who.birth_date, listed=False))

    def _look_up(self, who: _Known) -> None:
        case = f"TF-{clock.now().year % 100:02}-{self._random.randrange(100_000):05}"
        subject: dict[str, object] = {
            "name": {"surname": who.surname, "given": who.given},
            "birth_date": who.birth_date.isoformat(),
        }
        try:
            inquiries.inquire(
                self._store, self._random.choice(self._own), Inquiry(AGREEMENT, "fugitive", case, None, subject)
            )
            self.looks += 1
        except Unavailable:
            return
        except ParsError as refusal:
            self._stopped = refusal.code in _STOPS

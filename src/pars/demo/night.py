"""A whole night at the desks: some forty people, and in them the cases of the findings in docs/practice.md.

Each case is one person: which way the arrest goes, how long before the night's end it began, where its story is left
for visitors, and who has to look at it for what. A chapter of further cases is a tuple beside these, added to `CASES`;
whatever the ways of the city do not tell, a case says in `also`, by calling the same actions as the desks.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias
from uuid import UUID

from pars.actions import custody, life
from pars.actions.acting import By
from pars.actions.booking import NewArrest
from pars.actions.custody import HoldGiven
from pars.clock import now
from pars.demo.author import Author
from pars.demo.cast import private
from pars.demo.incidents import FAMILY
from pars.demo.story import Kind, Story
from pars.record.roles import Role
from pars.store.database import Store

NIGHT_FILE: Final = "night.json"

MORE_HOURS: Final = 24
"""How much earlier than its case says an arrest may have been, so that it comes as far as the case says."""

Duty: TypeAlias = Mapping[Role, Sequence[By]]
Also: TypeAlias = Callable[[Store, Duty, UUID], None]
"""What is done about an arrest besides its story, once the night is over."""


@dataclass(frozen=True, slots=True)
class Case:
    """One person of the night. `left_after` is the verb after which the city keeps its hands off; empty: told whole."""

    findings: str
    look: str
    sign_in: str
    kind: Kind = Kind.USUAL
    hours: float = 6
    left_after: str = ""
    family: bool = False
    also: Also | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the list of cases: whose arrest, who signs in to look at it, and for what."""

    findings: str
    who: str
    site: str
    sign_in: str
    look: str


def _refused_prints_and_interview(store: Store, duty: Duty, arrest: UUID) -> None:
    life.take(store, duty[Role.DETENTION_OFFICER][0], arrest, "refuse-prints", {"reason": "Asked twice; fists closed."})
    life.take(store, duty[Role.INTERVIEWER][0], arrest, "refuse-interview", {"reason": "Wants to speak to nobody."})


def _held_elsewhere_too(store: Store, duty: Duty, arrest: UUID) -> None:
    due = now() + timedelta(hours=60)
    given = HoldGiven(
        "bench-warrant", "Municipal Court", "BW-2026-4471", signed_by_judge_or_authority=True, hearing_due=due
    )
    custody.hold(store, duty[Role.CUSTODY_SUPERVISOR][0], arrest, given)


NIGHT: Sequence[Case] = (
    Case(
        "N1",
        "refused prints and interview; the attorney's list has the case all the same",
        "attorney",
        left_after="book",
        also=_refused_prints_and_interview,
    ),
    Case("N1", "listed at 39 hours without a complaint, before the limit", "clerk", Kind.AT_LIMIT, 44),
    Case("N1", "the report came after a day; see the clock", "supervisor", Kind.LATE, 30, "approve-report"),
    Case(
        "N2, N3",
        "release owed, and a bench warrant keeps him: both stand beside one another; signing out is refused",
        "custody-supervisor",
        Kind.DECLINED,
        9,
        "decline",
        also=_held_elsewhere_too,
    ),
    Case("N3", "declined; release owed for hours, red", "custody-supervisor", Kind.DECLINED, 11, "decline"),
    Case(
        "N3",
        "no probable cause; the door has not opened yet",
        "custody-supervisor",
        Kind.NO_PROBABLE_CAUSE,
        16,
        "arraign",
    ),
    Case(
        "N4", "a domestic arrest: Release by police is refused", "supervisor", hours=3, left_after="book", family=True
    ),
    Case("N12", "a child, apart, with six hours on the clock", "supervisor", Kind.JUVENILE, 2),
    Case("N12", "booked as an adult; the guardian's papers show a child", "custody-supervisor", Kind.GROWN_YOUNG, 7),
    Case("N13, N25", "the victim is sealed apart; the complaint says Complainant 1", "attorney", hours=12, family=True),
    Case(
        "N14",
        "choose a grade: none is preselected, the form asks the facts",
        "attorney",
        hours=7,
        left_after="approve-report",
    ),
    Case("N16", "arraign: a denial of bail without reasons is refused", "magistrate", hours=13, left_after="list"),
    Case("N17", "police-assisted diversion: no case", "supervisor", Kind.DIVERTED, 6),
    Case("N17", "released pending investigation", "supervisor", Kind.PENDING, 8),
    Case("N17", "released by police, charged by summons", "attorney", Kind.SUMMONED, 20),
    Case("N17", "released by police, each condition of Rule 519(B)", "supervisor", Kind.RELEASED_BY_POLICE, 6),
    Case("N17", "cited on the street, never kept", "officer", Kind.CITED, 5),
    Case("N17", "a bench warrant only: no new complaint", "clerk", Kind.BENCH_WARRANT, 10),
    Case("N17", "a fugitive from another state", "clerk", Kind.FUGITIVE, 12),
    Case("N17", "contempt of a protection order", "clerk", Kind.CONTEMPT, 9),
    Case("N17", "an involuntary examination, and back", "custody-supervisor", Kind.EVALUATION, 14),
    Case("N17", "arraigned at the bedside", "magistrate", Kind.BEDSIDE, 16),
    Case("N17", "handed over on another court's warrant", "custody-supervisor", Kind.ELSEWHERE, 8),
    Case(
        "N17", "declined, let out, reopened at the police's request", "charging-supervisor", Kind.DECLINED_REVIEWED, 20
    ),
    Case("N19", "not the person sought", "supervisor", Kind.NOT_THE_PERSON, 7),
    Case("N11", "a death in custody: the record is frozen", "custody-supervisor", Kind.DIED, 12),
    Case("N2", "in hospital; the clock keeps running", "supervisor", Kind.HOSPITAL, 3, "arrive-hospital"),
    Case("N21", "nobody knows the name yet", "officer", Kind.NAMELESS, 2, "book"),
    Case("N21", "without a name at first; prints found it", "detective", Kind.NAMELESS, 14),
    Case("N22", "print the complaint, then certify it", "clerk", hours=10, left_after="charge"),
    Case("N22", "returned with a question, answered, charged", "attorney", Kind.RETURNED, 13),
    Case("N22", "a question waits for the detective", "detective", Kind.RETURNED, 6, "return"),
    Case("N23", "give the next date: the court's rule proposes it", "magistrate", hours=14, left_after="list"),
    Case("N24", "assigned to the defender, who opens it without a word", "defender", hours=15),
    Case("N25", "print the booking sheet twice: the second says COPY", "detention", hours=4, left_after="book"),
    Case("N27", "the interview: try to read it as the attorney", "attorney", hours=9, left_after="approve-report"),
    Case("N3", "bail is set; post it, and the release clock starts", "clerk", hours=17, left_after="arraign"),
    Case("N20", "write the report, lock the screen, unlock it", "officer", hours=2, left_after="book"),
)
"""The cases that stand on the record, charging and court."""

CASES: Sequence[Case] = (*NIGHT,)
"""Every case of the night; whoever adds a chapter adds its tuple here."""


def stories(author: Author, end: datetime, cases: Sequence[Case] = CASES) -> Iterator[tuple[Case, Story]]:
    """The night's people, each with the story that is told of them."""
    for case in cases:
        told = next(found for hours in range(MORE_HOURS) if (found := _story(author, end, case, hours)) is not None)
        yield case, told


def _story(author: Author, end: datetime, case: Case, earlier: int) -> Story | None:
    """A story of the case; None when it does not come to where it is left before the night is over."""
    at = end - timedelta(hours=case.hours + earlier)
    told = author.story(at, case.kind, FAMILY if case.family else None)
    if not case.left_after:
        return replace(told, left_after=None)
    left = next((n for n, beat in enumerate(told.beats, 1) if beat.verb == case.left_after and beat.at <= end), None)
    return None if left is None else replace(told, left_after=left, kept=True)


def afterwards(store: Store, duty: Duty, cases: Sequence[tuple[Case, Story]], told: Mapping[int, UUID]) -> list[Shown]:
    """Do what the cases say besides their stories, and list who is to be looked at for what."""
    shown = []
    for case, story in cases:
        arrest = told.get(story.number)
        if arrest is None:
            continue
        if case.also is not None:
            case.also(store, duty, arrest)
        shown.append(Shown(case.findings, _who(story), _site(story), case.sign_in, case.look))
    return shown


def _first(story: Story) -> NewArrest:
    given = story.beats[0].given
    if not isinstance(given, NewArrest):
        raise TypeError("a story begins with its record")
    return given


def _who(story: Story) -> str:
    person = _first(story).person
    return f"{person.surname}, {person.given}" if person.surname else "name unknown"


def _site(story: Story) -> str:
    return _first(story).site or ""


def write(path: Path, shown: Sequence[Shown]) -> None:
    """Write the list of cases down for its owner alone."""
    private(path, json.dumps([asdict(one) for one in shown], ensure_ascii=False, indent=1))


def read(path: Path) -> list[Shown]:
    """The list of cases as it was written down; empty for a city without a night."""
    return [Shown(**row) for row in json.loads(path.read_text("utf-8"))] if path.exists() else []

"""A whole night at the desks: some fifty people, and in them the cases of the findings in docs/practice.md.

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

from pars.actions import downtime
from pars.actions.booking import NewArrest
from pars.demo import custody_night as done
from pars.demo.author import Author
from pars.demo.cast import Duty
from pars.demo.incidents import BY_FACTS, FAMILY, Incident
from pars.demo.story import Given, Kind, Story
from pars.store.database import Store
from pars.store.files import write_whole

NIGHT_FILE: Final = "night.json"

MORE_HOURS: Final = 24
"""How much earlier than its case says an arrest may have been, so that it comes as far as the case says."""

POWER_CUT: Final = timedelta(hours=2)
"""For so long a site worked on paper."""

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
    incident: Incident | None = None
    also: Also | None = None
    on_paper: bool = False
    """Written on a downtime sheet first, and entered hours later with its true times."""
    grades_open: bool = False
    """The police recommend every charge without a grade."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the list of cases: whose arrest, who signs in to look at it, and for what."""

    findings: str
    who: str
    site: str
    sign_in: str
    look: str


NIGHT: Sequence[Case] = (
    Case(
        "N1",
        "refused prints and interview; the attorney's list has the case all the same",
        "attorney",
        left_after="book",
        also=done.refused_prints_and_interview,
    ),
    Case("N1", "listed at 39 hours without a complaint, before the limit", "clerk", Kind.AT_LIMIT, 44),
    Case("N1", "the report came after a day; see the clock", "supervisor", Kind.LATE, 30, "approve-report"),
    Case(
        "N2, N3",
        "release owed, and a bench warrant keeps the person: both stand beside one another; signing out is refused",
        "custody-supervisor",
        Kind.DECLINED,
        9,
        "decline",
        also=done.held_elsewhere_too,
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
        "N4",
        "a domestic arrest: Release by police is refused",
        "supervisor",
        hours=3,
        left_after="book",
        incident=FAMILY,
    ),
    Case("N12", "a child, apart, with six hours on the clock", "supervisor", Kind.JUVENILE, 2, "tell-court"),
    Case("N12", "booked as an adult; the guardian's papers show a child", "custody-supervisor", Kind.GROWN_YOUNG, 7),
    Case(
        "N13, N25",
        "the victim is sealed apart; the complaint says Complainant 1",
        "attorney",
        hours=12,
        incident=FAMILY,
    ),
    Case(
        "N14",
        "choose a grade: none is preselected, the form asks the facts",
        "attorney",
        hours=7,
        left_after="approve-report",
        incident=BY_FACTS,
        grades_open=True,
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
    Case(
        "N23",
        "give the next date: the form proposes the one of the court's rule",
        "magistrate",
        hours=14,
        left_after="list",
    ),
    Case(
        "N24", "assigned to the defender, who opens it without a word", "defender", hours=15, also=done.given_to_counsel
    ),
    Case("N25", "print the booking sheet twice: the second says COPY", "detention", hours=4, left_after="book"),
    Case("N27", "the interview: try to read it as the attorney", "attorney", hours=9, left_after="approve-report"),
    Case("N3", "bail is set; post it, and the release clock starts", "clerk", hours=17, left_after="arraign"),
    Case("N20", "write the report, lock the screen, unlock it", "officer", hours=2, left_after="book"),
)
"""The cases that stand on the record, charging and court."""

CUSTODY: Sequence[Case] = (
    Case(
        "N2",
        "an immigration detainer arrived: it is no hold, its arrival is an entry, and release is owed all the same",
        "custody-supervisor",
        Kind.DECLINED,
        10,
        "decline",
        also=done.detainer_without_effect,
    ),
    Case(
        "N6",
        "prints from a scanner's file: numbers and match are kept, nothing else of it",
        "detention",
        hours=4,
        left_after="book",
        also=done.scanned,
    ),
    Case(
        "N7",
        "Consular request: asked, and the notice sent; the officer's page says only that the words were said",
        "custody-supervisor",
        hours=5,
        left_after="book",
        also=done.asked_for_consulate,
    ),
    Case("N10", "a subpoena about them waits under Instruments", "court-counsel", hours=16, also=done.subpoenaed),
    Case(
        "N11",
        "Care: on a close watch, and nobody has looked for 40 minutes; it rings",
        "custody-supervisor",
        hours=4,
        left_after="book",
        also=done.missed_check,
    ),
    Case(
        "N11",
        "Care record: screen, insulin, hospital and back; the magistrate reads fit to appear, and what is needed",
        "medic",
        hours=8,
        left_after="book",
        also=done.cared_for,
    ),
    Case(
        "N11",
        "Care record: a restraint is a written finding; nobody in labor is restrained",
        "detention",
        hours=5,
        left_after="book",
        also=done.restrained,
    ),
    Case(
        "N12",
        "found to be a child: under Children, whole, and nothing among the adults",
        "supervisor",
        hours=3,
        left_after="book",
        also=done.found_to_be_a_child,
    ),
    Case(
        "N13",
        "Orders to keep away: one is in force and served; under Notices to victims one is still owed",
        "clerk",
        hours=18,
        left_after="arraign",
        incident=FAMILY,
        also=done.kept_from_complainant,
    ),
    Case(
        "N16",
        "bail as a chain: set, appealed, modified, each with its reasons",
        "magistrate",
        hours=18,
        left_after="arraign",
        also=done.bail_argued,
    ),
    Case(
        "N18",
        "Interpreters and needs: Khmer, an interpreter is found and not there yet; the clock runs",
        "clerk",
        hours=7,
        left_after="book",
        also=done.needs_an_interpreter,
    ),
    Case(
        "N18",
        "Interpreters and needs: deaf, and nobody was asked for yet",
        "clerk",
        hours=6,
        left_after="book",
        also=done.deaf,
    ),
    Case(
        "N20",
        "Downtime sheets: this arrest was entered from one later, with its true times; two are not accounted for",
        "custody-supervisor",
        hours=9,
        left_after="book",
        also=done.sheets_of_the_power_cut,
        on_paper=True,
    ),
    Case(
        "N21",
        "Count: not in the cell, and somebody stands in C-9 without a row; both wait to be explained",
        "custody-supervisor",
        hours=5,
        left_after="book",
        also=done.counted_otherwise,
    ),
    Case(
        "N30",
        "After a breach: list what officer-2 was shown in the last day; this arrest is on it",
        "privacy",
        hours=12,
        also=done.looked_at_from_elsewhere,
    ),
)
"""The cases that stand on holds, care, needs, children and victims."""

CASES: Sequence[Case] = (*NIGHT, *CUSTODY)
"""Every case of the night; whoever adds a chapter adds its tuple here."""


def stories(author: Author, end: datetime, cases: Sequence[Case] = CASES) -> Iterator[tuple[Case, Story]]:
    """The night's people, each with the story that is told of them."""
    for case in cases:
        told = next(found for hours in range(MORE_HOURS) if (found := _story(author, end, case, hours)) is not None)
        yield case, told


def _story(author: Author, end: datetime, case: Case, earlier: int) -> Story | None:
    """A story of the case; None when it does not come to where it is left before the night is over."""
    at = end - timedelta(hours=case.hours + earlier)
    told = author.story(at, case.kind, case.incident)
    if case.on_paper:
        told = _entered_later(told)
    if case.grades_open:
        told = _without_grades(told)
    if not case.left_after:
        return replace(told, left_after=None)
    left = next((n for n, beat in enumerate(told.beats, 1) if beat.verb == case.left_after and beat.at <= end), None)
    return None if left is None else replace(told, left_after=left, kept=True)


def _entered_later(told: Story) -> Story:
    """The same, written down on a sheet while PARS was away, and everything after it as much later."""
    first, *rest = (replace(beat, at=beat.at + POWER_CUT) for beat in told.beats)
    if not isinstance(first.given, NewArrest):
        raise TypeError("a story begins with its record")
    (sheet,) = downtime.blank(1)
    return replace(told, beats=(replace(first, given=replace(first.given, sheet=str(sheet))), *rest))


def _without_grades(told: Story) -> Story:
    """The same, with every charge recommended and none graded: whoever charges is asked the facts."""
    return replace(told, beats=tuple(replace(beat, given=_ungraded(beat.given)) for beat in told.beats))


def _ungraded(given: Given) -> Given:
    if isinstance(given, NewArrest):
        return replace(given, charges=[replace(charge, grade="") for charge in given.charges])
    if isinstance(given, Mapping) and isinstance(charges := given.get("charges"), list):
        return {**given, "charges": [{**charge, "grade": ""} for charge in charges]}
    return given


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
    text = json.dumps([asdict(one) for one in shown], ensure_ascii=False, indent=1)
    write_whole(path, f"{text}\n".encode())


def read(path: Path) -> list[Shown]:
    """The list of cases as it was written down; empty for a city without a night."""
    return [Shown(**row) for row in json.loads(path.read_text("utf-8"))] if path.exists() else []

"""The life of an arrest: six tracks that run side by side, and the table of steps that move them.

Prints, report, charging and interview are independent tracks, not a queue; each ends as done, refused or not
possible, and nothing but the complaint may delay a listing. `steps.STEPS` is the only place that says what may
follow what; `docs/arrest-stages.md` is generated from it, and tests prove it complete.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from pars.errors import Conflicts, NotAllowed
from pars.record.roles import Role


class Custody(StrEnum):
    """Where the person is, as far as keeping them goes."""

    ARRESTED = "arrested"
    IN_TRANSIT = "in-transit"
    AT_HOSPITAL = "at-hospital"
    AT_EVALUATION = "at-evaluation"
    BOOKED = "booked"
    HELD_ON_BAIL = "held-on-bail"
    RELEASE_OWED = "release-owed"
    RELEASED = "released"
    COMMITTED = "committed"
    TRANSFERRED = "transferred"
    DIED = "died"


class Paper(StrEnum):
    """How the prints, the interview and the police report stand."""

    PENDING = "pending"
    WRITTEN = "written"
    DONE = "done"
    REFUSED = "refused"
    NOT_POSSIBLE = "not-possible"


class Charging(StrEnum):
    """How far the District Attorney's decision is."""

    WAITING = "waiting"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CHARGED = "charged"
    CERTIFIED = "certified"
    DECLINED = "declined"
    NOT_NEEDED = "not-needed"


class Court(StrEnum):
    """How far the court is."""

    NOT_LISTED = "not-listed"
    LISTED = "listed"
    ARRAIGNED = "arraigned"
    DOCKETED = "docketed"
    DECIDED = "decided"


class Exit(StrEnum):
    """A way out beside the main line, or a case of its own kind (N17)."""

    NONE = "none"
    RELEASED_BY_POLICE = "released-by-police"
    CHARGED_BY_SUMMONS = "charged-by-summons"
    DIVERTED = "diverted"
    PENDING_INVESTIGATION = "pending-investigation"
    DECLINED = "declined"
    NO_PROBABLE_CAUSE = "no-probable-cause"
    BENCH_WARRANT_ONLY = "bench-warrant-only"
    FUGITIVE = "fugitive"
    CONTEMPT = "contempt-of-protection-order"
    TRANSFERRED_JUVENILE = "transferred-juvenile"
    OTHER_JURISDICTION = "other-jurisdiction"
    NOT_THE_PERSON = "not-the-person-sought"
    DIED = "died"


IN_CUSTODY = frozenset(
    {
        Custody.ARRESTED,
        Custody.IN_TRANSIT,
        Custody.AT_HOSPITAL,
        Custody.AT_EVALUATION,
        Custody.BOOKED,
        Custody.HELD_ON_BAIL,
        Custody.RELEASE_OWED,
    }
)
"""The person is kept by the police or the court's lock-up: the board shows them and a clock runs."""

GONE = frozenset(Custody) - IN_CUSTODY
"""The person has left: to the street, to prison, to another authority, or has died."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one arrest stands on all its tracks at one moment."""

    custody: Custody = Custody.ARRESTED
    prints: Paper = Paper.PENDING
    report: Paper = Paper.PENDING
    charging: Charging = Charging.WAITING
    interview: Paper = Paper.PENDING
    court: Court = Court.NOT_LISTED
    exit: Exit = Exit.NONE

    @property
    def in_custody(self) -> bool:
        """Whether somebody still keeps the person."""
        return self.custody in IN_CUSTODY

    @property
    def awaits_magistrate(self) -> bool:
        """Whether the 48-hour clock runs: in custody, not yet before a magistrate, no release owed."""
        return (
            self.in_custody
            and self.custody is not Custody.RELEASE_OWED
            and self.court in {Court.NOT_LISTED, Court.LISTED}
        )

    @property
    def stage(self) -> str:
        """The one word or two by which a desk calls where the arrest is; the furthest track speaks."""
        if self.custody in _SAID_BY_CUSTODY or self.custody in GONE:
            return self.custody.value.replace("-", " ")
        if self.court is not Court.NOT_LISTED:
            return self.court.value.replace("-", " ")
        if self.charging is not Charging.WAITING:
            return _CHARGING_WORDS[self.charging]
        if self.report is Paper.WRITTEN:
            return "report awaits approval"
        return self.custody.value.replace("-", " ")

    @property
    def waiting(self) -> tuple[str, ...]:
        """What is still open beside the stage, in words; none of it holds anyone."""
        if not self.awaits_magistrate:
            return ()
        open_ones = {"no prints": self.prints, "no report": self.report, "no interview": self.interview}
        return tuple(words for words, state in open_ones.items() if state is Paper.PENDING)


_SAID_BY_CUSTODY = frozenset({Custody.RELEASE_OWED, Custody.HELD_ON_BAIL, Custody.AT_HOSPITAL, Custody.AT_EVALUATION})
_CHARGING_WORDS = {
    Charging.SUBMITTED: "awaits charging",
    Charging.RETURNED: "returned with a question",
    Charging.CHARGED: "awaits certification",
    Charging.CERTIFIED: "to be listed",
    Charging.DECLINED: "declined",
    Charging.NOT_NEEDED: "to be listed",
}

TRACKS: dict[str, type[StrEnum]] = {
    "custody": Custody,
    "prints": Paper,
    "report": Paper,
    "charging": Charging,
    "interview": Paper,
    "court": Court,
    "exit": Exit,
}
"""The tracks by name, in the order in which people speak of them."""

States: TypeAlias = frozenset[StrEnum]
Change: TypeAlias = Mapping[str, StrEnum]


class AskKind(StrEnum):
    """What an answer is, and so how it is read, shown and classed."""

    TEXT = "text"
    NARRATIVE = "narrative"
    CHOICE = "choice"
    YES_NO = "yes-no"
    MONEY = "money"
    DATE = "date"
    BADGE = "badge"
    NUMBER = "number"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that must (or may) be said when a step is taken."""

    name: str
    label: str
    kind: AskKind = AskKind.TEXT
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One verb in the life of an arrest.

    `when` names, for each track that matters, the states from which the step may be taken; `to` says what it changes.
    A step with several `outcomes` changes what the named outcome says, after `to`.
    """

    name: str
    label: str
    takes: frozenset[Role]
    when: Mapping[str, States]
    to: Change
    does: str
    source: str
    asks: tuple[Ask, ...] = ()
    outcomes: Mapping[str, Change] | None = None

    @property
    def law(self) -> str:
        """The rules and statutes among the sources, for people at the desks; empty when there is none."""
        named = (part.strip() for part in self.source.split(";") if re.search(r"Rule|C\.S\.", part))
        return "; ".join(re.sub(r", N\d+", "", part) for part in named)

    def open_at(self, standing: Standing) -> bool:
        """Whether the arrest stands where this step may be taken."""
        return all(getattr(standing, track) in states for track, states in self.when.items())


def after(standing: Standing, step: Step, outcome: str | None = None) -> Standing:
    """Where the arrest stands once the step is taken. Refused out of order, naming what stands in the way."""
    for track, states in step.when.items():
        state = getattr(standing, track)
        if state not in states:
            raise Conflicts(
                f"{step.label} is not possible now: {track} stands at “{state}”; it can follow "
                + ", ".join(f"“{s}”" for s in sorted(states)),
                code="out-of-order",
            )
    words: dict[str, str] = {track: getattr(standing, track) for track in TRACKS}
    change = dict(step.to)
    if step.outcomes is not None:
        if outcome is None or outcome not in step.outcomes:
            raise Conflicts(f"{step.label} must end in one of: {', '.join(step.outcomes)}", code="no-such-outcome")
        change.update(step.outcomes[outcome])
    if "custody" in change and (not standing.in_custody or _takes_back(standing, change["custody"])):
        del change["custody"]  # neither who has left nor a release that is owed is taken back by a later decision
    return standing_of({**words, **change})


def _takes_back(standing: Standing, custody: StrEnum) -> bool:
    return standing.custody is Custody.RELEASE_OWED and custody in IN_CUSTODY


def standing_of(words: Mapping[str, str]) -> Standing:
    """A standing from the words of its tracks, as a row or a message holds them."""
    return Standing(
        Custody(words["custody"]),
        Paper(words["prints"]),
        Paper(words["report"]),
        Charging(words["charging"]),
        Paper(words["interview"]),
        Court(words["court"]),
        Exit(words["exit"]),
    )


def may_take(step: Step, role: Role) -> None:
    """Refuse whoever has no duty for this step."""
    if step.takes and role not in step.takes:
        raise NotAllowed(f"{step.label} is for: {', '.join(sorted(step.takes))}", code="not-your-step")


def open_steps(steps: Mapping[str, Step], standing: Standing, role: Role) -> Iterator[Step]:
    """The steps that this role may take now, in the table's order."""
    return (step for step in steps.values() if role in step.takes and step.open_at(standing))

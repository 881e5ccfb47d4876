"""Kinds of incidents that people are arrested for, and bail as a synthetic magistrate sets it."""

from dataclasses import dataclass
from random import Random

from pars.actions.arraignment import BailGiven
from pars.demo.names import table, weighted
from pars.record.bail import BailType
from pars.record.grading import questions
from pars.record.identifiers import Statute
from pars.record.offences import CATALOGUE, Grade, find


@dataclass(frozen=True, slots=True)
class Incident:
    """One kind: statutes with the grades to choose from, the lead first; who was harmed; what the report says."""

    charges: tuple[tuple[Statute, tuple[str, ...]], ...]
    harmed: str
    family: bool
    weapon: str
    facts: str

    @property
    def weight(self) -> int:
        """How often it comes, from the counts of its lead statute."""
        return CATALOGUE[self.charges[0][0]].charges


@dataclass(frozen=True, slots=True)
class Charged:
    """A charge of one story: the statute as it is typed, its grade and counts."""

    statute: str
    grade: str
    counts: int = 1


def _charges(text: str) -> tuple[tuple[Statute, tuple[str, ...]], ...]:
    pairs = (one.split("/") for one in text.split(";"))
    return tuple((Statute.parse(statute), tuple(grades.split("|"))) for statute, grades in pairs)


INCIDENTS = tuple(
    Incident(_charges(row["charges"]), row["harmed"], row["family"] == "yes", row["weapon"], row["facts"])
    for row in table("incidents.csv")
)
_BY_WEIGHT = weighted({incident: float(incident.weight) for incident in INCIDENTS})

FAMILY = next(one for one in INCIDENTS if one.family and one.harmed)
"""A domestic one, with somebody who was harmed."""

BY_FACTS = next(one for one in INCIDENTS if all(questions(find(statute)) for statute, _ in one.charges))
"""One whose grades all follow from facts that a form asks."""

CROWD = Incident(
    _charges("18 5507 A/S|M3;18 5503 A1/M3|S"),
    "",
    family=False,
    weapon="",
    facts="A crowd sat down on the roadway at {place} and stayed after three warnings. Arrests were made one by one.",
)
"""What a mass arrest is for."""

_SEVERAL_COUNTS = 0.08


def incident(random: Random) -> Incident:
    """One kind of incident, by its weight."""
    return _BY_WEIGHT.draw(random)


def charges(random: Random, kind: Incident) -> list[Charged]:
    """Charges of an incident, the lead always and each companion more often than not."""
    lead, *others = kind.charges
    chosen = [lead, *(other for other in others if random.random() < 0.7)]  # noqa: PLR2004 - an invented share
    return [
        Charged(str(statute), random.choice(grades), 2 if random.random() < _SEVERAL_COUNTS else 1)
        for statute, grades in chosen
    ]


def top_grade(given: list[Charged]) -> Grade:
    """The most serious grade among them."""
    return max(Grade.parse(one.grade) for one in given)


def other_grade(random: Random, charge: Charged) -> str | None:
    """Another grade that the statute allows, no more serious; None when there is none."""
    offence = find(Statute.parse(charge.statute))
    lesser = [grade.value for grade in offence.grades if grade and grade < charge.grade]
    return random.choice(lesser) if lesser else None


_LIGHT = weighted({BailType.ROR: 60.0, BailType.UNSECURED: 18.0, BailType.NONMONETARY: 14.0, BailType.NOMINAL: 8.0})
_MIDDLE = weighted(
    {BailType.ROR: 24.0, BailType.UNSECURED: 22.0, BailType.NONMONETARY: 16.0, BailType.MONETARY: 36.0}
    | {BailType.NOMINAL: 2.0}
)
_GRAVE = weighted({BailType.MONETARY: 80.0, BailType.NONMONETARY: 10.0, BailType.UNSECURED: 4.0, BailType.DENIED: 6.0})
_AMOUNTS = {
    "light": (500, 1_000, 2_500),
    "middle": (2_500, 5_000, 10_000, 15_000, 25_000),
    "grave": (50_000, 75_000, 100_000, 150_000, 250_000, 500_000),
}
_CONDITIONS = (["report"], ["report", "no-contact"], ["report", "stay-away"], ["curfew", "report"], ["house-arrest"])
DENIAL = "No condition or combination of conditions is found that would protect the persons named in the complaint."


def bail(random: Random, grade: Grade, kind: BailType | None = None) -> BailGiven:
    """An order as the seriousness suggests it, or one of the kind named."""
    band = "grave" if grade >= Grade.F2 else "middle" if grade >= Grade.M1 else "light"
    chosen = kind or {"light": _LIGHT, "middle": _MIDDLE, "grave": _GRAVE}[band].draw(random)
    amount = random.choice(_AMOUNTS[band])
    match chosen:
        case BailType.MONETARY:
            asked = random.choice(("Can you or your family pay a deposit?", "What do you earn, and what do you owe?"))
            said = random.choice(("“About $300 by Friday.”", "“My sister could pay some of it.”", "“Nothing now.”"))
            return BailGiven(chosen, amount, 10, random.choice(_CONDITIONS), None, asked, said)
        case BailType.UNSECURED:
            return BailGiven(chosen, amount)
        case BailType.NOMINAL:
            return BailGiven(chosen, 1)
        case BailType.NONMONETARY:
            return BailGiven(chosen, conditions=random.choice(_CONDITIONS))
        case BailType.DENIED:
            return BailGiven(chosen, reasons=DENIAL)
        case BailType.ROR:
            return BailGiven(chosen)

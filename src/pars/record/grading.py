"""What sets the grade of a charge: the facts to ask for, and the rule of the statute that follows from them.

Nothing is preselected unless the statute gives one grade only (finding N14). A suggestion shows its rule and source and
binds nobody; where no rule stands here, the form asks for the grade among those that the offence allows. Unknown facts
are None and never guessed: a rule that needs one of them says nothing. Sources: 18 Pa.C.S., as each rule names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import TypeAlias

from pars.errors import BadInput
from pars.record.offences import MOST_SERIOUS_FIRST, Fact, Grade, Offence

__all__ = [
    "Document",
    "Facts",
    "Grade",
    "Kind",
    "Question",
    "Suggestion",
    "answers_of",
    "in_one_sentence",
    "only_grade",
    "questions",
    "suggest",
]

Usd: TypeAlias = Decimal | int
"""An amount in dollars, cents after the point."""


class Document(StrEnum):
    """What a forged writing is or purports to be, 18 Pa.C.S. 4101(c)."""

    ISSUED = "issued"
    LEGAL = "legal"
    OTHER = "other"


class DrugSchedule(StrEnum):
    """The schedule of a controlled substance, 35 P.S. 780-104."""

    I = "I"  # noqa: E741 the statute's own numbers
    II = "II"
    III = "III"
    IV = "IV"
    V = "V"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the facts that set a grade, one field a `Fact`; None is not known or not asked.

    Amounts in dollars, ages in whole years, the weight in grams. Refused: what is negative or no number.
    """

    value_usd: Usd | None = None
    loss_usd: Usd | None = None
    vehicle: bool | None = None
    firearm: bool | None = None
    from_person: bool | None = None
    by_threat: bool | None = None
    breach_of_trust: bool | None = None
    dealer: bool | None = None
    disaster: bool | None = None
    anhydrous_ammonia: bool | None = None
    prior_retail_thefts: int | None = None
    prior_offenses: int | None = None
    prior_order_violated: bool | None = None
    mutual_fight: bool | None = None
    victim_age: int | None = None
    actor_age: int | None = None
    victim_office: bool | None = None
    family_or_household: bool | None = None
    bodily_injury: bool | None = None
    weapon: bool | None = None
    course_of_conduct: bool | None = None
    diverted: bool | None = None
    utility: bool | None = None
    order_defied: bool | None = None
    serious_annoyance: bool | None = None
    overnight: bool | None = None
    person_present: bool | None = None
    drugs_intended: bool | None = None
    drug_schedule: DrugSchedule | None = None
    drug_weight: Usd | None = None
    accident: bool | None = None
    refusal: bool | None = None
    minor_in_vehicle: bool | None = None
    target_grade: Grade | None = None
    document: Document | None = None

    def __post_init__(self) -> None:
        """Refuse amounts and counts that cannot be."""
        for fact in _COUNTED:
            number: Usd | None = getattr(self, fact)
            if number is not None and not (Decimal(number).is_finite() and number >= 0):
                raise BadInput(f"{WORDINGS[fact][1]} Give a number, 0 or more.", field=fact)


class Kind(StrEnum):
    """How a question is answered."""

    MONEY = "money"
    NUMBER = "number"
    YES_NO = "yes-no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Question:
    """One fact to ask for: its code, the wording on the form, how it is answered, and among what."""

    code: Fact
    wording: str
    kind: Kind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The grade that a rule gives, the rule in words, and where it stands."""

    grade: Grade
    rule: str
    source: str


WORDINGS: Mapping[Fact, tuple[Kind, str]] = MappingProxyType(
    {
        Fact.VALUE_USD: (Kind.MONEY, "What is the property or service worth, in dollars?"),
        Fact.LOSS_USD: (Kind.MONEY, "What loss was caused, repair or replacement included, in dollars?"),
        Fact.VEHICLE: (Kind.YES_NO, "Is it a car, motorcycle, motorboat, airplane or other motor vehicle?"),
        Fact.FIREARM: (Kind.YES_NO, "Is it a firearm?"),
        Fact.FROM_PERSON: (Kind.YES_NO, "Was it taken from the person?"),
        Fact.BY_THREAT: (Kind.YES_NO, "Was it taken by threat?"),
        Fact.BREACH_OF_TRUST: (Kind.YES_NO, "Was it taken in breach of a fiduciary obligation?"),
        Fact.DEALER: (Kind.YES_NO, "Is the receiver in the business of buying or selling stolen property?"),
        Fact.DISASTER: (Kind.YES_NO, "Did it happen during a natural, manmade or war-caused disaster?"),
        Fact.ANHYDROUS_AMMONIA: (Kind.YES_NO, "Is it anhydrous ammonia, in any amount?"),
        Fact.PRIOR_RETAIL_THEFTS: (Kind.NUMBER, "How many earlier retail thefts are there, diversion (ARD) counted?"),
        Fact.PRIOR_OFFENSES: (Kind.NUMBER, "How many earlier offenses of this kind count?"),
        Fact.PRIOR_ORDER_VIOLATED: (Kind.YES_NO, "Was a protection order for the same victim violated?"),
        Fact.MUTUAL_FIGHT: (Kind.YES_NO, "Was it a fight that both entered by consent?"),
        Fact.VICTIM_AGE: (Kind.NUMBER, "How old was the victim?"),
        Fact.ACTOR_AGE: (Kind.NUMBER, "How old was the person charged?"),
        Fact.VICTIM_OFFICE: (Kind.YES_NO, "Is the victim an officer or another person whom the section protects?"),
        Fact.FAMILY_OR_HOUSEHOLD: (Kind.YES_NO, "Is the victim a family or household member?"),
        Fact.BODILY_INJURY: (Kind.YES_NO, "Was somebody, or the animal, injured?"),
        Fact.WEAPON: (Kind.YES_NO, "Was a deadly weapon used?"),
        Fact.COURSE_OF_CONDUCT: (Kind.YES_NO, "Was it a course of conduct?"),
        Fact.DIVERTED: (Kind.YES_NO, "Were people diverted from their normal operations, as by an evacuation?"),
        Fact.UTILITY: (Kind.YES_NO, "Was a public service substantially interrupted or impaired?"),
        Fact.ORDER_DEFIED: (Kind.YES_NO, "Was an order to leave, given in person by the owner or for them, defied?"),
        Fact.SERIOUS_ANNOYANCE: (
            Kind.YES_NO,
            "Was substantial harm or serious inconvenience intended, or did it go on after a request to stop?",
        ),
        Fact.OVERNIGHT: (Kind.YES_NO, "Is the place adapted for overnight accommodation?"),
        Fact.PERSON_PRESENT: (Kind.YES_NO, "Was a person present in it?"),
        Fact.DRUGS_INTENDED: (Kind.YES_NO, "Was a controlled substance or designer drug what they were after?"),
        Fact.DRUG_SCHEDULE: (Kind.CHOICE, "Which schedule is the substance in?"),
        Fact.DRUG_WEIGHT: (Kind.NUMBER, "What does the substance weigh, in grams?"),
        Fact.ACCIDENT: (Kind.YES_NO, "Was there an accident with injury or damage?"),
        Fact.REFUSAL: (Kind.YES_NO, "Was the breath or blood test refused?"),
        Fact.MINOR_IN_VEHICLE: (Kind.YES_NO, "Was a person under 18 in the vehicle?"),
        Fact.TARGET_GRADE: (Kind.CHOICE, "What is the grade of the most serious offense that it was about?"),
        Fact.DOCUMENT: (Kind.CHOICE, "What is the writing, or what does it purport to be?"),
    }
)
_CHOICES: Mapping[Fact, tuple[str, ...]] = MappingProxyType(
    {
        Fact.DRUG_SCHEDULE: tuple(DrugSchedule),
        Fact.TARGET_GRADE: tuple(grade for grade in MOST_SERIOUS_FIRST if grade is not Grade.NONE),
        Fact.DOCUMENT: tuple(Document),
    }
)
_LABELS: Mapping[Fact, str] = MappingProxyType(
    {
        Fact.VALUE_USD: "value",
        Fact.LOSS_USD: "loss",
        Fact.VEHICLE: "motor vehicle",
        Fact.FIREARM: "firearm",
        Fact.FROM_PERSON: "from the person",
        Fact.BY_THREAT: "by threat",
        Fact.BREACH_OF_TRUST: "breach of trust",
        Fact.DEALER: "dealer",
        Fact.DISASTER: "disaster",
        Fact.ANHYDROUS_AMMONIA: "anhydrous ammonia",
        Fact.PRIOR_RETAIL_THEFTS: "earlier retail thefts",
        Fact.PRIOR_OFFENSES: "earlier offenses",
        Fact.PRIOR_ORDER_VIOLATED: "earlier order violated",
        Fact.MUTUAL_FIGHT: "fight by consent",
        Fact.VICTIM_AGE: "age of the victim",
        Fact.ACTOR_AGE: "age of the person charged",
        Fact.VICTIM_OFFICE: "protected office",
        Fact.FAMILY_OR_HOUSEHOLD: "family or household",
        Fact.BODILY_INJURY: "injury",
        Fact.WEAPON: "deadly weapon",
        Fact.COURSE_OF_CONDUCT: "course of conduct",
        Fact.DIVERTED: "people diverted",
        Fact.UTILITY: "public service interrupted",
        Fact.ORDER_DEFIED: "order to leave defied",
        Fact.SERIOUS_ANNOYANCE: "serious harm, or went on",
        Fact.OVERNIGHT: "overnight place",
        Fact.PERSON_PRESENT: "person present",
        Fact.DRUGS_INTENDED: "after drugs",
        Fact.DRUG_SCHEDULE: "schedule",
        Fact.DRUG_WEIGHT: "grams",
        Fact.ACCIDENT: "accident",
        Fact.REFUSAL: "test refused",
        Fact.MINOR_IN_VEHICLE: "under 18 in the vehicle",
        Fact.TARGET_GRADE: "grade it was about",
        Fact.DOCUMENT: "writing",
    }
)
_FACT_OF = {label: fact for fact, label in _LABELS.items()}
_COUNTED = tuple(fact for fact, (kind, _) in WORDINGS.items() if kind in {Kind.MONEY, Kind.NUMBER})


def questions(offence: Offence) -> tuple[Question, ...]:
    """The facts to ask for before a grade is chosen; none when the statute gives one grade only."""
    if only_grade(offence) is not None:
        return ()
    return tuple(Question(fact, WORDINGS[fact][1], WORDINGS[fact][0], _CHOICES.get(fact, ())) for fact in offence.facts)


def only_grade(offence: Offence) -> Grade | None:
    """The grade when the statute gives one only: the single case in which a form may preselect it."""
    return offence.grades[0] if len(offence.grades) == 1 else None


def suggest(offence: Offence, facts: Facts) -> Suggestion | None:
    """The grade that the statute gives on these facts; None when no rule stands here or a fact that matters is unknown.

    Only the facts that the offence depends on are read: a fact of another charge changes nothing, and one more answer
    never changes a grade that was suggested without it.
    """
    only = only_grade(offence)
    if only is not None:
        return Suggestion(only, "The statute gives this grade only.", str(offence.statute))
    rule = _RULES.get((offence.statute.title, offence.statute.section))
    if rule is None or not offence.facts:
        return None
    found = rule(offence, _of_this_offence(offence, facts))
    return found if found is not None and found.grade in offence.grades else None


def _of_this_offence(offence: Offence, facts: Facts) -> Facts:
    """The facts as far as the offence depends on them: of the rest, a yes or no is no and a number is unknown."""
    foreign = {fact: False if WORDINGS[fact][0] is Kind.YES_NO else None for fact in Fact if fact not in offence.facts}
    return Facts(**{fact: foreign.get(fact, getattr(facts, fact)) for fact in Fact})


def in_one_sentence(answers: Mapping[Fact, str]) -> str:
    """The facts that were answered as a charge keeps them: `value: $150; firearm: no`. All of an offence fit there."""
    return "; ".join(
        f"{_LABELS[fact]}: {'$' if WORDINGS[fact][0] is Kind.MONEY else ''}{answer}"
        for fact, answer in answers.items()
        if answer
    )


def answers_of(sentence: str) -> Mapping[Fact, str]:
    """The answers that such a sentence says; none when it is in somebody's own words."""
    said = [part.partition(": ") for part in sentence.split("; ")]
    if not all(label in _FACT_OF for label, _, _ in said):
        return {}
    return {_FACT_OF[label]: answer.removeprefix("$") for label, _, answer in said}


Known: TypeAlias = bool | None
"""Yes, no, or not known."""

_OTHERWISE: Known = True
"""The last rung holds when none above it did."""


@dataclass(frozen=True, slots=True)
class _Rung:
    """One way to a grade: whether it holds, the grade, the rule in words, the place in the statute."""

    holds: Known
    grade: Grade
    rule: str
    source: str


def _first(*rungs: _Rung) -> Suggestion | None:
    """The first grade of which a rung holds; nothing when a rung of an earlier grade is unknown."""
    for _, alike in groupby(rungs, key=lambda rung: rung.grade):
        unknown = False
        for rung in alike:
            if rung.holds:
                return Suggestion(rung.grade, rung.rule, rung.source)
            unknown = unknown or rung.holds is None
        if unknown:
            return None
    return None


def _both(one: Known, other: Known) -> Known:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _at_least(number: Usd | None, limit: int) -> Known:
    return None if number is None else number >= limit


def _above(number: Usd | None, limit: int) -> Known:
    return None if number is None else number > limit


def _below(number: Usd | None, limit: int) -> Known:
    return None if number is None else number < limit


def _theft(_: Offence, facts: Facts) -> Suggestion | None:
    value, law = facts.value_usd, "18 Pa.C.S. 3903"
    return _first(
        _Rung(_both(facts.firearm, facts.dealer), Grade.F1, "A dealer received a firearm.", f"{law}(a.2)(1)"),
        _Rung(_at_least(value, 500_000), Grade.F1, "The amount is $500,000 or more.", f"{law}(a.2)(2)"),
        _Rung(facts.firearm, Grade.F2, "The property is a firearm.", f"{law}(a)(2), (3)"),
        _Rung(facts.disaster, Grade.F2, "Committed during a disaster.", f"{law}(a)(1)"),
        _Rung(facts.anhydrous_ammonia, Grade.F2, "The property is anhydrous ammonia.", f"{law}(a)(4)"),
        _Rung(_at_least(value, 100_000), Grade.F2, "The amount is $100,000 to under $500,000.", f"{law}(a)(5)"),
        _Rung(_above(value, 2_000), Grade.F3, "The amount is more than $2,000.", f"{law}(a.1)"),
        _Rung(facts.vehicle, Grade.F3, "The property is a motor vehicle.", f"{law}(a.1)"),
        _Rung(facts.dealer, Grade.F3, "The receiver deals in stolen property.", f"{law}(a.1)"),
        _Rung(_at_least(value, 200), Grade.M1, "The amount is $200 to $2,000.", f"{law}(b)"),
        _Rung(facts.from_person, Grade.M1, "Taken from the person.", f"{law}(b)"),
        _Rung(facts.by_threat, Grade.M1, "Taken by threat.", f"{law}(b)"),
        _Rung(facts.breach_of_trust, Grade.M1, "Taken in breach of a fiduciary obligation.", f"{law}(b)"),
        _Rung(_at_least(value, 50), Grade.M2, "The amount is $50 to under $200.", f"{law}(b)(1)"),
        _Rung(_below(value, 50), Grade.M3, "The amount is less than $50.", f"{law}(b)(2)"),
    )


def _retail_theft(_: Offence, facts: Facts) -> Suggestion | None:
    value, priors, law = facts.value_usd, facts.prior_retail_thefts, "18 Pa.C.S. 3929(b)(1)"
    return _first(
        _Rung(facts.disaster, Grade.F2, "Committed during a disaster.", "18 Pa.C.S. 3903(a)(1)"),
        _Rung(_at_least(priors, 2), Grade.F3, "A third or later offense, whatever the value.", f"{law}(iv)"),
        _Rung(_above(value, 1_000), Grade.F3, "The amount is more than $1,000.", f"{law}(v)"),
        _Rung(facts.firearm, Grade.F3, "The merchandise is a firearm.", f"{law}(v)"),
        _Rung(facts.vehicle, Grade.F3, "The merchandise is a motor vehicle.", f"{law}(v)"),
        _Rung(_at_least(value, 150), Grade.M1, "A first or second offense of $150 or more.", f"{law}(iii)"),
        _Rung(_at_least(priors, 1), Grade.M2, "A second offense of less than $150.", f"{law}(ii)"),
        _Rung(_below(priors, 1), Grade.S, "A first offense of less than $150.", f"{law}(i)"),
    )


def _unauthorized_use(_: Offence, facts: Facts) -> Suggestion | None:
    return _first(
        _Rung(facts.disaster, Grade.F2, "Committed during a disaster.", "18 Pa.C.S. 3903(a)(1)"),
        _Rung(_OTHERWISE, Grade.M2, "No disaster.", "18 Pa.C.S. 3928(a)"),
    )


def _simple_assault(_: Offence, facts: Facts) -> Suggestion | None:
    """A fight by consent between an adult and a child under 12 falls under both exceptions: nothing is suggested."""
    law = "18 Pa.C.S. 2701(b)"
    child = _both(_below(facts.victim_age, 12), _at_least(facts.actor_age, 18))
    if child is not False and facts.mutual_fight is not False:
        return None
    return _first(
        _Rung(child, Grade.M1, "An adult against a child under 12.", f"{law}(2)"),
        _Rung(facts.mutual_fight, Grade.M3, "A fight entered into by mutual consent.", f"{law}(1)"),
        _Rung(_OTHERWISE, Grade.M2, "No fight by consent, and no child under 12.", law),
    )


def _terroristic_threats(_: Offence, facts: Facts) -> Suggestion | None:
    law = "18 Pa.C.S. 2706(d)"
    return _first(
        _Rung(facts.diverted, Grade.F3, "Occupants were diverted from their normal operations.", law),
        _Rung(_OTHERWISE, Grade.M1, "Nobody was diverted.", law),
    )


def _criminal_mischief(offence: Offence, facts: Facts) -> Suggestion | None:
    """Only the subsections that are intentional by definition: the others need the state of mind for each limit."""
    if offence.statute.subsection not in {"A4", "A5", "A6"}:
        return None
    loss, law = facts.loss_usd, "18 Pa.C.S. 3304(b)"
    least = 150 if offence.statute.subsection == "A4" else 500
    return _first(
        _Rung(_above(loss, 5_000), Grade.F3, "The loss is more than $5,000.", law),
        _Rung(facts.utility, Grade.F3, "A public service was substantially interrupted or impaired.", law),
        _Rung(_above(loss, 1_000), Grade.M2, "The loss is more than $1,000.", law),
        _Rung(_above(loss, least), Grade.M3, f"The loss is more than ${least}.", law),
        _Rung(_OTHERWISE, Grade.S, f"The loss is ${least} or less.", law),
    )


def _burglary(_: Offence, facts: Facts) -> Suggestion | None:
    law = "18 Pa.C.S. 3502(c)"
    return _first(
        _Rung(facts.overnight, Grade.F1, "The place is adapted for overnight accommodation.", f"{law}(1)"),
        _Rung(facts.person_present, Grade.F1, "A person was present.", f"{law}(1)"),
        _Rung(facts.drugs_intended, Grade.F1, "They were after a controlled substance.", f"{law}(2)(ii)"),
        _Rung(_OTHERWISE, Grade.F2, "No overnight place, nobody present.", f"{law}(2)(i)"),
    )


def _trespass(offence: Offence, facts: Facts) -> Suggestion | None:
    if not offence.statute.subsection.startswith("B1"):
        return None
    law = "18 Pa.C.S. 3503(b)(2)"
    return _first(
        _Rung(facts.order_defied, Grade.M3, "An order to leave, given in person, was defied.", law),
        _Rung(_OTHERWISE, Grade.S, "No order to leave, given in person, was defied.", law),
    )


def _robbery(offence: Offence, facts: Facts) -> Suggestion | None:
    law = "18 Pa.C.S. 3701(b)"
    return _first(
        _Rung(facts.drugs_intended, Grade.F1, "They were after a controlled substance.", f"{law}(2)"),
        _Rung(_OTHERWISE, min(offence.grades), "By the way it was done.", f"{law}(1)"),
    )


def _disorderly_conduct(_: Offence, facts: Facts) -> Suggestion | None:
    law = "18 Pa.C.S. 5503(b)"
    return _first(
        _Rung(facts.serious_annoyance, Grade.M3, "Serious harm was intended, or it went on after a request.", law),
        _Rung(_OTHERWISE, Grade.S, "Neither serious harm intended nor a request ignored.", law),
    )


def _forgery(_: Offence, facts: Facts) -> Suggestion | None:
    kind, law = facts.document, "18 Pa.C.S. 4101(c)"
    return _first(
        _Rung(_is(kind, Document.ISSUED), Grade.F2, "Money, stamps, stock, bonds or the like.", law),
        _Rung(_is(kind, Document.LEGAL), Grade.F3, "A will, deed, contract, check or the like.", law),
        _Rung(_is(kind, Document.OTHER), Grade.M1, "Another writing.", law),
    )


def _is(kind: Document | None, wanted: Document) -> Known:
    return None if kind is None else kind is wanted


def _inchoate(_: Offence, facts: Facts) -> Suggestion | None:
    """Attempt, solicitation and conspiracy; murder has its own limits (18 Pa.C.S. 1102(c)) and is left to the form."""
    if facts.target_grade in {None, Grade.NONE, Grade.MURDER}:
        return None
    return Suggestion(
        Grade(facts.target_grade or ""), "The grade of the most serious offense it was about.", "18 Pa.C.S. 905(a)"
    )


_Rule: TypeAlias = Callable[[Offence, Facts], Suggestion | None]
_RULES: Mapping[tuple[str, str], _Rule] = MappingProxyType(
    {
        **{("18", section): _inchoate for section in ("901", "902", "903")},
        **{("18", section): _theft for section in ("3921", "3922", "3923", "3924", "3925", "3927")},
        ("18", "2701"): _simple_assault,
        ("18", "2706"): _terroristic_threats,
        ("18", "3304"): _criminal_mischief,
        ("18", "3502"): _burglary,
        ("18", "3503"): _trespass,
        ("18", "3701"): _robbery,
        ("18", "3928"): _unauthorized_use,
        ("18", "3929"): _retail_theft,
        ("18", "4101"): _forgery,
        ("18", "5503"): _disorderly_conduct,
    }
)

"""The ways that an arrest can go, each told in a few chapters; one for every kind of story."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from pars.actions.arraignment import BailGiven
from pars.demo import incidents
from pars.demo.cast import HOSPITAL
from pars.demo.chapters import DECLINED, Chapters
from pars.demo.story import Kind
from pars.record.bail import BailType
from pars.record.offences import Grade
from pars.record.roles import Role


def usual(told: Chapters) -> None:
    """Booked, charged, arraigned, and out or committed."""
    told.arrives()
    told.heard(told.charged(told.reported()), told.order())


def hospital(told: Chapters) -> None:
    """First to the hospital; the clock keeps running."""
    at = told.later(told.booked, 15, 45)
    arrived = {"hospital": HOSPITAL, "note": "A doctor looks at the arm first."}
    told.sheet.put(at, Role.OFFICER, "arrive-hospital", arrived)
    told.book(told.later(told.sheet.put(told.later(at, 100, 500), Role.OFFICER, "leave-hospital"), 15, 40))
    told.prints()
    told.interview()
    told.heard(told.charged(told.reported()), told.order())


def bedside(told: Chapters) -> None:
    """Arraigned at the hospital."""
    at = told.later(told.booked, 15, 45)
    told.booked = told.sheet.put(at, Role.OFFICER, "arrive-hospital", {"hospital": HOSPITAL})
    told.interview()
    told.heard(told.charged(told.reported()), told.order(BailType.ROR), bedside=True)


def evaluation(told: Chapters) -> None:
    """An involuntary examination, and back."""
    told.arrives()
    at = told.later(told.booked, 80, 140)
    told.sheet.put(at, Role.CUSTODY_SUPERVISOR, "begin-evaluation", {"place": "Crisis response center"})
    at = told.sheet.put(told.later(at, 150, 400), Role.DETENTION_OFFICER, "end-evaluation")
    told.book(told.later(at, 15, 40))
    told.heard(told.charged(told.reported()), told.order())


def nameless(told: Chapters) -> None:
    """Booked without a name; prints find it."""
    told.arrives()
    at = told.sheet.last("take-prints")
    if at is None:
        found = {"otn": told.numbers.otn(), "pid": told.who.pid}
        at = told.sheet.put(told.later(told.booked, 200, 300), Role.DETENTION_OFFICER, "take-prints", found)
    told.sheet.put(told.later(at, 10, 90), Role.DETENTION_OFFICER, "correct", told.who)
    told.heard(told.charged(told.reported()), told.order())


def returned(told: Chapters) -> None:
    """Returned with a question, answered, charged."""
    told.arrives()
    told.heard(told.charged(told.asked()), told.order())


def declined(told: Chapters) -> None:
    """Declined in full: release is owed at once."""
    told.arrives()
    submitted = told.asked() if told.sheet.chance(0.2) else told.reported()
    reason = {"reason": told.random.choice(DECLINED)}
    told.let_out(told.sheet.put(told.later(submitted, 30, 160), Role.CHARGING_ATTORNEY, "decline", reason))


def declined_and_reviewed(told: Chapters) -> None:
    """Declined, let out, and reopened at the police's request."""
    declined(told)
    at = told.later(told.sheet.last("decline") or told.booked, 140, 300)
    why = {"reason": "A recording came in that shows the hand-over."}
    told.charged(told.sheet.put(at, Role.CHARGING_SUPERVISOR, "review-decline", why))


def no_probable_cause(told: Chapters) -> None:
    """The magistrate finds none."""
    told.arrives()
    told.heard(told.charged(told.reported()), None)


def released_by_police(told: Chapters) -> None:
    """Rule 519(B), each condition asked."""
    told.arrives()
    conditions = {
        "most_serious_grade": incidents.top_grade(told.charges).value,
        "is_dui": False,
        "threat_to_others": False,
        "threat_to_self": False,
        "will_appear": True,
        "complainant_is_family_or_household": False,
        "contempt_of_protection_order": False,
        "statutes": [charge.statute for charge in told.charges],
    }
    at = told.exit(Role.POLICE_SUPERVISOR, "release-by-police", {"conditions": conditions})
    told.let_out(at)


def summoned(told: Chapters) -> None:
    """Released by police, then charged by summons within five days."""
    released_by_police(told)
    at = told.later(told.sheet.last("sign-out") or told.booked, 300, 1500)
    told.sheet.put(at, Role.CHARGING_ATTORNEY, "charge-by-summons")


def cited(told: Chapters) -> None:
    """Cited where they were met, and never kept."""
    reason = {"reason": "Known to the officer, lives nearby, and will appear."}
    at = told.sheet.put(told.later(told.booked, 5, 25), Role.POLICE_SUPERVISOR, "issue-summons", reason)
    if told.sheet.chance(0.5):
        told.sheet.put(told.later(at, 300, 1500), Role.CHARGING_ATTORNEY, "charge-by-summons")


def diverted(told: Chapters) -> None:
    """To a program instead of a case."""
    told.arrives()
    reason = {"reason": "Agreed to the diversion program; handed over to its worker at the desk."}
    told.let_out(told.exit(Role.POLICE_SUPERVISOR, "divert", reason))


def pending_investigation(told: Chapters) -> None:
    """Let out while the investigation goes on."""
    told.arrives()
    reason = {"reason": "The laboratory's answer is needed before a decision."}
    role = told.random.choice((Role.POLICE_SUPERVISOR, Role.CHARGING_ATTORNEY))
    told.let_out(told.exit(role, "release-pending-investigation", reason))


def bench_warrant(told: Chapters) -> None:
    """Only an older warrant: no new complaint."""
    told.arrives()
    given = {"warrant_number": told.arrest.warrant_number, "court": "Municipal Court"}
    at = told.exit(Role.POLICE_SUPERVISOR, "bench-warrant-only", given)
    told.heard(at, told.order(told.random.choice((BailType.ROR, BailType.MONETARY, BailType.UNSECURED))))


def fugitive(told: Chapters) -> None:
    """Wanted in another state."""
    told.arrives()
    state = told.random.choice(("New Jersey", "Delaware", "Maryland", "New York"))
    given = {"demanding_state": state, "warrant_number": told.arrest.warrant_number}
    at = told.exit(Role.POLICE_SUPERVISOR, "fugitive", given)
    told.heard(at, told.order(BailType.DENIED))


def contempt(told: Chapters) -> None:
    """Contempt of a protection order."""
    told.arrives()
    number = f"PFA-{told.booked.year}-{told.random.randrange(100, 9999)}"
    at = told.exit(Role.POLICE_SUPERVISOR, "contempt", {"order_number": number})
    told.heard(at, told.order(BailType.MONETARY))


def found_to_be_young(told: Chapters) -> None:
    """Booked without a birth date; the guardian's papers show a child."""
    told.arrives()
    reason = {"reason": "The guardian's papers show an age under 18."}
    told.exit(Role.CUSTODY_SUPERVISOR, "transfer-juvenile", reason)


def handed_elsewhere(told: Chapters) -> None:
    """Handed to another jurisdiction on a judge's warrant."""
    told.arrives()
    given = {"authority": "Example County Court", "warrant_number": told.arrest.warrant_number}
    told.exit(Role.CUSTODY_SUPERVISOR, "transfer-jurisdiction", given)


def not_the_person(told: Chapters) -> None:
    """Somebody else is meant by the warrant."""
    told.arrives()
    reason = {"reason": "Prints and the photograph on the warrant show another person."}
    told.let_out(told.exit(Role.POLICE_SUPERVISOR, "not-the-person", reason))


def died(told: Chapters) -> None:
    """A death in custody: the record freezes."""
    told.arrives()
    reason = {"reason": "Found without breath at a check; help was called at once. The medical examiner decides."}
    told.exit(Role.CUSTODY_SUPERVISOR, "die", reason)


def late(told: Chapters) -> None:
    """The report lies around for a day."""
    told.arrives()
    told.heard(told.charged(told.reported(1000, 1500)), told.order())


def at_limit(told: Chapters) -> None:
    """Listed without a complaint because the legal limit is near."""
    told.arrives()
    at = told.later(told.arrest.arrested_at, 38 * 60, 41 * 60)
    reason = {"reason": "39 hours, and the laboratory has not answered."}
    told.sheet.put(at, Role.CLERK, "list-at-limit", reason)
    at = told.later(at, 60, 200)
    order = BailGiven(BailType.UNSECURED, 2_500)
    given = {"probable_cause": True, "counsel_heard": True, "bail": asdict(order)}
    told.sheet.put(at, Role.MAGISTRATE, "arraign", given)
    told.after_order(at, order)


def crowd(told: Chapters) -> None:
    """One of many: most are let out by the police, the rest goes the usual way."""
    petty = incidents.top_grade(told.charges) <= Grade.M2
    if petty and told.sheet.chance(0.6):
        released_by_police(told)
    else:
        usual(told)


def juvenile(told: Chapters) -> None:
    """A child's arrest goes on in a store of its own, and is over within the six hours (237 Pa. Code 221).

    What varies comes from the minute of the arrest and not from the dice, so that every other story stays as it is.
    """
    begun, minute = told.booked, told.arrest.arrested_at.minute
    apart = {"where": "Juvenile room, first floor", "watched_by": "Officer 7702"}
    rang = {"who": "Mother", "reached": "no", "how": "No answer; a message was left."}
    came = {"who": "Mother", "reached": "yes", "how": "By telephone; on her way."}
    for after, verb, given in (
        (6 + minute % 8, "place-apart", apart),
        (20 + minute % 15, "tell-parent", rang),
        (40 + minute % 20, "tell-court", {"who": "Intake desk, Juvenile Court"}),
        (70 + minute, "tell-parent", came),
        (150 + 2 * minute, *OUT_FOR_A_CHILD[minute % len(OUT_FOR_A_CHILD)]),
    ):
        told.sheet.put(begun + timedelta(minutes=after), Role.CUSTODY_SUPERVISOR, verb, given)


_TO_PARENT: Final = ("release-to-parent", {"who": "Mother"})
OUT_FOR_A_CHILD: Final[Sequence[tuple[str, Mapping[str, str]]]] = (
    *(_TO_PARENT,) * 6,
    ("transfer", {"to": "Juvenile probation, intake officer on duty"}),
    ("detention-order", {"order": "JV-2207", "facility": "Juvenile Justice Center"}),
)
"""How a child's arrest ends: mostly with a parent."""

WAYS: Mapping[Kind, Callable[[Chapters], None]] = {
    Kind.USUAL: usual,
    Kind.JUVENILE: juvenile,
    Kind.HOSPITAL: hospital,
    Kind.BEDSIDE: bedside,
    Kind.EVALUATION: evaluation,
    Kind.NAMELESS: nameless,
    Kind.RETURNED: returned,
    Kind.DECLINED: declined,
    Kind.DECLINED_REVIEWED: declined_and_reviewed,
    Kind.NO_PROBABLE_CAUSE: no_probable_cause,
    Kind.RELEASED_BY_POLICE: released_by_police,
    Kind.SUMMONED: summoned,
    Kind.CITED: cited,
    Kind.DIVERTED: diverted,
    Kind.PENDING: pending_investigation,
    Kind.BENCH_WARRANT: bench_warrant,
    Kind.FUGITIVE: fugitive,
    Kind.CONTEMPT: contempt,
    Kind.GROWN_YOUNG: found_to_be_young,
    Kind.ELSEWHERE: handed_elsewhere,
    Kind.NOT_THE_PERSON: not_the_person,
    Kind.DIED: died,
    Kind.LATE: late,
    Kind.AT_LIMIT: at_limit,
    Kind.CROWD: crowd,
}
"""What happens after the arrest is written down, by kind; a test proves the table complete."""

"""The partner of the demonstration: the owners' keys, an agreement that all three sign, and its analysts' sign-ins.

All of it goes the way that real people would go, by the same actions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

from pars import clock
from pars.actions import agreements, owner_keys, partnering, requesting, signin, switches
from pars.actions.acting import By
from pars.actions.agreements import Saying
from pars.actions.requesting import Question
from pars.demo.cast import PARTNER, CastMember
from pars.ledger.receipt import public_key
from pars.record.roles import Owner, Role
from pars.record.switches import Name
from pars.sharing.consent import Decision
from pars.store.database import Store

CASE_PATTERN = "ECS-[0-9]{4}-[0-9]{4,6}"
"""The form of the sheriff's own case numbers, such as ECS-2026-00412."""


AGREEMENT = "example-sheriff"
WEEKS = timedelta(weeks=3)
"""For so long the partner has time to answer."""


def terms(today: date) -> str:
    """The agreement's file: from a month before the city is born to the 31 August that follows half a year later."""
    last = date(today.year + 1, 8, 31)
    text = (files("pars.demo") / "sheriff.toml").read_text(encoding="utf-8")
    return text.replace("{first}", (today - timedelta(days=30)).isoformat()).replace("{last}", last.isoformat())


def sign_up(store: Store, duty: Mapping[Role, Sequence[By]]) -> None:
    """Owners enrol their keys, one confirming the other's; one proposes, all three sign."""
    speakers = {by.owner: by for by in duty[Role.REPRESENTATIVE] if by.owner is not None}
    ring = list(Owner)
    for place, owner in enumerate(ring):
        offered = owner_keys.offer_key(store, speakers[owner], public_key(store.keys.owner_keys[owner.value]))
        owner_keys.confirm_key(store, speakers[ring[place - 1]], offered)
    partnering.register_pattern(store, duty[Role.ADMINISTRATOR][0], PARTNER, CASE_PATTERN)
    proposed = agreements.propose(store, speakers[Owner.POLICE], terms(clock.city_day(clock.now())))
    for owner in ring:
        agreements.say(store, speakers[owner], proposed.id, Saying(Decision.GRANT, "voted at the owners' meeting"))


def open_ledger(store: Store, duty: Mapping[Role, Sequence[By]]) -> None:
    """Everybody may read the ledger at once, as only in a demonstration (T7), and learn who looked the next day."""
    reason = "everybody may follow what happens in a made-up city"
    for name in (Name.LEDGER_DELAY_DAYS, Name.WHO_LOOKED_DELAY_DAYS):
        switches.set_to(store, duty[Role.REPRESENTATIVE][0], name, 0, reason=reason)


def ask_about(store: Store, duty: Mapping[Role, Sequence[By]]) -> None:
    """An owner's information request that the partner has answered, and an open one of the privacy officer."""
    today = clock.city_day(clock.now())
    speaker = next(by for by in duty[Role.REPRESENTATIVE] if by.owner is Owner.COURT)
    question = Question("Who in your agency reads what you are given, and why do they need it?", today + WEEKS)
    asked = requesting.ask(store, speaker, AGREEMENT, question)
    told = "The warrants unit alone, nine people: they serve the warrants, and need to know whom one names."
    requesting.answer(store, duty[Role.ANALYST][0], asked.id, told)
    question = Question("What came of the look-ups of the first month, and which led to nothing?", today + WEEKS)
    requesting.ask(store, duty[Role.PRIVACY_OFFICER][0], AGREEMENT, question)


def signed_in_anew(store: Store, cast: Sequence[CastMember]) -> list[CastMember]:
    """The cast, with the analysts' credentials of the term that has just begun."""
    return [
        replace(
            member,
            credential=signin.sign_in(store, member.sign_in, member.password, kind="credential", demo_allowed=True),
        )
        if member.role == Role.ANALYST.value
        else member
        for member in cast
    ]

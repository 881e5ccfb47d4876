"""A second signature: an analyst of the sheriff asks for somebody who stands for nobody, and what follows from it.

Two owners have registered one of the city's arrests as a record that nobody has a reason to ask for. One analyst asks
for it all the same; from the next day on each inquiry of that analyst needs a colleague's signature, and one gets it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from pars import clock
from pars.actions import canaries, inquiries, placing
from pars.actions.acting import By
from pars.actions.person_given import PersonGiven
from pars.actions.watching import Watching
from pars.demo import partner
from pars.demo.roster import where_it_can_be
from pars.errors import ParsError, Unavailable
from pars.record.roles import Owner, Role
from pars.sharing.inquiry import Inquiry
from pars.store import arrests
from pars.store.database import Store

PURPOSE: Final = "felony-investigation"


def touched(store: Store, duty: Mapping[Role, Sequence[By]], people: Mapping[UUID, PersonGiven]) -> bool:
    """Of these arrests, told to their end, one stands for nobody from now on, and is asked for; whether one could."""
    speakers = {by.owner: by for by in duty[Role.REPRESENTATIVE] if by.owner is not None}
    times = Counter(_named(who) for who in people.values())
    once = [arrest for arrest, who in people.items() if times[_named(who)] == 1]  # else a question fits two of them
    with store.transaction("pars_act") as connection:
        numbers = arrests.numbers(connection, once)
    for arrest, number in numbers.items():
        try:
            new = canaries.propose(store, speakers[Owner.POLICE], number)
            canaries.confirm(store, speakers[Owner.COURT], new)
            inquiries.inquire(store, _analysts(duty)[1], _about(people[arrest], 411))
        except Unavailable:
            raise
        except ParsError:
            continue
        placing.place(store)
        Watching().watch(store)
        return True
    return False


def signed(store: Store, duty: Mapping[Role, Sequence[By]], who: PersonGiven) -> None:
    """On a later day that analyst is refused, a colleague signs the very same inquiry, and it is asked."""
    first, second, *_ = _analysts(duty)
    question = _about(who, 417)
    with where_it_can_be():
        inquiries.inquire(store, second, question)
    with where_it_can_be():
        inquiries.co_sign(store, first, question)
        inquiries.inquire(store, second, question)


def _analysts(duty: Mapping[Role, Sequence[By]]) -> list[By]:
    """The sheriff's analysts, signed in just now."""
    name = next(by.agency for by in duty[Role.ANALYST])
    return [replace(by, since=clock.real_now()) for by in duty[Role.ANALYST] if by.agency == name]


def _named(who: PersonGiven) -> tuple[str | None, str | None, date | None]:
    return who.surname, who.given, who.birth_date


def _about(who: PersonGiven, case: int) -> Inquiry:
    subject: dict[str, object] = {
        "name": {"surname": who.surname, "given": who.given},
        "birth_date": who.birth_date.isoformat() if who.birth_date else None,
    }
    return Inquiry(partner.AGREEMENT, PURPOSE, f"ECS-{clock.now().year}-{case:05}", None, subject)

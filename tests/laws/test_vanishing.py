"""Promise 10, as far as it is kept today: what was dropped, limited or a child's is gone for partners at once."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

import pytest
from tests.laws.pars_subject import CHILD_BORN, charges_of, corrected, docketed
from tests.partnership import Partnership, asks

from pars.actions import sealing
from pars.actions.inquiries import inquire
from pars.actions.person_given import PersonGiven
from pars.record.charge import DISPOSITIONS
from pars.record.roles import Role

NAME = "Quillfeather"
STAND = {"Guilty", "Guilty Plea - Negotiated", "Guilty Plea - Non-Negotiated", "Held for Court"}
"""Dispositions after which a charge still stands; every other word of the court's ends it for partners."""


def _decide(disposition: str) -> Callable[[Partnership, UUID], object]:
    def decide(city: Partnership, arrest: UUID) -> None:
        told = [{"charge": str(charge), "disposition": disposition} for charge in charges_of(city, arrest)]
        city.take(Role.CLERK, arrest, "decide", {"dispositions": told})

    return decide


def _limit(city: Partnership, arrest: UUID) -> None:
    sealing.limit_access(city.store, city.staff(Role.CLERK), arrest, "expunged", order="an order")


def _grow_young(city: Partnership, arrest: UUID) -> None:
    born = date.fromisoformat(CHILD_BORN)
    corrected(city, arrest, PersonGiven(surname=NAME, given="Rosalind", birth_date=born))


ENDS: Mapping[str, Callable[[Partnership, UUID], object]] = {
    "dismissed": _decide("Dismissed"),
    "acquitted": _decide("Not Guilty"),
    "withdrawn": _decide("Nolle Prossed"),
    "diverted by the court": _decide("ARD - County"),
    "expunged": _limit,
    "found to be a child": _grow_young,
}


@pytest.mark.parametrize("how", sorted(ENDS))
def test_somebody_who_was_shown_is_gone_on_the_next_question(partnership: Partnership, how: str) -> None:
    partnership.agree()
    arrest = docketed(partnership, NAME)
    before = inquire(partnership.store, partnership.analyst(), asks()).record

    ENDS[how](partnership, arrest)

    assert before is not None
    born = CHILD_BORN if how == "found to be a child" else asks().subject["birth_date"]
    for birth_date in {str(born), str(asks().subject["birth_date"])}:
        assert inquire(partnership.store, partnership.analyst(), asks(born=birth_date)).record is None


@pytest.mark.parametrize("disposition", sorted(STAND))
def test_a_case_that_ended_with_its_charge_standing_is_still_shown(partnership: Partnership, disposition: str) -> None:
    partnership.agree()
    arrest = docketed(partnership, NAME)

    _decide(disposition)(partnership, arrest)

    assert disposition in DISPOSITIONS
    assert inquire(partnership.store, partnership.analyst(), asks()).record is not None


def test_somebody_of_unknown_age_is_shown_to_no_partner(partnership: Partnership) -> None:
    """Nobody knows that they are no child; a number with their name finds nothing."""
    partnership.agree()
    arrest = partnership.record(born=None)
    partnership.take(Role.OFFICER, arrest, "take-prints", {"otn": "T1234567"})
    partnership.report(arrest)
    partnership.charge(arrest)
    name = {"surname": NAME, "given": "Rosalind"}
    asked = asks()
    by_number = type(asked)(
        asked.agreement, asked.purpose, asked.case_reference, None, {"otn": "T1234567", "name": name}
    )

    assert inquire(partnership.store, partnership.analyst(), by_number).record is None

    corrected(partnership, arrest, PersonGiven(surname=NAME, given="Rosalind", birth_date=date(1990, 2, 3)))
    assert inquire(partnership.store, partnership.analyst(), by_number).record is not None

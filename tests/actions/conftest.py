"""A small cast for the acts: one account for each role, in the three owners' agencies."""

from collections.abc import Callable, Sequence
from datetime import date
from unittest.mock import patch
from uuid import UUID

import pytest
from tests.passwords import lightly_hashed

from pars.actions import founding, signin
from pars.actions.acting import By
from pars.actions.booking import ChargeGiven, NewArrest, record_arrest
from pars.actions.person_given import PersonGiven
from pars.clock import now
from pars.record.roles import OWNER_OF, Owner, Role
from pars.store.database import Store

ORI = {Owner.POLICE: "PAPEP0000", Owner.DISTRICT_ATTORNEY: "PADA00000", Owner.COURT: "PACT00000", None: "PAPD00000"}
ONCE = lightly_hashed("a-word-for-the-tests")

Who = Callable[[Role], By]
Book = Callable[..., UUID]


@pytest.fixture
def who(store: Store) -> Who:
    """The account of a role, made when it is first asked for."""
    for owner, ori in ORI.items():
        founding.agency(store, ori, owner.value if owner else "defenders", owner)
    founding.site(store, "D22", "22nd District", "booking")

    def of(role: Role) -> By:
        known = signin.known(store, role.value)
        if known is None:
            new = founding.NewAccount(
                role.value, f"Sam {role.value}", role, ORI[OWNER_OF[role]], "a-word-for-the-tests"
            )
            with patch.object(signin, "hashed", return_value=ONCE):
                founding.account(store, new)
            known = signin.known(store, role.value)
        assert known is not None
        return known

    return of


@pytest.fixture
def book(store: Store, who: Who) -> Book:
    """Book an arrest of somebody."""

    def of(
        surname: str = "Quillfeather",
        given: str = "Rosalind",
        born: date | None = date(1990, 2, 3),
        other_names: Sequence[str] = (),
    ) -> UUID:
        person = PersonGiven(
            surname=surname, given=given, birth_date=born, address="22 Example Row", other_names=other_names
        )
        charges = [ChargeGiven("18 § 2701 §§ A1", grade="M2")]
        arrest = NewArrest(now(), "500 block of Sample Street", ORI[Owner.POLICE], person, charges=charges)
        return record_arrest(store, who(Role.OFFICER), arrest).id

    return of

"""The owners' settings: off by default, set with a reason, a law and an end; never a partner's business."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from pars.actions import founding, optional, signin, switches
from pars.actions.acting import By
from pars.actions.booking import NewArrest, record_arrest
from pars.actions.life import take
from pars.actions.person_given import PersonGiven
from pars.clock import now
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.roles import Owner, Role
from pars.record.switches import Name
from pars.store.database import Store

AGENCIES = {Owner.POLICE: "PAPEP0000", Owner.COURT: "PACT00000"}


@pytest.fixture
def officer(store: Store) -> By:
    return _account(store, Role.OFFICER, Owner.POLICE)


@pytest.fixture
def representative(store: Store) -> By:
    return _account(store, Role.REPRESENTATIVE, Owner.COURT)


def _account(store: Store, role: Role, owner: Owner) -> By:
    founding.agency(store, AGENCIES[owner], owner.value, owner)
    new = founding.NewAccount(role.value, "Sam Ple", role, AGENCIES[owner], "a-long-enough-word")
    founding.account(store, new)
    by = signin.known(store, role.value)
    assert by is not None
    return by


def _arrest(store: Store, officer: By) -> UUID:
    person = PersonGiven(surname="Quillfeather")
    return record_arrest(store, officer, NewArrest(now(), "500 block of Sample Street", "PAPEP0000", person)).id


@pytest.mark.parametrize("field", [Name.BIRTHPLACE, Name.SSN])
def test_birthplace_and_ssn_are_off_by_default(store: Store, officer: By, field: Name) -> None:
    arrest = _arrest(store, officer)

    with pytest.raises(Conflicts, match="no owner has switched this field on"):
        optional.write(store, officer, arrest, field, "123-45-6789")


def test_switched_on_it_is_sealed_and_apart_and_ends_by_itself(
    store: Store, officer: By, representative: By, admin_url: str
) -> None:
    arrest = _arrest(store, officer)
    switches.set_to(
        store,
        representative,
        Name.BIRTHPLACE,
        "yes",
        reason="the consulate's notice",
        law="8 U.S.C. 1",
        until=now() + timedelta(days=30),
    )

    optional.write(store, officer, arrest, Name.BIRTHPLACE, "Planted Town")
    with pytest.raises(Conflicts, match="written down already"):
        optional.write(store, officer, arrest, Name.BIRTHPLACE, "Another Town")

    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select field, sealed from protected.optional").fetchone()
        assert row is not None
        assert row[0] == "birthplace"
        assert b"Planted" not in bytes(row[1])
        connection.execute("update house.setting set until = house.city_now() - interval '1 day'")
    assert switches.stand(store)[Name.BIRTHPLACE].value is False


def test_an_optional_field_is_not_switched_on_without_its_law_and_its_end(store: Store, representative: By) -> None:
    for law, until, place in ((None, now() + timedelta(days=9), "law"), ("a law", None, "until")):
        with pytest.raises(BadInput) as refused:
            switches.set_to(store, representative, Name.SSN, "yes", reason="because", law=law, until=until)
        assert refused.value.field == place
    assert switches.stand(store)[Name.SSN].value is False


def test_only_an_owners_representative_sets_anything(store: Store, officer: By) -> None:
    with pytest.raises(NotAllowed):
        switches.set_to(store, officer, Name.CLERK_FEE_USD, "20", reason="because")


@pytest.mark.parametrize("value", ["", "-1", "ten", "1001", "99999999"])
def test_a_fee_that_cannot_be_is_refused(store: Store, representative: By, value: str) -> None:
    with pytest.raises(BadInput, match="whole number from 0 to 1000"):
        switches.set_to(store, representative, Name.CLERK_FEE_USD, value, reason="because")


def test_the_rule_of_the_check_digit_warns_and_never_refuses(store: Store, officer: By, representative: By) -> None:
    silent = take(store, officer, _arrest(store, officer), "take-prints", {"otn": "N 239191-1"})
    switches.set_to(store, representative, Name.OTN_CHECK_DIGIT, "invented-demo", reason="to try it")

    wrong = take(store, officer, _arrest(store, officer), "take-prints", {"otn": "N 239191-2"})

    assert silent.warning is None
    assert wrong.warning is not None


def test_an_otn_belongs_to_one_arrest(store: Store, officer: By) -> None:
    take(store, officer, _arrest(store, officer), "take-prints", {"otn": "N 239191-1"})

    with pytest.raises(Conflicts, match="another arrest"):
        take(store, officer, _arrest(store, officer), "take-prints", {"otn": "N 239191-1"})

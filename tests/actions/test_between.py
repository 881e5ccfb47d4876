"""What changes between a question's search, its entry and its read leaves as little as what was so before it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from tests.actions.test_subscriptions import make, told, told_terms
from tests.meanwhile import once_before
from tests.partnership import Partnership, asks

from pars.actions import booking, inquiries, sealing, telling
from pars.actions.inquiries import inquire
from pars.actions.person_given import PersonGiven
from pars.record.roles import Role
from pars.store import partners

Change = Callable[[Partnership, UUID], None]


def corrected(person: PersonGiven) -> Change:
    """Somebody turns out to be another than was booked."""

    def change(partnership: Partnership, arrest: UUID) -> None:
        with partnership.store.transaction("pars_act") as connection:
            rows = connection.execute("select version from record.arrest where id = %s", (arrest,)).fetchall()
        by = partnership.staff(Role.OFFICER)
        booking.correct(partnership.store, by, arrest, person, version=rows[0][0], reason="the prints say so")

    return change


def dismissed(partnership: Partnership, arrest: UUID) -> None:
    """The only charge is dismissed."""
    with partnership.store.transaction("pars_act") as connection:
        query = "select charge_id from record.classification where arrest_id = %s"
        charge = str(connection.execute(query, (arrest,)).fetchall()[0][0])
    said = {"dispositions": [{"charge": charge, "disposition": "Dismissed"}]}
    partnership.take(Role.CLERK, arrest, "decide", said)


def sealed(partnership: Partnership, arrest: UUID) -> None:
    """A court seals it."""
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, "sealed", order="an order")


def docketed(partnership: Partnership, arrest: UUID) -> None:
    """A step that hides nobody."""
    partnership.take(Role.CLERK, arrest, "docket", {"docket_number": "MC-51-CR-0000002-2026"})


BORN_2012 = PersonGiven(surname="Quillfeather", given="Rosalind", birth_date=date(2012, 2, 3))
ANOTHER = PersonGiven(surname="Real", given="Name", birth_date=date(1980, 1, 1))
WITH_SEX = corrected(PersonGiven(surname="Quillfeather", given="Rosalind", birth_date=date(1990, 2, 3), sex="F"))
HIDES = {
    "corrected to a child": corrected(BORN_2012),
    "corrected to another name": corrected(ANOTHER),
    "dismissed": dismissed,
    "sealed": sealed,
}


def docket(partnership: Partnership) -> UUID:
    """Somebody is arraigned and has a docket number."""
    arrest = partnership.arraigned()
    partnership.take(Role.CLERK, arrest, "docket", {"docket_number": "MC-51-CR-0000001-2026"})
    return arrest


@pytest.mark.parametrize("change", HIDES)
@pytest.mark.parametrize(("where", "name"), [(partners, "ask"), (inquiries, "read_permitted")])
def test_who_is_hidden_after_the_search_or_after_the_entry_is_not_shown(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch, where: object, name: str, change: str
) -> None:
    partnership.agree()
    arrest = docket(partnership)
    assert inquire(partnership.store, partnership.analyst(), asks()).record is not None
    once_before(monkeypatch, where, name, lambda: HIDES[change](partnership, arrest))

    assert inquire(partnership.store, partnership.analyst(), asks()).record is None


@pytest.mark.parametrize("change", HIDES)
@pytest.mark.parametrize("name", ["_held", "read_permitted"])
def test_nor_is_anybody_told_of_them(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch, name: str, change: str
) -> None:
    partnership.agree(told_terms())
    arrest = partnership.charged()
    make(partnership)
    partnership.arraign(arrest)
    docketed(partnership, arrest)
    once_before(monkeypatch, telling, name, lambda: HIDES[change](partnership, arrest))

    assert told(partnership) == []


def test_a_step_that_hides_nobody_is_met_by_deciding_or_telling_once_more(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    partnership.agree(told_terms())
    arrest = partnership.charged()
    make(partnership)
    partnership.arraign(arrest)
    once_before(monkeypatch, telling, "read_permitted", lambda: docketed(partnership, arrest))
    once_before(monkeypatch, partners, "ask", lambda: WITH_SEX(partnership, arrest))

    [one] = told(partnership)
    answer = inquire(partnership.store, partnership.analyst(), asks())

    assert (one.answer.record is not None, answer.record is not None) == (True, True)

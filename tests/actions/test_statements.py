"""Statements are filed by themselves when a month or a quarter is over: once, with their hash in the ledger."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from tests.partnership import Partnership, asks

from pars import clock
from pars.actions import inquiries, placing, statements
from pars.clock import Pace
from pars.errors import NotAllowed, NotThere
from pars.ledger.public import OfOversight, public_of
from pars.record.roles import Owner, Role
from pars.store import watching
from pars.watch.feed import Heard
from pars.watch.statement import period as days_of
from pars.watch.statement import periods

COURT = Owner.COURT
TWELVE = "ABCDEFGHIJKL"
"""Given names of people of whom there are enough to be told."""


@pytest.fixture
def later() -> Iterator[None]:
    """A hundred days go by, here and not in the database; at least one quarter is over."""
    before = clock._pace
    clock.keep(Pace(clock.now() + timedelta(days=100), clock.real_now(), 1))
    yield
    clock.keep(before)


def filed(city: Partnership) -> list[str]:
    """The periods that are filed until nothing is due, in that order."""
    done = []
    while statements.file(city.store):
        done = sorted(one for one in every(city) if statement(city, one) is not None)
    return done


def every(city: Partnership) -> list[str]:
    """The months and quarters since the city began."""
    today = clock.city_day(clock.now())
    return periods(today - timedelta(days=100), today)


def statement(city: Partnership, period: str) -> bytes | None:
    """The statement of a period as it was filed."""
    try:
        return statements.as_filed(city.store, city.staff(Role.PRIVACY_OFFICER), period).content.encode()
    except NotThere:
        return None


def test_nothing_is_filed_before_a_period_is_over(partnership: Partnership) -> None:
    before = statements.file(partnership.store)
    partnership.agree()

    assert (before, statements.file(partnership.store)) == (0, 0)


def test_every_month_and_quarter_that_is_over_is_filed_once_and_its_hash_is_in_the_ledger(
    partnership: Partnership, request: pytest.FixtureRequest
) -> None:
    city = partnership
    city.agree()
    city.charged()
    inquiries.inquire(city.store, city.analyst(), asks())
    placing.place(city.store)
    request.getfixturevalue("later")

    done = filed(city)
    again = statements.file(city.store)

    over = [one for one in every(city) if _is_over(one)]
    assert set(done) == set(over)
    assert any("-Q" in one for one in done)
    assert again == 0
    told = {one.period: one.statement for one in _oversight(city) if isinstance(one.period, str)}
    for period in done:
        content = statement(city, period)
        assert content is not None
        assert told[period] == hashlib.sha256(content).hexdigest()
        assert json.loads(content)["partners"][0]["partner"] == "Example County Sheriff"


def test_no_statement_is_filed_while_an_entry_of_its_period_waits_for_its_place(
    partnership: Partnership, request: pytest.FixtureRequest
) -> None:
    city = partnership
    city.agree()
    placing.place(city.store)
    for place in range(12):
        city.charged("Quillfeather", f"Rosalind {place}")
    request.getfixturevalue("later")

    before = statements.file(city.store)
    placing.place(city.store)
    (content,) = {statement(city, one) for one in filed(city)[:1]}

    assert before == 0
    assert content is not None
    assert {12} == {one["could"] for one in json.loads(content)["partners"][0]["groups"]}


def test_a_period_that_is_over_is_stated_without_reading_on(
    partnership: Partnership, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, first = partnership, f"{clock.city_day(clock.now()):%Y-%m}"
    city.agree()
    for letter in TWELVE:
        city.charged("Quillfeather", letter)
    inquiries.inquire(city.store, city.analyst(), asks(given="C"))
    request.getfixturevalue("later")
    for letter in TWELVE:
        city.charged("Wexelmoor", letter)
    inquiries.inquire(city.store, city.analyst(), asks("Wexelmoor", "C"))
    placing.place(city.store)
    monkeypatch.setattr(statements, "AT_A_TIME", 4)
    read: list[Heard] = []
    real, told = watching.heard, statements._heard
    monkeypatch.setattr(watching, "heard", lambda *given: [read.append(one) or one for one in real(*given)])  # type: ignore[func-returns-value]

    def stated(period: str) -> tuple[bytes, int]:
        read.clear()
        found = statements.statements(city.store, city.staff(Role.PRIVACY_OFFICER), period)
        return statements.as_json(found), len(read)

    periods = every(city)
    short = {one: stated(one) for one in periods}
    monkeypatch.setattr(statements, "_heard", lambda store, _: told(store, date.max))
    whole = {one: stated(one) for one in periods}

    assert {one: content for one, (content, _) in short.items()} == {
        one: content for one, (content, _) in whole.items()
    }
    assert short[first][1] < whole[first][1] == short[periods[0]][1]
    assert b'"could":12' in short[first][0]


def _is_over(period: str) -> bool:
    days = days_of(period)
    return days is not None and days[1] < clock.city_day(clock.now() - timedelta(hours=1))


def _oversight(city: Partnership) -> list[OfOversight]:
    with city.store.transaction("pars_ledger") as connection:
        leaves = [bytes(row[0]) for row in connection.execute("select leaf from ledger.entry")]
    return [said for said in map(public_of, leaves) if isinstance(said, OfOversight)]


def test_statements_as_filed_are_for_those_who_oversee(partnership: Partnership) -> None:
    with pytest.raises(NotAllowed):
        statements.as_filed(partnership.store, partnership.analyst(), "2026-01")
    with pytest.raises(NotThere):
        statements.as_filed(partnership.store, partnership.speaker(COURT), "2026-01")

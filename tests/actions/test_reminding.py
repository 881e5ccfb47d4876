"""What time brings by itself is said once: a term that is nearly over, an answer that did not come."""

import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from tests.partnership import Partnership, terms

from pars import clock
from pars.actions import agreements_shown, reminding, requesting
from pars.actions.requesting import Question
from pars.record.roles import Owner, Role


def left(admin_url: str, days: int) -> None:
    """The term at work has so many days left."""
    last = clock.city_day(clock.now()) + timedelta(days=days)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.version set last_day = %s, first_day = %s", (last, last - timedelta(365)))
        connection.execute("update sharing.term set began_at = began_at - interval '400 days'")


def entries(admin_url: str, verb: str) -> list[dict[str, Any]]:
    """The public parts of the entries of that verb, oldest first."""
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute("select public from ledger.entry where verb = %s order by id", (verb,)).fetchall()
    return [row[0] for row in rows]


def test_a_term_is_told_of_its_end_once_for_each_threshold_to_owners_and_partner(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    said = [reminding.remind(partnership.store)]
    for days in (90, 89, 40, 29, 29, 0):
        left(admin_url, days)
        said.append(reminding.remind(partnership.store))

    assert said == [0, 1, 0, 1, 1, 0, 1]
    told = entries(admin_url, "term.reminded")
    assert [one["days"] for one in told] == [90, 60, 30, 7]
    assert {one["agreement"] for one in told} == {"sheriff"}
    for by in (partnership.speaker(Owner.COURT), partnership.analyst(), partnership.staff(Role.PRIVACY_OFFICER)):
        (shown,) = agreements_shown.agreements(partnership.store, by)
        assert [one.days_left for one in shown.notices] == [7, 30, 60, 90]


def test_a_term_that_begins_near_its_end_begins_without_a_burst(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(terms(last=clock.city_day(clock.now()) + timedelta(days=20)))

    assert [reminding.remind(partnership.store), entries(admin_url, "term.reminded")] == [0, []]


def test_processes_that_remind_at_once_say_it_once(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    left(admin_url, 60)
    found: list[int] = []
    start = threading.Barrier(4)

    def one() -> None:
        start.wait()
        found.append(reminding.remind(partnership.store))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [0, 0, 0, 1]
    assert len(entries(admin_url, "term.reminded")) == 1
    assert entries(admin_url, "term.reminded.refused") == []


@pytest.mark.parametrize("answered", [True, False])
def test_an_answer_that_does_not_come_by_its_day_is_entered_once(
    partnership: Partnership, admin_url: str, *, answered: bool
) -> None:
    partnership.agree()
    due = clock.city_day(clock.now()) + timedelta(days=3)
    asked = requesting.ask(
        partnership.store, partnership.speaker(Owner.COURT), "sheriff", Question("What for, and why?", due)
    ).id
    if answered:
        requesting.answer(partnership.store, partnership.analyst(), asked, "For a case.")
    said = [reminding.remind(partnership.store)]
    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.request set due_on = due_on - 4")
    said += [reminding.remind(partnership.store) for _ in range(2)]

    told = entries(admin_url, "request.overdue")
    assert said == ([0, 0, 0] if answered else [0, 1, 0])
    assert len(told) == (0 if answered else 1)
    assert all(set(one) == {"agreement", "commit", "day", "due", "kind", "nonce", "owner", "v", "verb"} for one in told)

"""The owners' figures of a month: counted from columns that name nobody, and small numbers are held back."""

from datetime import date

import pytest
from psycopg.errors import InsufficientPrivilege

from pars.actions import figures
from pars.clock import city_day, now
from pars.errors import BadInput, NotAllowed
from pars.record.figures import TOTAL
from pars.record.roles import Role
from pars.store.database import Store

from .conftest import Book, Who


def test_owners_see_a_month_and_nobody_a_small_number(store: Store, who: Who, book: Book) -> None:
    for _ in range(10):
        book()
    speaks = who(Role.REPRESENTATIVE)

    month = figures.of_month(store, speaks)

    assert (month.month, month.whole) == (city_day(now()).strftime("%Y-%m"), False)
    assert {one.name: one.cells[TOTAL] for one in month.figures if one.cells[TOTAL] is not None} == {"Arrests": 10}
    assert figures.of_month(store, speaks, "2024-12").whole
    for wrong in ("2026-13", "November", "2026-11-01", "9999-12", "0001-01", "\x00"):
        with pytest.raises(BadInput, match="such as 2026-11"):
            figures.of_month(store, speaks, wrong)
    with pytest.raises(NotAllowed):
        figures.of_month(store, who(Role.OFFICER))


def test_groups_are_counted_through_a_door_that_gives_counts_alone(store: Store, who: Who, book: Book) -> None:
    for _ in range(11):
        book(born=date(1990, 2, 3))
    book(born=date(2007, 2, 3))

    month = figures.of_month(store, who(Role.AUDITOR))

    by = {group.name: group for group in month.groups}
    arrests = by["Age"].figures[0]
    assert (arrests.cells["35 to 44"], arrests.cells["under 25"], arrests.cells[TOTAL]) == (None, None, 12)
    assert by["Sex"].figures[0].cells == {"Unknown": 12, TOTAL: 12}
    assert {value for one in month.court for value in one.cells.values()} == {None}
    with store.transaction("pars_act") as connection, pytest.raises(InsufficientPrivilege):
        connection.execute("select race from record.arrest")
    with store.transaction("pars_partner") as connection, pytest.raises(InsufficientPrivilege):
        connection.execute("select * from record.counted(now(), now())")

"""Working on paper: sheets are numbered, each is entered once, and those that nobody accounted for are listed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pars.actions import downtime
from pars.actions.booking import NewArrest, record_arrest
from pars.actions.person_given import PersonGiven
from pars.clock import now
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.roles import Role
from pars.store.database import Store

from .conftest import ORI, Who


def test_each_sheet_is_entered_once_and_missing_ones_are_listed(store: Store, who: Who) -> None:
    officer, supervisor = who(Role.OFFICER), who(Role.POLICE_SUPERVISOR)
    used, lost, wasted = downtime.register(store, None, "D22", 3)
    elsewhere = downtime.blank(1)[0]
    police = next(ori for owner, ori in ORI.items() if owner == officer.owner)
    arrest = NewArrest(now() - timedelta(hours=9), "Sample Street", police, PersonGiven(), sheet=used.lower())

    record_arrest(store, officer, arrest)
    record_arrest(store, officer, replace(arrest, sheet=elsewhere))
    downtime.strike(store, supervisor, wasted, reason="coffee")

    for again in (used, elsewhere, wasted):
        with pytest.raises(Conflicts, match="before"):
            record_arrest(store, officer, replace(arrest, sheet=again))
    with pytest.raises(BadInput, match="no number of a downtime sheet"):
        record_arrest(store, officer, replace(arrest, sheet="K7QM3"))
    with pytest.raises(Conflicts):
        downtime.strike(store, supervisor, used, reason="not used")
    with pytest.raises(NotAllowed):
        downtime.every(store, officer)
    rows = downtime.every(store, supervisor)
    assert [row.number for row in rows if row.entered_at is None and row.unused is None] == [lost]
    assert {row.number for row in rows if row.entered_at is not None} == {used, elsewhere}
    assert {row.number: row.printed_at is None for row in rows}[elsewhere]

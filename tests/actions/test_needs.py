"""Needs: noted by anybody, on the court's page at that moment, on a clock of their own until somebody is there."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.partnership import Partnership

from pars import clock
from pars.actions import calling, disclosure, needs
from pars.actions.arraignment import next_sessions
from pars.clock import Pace
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.calls import Waits
from pars.record.roles import Role
from pars.sharing.projection import Listing, Need


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """The city's clock as it was, afterwards."""
    before = clock._pace
    yield
    clock.keep(before)


def test_a_need_that_any_desk_notes_reaches_the_court_before_the_list_and_has_its_clock(
    partnership: Partnership,
) -> None:
    store, clerk, arrest = partnership.store, partnership.staff(Role.CLERK), partnership.charged()
    with pytest.raises(BadInput, match="language"):
        needs.note(store, partnership.staff(Role.OFFICER), arrest, "spoken-language")
    with pytest.raises(NotAllowed):
        needs.note(store, partnership.staff(Role.AUDITOR), arrest, "sight")
    need = needs.note(store, partnership.staff(Role.DETENTION_OFFICER), arrest, "spoken-language", language="Khmer").id
    needs.note(store, partnership.staff(Role.INTERVIEWER), arrest, "mobility", what="two sticks")

    found, lines = needs.open_needs(store, clerk)
    assert [one.kind for one in found] == ["spoken-language", "mobility"]
    assert {line.id for line in lines.lines} == {arrest}
    with pytest.raises(NotAllowed):
        needs.open_needs(store, partnership.staff(Role.OFFICER))
    clock.keep(Pace(clock.now() + timedelta(minutes=31), clock.real_now()))
    calling.ring(store)
    [call] = calling.open_calls(store, clerk).own
    assert (call.waits, call.about) == (Waits.INTERPRETER, arrest)

    partnership.take(Role.CLERK, arrest, "certify", {"verified": True})
    session = next(iter(next_sessions(clock.now()))).isoformat()
    partnership.take(Role.CLERK, arrest, "list", {"session": session})  # without one there: nobody waits for a paper
    seen = disclosure.open_arrest(store, partnership.staff(Role.MAGISTRATE), arrest, why="the list")
    listed = seen.last(Listing)
    assert listed is not None
    assert listed.interpreter == "Khmer"
    assert len(seen.all(Need)) == 2

    with pytest.raises(NotAllowed):
        needs.follow(store, partnership.staff(Role.OFFICER), need, "asked", {})
    needs.follow(store, clerk, need, "asked", {})
    with pytest.raises(Conflicts, match="who was found"):
        needs.follow(store, clerk, need, "arrived", {})
    who = {"interpreter": "Sokha Marked", "qualified": "certified", "mode": "video"}
    with pytest.raises(BadInput):
        needs.follow(store, clerk, need, "found", {**who, "mode": "by pigeon"})
    needs.follow(store, clerk, need, "found", who)
    needs.follow(store, clerk, need, "arrived", {})
    calling.ring(store)
    assert [one for one in calling.open_calls(store, clerk).own if one.waits is Waits.INTERPRETER] == []
    with pytest.raises(NotThere):
        needs.follow(store, clerk, need, "arrived", {})
    other = found[1].id
    with pytest.raises(BadInput, match="why it went on"):
        needs.follow(store, clerk, other, "none-found", {})
    needs.follow(store, clerk, other, "none-found", {"reason": "a chair was brought"})
    assert needs.open_needs(store, clerk)[0] == []

"""Holds: only what a judge or the named authority signed keeps anybody; other papers arrive without effect (N2)."""

from datetime import timedelta

import pytest
from tests.partnership import Partnership

from pars import clock
from pars.actions import custody, disclosure
from pars.actions.custody import HEARING_WITHIN, NO_HOLDS, HoldGiven
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.roles import Role
from pars.sharing.projection import Hold

OUT = {"opened_by": "4417", "property_returned": True, "papers_given": "release order"}


def given(kind: str = "bench-warrant", *, signed: bool = True, **more: object) -> HoldGiven:
    """A hold with everything that it needs."""
    return HoldGiven(kind, "Municipal Court", "BW-1", signed_by_judge_or_authority=signed, **more)  # type: ignore[arg-type] # as a test says


def test_a_paper_that_no_judge_signed_is_no_hold_and_its_arrival_changes_nothing(partnership: Partnership) -> None:
    store, supervisor, arrest = partnership.store, partnership.staff(Role.CUSTODY_SUPERVISOR), partnership.record()
    before = disclosure.open_arrest(store, supervisor, arrest, why="before")

    for paper in NO_HOLDS:
        with pytest.raises(BadInput, match="no hold"):
            custody.hold(store, supervisor, arrest, given(paper))
        custody.arrived_without_effect(store, supervisor, arrest, paper)
    with pytest.raises(BadInput, match="signed by a judge"):
        custody.hold(store, supervisor, arrest, given(signed=False))
    with pytest.raises(NotAllowed):
        custody.arrived_without_effect(store, partnership.staff(Role.OFFICER), arrest, next(iter(NO_HOLDS)))
    with pytest.raises(BadInput):
        custody.arrived_without_effect(store, supervisor, arrest, "a letter")

    after = disclosure.open_arrest(store, supervisor, arrest, why="after")
    assert after.all(Hold) == []
    assert after.line == before.line
    partnership.take(Role.POLICE_SUPERVISOR, arrest, "owe-release", {"reason": "ordered"})
    partnership.take(Role.DETENTION_OFFICER, arrest, "sign-out", OUT)


def test_a_hold_is_lifted_in_its_own_arrest_alone_and_once(partnership: Partnership) -> None:
    store, supervisor, arrest = partnership.store, partnership.staff(Role.CUSTODY_SUPERVISOR), partnership.record()
    other = partnership.record("Adler")
    custody.hold(store, supervisor, arrest, given())
    (held,) = disclosure.open_arrest(store, supervisor, arrest, why="x").all(Hold)

    with pytest.raises(NotThere, match="no such hold in this arrest"):
        custody.lift_hold(store, supervisor, other, held.id)
    custody.lift_hold(store, supervisor, arrest, held.id)

    with pytest.raises(NotThere, match="lifted already"):
        custody.lift_hold(store, supervisor, arrest, held.id)


def test_a_hold_has_its_hearing_and_keeps_somebody_until_it_is_lifted_or_runs_out(partnership: Partnership) -> None:
    store, supervisor, arrest = partnership.store, partnership.staff(Role.CUSTODY_SUPERVISOR), partnership.record()
    with pytest.raises(BadInput, match="lie ahead"):
        custody.hold(store, supervisor, arrest, given(expires_at=clock.now() - timedelta(hours=1)))
    with pytest.raises(BadInput, match="lie ahead"):
        custody.hold(store, supervisor, arrest, given(hearing_due=clock.now() - timedelta(hours=1)))
    custody.hold(store, supervisor, arrest, given())
    soon = clock.now() + timedelta(seconds=2)
    custody.hold(store, supervisor, arrest, given("other-county", expires_at=soon))
    holds = disclosure.open_arrest(store, supervisor, arrest, why="x").all(Hold)
    bench = next(hold for hold in holds if hold.kind == "bench-warrant")
    assert bench.hearing_due is not None
    assert abs(bench.hearing_due - clock.now() - HEARING_WITHIN) < timedelta(minutes=5)  # no day was named: the rule's

    partnership.take(Role.POLICE_SUPERVISOR, arrest, "owe-release", {"reason": "ordered"})
    with pytest.raises(Conflicts, match="another hold"):
        partnership.take(Role.DETENTION_OFFICER, arrest, "sign-out", OUT)
    custody.lift_hold(store, supervisor, arrest, bench.id)
    later = clock.Pace(soon + timedelta(minutes=1), clock.real_now())
    before = clock._pace
    clock.keep(later)
    partnership.take(Role.DETENTION_OFFICER, arrest, "sign-out", OUT)  # the other one has run out by itself
    clock.keep(before)

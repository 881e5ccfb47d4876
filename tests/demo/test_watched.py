"""What a visitor of the demonstration sees of the watch: a sweep that goes on, and a second signature that is given."""

from collections.abc import Iterator

import pytest
from tests.cities import Lived, MadeUp, made_up

from pars import clock
from pars.actions import canaries, inquiries, patterns
from pars.actions.acting import By
from pars.clock import Pace
from pars.demo import task_force
from pars.demo.cast import on_duty
from pars.demo.task_force import BEFORE, TaskForce
from pars.record.roles import Role
from pars.store.keys import Keys

DAYS = 9


@pytest.fixture(scope="module")
def built(server_url: str, template: str, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeUp]:
    """A small demonstration with the days before its back story."""
    data = tmp_path_factory.mktemp("watched")
    with made_up(server_url, template, keys, data, seed=18, lived=Lived(2, 0.1, DAYS)) as city:
        yield city


def _duty(built: MadeUp, role: Role, place: int = 0) -> By:
    return on_duty(built.store, built.city.cast)[role][place]


def test_an_analyst_who_asked_for_a_record_of_nobody_needs_a_colleague_and_gets_one(built: MadeUp) -> None:
    (one,) = canaries.canaries(built.store, _duty(built, Role.REPRESENTATIVE))
    seen = [p for p in patterns.patterns(built.store, _duty(built, Role.PRIVACY_OFFICER)) if p.user == "analyst-2"]
    asked = inquiries.own(built.store, _duty(built, Role.ANALYST))

    assert one.confirmed_owner is not None
    assert [(p.alarm.detector, p.alarm.action) for p in seen] == [("canary", "cosign")]
    assert [line.case_reference[-5:] for line in asked] == ["00417", "00411"]


def test_the_sweep_begins_before_the_doors_open_and_goes_on_one_by_one(built: MadeUp) -> None:
    force = built.city.life._force
    assert force is not None
    before, looks, waiting = clock._pace, force.looks, len(force._desk)
    try:
        clock.keep(Pace(clock.now(), clock.real_now(), 1))
        force.step()
        clock.keep(Pace(clock.now() + task_force.WAKES, clock.real_now(), 1))
        told = [_step(force) for _ in range(3)]
    finally:
        clock.keep(before)

    assert force._asked <= BEFORE
    assert force.sweeps
    assert told == [min(one, waiting) + looks for one in (1, 1, 1)]


def _step(force: TaskForce) -> int:
    force.step()
    return force.looks


def test_before_its_sweep_it_asked_for_a_few(built: MadeUp) -> None:
    force = built.city.life._force

    assert force is not None
    assert force.looks > force._asked

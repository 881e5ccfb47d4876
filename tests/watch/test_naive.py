"""The watch, which judges many look-ups at once, comes to the alarms of one that counts everything anew by hand.

The naive one (`naive`) takes nothing from the watch but its parameters. Packages of sequential tests were looked at to
stand beside it: `ville` 0.1.0 (BSD) is weeks old, `savvi` 0.3.1 (MIT) has had no release for two years; both bring
scipy, one cvxpy, and have tests of means, proportions and counts in mixtures of their own: no draws without replacement
and no sum over starts, which are what could be wrong here. So all is counted by hand, shares in exact fractions.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs
from tests.watch.naive import Alarms, Naive

from pars.sharing.agreement import Rows, Watch
from pars.watch.lines import Attributes, Booking, Disclosure
from pars.watch.parameters import BUDGET
from pars.watch.replay import Replay
from pars.watch.simulate import World, crawled, entries, swept

BASE = World(days=12, intake=30, abroad=0.2, looks=5, users=3, from_day=10, accounts=2)
WORLDS = {
    "sweep with decoys": lambda: replace(BASE, seed=1, pattern=swept(decoys=7)),
    "crawl without cases": lambda: replace(BASE, seed=2, pattern=crawled(6), checked=False),
    "accounts that came in another month": lambda: replace(BASE, seed=4, days=13, accounts=6, pattern=swept(share=1.0)),
    "groups, swept by honest accounts": lambda: replace(
        BASE,
        seed=3,
        days=14,
        intake=18,
        pattern=swept(share=1.0, decoys=3),
        accounts=0,
        group=9,
        group_share=0.5,
        spread=True,
    ),
}


Entries = list[tuple[float, Booking | Disclosure]]


def alike(log: Entries, rows: Mapping[str, Rows], *classes: tuple[str, ...]) -> None:
    """The watch and the naive one come to the same alarms of a log, and to some."""
    terms = Watch()
    replay, naive = Replay(terms, rows=rows), Naive(terms, *classes)
    found: Alarms = []
    for at, entry in log:
        replay.read(entry, at)
        if isinstance(entry, Booking):
            naive.book(entry, at)
        else:
            naive.look(entry, at)
    for one in replay.judged():
        detector, evidence = one.alarm.detector, one.alarm.evidence.rpartition("evidence ")[2].partition(", where")[0]
        if detector in BUDGET:
            found.append((one.disclosures_so_far, detector.value, one.alarm.action, evidence))

    assert found == naive.alarms
    assert found


def without_neighbourhoods(name: str) -> Entries:
    """The log of a world, in which nobody says where."""
    return [
        (at, structs.replace(entry, attributes=structs.replace(entry.attributes, neighbourhood=None)))
        if isinstance(entry, Booking)
        else (at, entry)
        for at, entry in entries(WORLDS[name]())
    ]


@pytest.mark.parametrize("name", WORLDS)
def test_alarms_are_those_of_counting_by_hand(name: str) -> None:
    alike(without_neighbourhoods(name), {})


@pytest.mark.parametrize("name", WORLDS)
def test_alarms_of_a_log_with_grades_that_are_reduced_and_charges_that_fall_are_those_of_counting_by_hand(
    name: str,
) -> None:
    """Everybody has grades; every sixth entry or so reduces somebody's, and every tenth or so lets somebody go."""
    dice = np.random.default_rng(5)
    graded: Entries = []
    booked: list[Booking] = []
    for at, entry in without_neighbourhoods(name):
        if isinstance(entry, Booking):
            words = ("felony", "felony+misdemeanor", "misdemeanor")[dice.choice(3, p=(0.5, 0.3, 0.2))]
            charged = f"{words}/{entry.attributes.charge_class}"
            booked.append(structs.replace(entry, attributes=structs.replace(entry.attributes, charge_class=charged)))
            graded.append((at, booked[-1]))
        else:
            graded.append((at, entry))
        chance = dice.random()
        if booked and chance < 0.26:
            place = int(dice.integers(len(booked)))
            one = booked[place]
            _, _, compared = (one.attributes.charge_class or "").rpartition("/")
            born = one.attributes.birthplace_foreign if place % 2 else not one.attributes.birthplace_foreign
            less = structs.replace(one.attributes, charge_class=f"misdemeanor/{compared}", birthplace_foreign=born)
            gone = chance < 0.1
            graded.append((at, structs.replace(one, attributes=Attributes() if gone else less)))
            if gone:
                del booked[place]

    rows = {"a": Rows(charge_class=("felony", "murder")), "b": Rows(charge_class=("misdemeanor",))}
    alike(graded, rows, ("felony", "murder"), ("misdemeanor",))

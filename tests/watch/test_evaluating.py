"""What `pars watch evaluate` measures: the same by seed, exact intervals, and odd worlds that break nothing."""

import pytest

from pars.sharing.agreement import Watch
from pars.watch import evaluating
from pars.watch.lines import Attributes, Booking, Disclosure
from pars.watch.replay import Replay
from pars.watch.report import Report
from pars.watch.simulate import LABELS, MIDNIGHT, World, entries


def test_a_world_is_the_same_by_its_seed() -> None:
    assert list(entries(World(seed=3, days=2))) == list(entries(World(seed=3, days=2)))
    assert list(entries(World(seed=3, days=2))) != list(entries(World(seed=4, days=2)))


def test_labels_differ_and_nothing_else_does() -> None:
    true, none = ([entry for _, entry in entries(World(days=2, labels=kind))] for kind in LABELS[:2])

    born = {one.attributes.birthplace_foreign for one in none if isinstance(one, Booking)}
    assert born == {None}
    assert [one for one in true if isinstance(one, Disclosure)] == [one for one in none if isinstance(one, Disclosure)]


def test_as_many_partner_years_are_made_up_as_were_asked_for() -> None:
    """A made-up year is a quarter of a day short of one."""
    assert [evaluating.cities(years) for years in (1, 8, 24, 1000)] == [1, 2, 4, 126]


def test_an_interval_is_the_exact_one() -> None:
    assert evaluating.interval(0, 100) == pytest.approx((0, 0.03689), abs=1e-5)
    assert evaluating.interval(4, 400) == pytest.approx((0.002725, 0.025604), abs=1e-6)


def test_a_sweep_is_seen_by_surnames_where_no_birthplace_is_known() -> None:
    row = evaluating.rows(quick=True)[0]

    seen = evaluating.run(row, "none", 2)

    assert seen.looks is not None
    assert seen.looks <= 80


def test_what_is_measured_stands_in_a_table() -> None:
    row = evaluating.rows(quick=True)[0]
    report = Report(quick=True, honest=[evaluating.honest("true", 1, days=12)])
    report.seen[row.name, "true"] = [evaluating.run(row, "true", seed) for seed in (1, 2)]

    rates, (measured,) = report.rates(), report.patterns()

    assert rates.alarms == 0
    assert rates.interval_95[0] == 0
    assert measured.seen == 1
    assert any("plain daily sweep" in line for line in report.lines())


def watched(*entries: Booking | Disclosure) -> list[str]:
    replay = Replay(Watch())
    told = []
    for place, entry in enumerate(entries):
        replay.read(entry, MIDNIGHT + 60.0 * place)
        told += [one.alarm.action for one in replay.judged() if one.alarm.action != "note"]
    return told  # a look-up each minute is clockwork, and noted


def asks(person: str | None, user: str = "u-1") -> Disclosure:
    return Disclosure("", "fed", user, "fugitive", case_verified=True, person=person)


def test_cold_and_odd_logs_raise_nothing() -> None:
    nameless = [Booking("", f"p-{place}") for place in range(40)]
    alike = [Booking("", f"q-{place}", Attributes(birthplace_foreign=True, sex="M")) for place in range(40)]

    assert watched(asks(None), asks("older"), asks("older")) == []  # no booking at all
    assert watched(*nameless, *(asks(f"p-{place}") for place in range(0, 40, 4))) == []  # no label at all
    assert watched(*alike, *(asks(f"q-{place}") for place in range(0, 40, 4))) == []  # the other group is of size 0
    assert watched(*nameless) == []  # no look-up


def test_a_mass_arrest_is_one_draw() -> None:
    said = Attributes(birthplace_foreign=True, race="W", charge_class="assault", incident="square")
    crowd = [Booking("", f"p-{place}", said) for place in range(300)]
    others = [Booking("", f"q-{place}", Attributes(birthplace_foreign=False, race="B")) for place in range(60)]

    assert watched(*others, *crowd, *(asks(f"p-{place}") for place in range(300))) == []


def test_a_test_that_knows_a_hidden_sweep_beforehand_is_seldom_later_and_never_before_walds_average() -> None:
    row = next(one for one in evaluating.rows(quick=True) if one.decoys == 3)

    known = [evaluating.informed(row, seed) or 1_000 for seed in range(60)]

    assert row.fewest is not None
    assert row.fewest <= sum(known) / len(known)
    assert sum(known) / len(known) <= 2 * row.fewest

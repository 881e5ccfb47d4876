"""Patterns that hide: behind numbers, colleagues, repetitions and delays; each is seen all the same."""

from itertools import cycle

import pytest
from tests.watch.cities import BEGAN, DAY, HOUR, City
from tests.watch.logs import judged

from pars.sharing.agreement import Rows
from pars.watch.lines import Criteria
from pars.watch.parameters import Detector
from pars.watch.simulate import World, few


@pytest.mark.parametrize("numbered", ["", " ", "{day}-{place}"], ids=["none", "blank", "anew each month"])
def test_a_sweep_is_seen_whatever_the_incidents_are_called(numbered: str) -> None:
    city = City(1)
    for day in range(45):
        for place, at in enumerate(city.times(day, 100, (0, 20))):
            abroad = bool(city.dice.random() < 0.12)
            person = city.book(at, abroad=float(abroad), incident=numbered.format(day=day % 30, place=place))
            if (day >= 40 and abroad) or city.dice.random() < 0.1:
                city.ask(BEGAN + day * DAY + 21 * HOUR + 20 * place, person, 9 if day >= 40 and abroad else place % 4)

    first, *_ = city.acting()

    assert first.alarm.detector is Detector.DISPARITY
    assert first.alarm.key in {"", "u-9"}


def test_whom_a_colleague_asked_for_already_hides_nobody() -> None:
    """A quarter of the group was asked for by others; one account takes one a day of it, beside its honest work."""
    delays = [judged(World(seed=seed, days=110, from_day=20, pattern=few(1), accounts=-1)).acting for seed in range(3)]

    assert all(delays)


def test_who_is_asked_for_first_in_a_case_hides_nobody() -> None:
    """Couples, one of each born abroad: the other one is asked for first."""
    city = City(2)
    for day in range(40):
        pairs = []
        for place, at in enumerate(city.times(day, 80, (0, 20))):
            couple = place % 4 == 0
            said = {"incident": f"c-{day}-{place}", "charge_class": "theft"}
            first = city.book(at, abroad=0.0, **said)
            if couple:
                pairs.append((first, city.book(at + 1, abroad=1.0, **said)))
            elif city.dice.random() < 0.1:
                city.ask(at + 600, first, place % 4)
        for place, person in enumerate(one for pair in pairs for one in pair) if day >= 20 else ():
            city.ask(BEGAN + day * DAY + 21 * HOUR + 20 * place, person, 9)

    assert city.acting()


def test_fishing_is_not_hidden_by_asking_for_the_same_person_again_and_again() -> None:
    city = City(3)
    known = city.book(BEGAN)
    for place in range(400):
        at = BEGAN + HOUR + 60 * place
        city.ask(at, known if place % 4 == 3 else None, criteria=None if place % 4 == 3 else Criteria(name=f"N{place}"))

    assert [one.alarm.detector for one in city.acting()][:1] == [Detector.NO_HITS]


@pytest.mark.parametrize("names", [1, 2, 5])
def test_guessing_is_not_hidden_by_other_questions_in_between(names: int) -> None:
    city = City(4)
    for place in range(120):
        at = BEGAN + 60 * place
        if place % 3 == 2:
            city.ask(at, f"older-{place % 40}")
        else:
            guess = Criteria(name=f"DOE {place % names}", birth_date=f"{1900 + place}-01-01")
            city.ask(at, None, criteria=guess)

    assert Detector.GUESSING in [one.alarm.detector for one in city.acting()]


@pytest.mark.parametrize(
    ("accounts", "kinds"), [(1, ("pid",)), (4, ("pid",)), (10, ("otn",)), (1, ("pid", "docket_number"))]
)
def test_going_on_along_numbers_is_not_hidden_by_taking_turns(accounts: int, kinds: tuple[str, ...]) -> None:
    city = City(5)
    kind = cycle(kinds)
    for place in range(80):
        number = {next(kind): f"X-{1000 + place // len(kinds)}"}
        city.ask(BEGAN + 600 * place, f"older-{place}", place % accounts, Criteria(**number))

    assert Detector.CRAWL_NUMBERS in [one.alarm.detector for one in city.acting()]


def test_a_sweep_of_a_district_is_not_hidden_by_many_names_of_districts() -> None:
    city = City(6)
    for day in range(30):
        for place, at in enumerate(city.times(day, 100, (0, 20))):
            where = str(city.dice.integers(1, 22))
            person = city.book(at, neighbourhood=f"{where} {day}" if day < 10 else where)
            if (day >= 20 and where == "7") or city.dice.random() < 0.08:
                city.ask(BEGAN + day * DAY + 21 * HOUR + 20 * place, person, 9 if where == "7" else place % 4)

    first, *_ = city.acting()

    assert "7 or " in first.alarm.evidence


def test_who_is_asked_for_before_an_agreement_shows_them_is_compared_all_the_same() -> None:
    city = City(7)
    for day in range(20):
        for place, at in enumerate(city.times(day, 100, (0, 20))):
            abroad = bool(city.dice.random() < 0.12)
            person = city.book(at, abroad=float(abroad))
            if day >= 5 and abroad:
                city.ask(BEGAN + day * DAY + 21 * HOUR + 20 * place, person)

    assert city.acting(rows={"all": Rows(delay_hours=48)})

"""Honest partners whose ways of working look like something else: none is asked to sign, and none is suspended.

Each keeps to every value of its agreement, blind to whom it asks about.
"""

from collections.abc import Callable, Sequence

import pytest
from msgspec import structs
from tests.watch.cities import BEGAN, DAY, HOUR, City

from pars.watch.lines import Booking, Criteria, Disclosure


def at_night(city: City) -> None:
    """One officer works from midnight to seven, and asks about everybody who comes: 29 of a hundred a day."""
    _nights(city, [100] * 25)


def _nights(city: City, booked: Sequence[int]) -> None:
    for day, many in enumerate(booked):
        for at in city.times(day, many):
            person = city.book(at)
            if (at - BEGAN) % DAY < 7 * HOUR:
                city.ask(at + 60, person)


def each_morning(city: City) -> None:
    """A list of the night's people at seven, all of them."""
    for day in range(25):
        night = [city.book(at) for at in city.times(day, 60, (0, 7))]
        for place, person in enumerate(night):
            city.ask(BEGAN + day * DAY + 7 * HOUR + 20 * place, person, 1 + place % 3)
        for at in city.times(day, 140, (8, 24)):
            city.book(at)


def as_they_come(city: City) -> None:
    """A firearms unit takes nine of ten people of its class as they come; who is left behind is a small sample."""
    for day in range(60):
        for at in city.times(day, 100):
            armed = city.dice.random() < 0.1
            person = city.book(at, "weapon" if armed else "theft")
            if armed and city.dice.random() < 0.9:
                city.ask(at + 120, person, int(city.dice.integers(4)))


def men_first(city: City) -> None:
    """Cases are taken at random, everybody in them; a quarter are couples, and of these the man is asked for first."""
    for day in range(100):
        cases = []
        for at in city.times(day, 60, (0, 18)):
            couple = f"c-{city.people}"
            together = city.dice.random() < 0.25
            sexes = "MF" if together else ("M" if city.dice.random() < 0.78 else "F")
            cases.append([city.book(at, "theft", sex=sex, incident=couple) for sex in sexes])
        taken = [one for one in cases if city.dice.random() < 0.2]
        for case, at in zip(taken, city.times(day, 3 * len(taken), (18, 23)), strict=False):
            for place, person in enumerate(case):
                city.ask(at + 30 * place, person, int(city.dice.integers(4)))


def in_season(city: City) -> None:
    """Of thirty classes each day has a few people; for half the time many more were born abroad."""
    for day in range(120):
        abroad = 0.05 if day < 60 else 0.3
        people = [city.book(at, f"k-{city.dice.integers(30)}", abroad) for at in city.times(day, 60, (0, 18))]
        for person, at in zip(people, city.times(day, 18, (18, 23)), strict=False):
            city.ask(at, person, int(city.dice.integers(4)))


def of_some_statutes(city: City) -> None:
    """A hundred classes; the partner works on those that came last, which have other people than the first."""
    for day in range(60):
        people = []
        for at in city.times(day, 100, (0, 18)):
            late = city.dice.random() < 0.3
            kind = int(city.dice.integers(70, 100) if late else city.dice.integers(70))
            women = 0.7 if late else 0.18
            people.append((kind, city.book(at, f"s-{kind}", sex="F" if city.dice.random() < women else "M")))
        for (kind, person), at in zip(people, city.times(day, 100, (18, 23)), strict=False):
            if kind >= 80:
                city.ask(at, person, int(city.dice.integers(4)))


def by_number(city: City) -> None:
    """Numbers are given out in a row, and a third of those of the day are asked for, in the order of booking."""
    number = 7_000_000
    for day in range(40):
        for at in city.times(day, 40):
            number += 1
            person = city.book(at)
            if city.dice.random() < 0.33:
                city.ask(at + 300, person, 1, Criteria(otn=f"U{number}"))


def again_and_again(city: City) -> None:
    """New people once, a sixth without a case that can be checked; the others on three more days: 5 % of look-ups."""
    follow: dict[int, list[str]] = {}
    for day in range(100):
        people = [city.book(at) for at in city.times(day, 100, (0, 9))]
        for person, at in zip(people, city.times(day, 10, (9, 13)), strict=False):
            checked = bool(city.dice.random() >= 0.16)
            asked = Disclosure(
                "", "fed", "u-1", "bail", case_verified=checked, person=person, criteria=Criteria(name=person)
            )
            city.add(at, asked)
            for later in (1, 2, 3) if checked else ():
                follow.setdefault(day + later, []).append(person)
        for place, person in enumerate(follow.pop(day, [])):
            at = BEGAN + day * DAY + 14 * HOUR + 60 * place
            city.add(
                at,
                Disclosure("", "fed", "u-1", "bail", case_verified=True, person=person, criteria=Criteria(name=person)),
            )


def after_an_outage(city: City) -> None:
    """One officer at night again; on one day the feed was down, and a week later nothing is different."""
    _nights(city, [100] * 14 + [0] + [100] * 15)


def checked_by_name(city: City) -> None:
    """Officers ask at random, and a supervisor goes through the day's list of theirs by name."""
    for day in range(40):
        people = [city.book(at) for at in city.times(day, 40, (0, 18))]
        asked = [one for one in people if city.dice.random() < 0.3]
        for place, person in enumerate(asked):
            city.ask(BEGAN + day * DAY + 19 * HOUR + 60 * place, person, place % 4)
        for place, person in enumerate(sorted(asked, key=lambda one: city.surnames[one])):
            city.ask(BEGAN + day * DAY + 22 * HOUR + 60 * place, person, 9)


def cases_dealt_out(city: City) -> None:
    """Three people of a case have three numbers in a row, and three officers."""
    number = 3_000_000
    for day in range(60):
        for at in city.times(day, 15, (0, 20)):
            case = [city.book(at + place, incident=f"c-{number}") for place in range(3)]
            if city.dice.random() < 0.2:
                for place, person in enumerate(case):
                    city.ask(at + 600 + 60 * place, person, place, Criteria(pid=f"P{number + place}"))
            number += 3


def at_night_by_number(city: City) -> None:
    """The night's officer asks by number, as they come: each number is the next one of the last."""
    number = 7_000_000
    for day in range(12):
        for at in city.times(day, 100):
            number += 1
            person = city.book(at)
            if (at - BEGAN) % DAY < 7 * HOUR:
                city.ask(at + 60, person, criteria=Criteria(otn=f"U{number}"))


def before_the_feed(city: City) -> None:
    """Somebody was booked on trial a week before the city went live."""
    city.book(BEGAN - 9 * DAY)
    _nights(city, [100] * 12)


def after_a_pilot(city: City) -> None:
    """Two a day for ten days, and then the whole city."""
    _nights(city, [2] * 10 + [100] * 10)


def after_a_long_outage(city: City) -> None:
    """The feed was away for eight days."""
    _nights(city, [100] * 6 + [0] * 8 + [100] * 10)


def without_weekends_at_first(city: City) -> None:
    """There was no feed on the first two weekends."""
    _nights(city, [0 if day % 7 in {5, 6} and day < 14 else 100 for day in range(28)])


def in_restless_weeks(city: City) -> None:
    """As many as are allowed, as they come, of days of which each second one has a fifth more or fewer than usual."""
    for day in range(60):
        times = city.times(day, 200 * max(0.3, float(city.dice.normal(1, 0.2))))
        for place, at in enumerate(times):
            person = city.book(at)
            if place < 0.34 * len(times):
                city.ask(at + 60, person)


def in_a_busy_night(city: City) -> None:
    """A larger city, and once half as many again from midnight on."""
    _nights(city, [400] * 10 + [640, 400])


def while_the_feed_is_away(city: City) -> None:
    """From noon to midnight of a day of the first week, and for sixteen hours of another, nobody is told of."""
    away = {5: 12, 15: 8}
    for day in range(18):
        for at in city.times(day, 400):
            hour = (at - BEGAN) % DAY / HOUR
            if hour >= away.get(day, 24):
                continue
            person = city.book(at)
            if hour < 7:
                city.ask(at + 60, person)


def of_another_rhythm(city: City) -> None:
    """Everybody was told of by nine in the morning, and from a day on through all of it."""
    for day in range(24):
        for at in city.times(day, 400, (0, 9) if day < 20 else (0, 24)):
            person = city.book(at)
            if (at - BEGAN) % DAY < 7 * HOUR and (day >= 20 or city.dice.random() < 0.33):
                city.ask(at + 60, person)


def told_later(city: City) -> None:
    """Where somebody was born is told two hours after the booking; one of five is asked about, at any hour."""
    for day in range(9):
        for at in city.times(day, 100):
            person = city.book(at, incident=f"c-{city.people}")
            _, _, entry = city.log[-1]
            if isinstance(entry, Booking):
                bare = structs.replace(entry, attributes=structs.replace(entry.attributes, birthplace_foreign=None))
                city.log[-1] = (at, len(city.log) - 1, bare)
                city.add(at + 2 * HOUR, entry)
            if city.dice.random() < 0.2:
                city.ask(at + float(city.dice.uniform(0.1, 20)) * HOUR, person, int(city.dice.integers(4)))


PARTNERS: tuple[Callable[[City], None], ...] = (
    at_night, each_morning, as_they_come, men_first, in_season, of_some_statutes, by_number, again_and_again,
    after_an_outage, checked_by_name, cases_dealt_out, at_night_by_number, before_the_feed, after_a_pilot,
    after_a_long_outage, without_weekends_at_first, in_restless_weeks, in_a_busy_night, while_the_feed_is_away,
    of_another_rhythm, told_later,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("works", PARTNERS)
def test_an_honest_partner_of_an_unusual_kind_is_left_alone(works: Callable[[City], None], seed: int) -> None:
    city = City(seed)
    works(city)

    assert city.acting() == []

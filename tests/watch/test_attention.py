"""Somebody whom many look at without being handed them: what falls, what does not, and how rarely chance does it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from pars.ledger.entry import Private
from pars.watch.attention import FEWEST, MONTH, TIMES, WEEK, Attention, Drawn
from pars.watch.evidence import DAYS_A_YEAR, SECONDS_A_DAY
from pars.watch.feed import Heard
from pars.watch.own_people import NotedLook, OwnPeople
from pars.watch.parameters import OWN_PEOPLE_NOTED_A_YEAR, Detector

DAY = SECONDS_A_DAY
PAST = MONTH + WEEK
HOUR = DAY / 24


def drawn(made: Attention, arrest: str, many: int, at: float, first: int = 0) -> list[Drawn]:
    """So many accounts look at an arrest, a minute after another."""
    told: list[Drawn] = []
    for place in range(many):
        told += made.look(f"u-{first + place}", [arrest], at + 60 * place)
    return told


def with_a_past(looks: int, days: float = PAST + DAY) -> Attention:
    """An arrest a day for some time, each looked at by so many."""
    made = Attention()
    for day in range(int(days / DAY)):
        made.write(f"a-{day}", day * DAY)
        drawn(made, f"a-{day}", looks, day * DAY + HOUR)
    return made


def test_an_arrest_at_which_far_more_look_than_at_any_of_the_month_before_is_told_once() -> None:
    made = with_a_past(looks=4)
    made.write("known", PAST + DAY)

    told = drawn(made, "known", TIMES * 4, PAST + DAY + HOUR)
    tipped = drawn(made, "known", 30, PAST + DAY + 2 * HOUR, first=100)

    assert told == []
    assert tipped == [Drawn(TIMES * 4 + 1, PAST + DAY + HOUR, 4)]


def test_fewer_than_a_crowd_are_none_however_quiet_the_month_was() -> None:
    made = with_a_past(looks=0)
    made.write("known", PAST + DAY)

    assert drawn(made, "known", FEWEST - 1, PAST + DAY + HOUR) == []
    assert [one.many for one in drawn(made, "known", 1, PAST + DAY + 2 * HOUR, first=100)] == [FEWEST]


def test_one_account_that_looks_again_and_again_is_one() -> None:
    made = with_a_past(looks=0)
    made.write("known", PAST + DAY)

    told = [one for place in range(50) for one in made.look("u-1", ["known"], PAST + DAY + 60 * place)]

    assert told == []


@pytest.mark.parametrize(
    ("age", "falls"), [(WEEK - HOUR, True), (WEEK + HOUR, False)], ids=["within-its-week", "after-it"]
)
def test_looks_count_for_a_week_after_an_arrest_was_written_down(age: float, falls: bool) -> None:  # noqa: FBT001
    made = with_a_past(looks=0)
    made.write("known", PAST + DAY)

    assert bool(drawn(made, "known", 30, PAST + DAY + age)) is falls


def test_without_a_past_nothing_is_told_and_what_is_too_young_to_compare_with_is_not_compared_with() -> None:
    short = with_a_past(looks=0, days=PAST - DAY)
    short.write("known", PAST - DAY)
    made = with_a_past(looks=0)
    for place in range(5):  # others of this week are looked at by many as well: each is told for itself
        made.write(f"other-{place}", PAST + DAY)

    assert drawn(short, "known", 30, PAST) == []
    assert [len(drawn(made, f"other-{place}", 30, PAST + DAY + HOUR)) for place in range(5)] == [1] * 5


def test_what_is_remembered_does_not_grow_with_the_log() -> None:
    made = with_a_past(looks=3, days=400 * DAY)

    assert len(made._seen) <= (MONTH + 2 * WEEK) / DAY + 1


@pytest.mark.parametrize("tail", [1.1, 3.0], ids=["wild", "tame"])
def test_on_honest_people_it_falls_no_more_often_than_is_said_however_uneven_the_counts_are(
    tail: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts of any tail, every other margin taken away: the rank alone keeps the bound."""
    monkeypatch.setattr("pars.watch.attention.TIMES", 1)
    monkeypatch.setattr("pars.watch.attention.FEWEST", 1)
    dice, years, fallen = np.random.default_rng(11), 6, 0
    made = Attention()
    for place in range(int(years * DAYS_A_YEAR * 3)):
        at = place * DAY / 3
        made.write(f"a-{place}", at)
        many = min(300, int(dice.pareto(tail) * 3))
        fallen += len(drawn(made, f"a-{place}", many, at))

    assert 0 < fallen / years <= OWN_PEOPLE_NOTED_A_YEAR


# from the ledger


BEGAN = datetime(2026, 3, 2, tzinfo=UTC)


def entry(verb: str, days: float, account: str | None, arrest: str, *, outside: tuple[str, ...] = ()) -> Heard:
    """What the ledger holds of a booking, or of a look at one arrest."""
    if account is None:
        private = Private(commits={"arrest": arrest})
    else:
        private = Private(details={"arrests": [arrest], "outside": list(outside)})
    return Heard(0, verb, BEGAN + timedelta(days=days), {}, account, private, f"e-{days}-{account}")


def heard(*entries: Heard) -> list[NotedLook]:
    """The notes that fall after 39 days of an arrest each, at which nobody looked, and these entries."""
    made = OwnPeople()
    past = [entry("arrest.recorded", day, None, f"a-{day}") for day in range(39)]
    return [note for one in (*past, *entries) for note in made.hear(one)]


def test_whoever_has_an_arrest_on_the_own_desk_is_not_counted_and_whoever_has_not_is() -> None:
    known = entry("arrest.recorded", 39, None, "known")
    at_work = [entry("arrest.shown", 39.1, f"u-{place}", "known") for place in range(30)]
    outside = [entry("arrest.shown", 39.1, f"u-{place}", "known", outside=("desk",)) for place in range(5)]
    searched = [entry("search.shown", 39.2, f"u-{place}", "known") for place in range(3, FEWEST)]

    assert heard(known, *at_work) == []
    [note] = heard(known, *at_work, *outside, *searched)
    assert (note.detector, note.account, note.many) == (Detector.ATTENTION, f"u-{FEWEST - 1}", FEWEST)
    assert note.entry == searched[-1].entry
    assert "known" not in note.evidence

"""Whom rows show, and from which instant until which: by what a log says, and by what entries say of a case."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.sharing.agreement import Rows
from pars.watch.lines import Attributes, Booking
from pars.watch.showing import HORIZON_DAYS, NOTHING, Case, Place, Showing, Telling, read, written

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAID = Attributes(surname="Doe", charge_class="13", incident="i-1", neighbourhood="22")
FELONY, MISDEMEANOR, BOTH = frozenset({"felony"}), frozenset({"misdemeanor"}), frozenset({"felony", "misdemeanor"})
FELONIES = Rows(charge_class=("felony",))
Heard = tuple[datetime, Case]


def case(classes: frozenset[str] | None, person: str = "p-1", **steps: datetime) -> Case:
    """Somebody charged when the story begins, with these classes; further steps by name."""
    return Case(person, SAID, classes, {"charged": BEGAN, **steps})


def told(rows: Sequence[Rows], *heard: Heard, until: datetime | None = None) -> list[tuple[timedelta, str | None]]:
    """When after the beginning who is told of, and by which class; None where nothing is said any more."""
    return [(at - BEGAN, None if one.attributes == NOTHING else one.attributes.charge_class) for at, one in lines(
        Telling(rows), heard, until)]  # fmt: skip


def lines(
    telling: Telling, heard: Sequence[Heard], until: datetime | None = None
) -> Iterator[tuple[datetime, Booking]]:
    """The lines of a case's entries, and of what comes by itself."""
    for at, one in heard:
        yield from telling.hear(at, one)
    if until is not None:
        yield from telling.due(until)


@pytest.mark.parametrize("classes", [None, frozenset(), FELONY, BOTH])
@pytest.mark.parametrize("compared", ["13", ""])
@pytest.mark.parametrize("steps", ["", "0", "3"])
def test_a_class_reads_as_it_was_written(classes: frozenset[str] | None, compared: str, steps: str) -> None:
    assert read(written(classes, compared, steps)) == (classes, compared, steps)


@pytest.mark.parametrize("word", ["drug", "", None, "13/felony", "assault/battery", "felony@2", "@", "/@"])
def test_a_word_that_says_no_grade_is_a_class_like_any(word: str | None) -> None:
    known = read(word)

    assert known.compared == (word or "") or known.classes == frozenset()
    assert known.classes in {None, frozenset()}


def test_a_log_that_says_the_agreements_own_words_is_narrowed_by_them() -> None:
    showing = Showing({"a": FELONIES, "b": Rows(charge_class=("drug",), district=("22",))})

    shown = {
        word: showing.shows(Attributes(charge_class=word, neighbourhood="22"))
        for word in ("felony", "misdemeanor", "drug", "felony+misdemeanor/13", "summary/90", "/13", "felony/13@0")
    }

    assert shown == {
        "felony": True,
        "misdemeanor": False,
        "drug": True,
        "felony+misdemeanor/13": True,
        "summary/90": False,
        "/13": False,
        "felony/13@0": False,
    }


def test_a_word_that_nobody_knows_narrows_nobody_and_a_district_still_does() -> None:
    showing = Showing({"a": Rows(charge_class=("felony",), district=("22",))})

    assert showing.shows(Attributes(charge_class="arson", neighbourhood="22"))
    assert showing.shows(Attributes(neighbourhood="22"))
    assert not showing.shows(Attributes(charge_class="arson", neighbourhood="7"))


def test_two_are_compared_within_a_class_only_where_the_same_purposes_show_both() -> None:
    showing = Showing({"a": FELONIES, "b": Rows()})

    places = [
        showing.place(Attributes(charge_class=one)) for one in ("felony/13", "felony+misdemeanor/13", "summary/13")
    ]

    assert places[0] == places[1]
    assert places[0] != places[2]
    assert {one.compared for one in places} == {"13"}
    assert Showing({}).place(Attributes(charge_class="felony/13")) == Place("13", "")


def test_somebody_is_told_of_when_charged_and_again_when_other_grades_stand_until_none_does() -> None:
    heard = (
        (BEGAN, case(BOTH)),
        (BEGAN + HOUR, case(BOTH)),
        (BEGAN + DAY, case(MISDEMEANOR)),
        (BEGAN + 2 * DAY, case(frozenset())),
    )

    assert told([FELONIES], *heard) == [
        (0 * HOUR, "felony+misdemeanor/13"),
        (DAY, "misdemeanor/13"),
        (2 * DAY, None),
    ]


def test_a_delay_is_over_so_long_after_the_step_and_not_before_its_entry() -> None:
    rows = [Rows(delay_hours=24)]
    late = case(FELONY, charged=BEGAN - 20 * HOUR)
    very_late = case(FELONY, charged=BEGAN - 90 * HOUR)

    assert told(rows, (BEGAN, case(FELONY)), until=BEGAN + 23 * HOUR) == []
    assert told(rows, (BEGAN, case(FELONY)), until=BEGAN + 24 * HOUR) == [(24 * HOUR, "13")]
    assert told(rows, (BEGAN, late), until=BEGAN + DAY) == [(4 * HOUR, "13")]
    assert told(rows, (BEGAN, very_late)) == [(0 * HOUR, "13")]


def test_a_step_or_a_reduced_grade_that_makes_no_difference_to_the_rows_tells_nothing() -> None:
    heard = ((BEGAN, case(BOTH)), (BEGAN + HOUR, case(MISDEMEANOR, arraigned=BEGAN)), (BEGAN + DAY, case(frozenset())))

    assert told([Rows()], *heard) == [(0 * HOUR, "13"), (DAY, None)]


def test_whose_charge_fell_before_the_delay_was_over_is_never_told_of() -> None:
    heard = ((BEGAN, case(FELONY)), (BEGAN + HOUR, case(frozenset())))

    assert told([Rows(delay_hours=24)], *heard, until=BEGAN + 2 * DAY) == []


@pytest.mark.parametrize("rows", [Rows(after="arraigned"), Rows(status=("arraigned", "disposed"))])
def test_who_is_shown_after_a_step_counts_before_it_and_is_shown_from_it_on(rows: Rows) -> None:
    heard = ((BEGAN, case(FELONY)), (BEGAN + HOUR, case(FELONY, arraigned=BEGAN + HOUR)))

    found = told([rows], *heard)

    assert found == [(0 * HOUR, "felony/13@0"), (HOUR, "felony/13@1")]
    assert [Showing({"a": rows}).shows(Attributes(charge_class=word)) for _, word in found] == [False, True]


def test_purposes_with_other_steps_are_told_apart() -> None:
    rows = [Rows(), Rows(after="arraigned", delay_hours=2)]
    heard = ((BEGAN, case(FELONY)), (BEGAN + HOUR, case(FELONY, arraigned=BEGAN + HOUR)))

    assert told(rows, *heard, until=BEGAN + DAY) == [(0 * HOUR, "felony/13@1"), (3 * HOUR, "felony/13@3")]


def test_rows_for_whoever_is_held_count_everybody_who_is_charged() -> None:
    assert told([Rows(status=("held",))], (BEGAN, case(FELONY))) == [(0 * HOUR, "13")]


def test_where_no_entry_said_a_grade_nobody_is_evidence_for_an_agreement_about_grades() -> None:
    telling, without = Telling([FELONIES, Rows()]), Telling([Rows()])

    ((_, one),) = telling.hear(BEGAN, case(None))
    ((_, other),) = without.hear(BEGAN, case(None))

    assert one.attributes == Attributes(charge_class="13", incident="i-1")
    assert other.attributes == SAID


def test_a_charge_that_falls_after_the_horizon_tells_of_nobody() -> None:
    after = BEGAN + timedelta(days=HORIZON_DAYS + 1)

    assert told([Rows()], (BEGAN, case(BOTH)), (after, case(BOTH, arraigned=after))) == [(0 * HOUR, "13")]
    assert told([Rows()], (BEGAN, case(BOTH)), (after, case(frozenset()))) == [(0 * HOUR, "13")]


STEPS = st.sampled_from(["certified", "listed", "arraigned", "disposed"])
CLASSES = st.sampled_from([FELONY, MISDEMEANOR, BOTH, frozenset(), None])
ROWS = st.builds(
    Rows,
    status=st.sampled_from([("charged",), ("arraigned",), ("disposed",), ("arraigned", "held")]),
    after=st.sampled_from(["charged", "certified", "listed", "arraigned", "disposed"]),
    delay_hours=st.sampled_from([0, 3, 30]),
    charge_class=st.sampled_from([(), ("felony",), ("misdemeanor", "summary")]),
    district=st.sampled_from([(), ("22",), ("7",)]),
)
EVENTS = st.lists(st.tuples(st.integers(0, 20), STEPS | CLASSES, st.integers(0, 5)), max_size=8)


@given(st.lists(ROWS, min_size=1, max_size=3), EVENTS, st.integers(0, 80))
def test_whoever_is_told_of_last_is_shown_by_exactly_the_purposes_that_show_them_then(
    rows: list[Rows], events: list[tuple[int, str | frozenset[str] | None, int]], wait: int
) -> None:
    """Judged anew at one instant from all that is known, as the wall does (sharing.shown_under)."""
    telling, at = Telling(rows), BEGAN
    taken, classes = {"charged": BEGAN}, FELONY
    found = list(telling.hear(at, Case("p-1", SAID, classes, dict(taken))))
    for hours, what, before in events:
        at += hours * HOUR
        if isinstance(what, str):
            taken.setdefault(what, at - before * HOUR)
        else:
            classes = FELONY if what is None else what
        found += telling.hear(at, Case("p-1", SAID, classes, dict(taken)))
    at += wait * HOUR
    found += telling.due(at)

    last = found[-1][1].attributes if found else NOTHING
    shown = last != NOTHING and Showing({str(place): one for place, one in enumerate(rows)}).shows(last)
    assert shown == any(_shown(one, classes, taken, at) for one in rows)


def _shown(rows: Rows, classes: frozenset[str], taken: dict[str, datetime], at: datetime) -> bool:
    status = any(word in {"charged", "held"} or word in taken for word in rows.status)
    step = rows.after in taken and taken[rows.after] + timedelta(hours=rows.delay_hours) <= at
    of_class = bool(classes & set(rows.charge_class)) if rows.charge_class else bool(classes)
    return status and step and of_class and (not rows.district or SAID.neighbourhood in rows.district)

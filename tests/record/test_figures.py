"""Figures of a month: right where they are shown, and no small number shown or left to be worked out."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pars.record.figures import LEAST, TOTAL, Case, figures, held_back
from pars.record.groups import FIGURES, Counted, court, groups

AT = datetime(2026, 11, 3, 2, tzinfo=UTC)


def case(site: str, hours: float, **other: object) -> Case:
    """An arrest that came before a magistrate after so many hours."""
    known = {"owed_at": None, "left_at": None, "exit": "none", "charging": "charged", "hospital": False, **other}
    return Case(site, AT, AT, AT + timedelta(hours=hours), **known)  # type: ignore[arg-type] # rows of a test


def test_a_month_is_counted_and_waits_are_measured() -> None:
    rows = [case("D18", hours) for hours in range(1, 41)] + [case("D22", 9, exit="declined") for _ in range(12)]
    rows += [case("D24", 5, bail="monetary", amount=1000 * n) for n in range(1, 12)]

    found = {one.name: one for one in figures(rows)}

    assert found["Arrests"].cells == {"D18": 40, "D22": 12, "D24": 11, TOTAL: 63}
    assert found["Arrest to magistrate: median"].cells["D18"] == 21
    assert found["Arrest to magistrate: nine in ten within"].cells["D18"] == 37
    assert found["Arrest to magistrate: over 20 hours"].cells == {"D18": 50.0, "D22": None, "D24": None, TOTAL: 31.7}
    assert found["Declined in full"].cells[TOTAL] == 12
    assert found["Monetary bail: median amount"].cells["D24"] == 6000
    assert all(one.quality for one in found.values())


def test_nothing_is_shown_of_a_month_with_nine_people() -> None:
    found = figures([case("D18", 3)] * 9)

    assert {value for one in found for value in one.cells.values()} == {None}


@given(st.dictionaries(st.sampled_from([f"D{n:02}" for n in range(1, 12)]), st.integers(0, 40), min_size=1))
def test_no_count_under_ten_is_shown_or_follows_from_what_is(counts: dict[str, int]) -> None:
    whole = {**counts, TOTAL: sum(counts.values())}

    shown = held_back(whole)

    assert all(value is None or value == whole[site] for site, value in shown.items())
    assert all(whole[site] >= LEAST for site, value in shown.items() if value is not None)
    hidden = [site for site in counts if shown[site] is None]
    if shown[TOTAL] is not None and hidden:
        assert len(hidden) > 1


WORDS_OF = {
    "sex": ["M", "F", "U"],
    "race": ["W", "B", "A", "U"],
    "ethnicity": ["H", "N", "U"],
    "age": ["under 25", "unknown"],
}


@given(st.data())
def test_no_group_shows_a_count_under_ten_or_lets_one_be_worked_out(data: st.DataObject) -> None:
    rows = [
        Counted(kind, word, figure, data.draw(st.integers(0, 40)))
        for kind, words in WORDS_OF.items()
        for word in words
        for figure in FIGURES
    ]

    for group in groups(rows):
        assert len(group.figures) == len(FIGURES)
        for one in group.figures:
            shown = {word: value for word, value in one.cells.items() if value is not None}
            assert all(value >= LEAST for value in shown.values())
            hidden = [word for word in group.groups if one.cells.get(word) is None]
            assert one.quality
            if TOTAL in shown and hidden:
                assert len(hidden) > 1


@given(st.integers(0, 40), st.integers(0, 40))
def test_what_the_court_did_is_shown_with_ten_on_either_side_alone(yes: int, no: int) -> None:
    rows = [Counted("court", "yes", "counsel", yes), Counted("court", "no", "counsel", no)]

    one = court(rows)[0]

    shown = (yes, yes + no) if min(yes, no) >= LEAST else (None, None)
    assert (one.cells[TOTAL], one.of[TOTAL]) == shown

"""Reading NIBRS arrestee rows: our words, and particulars that are made up but hold to what the row says."""

import contextlib
import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.errors import BadInput
from pars.record.identifiers import Badge, DcNumber, Statute
from pars.record.nibrs import COLUMNS, read
from pars.record.offences import CATALOGUE, NIBRS_CODES
from pars.record.person import age_on, sound_key

TODAY = date(2026, 3, 1)
ROW = {
    **dict.fromkeys(COLUMNS, ""),
    "agency": "agency_A",
    "segment": "7",
    "action": "A",
    "arrest_month": "2019-05",
    "weekday": "Thu",
    "arrest_type": "O",
    "ucr_offense": "90D",
    "armed_with": "01",
    "age": "42",
    "sex": "M",
    "race": "W",
    "ethnicity": "N",
    "resident": "R",
}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _with(**codes: str) -> dict[str, str]:
    return {**ROW, **codes}


@given(
    year=st.integers(1999, 2025),
    month=st.integers(1, 12),
    weekday=st.sampled_from(DAYS),
    age=st.integers(1, 99),
    number=st.integers(2, 3_000_000),
    seed=st.text(max_size=10),
)
def test_what_is_made_up_holds_to_what_the_row_says(
    year: int, month: int, weekday: str, age: int, number: int, seed: str
) -> None:
    row = _with(arrest_month=f"{year}-{month:02d}", weekday=weekday, age=f"{age:02d}")

    one = read(row, number, before=TODAY, seed=seed)

    assert (one.arrested_on.year, one.arrested_on.month) == (year, month)
    assert DAYS[one.arrested_on.weekday()] == weekday
    assert one.birth_date is not None
    assert age_on(one.birth_date, one.arrested_on) == age
    assert DcNumber.parse(one.dc_number) == one.dc_number
    assert Badge.parse(one.badge) == one.badge
    assert one.surname.endswith("-Invented")
    assert one == read(row, number, before=TODAY, seed=seed), "the same row of the same file is the same person"


@pytest.mark.parametrize("day", [date(2020, 2, 29), date(2019, 2, 28), date(2019, 3, 1)])
def test_ages_hold_about_a_leap_day(day: date) -> None:
    row = _with(arrest_month=f"{day:%Y-%m}", weekday=f"{day:%a}", age="18")

    ages = {
        age_on(one.birth_date, one.arrested_on)
        for number in range(2, 3_000)
        if (one := read(row, number, before=TODAY, seed="leap")).birth_date and one.arrested_on == day
    }

    assert ages == {18}


def test_no_two_rows_of_a_file_share_a_name_and_neighbours_do_not_sound_alike() -> None:
    people = [read(ROW, number, before=TODAY, seed="file") for number in range(2, 3_002)]

    assert len({one.surname for one in people}) == len(people)
    assert len({one.dc_number for one in people}) == len(people)
    alike = sum(sound_key(a.surname) == sound_key(b.surname) for a, b in itertools.pairwise(people))
    assert alike < len(people) / 100


def test_another_file_gives_other_people() -> None:
    one, other = (read(ROW, 2, before=TODAY, seed=seed) for seed in ("one", "other"))

    assert one.surname != other.surname


def test_everything_made_up_is_named() -> None:
    made_up = {"arrested_at", "place", "dc_number", "officers", "surname", "given", "statute", "grade", "counts"}

    assert set(read(ROW, 2, before=TODAY, seed="s").synthetic) == made_up | {"birth_date"}
    assert set(read(_with(age="00"), 2, before=TODAY, seed="s").synthetic) == made_up


@pytest.mark.parametrize("code", NIBRS_CODES)
def test_every_offence_code_keeps_itself_and_finds_a_section(code: str) -> None:
    one = read(_with(ucr_offense=code.lower()), 2, before=TODAY, seed="s")

    assert one.nibrs == code
    assert Statute.parse(one.statute) in CATALOGUE


@pytest.mark.parametrize(("code", "kind"), [("O", "on-view"), ("T", "warrant"), ("S", "summons")])
def test_the_arrest_type_is_our_kind(code: str, kind: str) -> None:
    assert read(_with(arrest_type=code), 2, before=TODAY, seed="s").kind == kind


def test_blanks_are_unknown() -> None:
    one = read(_with(race=" ", ethnicity=" ", resident=" ", armed_with=" "), 2, before=TODAY, seed="s")

    assert (one.race, one.ethnicity, one.lives_in_city, one.weapon) == ("U", "U", "unknown", None)


@pytest.mark.parametrize(
    ("codes", "weapon"),
    [
        ({"armed_with": "16"}, "lethal cutting instrument"),
        ({"armed_with": "13", "automatic": "A"}, "rifle, automatic"),
        ({"armed_with": "01"}, None),
    ],
)
def test_weapons_are_said_in_words(codes: dict[str, str], weapon: str | None) -> None:
    assert read(_with(**codes), 2, before=TODAY, seed="s").weapon == weapon


@pytest.mark.parametrize(
    ("code", "least", "most"), [("NN", 1, 1), ("NB", 1, 6), ("BB", 7, 364), ("2530", 27 * 365, 28 * 366)]
)
def test_infants_and_ranges_have_a_birth_date_that_fits(code: str, least: int, most: int) -> None:
    one = read(_with(age=code), 2, before=TODAY, seed="s")

    assert one.birth_date is not None
    assert timedelta(days=least) <= one.arrested_on - one.birth_date <= timedelta(days=most)


def test_an_unknown_age_has_no_birth_date() -> None:
    assert read(_with(age="00"), 2, before=TODAY, seed="s").birth_date is None


def test_a_day_of_the_running_month_is_never_one_to_come() -> None:
    row = _with(arrest_month="2026-02", weekday="Thu")

    days = {read(row, number, before=date(2026, 2, 13), seed="s").arrested_on for number in range(2, 50)}

    assert days == {date(2026, 2, 5), date(2026, 2, 12)}


REFUSED = {
    "a deletion": ({"action": "D"}, "action D deletes"),
    "a replacement": ({"action": "R"}, "action R replaces"),
    "an unknown action": ({"action": "9"}, "action holds a code"),
    "an unknown segment": ({"segment": "5"}, "segment holds a code"),
    "an unknown arrest type": ({"arrest_type": "9"}, "arrest_type holds a code"),
    "an unknown offence": ({"ucr_offense": "13Z"}, "no NIBRS offense code"),
    "no offence": ({"ucr_offense": ""}, "no NIBRS offense code"),
    "an unknown weapon": ({"armed_with": "18"}, "armed_with holds a code"),
    "an automatic knife": ({"armed_with": "16", "automatic": "A"}, "automatic is for firearms"),
    "an unknown sex": ({"sex": "X"}, "sex holds a code"),
    "an unknown race": ({"race": "Q"}, "race holds a code"),
    "an unknown ethnicity": ({"ethnicity": "Q"}, "ethnicity holds a code"),
    "an unknown residence": ({"resident": "Q"}, "resident holds a code"),
    "an unknown disposition": ({"age": "15", "disp_under18": "Q"}, "disp_under18 holds a code"),
    "a child's disposition for a grown person": ({"disp_under18": "R"}, "under 18"),
    "a child of unknown age": ({"age": "00", "disp_under18": "H"}, "state the age"),
    "an age in words": ({"age": "old"}, "age is in full years"),
    "a range the wrong way round": ({"age": "3025"}, "age is in full years"),
    "no month": ({"arrest_month": "2019-13"}, "arrest_month is a year and a month"),
    "no weekday": ({"weekday": "Day"}, "weekday is one of"),
    "a month to come": ({"arrest_month": "2027-01"}, "has passed yet"),
    "the first day of the running month": ({"arrest_month": "2026-03", "weekday": "Sun"}, "has passed yet"),
}


@pytest.mark.parametrize(("codes", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_with_its_column(codes: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read(_with(**codes), 2, before=TODAY, seed="s")


@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, st.text(max_size=6))))
def test_a_row_of_nonsense_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        read(row, 2, before=TODAY, seed="s")


@given(st.data())
def test_one_odd_code_in_a_good_row_is_refused_or_read(data: st.DataObject) -> None:
    column = data.draw(st.sampled_from(COLUMNS))
    row = _with(**{column: data.draw(st.text(max_size=8))})

    with contextlib.suppress(BadInput):  # any other error is the failure that this looks for
        assert read(row, 2, before=TODAY, seed="s").arrested_on < TODAY

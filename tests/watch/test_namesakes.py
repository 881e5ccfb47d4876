"""Names of accounts beside names of people: what is noted, what says nothing, and how rarely chance does it."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.watch import surnames
from pars.watch.evidence import DAYS_A_YEAR, SECONDS_A_DAY
from pars.watch.namesakes import OFTEN, Called, Namesakes, Noted, _House, account_called, person_called
from pars.watch.parameters import BY_NAME, GIVEN_NAME_AT_MOST, SURNAME_AT_MOST, Detector
from pars.watch.simulate import drawn_name

NOON = 20_700.5 * SECONDS_A_DAY
MINUTE = 60.0
AGENCY = "Example County Sheriff"


def watched(*named: str) -> Namesakes:
    """A watch that knows these accounts of one agency, u-0, u-1 and so on, by their names."""
    made = Namesakes()
    for place, name in enumerate(named):
        made.name(f"u-{place}", AGENCY, name, NOON)
    return made


def touched(made: Namesakes, *people: tuple[str, str], by: str = "u-0", at: float = NOON) -> list[Noted]:
    """Somebody of each surname and given name is booked and shown to an account, a minute after the one before."""
    told: list[Noted] = []
    for place, (surname, given_name) in enumerate(people):
        called = person_called(surname, given_name)
        if called is not None:
            made.book(f"p-{surname}-{given_name}-{at}-{place}", called, at + MINUTE * place)
        told += made.touch(by, [f"p-{surname}-{given_name}-{at}-{place}"], at + MINUTE * place)
    return told


# what somebody is called


@pytest.mark.parametrize(
    ("full_name", "given_name", "words"),
    [
        ("Rosalind Quillfeather", "ROSALIND", {"QUILLFEATHER"}),
        ("  rosalind   QUILLFEATHER ", "ROSALIND", {"QUILLFEATHER"}),
        ("Quillfeather, Rosalind", "ROSALIND", {"QUILLFEATHER"}),
        ("Dr. Rosalind M. Quillfeather Jr.", "ROSALIND", {"QUILLFEATHER"}),
        ("José de la Peña-Ruiz", "JOSE", {"PENA", "RUIZ"}),
        ("Ann Mary O’Neil", "ANN", {"MARY", "ONEIL"}),
    ],
)
def test_a_full_name_is_its_first_word_and_all_others(full_name: str, given_name: str, words: set[str]) -> None:
    assert account_called(full_name) == Called(given_name, frozenset(words))


@pytest.mark.parametrize("full_name", ["", "Rosalind", "R. Q.", "李 小龍", ",", "Quillfeather,"])
def test_what_is_not_two_words_is_no_name(full_name: str) -> None:
    assert account_called(full_name) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_a_name_or_none(one: str, other: str) -> None:
    for called in (account_called(one), person_called(one, other)):
        assert called is None or (called.surnames and all(len(word) > 1 for word in called.surnames))


# what is noted


def test_ones_own_name_is_noted_at_once_and_once() -> None:
    made = watched("Rosalind Quillfeather", "Ada Merriweather")

    first = touched(made, ("Quillfeather", "Rosalind Mary"))
    again = touched(made, ("Quillfeather", "Rosalind"), at=NOON + MINUTE)

    assert [(one.detector, one.account, one.many) for one in first] == [(Detector.OWN_NAME, "u-0", 1)]
    assert first[0].since == NOON
    assert again == []


def test_relatives_are_noted_and_a_stranger_in_between_is_not() -> None:
    made = watched("Rosalind Quillfeather")
    family = [("Quillfeather", name) for name in ("Ada", "Bertram", "Cecily")]

    told = touched(made, ("Merriweather", "Ada"), *family)

    assert [one.detector for one in told] == [Detector.OWN_SURNAME]
    assert told[0].many <= len(family)


def test_a_colleagues_name_is_noted_and_ones_own_is_no_colleagues() -> None:
    made = watched("Rosalind Quillfeather", "Ada Merriweather")

    told = touched(made, ("Merriweather", "Ada"))

    assert [(one.detector, one.account) for one in told] == [(Detector.COLLEAGUE, "u-0")]


def test_an_account_that_asks_rarely_is_noted_in_the_midst_of_busy_ones() -> None:
    """A month after it was named it touches for the first time; or a month after its last touch, once again."""
    busy = [("Ainsworthy", "Ada")] * 30
    for first_before in (False, True):
        made = watched("Rosalind Quillfeather", "Ada Merriweather")
        if first_before:
            touched(made, ("Thistlewood", "Ada"))
        touched(made, *busy, by="u-1", at=NOON + 30 * SECONDS_A_DAY)

        told = touched(made, ("Quillfeather", "Rosalind"), at=NOON + 30 * SECONDS_A_DAY + 31 * MINUTE)

        assert [one.detector for one in told] == [Detector.OWN_NAME], first_before


@given(st.lists(st.tuples(st.floats(0, 9), st.integers(0, 4), st.booleans()), min_size=1, max_size=40))
def test_mass_is_given_away_once_whoever_touches(turns: list[tuple[float, int, bool]]) -> None:
    house, at, given_away = _House(), NOON, 0.0
    called = Called("ADA", frozenset({"MERRIWEATHER"}))
    for days, account, anew in turns:
        at += days * SECONDS_A_DAY
        if anew or f"u-{account}" not in house.accounts:
            house.enter(f"u-{account}", called, at)
        house.goes_by(at)
        given_away += house.taken(f"u-{account}")

    assert given_away <= sum(days for days, *_ in turns[1:]) + 1 + 1e-9


def test_a_common_name_says_less() -> None:
    rare, common = watched("Rosalind Quillfeather"), watched("Rosalind Smith")

    of_rare = touched(rare, ("Quillfeather", "Rosalind"))[0].evidence
    of_common = touched(common, ("Smith", "Rosalind"))

    assert not of_common or of_common[0].evidence < of_rare / 10


def test_whom_one_has_been_shown_before_is_nobody_new() -> None:
    made = watched("Rosalind Quillfeather")
    called = person_called("Quillfeather", "Ada")
    assert called is not None
    made.book("p-1", called, NOON)

    told = [one for minute in range(50) for one in made.touch("u-0", ["p-1"], NOON + minute * MINUTE)]

    assert len(told) <= 1
    assert all(one.many == 1 for one in told)


# what says nothing


def test_an_account_without_a_name_a_person_without_one_and_nobody_say_nothing() -> None:
    made = watched("Rosalind Quillfeather")
    mine = ("Quillfeather", "Rosalind")

    assert touched(made, mine, by="unnamed") == []
    assert made.touch("u-0", ["never booked"], NOON) == ()
    assert made.touch("u-0", [], NOON) == ()
    assert touched(made, ("", "Rosalind")) == []
    assert touched(watched("Quillfeather"), mine) == []


def test_another_agencys_people_are_no_colleagues() -> None:
    made = watched("Rosalind Quillfeather")
    made.name("elsewhere", "Another Agency", "Ada Merriweather", NOON)

    assert touched(made, ("Merriweather", "Ada")) == []


def test_a_new_name_takes_the_place_of_the_old_one_and_what_is_no_name_makes_unknown() -> None:
    made = watched("Rosalind Quillfeather", "Ada Merriweather")
    made.name("u-0", AGENCY, "Rosalind Merriweather", NOON)
    made.name("u-1", AGENCY, "—", NOON)

    assert touched(made, ("Quillfeather", "Rosalind"), ("Ainsworthy", "Ada")) == []
    assert [one.detector for one in touched(made, ("Merriweather", "Rosalind"), at=NOON + MINUTE * 9)] == [
        Detector.OWN_NAME
    ]


def test_a_corrected_name_is_the_one_that_counts() -> None:
    made = watched("Rosalind Quillfeather")
    for name in ("Quillfeather", "Merriweather"):
        called = person_called(name, "Rosalind")
        assert called is not None
        made.book("p-1", called, NOON)

    assert made.touch("u-0", ["p-1"], NOON) == []


def test_the_owners_put_evidence_away() -> None:
    made = watched("Rosalind Quillfeather")
    touched(made, ("Quillfeather", "Rosalind"))

    made.begin_anew("nobody of that name")
    assert touched(made, ("Quillfeather", "Rosalind"), at=NOON + MINUTE) == []
    made.begin_anew(AGENCY)
    assert touched(made, ("Quillfeather", "Rosalind"), at=NOON + 5 * SECONDS_A_DAY) != []


def test_who_was_booked_long_ago_is_forgotten() -> None:
    made = watched("Rosalind Quillfeather")
    called = person_called("Quillfeather", "Rosalind")
    assert called is not None
    made.book("p-1", called, NOON)
    made.book("p-2", Called("ADA", frozenset({"MERRIWEATHER"})), NOON + 200 * SECONDS_A_DAY)

    assert made.touch("u-0", ["p-1"], NOON + 200 * SECONDS_A_DAY) == ()


# the bound


@given(st.floats(0.000_01, 0.49), st.floats(0, 1))
def test_a_touch_within_the_chance_is_no_evidence_on_average(chance: float, part: float) -> None:
    for step in OFTEN:
        rate, true = chance + (1 - chance) * step, chance * part

        assert true * rate / chance + (1 - true) * (1 - rate) / (1 - chance) <= 1 + 1e-9


def test_no_surname_of_the_table_is_borne_by_more_than_the_bound_says() -> None:
    """The shares by which made-up cities draw are those of the census, as near as its order tells."""
    dice = np.random.default_rng(3)
    drawn = [drawn_name(dice)[0] for _ in range(20_000)]

    for surname in ("SMITH", "JOHNSON", "GARCIA", surnames.known()[99], surnames.known()[999]):
        bound = min(SURNAME_AT_MOST, surnames.borne_by_at_most(surname))
        assert drawn.count(surname) / len(drawn) <= bound
    assert surnames.borne_by_at_most("QUILLFEATHER") == surnames.borne_by_at_most(surnames.known()[-1])


def test_honest_accounts_are_noted_less_often_than_agreed() -> None:
    """Two honest partner-years in five sizes: names by their public frequencies, touches by chance alone."""
    noted, years = honest_years(range(1), days=150)

    assert years > 2
    assert all(many <= years for many in noted.values())


@pytest.mark.soak
def test_in_a_hundred_honest_years_names_are_noted_less_often_than_agreed() -> None:
    noted, years = honest_years(range(20), days=365)

    assert years > 99
    assert all(many <= years for many in noted.values())


def honest_years(seeds: range, days: int) -> tuple[dict[Detector, int], float]:
    """The notes that fell on five honest partners in each of some cities, and the years that they were watched."""
    noted = dict.fromkeys(BY_NAME, 0)
    sizes = ((2, 3), (4, 8), (8, 15), (20, 30), (60, 60))
    for seed in seeds:
        dice, made, person = np.random.default_rng(seed), Namesakes(), count()
        for agency, (accounts, _) in enumerate(sizes):
            for account in range(accounts):
                surname, given_name = drawn_name(dice)
                made.name(f"{agency}-{account}", str(agency), f"{given_name} {surname}", NOON)
        for day in range(days):
            for agency, (accounts, a_day) in enumerate(sizes):
                for at in np.sort(dice.uniform(0, SECONDS_A_DAY, dice.poisson(a_day))).tolist():
                    name, when = f"p-{next(person)}", NOON + day * SECONDS_A_DAY + at
                    called = person_called(*drawn_name(dice))
                    assert called is not None
                    made.book(name, called, when)
                    for one in made.touch(f"{agency}-{dice.integers(accounts)}", [name], when):
                        noted[one.detector] += 1
    return noted, len(seeds) * len(sizes) * days / DAYS_A_YEAR


def test_given_names_are_drawn_within_the_bound() -> None:
    dice = np.random.default_rng(5)
    drawn = [drawn_name(dice)[1] for _ in range(20_000)]

    assert max(drawn.count(one) for one in set(drawn)) / len(drawn) <= GIVEN_NAME_AT_MOST

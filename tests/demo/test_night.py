"""The whole night: each case is where its line says, and what a story does not tell is done as at the desks."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from pars import clock
from pars.actions.booking import ChargeGiven, NewArrest
from pars.actions.proving import lay_floor
from pars.clock import Pace
from pars.demo.author import Author
from pars.demo.cast import PARTS
from pars.demo.city import BACK_STORY, City, build_night
from pars.demo.night import CASES, NIGHT_FILE, Shown, read, stories
from pars.record.grading import questions
from pars.record.identifiers import Statute
from pars.record.offences import find
from pars.store.database import Store
from pars.store.installation import found
from pars.store.keys import Keys
from pars.store.migrate import migrate

SEED = 2026
END = datetime(2026, 11, 20, 7, tzinfo=UTC)
PRACTICE = Path(__file__).parents[2] / "docs/practice.md"


@dataclass(frozen=True)
class Night:
    """Those people of the night about whom more is done than their stories tell."""

    url: str
    city: City
    shown: list[Shown]


@pytest.fixture(scope="module")
def night(server_url: str, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """A city with the cases that do more than a story; the clock is put back afterwards."""
    name = f"pars_night_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    url = make_conninfo(server_url, dbname=name)
    migrate(url, keys)
    born = datetime.now(UTC)
    found(url, kind="demo", city="Sampleton", city_start=born - BACK_STORY, real_start=born, speed=1)
    data = tmp_path_factory.mktemp("night")
    before = clock._pace
    clock.keep(Pace(born - BACK_STORY, born))
    try:
        with Store(url, keys, ledger=data / "ledger") as store:
            lay_floor(store)
            more = [case for case in CASES if case.also is not None]
            city = build_night(store, url, data, seed=SEED, speed=1, cases=more)
            yield Night(url, city, read(data / NIGHT_FILE))
    finally:
        clock.keep(before)
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_some_forty_people_each_with_a_finding_and_somebody_of_the_cast_to_look() -> None:
    known = set(re.findall(r"^- \*\*(N\d+)\*\*", PRACTICE.read_text(encoding="utf-8"), re.MULTILINE))

    assert len(CASES) >= 35
    assert {finding for case in CASES for finding in case.findings.split(", ")} <= known
    assert {case.sign_in for case in CASES} <= {part.sign_in for part in PARTS}


@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_each_story_that_is_left_comes_to_where_it_is_left_before_the_night_is_over(seed: int) -> None:
    for case, story in stories(Author(Random(seed)), END):
        if case.left_after:
            assert story.left_after is not None, case
            assert story.beats[story.left_after - 1].verb == case.left_after
            assert story.beats[story.left_after - 1].at <= END, case


@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_whoever_is_to_choose_a_grade_finds_none_chosen_and_is_asked_the_facts(seed: int) -> None:
    ((_, told),) = stories(Author(Random(seed)), END, [case for case in CASES if case.findings == "N14"])

    first = told.beats[0].given
    (report,) = (beat.given for beat in told.beats if beat.verb == "write-report")
    assert isinstance(first, NewArrest)
    assert isinstance(report, Mapping)
    charges = [*first.charges, *msgspec.convert(report["charges"], list[ChargeGiven])]
    assert len(charges) > 1
    for charge in charges:
        assert charge.grade == ""
        assert questions(find(Statute.parse(charge.statute)))


def test_what_the_stories_do_not_tell_is_done_and_no_act_is_refused(night: Night) -> None:
    with psycopg.connect(night.url) as connection:
        people = connection.execute(
            "select (select count(*) from record.arrest), (select count(*) from protected.child)"
        ).fetchone()

    assert night.city.refused == 0
    assert [one.look for one in night.shown] == [case.look for case in CASES if case.also is not None]
    assert people == (len(night.shown) - 1, 1)  # one was found to be a child

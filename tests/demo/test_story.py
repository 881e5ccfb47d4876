"""Every planned story is a life that the table of steps allows, and together they go every way out."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
import pytest

from pars.actions.arraignment import BailGiven
from pars.actions.booking import NewArrest
from pars.actions.person_given import PersonGiven
from pars.clock import in_city
from pars.demo.author import A_DAY, CROWD_LEAST, CROWD_MOST, CROWD_WITHIN_MINUTES, HOURLY, SHARES, Author
from pars.demo.cast import PARTS
from pars.demo.chapters import OWED
from pars.demo.incidents import INCIDENTS
from pars.demo.names import GIVEN, SURNAMES
from pars.demo.story import Beat, Kind, Story
from pars.demo.ways import WAYS
from pars.record.arrest import IN_CUSTODY, Exit, Standing, after, may_take
from pars.record.bail import BailType, check
from pars.record.children import STEPS as CHILD_STEPS
from pars.record.children import TAKERS
from pars.record.offences import find
from pars.record.person import age_on
from pars.record.roles import Role
from pars.record.steps import STEPS

AT = datetime(2026, 9, 14, 22, 0, tzinfo=UTC)


def _dice(seed: int) -> Random:
    return Random(seed)


def _outcome(beat: Beat) -> str | None:
    given = beat.given
    if not beat.verb.startswith("arraign") or not isinstance(given, Mapping):
        return None
    if not given["probable_cause"]:
        return "no-probable-cause"
    bail = given["bail"]
    assert isinstance(bail, dict)
    return "released" if bail["type"] in OWED else "held-on-bail"


def _lived(story: Story) -> Standing:
    """The standing at the end; the table refuses an act out of order or by the wrong duty."""
    standing = Standing()
    for beat in story.beats:
        if step := STEPS.get(beat.verb):
            may_take(step, beat.role)
            standing = after(standing, step, _outcome(beat))
    return standing


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CROWD])
def test_the_table_of_steps_allows_every_story_of_a_kind(kind: Kind) -> None:
    author = Author(_dice(7))

    stories = [author.story(AT + timedelta(minutes=11 * n), kind) for n in range(60)]

    for story in stories:
        _lived(story)
        assert story.beats[0].verb == "record"
        assert [beat.at for beat in story.beats] == sorted(beat.at for beat in story.beats)


def test_every_kind_of_story_has_its_way_and_all_but_the_crowd_have_a_share() -> None:
    assert set(WAYS) == set(Kind)
    assert set(SHARES) == set(Kind) - {Kind.CROWD}
    assert sum(SHARES.values()) == pytest.approx(100, abs=8)


def test_who_comes_back_has_the_same_numbers_as_before() -> None:
    author = Author(_dice(21))

    sids: dict[str, set[str]] = {}
    for story in (author.story(AT) for _ in range(800)):
        for beat in story.beats:
            if beat.verb == "take-prints" and isinstance(beat.given, dict) and "sid" in beat.given:
                sids.setdefault(beat.given["pid"], set()).add(beat.given["sid"])

    assert len(sids) > 300
    assert all(len(numbers) == 1 for numbers in sids.values())


def test_a_month_of_stories_goes_every_way_out_and_sets_every_kind_of_bail() -> None:
    author = Author(_dice(11))

    stories = list(author.between(AT, AT + timedelta(days=30)))
    stories.append(author.story(AT, Kind.DIED))

    assert {_lived(story).exit for story in stories} == set(Exit)
    assert {verb for story in stories for verb in story.verbs()} >= set(STEPS) - {
        *("owe-release", "unlist", "decide", "report-not-possible"),
        *("review-bail", "extend-commitment"),  # days and weeks after a story's end
    }
    assert {order.type for story in stories for order in _orders(story)} == set(BailType)


def test_the_door_or_another_authority_ends_every_adults_story() -> None:
    author = Author(_dice(3))

    stories = [author.story(AT, kind) for kind in Kind for _ in range(25)]

    kept = {story.kind for story in stories if _lived(story).custody in IN_CUSTODY}
    assert kept == {Kind.JUVENILE}  # a child's arrest is written down, and goes on in a store of its own


def test_a_childs_story_is_over_within_the_six_hours_and_is_never_left_half_told() -> None:
    author = Author(_dice(4))

    stories = [author.story(AT + timedelta(minutes=minute), Kind.JUVENILE) for minute in range(60)]

    for story in stories:
        ways_out = [beat for beat in story.beats if "custody" in getattr(CHILD_STEPS.get(beat.verb), "to", {})]
        assert ways_out == [story.beats[-1]]
        assert ways_out[0].at - _arrest(story).arrested_at < timedelta(hours=6)
        assert {beat.verb for beat in story.beats} >= {"place-apart", "tell-parent", "tell-court"}
        assert all(beat.role in TAKERS for beat in story.beats[1:])
        assert story.left_after is None
    assert {story.beats[-1].verb for story in stories} == {"release-to-parent", "transfer", "detention-order"}


def test_arrests_come_at_the_citys_rate_and_most_of_them_in_the_evening() -> None:
    author = Author(_dice(5))

    stories = [s for s in author.between(AT, AT + timedelta(days=40)) if s.kind is not Kind.CROWD]

    assert len(stories) == pytest.approx(40 * A_DAY, rel=0.06)
    hours = Counter(in_city(_arrest(story).arrested_at).hour for story in stories)
    assert hours[20] > 2 * hours[6]
    assert len(HOURLY) == 24


def test_about_one_in_six_is_left_somewhere_on_its_way_for_visitors() -> None:
    author = Author(_dice(6))

    left = [story.left_after for story in (author.story(AT) for _ in range(1200)) if story.left_after is not None]

    assert len(left) == pytest.approx(1200 / 6, rel=0.2)
    assert set(left) >= set(range(1, 12))


def test_a_crowd_is_arrested_in_one_place_within_twenty_minutes() -> None:
    crowd = Author(_dice(8)).crowd(AT)

    arrests = [_arrest(story) for story in crowd]

    assert CROWD_LEAST <= len(crowd) <= CROWD_MOST
    assert len({arrest.place for arrest in arrests}) == 1
    assert all(AT <= a.arrested_at <= AT + timedelta(minutes=CROWD_WITHIN_MINUTES) for a in arrests)


def test_one_seed_gives_one_city() -> None:
    first, second, other = (list(Author(_dice(seed)).between(AT, AT + timedelta(hours=6))) for seed in (1, 1, 2))

    assert first == second != other


def test_adults_are_adults_children_are_children_and_a_nameless_person_gets_a_name_later() -> None:
    author = Author(_dice(12))

    adults = [_arrest(author.story(AT)).person for _ in range(400)]
    ages = [age_on(a.birth_date, AT.date()) for a in adults if a.birth_date and a.given]
    child = _arrest(author.story(AT, Kind.JUVENILE)).person
    nameless = author.story(AT, Kind.NAMELESS)

    grown = [age for age in ages if age >= 18]
    assert len(grown) > 0.95 * len(ages)
    assert max(ages) <= 70
    assert child.birth_date is not None
    assert 12 <= age_on(child.birth_date, AT.date()) < 18
    assert _arrest(nameless).person.surname is None
    assert [beat.given.surname for beat in nameless.beats if isinstance(beat.given, PersonGiven)] != [None]


def test_every_charge_of_an_incident_has_grades_that_its_statute_allows() -> None:
    for incident in INCIDENTS:
        assert incident.weight > 0
        for statute, grades in incident.charges:
            assert set(grades) <= {grade.value for grade in find(statute).grades}, statute


def test_every_order_of_bail_is_one_that_the_rules_know() -> None:
    author = Author(_dice(13))

    orders = [order for _ in range(400) for order in _orders(author.story(AT))]

    assert len(orders) > 300
    for order in orders:
        check(order.order())


def test_the_names_of_the_cast_are_no_names_of_the_tables_and_no_two_are_alike() -> None:
    surnames = [part.full_name.split()[-1] for part in PARTS]

    assert not set(surnames) & set(SURNAMES.things)
    assert len(set(surnames)) == len(PARTS)
    assert {part.role for part in PARTS} == set(Role)


def test_the_tables_of_names_stay_small() -> None:
    assert len(SURNAMES.things) <= 400
    assert all(len(names.things) <= 300 for names in GIVEN.values())


def _arrest(story: Story) -> NewArrest:
    given = story.beats[0].given
    assert isinstance(given, NewArrest)
    return given


def _orders(story: Story) -> list[BailGiven]:
    said = [beat.given for beat in story.beats if isinstance(beat.given, Mapping)]
    return [msgspec.convert(given["bail"], BailGiven) for given in said if "bail" in given]

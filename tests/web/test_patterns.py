"""Pages of the watch say what follows, of whom and until when, in numbers that hold; what is printed can be typed."""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient
from tests.actions.test_watching import alarms, asked_to_sign, suspended
from tests.partnership import PASSWORD, Partnership

from pars.actions import dossiers, patterns, placing, signin
from pars.actions.patterns import Case, Pattern, Word
from pars.record.roles import Owner
from pars.store.watching import Alarm, Vote
from pars.watch import statement
from pars.web import charts
from pars.web.app import Serving, create_app
from pars.web.asking import COOKIE
from pars.web.dossiers import issue_dossier
from pars.web.issuing import Where
from pars.web.pages import zoned_time
from pars.web.patterns import SETTLED, WAITING, between, by_chance, follows, quarter, sayings
from pars.web.words import spoken

from .conftest import Headers

MEASURED = Path(__file__).parents[2] / "docs" / "soak" / "watch-evaluate.json"
TEMPLATES = Path(charts.__file__).parent / "templates"
NOON = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
SAID = Word("explained", "court", "Sam Court", "Municipal Court", NOON, "The warrants are on file.")


def fallen(action: str = "cosign", detector: str = "disparity", *, of_one: bool = False) -> Pattern:
    """A pattern as it fell, of the count at work."""
    alarm = Alarm(
        id=uuid4(),
        number=1,
        agency_id=1,
        agency="Example County Sheriff",
        agreement="sheriff",
        version="v",
        era=0,
        detector=detector,
        action=action,
        account=uuid4() if of_one else None,
        tip=1,
        entry=uuid4(),
        look_ups=20,
        evidence="words",
        day=NOON.date(),
        fell_at=NOON,
        counted=None,
    )
    return Pattern(alarm, None, [], Case.OPEN, counts=True, votes=[])


@pytest.fixture
def client(partnership: Partnership) -> Iterator[TestClient]:
    """A browser."""
    with TestClient(create_app(partnership.store, Serving(demo=True))) as opened:
        yield opened


def shown(client: TestClient, city: Partnership, name: str, address: str) -> str:
    """A page as somebody sees it."""
    token = signin.sign_in(city.store, name, PASSWORD, demo_allowed=True)
    client.cookies.set(COOKIE, token)
    return str(client.get(address).text)


def test_a_second_signature_is_said_to_be_asked_of_those_of_whom_it_is() -> None:
    everybody, one = follows(fallen()), follows(fallen(of_one=True))

    assert "of this user" not in everybody
    assert "of this user" in one


@pytest.mark.parametrize(
    ("said", "counts", "asked"),
    [
        ([], True, True),
        ([SAID], True, False),
        ([SAID, replace(SAID, what="appeal")], True, False),
        ([SAID, replace(SAID, what="unexplained")], True, True),
        ([], False, False),
    ],
)
def test_what_no_longer_follows_is_not_said_to_follow(*, said: list[Word], counts: bool, asked: bool) -> None:
    words = follows(replace(fallen(), said=said, counts=counts))

    assert ("has to sign" in words) is asked


def test_a_finding_says_what_ends_by_it_only_where_something_does() -> None:
    assert "second signature" in sayings(fallen())["explained"]
    assert {sayings(fallen(action))["explained"] for action in ("note", "suspend")} == {"Find it explained"}
    assert "anew" in sayings(fallen())
    assert "anew" not in sayings(replace(fallen(), counts=False))


def test_a_pattern_waits_for_a_finding_until_there_is_one_or_its_count_is_put_away() -> None:
    assert fallen().waits
    assert replace(fallen(), case=Case.APPEALED).waits
    assert not replace(fallen(), case=Case.UNEXPLAINED).waits
    assert not replace(fallen(), counts=False).waits


def numbered(action: str, number: int, changed: Callable[[Alarm], Alarm] = lambda one: one) -> Pattern:
    """A pattern in the order in which they fell."""
    one = fallen(action)
    return replace(one, alarm=changed(one.alarm._replace(number=number)))


@pytest.mark.parametrize("case", list(Case))
def test_a_note_of_which_an_alarm_came_waits_for_no_finding_of_its_own(case: Case) -> None:
    note, ending = numbered("note", 1), replace(numbered("suspend", 2), case=case)

    told = patterns.waiting([ending, note])

    assert told == ([ending] if case in {Case.OPEN, Case.APPEALED} else [])


@pytest.mark.parametrize("case", list(Case))
def test_an_alarm_that_acts_waits_whatever_was_found_of_a_note(case: Case) -> None:
    note = replace(numbered("note", 1), case=case)

    for action in ("cosign", "suspend"):
        acts = numbered(action, 2)
        assert patterns.waiting([acts, note]) == [acts]
        earlier = numbered(action, 1)
        assert earlier in patterns.waiting([numbered("suspend", 2), earlier])


@pytest.mark.parametrize(
    ("action", "number", "changed"),
    [
        ("suspend", 1, lambda one: one),  # before the note
        ("note", 3, lambda one: one),
        ("suspend", 3, lambda one: one._replace(detector="guessing")),
        ("suspend", 3, lambda one: one._replace(agency_id=2)),
        ("suspend", 3, lambda one: one._replace(agreement="another")),
        ("suspend", 3, lambda one: one._replace(era=1)),
        ("cosign", 3, lambda one: one._replace(account=uuid4())),  # of one user
    ],
)
def test_a_note_waits_where_nothing_came_of_it(action: str, number: int, changed: Callable[[Alarm], Alarm]) -> None:
    note, other = numbered("note", 2), numbered(action, number, changed)

    assert note in patterns.waiting([other, note])


def test_the_page_of_a_pattern_leads_to_the_others_of_its_kind_and_says_how_their_cases_stand(
    client: TestClient, partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=2)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("update watch.alarm set action = 'note'")
    asked_to_sign(admin_url, partnership, days_ago=1)
    acts, note = alarms(partnership)
    patterns.find(partnership.store, partnership.speaker(Owner.COURT), acts.id, explained=True, words="On file.")

    pages = {one.id: shown(client, partnership, "court-speaks", f"/patterns/{one.id}") for one in (acts, note)}
    waiting = shown(client, partnership, "privacy-officer", "/privacy")

    assert f'data-case="explained"><a href="/patterns/{acts.id}">' in pages[note.id]
    assert f'data-case="open"><a href="/patterns/{note.id}">' in pages[acts.id]
    assert "The alarm that came of this note" in pages[note.id]
    assert "The alarm that came of this note" not in pages[acts.id]
    assert f"/patterns/{note.id}" not in waiting


def test_the_list_has_what_waits_first_and_within_it_the_newest_first(
    client: TestClient, partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    for days_ago in (1, 3, 2):
        asked_to_sign(admin_url, partnership, days_ago=days_ago)
        with psycopg.connect(admin_url, autocommit=True) as connection:
            fell = (
                "update watch.alarm set tip = 10 + %(ago)s, fell_at = now() - interval '1 day' * %(ago)s where tip = 1"
            )
            connection.execute(fell, {"ago": days_ago})
    latest, oldest, middle = sorted(alarms(partnership), key=lambda one: one.number)
    patterns.find(partnership.store, partnership.speaker(Owner.COURT), latest.id, explained=True, words="On file.")

    page = shown(client, partnership, "court-speaks", "/patterns")

    marks = [WAITING.replace("'", "&#39;"), *(f"/patterns/{one.id}" for one in (middle, oldest)), SETTLED]
    places = [page.index(mark) for mark in (*marks, f"/patterns/{latest.id}")]
    assert places == sorted(places)


def test_chance_is_told_by_the_bound_that_holds_for_the_pattern() -> None:
    assert "no chance was computed" in by_chance(fallen(detector="canary", of_one=True))
    assert "once a year" in by_chance(fallen("note"))
    assert "bound on false alarms" in by_chance(fallen("suspend"))


def test_limits_at_an_end_of_the_scale_are_told_as_open() -> None:
    t = spoken("en")

    assert between(t, 4.76, 64.0) == "4.8 – 64 or more"
    assert between(t, 1 / 64, 0.5) == "1/64 or less – 0.5"
    assert (statement.RATIOS[0], statement.RATIOS[-1]) == (charts.LEAST, charts.MOST)


def test_charts_name_their_units_and_show_what_goes_beyond_the_scale() -> None:
    limits = charts.limits([("a", 0.5, 2.0, False), ("b", 4.8, 64.0, True)], 1.5, "title", "odds ratio")
    days = charts.days([(date(2026, 10, 1), 4, 1)] * 92, "title", "people")

    assert limits.count("beyond") == 1
    assert ">odds ratio<" in limits
    assert ">people<" in days
    assert days.count('class="could"') == 92


def test_no_line_of_the_scale_runs_through_a_groups_name() -> None:
    """Names are 23 units high on a phone, of which some five hang below their foot."""
    rows = [(f"group {place}", 0.5, 2.0, False) for place in range(4)]
    chart = charts.limits(rows, 1.5, "title", "odds ratio")

    feet = [int(foot) for foot in re.findall(r'class="named" x="[^"]+" y="(\d+)"', chart)]
    bars = [int(y) for y in re.findall(r'class="limits" x1="[^"]+" y1="(\d+)"', chart)]
    lines = re.findall(r'class="(?:axis|allowed)" d="([^"]+)"', chart)
    for line in lines:
        pieces = [(int(y), int(y) + int(long)) for y, long in re.findall(r"M\S+ (\d+) v(\d+)", line)]
        assert all(upper < bar < lower for (upper, lower), bar in zip(pieces, bars, strict=True))
        assert not [1 for upper, lower in pieces for foot in feet if upper < foot + 5 and lower > foot - 22]
    assert len(lines) == len(charts.TICKS) + 1
    assert len(feet) == 4
    assert '<line class="axis"' not in chart


def test_an_instant_of_the_hour_that_comes_twice_says_which_it_is() -> None:
    before, after = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)

    assert (zoned_time(before), zoned_time(after)) == ("11/01/2026 01:30 EDT", "11/01/2026 01:30 EST")


def test_a_quarter_is_named_as_statements_are() -> None:
    assert [quarter(date(2026, month, 1)) for month in (1, 3, 4, 12)] == ["2026-Q1", "2026-Q1", "2026-Q2", "2026-Q4"]


def test_the_page_says_what_was_measured_of_surnames() -> None:
    every = json.loads(MEASURED.read_text(encoding="utf-8"))["patterns"]
    median = {one["labels"]: one["look_ups_median"] for one in every if one["pattern"] == "plain daily sweep"}

    told = (TEMPLATES / "groups.html").read_text(encoding="utf-8")

    assert f"after about {median['none']} look-ups, with birthplaces after about {median['true']}." in told


def test_the_page_of_a_pattern_says_the_zone_the_days_and_who_voted(
    client: TestClient, partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    partnership.charged()
    asked_to_sign(admin_url, partnership, days_ago=1)
    placing.place(partnership.store)
    alarm = alarms(partnership)[0].id
    for owner in Owner:
        patterns.begin_anew(partnership.store, partnership.speaker(owner), "Example County Sheriff", f"so says {owner}")

    page = shown(client, partnership, "court-speaks", f"/patterns/{alarm}")

    assert zoned_time(alarms(partnership)[0].fell_at) in page
    assert "The days in numbers" in page
    assert all(f"so says {owner}" in page for owner in Owner)
    assert 'id="say-anew"' not in page


def test_who_said_what_and_the_command_stand_on_paper_as_they_are_typed(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=1)
    alarm, court = alarms(partnership)[0].id, partnership.speaker(Owner.COURT)
    patterns.find(partnership.store, court, alarm, explained=False, words="No warrant is on file.")

    paper = issue_dossier(Where(partnership.store, "Philadelphia", demo=False), court, alarm)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.body)).pages).split())

    assert "--agreement TERMS --time-zone America/New_York" in text
    assert f"{court.full_name} (court) finds it not explained: No warrant is on file." in text


def test_the_page_says_that_a_sealed_dossier_names_people_for_whom_nobody_asked(
    client: TestClient, partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    partnership.charged("Neverasked", "Wilhelmina")
    asked_to_sign(admin_url, partnership, days_ago=1)
    placing.place(partnership.store)
    alarm = alarms(partnership)[0].id

    made = dossiers.dossier(partnership.store, partnership.speaker(Owner.COURT), alarm, sealed=True)
    page = shown(client, partnership, "court-speaks", f"/patterns/{alarm}")

    assert b"neverasked" in dossiers.as_json(made, sealed=True).lower()
    assert b"neverasked" not in dossiers.as_json(made, sealed=False).lower()
    told = page[page.index('id="sealed-holds"') :].split("</p>", 1)[0]
    assert "everybody who was charged and could have been asked for, whether or not anybody did, by surname" in told


def test_the_privacy_officers_page_lists_what_waits_for_a_finding(
    client: TestClient, partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=1)
    alarm = alarms(partnership)[0].id

    waiting = shown(client, partnership, "privacy-officer", "/privacy")
    patterns.find(partnership.store, partnership.speaker(Owner.COURT), alarm, explained=True, words="On file.")
    found = shown(client, partnership, "privacy-officer", "/privacy")

    assert f"/patterns/{alarm}" in waiting
    assert f"/patterns/{alarm}" not in found


def test_a_statement_of_days_before_the_city_shows_its_own_name_and_promises_nothing(
    client: TestClient, partnership: Partnership
) -> None:
    partnership.agree()

    page = shown(client, partnership, "court-speaks", "/statements?period=2025-Q3")

    assert '<option value="2025-Q3" selected>' in page
    assert "It is filed by itself" not in page
    assert "nobody was newly charged" in page


def test_who_is_told_that_a_term_ended_by_a_pattern_is_led_to_it_if_they_may_see_it(
    client: TestClient, partnership: Partnership
) -> None:
    partnership.agree()
    suspended(partnership)

    owner, partner = (
        shown(client, partnership, name, "/agreements").split("<main", 1)[1] for name in ("court-speaks", "analyst")
    )

    assert 'href="/patterns"' in owner
    assert 'data-notice="pattern"' in partner
    assert 'href="/patterns"' not in partner


def test_the_partners_word_does_not_gainsay_the_notice_that_its_term_ended_by_a_pattern(
    client: TestClient, partnership: Partnership
) -> None:
    """The word is the same as before and its sentence is the same for everybody: nothing is told by either (T3)."""
    partnership.agree()
    before = shown(client, partnership, "analyst", "/agreements/sheriff")
    suspended(partnership)
    after = shown(client, partnership, "analyst", "/agreements/sheriff")

    told = [re.findall(r'<p id="grade".*?</p>', page, re.DOTALL) for page in (before, after)]
    assert told[0] == told[1]
    assert 'data-notice="pattern"' in after
    assert "when a day last closed: <strong>ordinary</strong>" in told[1][0]
    assert "a notice above may be newer" in told[1][0]
    assert after.index('data-notice="pattern"') < after.index('id="grade"')


def test_votes_say_who_gave_them_and_stay_with_the_count_that_they_ended(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=1)
    for owner in Owner:
        patterns.begin_anew(partnership.store, partnership.speaker(owner), "Example County Sheriff", "a new start")
    asked_again(admin_url)

    old, new = sorted(
        patterns.patterns(partnership.store, partnership.speaker(Owner.COURT)), key=lambda one: one.alarm.era
    )

    assert [(one.owner, one.by, one.reason) for one in old.votes] == [
        (owner.value, partnership.speaker(owner).full_name, "a new start") for owner in Owner
    ]
    assert isinstance(old.votes[0], Vote)
    assert new.votes == []


def asked_again(admin_url: str) -> None:
    """The same alarm in the count after."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            "insert into watch.alarm (id, agency_id, agreement_id, version, era, detector, action, tip, entry,"
            " look_ups, evidence, day) select gen_random_uuid(), agency_id, agreement_id, version, era + 1, detector,"
            " action, tip, entry, look_ups, evidence, day from watch.alarm"
        )


def test_a_program_that_has_read_less_than_was_said_is_told_so(
    client: TestClient, by: Headers, partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=1)
    address = f"/api/v1/patterns/{alarms(partnership)[0].id}/said"
    finding = {"say": "explained", "words": "The warrants are on file.", "read": 0}

    first = client.post(address, json=finding, headers=by("court-speaks"))
    second = client.post(address, json=finding | {"say": "grounds"}, headers=by("police-speaks"))
    third = client.post(address, json=finding | {"say": "grounds", "read": 1}, headers=by("police-speaks"))

    assert [one.status_code for one in (first, second, third)] == [201, 409, 201]
    assert second.json()["code"] == "said-meanwhile"

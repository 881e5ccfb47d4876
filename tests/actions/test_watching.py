"""The watch beside the running system: fed by the ledger, made anew from it, and no alarm falls twice."""

import contextlib
import itertools
import json
import threading
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import date, timedelta
from hashlib import sha256
from unittest.mock import patch
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from starlette.testclient import TestClient
from tests.partnership import PASSWORD, Partnership, asks, terms

from pars import clock
from pars.actions import (
    agreements_shown,
    dossiers,
    grading,
    inquiries,
    optional,
    patterns,
    placing,
    signin,
    statements,
    switches,
    telling,
)
from pars.actions.labels import born_abroad
from pars.actions.patterns import Case
from pars.actions.subscribing import Wish, subscribe
from pars.actions.watching import Watching, counted_by, plan_of
from pars.clock import CITY_ZONE, real_now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere, Unavailable
from pars.ledger.checkpoint import checkpoint_from
from pars.ledger.note import note_from
from pars.ledger.proof import Inclusion
from pars.ledger.tree import included
from pars.record.roles import Owner, Role
from pars.record.switches import Name
from pars.sharing.agreement import Watch
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Refused
from pars.sharing.reading import terms_of
from pars.store import watching as rows
from pars.store.keys import Keys
from pars.store.watching import Alarm
from pars.watch.dossier import root_of
from pars.watch.feed import ALL_HEARD, ASKED, HEARD, Feed, Heard
from pars.watch.judging import Judging
from pars.watch.lines import Attributes, Disclosure
from pars.watch.replay import Replay
from pars.watch.showing import Case as Told
from pars.web.app import Serving, create_app

POLICE, ATTORNEY, COURT = Owner
TODAY = clock.city_day(clock.now())


def guess(city: Partnership, many: int, first: int = 0) -> None:
    """One name is asked for again and again, each time with another birth date."""
    for place in range(first, first + many):
        born = date(1970, 1, 1) + timedelta(days=37 * place)
        inquiries.inquire(city.store, city.analyst(), asks(born=born.isoformat()))


def judged(city: Partnership, watching: Watching) -> int:
    """What was done by now gets its place, and is judged."""
    placing.place(city.store)
    return watching.watch(city.store)


def alarms(city: Partnership) -> list[Alarm]:
    """The alarms that fell."""
    with city.store.transaction("pars_act") as connection:
        return rows.alarms(connection)


def state(city: Partnership) -> str:
    """How the agreement stands, in a word."""
    return agreements_shown.agreements(city.store, city.speaker(POLICE))[0].standing.state


def suspended(city: Partnership) -> None:
    """The partner guesses until its agreement has suspended itself; at most so often as the detector needs."""
    watching = Watching()
    for first in range(0, 60, 6):
        guess(city, 6, first)
        judged(city, watching)
        if state(city) == "suspended":
            return
    raise AssertionError("sixty guesses tipped nothing")


def asked_to_sign(admin_url: str, city: Partnership, *, days_ago: int) -> None:
    """An alarm that asks for a second signature fell so many days ago."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            "insert into watch.alarm (id, agency_id, agreement_id, version, era, detector, action, tip, entry,"
            " look_ups, evidence, day) select %s, agency_id, id, 'v', 0, 'disparity', 'cosign', 1, %s, 20, 'words', %s"
            " from sharing.agreement",
            (uuid4(), uuid4(), TODAY - timedelta(days=days_ago)),
        )


def test_a_pattern_ends_the_term_once_whoever_judges(partnership: Partnership) -> None:
    partnership.agree()

    suspended(partnership)
    fallen = alarms(partnership)
    again = Watching().watch(partnership.store)

    assert again == 0
    assert alarms(partnership) == fallen
    assert fallen[0].action == "suspend"
    assert state(partnership) == "suspended"
    with pytest.raises(Refused) as refusal:
        guess(partnership, 1)
    assert refusal.value.code == "suspended"
    told = agreements_shown.agreements(partnership.store, partnership.analyst())[0].notices
    assert [one.kind for one in told] == ["pattern"]


def test_an_alarm_waits_for_a_database_that_goes_away_and_falls_when_it_is_back(partnership: Partnership) -> None:
    partnership.agree()
    guess(partnership, 20)
    placing.place(partnership.store)
    watching = Watching()

    with patch.object(rows, "fall", side_effect=Unavailable("away")), pytest.raises(Unavailable):
        watching.watch(partnership.store)
    watching.watch(partnership.store)
    fallen = alarms(partnership)

    assert fallen[0].action == "suspend"
    assert Watching().watch(partnership.store) == 0
    assert alarms(partnership) == fallen


def test_a_database_that_was_restored_is_judged_anew_from_its_first_entry(
    partnership: Partnership, another: Callable[[int], AbstractContextManager[tuple[Partnership, str]]]
) -> None:
    watching = Watching()
    partnership.agree()
    guess(partnership, 1)
    for place in range(8):
        partnership.charged("Another", f"Body {place}")
    judged(partnership, watching)

    with another(12) as (restored, _):
        restored.agree()
        guess(restored, 20)
        judged(restored, watching)  # its log is shorter by now
        for place in range(8):
            restored.charged("Another", f"Body {place}")
        judged(restored, watching)
        fallen = alarms(restored)

    assert "suspend" in {one.action for one in fallen}


def test_a_renewal_by_the_same_values_reads_nothing_of_the_log_again(partnership: Partnership) -> None:
    store, heard, began = partnership.store, rows.heard, list[int]()

    def seen(connection: Connection[TupleRow], keys: Keys, verbs: Collection[str], *which: int) -> list[Heard]:
        first, until, most = which
        began.append(first)
        return heard(connection, keys, verbs, first, until, most)

    partnership.agree()
    guess(partnership, 12)
    watching = Watching()
    with patch.object(rows, "heard", seen):
        judged(partnership, watching)
        partnership.agree(terms(per_user=900))
        guess(partnership, 8, 12)
        judged(partnership, watching)

    fallen = alarms(partnership)
    assert began[0] == 0
    assert all(began[1:])
    assert (fallen[0].action, fallen[0].look_ups) == ("suspend", 16)
    assert Watching().watch(store) == 0
    assert alarms(partnership) == fallen


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("where", ["fall", "has_fallen", "judged_up_to"])
def test_wherever_processes_are_killed_the_alarms_are_those_of_the_log_judged_in_one_go(
    partnership: Partnership, where: str
) -> None:
    partnership.agree()
    store, real, turns = partnership.store, getattr(rows, where), itertools.count()

    def dies(*given: object, **named: object) -> object:
        """Every other time a process comes here it is killed, now before and now after."""
        turn = next(turns) % 4
        if turn == 0:
            raise Killed
        done = real(*given, **named)
        if turn == 2:
            raise Killed
        return done

    with patch.object(rows, where, dies):
        for first in range(0, 20, 5):
            with contextlib.suppress(Refused):
                guess(partnership, 5, first)
            placing.place(store)
            for _ in range(5):
                with contextlib.suppress(Killed):
                    Watching().watch(store)
    Watching().watch(store)

    with store.transaction("pars_act") as connection:
        judging = Judging(plan_of(rows.in_force(connection)), CITY_ZONE)
    with store.transaction("pars_ledger") as connection:
        heard = rows.heard(connection, store.keys, ALL_HEARD, 0, 10_000, 10_000)
        ends = connection.execute("select count(*) from ledger.entry where verb = 'agreement.suspended'").fetchone()
    in_one_go = {
        (one.index, one.told.alarm.detector, one.told.alarm.action) for two in heard for one in judging.hear(two)
    }
    assert {(one.tip, one.detector, one.action) for one in alarms(partnership)} == in_one_go
    assert len(alarms(partnership)) == len(in_one_go)
    assert (state(partnership), ends) == ("suspended", (1,))


def test_an_alarm_that_an_amendment_brings_to_where_the_log_was_judged_falls(partnership: Partnership) -> None:
    """By what the owners state from now on it stands in what was judged before; it would be silent ever after."""
    watching = Watching()
    partnership.agree()
    guess(partnership, 13)
    judged(partnership, watching)
    before = [one.action for one in alarms(partnership)]

    partnership.agree(terms(limits="\n[watch]\nfalse_alarms_per_year = 1.0"))
    judged(partnership, watching)
    after = alarms(partnership)
    again = Watching().watch(partnership.store)

    assert "suspend" not in before
    assert (after[0].action, after[0].look_ups <= 13, state(partnership)) == ("suspend", True, "suspended")
    assert (again, len({(one.detector, one.action) for one in after})) == (0, len(after))


def test_a_process_that_comes_late_ends_no_term_that_the_owners_began_after_the_pattern(
    partnership: Partnership,
) -> None:
    partnership.agree()
    guess(partnership, 20)
    placing.place(partnership.store)
    quicker = [Watching()]

    def slowly(connection: Connection[TupleRow], agency_id: int) -> list[tuple[str, int]]:
        """Between this process's look and its end another one ends the term, and the owners begin a new one."""
        found = at_work(connection, agency_id)
        if quicker:
            quicker.pop().watch(partnership.store)
            for owner in Owner:
                partnership.say(owner, Decision.GRANT)
        return found

    at_work = rows.terms_at_work
    with patch.object(rows, "terms_at_work", slowly):
        Watching().watch(partnership.store)

    assert [one.action for one in alarms(partnership)].count("suspend") == 1
    assert state(partnership) == "in-force"


STRICTER = terms(limits="\n[watch]\nunlinked_allowed = 0.01")


def suspensions(city: Partnership) -> int:
    """How often its agreement was suspended for a pattern."""
    with city.store.transaction("pars_ledger") as connection:
        found = connection.execute("select count(*) from ledger.entry where verb = 'agreement.suspended'").fetchone()
    return found[0] if found else 0


def guess_on(city: Partnership, watching: Watching, many: int, first: int) -> int:
    """The partner guesses, each look-up judged at once, until its agreement is suspended; how many there were."""
    for place in range(first, first + many):
        guess(city, 1, place)
        judged(city, watching)
        if state(city) == "suspended":
            return place + 1
    return first + many


def explained(city: Partnership) -> None:
    """An owner finds the newest suspension explained."""
    alarm = next(one for one in alarms(city) if one.action == "suspend")
    patterns.find(city.store, city.speaker(COURT), alarm.id, explained=True, words="A joint operation.")


@pytest.mark.parametrize(
    "stated", ["false_alarms_per_year = 0.0001", "unlinked_allowed = 0.01\nfalse_alarms_per_year = 0.0001"]
)
def test_a_count_that_suspended_does_not_suspend_again_when_a_new_version_lowers_its_bound(
    partnership: Partnership, stated: str
) -> None:
    """By the lower bound it would tip at a later look-up, one that nobody has judged yet."""
    watching = Watching()
    partnership.agree()
    tipped = guess_on(partnership, watching, 40, 0)
    explained(partnership)

    partnership.agree(terms(limits=f"\n[watch]\n{stated}"))
    guess_on(partnership, watching, 6, tipped)

    assert (suspensions(partnership), state(partnership)) == (1, "in-force")
    assert Watching().watch(partnership.store) == 0
    assert [one.action for one in alarms(partnership)].count("suspend") == 1


def test_of_two_counts_that_hear_the_same_look_ups_one_suspends(partnership: Partnership) -> None:
    """A stricter version came into force between them: both go on, the old one with what came before."""
    watching = Watching()
    partnership.agree()
    guess_on(partnership, watching, 4, 0)
    partnership.agree(STRICTER)
    tipped = guess_on(partnership, watching, 40, 4)
    explained(partnership)

    for owner in Owner:
        partnership.say(owner, Decision.GRANT)
    guess_on(partnership, watching, 20, tipped)

    assert (suspensions(partnership), state(partnership)) == (1, "in-force")


def test_another_agreement_of_the_partner_suspends_by_its_own_look_ups(partnership: Partnership) -> None:
    watching = Watching()
    partnership.agree()
    partnership.propose(STRICTER.replace('id = "sheriff"', 'id = "warrants"'))
    names = ("sheriff", "warrants")
    for owner in Owner:
        partnership.say(owner, Decision.GRANT, name="warrants")
    for name in reversed(names):
        for place in range(40):
            born = (date(1970, 1, 1) + timedelta(days=37 * place)).isoformat()
            with contextlib.suppress(Refused):
                inquiries.inquire(partnership.store, partnership.analyst(), asks(agreement=name, born=born))
            judged(partnership, watching)
        if name == "warrants":
            explained(partnership)
            for owner, again in itertools.product(Owner, names):
                partnership.say(owner, Decision.GRANT, name=again)

    stopped = [one.agreement for one in alarms(partnership) if one.action == "suspend"]
    assert stopped == ["sheriff", "warrants"]


def test_a_stricter_version_of_after_a_suspension_suspends_by_its_own_look_ups(partnership: Partnership) -> None:
    watching = Watching()
    partnership.agree()
    tipped = guess_on(partnership, watching, 40, 0)
    explained(partnership)

    partnership.agree(STRICTER)
    again = guess_on(partnership, watching, 40, tipped)

    assert (suspensions(partnership), state(partnership)) == (2, "suspended")
    assert again - tipped >= tipped
    (version,) = {one.version for one in alarms(partnership)[:1]}
    counted = counted_by(alarms(partnership)[0])
    assert counted is not None
    assert counted.begins == {version}


def test_after_a_pattern_under_two_of_three_the_thirds_old_grant_gives_none_of_its_fields(
    partnership: Partnership,
) -> None:
    partnership.agree(terms(consent="two of three"))
    partnership.charged()
    suspended(partnership)

    for owner in (POLICE, COURT):
        partnership.say(owner, Decision.GRANT)
    record = inquiries.inquire(partnership.store, partnership.analyst(), asks()).record

    assert record is not None
    assert "charges" not in record  # the District Attorney writes them and has not granted anew


def test_parameters_stand_in_the_ledger_before_an_alarm_that_used_them(partnership: Partnership) -> None:
    version = partnership.agree()
    suspended(partnership)
    placing.place(partnership.store)

    with partnership.store.transaction("pars_ledger") as connection:
        order = connection.execute(
            "select e.verb, e.public ->> 'version' from ledger.place p join ledger.entry e on e.nonce = p.nonce"
            " where e.verb like 'watch.%' or e.verb like 'pattern.%' order by p.index"
        ).fetchall()

    assert order[0] == ("watch.parameters", version)
    assert [verb for verb, _ in order].count("watch.parameters") == 1
    assert order[-1] == ("pattern.stopped", None), "in public an alarm is an act of the house like any other"


def test_a_second_signature_is_asked_from_the_next_day_until_an_owner_finds_it_explained(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    partnership.charged()
    asked_to_sign(admin_url, partnership, days_ago=0)
    today = inquiries.inquire(partnership.store, partnership.analyst(), asks())
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("update watch.alarm set day = day - 1")

    with pytest.raises(Refused) as refusal:
        inquiries.inquire(partnership.store, partnership.analyst(), asks())
    inquiries.co_sign(partnership.store, partnership.analyst("analyst-2"), asks())
    signed = inquiries.inquire(partnership.store, partnership.analyst(), asks())
    alarm = alarms(partnership)[0].id
    patterns.find(partnership.store, partnership.speaker(COURT), alarm, explained=True, words="A joint operation.")
    after = inquiries.inquire(partnership.store, partnership.analyst(), asks())

    assert refusal.value.code == "cosign"
    assert all(one.record is not None for one in (today, signed, after))
    patterns.find(partnership.store, partnership.speaker(POLICE), alarm, explained=False, words="It was none.")
    with pytest.raises(Refused):
        inquiries.inquire(partnership.store, partnership.analyst(), asks())


def test_grounds_and_findings_say_who_what_and_why(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=1)
    store, alarm = partnership.store, alarms(partnership)[0].id
    cases = [patterns.pattern(store, partnership.speaker(COURT), alarm).case]

    patterns.explain(store, partnership.analyst(), "sheriff", "Forty warrants of one operation.")
    cases.append(patterns.pattern(store, partnership.speaker(COURT), alarm).case)
    patterns.find(store, partnership.speaker(ATTORNEY), alarm, explained=True, words="The warrants are on file.")
    found = patterns.pattern(store, partnership.staff(Role.PRIVACY_OFFICER), alarm)

    assert [*cases, found.case] == [Case.OPEN, Case.APPEALED, Case.EXPLAINED]
    assert [(one.what, one.owner, one.words) for one in found.said] == [
        ("appeal", None, "Forty warrants of one operation."),
        ("explained", "district-attorney", "The warrants are on file."),
    ]


def test_an_opponents_expert_computes_the_same_alarms_from_the_sealed_log(partnership: Partnership) -> None:
    partnership.agree()
    suspended(partnership)
    store, owner = partnership.store, partnership.speaker(COURT)
    made = dossiers.dossier(store, owner, alarms(partnership)[0].id, sealed=True)
    sealed = msgspec.json.decode(dossiers.as_json(made, sealed=True))
    opened = msgspec.json.decode(dossiers.as_json(made, sealed=False))

    lines = [line.encode() for line in sealed["log"]]
    replayed = Replay(terms_of(sealed["terms"]).watch, ZoneInfo(sealed["time_zone"])).alarms(lines)

    again = [(one.alarm.detector.value, one.alarm.action, one.disclosures_so_far) for one in replayed]
    assert again == [(one["detector"], one["action"], one["look_ups"]) for one in reversed(sealed["alarms"])]
    assert root_of(lines) == sealed["log_sha256"]["sealed"] == opened["log_sha256"]["sealed"]
    assert root_of(line.encode() for line in opened["log"]) == opened["log_sha256"]["open"]
    for line, salt, commitment in zip(lines, sealed["salts"], opened["commitments"], strict=True):
        label = msgspec.json.decode(line).get("criteria") or msgspec.json.decode(line).get("attributes") or {}
        assert sha256(bytes.fromhex(salt) + msgspec.json.encode(label, order="sorted")).hexdigest() == commitment
    assert "salts" not in opened
    assert "Quillfeather" not in json.dumps(opened)
    for proof in made.proofs:
        shown = Inclusion(proof.index or 0, proof.size or 0, [bytes.fromhex(one) for one in proof.hashes], b"")
        root = checkpoint_from(note_from(proof.checkpoint.encode()).text).root
        assert included(bytes.fromhex(proof.leaf_hash), shown.index, shown.size, shown.hashes, root)


@pytest.mark.parametrize(
    "stated",
    ["unlinked_allowed = 0.01", "odds_ratio_allowed = 2.0", "false_alarms_per_year = 0.5"],
    ids=["less", "more", "another rate"],
)
def test_after_an_amendment_each_alarm_is_computed_again_from_the_dossier_of_its_count(
    partnership: Partnership, stated: str
) -> None:
    partnership.agree()
    guess(partnership, 7)
    judged(partnership, Watching())
    partnership.agree(terms(limits=f"\n[watch]\n{stated}"))
    suspended(partnership)

    store, owner = partnership.store, partnership.speaker(COURT)
    for alarm in alarms(partnership):
        made = dossiers.dossier(store, owner, alarm.id, sealed=True)
        sealed = msgspec.json.decode(dossiers.as_json(made, sealed=True))
        lines = [line.encode() for line in sealed["log"]]
        replayed = Replay(Watch(**sealed["watch"]), ZoneInfo(sealed["time_zone"])).alarms(lines)
        again = [(one.alarm.detector.value, one.alarm.action, one.disclosures_so_far) for one in replayed]
        told = [(one["detector"], one["action"], one["look_ups"]) for one in sealed["alarms"] if one["from_log"]]
        assert (alarm.detector, alarm.action, alarm.look_ups) in again
        assert set(told) <= set(again)


def test_a_dossier_of_a_count_that_was_put_away_is_of_its_own_look_ups(partnership: Partnership) -> None:
    partnership.agree()
    suspended(partnership)
    store, owner = partnership.store, partnership.speaker(COURT)
    for each in Owner:
        patterns.begin_anew(store, partnership.speaker(each), "Example County Sheriff", "agreed")
    for each in Owner:
        partnership.say(each, Decision.GRANT)
    suspended(partnership)

    old, new = (
        dossiers.dossier(store, owner, next(one.id for one in alarms(partnership) if one.era == era), sealed=True)
        for era in (0, 1)
    )
    sealed = msgspec.json.decode(dossiers.as_json(old, sealed=True))
    lines = [line.encode() for line in sealed["log"]]
    replayed = Replay(terms_of(sealed["terms"]).watch, ZoneInfo(sealed["time_zone"])).alarms(lines)

    again = [(one.alarm.detector.value, one.alarm.action, one.disclosures_so_far) for one in replayed]
    assert ("guessing", "suspend") in {one[:2] for one in again}
    assert again == [(one["detector"], one["action"], one["look_ups"]) for one in reversed(sealed["alarms"])]
    assert [{one.alarm.era for one in made.alarms} for made in (old, new)] == [{0}, {1}]


def test_a_sealed_edition_opens_what_an_open_one_committed_to_before(partnership: Partnership) -> None:
    partnership.agree()
    partnership.charged()
    guess(partnership, 12)
    judged(partnership, Watching())
    store, alarm = partnership.store, alarms(partnership)[0].id
    before = dossiers.dossier(store, partnership.staff(Role.PRIVACY_OFFICER), alarm)
    guess(partnership, 2, 12)
    placing.place(store)

    sealed = dossiers.dossier(store, partnership.speaker(COURT), alarm, sealed=True)

    committed = [one.commitment for one in before.lines]
    assert len(committed) < len(sealed.lines)
    assert [one.commitment for one in sealed.lines][: len(committed)] == committed
    assert len({one.salt for one in sealed.lines}) == len(sealed.lines)
    assert {len(bytes.fromhex(one.salt)) for one in sealed.lines} == {32}


def test_no_transaction_stands_still_while_a_dossier_reads_the_log(partnership: Partnership, admin_url: str) -> None:
    """It would be ended after five seconds, and a partner with a long log would have no dossier."""
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=1)
    placing.place(partnership.store)
    heard, standing = rows.heard, list[int]()

    def seen(connection: Connection[TupleRow], keys: Keys, verbs: Collection[str], *which: int) -> list[Heard]:
        with psycopg.connect(admin_url) as other:
            found = other.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and usename = 'pars_act'"
                " and state like 'idle in transaction%'"
            ).fetchone()
        standing.append(found[0] if found else -1)
        first, until, most = which
        return heard(connection, keys, verbs, first, until, most)

    with patch.object(rows, "heard", seen):
        dossiers.dossier(partnership.store, partnership.speaker(COURT), alarms(partnership)[0].id)

    assert standing == [0]


def test_a_sealed_edition_is_the_owners_and_a_statement_is_made_when_nothing_is_wrong(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=1)
    placing.place(partnership.store)
    privacy, alarm = partnership.staff(Role.PRIVACY_OFFICER), alarms(partnership)[0].id

    with pytest.raises(NotAllowed):
        dossiers.dossier(partnership.store, privacy, alarm, sealed=True)
    with pytest.raises(NotAllowed):
        statements.statements(partnership.store, partnership.analyst())
    with pytest.raises(BadInput):
        statements.statements(partnership.store, privacy, "the other day")
    dossiers.dossier(partnership.store, privacy, alarm)
    stated = statements.statements(partnership.store, privacy)

    assert [one.agency for one in stated.partners] == ["Example County Sheriff"]
    assert not any(line.named for one in stated.partners for line in one.lines)


def test_nothing_that_a_partner_reads_moves_but_its_grade_at_the_close_of_a_day(
    partnership: Partnership, admin_url: str
) -> None:
    """T3: whatever fell, its page, its log and its API say the same, until a day has closed."""
    partnership.agree()
    guess(partnership, 20)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("update sharing.inquiry set day = day - 1")
    grading.settle(partnership.store)
    before = told_to_partner(partnership)

    asked_to_sign(admin_url, partnership, days_ago=0)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("update watch.grade set settled_on = settled_on - 1")
    grading.settle(partnership.store)
    during = told_to_partner(partnership)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("update watch.alarm set day = day - 1")
        connection.execute("update watch.grade set settled_on = settled_on - 1")
    grading.settle(partnership.store)
    after = told_to_partner(partnership)

    assert during == before
    assert (before["grade"], after["grade"]) == ("ordinary", "signature")
    assert {name for name in before if before[name] != after[name]} == {"grade"}


def told_to_partner(city: Partnership) -> dict[str, object]:
    """All that a partner's analyst is told of its agreement and its look-ups, by programs."""
    app, token = (
        create_app(city.store, Serving()),
        signin.sign_in(city.store, "analyst", PASSWORD, kind="credential", demo_allowed=True),
    )
    told: dict[str, object] = {}
    with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as client:
        for name in ("agreements", "agreements/sheriff", "duties", "requests", "subscriptions"):
            told[name] = client.get(f"/api/v1/{name}").json()
        told["grade"] = client.get("/api/v1/agreements/sheriff/grade").json()["grade"]
        told["patterns"] = client.get("/api/v1/patterns").status_code
        told["explained"] = client.post("/api/v1/agreements/sheriff/explanations", json={"words": "x"}).status_code
    return told


def test_who_may_not_speak_of_patterns_is_refused(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=1)
    store, alarm = partnership.store, alarms(partnership)[0].id

    with pytest.raises(NotAllowed):
        patterns.patterns(store, partnership.analyst())
    with pytest.raises(NotAllowed):
        patterns.find(store, partnership.staff(Role.PRIVACY_OFFICER), alarm, explained=True, words="x")
    with pytest.raises(BadInput):
        patterns.find(store, partnership.speaker(COURT), alarm, explained=True, words="  ")
    with pytest.raises(NotThere):
        patterns.find(store, partnership.speaker(COURT), uuid4(), explained=True, words="x")
    with pytest.raises(NotThere):
        patterns.explain(store, partnership.analyst("stranger"), "sheriff", "x")


def test_who_has_not_read_what_was_said_meanwhile_is_told_so_first(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=1)
    store, alarm = partnership.store, alarms(partnership)[0].id
    court, police = partnership.speaker(COURT), partnership.speaker(POLICE)

    patterns.find(store, court, alarm, explained=True, words="The warrants are on file.", read=0)
    with pytest.raises(Conflicts) as finding:
        patterns.find(store, police, alarm, explained=False, words="None is on file.", read=0)
    with pytest.raises(Conflicts) as grounds:
        patterns.state_grounds(store, police, alarm, "Look again.", read=0)
    patterns.find(store, police, alarm, explained=False, words="None is on file.", read=1)

    assert {finding.value.code, grounds.value.code} == {"said-meanwhile"}
    assert [one.what for one in patterns.pattern(store, court, alarm).said] == ["explained", "unexplained"]


def test_of_owners_who_decide_at_once_one_is_told_of_the_other(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    asked_to_sign(admin_url, partnership, days_ago=1)
    store, alarm = partnership.store, alarms(partnership)[0].id
    together = threading.Barrier(len(Owner))
    refused: list[str] = []

    def decide(owner: Owner) -> None:
        by = partnership.speaker(owner)
        together.wait()
        try:
            patterns.find(store, by, alarm, explained=owner is COURT, words="as seen", read=0)
        except Conflicts as refusal:
            refused.append(str(refusal.code))

    threads = [threading.Thread(target=decide, args=(owner,)) for owner in Owner]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == ["said-meanwhile"] * 2
    assert len(patterns.pattern(store, partnership.speaker(COURT), alarm).said) == 1


def test_only_three_owners_begin_a_count_anew(partnership: Partnership) -> None:
    partnership.agree()
    suspended(partnership)
    partner = "Example County Sheriff"

    patterns.begin_anew(partnership.store, partnership.speaker(POLICE), partner, "all explained")
    with pytest.raises(Conflicts):
        patterns.begin_anew(partnership.store, partnership.speaker(POLICE), partner, "again")
    patterns.begin_anew(partnership.store, partnership.speaker(COURT), partner, "agreed")
    before = {one.counts for one in patterns.patterns(partnership.store, partnership.speaker(COURT))}
    patterns.begin_anew(partnership.store, partnership.speaker(ATTORNEY), partner, "agreed")
    after = {one.counts for one in patterns.patterns(partnership.store, partnership.speaker(COURT))}
    for owner in Owner:
        partnership.say(owner, Decision.GRANT)
    guess(partnership, 7)
    suspended(partnership)

    assert (before, after) == ({True}, {False})
    stopped = {one.era: one for one in alarms(partnership) if one.action == "suspend"}
    assert set(stopped) == {0, 1}
    for era, alarm in stopped.items():
        made = dossiers.dossier(partnership.store, partnership.speaker(COURT), alarm.id, sealed=True)
        replayed = Replay(terms_of(made.terms).watch, CITY_ZONE).alarms(one.sealed for one in made.lines)
        assert [(one.alarm.detector.value, one.alarm.action, one.disclosures_so_far) for one in replayed] == [
            (one.detector, one.action, one.look_ups) for one in reversed(alarms(partnership)) if one.era == era
        ]


def votes(city: Partnership, owner: Owner, refused: list[Conflicts]) -> None:
    """An owner votes that the partner's count begins anew; whether it has to vote again is remembered."""
    try:
        patterns.begin_anew(city.store, city.speaker(owner), "Example County Sheriff", "all explained")
    except Conflicts as refusal:
        refused.append(refusal)


def test_a_count_begins_anew_with_the_entry_that_says_so_when_two_owners_vote_at_once(partnership: Partnership) -> None:
    partnership.agree()
    suspended(partnership)
    store, refused = partnership.store, list[Conflicts]()
    votes(partnership, POLICE, [])
    third = threading.Thread(target=votes, args=(partnership, ATTORNEY, refused))

    def together(connection: Connection[TupleRow], *which: int, owner: str, reason: str, by: UUID) -> bool:
        """While this vote is under way the third owner votes, too."""
        made = vote(connection, *which, owner=owner, reason=reason, by=by)
        if owner == COURT.value:
            third.start()
            third.join(1)
        return made

    vote = rows.vote
    with patch.object(rows, "vote", together):
        votes(partnership, COURT, [])
        third.join()
    if refused:
        votes(partnership, ATTORNEY, [])

    with store.transaction("pars_ledger") as connection:
        told = connection.execute("select count(*) from ledger.entry where verb = 'watch.reset'").fetchone()
    assert told == (1,)
    assert {one.counts for one in patterns.patterns(store, partnership.speaker(COURT))} == {False}


def test_what_the_owners_put_away_ends_no_term_when_it_is_judged_late(partnership: Partnership) -> None:
    partnership.agree()
    guess(partnership, 20)
    for owner in Owner:
        votes(partnership, owner, [])

    judged(partnership, Watching())

    assert state(partnership) == "in-force"
    assert {one.counts for one in patterns.patterns(partnership.store, partnership.speaker(COURT))} == {False}


def test_what_the_owners_put_away_does_not_fall_by_terms_of_later(partnership: Partnership) -> None:
    watching = Watching()
    partnership.agree()
    guess(partnership, 13)
    judged(partnership, watching)
    for owner in Owner:
        votes(partnership, owner, [])
    before = alarms(partnership)

    partnership.agree(terms(limits="\n[watch]\nfalse_alarms_per_year = 1.0"))
    judged(partnership, watching)

    assert (alarms(partnership), state(partnership)) == (before, "in-force")


def test_the_feed_tells_who_became_visible_with_the_labels_of_their_booking(partnership: Partnership) -> None:
    partnership.agree()
    until, law = clock.now() + timedelta(days=30), "an act that wants it"
    switches.set_to(
        partnership.store, partnership.speaker(COURT), Name.BIRTHPLACE, "yes", reason="a test", law=law, until=until
    )
    arrest = partnership.record()
    optional.write(partnership.store, partnership.staff(Role.OFFICER), arrest, Name.BIRTHPLACE, "Tegucigalpa, Honduras")
    partnership.record("Waiting", "Still")
    partnership.report(arrest)
    partnership.charge(arrest)
    inquiries.inquire(partnership.store, partnership.analyst(), asks())
    placing.place(partnership.store)

    feed = Feed()
    with partnership.store.transaction("pars_ledger") as connection:
        heard = rows.heard(connection, partnership.store.keys, HEARD, 0, 10_000, 10_000)
    charged, asked = [told[1] for one in heard if (told := feed.line(one)) is not None]

    assert isinstance(charged, Told)
    assert (charged.person, charged.classes) == (str(arrest), frozenset({"misdemeanor"}))
    assert list(charged.taken) == ["charged"]
    assert charged.said == Attributes(
        surname="Quillfeather",
        birth_date="1990-02-03",
        birthplace_foreign=True,
        charge_class="13",
        incident=str(arrest),
    )
    assert isinstance(asked, Disclosure)
    assert (asked.agency, asked.person, asked.case_verified) == ("Example County Sheriff", str(arrest), True)
    assert asked.criteria.birth_date == "1990-02-03"


def test_to_be_told_of_somebody_for_a_case_that_is_not_theirs_counts_as_asking_for_it(partnership: Partnership) -> None:
    fields = 'fields = ["name", "birth_date", "charges", "photo", "bail"]'
    partnership.agree(terms().replace(fields, f'{fields}\ntell_of = ["arraigned"]'))
    partnership.charged()
    question = asks(case="W-2026-1", purpose="warrant-service")

    inquiries.inquire(partnership.store, partnership.analyst(), question)
    subscribe(partnership.store, partnership.analyst(), Wish(question, ["arraigned"], "stream"))
    placing.place(partnership.store)

    feed = Feed()
    with partnership.store.transaction("pars_ledger") as connection:
        heard = rows.heard(connection, partnership.store.keys, ASKED, 0, 10_000, 10_000)
    told = [line[1] for one in heard if (line := feed.line(one)) is not None]
    assert [(one.person, one.case_verified) for one in told if isinstance(one, Disclosure)] == [(None, False)] * 2


def test_a_place_of_birth_is_a_label_where_its_words_tell() -> None:
    here = ["Philadelphia", "Camden, New Jersey", "San Juan, Puerto Rico", "Athens, Georgia"]
    abroad = ["Honduras", "Puebla, México"]

    assert [born_abroad(place) for place in (*here, *abroad, "does not say")] == [*[False] * 4, *[True] * 2, None]


def test_while_a_second_person_has_to_sign_nobody_is_told_anything_by_one_signature(
    partnership: Partnership, admin_url: str
) -> None:
    """A signature is for one answer; a message would use up none."""
    partnership.agree(terms(more='tell_of = ["arraigned"]'))
    arrest = partnership.charged()
    store, analyst, wish = partnership.store, partnership.analyst(), Wish(asks(), ["arraigned"], "stream")
    subscribe(store, analyst, wish)
    asked_to_sign(admin_url, partnership, days_ago=1)
    inquiries.co_sign(store, partnership.analyst("analyst-2"), asks())

    with pytest.raises(Refused) as refused:
        subscribe(store, analyst, wish)
    partnership.arraign(arrest)
    telling.match(store, real_now())
    owed = telling.owed_to(store, analyst, real_now())
    answered = inquiries.inquire(store, analyst, asks())

    assert refused.value.code == "cosign"
    assert [telling.tell(store, one) for one in owed] == [None] * len(owed)
    assert answered.record is not None

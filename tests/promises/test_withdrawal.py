"""Promise 6. A withdrawal works at once.

Analysts look up the same person without pause, and are told of steps that were taken, each message tried again and
again, while owners withdraw, suspend and consent again,
terms expire by the clock, and PostgreSQL's backends are killed in between. The verdict is read from the log's files
alone, in the order of its leaves: no disclosure under an agreement that had ended, none without an entry, none of a
field outside its terms (tests/withdrawals.py).
"""

import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import msgspec
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.logs import broken
from tests.partnership import Partnership, asks, terms
from tests.waiting import PATIENCE_SECONDS, comes
from tests.withdrawals import GIVEN, Agreed, Campaign, Seen, Verdict, agreed, check, judge, three_agreed, verdict

from pars import clock
from pars.actions import agreements
from pars.actions.inquiries import inquire
from pars.errors import ParsError
from pars.record.roles import Owner
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Refused
from pars.store import agreements as kept
from pars.store.locks import Lock, share

LOOKERS = 20
INTERLEAVINGS = 2_000
A_NIGHT = 100_000
STRETCH, SOAK_LOOKERS = 2_000, 12
"""Of the long campaign each stretch is a city of its own, and so many ask under each of its three agreements.

What an inquiry is decided on grows with all that was said of its agreement: in one city the ends would follow each
other ever more slowly, and a message that takes long never comes through where backends are killed.
"""
SOAK_RESULT = Path(__file__).parents[2] / "docs/soak/withdrawal.json"


def test_two_thousand_interleavings_and_no_disclosure_after_an_end(partnership: Partnership, admin_url: str) -> None:
    under = [agreed(partnership)]
    campaign = Campaign(partnership, admin_url, under, partnership.charged(), crashes=False)

    campaign.run(INTERLEAVINGS, LOOKERS)

    assert campaign.interleavings() >= INTERLEAVINGS
    check(campaign, verdict(partnership.store))
    assert broken(admin_url) == []  # as `pars ledger verify` judges


def test_nor_when_backends_are_killed_in_between(partnership: Partnership, admin_url: str) -> None:
    under = three_agreed(partnership)
    campaign = Campaign(partnership, admin_url, under, partnership.charged(), crashes=True)

    campaign.run(200, SOAK_LOOKERS)

    check(campaign, verdict(partnership.store))
    assert broken(admin_url) == []  # as `pars ledger verify` judges
    assert any(seen.counted["failed"] for seen in campaign.seen)


class Sum(msgspec.Struct, forbid_unknown_fields=True):
    """What came of campaigns: disclosures and ends as the ledger tells them, the rest as the clients saw it."""

    seconds: int = 0
    interleavings: int = 0
    ends: int = 0
    looks: int = 0
    disclosures: int = 0
    messages: int = 0
    after_an_end: int = 0
    outside: int = 0

    def add(self, campaign: Campaign, said: Verdict, seconds: int) -> None:
        """One stretch more."""
        self.interleavings += campaign.interleavings()
        self.looks += sum(len(seen.looks) for seen in campaign.seen)
        self.seconds += seconds
        for name, times in asdict(said).items():
            setattr(self, name, getattr(self, name) + times)


class Run(Sum, kw_only=True):
    """One call of the long campaign: the day of its beginning, the seed of its dice, and how many stretches it had."""

    on: str
    seed: int
    stretches: int = 0


class Runs(msgspec.Struct):
    """Every call that counts, and what they come to together: a million is collected over nights."""

    together: Sum
    runs: list[Run]

    def added_up(self) -> Sum:
        """What the runs come to."""
        return Sum(*(sum(getattr(run, name) for run in self.runs) for name in Sum.__struct_fields__))

    def write(self) -> None:
        """In one piece, so that whoever is stopped leaves the last stretch."""
        self.together = self.added_up()
        beside = SOAK_RESULT.with_suffix(".new")
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n")
        beside.replace(SOAK_RESULT)


@pytest.mark.soak
@pytest.mark.timeout(86_400)
def test_a_million_interleavings(another: Callable[[int], AbstractContextManager[tuple[Partnership, str]]]) -> None:
    """A night's share of them, stretch by stretch, each added at once to what earlier nights came to.

    `INTERLEAVINGS` asks for so many in this run; `SEED` throws the dice of another run again. What broke a promise is
    written down before it fails.
    """
    runs = msgspec.json.decode(SOAK_RESULT.read_bytes(), type=Runs)
    wanted = int(os.environ.get("INTERLEAVINGS", str(A_NIGHT)))
    run = Run(on=clock.real_now().date().isoformat(), seed=int(os.environ.get("SEED", str(secrets.randbits(32)))))
    runs.runs.append(run)
    while run.interleavings < wanted:
        began = time.monotonic()
        with another(3 * (SOAK_LOOKERS + 2)) as (partnership, admin_url):
            under = three_agreed(partnership)
            seed = f"{run.seed} {run.stretches}"
            campaign = Campaign(partnership, admin_url, under, partnership.charged(), crashes=True, seed=seed)
            campaign.run(STRETCH, SOAK_LOOKERS)
            said = verdict(partnership.store)
            run.stretches += 1
            run.add(campaign, said, round(time.monotonic() - began))
            runs.write()
            check(campaign, said)
            assert broken(admin_url) == []  # as `pars ledger verify` judges


def _ask(partnership: Partnership, seen: Seen, stop: threading.Event) -> None:
    """An analyst who asks without pause, with a sign-in of this moment each time."""
    while not stop.is_set():
        asked = time.monotonic()
        try:
            outcome = "shown" if inquire(partnership.store, partnership.analyst(), asks()).record else "nothing"
        except Refused as refusal:
            outcome = refusal.code
        except ParsError:
            outcome = "failed"
        except BaseException as fault:  # noqa: BLE001 - whatever it was, the test has to hear of it
            seen.faults.append(fault)
            return
        seen.looked(asked, outcome)


def test_the_first_midnight_after_the_last_day_ends_it_by_itself(partnership: Partnership, admin_url: str) -> None:
    """T15. Time passes while look-ups go on; nobody does anything, and the round writes the end down afterwards."""
    partnership.agree(terms(last=clock.city_day(clock.now())))
    partnership.charged()
    seen, stop = Seen(Agreed("sheriff", ["analyst"])), threading.Event()
    threads = [threading.Thread(target=_ask, args=(partnership, seen, stop)) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert comes(lambda: seen.faults or seen.shown)
    with psycopg.connect(admin_url) as connection:
        connection.execute("alter table house.installation drop constraint if exists installation_check")
        connection.execute("update house.installation set city_start = city_start + interval '1 day'")
    midnight = time.monotonic()

    def asked_since() -> set[str]:
        return {outcome for asked, _, outcome in list(seen.looks) if asked > midnight}

    assert comes(lambda: seen.faults or asked_since())
    with patch("pars.actions.acting.now", return_value=clock.now() + timedelta(days=1)):
        assert agreements.expire(partnership.store, "sheriff")
    looks = len(seen.looks)
    assert comes(lambda: seen.faults or len(seen.looks) > looks + len(threads))
    stop.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)

    assert seen.faults == []
    assert "shown" in {outcome for _, answered, outcome in seen.looks if answered < midnight}
    assert asked_since() == {"not-in-force"}
    assert verdict(partnership.store).after_an_end == 0
    assert broken(admin_url) == []


def test_a_withdrawal_does_not_wait_for_somebody_who_holds_the_lock(partnership: Partnership, admin_url: str) -> None:
    """T16. A look-up that hangs in the middle is ended after half a second, and the withdrawal goes through."""
    partnership.agree()
    with partnership.store.transaction("pars_act") as connection:
        row = kept.row_of(connection, "sheriff")
        assert row is not None
    with psycopg.connect(partnership.store.conninfo("pars_act")) as hanging:
        hanging.execute("set idle_in_transaction_session_timeout = 0")  # so that nothing else ends it
        share(hanging, [(Lock.AGREEMENT, row)])
        began = time.monotonic()
        assert partnership.say(Owner.COURT, Decision.WITHDRAW).state == "withdrawn"
        took = time.monotonic() - began
        with pytest.raises(psycopg.OperationalError):
            hanging.execute("select 1")

    assert took > 0.4


def test_the_verdict_finds_a_disclosure_after_an_end_and_one_outside_the_terms() -> None:
    """The guard of the guard: entries that break the law are counted."""
    said, standing = Verdict(), dict[str, str]()
    begun = {"kind": "agreement", "agreement": "sheriff", "version": "v", "began": "t"}
    ended = {"kind": "agreement", "agreement": "sheriff", "version": "v", "ended": "t"}
    asked = {"kind": "inquiry", "verb": "inquiry.asked", "agreement": "sheriff", "version": "v", "fields": GIVEN}
    told = asked | {"verb": "inquiry.told", "tells": ["arraigned"]}
    for public in (asked, begun, asked, asked | {"fields": ["race"]}, asked | {"version": "w"}, told, ended, asked):
        judge(said, standing, public)
    for public in (told, told | {"tells": ["released"]}):
        judge(said, standing, public)

    assert said == Verdict(disclosures=8, messages=3, ends=1, after_an_end=5, outside=2)


def test_the_figure_of_the_long_campaign_is_what_its_runs_come_to() -> None:
    runs = msgspec.json.decode(SOAK_RESULT.read_bytes(), type=Runs)

    assert runs.together == runs.added_up()
    assert (runs.together.after_an_end, runs.together.outside) == (0, 0)


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda one: (float(one[0]), float(sum(one)))))


@given(SPANS, SPANS)
def test_an_interleaving_is_a_look_up_that_was_in_flight_while_an_end_was_written_down(
    ends: list[tuple[float, float]], looks: list[tuple[float, float]]
) -> None:
    seen = Seen(Agreed("sheriff", ["analyst"]), ends=ends, looks=[(*one, "shown") for one in looks])

    met = sum(asked < ended and began < answered for began, ended in ends for asked, answered in looks)

    assert seen.interleavings() == met

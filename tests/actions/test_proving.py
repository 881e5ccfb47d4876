"""A changed floor takes every agreement out of force until it is proved anew, and suspends those that fail."""

import contextlib
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from unittest.mock import patch

import psycopg
import pytest
from tests.partnership import Partnership, asks
from tests.waiting import PATIENCE_SECONDS

from pars import clock
from pars.actions import agreements, agreements_shown, proving, standing
from pars.actions.inquiries import inquire
from pars.errors import Conflicts, Misconfigured
from pars.record.roles import Owner
from pars.rounds import proving as rounds_proving
from pars.sharing.consent import Decision
from pars.sharing.floor import FLOOR, Floor, read_floor
from pars.sharing.inquiry import Refused
from pars.store.locks import Round, takes_round

TEXT = (files("pars.sharing") / "floor.toml").read_text(encoding="utf-8")
MORE = '\n[[line]]\nword = "{word}"\nabout = "field"\nbecause = "decided by the three owners in a test"\n'


def floor_with(word: str, version: int = FLOOR.version + 1) -> Floor:
    """The floor of a later program, with one line more."""
    return read_floor(TEXT.replace(f"version = {FLOOR.version}\n", f"version = {version}\n") + MORE.format(word=word))


@contextlib.contextmanager
def knowing(floor: Floor) -> Iterator[None]:
    """As a later program is, whose own floor this is."""
    with patch.object(agreements, "FLOOR", floor), patch.object(standing, "FLOOR", floor):
        yield


def proof_entries(admin_url: str, verb: str) -> int:
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select count(*) from ledger.entry where verb = %s", (verb,)).fetchone()
    return int(row[0]) if row else 0


def state(partnership: Partnership) -> str:
    return agreements_shown.agreement(partnership.store, partnership.speaker(Owner.COURT), "sheriff").standing.state


@pytest.fixture
def asked(partnership: Partnership) -> Partnership:
    """An agreement in force, under which somebody could be found."""
    partnership.agree()
    partnership.charged()
    assert inquire(partnership.store, partnership.analyst(), asks()).record is not None
    return partnership


def test_a_newer_floor_stops_every_agreement_at_once_and_an_older_program_answers_nobody(asked: Partnership) -> None:
    assert proving.lay_floor(asked.store, floor_with("dc_number"))
    assert not proving.lay_floor(asked.store)

    with pytest.raises(Refused) as refused:
        inquire(asked.store, asked.analyst(), asks())

    assert refused.value.code == "not-in-force"
    assert not proving.prove_again(asked.store)  # the older program proves nothing under the floor that it knows
    assert state(asked) == "proposed"


def test_an_agreement_that_passes_under_the_new_floor_answers_again_without_a_vote(asked: Partnership) -> None:
    newer = floor_with("dc_number")
    proving.lay_floor(asked.store, newer)

    assert not proving.prove_again(asked.store, newer)

    with knowing(newer):  # the newer program, which knows its own floor
        assert inquire(asked.store, asked.analyst(), asks()).record is not None
    with pytest.raises(Refused):
        inquire(asked.store, asked.analyst(), asks())


def test_an_agreement_that_fails_is_suspended_is_shown_and_can_be_ended_but_not_signed_again(
    asked: Partnership, admin_url: str
) -> None:
    newer = floor_with("otn")
    proving.lay_floor(asked.store, newer)

    assert proving.prove_again(asked.store, newer) == ["sheriff"]
    assert not proving.prove_again(asked.store, newer)

    assert proof_entries(admin_url, "agreement.floored") == 1
    with knowing(newer):
        assert state(asked) == "suspended"
        with pytest.raises(Refused) as refused:
            inquire(asked.store, asked.analyst(), asks())
        with pytest.raises(Conflicts, match="proved under the floor of today"):
            asked.say(Owner.COURT, Decision.GRANT)
        asked.say(Owner.COURT, Decision.WITHDRAW)
        assert state(asked) == "withdrawn"
    assert refused.value.code == "suspended"


def test_the_second_wall_knows_the_floor_by_itself(asked: Partnership, admin_url: str) -> None:
    with psycopg.connect(admin_url) as connection:
        before = connection.execute("select count(*) from sharing.standing").fetchall()
        connection.execute("insert into sharing.floor (version, hash) values (9, 'ff')")
        after = connection.execute("select count(*) from sharing.standing").fetchall()

    assert (before, after) == ([(1,)], [(0,)])


def test_two_floors_of_one_version_are_refused(asked: Partnership) -> None:
    with pytest.raises(Misconfigured, match="says something else"):
        proving.lay_floor(asked.store, floor_with("dc_number", version=FLOOR.version))


def test_each_night_proves_once_and_writes_what_both_solvers_said(
    asked: Partnership, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proving.prove_again(asked.store)
    assert proof_entries(admin_url, "agreement.proved") == 0  # proved at the signing, today

    def tomorrow() -> datetime:
        return clock.now() + timedelta(days=1)

    monkeypatch.setattr(proving, "now", tomorrow)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.version set proofs = '[]', proved_at = proved_at - interval '1 day'")
    with asked.store.transaction("pars_ledger") as another:
        assert takes_round(another, Round.PROVING)
        proving.prove_again(asked.store)
    assert proof_entries(admin_url, "agreement.proved") == 0  # another process is at it

    proving.prove_again(asked.store)

    shown = agreements_shown.agreement(asked.store, asked.speaker(Owner.COURT), "sheriff")
    assert proof_entries(admin_url, "agreement.proved") == 1
    assert {proof["z3"] for proof in shown.versions[-1].proofs} == {"proved"}
    assert len(shown.versions[-1].proofs) == len(agreements.proved(shown.standing.made.terms))


def test_the_round_proves_at_once_when_a_server_starts(asked: Partnership, admin_url: str) -> None:
    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.version set proved_at = proved_at - interval '2 days'")
    stop = threading.Event()
    round_ = threading.Thread(target=rounds_proving.run, args=(asked.store, stop))
    round_.start()
    for _ in range(200):
        if proof_entries(admin_url, "agreement.proved"):
            break
        stop.wait(0.05)
    stop.set()
    round_.join(PATIENCE_SECONDS)

    assert proof_entries(admin_url, "agreement.proved") == 1


def test_while_the_solvers_work_no_transaction_stands_idle(asked: Partnership, admin_url: str) -> None:
    """One that did for longer than five seconds would be ended, and with it whatever the round had to itself."""
    proving.lay_floor(asked.store, floor_with("dc_number"))
    idle = "select count(*) from pg_stat_activity where state = 'idle in transaction' and pid <> pg_backend_pid()"
    seen = []

    def proves(due: object, floor: Floor) -> object:
        with psycopg.connect(admin_url) as connection:
            seen.append(connection.execute(idle).fetchone())
        return before(due, floor)  # type: ignore[arg-type]

    before = proving._proofs
    with knowing(floor_with("dc_number")), patch.object(proving, "_proofs", proves):
        assert proving.prove_again(asked.store, floor_with("dc_number")) == []

    assert seen == [(0,)]
    assert proof_entries(admin_url, "agreement.proved") == 1

"""Promise 6. A withdrawal works at once.

Analysts look up the same person without pause, and are told of steps that were taken, each message tried again and
again, while owners withdraw, suspend and consent again,
terms expire by the clock, and PostgreSQL's backends are killed in between. The verdict is read from the log's files
alone, in the order of its leaves: no disclosure under an agreement that had ended, none without an entry, none of a
field outside its terms. An interleaving is one look-up that was in flight while one end was written down.
"""

import itertools
import json
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import cast
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from tests.ledger.logs import broken
from tests.logfiles import going_on, whole_log
from tests.partnership import Partnership, asks, terms
from tests.waiting import PATIENCE_SECONDS, comes

from pars import clock
from pars.actions import agreements, telling
from pars.actions.inquiries import inquire
from pars.actions.subscribing import Wish, subscribe
from pars.clock import real_now
from pars.errors import ParsError
from pars.record.roles import Owner
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Refused
from pars.sharing.reading import MOST_A_DAY
from pars.store import agreements as kept
from pars.store.database import Store
from pars.store.locks import Lock, share
from pars.store.measuring.filling import forget_counts
from pars.store.subscriptions import step_taken

LOOKERS = 20
INTERLEAVINGS = 2_000
SOAK_LOOKERS, STRETCH = 24, 4_000
SOAK_RESULT = Path(__file__).parents[2] / "docs/soak/withdrawal.json"
EVERY = 4
"""Of so many ends one waits until a message of the new term was told: a subscription takes longer than a look."""
GIVEN = ["birth_date", "charges", "name", "otn"]
TOLD = {"arraigned"}
STOPPED = {"not-in-force", "suspended"}


@dataclass
class Under:
    """What happened, as the clients saw it: look-ups and messages with their times and outcomes, ends with theirs."""

    looks: list[tuple[float, float, str]] = field(default_factory=list)
    tells: list[tuple[float, float, str]] = field(default_factory=list)
    ends: list[tuple[float, float]] = field(default_factory=list)
    begins: list[float] = field(default_factory=list)
    crashes: bool = False
    faults: list[BaseException] = field(default_factory=list)

    def shown(self) -> int:
        """Look-ups that were answered with a record."""
        return sum(1 for _, _, outcome in list(self.looks) if outcome == "shown")

    def told(self) -> int:
        """Messages that left with a record."""
        return sum(1 for *_, outcome in list(self.tells) if outcome == "told")

    def struck(self) -> bool:
        """Whether a look fell with its backend, in a campaign that kills them."""
        return not self.crashes or "failed" in {outcome for *_, outcome in list(self.looks)}

    def messages_in_flight(self) -> int:
        """Messages that were being told while an end was written down."""
        return sum(
            1
            for (began, ended), (asked, answered, _) in itertools.product(self.ends, self.tells)
            if asked < ended and began < answered
        )

    def interleavings(self) -> int:
        """Look-ups that were in flight while an end was written down, counted once for each end."""
        return sum(
            1
            for (began, ended), (asked, answered, _) in itertools.product(self.ends, self.looks)
            if asked < ended and began < answered
        )


def look(partnership: Partnership, seen: Under, stop: threading.Event, name: str) -> None:
    """An analyst who asks without pause, with a sign-in of this moment each time."""
    while not stop.is_set():
        asked = time.monotonic()
        try:
            found = inquire(partnership.store, partnership.analyst(name), asks())
            outcome = "shown" if found.record is not None else "nothing"
        except Refused as refusal:
            outcome = refusal.code
        except ParsError:
            outcome = "failed"
        except BaseException as fault:  # noqa: BLE001 - whatever it was, the campaign has to hear of it
            seen.faults.append(fault)
            return
        seen.looks.append((asked, time.monotonic(), outcome))


def be_told(partnership: Partnership, seen: Under, stop: threading.Event, arrest: UUID) -> None:
    """A subscription of each new term, and its message, which is told again and again whatever happens meanwhile."""
    store, wish = partnership.store, Wish(asks(), ["arraigned"], "stream")
    while not stop.is_set():
        asked = time.monotonic()
        try:
            owed = telling.owed_to(store, partnership.analyst(), real_now())
            if not owed:
                made = subscribe(store, partnership.analyst(), wish)
                with store.transaction("pars_act") as connection:
                    step_taken(connection, arrest, "arraigned", clock.now())
                telling.match(store, real_now())
                owed = telling.owed_to(store, partnership.analyst(), real_now())
                if not seen.crashes:  # a cut connection may have made one that nobody heard of
                    assert {one.subscription.id for one in owed} <= {made.id}
            for one in owed:
                asked = time.monotonic()
                said = telling.tell(store, one)
                seen.tells.append((asked, time.monotonic(), "told" if said else "silent"))
            if not all(outcome == "told" for *_, outcome in seen.tells[-len(owed) :]):
                telling.tidy(store, real_now())
        except ParsError:
            seen.tells.append((asked, time.monotonic(), "failed"))
            time.sleep(0.002)
        except BaseException as fault:  # noqa: BLE001 - whatever it was, the campaign has to hear of it
            seen.faults.append(fault)
            return


def end_and_begin(partnership: Partnership, seen: Under, dice: Random) -> None:
    """One end by one of the owners, a moment of quiet, and consent again: by all three where it was withdrawn."""
    owner = dice.choice(list(Owner))
    decision = dice.choice([Decision.WITHDRAW, *[Decision.SUSPEND] * 3])
    began = time.monotonic()
    _until_done(lambda: partnership.say(owner, decision))
    seen.ends.append((began, time.monotonic()))
    time.sleep(0.004)
    others = [other for other in Owner if other is not owner and decision is Decision.WITHDRAW]
    grants = [*others, owner]
    for each in grants[:-1]:
        _until_done(lambda each=each: partnership.say(each, Decision.GRANT))  # type: ignore[misc] # bound now
    seen.begins.append(time.monotonic())
    before, told = seen.shown(), seen.told()
    waits_for_a_message = len(seen.ends) % EVERY == 0
    _until_done(lambda: partnership.say(grants[-1], Decision.GRANT))
    # an end that meets no answer proves nothing, and one that meets no message little of messages
    comes(lambda: seen.faults or (seen.shown() > before and (seen.told() > told or not waits_for_a_message)), 0.002)


def _until_done(do: Callable[[], object]) -> None:
    """An owner whose connection was cut says it again, as a person would."""
    for _ in range(500):
        try:
            do()
        except ParsError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("an owner could not be heard")


def crash(admin_url: str, stop: threading.Event, dice: Random) -> None:
    """Kill a backend of the doors now and then, whatever it is doing."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        while not stop.wait(dice.uniform(0.2, 0.8)):
            connection.execute(
                """
                select pg_terminate_backend(pid)
                from pg_stat_activity
                where datname = current_database() and usename in ('pars_act', 'pars_partner') and state <> 'idle'
                order by random()
                limit 1
                """
            )


@dataclass
class Verdict:
    """What the ledger says: disclosures, messages among them, those after an end, and those outside the terms."""

    disclosures: int = 0
    messages: int = 0
    ends: int = 0
    after_an_end: int = 0
    outside: int = 0
    standing: Mapping[str, str] = field(default_factory=dict)
    """The version in force of each agreement where the reading stopped, before the entry `upto`."""
    upto: int = 0


def verdict(store: Store, before: Verdict | None = None) -> Verdict:
    """Read the leaves of the log from its files, in their order, and nothing else.

    Of a long campaign each stretch is read on from where the one `before` it was read to, while nobody writes.
    """
    standing = dict(before.standing) if before else {}
    leaves = whole_log(store)
    said = Verdict(standing=standing, upto=len(leaves))
    for leaf in leaves[before.upto if before else 0 :]:
        _judge(said, standing, json.loads(leaf))
    return said


def _judge(said: Verdict, standing: dict[str, str], public: Mapping[str, object]) -> None:
    name = str(public.get("agreement"))
    if public["kind"] == "agreement":
        if "ended" in public:
            said.ends += 1
            standing.pop(name, None)
        if "began" in public:
            standing[name] = str(public["version"])
    elif public["kind"] == "inquiry" and public["verb"] in {"inquiry.asked", "inquiry.told"}:
        said.disclosures += 1
        said.messages += public["verb"] == "inquiry.told"
        said.after_an_end += standing.get(name) != public["version"]
        said.outside += public["fields"] != GIVEN or not set(cast(list[str], public.get("tells", []))) <= TOLD


def agreed(partnership: Partnership) -> UUID:
    """What a campaign begins with: an agreement in force, and somebody to ask about."""
    told = 'tell_of = ["arraigned"]'
    partnership.agree(terms(per_user=MOST_A_DAY, per_agency=MOST_A_DAY, more=told))
    return partnership.charged()


def campaign(
    partnership: Partnership, admin_url: str, arrest: UUID, interleavings: int, *, crashes: bool, lookers: int = LOOKERS
) -> Under:
    """Look-ups against ends until so many of them met."""
    seen, stop, dice = Under(crashes=crashes), threading.Event(), Random(6)
    threads = [
        threading.Thread(target=look, args=(partnership, seen, stop, "analyst" if n % 2 else "analyst-2"))
        for n in range(lookers)
    ]
    threads.append(threading.Thread(target=be_told, args=(partnership, seen, stop, arrest)))
    if crashes:
        threads.append(threading.Thread(target=crash, args=(admin_url, stop, dice)))
    with going_on(partnership.store):
        for thread in threads:
            thread.start()
        _meet(partnership, seen, dice, interleavings, stop, threads)
    return seen


def _meet(
    partnership: Partnership,
    seen: Under,
    dice: Random,
    interleavings: int,
    stop: threading.Event,
    threads: Sequence[threading.Thread],
) -> None:
    """Ends among the look-ups under way."""
    try:
        met = 0
        while (met < interleavings or not seen.struck()) and not seen.faults:
            for _ in range(20):
                end_and_begin(partnership, seen, dice)
            met = seen.interleavings() if len(seen.ends) * len(threads) >= interleavings else 0
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)


def check(seen: Under, said: Verdict) -> None:
    """What the ledger says, held against what the clients saw."""
    assert seen.faults == []
    shown = seen.shown()
    assert shown >= len(seen.ends) * 0.9
    assert (said.after_an_end, said.outside) == (0, 0)
    assert said.ends == len(seen.ends)
    messages = seen.told()
    assert messages >= len(seen.ends) * 0.9 / EVERY
    assert seen.messages_in_flight() > 0
    assert said.messages >= messages
    assert said.disclosures >= shown + messages  # none without its entry
    for (_, ended), begins in zip(seen.ends, seen.begins, strict=True):
        within = {outcome for asked, answered, outcome in seen.looks if ended < asked and answered < begins}
        assert within <= STOPPED | {"failed"}, within
        silent = {outcome for asked, answered, outcome in seen.tells if ended < asked and answered < begins}
        assert silent <= {"silent", "failed"}, silent


def test_two_thousand_interleavings_and_no_disclosure_after_an_end(partnership: Partnership, admin_url: str) -> None:
    seen = campaign(partnership, admin_url, agreed(partnership), INTERLEAVINGS, crashes=False)

    assert seen.interleavings() >= INTERLEAVINGS
    check(seen, verdict(partnership.store))
    assert broken(admin_url) == []  # as `pars ledger verify` judges


def test_nor_when_backends_are_killed_in_between(partnership: Partnership, admin_url: str) -> None:
    seen = campaign(partnership, admin_url, agreed(partnership), 200, crashes=True)

    check(seen, verdict(partnership.store))
    assert broken(admin_url) == []  # as `pars ledger verify` judges
    assert "failed" in {outcome for _, _, outcome in seen.looks}


@pytest.mark.soak
@pytest.mark.timeout(86_400)
def test_a_million_interleavings(partnership: Partnership, admin_url: str) -> None:
    """Stretch by stretch; `INTERLEAVINGS` asks for fewer. The result says how far it came, also when it is stopped."""
    wanted, began = int(os.environ.get("INTERLEAVINGS", "1000000")), time.monotonic()
    arrest, said = agreed(partnership), verdict(partnership.store)
    whole = dict.fromkeys(("interleavings", "ends", "looks", "disclosures", "messages", "after_an_end", "outside"), 0)
    while whole["interleavings"] < wanted:
        seen = campaign(partnership, admin_url, arrest, STRETCH, crashes=True, lookers=SOAK_LOOKERS)
        said = verdict(partnership.store, said)
        check(seen, said)
        forget_counts(admin_url)  # no agreement allows as many as a campaign asks
        whole["interleavings"] += seen.interleavings()
        whole["looks"] += len(seen.looks)
        for name in ("ends", "disclosures", "messages", "after_an_end", "outside"):
            whole[name] += getattr(said, name)
        told = {**whole, "seconds": round(time.monotonic() - began)}
        SOAK_RESULT.write_text(f"{json.dumps(told, indent=2)}\n", encoding="utf-8")

    assert broken(admin_url) == []  # as `pars ledger verify` judges
    assert (whole["after_an_end"], whole["outside"]) == (0, 0)


def test_the_first_midnight_after_the_last_day_ends_it_by_itself(partnership: Partnership, admin_url: str) -> None:
    """T15. Time passes while look-ups go on; nobody does anything, and the round writes the end down afterwards."""
    partnership.agree(terms(last=clock.city_day(clock.now())))
    partnership.charged()
    seen, stop = Under(), threading.Event()
    threads = [threading.Thread(target=look, args=(partnership, seen, stop, "analyst")) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert comes(lambda: seen.faults or seen.shown())
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
        _judge(said, standing, public)
    for public in (told, told | {"tells": ["released"]}):
        _judge(said, standing, public)

    assert said == Verdict(disclosures=8, messages=3, ends=1, after_an_end=5, outside=2)

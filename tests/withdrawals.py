"""Withdrawals against look-ups: what a campaign does, what its clients saw, and the verdict of the log's files.

Analysts look up the same person, and are told of steps that were taken, each message tried again and again, while
owners withdraw, suspend and consent again, and PostgreSQL's backends are killed in between. An interleaving is one
look-up that was in flight while one end of its agreement was written down.
"""

import bisect
import json
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import cast
from uuid import UUID

import psycopg
from tests.logfiles import going_on, whole_log
from tests.partnership import OTHER, Partnership, asks, terms
from tests.waiting import PATIENCE_SECONDS, comes

from pars import clock
from pars.actions import partnering, telling
from pars.actions.acting import By
from pars.actions.inquiries import inquire
from pars.actions.subscribing import Wish, subscribe
from pars.clock import real_now
from pars.errors import ParsError
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Refused
from pars.sharing.reading import MOST_A_DAY
from pars.store.database import Store
from pars.store.subscriptions import Delivery, step_taken

EVERY = 4
"""Of so many ends one waits until a message of the new term was told: a subscription takes longer than a look."""
GIVEN = ["birth_date", "charges", "name", "otn"]
TOLD = {"arraigned"}
STOPPED = {"not-in-force", "suspended"}


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement in force, and who of its partner asks under it; the first of them is told of steps, too."""

    name: str
    analysts: Sequence[str]


@dataclass
class Seen:
    """What happened under one agreement, as the clients saw it: look-ups and messages with their times and outcomes.

    `begun`: its owners have consented, and are not about to end it. `asks` is not set while a message is waited for: a
    look far from an end meets none.
    """

    under: Agreed
    looks: list[tuple[float, float, str]] = field(default_factory=list)
    tells: list[tuple[float, float, str]] = field(default_factory=list)
    ends: list[tuple[float, float]] = field(default_factory=list)
    begins: list[float] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    begun: threading.Event = field(default_factory=threading.Event)
    asks: threading.Event = field(default_factory=threading.Event)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def looked(self, asked: float, outcome: str) -> None:
        """A look-up that was answered just now."""
        self.looks.append((asked, time.monotonic(), outcome))
        self._count(outcome)

    def heard(self, asked: float, outcome: str) -> None:
        """A message that was told, or not, just now."""
        self.tells.append((asked, time.monotonic(), outcome))
        self._count(f"message {outcome}")

    def _count(self, outcome: str) -> None:
        with self._counting:
            self.counted[outcome] += 1

    @property
    def shown(self) -> int:
        """Look-ups that were answered with a record."""
        return self.counted["shown"]

    @property
    def told(self) -> int:
        """Messages that left with a record."""
        return self.counted["message told"]

    @property
    def refused(self) -> int:
        """Look-ups that were refused because nothing was in force."""
        return sum(self.counted[one] for one in STOPPED)

    def messages_in_flight(self) -> int:
        """Messages that were being told while an end was written down."""
        return _met(self.ends, self.tells)

    def interleavings(self) -> int:
        """Look-ups that were in flight while an end was written down, counted once for each end."""
        return _met(self.ends, self.looks)


def _met(ends: Sequence[tuple[float, float]], these: Sequence[tuple[float, float, str]]) -> int:
    """How many of these had begun before an end was over and were not over before it began, for each end."""
    so_far = list(these)
    asked, answered = sorted(one[0] for one in so_far), sorted(one[1] for one in so_far)
    return sum(
        bisect.bisect_left(asked, ended) - bisect.bisect_right(answered, began)  # whatever was over had begun
        for began, ended in list(ends)
    )


def agreed(
    partnership: Partnership,
    name: str = "sheriff",
    partner: str = "Example County Sheriff",
    analysts: Sequence[str] = ("analyst", "analyst-2"),
) -> Agreed:
    """An agreement in force, with room for as many questions as a campaign asks."""
    text = terms(per_user=MOST_A_DAY, per_agency=MOST_A_DAY, more='tell_of = ["arraigned"]')
    partnership.propose(text.replace('id = "sheriff"', f'id = "{name}"').replace("Example County Sheriff", partner))
    for owner in Owner:
        partnership.say(owner, Decision.GRANT, name=name)
    return Agreed(name, analysts)


def three_agreed(partnership: Partnership) -> list[Agreed]:
    """Two agreements of one partner and one of another."""
    partnering.register_pattern(
        partnership.store, partnership.staff(Role.ADMINISTRATOR), OTHER, "ECS-[0-9]{4}-[0-9]{4,6}"
    )
    return [
        agreed(partnership, analysts=["analyst"]),
        agreed(partnership, "sheriff-at-night", analysts=["analyst-2"]),
        agreed(partnership, "another", "Another Agency", ["stranger"]),
    ]


def _stuck(threads: Sequence[threading.Thread]) -> str:
    """Where those stand that do not come to an end; empty when all have."""
    frames = sys._current_frames()
    stand = [(each.name, frames[each.ident]) for each in threads if each.is_alive() and each.ident in frames]
    return "\n".join(line for name, frame in stand for line in [name, *traceback.format_stack(frame)])


@dataclass
class Campaign:
    """Look-ups and messages against ends, under one agreement or several at once, and what was seen of it.

    `of`: whom everybody asks about. The dice of an owner are those of the seed and the agreement.
    """

    partnership: Partnership
    admin_url: str
    under: Sequence[Agreed]
    of: UUID
    crashes: bool
    seed: str = "6"
    seen: list[Seen] = field(init=False)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Nothing is seen yet, and everybody may ask."""
        self.seen = [Seen(one) for one in self.under]
        for seen in self.seen:
            seen.asks.set()

    def run(self, interleavings: int, lookers: int) -> None:
        """Go on until so many look-ups met an end; `lookers` ask under each agreement."""
        threads = []
        for seen in self.seen:
            known = [self.partnership.analyst(name) for name in seen.under.analysts]
            patient = [(self._look_while_in_force, known[place % len(known)]) for place in range(1, lookers)]
            for do, who in [*patient, (self._look, known[0]), (self._be_told, known[0])]:
                name = f"{do.__name__} under {seen.under.name}"
                threads.append(threading.Thread(target=self._until_stopped, args=(do, seen, who), name=name))
        owners = [threading.Thread(target=self._owners, args=(seen, interleavings)) for seen in self.seen]
        if self.crashes:
            threads.append(threading.Thread(target=self._crash))
        with going_on(self.partnership.store):
            for thread in [*threads, *owners]:
                thread.start()
            for owner in owners:
                owner.join()
            self._stop.set()
            for seen in self.seen:
                seen.begun.set()
                seen.asks.set()
            for thread in threads:
                thread.join(PATIENCE_SECONDS)
        assert not _stuck(threads)

    def interleavings(self) -> int:
        """Look-ups that were in flight while an end of their agreement was written down."""
        return sum(seen.interleavings() for seen in self.seen)

    def faults(self) -> list[BaseException]:
        """What nobody reckoned with."""
        return [fault for seen in self.seen for fault in seen.faults]

    def _struck(self) -> bool:
        """Whether a look fell with its backend, in a campaign that kills them."""
        return not self.crashes or any(seen.counted["failed"] for seen in self.seen)

    def _until_stopped(self, do: Callable[[Seen, By], object], seen: Seen, known: By) -> None:
        """Somebody who does it again and again, with a sign-in of this moment each time."""
        while not self._stop.is_set():
            try:
                do(seen, replace(known, since=real_now()))
            except BaseException as fault:  # noqa: BLE001 - whatever it was, the campaign has to hear of it
                seen.faults.append(fault)
                self._stop.set()

    def _look_while_in_force(self, seen: Seen, by: By) -> None:
        """An analyst who was refused because nothing is in force asks again when the owners have consented."""
        if self._look(seen, by) in STOPPED:
            seen.begun.wait(PATIENCE_SECONDS)

    def _look(self, seen: Seen, by: By) -> str:
        """A look-up, and what came of it. One analyst does nothing else, without pause, whatever stands."""
        seen.asks.wait(PATIENCE_SECONDS)
        asked = time.monotonic()
        try:
            found = inquire(self.partnership.store, replace(by, since=real_now()), asks(agreement=seen.under.name))
            outcome = "shown" if found.record is not None else "nothing"
        except Refused as refusal:
            outcome = refusal.code
        except ParsError:
            outcome = "failed"
        seen.looked(asked, outcome)
        return outcome

    def _be_told(self, seen: Seen, by: By) -> None:
        """A subscription of each new term, and its message: told again and again, whatever happens meanwhile."""
        store, asked = self.partnership.store, time.monotonic()
        try:
            owed = telling.owed_to(store, by, real_now()) or self._subscribe(seen, by)
            silent = not owed
            for one in owed:
                asked = time.monotonic()
                said = telling.tell(store, one)
                seen.heard(asked, "told" if said else "silent")
                silent = silent or said is None
            if silent:
                telling.tidy(store, real_now())
        except ParsError:
            seen.heard(asked, "failed")
            silent = True
        if silent:
            seen.begun.wait(PATIENCE_SECONDS)

    def _subscribe(self, seen: Seen, by: By) -> Sequence[Delivery]:
        """Subscribe, and let a step be taken; what is owed then."""
        store = self.partnership.store
        made = subscribe(store, by, Wish(asks(agreement=seen.under.name), ["arraigned"], "stream"))
        with store.transaction("pars_act") as connection:
            step_taken(connection, self.of, "arraigned", clock.now())
        telling.match(store, real_now())
        owed = telling.owed_to(store, by, real_now())
        if not self.crashes:  # a cut connection may have made one that nobody heard of
            assert {one.subscription.id for one in owed} <= {made.id}
        return owed

    def _crash(self) -> None:
        """Kill a backend of the doors now and then, whatever it is doing."""
        dice = Random(f"{self.seed} crash")
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            while not self._stop.wait(dice.uniform(0.2, 0.8)):
                connection.execute(
                    """
                    select pg_terminate_backend(pid)
                    from pg_stat_activity
                    where datname = current_database() and usename in ('pars_act', 'pars_partner') and state <> 'idle'
                    order by random()
                    limit 1
                    """
                )

    def _owners(self, seen: Seen, interleavings: int) -> None:
        """The owners of one agreement, who end it and consent again until there is enough under all of them."""
        dice = Random(f"{self.seed} {seen.under.name}")
        try:
            while not self._stop.is_set() and (self.interleavings() < interleavings or not self._struck()):
                for _ in range(EVERY):
                    self._end_and_begin(seen, dice)
        except BaseException as fault:  # noqa: BLE001 - the same
            seen.faults.append(fault)
            self._stop.set()

    def _end_and_begin(self, seen: Seen, dice: Random) -> None:
        """One end by one of the owners, a refusal, and consent again: by all three where it was withdrawn."""
        owner = dice.choice(list(Owner))
        decision = dice.choice([Decision.WITHDRAW, *[Decision.SUSPEND] * 3])
        refused = seen.refused
        seen.begun.clear()
        began = time.monotonic()
        self._say(seen, owner, decision)
        seen.ends.append((began, time.monotonic()))
        self._comes("refused after an end", lambda: seen.refused > refused)
        for other in Owner:
            if other is not owner and decision is Decision.WITHDRAW:
                self._say(seen, other, Decision.GRANT)
        seen.begins.append(time.monotonic())
        shown, told = seen.shown, seen.told
        self._say(seen, owner, Decision.GRANT)
        seen.begun.set()
        # an end that meets no answer proves nothing, and one that meets no message little of messages
        self._comes("answered in a new term", lambda: seen.shown > shown)
        if len(seen.ends) % EVERY == 0:
            seen.asks.clear()
            self._comes("told in a new term", lambda: seen.told > told)
            shown = seen.shown
            seen.asks.set()
            self._comes("answered beside a message", lambda: seen.shown > shown)

    def _say(self, seen: Seen, owner: Owner, decision: Decision) -> None:
        """An owner says it; one whose connection was cut says it again, as a person would."""

        def heard() -> bool:
            try:
                self.partnership.say(owner, decision, name=seen.under.name)
            except ParsError:
                return False
            return True

        self._comes("an owner is heard", heard)

    def _comes(self, what: str, true: Callable[[], object]) -> None:
        assert comes(lambda: self._stop.is_set() or true(), 0.002), what


@dataclass
class Verdict:
    """What the ledger says: disclosures, messages among them, those after an end, and those outside the terms."""

    disclosures: int = 0
    messages: int = 0
    ends: int = 0
    after_an_end: int = 0
    outside: int = 0


def verdict(store: Store) -> Verdict:
    """Read the leaves of the log from its files, in their order, and nothing else."""
    said, standing = Verdict(), dict[str, str]()
    for leaf in whole_log(store):
        judge(said, standing, json.loads(leaf))
    return said


def judge(said: Verdict, standing: dict[str, str], public: Mapping[str, object]) -> None:
    """Reckon with one entry; `standing` is the version in force of each agreement before it."""
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


def check(campaign: Campaign, said: Verdict) -> None:
    """What the ledger says, held against what the clients saw."""
    assert (said.after_an_end, said.outside) == (0, 0)
    assert not campaign.faults(), "\n".join(map(repr, campaign.faults()))
    assert said.ends == sum(len(seen.ends) for seen in campaign.seen)
    assert sum(seen.messages_in_flight() for seen in campaign.seen) > 0
    assert said.messages >= sum(seen.told for seen in campaign.seen)
    assert said.disclosures >= sum(seen.shown + seen.told for seen in campaign.seen)  # none without its entry
    for seen in campaign.seen:
        assert seen.shown >= len(seen.ends)
        assert seen.told >= len(seen.ends) / EVERY
        for (_, ended), begins in zip(seen.ends, seen.begins, strict=True):
            within = {outcome for asked, answered, outcome in seen.looks if ended < asked and answered < begins}
            assert within <= STOPPED | {"failed"}, within
            silent = {outcome for asked, answered, outcome in seen.tells if ended < asked and answered < begins}
            assert silent <= {"silent", "failed"}, silent

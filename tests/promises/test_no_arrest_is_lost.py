"""Promise 1. What the screen has acknowledged survives a crash of anything, and counts of cells are reconciled with it.

A real `pars serve` with its own PostgreSQL, clients that book arrests over HTTP, and `kill -9` of the server, of
PostgreSQL, and of both at once. A client knows only what it was told: 201 with an id, or nothing.
"""

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from shutil import rmtree

import httpx
import psycopg
import pytest
from tests.logfiles import whole_log
from tests.partnership import Partnership
from tests.ports import free_port
from tests.waiting import PATIENCE_SECONDS, comes

from pars import clock
from pars.actions import counting, disclosure
from pars.actions.booking import NewArrest
from pars.actions.counting import CountGiven
from pars.actions.person_given import PersonGiven
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.roles import Role
from pars.store.database import Store
from pars.store.embedded import running
from pars.store.keys import keys_in

PARS = Path(sys.executable).with_name("pars")
SOAK_RESULT = Path(__file__).parents[2] / "docs/soak/no-arrest-is-lost.json"
CLIENTS = 4
PLAN = """
[[agency]]
ori = "PAPEP0000"
name = "Police Department"
owner = "police"

[[site]]
code = "D22"
name = "22nd District"
kind = "booking"

[[account]]
sign_in = "officer"
full_name = "Thaddeus Brindlewick"
role = "officer"
agency_ori = "PAPEP0000"
site = "D22"
badge = "4417"
"""


class Installation:
    """A real installation in a folder of its own, served by a process that may be killed."""

    def __init__(self, data: Path) -> None:
        """Found it, and serve it on a port that was free a moment ago."""
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        plan = data.with_suffix(".toml")
        plan.write_text(PLAN)
        told = self._pars("found", str(plan), "--json")
        self.password = str(json.loads(told)["passwords"]["officer"])
        self.process = self._serve()
        self.token = self._sign_in()

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PARS_")}
        return {**kept, "PARS_TLS": "proxy", "PARS_DATA": str(self.data)}

    def _pars(self, *words: str) -> str:
        done = subprocess.run([PARS, *words], env=self._environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _serve(self) -> "subprocess.Popen[bytes]":
        with self.data.with_suffix(".stderr").open("ab") as told:
            return subprocess.Popen(
                [PARS, "serve", "--embedded", "--port", str(self.port)], env=self._environment(), stderr=told
            )

    def _sign_in(self) -> str:
        self.wait_until_ready()
        given = {"name": "officer", "password": self.password}
        answer = httpx.post(f"{self.url}/sign-in", data=given, timeout=PATIENCE_SECONDS)
        return answer.headers["set-cookie"].partition("=")[2].partition(";")[0]

    def wait_until_ready(self) -> float:
        """Wait until it says that it can work; for how long it took."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=PATIENCE_SECONDS).status_code == 200:
                    return time.monotonic() - began
            except httpx.HTTPError:
                assert self.process.poll() is None, self.log()[-2000:]
            time.sleep(0.02)
        raise AssertionError("not ready: " + self.log()[-2000:])

    def log(self) -> str:
        """What the process said on standard error."""
        return self.data.with_suffix(".stderr").read_text()

    def postmaster(self) -> int:
        """The process id of its PostgreSQL."""
        return int((self.data / "postgresql/cluster/postmaster.pid").read_text().split()[0])

    def kill_server(self) -> None:
        """`kill -9` of the web process, and a new one at once."""
        self.process.kill()
        self.process.wait()
        self.process = self._serve()

    def kill_database(self) -> None:
        """`kill -9` of PostgreSQL while the web process lives."""
        os.kill(self.postmaster(), signal.SIGKILL)

    def kill_both(self) -> None:
        """The machine goes dark: neither has a moment to put anything in order."""
        os.kill(self.postmaster(), signal.SIGKILL)
        self.kill_server()

    def stop(self) -> None:
        """End it in good order."""
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)

    def bearer(self) -> dict[str, str]:
        """The header that says who asks."""
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def city() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="pars-promise-"))
    try:
        here = Installation(folder)
        try:
            yield here
        finally:
            here.stop()
    finally:
        rmtree(folder)
        for beside in folder.parent.glob(f"{folder.name}.*"):
            beside.unlink()


@dataclass
class Booker:
    """A client that books arrest after arrest, and remembers what it was told about each key."""

    url: str
    headers: dict[str, str]
    name: str
    told: dict[str, tuple[str, str]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def book(self, client: httpx.Client, key: str) -> bool:
        """Book the arrest of that key; whether it was acknowledged."""
        try:
            answer = client.post(
                f"{self.url}/api/v1/arrests", json=arrest(key), headers={**self.headers, "Idempotency-Key": key}
            )
        except httpx.HTTPError:
            return False
        assert answer.status_code in {201, 503}, answer.text
        if answer.status_code == 201:
            said = (str(answer.json()["id"]), str(answer.json()["entry"]))
            assert self.told.setdefault(key, said) == said
        return answer.status_code == 201

    def run(self, stop: threading.Event) -> None:
        """Book until told to stop; keys without an answer stay open, half of them are sent again soon."""
        dice = Random(self.name)
        with httpx.Client(timeout=PATIENCE_SECONDS) as client:
            for number in itertools.count():
                if stop.is_set():
                    return
                again = bool(self.open) and dice.random() < 0.3
                key = self.open.pop() if again else f"{self.name}-{number}"
                if not self.book(client, key):
                    self.open.append(key)
                    stop.wait(0.05)


def arrest(key: str) -> dict[str, object]:
    """The same words for the same key: what is sent twice is the same request."""
    return {
        "arrested_at": (datetime(2026, 1, 5, 3, tzinfo=UTC) + timedelta(seconds=len(key))).isoformat(),
        "place": f"corner {key}",
        "agency_ori": "PAPEP0000",
        "person": {"surname": "Wexelmoor", "given": "Piotr"},
        "charges": [{"statute": "18 § 3929", "grade": "M1", "grade_fact": "second offense"}],
    }


@dataclass(frozen=True)
class Outcome:
    """What the campaign found: arrests acknowledged under load, and keys that got their answer only at the end."""

    kills: int
    acknowledged: int
    answered_when_sent_again: int
    lost: int
    twice: int
    without_entry: int
    slowest_recovery_seconds: float


def campaign(here: Installation, kills: int) -> Outcome:
    """Book under load, kill that often, then send every open key again and count what the database holds."""
    bookers = [Booker(here.url, here.bearer(), f"desk-{n}") for n in range(CLIENTS)]
    stop = threading.Event()
    threads = [threading.Thread(target=booker.run, args=(stop,)) for booker in bookers]
    for thread in threads:
        thread.start()
    recoveries = []
    ways: list[Callable[[], None]] = [here.kill_server, here.kill_database, here.kill_both]
    try:
        for kill in itertools.islice(itertools.cycle(ways), kills):
            _after_some_bookings(bookers)
            kill()
            recoveries.append(here.wait_until_ready())
        _after_some_bookings(bookers)
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    unanswered = _finish(bookers)
    with running(here.data) as url:
        with Store(url, keys_in(here.data), ledger=here.data / "ledger") as store:
            whole_log(store)  # no kill has left a hole in it, or a fork
        return _counted(url, bookers, kills, unanswered, max(recoveries))


def _after_some_bookings(bookers: list[Booker]) -> None:
    """Let every client have an answer or two since the last kill, so that each kill hits a working city."""
    before = [len(booker.told) for booker in bookers]
    assert comes(lambda: all(len(booker.told) > had + 2 for booker, had in zip(bookers, before, strict=True)), 0.01)


def _finish(bookers: list[Booker]) -> int:
    """Send every open key again until it is answered, and some answered ones, too; how many were open."""
    unanswered = 0
    with httpx.Client(timeout=PATIENCE_SECONDS) as client:
        for booker in bookers:
            unanswered += len(booker.open)
            assert all(booker.book(client, key) for key in booker.open)
            assert all(booker.book(client, key) for key in list(booker.told)[:25])
    return unanswered


def _counted(url: str, bookers: list[Booker], kills: int, unanswered: int, slowest: float) -> Outcome:
    told = [(key, *said) for booker in bookers for key, said in booker.told.items()]
    with psycopg.connect(url) as connection:
        rows = connection.execute("select id::text, place from record.arrest").fetchall()
        entries = {
            row[0] for row in connection.execute("select nonce::text from ledger.entry where verb = 'arrest.recorded'")
        }
    ids, places = {row[0] for row in rows}, Counter(row[1] for row in rows)
    assert len(entries) == len(rows), "an arrest without its entry, or an entry without its arrest"
    return Outcome(
        kills=kills,
        acknowledged=len(told) - unanswered,
        answered_when_sent_again=unanswered,
        lost=sum(1 for key, one, _ in told if one not in ids or f"corner {key}" not in places),
        twice=sum(1 for count in places.values() if count > 1) + len(rows) - len(told),
        without_entry=sum(1 for *_, entry in told if entry not in entries),
        slowest_recovery_seconds=round(slowest, 2),
    )


def test_ten_kills_under_load_lose_no_acknowledged_arrest_and_double_none(city: Installation) -> None:
    outcome = campaign(city, kills=10)

    assert outcome.acknowledged > 10 * CLIENTS
    assert (outcome.lost, outcome.twice, outcome.without_entry) == (0, 0, 0), outcome


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_two_hundred_kills_under_load_lose_no_acknowledged_arrest(city: Installation) -> None:
    began = time.monotonic()

    outcome = campaign(city, kills=200)

    SOAK_RESULT.parent.mkdir(parents=True, exist_ok=True)
    figures = {**vars(outcome), "clients": CLIENTS, "seconds": round(time.monotonic() - began)}
    SOAK_RESULT.write_text(json.dumps(figures, indent=2) + "\n")
    assert (outcome.lost, outcome.twice, outcome.without_entry) == (0, 0, 0), outcome


def _page(here: Installation, path: str) -> httpx.Response:
    return httpx.get(here.url + path, headers={**here.bearer(), "Accept": "text/html"}, timeout=PATIENCE_SECONDS)


def test_while_the_database_is_gone_everything_says_so_and_it_recovers_by_itself(city: Installation) -> None:
    desk = Booker(city.url, city.bearer(), "desk")
    version = city.data / "postgresql/cluster/PG_VERSION"
    with httpx.Client(timeout=PATIENCE_SECONDS) as client:
        assert desk.book(client, "before")

        version.rename(version.with_suffix(".away"))  # so that no new server comes up, however often it is tried
        city.kill_database()
        page, away, alive = (
            _page(city, "/booking"),
            httpx.get(f"{city.url}/readyz", timeout=PATIENCE_SECONDS),
            _page(city, "/healthz"),
        )
        told = client.post(f"{city.url}/api/v1/arrests", json=arrest("during"), headers=city.bearer())
        assert not desk.book(client, "during")
        version.with_suffix(".away").rename(version)
        recovered = city.wait_until_ready()

        assert (page.status_code, "cannot be reached at this moment" in page.text) == (503, True)
        assert (away.status_code, away.json()["missing"]) == (503, ["the database does not answer"])
        assert alive.status_code == 200
        assert (told.status_code, told.json()["code"]) == (503, "unavailable")
        assert told.headers["content-type"] == "application/problem+json"
        assert recovered < 60  # seconds, and not the minutes of growing pauses
        assert desk.book(client, "during")
        assert desk.book(client, "before")  # the same answer as the first time
    with running(city.data) as url, psycopg.connect(url) as connection:
        places = connection.execute("select place from record.arrest order by place").fetchall()
    assert places == [("corner before",), ("corner during",)]


def test_a_database_that_stands_still_and_goes_on_loses_and_doubles_nothing(city: Installation) -> None:
    desk = Booker(city.url, city.bearer(), "desk")
    family = [city.postmaster(), *_children(city.postmaster())]
    with httpx.Client(timeout=PATIENCE_SECONDS) as client:
        assert desk.book(client, "before")
    with httpx.Client(timeout=1) as client:
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        answered = desk.book(client, "during")
        alive = _page(city, "/healthz").status_code
        for pid in reversed(family):
            os.kill(pid, signal.SIGCONT)
        city.wait_until_ready()

        assert (answered, alive) == (False, 200)
    with httpx.Client(timeout=PATIENCE_SECONDS) as client:
        assert desk.book(client, "during")
    with running(city.data) as url, psycopg.connect(url) as connection:
        places = connection.execute("select place from record.arrest order by place").fetchall()
    assert places == [("corner before",), ("corner during",)]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


# a person in a cell without a row, and a row without a person


def test_a_count_names_every_difference_and_none_is_left_unexplained(partnership: Partnership) -> None:
    store, officer = partnership.store, partnership.staff(Role.DETENTION_OFFICER)
    here, gone = partnership.record("Quillfeather"), partnership.record("Wexelmoor")
    for arrest, cell in ((here, "A-1"), (gone, "A-2")):
        partnership.take(Role.DETENTION_OFFICER, arrest, "book", {"site": "D22", "cell": cell})
    assert [line.id for line in counting.open_block(store, officer, "D22").lines.lines] == [here, gone]
    with pytest.raises(Conflicts, match="not spoken of"):
        counting.count(store, officer, "D22", CountGiven(present=[here]))
    with pytest.raises(BadInput, match="both"):
        counting.count(store, officer, "D22", CountGiven(present=[here, gone], missing=[gone]))
    with pytest.raises(NotAllowed):
        counting.count(store, partnership.staff(Role.CLERK), "D22", CountGiven(present=[here, gone]))

    counted = counting.count(store, officer, "D22", CountGiven(present=[here], missing=[gone], without_row=["B-7"]))

    assert (counted.expected, counted.present) == (2, 2)
    block = counting.open_block(store, officer, "D22")
    assert block.named is not None
    assert [line.name for line in block.named.lines] == ["WEXELMOOR, Rosalind"]
    [(site, taken)] = counting.sites(store, officer)
    assert (site.standing, taken) == (2, True)
    nobody, without_row = sorted(block.differences, key=lambda one: one.arrest is None)
    with pytest.raises(BadInput, match="how you know"):
        counting.explain(store, officer, nobody.id, "at-hospital")
    with pytest.raises(BadInput, match="no custody or police supervisor"):
        counting.hand_over(store, officer, nobody.id, Role.CLERK.value)
    counting.hand_over(store, officer, nobody.id, Role.CUSTODY_SUPERVISOR.value)
    handed = counting.open_block(store, officer, "D22").differences
    assert {one.handed_name for one in handed} == {"Sam custody-supervisor", None}  # it stands all the same
    counting.explain(store, partnership.staff(Role.CUSTODY_SUPERVISOR), nobody.id, "at-hospital", note="radio, 02:10")
    row = NewArrest(clock.now(), "cells of the 22nd", "PAPEP0000", PersonGiven())
    made = counting.make_row(store, officer, without_row.id, row)
    assert counting.open_block(store, officer, "D22").differences == []
    line = disclosure.open_arrest(store, officer, made.id, why="the count").line
    assert (line.name, line.custody, line.site, line.cell) == ("name unknown", "booked", "D22", "B-7")
    with pytest.raises(NotThere):
        counting.explain(store, officer, nobody.id, "miscounted", note="again")


def test_a_second_person_in_the_cell_of_one_without_a_row_is_a_difference_of_their_own(
    partnership: Partnership,
) -> None:
    store, officer = partnership.store, partnership.staff(Role.DETENTION_OFFICER)

    said = [
        len(counting.count(store, officer, "D22", CountGiven(without_row=cells)).differences)
        for cells in (["B-7"], ["B-7", "B-7"], ["B-7", "C-3"], ["B-7"])
    ]

    assert said == [1, 1, 1, 0]
    assert len(counting.open_block(store, officer, "D22").differences) == 3


def test_a_person_without_a_row_who_is_a_child_is_given_one_apart(partnership: Partnership) -> None:
    store, officer = partnership.store, partnership.staff(Role.DETENTION_OFFICER)
    [difference] = counting.count(store, officer, "D22", CountGiven(without_row=["C-3"])).differences
    young = PersonGiven(surname="Wexelmoor", birth_date=clock.city_day(clock.now()) - timedelta(days=14 * 365))

    made = counting.make_row(store, officer, difference, NewArrest(clock.now(), "the cells", "PAPEP0000", young))

    with store.transaction("pars_act") as connection:
        assert connection.execute("select count(*) from record.arrest").fetchone() == (0,)
        kept = connection.execute("select arrest_id from record.count_difference").fetchall()
    assert kept == [(None,)]
    assert [child.id for child in disclosure.open_children(store, partnership.staff(Role.CUSTODY_SUPERVISOR))] == [
        made.id
    ]

"""A served installation for the laws of nothing escaping: its desks, its two logs, and strings that are planted."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from shutil import rmtree
from typing import Any, cast

import httpx
from tests.ports import free_port
from tests.waiting import PATIENCE_SECONDS, comes

PARS = Path(sys.executable).with_name("pars")
ROLES = {
    "officer": ("PAPEP0000", "officer"),
    "supervisor": ("PAPEP0000", "police-supervisor"),
    "detention": ("PAPEP0000", "detention-officer"),
    "attorney": ("PA051013A", "charging-attorney"),
    "interviewer": ("PA051033J", "interviewer"),
    "magistrate": ("PA051033J", "magistrate"),
    "clerk": ("PA051033J", "clerk"),
    "administrator": ("PA0510PRV", "administrator"),
    "detective": ("PAPEP0000", "detective"),
    "police-speaks": ("PAPEP0000", "representative"),
    "attorney-speaks": ("PA051013A", "representative"),
    "court-speaks": ("PA051033J", "representative"),
    "analyst": ("PAEXS0000", "analyst"),
}
AGENCIES = {
    "PAPEP0000": "police",
    "PA051013A": "district-attorney",
    "PA051033J": "court",
    "PA0510PRV": "",
    "PAEXS0000": "",
}
"""The agencies by their identifiers, each with the owner that it is part of; the last one is a partner."""
NO_TLS = httpx.create_ssl_context(verify=False)
"""What is sent without TLS needs no list of authorities, which takes longer to read than to send it."""
STATUTE = {"statute": "18 § 3929", "grade": "M1", "grade_fact": "second offense"}


def plan() -> str:
    """Agencies, a site and one account for each role, as `pars found` reads them."""
    lines = ["[[site]]", 'code = "D22"', 'name = "22nd District"', 'kind = "booking"']
    for ori, owner in AGENCIES.items():
        lines += ["[[agency]]", f'ori = "{ori}"', f'name = "Agency {ori}"'] + ([f'owner = "{owner}"'] if owner else [])
    for sign_in, (ori, role) in ROLES.items():
        lines += ["[[account]]", f'sign_in = "{sign_in}"', 'full_name = "Of the House"', f'role = "{role}"']
        lines += [f'agency_ori = "{ori}"', *(['site = "D22"'] if owner_of(ori) == "police" else [])]
    return "\n".join(lines)


def owner_of(ori: str) -> str:
    """The owner of an agency; empty for the one that is no owner's."""
    return AGENCIES[ori]


class Planted:
    """Strings that stand nowhere else, each with the place where it was planted."""

    def __init__(self) -> None:
        """Nothing is planted yet."""
        self.where: dict[str, str] = {}
        self._numbers = count(1)

    def text(self, place: str) -> str:
        """A word that looks like a name."""
        word = f"Zq{next(self._numbers)}x{secrets.token_hex(4)}".translate(str.maketrans("0123456789", "ghijklmnop"))
        return self._keep(word.title(), place)

    def digits(self, place: str, length: int) -> str:
        """A number of that many digits."""
        return self._keep(str(secrets.randbelow(9 * 10 ** (length - 1)) + 10 ** (length - 1)), place)

    def _keep(self, value: str, place: str) -> str:
        self.where[value] = place
        return value

    def found_in(self, text: str) -> list[str]:
        """Where those come from that a text holds, in any case of letters."""
        lower = text.lower()
        return sorted({place for value, place in self.where.items() if value.lower() in lower})


class House:
    """A served installation, its two logs, and a client that remembers addresses and refusals."""

    def __init__(self, data: Path) -> None:
        """Found it and serve it."""
        self.data, self.asked, self.refusals = data, list[str](), list[str]()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PARS_")}
        self._environment = {**kept, "PARS_TLS": "proxy", "PARS_DATA": str(data)}
        data.with_suffix(".toml").write_text(plan())
        founded = subprocess.run(
            [PARS, "found", str(data.with_suffix(".toml")), "--json"],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        )
        self.passwords: dict[str, str] = json.loads(founded.stdout)["passwords"]
        self.process = self._serve()
        self.wait_until_ready()
        self.tokens = {name: self._token(name) for name in ROLES}

    def _serve(self) -> "subprocess.Popen[bytes]":
        with self.data.with_suffix(".log").open("ab") as told:
            return subprocess.Popen(
                [PARS, "serve", "--embedded", "--port", str(self.port)], env=self._environment, stdout=told, stderr=told
            )

    def _token(self, name: str) -> str:
        given = {"name": name, "password": self.passwords[name]}
        answer = httpx.post(f"{self.url}/sign-in", data=given, timeout=PATIENCE_SECONDS, verify=NO_TLS)
        return answer.headers["set-cookie"].partition("=")[2].partition(";")[0]

    def wait_until_ready(self) -> None:
        """Wait until it says that it can work."""

        def ready() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                return httpx.get(f"{self.url}/readyz", timeout=PATIENCE_SECONDS, verify=NO_TLS).status_code == 200
            return False

        assert comes(ready), self.operators_log()[-2000:]

    def restart_by_kill(self) -> None:
        """`kill -9`, and a new process at once."""
        self.process.kill()
        self.process.wait()
        self.process = self._serve()
        self.wait_until_ready()

    def kill_database(self) -> None:
        """`kill -9` of PostgreSQL."""
        os.kill(int((self.data / "postgresql/cluster/postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def operators_log(self) -> str:
        """Everything that the process said, on either stream."""
        return self.data.with_suffix(".log").read_text(errors="replace")

    def databases_log(self) -> str:
        """Everything that PostgreSQL said."""
        return (self.data / "postgresql/log").read_text(errors="replace")

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command beside the server, on the same folder."""
        return subprocess.run([PARS, *words], env=self._environment, capture_output=True, text=True, check=False)

    def form(self, who: str, path: str, fields: Mapping[str, str]) -> httpx.Response:
        """What a page's form sends."""
        return self._said(
            httpx.post(self.url + path, data=dict(fields), headers=self._headers(who, "text/html"), verify=NO_TLS)
        )

    def json(self, who: str, path: str, body: object) -> httpx.Response:
        """What a program sends."""
        text = json.dumps(body)
        headers = {**self._headers(who, "application/json"), "Content-Type": "application/json"}
        return self._said(httpx.post(self.url + path, content=text, headers=headers, verify=NO_TLS))

    def get(self, who: str, path: str) -> httpx.Response:
        """A page."""
        return self._said(httpx.get(self.url + path, headers=self._headers(who, "text/html"), verify=NO_TLS))

    def look(self, who: str, path: str) -> dict[str, Any]:
        """What a program is shown."""
        headers = {**self._headers(who, "application/json"), "Why": "a test of what is written there"}
        answer = self._said(httpx.get(self.url + path, headers=headers, verify=NO_TLS))
        assert answer.status_code == 200, answer.text
        return cast("dict[str, Any]", answer.json())

    def _headers(self, who: str, accept: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[who]}", "Accept": accept} if who else {"Accept": accept}

    def _said(self, answer: httpx.Response) -> httpx.Response:
        self.asked += [str(answer.request.url), answer.headers.get("location", "")]
        if "problem+json" in answer.headers.get("content-type", ""):
            self.refusals.append(answer.text)
        return answer


@contextlib.contextmanager
def served_house() -> Iterator[House]:
    """A house in a folder of its own, which is gone afterwards."""
    data = Path(tempfile.mkdtemp(prefix="pars-laws-"))
    try:
        here = House(data)
        try:
            yield here
        finally:
            here.process.terminate()
            here.process.wait(PATIENCE_SECONDS)
    finally:
        rmtree(data)
        for beside in data.parent.glob(f"{data.name}.*"):
            beside.unlink()


def person(plant: Planted) -> dict[str, object]:
    """A person with every field planted that takes text."""
    names = ("surname", "given", "middle", "suffix", "address", "eyes", "hair")
    return {
        **{name: plant.text(f"person.{name}") for name in names},
        "other_names": [plant.text("person.other_names")],
        "birth_date": "1961-02-03",
        "pid": plant.digits("person.pid", 7),
    }


def arrest(plant: Planted) -> dict[str, object]:
    """An arrest with every field planted that takes text."""
    return {
        "arrested_at": "2026-01-05T03:00:00Z",
        "place": plant.text("arrest.place"),
        "agency_ori": "PAPEP0000",
        "dc_number": plant.digits("arrest.dc_number", 10),
        "district": "22",
        "warrant_number": plant.text("arrest.warrant_number"),
        "weapon": plant.text("arrest.weapon"),
        "person": person(plant),
        "charges": [{**STATUTE, "grade_fact": plant.text("charge.grade_fact")}],
    }


def flat(body: Mapping[str, object]) -> dict[str, str]:
    """The same arrest as the page's form sends it."""
    who, charges = body["person"], body["charges"]
    assert isinstance(who, dict)
    assert isinstance(charges, list)
    plain = {name: str(value) for name, value in {**body, **who}.items() if isinstance(value, str)}
    dates = {"arrested_on": "01/05/2026", "arrested_at": "0300", "birth_date": "02/03/1961"}
    listed = {"other_names": str(who["other_names"][0])}
    return {**plain, **dates, **listed, **{f"{name}-1": str(value) for name, value in charges[0].items()}}

"""T26. No log holds a person: not the operator's, not PostgreSQL's; and no address does.

Strings that stand nowhere else are planted in every form and every field of the API, in requests that are taken,
refused, malformed, and that fail within the database; then both logs are read for them.
"""

import http.client
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import psycopg
import pytest
from tests.fingerprints import tagged
from tests.laws.house import STATUTE, House, Planted, arrest, flat, person, served_house
from tests.waiting import PATIENCE_SECONDS

from pars.store.embedded import running
from pars.web.asking import COOKIE


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house of this module's own."""
    with served_house() as here:
        yield here


def test_no_log_and_no_address_holds_what_was_typed(house: House) -> None:
    plant = Planted()
    statuses: list[int] = []

    for told in (
        _signing_in,
        _while_locked,
        _booking,
        _steps,
        _small_acts,
        _malformed,
        _within_the_database,
        _while_it_falls,
    ):
        statuses += [answer.status_code for answer in told(house, plant)]

    assert {201, 303, 401, 409, 422} <= set(statuses)
    assert plant.found_in(house.operators_log()) == []
    assert plant.found_in(house.databases_log()) == []
    assert plant.found_in("\n".join(house.asked)) == []
    assert plant.found_in("\n".join(house.refusals)) == []
    secret = [*house.passwords.values(), *house.tokens.values(), *_keys(house)]
    assert [s for s in secret if s in house.operators_log() + house.databases_log()] == []


def _keys(house: House) -> Sequence[str]:
    kept = json.loads((house.data / "keys.json").read_text())
    return [*kept["passwords"].values(), kept["seal"], kept["index"]]


def _signing_in(house: House, plant: Planted) -> Iterator[httpx.Response]:
    yield house.form("", "/sign-in", {"name": plant.text("sign-in.name"), "password": plant.text("sign-in.password")})
    yield house.form("", "/sign-in", {"name": "clerk", "password": plant.text("sign-in.wrong-password")})
    long = plant.text("sign-in.too-long")
    yield house.form("", "/sign-in", {"name": long * 30, "password": long * 30})
    yield house.form("clerk", "/unlock", {"password": plant.text("unlock.password")})
    account = {
        "sign_in": plant.text("account.sign_in"),
        "full_name": plant.text("account.full_name"),
        "password": plant.text("account.password"),
        "role": "clerk",
        "agency_ori": "PA051033J",
    }
    yield house.form("administrator", "/accounts", {**account, "sign_in": account["sign_in"] + " not possible"})
    yield house.form("administrator", "/accounts", account)
    yield house.form("administrator", "/accounts", account)  # the sign-in name is taken: a unique violation


def _while_locked(house: House, plant: Planted) -> Iterator[httpx.Response]:
    """Forms that come to a locked screen, and once more when their cookie is gone: kept for their writer (ADR 0049)."""
    with httpx.Client(base_url=house.url, headers={"Accept": "text/html"}, timeout=PATIENCE_SECONDS) as browser:
        here = {"name": "officer", "password": house.passwords["officer"]}
        browser.cookies.set(
            COOKIE, browser.post("/sign-in", data=here).headers["set-cookie"].split("=")[1].split(";")[0]
        )
        key = browser.get("/booking").text.partition('name="form_key" value="')[2].partition('"')[0]
        browser.post("/lock", data={"form_key": key})
        for _ in range(2):
            for path, fields in (
                ("/booking", flat(arrest(plant))),
                ("/booking/search", {"surname": plant.text("locked.search")}),
                ("/password", {"former": plant.text("locked.former"), "chosen": plant.text("locked.chosen")}),
                ("/nowhere", {"surname": plant.text("locked.nowhere")}),
            ):
                answer = browser.post(path, data={**fields, "form_key": key})
                assert ("kept for you alone" in answer.text) == path.startswith("/booking"), path
                yield house._said(answer)
            browser.cookies.clear()


def _booking(house: House, plant: Planted) -> Iterator[httpx.Response]:
    asked = {"surname": plant.text("search.surname"), "given": plant.text("search.given"), "birth_date": "02/03/1961"}
    yield house.form("officer", "/booking/search", asked)
    yield house.form("officer", "/booking/search", {**asked, "birth_date": plant.text("search.birth_date")})
    yield house.form("officer", "/booking", flat(arrest(plant)))
    refused = flat(arrest(plant))
    for change in ({"arrested_on": plant.text("form.arrested_on")}, {"statute-1": plant.text("form.statute")}):
        yield house.form("officer", "/booking", {**refused, **change})
    yield house.form("magistrate", "/booking", flat(arrest(plant)))
    half = {"form": "/booking", "form_key": "", "surname": plant.text("draft.surname"), "version": "1"}
    yield house.form("officer", "/half-typed", half)
    yield house.json("officer", "/api/v1/arrests", arrest(plant))
    body = {"surname": plant.text("api.search"), "number": plant.text("api.number"), "why": plant.text("api.why")}
    yield house.json("officer", "/api/v1/searches", body)


def _recorded(house: House, plant: Planted) -> str:
    answer = house.json("officer", "/api/v1/arrests", arrest(plant))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _steps(house: House, plant: Planted) -> Iterator[httpx.Response]:
    one = f"/api/v1/arrests/{_recorded(house, plant)}/steps"
    report = {"facts": plant.text("report.facts"), "charges": [{**STATUTE, "grade_fact": plant.text("report.charge")}]}
    yield house.json("officer", f"{one}/write-report", {**report, "charges": [{"statute": plant.text("report.bad")}]})
    yield house.json("officer", f"{one}/write-report", {**report, "charges": plant.text("report.charges-as-text")})
    yield house.json("officer", f"{one}/write-report", report)
    yield house.json("supervisor", f"{one}/approve-report", {"note": plant.text("approve.note")})
    yield house.json("attorney", f"{one}/return", {"question": plant.text("return.question")})
    yield house.json("officer", f"{one}/answer", {"answer": plant.text("answer.answer")})
    yield house.json("attorney", f"{one}/decline", {"reason": plant.text("decline.reason"), "at": plant.text("at")})
    words = ("residence", "household", "employment", "ties", "ability_to_pay", "references", "verified_by")
    interview = {**{name: plant.text(f"interview.{name}") for name in words}, "recommendation": "ror"}
    yield house.json("interviewer", f"{one}/interview", {"form": interview})
    yield house.json("interviewer", f"{one}/interview", {"form": {"residence": 7, "x": plant.text("interview.x")}})
    yield house.json("attorney", f"{one}/decline", {"reason": plant.text("decline.reason")})
    out = {"opened_by": plant.text("sign-out.badge"), "property_returned": True, "papers_given": plant.text("papers")}
    yield house.json("detention", f"{one}/sign-out", out)


def _small_acts(house: House, plant: Planted) -> Iterator[httpx.Response]:
    arrest_id = _recorded(house, plant)
    api, page = f"/api/v1/arrests/{arrest_id}", f"/arrests/{arrest_id}"
    victim = {"kind": "victim", "surname": plant.text("victim.surname"), "contact": plant.text("victim.contact")}
    yield house.json("officer", f"{api}/protected", victim)
    yield house.json("officer", f"{api}/protected", {**victim, "kind": plant.text("victim.kind")})
    yield house.form("officer", f"{page}/protect", {**victim, "given": plant.text("victim.given")})
    yield house.json("officer", f"{api}/property", {"item": plant.text("property.item")})
    yield house.form("officer", f"{page}/property", {"item": plant.text("property.item"), "quantity": "many"})
    hold = {"kind": "detainer", "authority": plant.text("hold.authority"), "number": plant.text("hold.number")}
    yield house.form("supervisor", f"{page}/hold", {**hold, "signed": "yes"})
    yield house.json("supervisor", f"{api}/holds", {**hold, "kind": plant.text("hold.kind")})
    position = {"type": "monetary", "amount_usd": 500, "reasons": plant.text("bail.reasons")}
    yield house.json("attorney", f"{api}/positions", position)
    corrected = {**flat(arrest(plant)), "version": "1", "reason": plant.text("correct.reason")}
    yield house.form("officer", f"{page}/correct", corrected)
    yield house.form("officer", f"{page}/correct", {**corrected, "version": "77"})
    yield house.form("magistrate", page, {"why": plant.text("look.why")})
    yield house.form("officer", f"{page}/link", {"other": plant.text("link.other"), "reason": plant.text("link.why")})
    yield httpx.post(
        f"{house.url}{page}/photo",
        files={"photo": (plant.text("photo.name"), plant.text("photo.bytes").encode())},
        headers={"Authorization": f"Bearer {house.tokens['officer']}"},
    )


def _malformed(house: House, plant: Planted) -> Iterator[httpx.Response]:
    whole = arrest(plant)
    shapes: list[Callable[[str], object]] = [
        lambda v: [v],
        lambda v: {v: v},
        lambda v: v * 200,
        lambda v: v + "\0\ud800",
    ]
    for name in whole:
        for shape in shapes:
            yield house.json("officer", "/api/v1/arrests", {**whole, name: shape(plant.text(f"malformed.{name}"))})
    who = person(plant)
    for name in who:
        for shape in shapes:
            changed = {**who, name: shape(plant.text(f"malformed.person.{name}"))}
            yield house.json("officer", "/api/v1/arrests", {**whole, "person": changed})
    yield house.json("officer", "/api/v1/arrests", {**whole, plant.text("malformed.name"): 1})
    broken = json.dumps(whole)[:-9]
    yield httpx.post(f"{house.url}/api/v1/arrests", content=broken, headers=house._headers("officer", "text/html"))
    yield house.json("", "/api/v1/arrests", whole)


def test_a_fingerprint_file_leaves_nothing_but_its_numbers_anywhere(house: House) -> None:
    """N6: place of birth, citizenship, a federal answer, and whatever else stands in such a file."""
    plant = Planted()
    records = [_recorded(house, Planted()) for _ in range(3)]
    full = full_of(plant)
    path = house.data.parent / f"{house.data.name}.eft"
    path.write_bytes(full)
    headers = {"Authorization": f"Bearer {house.tokens['officer']}", "Accept": "text/html"}

    by_page = [f"{house.url}/arrests/{records[0]}/prints-file"]
    answers = [httpx.post(one, files={"file": (plant.text("file.name"), full)}, headers=headers) for one in by_page]
    api = f"{house.url}/api/v1/arrests/{{}}/prints-file"
    answers += [httpx.post(api.format(records[1]), content=body, headers=headers) for body in (full[:300], full[40:])]
    answers += [httpx.post(api.format(records[1]), content=full, headers=headers)]
    number = house.look("officer", f"/api/v1/arrests/{records[2]}")["rows"]["Line"][0]["number"]
    by_command = house.command("load", str(path), "--format", "livescan", "--arrest", str(number), "--json")

    assert [answer.status_code for answer in answers] == [303, 422, 422, 201]
    assert by_command.returncode == 0, by_command.stderr
    kept = house.look("officer", f"/api/v1/arrests/{records[0]}")["rows"]["Identity"][0]
    assert kept["sid"] == "401-22-7-3"
    told = house.operators_log() + house.databases_log() + by_command.stdout + by_command.stderr
    assert plant.found_in(told + "".join(answer.text for answer in answers)) == []
    with running(house.data) as url, psycopg.connect(url, autocommit=True) as connection:
        assert plant.found_in(every_row(connection)) == []
        connection.execute("checkpoint")
    assert plant.found_in(every_byte(house.data)) == []


def full_of(plant: Planted) -> bytes:
    """A fingerprint file with a planted string in every federal field but those that are kept, and in the state's."""
    kept = {9: "202618004412", 15: "401-22-7-3", 59: "I"}
    who = {n: kept.get(n) or plant.text(f"2.{n:03}") for n in (*range(3, 100), 484, 901, 902)}
    header = {2: "0300", 3: "1\x1f2\x1e2\x1f00", 4: "CAR", 5: "20260105", 8: plant.text("1.008"), 9: "T-4471"}
    return tagged(1, header) + tagged(2, {2: "00", **who}) + b"\0\0\1\7" + plant.text("an image").encode()


def every_row(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    """Everything that stands in any table, as text."""
    tables = connection.execute(
        "select format('%I.%I', schemaname, tablename) from pg_tables"
        " where schemaname not in ('pg_catalog', 'information_schema')"
    ).fetchall()
    rows = [connection.execute(f"select t::text from {name} t".encode()).fetchall() for (name,) in tables]
    return "\n".join(str(row[0]) for table in rows for row in table)


def every_byte(folder: Path) -> str:
    """Everything that any file below a folder holds; whoever copies the folder as a backup copies this."""
    return "\n".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


def _within_the_database(house: House, plant: Planted) -> Iterator[httpx.Response]:
    """What passes our own checks and is refused by PostgreSQL: a value twice, a sign that it cannot hold."""
    prints = {"otn": "T" + plant.digits("prints.otn", 7), "sid": "401-22-7-3"}
    prints["pid"] = plant.digits("prints.pid", 7)
    for _ in range(2):
        yield house.json("officer", f"/api/v1/arrests/{_recorded(house, plant)}/steps/take-prints", prints)
    one = f"/api/v1/arrests/{_recorded(house, plant)}"
    for bad in ("\0", "\ud800", "\x1b[31m"):
        facts = plant.text("nul.facts") + bad
        yield house.json("officer", f"{one}/steps/write-report", {"facts": facts, "charges": [STATUTE]})
        yield house.json("officer", f"{one}/steps/arrive-hospital", {"hospital": plant.text("nul.hospital") + bad})
        yield house.json("officer", f"{one}/property", {"item": plant.text("nul.item") + bad})
        yield house.json("officer", f"{one}/property", {"item": plant.text("item"), "quantity": 10**12})
        victim = {"kind": "victim", "surname": plant.text("nul.victim") + bad}
        yield house.json("officer", f"{one}/protected", victim)
        hold = {"kind": "detainer", "authority": plant.text("nul.hold") + bad, "number": plant.text("nul.hold") + bad}
        yield house.json("supervisor", f"{one}/holds", {**hold, "signed_by_judge_or_authority": True})
        body = {"surname": plant.text("nul.search") + bad, "why": plant.text("nul.why") + bad}
        yield house.json("officer", "/api/v1/searches", body)
        yield house.form("", "/sign-in", {"name": plant.text("nul.name") + bad.encode("utf-8", "replace").decode()})


def test_a_failed_check_does_not_write_the_row_into_the_databases_log(house: House) -> None:
    plant, before = Planted(), house.databases_log().count("ERROR:")
    row = (plant.text("site.code"), plant.text("site.name"), plant.text("site.kind"))

    with running(house.data) as url, psycopg.connect(url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("insert into house.site (code, name, kind) values (%s, %s, %s)", row)

    assert house.databases_log().count("ERROR:") == before + 1
    assert plant.found_in(house.databases_log()) == []


def _while_it_falls(house: House, plant: Planted) -> Iterator[httpx.Response]:
    """Requests while PostgreSQL is killed, and one whose server is killed in the middle of its body."""
    house.kill_database()
    for _ in range(5):
        yield house.json("officer", "/api/v1/arrests", arrest(plant))
    house.wait_until_ready()
    connection = http.client.HTTPConnection("127.0.0.1", house.port)
    body = json.dumps(arrest(plant)).encode()
    connection.putrequest("POST", "/api/v1/arrests")
    connection.putheader("Authorization", f"Bearer {house.tokens['officer']}")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[: len(body) // 2])
    house.restart_by_kill()
    connection.close()
    yield house.json("officer", "/api/v1/arrests", arrest(plant))

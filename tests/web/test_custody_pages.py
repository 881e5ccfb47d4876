"""The pages and programs of the custody desks, one story: each opens, refuses bad input in a sentence, and goes on."""

import re
from dataclasses import dataclass
from datetime import timedelta

from starlette.testclient import TestClient
from tests.web.conftest import Token

from pars import clock
from pars.actions import calling
from pars.record.consular import LANGUAGES
from pars.record.needs import KINDS, OWN_WORDS
from pars.record.roles import Role
from pars.store.database import Store
from pars.web.words import SPANISH

Heads = dict[str, str]
NEW = {"place": "500 block of Sample Street", "agency_ori": "PAPEP0000"}


@dataclass(frozen=True)
class Desks:
    """The application, who asks, and whom it is about."""

    client: TestClient
    officer: Heads
    detention: Heads
    supervisor: Heads
    clerk: Heads
    arrest: str = ""
    child: str = ""


def test_the_custody_desks_by_page_and_by_program(client: TestClient, token: Token, store: Store) -> None:
    html = {"Accept": "text/html"}
    roles = (Role.OFFICER, Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR, Role.CLERK)
    officer, detention, supervisor, clerk = (token(role) for role in roles)
    body = {**NEW, "arrested_at": clock.now().isoformat(), "person": {"surname": "Quillfeather"}}
    arrest = client.post("/api/v1/arrests", json=body, headers=officer).json()["id"]
    hours_ago = (clock.now() - timedelta(hours=3)).isoformat()
    child_body = {**body, "arrested_at": hours_ago, "age": "in-doubt", "person": {"surname": "Younger"}}
    child = client.post("/api/v1/arrests", json=child_body, headers=officer).json()["id"]
    book = {"site": "D22", "cell": "A-1"}
    assert client.post(f"/api/v1/arrests/{arrest}/steps/book", json=book, headers=detention).status_code == 200
    pages = Desks(client, officer | html, detention | html, supervisor | html, clerk | html, arrest, child)

    _board(pages, store)
    _counts(pages)
    _care(pages)
    _consular(pages)
    _needs_and_holds(pages)
    _children(pages)
    _left(pages)


def _board(of: Desks, store: Store) -> None:
    """A child's clock that nobody answered stands on the board, where no row of theirs does."""
    assert calling.ring(store) == 1
    board = of.client.get("/board", headers=of.supervisor)
    assert (board.status_code, "a child" in board.text, "Younger" in board.text) == (200, True, False)


def _counts(of: Desks) -> None:
    """A count with a difference, explained."""
    counted = of.client.post("/counts/D22", data={"counted": "yes", f"seen-{of.arrest}": "no"}, headers=of.detention)
    assert counted.status_code == 303
    page = of.client.get("/counts/D22", headers=of.detention).text
    difference = re.findall(r"/counts/D22/([0-9a-f-]{36})/explain", page)[0]
    refused = of.client.post(f"/counts/D22/{difference}/explain", data={"how": "at-court"}, headers=of.detention)
    assert (refused.status_code, "how you know" in refused.text) == (422, True)
    why = {"how": "at-court", "note": "on the docket"}
    assert of.client.post(f"/counts/D22/{difference}/explain", data=why, headers=of.detention).status_code == 303
    assert "not counted yet" not in of.client.get("/counts", headers=of.supervisor).text
    assert of.client.get("/api/v1/counts/D22", headers=of.detention).json()["differences"] == []
    assert of.client.get("/counts/NOPE", headers=of.detention).status_code == 404


def _care(of: Desks) -> None:
    """A watch, fit to appear, and reasons typed."""
    for path in (f"/arrests/{of.arrest}/care", f"/arrests/{of.arrest}/consular", "/children", "/care", "/calls"):
        opened = of.client.get(path, headers=of.supervisor)
        assert opened.status_code == 200, path
        posted = of.client.post(path, data={"why": "the round"}, headers=of.supervisor)
        assert posted.status_code == (405 if path == "/care" else 200), path
    missing = of.client.post(f"/arrests/{of.arrest}/care/watch", data={"level": "close"}, headers=of.detention)
    assert (missing.status_code, "Watch level needs" in missing.text) == (422, True)
    said = {"level": "close", "reason": "shakes"}
    assert of.client.post(f"/arrests/{of.arrest}/care/watch", data=said, headers=of.detention).status_code == 303
    assert "shakes" in of.client.get(f"/arrests/{of.arrest}/care", headers=of.detention).text
    watches = of.client.get("/api/v1/watches", headers=of.detention).json()["watches"]
    assert [one["arrest"] for one in watches] == [of.arrest]
    assert of.client.post(f"/arrests/{of.arrest}/fit", data={"fit": ""}, headers=of.supervisor).status_code == 422
    fit = {"fit": "yes", "need-seated": "yes"}
    assert of.client.post(f"/arrests/{of.arrest}/fit", data=fit, headers=of.supervisor).status_code == 303


def _left(of: Desks) -> None:
    """The door opens: no check is asked for any more, and one is refused in a sentence."""
    care = f"/arrests/{of.arrest}/care"
    asked = "<details open><summary>Check</summary>"
    assert asked in of.client.get(care, headers=of.detention).text
    path, judges = f"/api/v1/arrests/{of.arrest}/steps/transfer-jurisdiction", {"authority": "a court"}
    taken = of.client.post(path, json={**judges, "warrant_number": "W-1"}, headers=of.supervisor)
    assert taken.status_code == 200, taken.text

    why = {"why": "the log of checks"}
    assert asked not in of.client.post(care, data=why, headers=of.detention).text
    refused = of.client.post(f"{care}/check", data={**why, "seen": "asleep and breathing"}, headers=of.detention)
    assert (refused.status_code, "this person has left custody" in refused.text) == (409, True)
    assert of.client.get("/api/v1/watches", headers=of.detention).json()["watches"] == []


def _consular(of: Desks) -> None:
    """Told, asked, sent."""
    early = of.client.post(
        f"/arrests/{of.arrest}/ask-consulate", data={"country": "X", "consulate": "Y"}, headers=of.officer
    )
    assert (early.status_code, "tell the person first" in early.text) == (409, True)
    assert (
        of.client.post(f"/arrests/{of.arrest}/tell", data={"language": "Khmer"}, headers=of.officer).status_code == 303
    )
    asked = {"country": "Markedland", "consulate": "Of Markedland"}
    assert of.client.post(f"/arrests/{of.arrest}/ask-consulate", data=asked, headers=of.officer).status_code == 303
    assert "Markedland" not in of.client.get(f"/arrests/{of.arrest}", headers=of.officer).text
    assert of.client.post(f"/arrests/{of.arrest}/consular/sent", data={}, headers=of.supervisor).status_code == 303
    assert "Of Markedland" in of.client.get(f"/arrests/{of.arrest}/consular", headers=of.supervisor).text


def _needs_and_holds(of: Desks) -> None:
    """An interpreter, a hold, and a paper that is none."""
    bad = of.client.post(f"/arrests/{of.arrest}/need", data={"kind": "spoken-language"}, headers=of.officer)
    assert (bad.status_code, "choose the language" in bad.text) == (422, True)
    need = {"kind": "spoken-language", "language": "Khmer"}
    assert of.client.post(f"/arrests/{of.arrest}/need", data=need, headers=of.officer).status_code == 303
    page = of.client.get("/needs", headers=of.clerk).text
    number = re.findall(r"/needs/([0-9a-f-]{36})/asked", page)[0]
    assert of.client.post(f"/needs/{number}/asked", data={}, headers=of.clerk).status_code == 303
    assert of.client.post(f"/needs/{number}/none-found", data={}, headers=of.clerk).status_code == 422
    paper = {"paper": "immigration-detainer"}
    assert of.client.post(f"/arrests/{of.arrest}/no-hold", data=paper, headers=of.supervisor).status_code == 303
    due = clock.in_city(clock.now() + timedelta(days=2)).strftime("%m/%d/%Y")
    hold = {"kind": "bench-warrant", "authority": "A court", "number": "1", "signed": "yes", "hearing_on": due}
    assert of.client.post(f"/arrests/{of.arrest}/hold", data=hold, headers=of.supervisor).status_code == 422  # no hour
    held = of.client.post(f"/arrests/{of.arrest}/hold", data={**hold, "hearing_at": "0900"}, headers=of.supervisor)
    assert held.status_code == 303
    assert f"{due} 09:00" in of.client.get(f"/arrests/{of.arrest}", headers=of.supervisor).text


def _children(of: Desks) -> None:
    """A parent told, and a record that moves across."""
    bad = of.client.post(f"/children/{of.child}/steps/tell-parent", data={"who": "x"}, headers=of.supervisor)
    assert (bad.status_code, "Reached?" in bad.text) == (422, True)
    reached = {"said": {"who": "A parent", "reached": True, "how": "by telephone"}}
    done = of.client.post(f"/api/v1/children/{of.child}/steps/tell-parent", json=reached, headers=of.supervisor)
    assert done.status_code == 201
    page = of.client.get("/children", headers=of.supervisor).text
    assert "parent not reached yet" not in page
    assert ("Child 1 ·" in page, "Arrest 1" in page) == (True, False)  # an adult's arrest is number 1, too
    away = {f"seen-{of.child}": "no"}
    assert of.client.post("/children/count", data={}, headers=of.supervisor).status_code == 409
    assert of.client.post("/children/count", data=away, headers=of.supervisor).status_code == 303
    shown = of.client.get("/children", headers=of.supervisor).text
    number = re.findall(r"/children/differences/([0-9a-f-]{36})", shown)[0]
    unsaid = of.client.post(f"/children/differences/{number}", data={"how": "at-court"}, headers=of.supervisor)
    assert (unsaid.status_code, "how you know" in unsaid.text) == (422, True)
    where = {"how": "at-hospital", "note": "the ward has called"}
    said = of.client.post(f"/api/v1/children/differences/{number}", json=where, headers=of.supervisor)
    assert said.status_code == 201
    there = {"present": [of.child], "missing": []}
    assert of.client.post("/api/v1/children/count", json=there, headers=of.supervisor).json()["present"] == 1
    moved = of.client.post(f"/arrests/{of.arrest}/child-found", data={"reason": "papers"}, headers=of.supervisor)
    assert (moved.status_code, moved.headers["location"]) == (303, "/children")
    assert of.client.get(f"/arrests/{of.arrest}", headers=of.supervisor).status_code == 404
    young = {"reason": "papers", "birth_date": "13/13/1990"}
    refused = of.client.post(f"/children/{of.child}/grown", data=young, headers=of.supervisor)
    assert (refused.status_code, "Move it to the adults" in refused.text) == (422, True)
    grown = of.client.post(f"/children/{of.child}/grown", data={"reason": "papers"}, headers=of.supervisor)
    assert (grown.status_code, grown.headers["location"]) == (303, f"/arrests/{of.child}")
    assert "YOUNGER" in of.client.get(f"/arrests/{of.child}", headers=of.supervisor).text
    back = {"reason": "the prints", "birth_date": "1990-02-03"}
    assert of.client.post(f"/api/v1/children/{of.arrest}/grown", json=back, headers=of.supervisor).status_code == 201


def test_a_card_to_point_at_has_every_language_and_every_need(client: TestClient, token: Token) -> None:
    card = client.get("/card", headers=token(Role.DETENTION_OFFICER) | {"Accept": "text/html"}).text

    assert set(OWN_WORDS) == set(LANGUAGES) - {"another, by interpreter"}
    for tag, name, sentence in OWN_WORDS.values():
        assert f'lang="{tag}"' in card
        assert name in card
        assert sentence in card
    for words in KINDS.values():
        assert words.capitalize() in card
        assert SPANISH[words].capitalize() in card

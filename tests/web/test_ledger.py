"""The public log over HTTP: exact addresses, what a stranger is served and when, and a receipt that becomes a proof."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient
from tests.logfiles import leaves_of, written
from tests.partnership import BORN, CASE, PASSWORD, Partnership, founded

from pars import clock
from pars.actions import placing, publishing, signin, switches
from pars.clock import Pace
from pars.errors import BadInput
from pars.ledger.checkpoint import checkpoint_from
from pars.ledger.note import key_from, note_from
from pars.ledger.proof import Inclusion
from pars.ledger.receipt import Receipt, holds
from pars.ledger.tiles import WIDTH, Tile, hashes_in, unbundled
from pars.ledger.tree import leaf_hash
from pars.record.roles import Owner
from pars.record.switches import Name
from pars.sharing.floor import FLOOR, FLOOR_TEXT
from pars.store.database import Store
from pars.web.app import Serving, create_app

A_DAY = timedelta(days=1)
ASKED = {
    "agreement": "sheriff",
    "purpose": "felony-investigation",
    "case_reference": CASE,
    "on_behalf_of": None,
    "subject": {"name": {"surname": "Quillfeather", "given": "Rosalind"}, "birth_date": BORN},
}


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    """A stranger."""
    with TestClient(create_app(store, Serving()), raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def tomorrow() -> Iterator[None]:
    """Undoes what `a_day_later` does."""
    before = clock._pace
    yield
    clock.keep(before)


def a_day_later() -> None:
    """It is the next day in the city."""
    clock.keep(Pace(clock.now() + A_DAY, clock.real_now(), 1))


def owner(store: Store, name: str = "court-speaks") -> dict[str, str]:
    """The credential of somebody."""
    return {"Authorization": f"Bearer {signin.sign_in(store, name, PASSWORD, kind='credential', demo_allowed=True)}"}


def size_for(client: TestClient, headers: dict[str, str] | None = None) -> int:
    """The size of the tree that somebody is served."""
    answer = client.get("/ledger/checkpoint", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    return checkpoint_from(note_from(answer.content).text).size


def test_a_stranger_is_served_closed_days_and_an_owner_what_there_is(
    store: Store, client: TestClient, tomorrow: None
) -> None:
    founded(store)
    placing.place(store)
    assert client.get("/ledger/checkpoint").status_code == 404
    today = size_for(client, owner(store))

    a_day_later()
    written(store, 300, clock.now())
    placing.place(store)

    assert (size_for(client), size_for(client, owner(store))) == (today + 1, today + 301)  # a sign-in
    assert size_for(client, owner(store, "analyst")) == today + 1
    live = Tile(0, 0)
    assert client.get(f"/ledger/{live.path}").status_code == 404
    mine = client.get(f"/ledger/{live.path}", headers=owner(store, "auditor"))
    assert mine.status_code == 200
    assert mine.headers["cache-control"] == "private, max-age=31536000, immutable", "no cache gives it to a stranger"


def test_the_owners_delay_holds_for_strangers_and_a_receipt_waits_for_the_end_of_its_day_alone(
    partnership: Partnership, client: TestClient, tomorrow: None
) -> None:
    store, speaker = partnership.store, partnership.speaker(Owner.COURT)
    switches.set_to(store, speaker, Name.LEDGER_DELAY_DAYS, 7, reason="said at the meeting")
    (entry,) = written(store, 1, clock.now())
    placing.place(store)
    proof = f"/ledger/inclusion/{leaf_hash(entry.leaf).hex()}"
    assert client.get(proof).status_code == 404, "within its day it would count what others write (T7)"

    a_day_later()

    assert client.get("/ledger/checkpoint").status_code == 404
    assert client.get(proof).status_code == 200
    with pytest.raises(BadInput, match="only a demonstration"):
        switches.set_to(store, speaker, Name.LEDGER_DELAY_DAYS, 0, reason="said at the meeting")


def test_tiles_have_the_addresses_types_and_headers_of_the_format(
    store: Store, client: TestClient, ledger_folder: Path, tomorrow: None
) -> None:
    founded(store)
    written(store, 600, clock.now())
    placing.place(store)
    a_day_later()
    size = size_for(client)
    leaves = leaves_of(ledger_folder, placing.log_key(store))
    assert len(leaves) == size
    part = size % WIDTH

    for tile in (Tile(0, 0), Tile(0, 1), Tile(0, 2, part), Tile(0, 2, 5), Tile(0, 1, 7), Tile(1, 0, 2), Tile(1, 0, 1)):
        answer = client.get(f"/ledger/{tile.path}")
        assert answer.status_code == 200, tile
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        hashes = hashes_in(answer.content, tile.width)
        if tile.level == 0:
            assert hashes == [leaf_hash(leaf) for leaf in leaves[tile.number * WIDTH :][: tile.width]]
    for bundle in (Tile(None, 0), Tile(None, 2, part), Tile(None, 2, 3)):
        answer = client.get(f"/ledger/{bundle.path}")
        assert unbundled(answer.content, bundle.width) == leaves[bundle.number * WIDTH :][: bundle.width]
    for nowhere in (
        *("tile/0/002", f"tile/0/002.p/{part + 1}", "tile/0/003", "tile/1/000", "tile/entries/002", "tile/0/2"),
        *("tile/0/000.p/256", "tile/0/000.p/0", "tile/0/x000/000", "tile/9/000", "tile/0/x001/234", "tile/%2e%2e/key"),
        *("tile/0/999999999999999999999", "terms/" + "0" * 64 + ".toml", "terms/%2e%2e%2fkey.toml", "inclusion/00"),
    ):
        answer = client.get(f"/ledger/{nowhere}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), nowhere
        assert answer.headers["cache-control"] == "no-store"


def test_parts_of_an_older_checkpoint_stay_fetchable_once_the_tree_has_grown(
    partnership: Partnership, client: TestClient
) -> None:
    store = partnership.store
    mine = owner(store)
    placing.place(store)
    old = size_for(client, mine)
    written(store, 400)
    placing.place(store)

    assert len(client.get(f"/ledger/{Tile(0, 0, old).path}", headers=mine).content) == 32 * old
    assert len(unbundled(client.get(f"/ledger/{Tile(None, 0, old).path}", headers=mine).content, old)) == old


def test_a_receipt_becomes_a_proof_and_names_no_index(
    partnership: Partnership, client: TestClient, tomorrow: None
) -> None:
    store = partnership.store
    version = partnership.agree()
    partnership.charged()
    answered = client.post("/api/v1/inquiries", json=ASKED, headers=owner(store, "analyst")).json()
    assert answered["record"] is not None
    assert set(answered["receipt"]) == {"entry_hash", "log", "promised_by", "signature"}
    receipt = Receipt(**answered["receipt"])
    placing.place(store)
    a_day_later()

    key = key_from(client.get("/ledger/key").text)
    found = client.get(f"/ledger/inclusion/{receipt.entry_hash}").json()

    assert holds(receipt, key.key)
    assert key.name == receipt.log
    proof = Inclusion(
        found["index"], found["size"], [bytes.fromhex(one) for one in found["hashes"]], found["checkpoint"].encode()
    )
    assert proof.shows(bytes.fromhex(receipt.entry_hash))
    assert [one for one, _ in note_from(proof.checkpoint).verified([key])] == [key]
    assert publishing.terms(store, version).decode() == client.get(f"/ledger/terms/{version}.toml").text
    assert client.get("/ledger/witnesses").text == ""
    assert client.get(f"/ledger/floor/{FLOOR.sha256}.toml").text == FLOOR_TEXT


def test_a_partner_is_told_503_while_the_log_is_not_signed_and_the_stream_waits(
    partnership: Partnership, client: TestClient, admin_url: str
) -> None:
    store = partnership.store
    partnership.agree()
    partnership.charged()
    analyst = owner(store, "analyst")
    with psycopg.connect(admin_url) as connection:
        connection.execute("update ledger.head set behind = true, stopped = 'behind'")

    told = [
        client.post("/api/v1/inquiries", json=ASKED, headers=analyst),
        client.post(
            "/api/v1/subscriptions", json={**ASKED, "tell_of": ["charged"], "deliver": "stream"}, headers=analyst
        ),
        client.get("/api/v1/subscriptions/stream", headers=analyst),
    ]

    assert [(one.status_code, one.json()["code"]) for one in told] == [(503, "log-not-signed")] * 3
    assert client.get("/api/v1/agreements", headers=owner(store)).status_code == 200
    assert client.get("/readyz").status_code == 503


def test_a_credential_that_nobody_knows_is_no_stranger_s(client: TestClient) -> None:
    answer = client.get("/ledger/checkpoint", headers={"Authorization": "Bearer nobody"})

    assert answer.status_code == 401
    client.cookies.set("pars_session", "an-old-one")
    assert client.get("/ledger").status_code == 200


def test_the_page_and_its_json_say_how_far_the_log_goes(
    partnership: Partnership, client: TestClient, tomorrow: None
) -> None:
    placing.place(partnership.store)
    a_day_later()
    yesterday = clock.city_day(clock.now()) - A_DAY

    said = client.get("/api/v1/ledger").json()
    shown = client.get("/ledger", headers={"accept": "text/html"}).text

    assert said["size"] == size_for(client)
    assert said["complete_up_to"] == yesterday.isoformat()
    assert (said["live"], said["delay_days"], said["signed_by"]) == (False, 1, ["pars/testing"])
    assert said["checkpoint"] == client.get("/ledger/checkpoint").text
    assert f"{yesterday:%m/%d/%Y}" in shown
    assert said["key"] in shown.replace("&#43;", "+")
    client.cookies.set("pars_language", "es")
    assert "El libro público" in client.get("/ledger").text

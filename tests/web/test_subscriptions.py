"""What goes out: signed messages that a stranger's code verifies, tried again by the schedule, and the open stream."""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests import streams
from tests.noon import born
from tests.partnership import BORN, CASE, PASSWORD, Partnership, asks, founded, terms
from tests.waiting import PATIENCE_SECONDS, comes

from pars.actions import signin, subscribing, telling, webhooks
from pars.actions.webhooks import Address
from pars.clock import real_now
from pars.errors import BadInput, Conflicts
from pars.record.roles import Owner, Role
from pars.rounds.all import going
from pars.sharing.consent import Decision
from pars.sharing.subscription import RETRIES
from pars.store.database import Store
from pars.store.keys import Keys
from pars.web import outgoing
from pars.web.app import Serving, create_app
from pars.web.outgoing import NotSent, deliver_next, may_reach, send
from pars.web.signing import check, headers

PARS = Path(sys.executable).with_name("pars")
SUBJECT = {"name": {"surname": "Quillfeather", "given": "Rosalind"}, "birth_date": BORN}
WISH = {
    "agreement": "sheriff",
    "purpose": "felony-investigation",
    "case_reference": CASE,
    "on_behalf_of": None,
    "subject": SUBJECT,
    "tell_of": ["arraigned"],
    "deliver": "webhook",
}
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
By = Callable[[str], dict[str, str]]


@pytest.fixture
def demo(admin_url: str, keys: Keys, ledger_folder: Path) -> Iterator[Partnership]:
    """A demonstration, where messages may go to this machine; its agreement tells of steps."""
    born(admin_url, kind="demo")
    with Store(admin_url, keys, ledger=ledger_folder) as store:
        city = founded(store)
        city.agree(terms(more='tell_of = ["charged", "arraigned"]'))
        yield city


class Receiver:
    """A partner's server that keeps what came and answers as it is told."""

    def __init__(self, *statuses: int, slow: float = 0) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.connections = 0
        self.ending = threading.Event()
        answers = list(statuses)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def setup(self) -> None:
                receiver.connections += 1
                super().setup()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
                receiver.ending.wait(slow)
                with contextlib.suppress(OSError):
                    self.send_response(answers.pop(0) if answers else 204)
                    self.send_header("Location", "/elsewhere")
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def with_certificate(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/pars?from=city"

    def close(self) -> None:
        """Stop; whoever still waits for an answer gets it."""
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE_SECONDS)


Receivers = Callable[..., Receiver]


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    """Partners' servers, closed afterwards."""
    opened: list[Receiver] = []

    def open_one(*statuses: int, slow: float = 0) -> Receiver:
        opened.append(Receiver(*statuses, slow=slow))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def register(city: Partnership, receiver: Receiver) -> str:
    """An owner registers the partner's server; the secret."""
    return webhooks.register(city.store, city.speaker(Owner.COURT), "Example County Sheriff", receiver.url).secret


def subscribed(city: Partnership, deliver: str = "webhook") -> None:
    """The analyst subscribes to the arraignment of somebody who is charged, and it takes place."""
    arrest = city.charged()
    wish = subscribing.Wish(asks(), ["arraigned"], deliver)
    subscribing.subscribe(city.store, city.analyst(), wish)
    city.arraign(arrest)


def verified(secret: str, came: tuple[dict[str, str], bytes]) -> dict[str, Any]:
    """The message, its signature checked by code of our own, written from the standard."""
    given, body = came
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = given["webhook-id"].encode() + b"." + given["webhook-timestamp"].encode() + b"." + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert f"v1,{expected}" in given["webhook-signature"].split()
    assert abs(int(given["webhook-timestamp"]) - time.time()) < 60
    message: dict[str, Any] = json.loads(body)
    return message


def entries(city: Partnership, verb: str) -> int:
    """How many entries of a verb there are."""
    with city.store.transaction("pars_act") as connection:
        row = connection.execute("select count(*) from ledger.entry where verb = %s", (verb,)).fetchone()
    return row[0] if row else 0


# messages


def test_a_step_arrives_as_a_signed_message_that_strangers_verify(demo: Partnership, receivers: Receivers) -> None:
    receiver = receivers()
    secret = register(demo, receiver)
    subscribed(demo)

    telling.match(demo.store, real_now())
    assert deliver_next(demo.store, demo=True)
    assert not deliver_next(demo.store, demo=True)

    (came,) = receiver.came
    message = verified(secret, came)
    assert message["type"] == "case.step"
    assert set(message["data"]) == {"subscription", "step", "receipt", "record", "withheld"}
    assert message["data"]["step"] == "arraigned"
    assert set(message["data"]["record"]) == {"name", "birth_date", "otn", "charges"}
    assert came[0]["content-type"] == "application/json"
    assert not [word for word in ("Marked", "MARKED") if word in came[1].decode()]


def test_what_is_not_taken_is_tried_by_the_schedule_each_time_asked_anew(
    demo: Partnership, receivers: Receivers
) -> None:
    receiver = receivers(500, 302, 404)
    secret = register(demo, receiver)
    subscribed(demo)
    at = real_now()
    telling.match(demo.store, at)

    assert deliver_next(demo.store, at, demo=True)
    for pause in RETRIES[:3]:
        assert not deliver_next(demo.store, at + pause - timedelta(seconds=1), demo=True)
        at += pause
        assert deliver_next(demo.store, at, demo=True)
    assert not deliver_next(demo.store, at + timedelta(hours=47), demo=True)

    assert len({came[0]["webhook-id"] for came in receiver.came}) == 1
    receipts = {verified(secret, came)["data"]["receipt"]["entry_hash"] for came in receiver.came}
    assert len(receipts) == len(receiver.came) == 4  # a redirect was an answer like any other and was not followed
    assert entries(demo, "inquiry.told") == 4


def test_a_partner_that_is_away_is_given_up_after_two_days_and_may_ask_for_it_once_more(
    demo: Partnership, receivers: Receivers
) -> None:
    receiver = receivers(*[503] * (len(RETRIES) + 1))
    register(demo, receiver)
    subscribed(demo)
    at = real_now()
    telling.match(demo.store, at)

    deliver_next(demo.store, at, demo=True)
    for pause in RETRIES:
        at += pause
        assert deliver_next(demo.store, at, demo=True)
    assert not deliver_next(demo.store, at + timedelta(days=30), demo=True)
    (made,) = subscribing.own(demo.store, demo.analyst())
    subscribing.replay(demo.store, demo.analyst(), made.id, at)
    assert deliver_next(demo.store, at, demo=True)

    assert len(receiver.came) == len(RETRIES) + 2
    assert not deliver_next(demo.store, at + timedelta(hours=1), demo=True)


@pytest.mark.parametrize("decision", [Decision.WITHDRAW, Decision.SUSPEND])
def test_after_an_end_no_retry_leaves_and_consent_given_again_revives_none(
    demo: Partnership, receivers: Receivers, decision: Decision
) -> None:
    receiver = receivers(500)
    register(demo, receiver)
    subscribed(demo)
    at = real_now()
    telling.match(demo.store, at)
    deliver_next(demo.store, at, demo=True)

    demo.say(Owner.POLICE, decision)
    deliver_next(demo.store, at + timedelta(minutes=1), demo=True)
    for owner in Owner:
        demo.say(owner, Decision.GRANT)
    deliver_next(demo.store, at + timedelta(minutes=10), demo=True)

    assert len(receiver.came) == receiver.connections == 1
    assert entries(demo, "inquiry.told") == 1


def test_a_partner_that_does_not_answer_holds_up_nobody_for_long(
    receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "ANSWERS_WITHIN", 0.3)
    receiver = receivers(slow=PATIENCE_SECONDS)
    began = time.monotonic()

    with pytest.raises(NotSent):
        send(Address(receiver.url, SECRET), "msg_1", b"{}", until=began + PATIENCE_SECONDS, demo=True)

    assert time.monotonic() - began < PATIENCE_SECONDS / 2


def test_what_is_later_than_two_seconds_does_not_leave(receivers: Receivers) -> None:
    receiver = receivers()

    with pytest.raises(NotSent):
        send(Address(receiver.url, SECRET), "msg_1", b"{}", until=time.monotonic() - 0.001, demo=True)

    assert receiver.came == []


def test_a_name_that_leads_to_this_machine_is_reached_in_a_demonstration_alone(receivers: Receivers) -> None:
    receiver = receivers()

    for url in (receiver.url, f"http://localhost:{receiver.port}/"):
        with pytest.raises(NotSent):
            send(Address(url, SECRET), "msg_1", b"{}", until=time.monotonic() + PATIENCE_SECONDS, demo=False)

    assert receiver.connections == 0


def test_tries_of_a_slow_address_do_not_take_every_place(receivers: Receivers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "ANSWERS_WITHIN", PATIENCE_SECONDS)
    receiver = receivers(slow=PATIENCE_SECONDS)
    test = webhooks.Test(uuid4(), Address(receiver.url, SECRET), uuid4())
    outcomes: list[object] = []

    def one() -> None:
        try:
            outcomes.append(outgoing.send_test(test, demo=True))
        except Conflicts as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    assert comes(lambda: outcomes.count("busy") == len(threads) - 2)
    receiver.ending.set()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == ["204"] * 2 + ["busy"] * 4
    assert outgoing.send_test(test, demo=True) == 204


PRIVATE = (
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
    "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1",
)  # fmt: skip


@pytest.mark.parametrize("number", PRIVATE)
def test_no_message_goes_to_a_private_number(number: str) -> None:
    assert not may_reach(number, "messages.example.gov", demo=False)
    assert not may_reach(number, "messages.example.gov", demo=True)


def test_a_message_may_go_to_a_public_number() -> None:
    assert may_reach("93.184.215.14", "messages.example.gov", demo=False)
    assert may_reach("2606:2800:21f:cb07:6820:80da:af6b:8b2c", "messages.example.gov", demo=False)
    assert not may_reach("93.184.215.14", "localhost", demo=True)


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain, private


@pytest.mark.parametrize("what", ["trusted", "not trusted", "of another name"])
def test_a_certificate_has_to_be_trusted_and_of_that_name(
    receivers: Receivers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    chain, private = certificate(tmp_path, "other" if what == "of another name" else "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, private)
    receiver = receivers()
    receiver.with_certificate(context)
    if what != "not trusted":
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    address = Address(f"https://localhost:{receiver.port}/", SECRET)

    with contextlib.suppress(NotSent):
        send(address, "msg_1", b"{}", until=time.monotonic() + PATIENCE_SECONDS, demo=True)

    assert len(receiver.came) == (1 if what == "trusted" else 0)


# signatures


def test_a_signature_is_of_this_secret_this_name_this_second_and_this_body() -> None:
    given = headers(SECRET, "msg_1", 1_000_000, b"body")
    other = "whsec_" + base64.b64encode(b"o" * 32).decode()

    assert check(SECRET, given, b"body", 1_000_010) == "msg_1"
    assert check(SECRET, given | {"webhook-signature": "v1,AAAA " + given["webhook-signature"]}, b"body", 1_000_010)
    for secret, changed, body, second in (
        (other, given, b"body", 1_000_010),
        (SECRET, given | {"webhook-id": "msg_2"}, b"body", 1_000_010),
        (SECRET, given | {"webhook-timestamp": "1000001"}, b"body", 1_000_010),
        (SECRET, given, b"bodY", 1_000_010),
        (SECRET, given, b"body", 1_000_301),
        (SECRET, given, b"body", 999_699),
        (SECRET, {}, b"body", 1_000_010),
        (SECRET, given | {"webhook-timestamp": "x"}, b"body", 1_000_010),
        ("secret", given, b"body", 1_000_010),
        ("whsec_", given, b"body", 1_000_010),
    ):
        with pytest.raises(BadInput):
            check(secret, changed, body, second)


def test_the_example_of_the_standard_is_signed_as_it_says() -> None:
    given = headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )

    assert given["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


# the listener


def listens(*more: str) -> tuple[subprocess.Popen[str], int]:
    """`pars webhook listen` on a free port."""
    process = subprocess.Popen(
        [PARS, "webhook", "listen", "--secret", SECRET, "--port", "0", "--json", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    return process, int(process.stderr.readline().rpartition(":")[2])


@pytest.mark.parametrize(("secret", "code"), [(SECRET, 0), ("whsec_" + base64.b64encode(b"o" * 32).decode(), 1)])
def test_the_listener_prints_what_verifies_and_fails_when_something_did_not(secret: str, code: int) -> None:
    process, port = listens("--count", "1")

    status = send(
        Address(f"http://127.0.0.1:{port}/", secret),
        "msg_1",
        b'{"a":1}',
        until=time.monotonic() + PATIENCE_SECONDS,
        demo=True,
    )
    out, _ = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == code
    assert status == (204 if code == 0 else 400)
    assert [json.loads(line) for line in out.splitlines()] == (
        [{"id": "msg_1", "message": {"a": 1}}] if code == 0 else []
    )


def test_a_listener_without_a_secret_that_is_one_ends_with_2() -> None:
    done = subprocess.run(
        [PARS, "webhook", "listen", "--secret", "word"], capture_output=True, check=False, timeout=PATIENCE_SECONDS
    )

    assert (done.returncode, done.stdout) == (2, b"")


# the interface


@pytest.fixture
def application(demo: Partnership) -> FastAPI:
    """The application on the demonstration's store."""
    return create_app(demo.store, Serving(demo=True))


@pytest.fixture
def client(application: FastAPI) -> Iterator[TestClient]:
    """A program."""
    with TestClient(application, raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def by(demo: Partnership) -> By:
    """The Authorization header of somebody, from a sign-in of this moment."""

    def of(name: str) -> dict[str, str]:
        token = signin.sign_in(demo.store, name, PASSWORD, kind="credential", demo_allowed=True)
        return {"Authorization": f"Bearer {token}"}

    return of


def test_the_whole_life_of_a_subscription_by_program(
    client: TestClient, by: By, demo: Partnership, receivers: Receivers
) -> None:
    receiver = receivers()
    court, analyst = by("court-speaks"), by("analyst")
    where = {"partner": "Example County Sheriff", "url": receiver.url}
    registered = client.post("/api/v1/webhooks", json=where, headers=court)
    assert registered.status_code == 201
    tested = client.post("/api/v1/subscriptions/test", headers=analyst)
    assert tested.json() | {"delivered": True, "status": 204} == tested.json()
    assert verified(registered.json()["secret"], receiver.came[0]) == {"type": "test", "data": {}}

    once = analyst | {"Idempotency-Key": "the-same"}
    one, two = (client.post("/api/v1/subscriptions", json=WISH, headers=once) for _ in range(2))
    assert (one.status_code, set(one.json())) == (201, {"id", "entry"})
    assert one.json() == two.json()
    (line,) = client.get("/api/v1/subscriptions", headers=analyst).json()["subscriptions"]
    assert (line["id"], line["at_work"], line["subject"]) == (one.json()["id"], True, SUBJECT)
    assert client.get("/api/v1/subscriptions", headers=by("analyst-2")).json() == {"subscriptions": []}

    ended = client.post(f"/api/v1/subscriptions/{line['id']}/end", headers=analyst)
    again = client.post(f"/api/v1/subscriptions/{line['id']}/end", headers=analyst)
    assert (ended.status_code, again.status_code, again.json()["code"]) == (201, 404, "not-there")
    (kept,) = client.get("/api/v1/webhooks", headers=court).json()["webhooks"]
    assert "secret" not in kept
    assert client.post(f"/api/v1/webhooks/{kept['id']}/end", headers=court).status_code == 201


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"tell_of": ["released"]}, 403, "tell-of"),
        ({"tell_of": ["next-hearing"]}, 403, "tell-of"),
        ({"tell_of": "arraigned"}, 422, "bad-input"),
        ({"tell_of": []}, 422, "bad-input"),
        ({"deliver": None}, 422, "bad-input"),
        ({"order_by": "birth_date"}, 422, "bad-input"),
        ({"subject": {"birthplace": "Honduras"}}, 403, "search-not-allowed"),
        ({"subject": [SUBJECT]}, 422, "bad-input"),
        ({"subject": SUBJECT | {"name": {"surname": "\ud800", "given": "x"}}}, 403, "search-not-allowed"),
        ({}, 409, "no-address"),
    ],
)
def test_a_refusal_is_a_problem_with_a_stable_code(
    client: TestClient, by: By, changed: dict[str, object], status: int, code: str
) -> None:
    answer = client.post(
        "/api/v1/subscriptions",
        content=json.dumps(WISH | changed),
        headers=by("analyst") | {"Content-Type": "application/json"},
    )

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Quillfeather" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/subscriptions"), ("GET", "/api/v1/subscriptions"), ("POST", "/api/v1/subscriptions/test"),
        ("GET", "/api/v1/subscriptions/stream"), ("POST", f"/api/v1/subscriptions/{'0' * 32}/end"),
        ("POST", f"/api/v1/subscriptions/{'0' * 32}/replay"), ("POST", "/api/v1/webhooks"), ("GET", "/api/v1/webhooks"),
        ("POST", f"/api/v1/webhooks/{'0' * 32}/end"),
    ],
)  # fmt: skip
def test_without_a_credential_it_is_401_whatever_else_is_wrong(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path, content=b"{not json").status_code == 401


def test_neither_colleagues_listen_nor_partners_register(client: TestClient, by: By) -> None:
    for name in (Role.OFFICER.value, "court-speaks"):
        for method, path in (("GET", "/stream"), ("GET", ""), ("POST", "/test")):
            assert client.request(method, f"/api/v1/subscriptions{path}", headers=by(name)).status_code == 403
    where = {"partner": "Example County Sheriff", "url": "https://messages.example.gov/"}
    assert client.post("/api/v1/webhooks", json=where, headers=by("analyst")).status_code == 403


# the stream


@pytest.fixture
def served(application: FastAPI, demo: Partnership) -> Iterator[int]:
    """The port at which the application is really served, with its rounds."""
    with going(demo.store), streams.served(application) as port:
        yield port


def listens_to(port: int, credential: dict[str, str], last: str | None = None) -> streams.Stream:
    """An open stream of an analyst's subscriptions."""
    return streams.Stream(port, "/api/v1/subscriptions/stream", credential, last)


def test_an_open_stream_is_told_goes_on_where_it_was_and_ends_in_silence(
    served: int, by: By, demo: Partnership
) -> None:
    arrest = demo.charged()
    credential = by("analyst")
    wish = subscribing.Wish(asks(), ["arraigned"], "stream")
    subscribing.subscribe(demo.store, demo.analyst(), wish)
    stream = listens_to(served, credential)
    demo.arraign(arrest)

    first = stream.event()
    assert first is not None
    assert first[0].startswith("msg_")
    assert first[1]["data"]["step"] == "arraigned"
    assert set(first[1]["data"]["record"]) == {"name", "birth_date", "otn", "charges"}
    assert comes(lambda: all(one.told_at for one in telling.owed_to(demo.store, demo.analyst(), real_now())))

    unknown = listens_to(served, credential, "msg_of-another-life")
    repeated = unknown.event()
    assert repeated is not None
    assert repeated[0] == first[0]
    assert repeated[1]["data"]["receipt"] != first[1]["data"]["receipt"]
    resumed = listens_to(served, credential, first[0])
    time.sleep(0.8)

    demo.say(Owner.COURT, Decision.WITHDRAW)
    for one in (stream, unknown, resumed):
        assert one.event() is None
        assert not [line for line in one.lines[-3:] if line.startswith("event: ended")]
        one.close()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", served, timeout=PATIENCE_SECONDS)) as refused:
        refused.request("GET", "/api/v1/subscriptions/stream", headers=credential)
        assert json.loads(refused.getresponse().read())["code"] == "not-in-force"


def test_a_stream_ends_with_its_session(served: int, by: By, demo: Partnership) -> None:
    credential = by("analyst")
    stream = listens_to(served, credential)

    signin.sign_out(demo.store, credential["Authorization"].partition(" ")[2])

    assert stream.event() is None
    stream.close()


def test_the_round_delivers_by_itself(served: int, demo: Partnership, receivers: Receivers) -> None:
    receiver = receivers()
    secret = register(demo, receiver)

    subscribed(demo)

    assert comes(lambda: receiver.came)
    assert verified(secret, receiver.came[0])["data"]["step"] == "arraigned"
    assert served


def test_nothing_of_a_message_stands_in_the_operators_log(
    demo: Partnership, receivers: Receivers, capsys: pytest.CaptureFixture[str]
) -> None:
    register(demo, receivers())
    subscribed(demo)

    telling.match(demo.store, real_now())
    deliver_next(demo.store, demo=True)

    said = "".join(capsys.readouterr())
    assert "message tried" in said
    assert not [word for word in ("Quillfeather", "127.0.0.1", "msg_", "whsec_", CASE) if word in said]


def test_the_address_of_a_real_installation_is_never_this_machine(partnership: Partnership) -> None:
    with pytest.raises(BadInput):
        webhooks.register(
            partnership.store, partnership.speaker(Owner.COURT), "Example County Sheriff", "http://127.0.0.1:1/"
        )
    assert not telling.is_demo(partnership.store)

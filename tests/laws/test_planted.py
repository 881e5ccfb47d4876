"""T10, T26. What is planted in every text, file and image reaches no byte of a partner's, no log, no address, no error.

A served installation as `pars serve` makes it: its desks write records in which every text that no partner may see is a
string that stands nowhere else. Then a partner's analyst sends everything to every route of the application, and all
bytes that came back are read for the strings, as they stand and as they may be written otherwise (`needles.py`).
"""

import base64
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Self, cast

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.routing import iter_route_contexts
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.laws.house import House, Planted, arrest, served_house
from tests.laws.needles import found, in_base64, writings

from pars.actions.arraignment import next_sessions
from pars.clock import city_day, real_now
from pars.ledger.receipt import public_key
from pars.sharing.agreement import version_hash
from pars.sharing.consent import sign, to_sign
from pars.sharing.reading import terms_of
from pars.sharing.vocabulary import FIELDS, FLOOR_CRITERIA
from pars.store.database import Store
from pars.web.app import Serving, create_app

SPEAKERS: Final = ("police-speaks", "attorney-speaks", "court-speaks")
DOCKET: Final = "MC-51-CR-0004711-2026"
TERMS: Final = """
[agreement]
id = "planted"
partner = "Agency PAEXS0000"
units = ["all"]
term = {{ from = {first}, until = {last} }}
consent = "unanimous"

[[purpose]]
code = "court-hearing"
case_reference = "docket"
search_by = [["name", "birth_date"], ["otn", "name"], ["docket_number", "name"], ["pid", "birth_date"]]
fields = {fields}

[[purpose]]
code = "warrant-service"
case_reference = "warrant"
search_by = [["name", "birth_date"]]
fields = {fields}

[limits]
per_user_per_day = 100000
per_agency_per_day = 100000
"""


@dataclass
class Told:
    """A house in which everything is planted: its records, and what may be known of one by name."""

    house: House
    plant: Planted
    shown: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    otn: str = ""
    hidden: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def done(self, who: str, path: str, body: object) -> dict[str, Any]:
        """A request of a desk that is taken; what was planted in it stands in the record."""
        answer = self.house.json(who, path, body)
        assert answer.status_code in {200, 201}, f"{path}: {answer.text}"
        return cast("dict[str, Any]", answer.json())

    def form(self, who: str, path: str, fields: Mapping[str, str]) -> None:
        """The same from a page."""
        answer = self.house.form(who, path, fields)
        assert answer.status_code == 303, f"{path}: {answer.status_code}"


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """A house whose owners and partner agree, with one record that is shown and several that are not."""
    with served_house() as house:
        here = Told(house, Planted())
        _agree(here)
        _switch_on(here)
        here.body = arrest(here.plant)
        here.shown = _arraigned(here, here.body, DOCKET)
        _hidden(here)
        yield here


def _agree(told: Told) -> None:
    """The owners enrol keys of their own and sign, as in any real installation: the house holds none of them."""
    keys = {who: Ed25519PrivateKey.generate().private_bytes_raw() for who in SPEAKERS}
    for place, who in enumerate(SPEAKERS):
        offered = told.done(who, "/api/v1/owner-keys", {"public_key": public_key(keys[who]).hex()})
        told.done(SPEAKERS[place - 1], f"/api/v1/owner-keys/{offered['id']}/confirm", {})
    today = city_day(real_now())
    days = {"first": today - timedelta(days=1), "last": today + timedelta(days=90)}
    text = TERMS.format(fields=json.dumps(list(FIELDS)), **days)
    told.done("police-speaks", "/api/v1/agreements", {"terms": text})
    message = to_sign(terms_of(text), version_hash(text))
    for who in SPEAKERS:
        said = {"decision": "grant", "reason": "voted", "signature": sign(keys[who], message).hex()}
        told.done(who, "/api/v1/agreements/planted/consents", said)
    told.house.tokens["analyst"] = told.house._token("analyst")  # a sign-in of this term


def _switch_on(told: Told) -> None:
    for name in ("birthplace", "ssn"):
        fields = {"name": name, "value": "yes", "until": "12/31/2099"}
        planted = {word: told.plant.text(f"setting.{word}") for word in ("reason", "law")}
        told.form("police-speaks", "/settings", fields | planted)


def _pictures(plant: Planted) -> Iterator[tuple[str, bytes, str]]:
    """Photographs with words in their metadata, and in their names."""
    exif = Image.Exif()
    exif[0x010E], exif[0x9286] = plant.text("photo.exif"), plant.text("photo.comment")
    words = PngInfo()
    words.add_text("Comment", plant.text("photo.png-text"))
    for kind, more in (
        ("png", {"pnginfo": words}),
        ("jpeg", {"exif": exif, "comment": plant.text("photo.jpeg").encode()}),
    ):
        file = io.BytesIO()
        Image.new("RGB", (320, 400), "navy").save(file, kind, **more)
        yield f"{plant.text('photo.name')}.{kind}", file.getvalue(), f"image/{kind}"


def _booked(told: Told, body: dict[str, Any]) -> str:
    """Somebody is booked, with photographs, property, a victim and a witness, birthplace and number."""
    plant, number = told.plant, str(told.done("officer", "/api/v1/arrests", body)["id"])
    api = f"/api/v1/arrests/{number}"
    for name, data, kind in _pictures(plant):
        sent = httpx.post(
            f"{told.house.url}/arrests/{number}/photo",
            files={"photo": (name, data, kind)},
            headers={"Authorization": f"Bearer {told.house.tokens['officer']}"},
        )
        assert sent.status_code == 303
    told.done("officer", f"{api}/property", {"item": plant.text("property.item")})
    words = ("surname", "given", "contact", "safe_hours", "language")
    for kind in ("victim", "witness"):
        person = {word: plant.text(f"{kind}.{word}") for word in words}
        told.done("detective", f"{api}/protected", {"kind": kind, **person})
    number_ = plant.digits("optional.ssn", 9)
    told.done("officer", f"{api}/optional", {"field": "birthplace", "value": plant.text("optional.birthplace")})
    told.done("officer", f"{api}/optional", {"field": "ssn", "value": number_})
    return number


def _submitted(told: Told, body: dict[str, Any]) -> str:
    """The report is with the charging unit, by way of a question and an answer."""
    plant, number = told.plant, _booked(told, body)
    steps = f"/api/v1/arrests/{number}/steps"
    charge = {"statute": "18 § 2701 §§ A1", "grade": "M2", "grade_fact": plant.text("report.grade_fact")}
    told.done("officer", f"{steps}/write-report", {"facts": plant.text("report.facts"), "charges": [charge]})
    told.done("supervisor", f"{steps}/approve-report", {"note": plant.text("report.note")})
    told.done("attorney", f"{steps}/return", {"question": plant.text("return.question")})
    told.done("officer", f"{steps}/answer", {"answer": plant.text("answer.answer")})
    return number


def _charged(told: Told, body: dict[str, Any]) -> str:
    """A complaint stands, and the person has been to a hospital and in a cell."""
    plant, number = told.plant, _submitted(told, body)
    steps = f"/api/v1/arrests/{number}/steps"
    seen = told.house.look("attorney", f"/api/v1/arrests/{number}")["rows"]["Classification"]
    (charge,) = {row["charge_id"] for row in seen}
    decided = {"charge": charge, "decision": "modified", "grade": "M2", "reason": plant.text("charge.reason")}
    added = {"statute": "18 § 3929", "grade": "M1", "decision": "added", "reason": plant.text("charge.added")}
    facts = {name: plant.text(f"charge.grade_fact-{name}") for name in ("one", "two")}
    decisions = {
        "charges": [decided | {"grade_fact": facts["one"]}, added | {"grade_fact": facts["two"]}],
        "affiant_name": plant.text("complaint.affiant"),
        "affiant_badge": "4417",
        "facts": plant.text("complaint.facts"),
    }
    told.done("attorney", f"{steps}/charge", {"decisions": decisions})
    for step, names in (
        ("transport", ("vehicle", "note")),
        ("arrive-hospital", ("hospital", "note")),
        ("leave-hospital", ("note",)),
        ("begin-evaluation", ("place", "note")),
        ("end-evaluation", ("note",)),
    ):
        told.done("officer", f"{steps}/{step}", {name: plant.text(f"{step}.{name}") for name in names})
    told.done(
        "officer", f"{steps}/book", {"site": "D22", "cell": plant.text("book.cell"), "note": plant.text("book.note")}
    )
    words = ("residence", "household", "employment", "ties", "ability_to_pay", "references", "verified_by")
    form = {**{name: plant.text(f"interview.{name}") for name in words}, "recommendation": "ror"}
    told.done("interviewer", f"{steps}/interview", {"form": form})
    hold = {
        "kind": "probation-detainer",
        "authority": plant.text("hold.authority"),
        "number": plant.text("hold.number"),
    }
    told.done("supervisor", f"/api/v1/arrests/{number}/holds", {**hold, "signed_by_judge_or_authority": True})
    return number


def _arraigned(told: Told, body: dict[str, Any], docket: str) -> str:
    """The court has set bail, and opened the case."""
    plant, number = told.plant, _charged(told, body)
    api = f"/api/v1/arrests/{number}"
    steps = f"{api}/steps"
    told.otn = "T" + plant.digits("prints.otn", 7)
    prints = {"otn": told.otn, "sid": "401-22-7-3", "pid": plant.digits("prints.pid", 7)}
    told.done("officer", f"{steps}/take-prints", prints)
    told.done("clerk", f"{steps}/certify", {"verified": True, "note": plant.text("certify.note")})
    session = next_sessions(real_now())[0].isoformat()
    listed = {"interpreter": plant.text("list.interpreter"), "video_site": plant.text("list.video_site")}
    told.done("clerk", f"{steps}/list", {"session": session, **listed})
    position = {"type": "monetary", "amount_usd": 500, "percent": 10, "reasons": plant.text("position.reasons")}
    told.done("attorney", f"{api}/positions", position)
    words = ("reasons", "ability_asked", "ability_said")
    bail = {"type": "monetary", "amount_usd": 5000, "percent": 10, "conditions": ["no-contact"]}
    bail |= {name: plant.text(f"bail.{name}") for name in words}
    heard = {"probable_cause": True, "counsel_heard": False, "counsel_reason": plant.text("arraign.counsel_reason")}
    later = {"next_date": (city_day(real_now()) + timedelta(days=60)).isoformat()}
    later["next_reason"] = plant.text("arraign.next_reason")
    told.done("magistrate", f"{steps}/arraign", {**heard, **later, "bail": bail})
    told.done("clerk", f"{steps}/docket", {"docket_number": docket})
    return number


def _hidden(told: Told) -> None:
    """A child, somebody declined, somebody sealed, somebody merely arrested: not even their names are a partner's."""
    child = arrest(told.plant)
    child["person"]["birth_date"] = (city_day(real_now()) - timedelta(days=15 * 366)).isoformat()  # type: ignore[index] # a dictionary of ours
    told.hidden.append((str(told.done("officer", "/api/v1/arrests", child)["id"]), child))
    merely = arrest(told.plant)
    told.hidden.append((_booked(told, merely), merely))
    refused = arrest(told.plant)
    number = _submitted(told, refused)
    told.done("attorney", f"/api/v1/arrests/{number}/steps/decline", {"reason": told.plant.text("decline.reason")})
    told.hidden.append((number, refused))
    closed = arrest(told.plant)
    number = _charged(told, closed)
    told.done("clerk", f"/api/v1/arrests/{number}/access", {"access": "sealed", "order": told.plant.text("seal.order")})
    told.hidden.append((number, closed))


# what the partner sends, and what it gets


def _name(body: Mapping[str, Any]) -> dict[str, str]:
    return {"surname": body["person"]["surname"], "given": body["person"]["given"]}


def _subjects(told: Told) -> Iterator[dict[str, Any]]:
    """Everybody by name and birth date, and by the numbers that belong to whoever is shown."""
    for body in (told.body, *(body for _, body in told.hidden)):
        yield {"name": _name(body), "birth_date": body["person"]["birth_date"]}
    yield {"otn": told.otn, "name": _name(told.body)}
    yield {"docket_number": DOCKET, "name": _name(told.body)}
    for word in FLOOR_CRITERIA:
        yield {"name": _name(told.body), word: "x"}
    yield {"name": _name(told.body)}


def _inquiries(told: Told) -> Iterator[dict[str, Any]]:
    """Every subject for every purpose; and what a partner types that is no inquiry, with strings of its own in it."""
    cases = {"court-hearing": DOCKET, "warrant-service": told.body["warrant_number"]}
    for subject, (purpose, case) in itertools.product(_subjects(told), cases.items()):
        yield {
            "agreement": "planted",
            "purpose": purpose,
            "case_reference": case,
            "on_behalf_of": None,
            "subject": subject,
        }
    typed = told.plant.text
    whole = next(_subjects(told))
    sound = {"agreement": "planted", "purpose": "court-hearing", "case_reference": DOCKET, "subject": whole}
    for name in ("agreement", "purpose", "case_reference", "on_behalf_of"):
        yield sound | {name: typed(f"typed.{name}")}
    yield sound | {"subject": {"name": f"{typed('typed.surname')}, {typed('typed.given')}", "birth_date": "1990-02-03"}}
    yield sound | {"subject": {"name": typed("typed.no-comma"), "birth_date": typed("typed.birth_date")}}
    yield sound | {"subject": whole | {"name": f"{typed('typed.wildcard')}*, X"}}
    yield sound | {typed("typed.key"): "x"}
    yield sound | {"subject": whole | {typed("typed.criterion"): "x"}}
    yield sound | {"subject": {"name": _name(told.body), "otn": typed("typed.otn")}}


VALUES: Final[Mapping[str, Sequence[str]]] = {
    "step": ("charge", "write-report", "arraign"),
    "period": ("2026-11", "2026-Q4"),
    "view": ("board", "charging", "session", "left"),
    "kind": ("booking-sheet", "complaint", "bail-order", "property-receipt"),
    "verb": ("correct", "protect", "position", "unlock"),
    "agreement": ("planted",),
    "name": ("planted", "charge"),
    "ori": ("PAEXS0000",),
    "part": ("arrest", "protected"),
    "letter": ("non-renewal", "0"),
    "place": ("1", "4"),
    "what": ("end", "replay"),
    "path": ("0/000", "0/000.p/5", "entries/000", "entries/000.p/5", "9/../../key"),
    "sha256": ("0" * 64, "../key"),
    "entry_hash": ("0" * 64,),
    "site": ("D22", "1"),
    "which": ("open", "sealed"),
    "ticket": ("0",),
}
"""What stands in the addresses of routes besides numbers."""
NUMBERS: Final = (
    *("arrest_id", "entry", "account_id", "hold_id", "key_id", "opening_id", "assignment_id"),
    *("request_id", "subscription", "webhook", "recall_id", "delay_id", "sample"),
    *("instrument_id", "notice_id", "order_id", "report_id", "child", "difference", "call", "need"),
    *("alarm_id", "pattern", "canary", "canary_id"),
)
_PLACE: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
LAST: Final = ("/lock", "/sign-out")
QUERY: Final = "?q=assault&row=1&statute-1=2701&view=board&since=0&why=because&language=en"


def routes() -> list[tuple[str, str]]:
    """Every method and address of the application, those that end the session last."""
    app = create_app(cast(Store, None), Serving())
    every = [
        (method, one.path or "") for one in iter_route_contexts(app.routes) for method in sorted(one.methods or ())
    ]
    return sorted(every, key=lambda one: one[1] in LAST)


def addresses(path: str, numbers: Sequence[str]) -> Iterator[str]:
    """An address for every combination of what may stand in it; an unknown name in a route fails the test by name."""
    names = _PLACE.findall(path)
    unknown = [name for name in names if name not in VALUES and name not in NUMBERS]
    assert unknown == [], f"say in VALUES what a partner may send as {unknown} in {path}"
    choices = [VALUES.get(name, numbers) for name in names]
    for chosen in itertools.product(*choices):
        address = path
        for value in chosen:
            address = _PLACE.sub(value, address, count=1)
        yield address


STREAMS = ("/live", "/stream", "/standing")
"""How addresses end whose answers have no end."""
STREAM_SECONDS, PATIENCE_SECONDS = 2.0, 120.0


class Partner:
    """A partner's analyst, as program and in a browser; keeps every byte that comes."""

    def __init__(self, told: Told) -> None:
        """Signed in twice over one account."""
        self._house, token = told.house, told.house.tokens["analyst"]
        self._client = httpx.Client(base_url=told.house.url, timeout=PATIENCE_SECONDS)
        self._program = {"Authorization": f"Bearer {token}"}
        page = self._client.get("/inquiry", headers={"Cookie": f"pars_session={token}", "Accept": "text/html"})
        self._key = page.text.split('name="form_key" value="', 1)[1].split('"', 1)[0]
        self._browser = {"Cookie": f"pars_session={token}", "Accept": "text/html"}
        self.got: dict[str, bytes] = {}
        self.statuses: set[int] = set()

    def __enter__(self) -> Self:
        """For `with Partner(…) as partner`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self._client.close()

    def json(self, method: str, address: str, body: object) -> bytes:
        """As a program."""
        text = json.dumps(body) if method != "GET" else None
        return self._sent(method, address, content=text, headers=self._program | {"Content-Type": "application/json"})

    def page(self, method: str, address: str, fields: Mapping[str, str]) -> bytes:
        """As a browser."""
        data = {**fields, "form_key": self._key} if method != "GET" else None
        return self._sent(method, address, data=data, headers=self._browser)

    def _sent(self, method: str, address: str, **more: Any) -> bytes:  # noqa: ANN401 - as httpx takes it
        self._client.cookies.clear()
        wait = STREAM_SECONDS if address.partition("?")[0].endswith(STREAMS) else PATIENCE_SECONDS
        timeout = httpx.Timeout(PATIENCE_SECONDS, read=wait)
        with self._client.stream(method, address, timeout=timeout, **more) as answer:
            said = repr(answer.headers.raw).encode()
            try:
                for part in answer.iter_bytes():
                    said += part
            except httpx.ReadTimeout:
                assert "event-stream" in answer.headers["content-type"]  # a stream has no end
        self._house.asked += [str(answer.request.url), answer.headers.get("location", "")]
        self.statuses.add(answer.status_code)
        place = f"{len(self.got)} {method} {address} {answer.status_code}"
        self.got[place] = said
        return said


def reached(told: Told, partner: Partner) -> dict[str, set[str]]:
    """What was planted and reached the partner, by the request that brought it; not what it typed or may be given."""
    person = told.body["person"]
    lawful = {*_name(told.body).values(), person["middle"], person["suffix"], *person["other_names"], person["pid"]}
    lawful |= {told.body["dc_number"], told.otn[1:], told.body["warrant_number"]}
    lawful |= {text for text, place in told.plant.where.items() if place.startswith(("typed.", "prints."))}
    lawful |= {name for _, body in told.hidden for name in _name(body).values()}  # asked for by the partner itself
    secret = {text: place for text, place in told.plant.where.items() if text not in lawful}
    everywhere = found(secret, b"\n".join(partner.got.values()))
    left = {text: place for text, place in secret.items() if place in everywhere}
    return {request: places for request, data in partner.got.items() if (places := found(left, data))} if left else {}


def test_nothing_planted_reaches_a_partner_a_log_an_address_or_an_error(told: Told) -> None:
    with Partner(told) as partner:
        shown = everything_asked(told, partner)

    assert set(shown) == set(FIELDS)
    assert shown["photo"]
    assert {200, 303, 403, 404, 422} <= partner.statuses
    assert not partner.statuses & {500, 503}
    assert reached(told, partner) == {}
    assert told.plant.found_in(told.house.operators_log()) == []
    assert told.plant.found_in(told.house.databases_log()) == []
    assert told.plant.found_in("\n".join(told.house.asked)) == []
    assert told.plant.found_in("\n".join(told.house.refusals)) == []


def everything_asked(told: Told, partner: Partner) -> dict[str, Any]:
    """Send every inquiry, then everything to every route; the record of whoever is shown."""
    asked = list(_inquiries(told))
    answers = [partner.json("POST", "/api/v1/inquiries", body) for body in asked]
    log = partner.json("GET", "/api/v1/inquiries", None)
    entry = json.loads(log[log.index(b'{"inquiries"') :])["inquiries"][0]["entry"]
    numbers = (told.shown, *(number for number, _ in told.hidden), entry)
    fields = {
        "under": "planted court-hearing",
        "case_reference": DOCKET,
        "birth_date": "02/03/1961",
        **_name(told.body),
    }
    for method, path in routes():
        for address in addresses(path, numbers):
            partner.json(method, f"{address}{QUERY if method == 'GET' else ''}", asked[0] if "inquir" in path else {})
            partner.page(method, f"{address}{QUERY if method == 'GET' else ''}", fields)

    record: dict[str, Any] = json.loads(answers[0][answers[0].index(b'{"receipt"') :])["record"]
    return record


@pytest.mark.parametrize(
    "written",
    sorted({*writings("Zqplantedx"), *in_base64("Zqplantedx"), base64.b64encode(b"x" * 40 + b"Zqplantedx")}),
    ids=lambda written: written.hex(),
)
def test_a_string_is_found_however_it_is_written(written: bytes) -> None:
    assert found({"Zqplantedx": "here"}, b"before " + written + b" after") == {"here"}


def test_a_string_is_found_that_goes_over_the_end_of_a_line() -> None:
    assert found({"Zqplanted\nx": "here"}, b"line\nbefore zqplanted\nx\nline") == {"here"}


def test_what_is_not_there_is_not_found() -> None:
    assert found({"Zqplantedx": "here"}, bytes(range(256)) * 20) == set()

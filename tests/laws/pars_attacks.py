"""Everything that a partner can send to PARS, by the attack that it tries."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final
from urllib.parse import quote, urlencode

from tests.laws.pars_subject import CHILD_BORN, HIDDEN, VISIBLE, Hidden, blank
from tests.laws.worlds import Script, World, request
from tests.partnership import BORN, CASE

from pars.sharing.vocabulary import FLOOR_CRITERIA, FLOOR_FIELDS

INQUIRIES: Final = "/api/v1/inquiries"
WORDS: Final = (*FLOOR_CRITERIA, *FLOOR_FIELDS, "access", "custody", "complainants", "person_id", "id", "number")
"""Words that a filter, an order or a name for a field may try."""
OWN: Final = ("/api/v1/agreements", "/api/v1/duties", INQUIRIES)
PAGES: Final = ("/inquiry", "/agreements", "/agreements/sheriff")
NOBODY: Final = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Asking:
    """The partner's analysts: by program, and by a browser's session."""

    tokens: Mapping[str, str]
    form_key: str
    known: Mapping[str, str]
    """Numbers of hidden records, as if somebody had told them to the partner."""

    def headers(self, who: str = "analyst", **more: str) -> dict[str, str]:
        """What a program sends along."""
        told = {"Authorization": f"Bearer {self.tokens[who]}", "Content-Type": "application/json"}
        return told | {name.replace("_", "-"): value for name, value in more.items()}

    def json(self, target: str, body: object, method: str = "POST", **more: str) -> bytes:
        """A request with a body as JSON; text goes as it stands."""
        text = body if isinstance(body, str) else json.dumps(body)
        return request(method, target, self.headers(**more), text.encode())

    def get(self, target: str, method: str = "GET", **more: str) -> bytes:
        """A request without a body."""
        return request(method, target, self.headers(**more))

    def form(self, target: str, fields: Mapping[str, str] | list[tuple[str, str]], **more: str) -> bytes:
        """What a page's form sends."""
        pairs = [*(fields.items() if isinstance(fields, Mapping) else fields), ("form_key", self.form_key)]
        cookie = {"Cookie": f"pars_session={self.tokens['analyst']}", "Accept": "text/html"}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return request("POST", target, cookie | kind | more, urlencode(pairs).encode())

    def page(self, target: str, **more: str) -> bytes:
        """A page, as a browser opens it."""
        return request(
            "GET", target, {"Cookie": f"pars_session={self.tokens['analyst']}", "Accept": "text/html"} | more
        )


def inquiry(surname: str, way: Hidden | None = None, **changed: object) -> dict[str, object]:
    """An inquiry for somebody by name and birth date."""
    hidden = way or HIDDEN.get(surname)
    said: dict[str, object] = {
        "agreement": "sheriff",
        "purpose": hidden.purpose if hidden else "felony-investigation",
        "case_reference": hidden.case if hidden else CASE,
        "on_behalf_of": None,
        "subject": {"name": {"surname": surname, "given": "Rosalind"}, "birth_date": hidden.born if hidden else BORN},
    }
    return said | changed


def fields(surname: str, **changed: str) -> dict[str, str]:
    """The same in the page's form."""
    way = HIDDEN.get(surname)
    said = {
        "under": f"sheriff {way.purpose if way else 'felony-investigation'}",
        "case_reference": way.case if way else CASE,
        "surname": surname,
        "given": "Rosalind",
        "birth_date": way.born if way else BORN,
    }
    return said | changed


def subject_with(**more: object) -> dict[str, object]:
    """The visible person, and criteria besides."""
    plain = {"name": {"surname": VISIBLE, "given": "Rosalind"}, "birth_date": BORN}
    return inquiry(VISIBLE, subject=plain | more)


@dataclass(frozen=True)
class Pars:
    """The adapter: how each attack is written against the interface and the pages of PARS."""

    asking: Asking

    @property
    def without(self) -> Mapping[str, str]:
        """Nothing is explained away."""
        return {}

    def blank(self, answer: bytes) -> bytes:
        """Receipts, names of entries and the time."""
        return blank(answer)

    @cached_property
    def scripts(self) -> Mapping[str, Script]:
        """Every attack, in an order in which the answers of one show in the log that the next one reads."""
        found: dict[str, Script] = {}
        for surname in HIDDEN:
            program = self.asking.json(INQUIRIES, inquiry(surname))
            page = self.asking.form("/inquiry", fields(surname))
            found[f"ask: {surname}, by program"] = self._sends(partial(list, [program]))
            found[f"ask: {surname}, on the page"] = self._sends(partial(list, [page]))
        for name, requests in self._requests().items():
            found[name] = self._sends(requests)
        found["event: the stream of an agreement"] = self._streams("/agreements/sheriff/standing")
        found["event: the stream of the lists"] = self._streams("/api/v1/live?view=board&since=0")
        found["outcome: of a look-up of somebody hidden"] = self._outcome
        found["own log: after all of it"] = self._sends(
            lambda: [*map(self.asking.get, OWN), *map(self.asking.page, PAGES)]
        )
        return found

    def _sends(self, requests: Callable[[], list[bytes]]) -> Script:
        def script(world: World) -> Iterator[bytes]:
            yield from map(world.send, requests())

        return script

    def _streams(self, target: str) -> Script:
        def script(world: World) -> Iterator[bytes]:
            yield world.stream(self.asking.get(target, Accept="text/event-stream", Last_Event_ID="0"))

        return script

    def _outcome(self, world: World) -> Iterator[bytes]:
        """Ask for somebody hidden, report what came of it twice, once with a key that is sent again."""
        yield world.send(self.asking.json(INQUIRIES, inquiry("Sealed")))
        log = world.send(self.asking.get(INQUIRIES))
        entry = json.loads(log.partition(b"\r\n\r\n")[2])["inquiries"][0]["entry"]
        said = {"outcome": "no action"}
        for key in ("once", "once", "twice"):
            yield world.send(self.asking.json(f"{INQUIRIES}/{entry}/outcome", said, Idempotency_Key=key))
        yield world.send(self.asking.json(f"{INQUIRIES}/{NOBODY}/outcome", said))
        yield world.send(self.asking.json(f"{INQUIRIES}/{entry}/outcome", said, who="stranger"))
        yield world.send(self.asking.form(f"/inquiry/{entry}/outcome", {"outcome": "no action"}))

    def _requests(self) -> dict[str, Callable[[], list[bytes]]]:
        return {
            "filter: own addresses by every word": self._filters,
            "sort: own addresses by every word": self._sorts,
            "alias: names for withheld fields": self._aliases,
            "extra key: in inquiry and subject": self._extra_keys,
            "withheld search: by every word of the floor": self._withheld_searches,
            "wildcard: in every criterion": self._wildcards,
            "error text: what cannot be read": self._errors,
            "duplicate key: in the body": self._duplicate_keys,
            "duplicate parameter: in address and form": self._duplicate_parameters,
            "count: heads, counts and pages of lists": self._counts,
            "gap: numbers and addresses of hidden records": self._gaps,
            "conditional: unless it changed": self._conditionals,
            "range: a part of the answer": self._ranges,
            "quota: what a hidden person costs": self._quota,
            "replay: the same key again": self._replays,
            "negotiation: other kinds of content": self._negotiations,
            "override: other methods": self._overrides,
            "conflict: two of one name, and a hidden third": self._conflicts,
        }

    def _filters(self) -> list[bytes]:
        shapes = ("{}=1", "{}=eq.Honduras", "filter[{}][_contains]=o", "where[{}]=like.*", "{}__startswith=1", "q={}:B")
        told = [f"{OWN[place % 2]}?{shapes[place % 6].format(word)}" for place, word in enumerate(WORDS)]
        told += [f"{INQUIRIES}?{shape.format('ssn')}" for shape in shapes]
        asked = [self.asking.json(f"{INQUIRIES}?{shape.format('ssn')}", inquiry(VISIBLE)) for shape in shapes]
        return [*map(self.asking.get, told), *asked]

    def _sorts(self) -> list[bytes]:
        shapes = ("sort=-{}", "order={}.desc", "order_by={}", "orderBy[{}]=asc")
        lists = [self.asking.get(f"{target}?{shapes[0].format('birthplace')}") for target in OWN]
        asked = [f"{INQUIRIES}?{shape.format('birthplace')}" for shape in shapes]
        return [*lists, *(self.asking.json(target, inquiry(VISIBLE)) for target in asked), *self._ordered()]

    def _ordered(self) -> list[bytes]:
        return [self.asking.json(INQUIRIES, inquiry(VISIBLE, order_by=word)) for word in ("race", "ssn", "id")]

    def _aliases(self) -> list[bytes]:
        shapes = (
            "select=x:{}",
            "fields={}",
            "alias[x]={}",
            "fields[arrest]={}",
            "include={}",
            "expand={}",
            "$select={}",
        )
        told = [self.asking.json(f"{INQUIRIES}?{shape.format('victims')}", inquiry(VISIBLE)) for shape in shapes]
        return [*told, *(self.asking.json(INQUIRIES, inquiry(VISIBLE, fields=[word])) for word in FLOOR_FIELDS[:3])]

    def _extra_keys(self) -> list[bytes]:
        names = ("fields", "include", "limit", "_debug", "explain", "withheld", "receipt", "record", "__proto__")
        told = [self.asking.json(INQUIRIES, inquiry(VISIBLE) | {name: ["ssn"]}) for name in names]
        told += [self.asking.json(INQUIRIES, subject_with(**{name: "ssn"})) for name in names]
        return [*told, self.asking.form("/inquiry", fields("Sealed", **dict.fromkeys(names, "ssn")))]

    def _withheld_searches(self) -> list[bytes]:
        values = ("Honduras", "Ohio", "B", "W", "999-88-7777", "111-22-3333", "22 First Row", "knife")
        bodies = [subject_with(**{word: value}) for word in FLOOR_CRITERIA for value in values[:2]]
        bodies += [
            inquiry(VISIBLE, subject={word: value}) for word, value in zip(WORDS, itertools.cycle(values), strict=False)
        ]
        return [self.asking.json(INQUIRIES, body) for body in bodies]

    def _wildcards(self) -> list[bytes]:
        names = ("%", "*", "Seal*", "S_aled", "[S]ealed", ".*", "Sealed%' or '1'='1", "", " ", "S", "SEALED ", "Séaled")
        bodies = [
            inquiry("x", subject={"name": {"surname": name, "given": "Rosalind"}, "birth_date": BORN}) for name in names
        ]
        dates = ("1990-%", "1990", "1990-02", "*", "%", "1990-02-03/1990-02-04", "[1990-01-01,1990-12-31]", CHILD_BORN)
        bodies += [inquiry("Sealed", subject={"name": "Sealed, Rosalind", "birth_date": day}) for day in dates]
        bodies += [inquiry("Sealed", subject={"name": ["Sealed, Rosalind", "Declined, Rosalind"], "birth_date": BORN})]
        return [self.asking.json(INQUIRIES, body) for body in bodies]

    def _errors(self) -> list[bytes]:
        texts = ("{", "[]", "null", '"x"', "[" * 3000, '{"subject": NaN}', '{"a":1e999}', "\x00", "", "{}" * 9)
        odd: list[object] = [None, 7, "x" * 5000, "\x00", "\ud800", ["Sealed"], {"$ne": None}, {"like": "S%"}]
        bodies = [inquiry("Sealed") | {name: value} for name in inquiry("Sealed") for value in odd]
        bodies += [inquiry("Sealed", subject={"name": value, "birth_date": BORN}) for value in odd]
        bodies += [inquiry("Sealed", subject={"name": "Sealed, Rosalind", "birth_date": value}) for value in odd]
        forms = [fields("Sealed", birth_date=text) for text in ("yesterday", "99/99/9999", "'", "1990")]
        asked = [self.asking.json(INQUIRIES, body) for body in (*texts, *bodies)]
        return [*asked, *(self.asking.form("/inquiry", one) for one in forms)]

    def _duplicate_keys(self) -> list[bytes]:
        hidden, shown = (json.dumps(inquiry(name)["subject"]) for name in ("Sealed", VISIBLE))
        told: list[str] = []
        for first, last in itertools.permutations((hidden, shown)):
            whole = json.dumps(inquiry(VISIBLE) | {"subject": None})
            told.append(whole.replace('"subject": null', f'"subject": {first}, "subject": {last}'))
            told.append(
                json.dumps(inquiry(VISIBLE)).replace('"birth_date":', '"ssn": "1", "birth_date": "1", "birth_date":')
            )
        return [self.asking.json(INQUIRIES, text) for text in told]

    def _duplicate_parameters(self) -> list[bytes]:
        twice = [*fields(VISIBLE).items(), *fields("Sealed").items()]
        targets = (
            f"{INQUIRIES}?purpose=fugitive&purpose=prosecution",
            f"{INQUIRIES}?agreement=sheriff&agreement=tight",
        )
        return [
            self.asking.form("/inquiry", twice),
            self.asking.form("/inquiry", [*twice[5:], *twice[:5]]),
            *(self.asking.json(target, inquiry("Sealed")) for target in targets),
            request("POST", INQUIRIES, self.asking.headers() | {"content-type": "application/json"}, b"{}"),
        ]

    def _counts(self) -> list[bytes]:
        marks = ("count=exact", "meta=*", "limit=0", "limit=-1", "offset=1", "page=2", "_total=1", "aggregate[count]=*")
        told = [self.asking.get(f"{INQUIRIES}?{mark}", Prefer="count=exact") for mark in marks]
        return [*told, *(self.asking.get(target, method="HEAD") for target in OWN)]

    def _gaps(self) -> list[bytes]:
        numbers = ("T1234567", "T0000001", "T0000002")
        subjects: list[dict[str, object]] = [{"name": "Sealed, Rosalind", "otn": number} for number in numbers]
        subjects += [{"pid": f"{number:07}", "birth_date": BORN} for number in range(1, 4)]
        asked = [self.asking.json(INQUIRIES, inquiry("Sealed", subject=one)) for one in subjects]
        for case in range(1, 5):
            body = inquiry("Dismissed", purpose="court-hearing", case_reference=f"MC-51-CR-000000{case}-2026")
            asked.append(self.asking.json(INQUIRIES, body))
        reached = (*list(self.asking.known.values())[::4], NOBODY, "1")
        shapes = ("/arrests/{}", "/api/v1/arrests/{}", "/api/v1/arrests/{}/protected", "/api/v1/arrests/{}/interview")
        told = [self.asking.get(shape.format(one)) for one in reached for shape in shapes]
        return [*asked, *told, *self._writes(reached)]

    def _writes(self, reached: tuple[str, ...]) -> list[bytes]:
        """Acts on a record by its number, which are no partner's: the same whether there is one or not."""
        told: list[bytes] = []
        for one in reached[:2]:
            api, at = f"/api/v1/arrests/{one}", f"/arrests/{one}"
            for step in ("charge", "decline"):
                told += [self.asking.json(f"{api}/steps/{step}", {}), self.asking.form(f"{at}/steps/{step}", {})]
            person = {"person": {"surname": "X"}, "version": 1, "reason": "a reason"}
            told += [
                self.asking.json(f"{api}/corrections", person),
                self.asking.json(f"{api}/access", {"access": "sealed", "order": "an order"}),
                self.asking.json(f"{api}/property", {"item": "a thing"}),
                self.asking.json(f"{api}/links", {"other": 1, "reason": "a reason"}),
                self.asking.json(f"{api}/unlink", {"reason": "a reason"}),
                self.asking.json(f"{api}/papers/booking-sheet", {}),
                self.asking.form(f"{at}/correct", {"version": "1", "reason": "x", "surname": "X"}),
                self.asking.form(f"{at}/photo", {}),
            ]
        return told

    def _conditionals(self) -> list[bytes]:
        told: list[bytes] = []
        for name, value in (
            ("If_None_Match", "*"), ("If_None_Match", 'W/"1"'), ("If_Match", '"1"'), ("If_Match", "*"),
            ("If_Modified_Since", "Wed, 01 Jan 2020 00:00:00 GMT"),
            ("If_Unmodified_Since", "Wed, 01 Jan 2020 00:00:00 GMT"),
            ("If_Modified_Since", "Wed, 01 Jan 2098 00:00:00 GMT"), ("Cache_Control", "only-if-cached"),
        ):  # fmt: skip
            told.append(self.asking.get(OWN[len(told) % 3], **{name: value}))
            told.append(self.asking.json(INQUIRIES, inquiry("Sealed"), **{name: value}))
        return told

    def _ranges(self) -> list[bytes]:
        ranges = ("bytes=0-9", "bytes=-1", "items=0-0", "bytes=9999999-")
        told = [self.asking.json(INQUIRIES, inquiry("Sealed"), Range=one) for one in ranges]
        return [*told, *(self.asking.get(INQUIRIES, Range=one, Range_Unit="items") for one in ranges)]

    def _quota(self) -> list[bytes]:
        """Three questions a day are allowed under this agreement: the fourth is refused, whoever was named before."""
        names = ("Sealed", "Juvenile", "Declined", "Sealed", VISIBLE)
        return [self.asking.json(INQUIRIES, inquiry(name, agreement="tight"), who="analyst-2") for name in names]

    def _replays(self) -> list[bytes]:
        return [
            self.asking.json(INQUIRIES, inquiry(name), Idempotency_Key=key)
            for name, key in (("Sealed", "a"), ("Sealed", "a"), (VISIBLE, "a"), ("Declined", "b"), ("Sealed", "b"))
        ]

    def _negotiations(self) -> list[bytes]:
        kinds = (
            "text/html",
            "application/xml",
            "text/csv",
            "application/pdf",
            "text/event-stream",
            "image/jpeg",
            "*/*;q=0",
        )
        told = [self.asking.json(INQUIRIES, inquiry("Sealed"), Accept=kind) for kind in kinds]
        told += [self.asking.get(f"{INQUIRIES}{end}", Accept=kind) for end in ("", ".csv", "/") for kind in kinds[:3]]
        told += [
            self.asking.json(INQUIRIES, inquiry("Sealed"), Accept_Encoding=one) for one in ("gzip", "br", "identity")
        ]
        told.append(request("POST", INQUIRIES, self.asking.headers() | {"Content-Type": "text/xml"}, b"<inquiry/>"))
        spanish = {"Cookie": f"pars_session={self.asking.tokens['analyst']}; pars_language=es", "Accept": "text/html"}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        pairs = urlencode({**fields("Sealed"), "form_key": self.asking.form_key}).encode()
        return [*told, request("POST", "/inquiry", spanish | kind, pairs)]

    def _overrides(self) -> list[bytes]:
        told = [
            self.asking.json(INQUIRIES, inquiry("Sealed"), **{name: method})
            for name in ("X_HTTP_Method_Override", "X_Method_Override", "X_Original_URL")
            for method in ("GET", "DELETE", "/api/v1/lists/board")
        ]
        methods = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "SEARCH")
        told += [self.asking.json(INQUIRIES, inquiry("Sealed"), method) for method in methods]
        return [*told, *(self.asking.get(f"{INQUIRIES}?_method={quote(method)}") for method in methods)]

    def _conflicts(self) -> list[bytes]:
        """Two people who are shown are two in both worlds; a hidden one makes no conflict, nor a third."""
        asked = [self.asking.json(INQUIRIES, inquiry(name)) for name in ("Twinned", VISIBLE, "Sealed")]
        other = inquiry("Twinned", purpose="warrant-service", case_reference="W-2026-9")
        return [*asked, self.asking.json(INQUIRIES, other)]

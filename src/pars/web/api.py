"""The same verbs for programs: JSON in, JSON out, `application/problem+json` for every refusal.

`Authorization: Bearer …` says who asks. `Idempotency-Key` on a POST makes a second sending harmless: it gets the first
answer. `Why` says why one looks at an arrest outside one's own queue.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

import msgspec
from fastapi import APIRouter, Body, Depends, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from pars.actions import disclosure, life, searching
from pars.actions.acting import AnsweredBefore, By, Once
from pars.actions.booking import ChargeGiven, NewArrest, record_arrest
from pars.actions.breach import warn
from pars.actions.person_given import PersonGiven
from pars.errors import BadInput, NotThere
from pars.record.steps import step_named
from pars.record.words import WARNING, status_words
from pars.sharing.duty import View
from pars.sharing.projection import Photo
from pars.store.database import Store
from pars.web.asking import Asking, TheStore, signed_in
from pars.web.asking import asking as who_asks
from pars.web.bodies import Route

REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"description": "refused, with its stable code", "content": {"application/problem+json": {}}},
    "5XX": {"description": "not answered now", "content": {"application/problem+json": {}}},
}


def for_programs(tag: str, prefix: str = "/api/v1") -> APIRouter:
    """A router for programs: who asks comes first, bodies say each name once, refusals are described."""
    signed: Sequence[Any] = [Depends(signed_in)]
    return APIRouter(prefix=prefix, tags=[tag], dependencies=signed, responses=REFUSALS, route_class=Route)


router = for_programs("record")

PDF: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/pdf": {}}}}

Short = Annotated[str, Field(max_length=200)]
Letter = Annotated[str | None, Field(max_length=7_000_000, description="a PDF of at most 5 MB, in base64")]


class Given(BaseModel):
    """A body: unknown names are refused, so that nothing that was said goes unseen."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def of_its_kind(cls, value: object, told: ValidationInfo) -> object:
        """A day is text, a count is a number, yes is `true`: what was meant is never guessed from another kind."""
        meant = cls.model_fields[told.field_name or ""].annotation
        kinds = {meant, *get_args(meant)}
        if value is None or str in kinds:
            return value
        if kinds & {date, datetime, AwareDatetime} and not isinstance(value, str):
            raise ValueError("a day or an instant is text, such as 2026-09-14 or 2026-09-14T02:15:00-04:00")
        if bool in kinds and not isinstance(value, bool):
            raise ValueError("it is true or false")
        if int in kinds and type(value) is not int:
            raise ValueError("it is a whole number")
        return value


class PersonBody(Given):
    """Who was arrested, as far as anyone knows."""

    surname: Short | None = None
    given: Short | None = None
    middle: Short | None = None
    suffix: Short | None = None
    other_names: Annotated[list[Short], Field(max_length=20)] = []
    birth_date: date | None = None
    sex: Short = "U"
    race: Short = "U"
    ethnicity: Short = "U"
    lives_in_city: Short = "unknown"
    address: Short | None = None
    height_cm: int | None = None
    weight_kg: int | None = None
    eyes: Short | None = None
    hair: Short | None = None
    pid: Short | None = None


class ChargeBody(Given):
    """A charge as the police recommend it."""

    statute: Short
    counts: int = 1
    grade: Short = ""
    grade_fact: Short | None = None


class ArrestBody(Given):
    """An arrest as it is written down first."""

    arrested_at: AwareDatetime
    place: Short
    agency_ori: Short
    dc_number: Short | None = None
    officers: Annotated[list[Short], Field(max_length=30)] = []
    person: PersonBody
    charges: Annotated[list[ChargeBody], Field(max_length=60)] = []
    kind: Short = "on-view"
    district: Short | None = None
    site: Short | None = None
    offence_on: date | None = None
    warrant_number: Short | None = None
    weapon: Short | None = None
    sheet: Short | None = None
    age: Short = "known"
    excluded_offence: bool = False

    def arrest(self) -> NewArrest:
        """The same as the action takes it."""
        plain = self.model_dump(exclude={"person", "charges"})
        return NewArrest(
            **plain,
            person=PersonGiven(**self.person.model_dump()),
            charges=[ChargeGiven(**charge.model_dump()) for charge in self.charges],
        )


class Written(BaseModel):
    """Where something was written: the arrest and the ledger entry that says so."""

    id: UUID
    entry: UUID


async def _once(
    request: Request,
    by: Annotated[By, Depends(who_asks)],
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> By:
    """Who asks, with the key of a request that may be sent twice.

    What is kept of its body is blind: a plain hash would let whoever copies the database try names and passwords.
    """
    if idempotency_key is None:
        return by
    if not idempotency_key.strip():
        raise BadInput("Idempotency-Key is empty", field="Idempotency-Key")
    body = await request.body()
    store: Store = request.app.state.store
    whole = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).hexdigest()
    return replace(by, once=Once(idempotency_key, store.keys.index(whole, "house.answered.question")))


Acting = Annotated[By, Depends(_once)]
Why = Annotated[str | None, Header(alias="Why", max_length=500)]
Reach = Literal["site", "city"]


@router.post("/arrests", status_code=201, response_model=Written)
def post_arrest(store: TheStore, by: Acting, body: ArrestBody) -> Response:
    """Record an arrest."""
    try:
        recorded = record_arrest(store, by, body.arrest())
    except AnsweredBefore as before:
        return JSONResponse({"id": before.answer["id"], "entry": before.answer["entry"]}, 201)
    warned = _warned(store, by, (body.place, body.weapon, body.person.address))
    return JSONResponse({"id": str(recorded.id), "entry": str(recorded.entry), **warned}, 201)


@router.post("/arrests/{arrest_id}/steps/{step}")
def post_step(
    store: TheStore,
    by: Acting,
    arrest_id: UUID,
    step: str,
    body: Annotated[dict[str, Any] | None, Body()] = None,
) -> Response:
    """Take a step: its answers by name, and `at` (when it happened) and `version` (the one that was read)."""
    given = dict(body or {})
    try:
        step_named(step)
        taken = life.take(store, by, arrest_id, step, given, at=_moment(given.pop("at", None)), version=_version(given))
    except AnsweredBefore as before:
        return JSONResponse(dict(before.answer))
    answer = {
        "entry": taken.entry,
        "standing": taken.standing,
        "version": taken.version,
        **_warned(store, by, given.values()),
    }
    if taken.warning:
        answer["warning"] = taken.warning
    return JSONResponse(msgspec.to_builtins(answer))


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        moment: datetime = msgspec.convert(value, Annotated[datetime, msgspec.Meta(tz=True)])
    except (msgspec.ValidationError, UnicodeEncodeError):
        raise BadInput("“at” is an instant with its zone, such as 2026-09-14T02:15:00-04:00", field="at") from None
    return moment


def _version(given: dict[str, Any]) -> int | None:
    value = given.pop("version", None)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31:
        return value
    raise BadInput("“version” is the whole number that you read", field="version")


def _warned(store: Store, by: By, given: Iterable[object]) -> dict[str, str]:
    """A warning for texts that speak of status or origin; it is counted as those of the pages are (N26)."""
    if not any(status_words(text) for text in given if isinstance(text, str)):
        return {}
    warn(store, replace(by, once=None))
    return {"warning": WARNING}


@router.get("/arrests/{arrest_id}")
def get_arrest(store: TheStore, by: Asking, arrest_id: UUID, why: Why = None) -> Response:
    """An arrest with every part that the reader's duty covers; what it does not cover is absent."""
    seen = disclosure.open_arrest(store, by, arrest_id, why=why)
    parts = {
        shape.__name__: [msgspec.to_builtins(row) for row in rows]
        for shape, rows in seen.rows.items()
        if shape is not Photo
    }
    answer = {"id": str(arrest_id), "entry": str(seen.entry), "parts": sorted(seen.parts), "rows": parts}
    return JSONResponse(answer)


@router.get("/lists/{view}")
def get_list(store: TheStore, by: Asking, view: str, reach: Reach = "site", why: Why = None) -> Response:
    """A desk's list. `reach=city` goes beyond one's own site, and asks `Why`."""
    wanted = next((v for v in View if v.value == view and v not in {View.SEARCH, View.ARREST}), None)
    if wanted is None:
        raise NotThere("there is no such list")
    seen = disclosure.open_list(store, by, wanted, why=why, city=reach == "city")
    return JSONResponse({"entry": str(seen.entry), "lines": [msgspec.to_builtins(line) for line in seen.lines]})


class SearchBody(Given):
    """Whom one looks for, and why."""

    surname: Short = ""
    given: Short = ""
    birth_date: date | None = None
    number: Short = ""
    why: Annotated[str, Field(min_length=3, max_length=500)]


@router.post("/searches")
def post_search(store: TheStore, by: Asking, body: SearchBody) -> Response:
    """Arrests that may be of one person, with the evidence; for the desks, each look with its entry.

    `more` says that further arrests share what was asked: say more.
    """
    asked = searching.Asked(body.surname, body.given, body.birth_date, body.number)
    searched = searching.search(store, by, asked, why=body.why)
    return JSONResponse(
        {
            "found": [
                {
                    "line": msgspec.to_builtins(one.match.line),
                    "evidence": [{"words": row.words, "weight": row.weight} for row in one.evidence],
                }
                for one in searched.found
            ],
            "more": searched.more,
        }
    )


@router.get("/children")
def get_children(store: TheStore, by: Asking, why: Why = None) -> Response:
    """Children in custody with the six-hour clock, for those whose duty is with them."""
    return JSONResponse(
        [
            {
                "id": str(child.id),
                "number": child.number,
                "arrested_at": child.arrested_at.isoformat(),
                "custody": child.custody,
                "content": msgspec.json.decode(child.content),
            }
            for child in disclosure.open_children(store, by, why=why)
        ]
    )

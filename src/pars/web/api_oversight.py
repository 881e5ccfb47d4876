"""Oversight for programs: who looked, longer delays, erasing and recalls."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from pars.actions import erasing, recalling, who_looked
from pars.actions.erasing import Basis
from pars.actions.who_looked import LookUp, Person
from pars.store.delays import Delay
from pars.store.recalls import Recall
from pars.web import who_looked as papers
from pars.web.api import PDF, Acting, Given, Short, for_programs
from pars.web.asking import Asking, TheStore
from pars.web.issuing import Where
from pars.web.papers.sheet import Language

router = for_programs("oversight")
NO_STORE = {"Cache-Control": "no-store"}


class PersonBody(Given):
    """One person, named in full; `number` is an arrest of theirs, when two have that name and birth date."""

    surname: Annotated[str, Field(min_length=1, max_length=200)]
    given: Annotated[str, Field(min_length=1, max_length=200)]
    birth_date: date
    number: Annotated[int | None, Field(ge=1, le=2**62)] = None

    def person(self) -> Person:
        """The same as the action takes it."""
        return Person(self.surname, self.given, self.birth_date, self.number)


@router.post("/who-looked")
def post_who_looked(store: TheStore, by: Asking, body: PersonBody) -> Response:
    """Every look-up at one person up to a day. Every sending is an asking of its own, and an entry."""
    found = who_looked.who_looked(store, by, body.person())
    told = {
        "complete_up_to": found.complete_up_to.isoformat(),
        "look_ups": [_look_up(one) for one in found.look_ups],
        "checkpoints": papers.checkpoints_of(found.look_ups),
        "entry": str(found.entry),
    }
    return JSONResponse(told, headers=NO_STORE)


def _look_up(one: LookUp) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "agency": one.agency,
        "unit": one.unit,
        "purpose": one.purpose,
        "fields": list(one.fields),
        "entry_hash": one.entry_hash,
        "index": one.proof.index if one.proof else None,
        "size": one.proof.size if one.proof else None,
        "hashes": [each.hex() for each in one.proof.hashes] if one.proof else [],
    }


class PaperBody(PersonBody):
    """One person, and the language of the paper."""

    language: Language = Language.ENGLISH


@router.post("/who-looked/paper", response_class=Response, responses=PDF)
def post_who_looked_paper(request: Request, by: Asking, body: PaperBody) -> Response:
    """The same as PDF."""
    return papers.issue(Where.of(request), by, body.person(), body.language)


class DelayBody(Given):
    """A longer delay: how many days, why, and until when."""

    days: int
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    until: date


@router.post("/who-looked/delays", status_code=201)
def post_delay(store: TheStore, by: Acting, body: DelayBody) -> Response:
    """Ask for a longer delay, for everybody alike; it waits for another owner."""
    made = who_looked.ask_longer(store, by, days=body.days, reason=body.reason, until=body.until)
    return JSONResponse({"id": str(made.id), "entry": str(made.entry)}, 201)


@router.post("/who-looked/delays/{delay_id}/agree", status_code=201)
def post_delay_agree(store: TheStore, by: Acting, delay_id: UUID) -> Response:
    """Agree for another owner."""
    return JSONResponse({"id": str(delay_id), "entry": str(who_looked.agree_longer(store, by, delay_id))}, 201)


@router.get("/who-looked/delays")
def get_delays(store: TheStore, by: Asking) -> Response:
    """The day up to which everybody learns everything, and the longer delays with their reasons."""
    told = [_delay(one) for one in who_looked.longer_delays(store, by)]
    return JSONResponse({"complete_up_to": who_looked.complete_up_to(store, by).isoformat(), "delays": told})


def _delay(one: Delay) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "days": one.days,
        "reason": one.reason,
        "until": one.until.isoformat(),
        "owner": one.owner,
        "agreed_by": one.agreed_owner,
    }


class ErasingBody(Given):
    """Which arrest, why (`order`, `keeping-time`), the order or rule, and words that name the person."""

    arrest: UUID
    basis: Basis
    because: Short
    words: Annotated[tuple[Short, ...], Field(max_length=20)] = ()


@router.post("/erasings", status_code=201)
def post_erasing(store: TheStore, by: Acting, body: ErasingBody) -> Response:
    """Erase what the ledger keeps in private about an expunged arrest; `done` false: a round finishes it."""
    made = erasing.erase(store, by, body.arrest, body.basis, because=body.because, words=body.words)
    told = {"id": str(made.id), "entry": str(made.entry), "recalled": made.recalled, "done": made.done}
    return JSONResponse(told, 201)


@router.get("/recalls")
def get_recalls(store: TheStore, by: Asking) -> Response:
    """Recalled receipts that one is concerned with: what came with them is to be destroyed."""
    return JSONResponse({"recalls": [_recall(one) for one in recalling.told(store, by)]})


def _recall(one: Recall) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "agreement": one.agreement,
        "entry_hash": one.receipt.hex(),
        "made_on": one.made_on.isoformat(),
        "confirmed_on": one.confirmed_on.isoformat() if one.confirmed_on else None,
    }


@router.post("/recalls/{recall_id}/confirm", status_code=201)
def post_recall_confirm(store: TheStore, by: Acting, recall_id: UUID) -> Response:
    """Confirm once that everything that came with a recalled receipt is destroyed."""
    return JSONResponse({"id": str(recall_id), "entry": str(recalling.confirm(store, by, recall_id))}, 201)

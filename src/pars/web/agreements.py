"""Agreements on pages: for owners to propose and decide on, for a partner to read what it may ask and see."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from pars.actions import agreements, agreements_shown, amending, duties, grading, letters, owner_keys, patterns
from pars.actions.agreements import Saying
from pars.actions.agreements_shown import SignIn
from pars.actions.questions import OVERSEES
from pars.errors import BadInput, NotAllowed, ParsError
from pars.record.roles import Role
from pars.sharing.consent import Decision
from pars.web.asking import Asking, Listening, Posted, PostedFields, TheStore, still_here, token_of
from pars.web.issuing import Where, given_back
from pars.web.letters import LETTER_OF_VOTE, issue_letter
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields, contract_in, letter_in

router = APIRouter(include_in_schema=False)
LOOKS_EVERY = 0.25
"""Seconds between two looks of an open page at whether its agreement and its session stand."""


@router.get("/agreements")
def everything(request: Request, _: Asking) -> Response:
    """The agreements that one is concerned with; for owners the form to propose one, and the owners' keys."""
    return _list(request, {})


def _list(request: Request, typed: Fields, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    owns = by.role is Role.REPRESENTATIVE
    return page(
        request,
        "agreements.html",
        200 if error is None else status_of(error),
        title="Agreements",
        found=agreements_shown.agreements(store, by),
        owed=duties.owed(store, by),
        owns=owns,
        keys=owner_keys.keys(store, by) if owns else [],
        own=by.owner,
        typed=typed,
        error=error,
    )


@router.post("/agreements")
def propose(request: Request, store: TheStore, by: Asking, form: Posted, fields: PostedFields) -> Response:
    """Propose terms, with the contract if there is one; a refusal says the line and keeps the text."""
    try:
        text = fields.get("terms", "").replace("\r\n", "\n") + "\n"
        proposed = agreements.propose(store, by, text, contract_in(form))
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _list(request, fields, refusal)
    return RedirectResponse(f"/agreements/{proposed.id}", 303)


@router.get("/agreements/{name}")
def one(request: Request, _: Asking, name: str) -> Response:
    """One agreement: every clause and what becomes of it, who said what, the proofs, and what one can say now."""
    return _one(request, name, {})


def _one(request: Request, name: str, typed: Fields, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    shown = agreements_shown.agreement(store, by, name)
    owns = by.role is Role.REPRESENTATIVE
    return page(
        request,
        "agreement.html",
        200 if error is None else status_of(error),
        title=name,
        shown=shown,
        clauses=amending.clauses_of(shown.versions[-1]),
        preview=amending.preview(store, by, shown) if owns else None,
        decisions=list(Decision),
        owns=owns,
        letters=letters.letters(store, by, shown) if by.role in letters.READS_LETTERS else [],
        oversees=by.role in OVERSEES,
        reads_votes=by.role in letters.READS_VOTES,
        grade=grading.grade(store, by, name).value,
        explains=by.role is Role.ANALYST,
        heard="heard" in request.query_params,
        typed=typed,
        error=error,
    )


@router.post("/agreements/{name}/letters/non-renewal")
def decline_renewal(request: Request, store: TheStore, by: Asking, fields: PostedFields, name: str) -> Response:
    """Say for one's owner that the term will not be renewed."""
    try:
        told = not fields.get("reason_left_out")
        letters.decline_renewal(store, by, name, fields.get("reason", ""), reason_told=told)
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _one(request, name, {}, refusal)
    return RedirectResponse(f"/agreements/{name}#letters", 303)


@router.post("/agreements/{name}/letters/{letter}")
def print_letter(request: Request, by: Asking, _: Posted, name: str, letter: str) -> Response:
    """Print a letter as PDF."""
    return issue_letter(Where.of(request), by, name, letter)


@router.post("/agreements/{name}/consents")
def say(request: Request, store: TheStore, by: Asking, form: Posted, fields: PostedFields, name: str) -> Response:
    """Say something for one's owner, with a letter if there is one."""
    try:
        signature = _signature(fields.get("signature", ""))
        decision = _decision(fields.get("decision", ""))
        told = not fields.get("reason_left_out")
        saying = Saying(decision, fields.get("reason", ""), signature, letter_in(form), reason_told=told)
        agreements.say(store, by, name, saying)
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _one(request, name, fields, refusal)
    return RedirectResponse(f"/agreements/{name}", 303)


@router.get("/agreements/{name}/consents/{place}/letter")
def letter_of_vote(store: TheStore, by: Asking, name: str, place: int) -> Response:
    """The letter that an owner uploaded with what it said."""
    return given_back(letters.letter_of_vote(store, by, name, place), LETTER_OF_VOTE)


def _decision(text: str) -> Decision:
    try:
        return Decision(text)
    except ValueError:
        raise BadInput("choose what your owner says", field="decision") from None


def _signature(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text) if text else None
    except ValueError:
        raise BadInput("a signature is written in hexadecimal digits", field="signature") from None


@router.post("/owner-keys")
def offer_key(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Offer one's owner's key, or confirm another owner's."""
    try:
        if fields.get("confirm"):
            owner_keys.confirm_key(store, by, owner_keys.key_named(fields["confirm"]))
        else:
            key = _signature(fields.get("public_key", "")) or b""
            owner_keys.offer_key(store, by, key)
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _list(request, fields, refusal)
    return RedirectResponse("/agreements", 303)


@router.post("/agreements/{name}/explanations")
def explain(request: Request, store: TheStore, by: Asking, fields: PostedFields, name: str) -> Response:
    """A partner says how its look-ups came about."""
    try:
        patterns.explain(store, by, name, fields.get("words", ""))
    except BadInput as refusal:
        return _one(request, name, fields, refusal)
    return RedirectResponse(f"/agreements/{name}?heard=yes#explain", 303)


@router.get("/agreements/{name}/standing")
async def standing(request: Request, store: TheStore, by: Listening, name: str) -> StreamingResponse:
    """A stream that says when the agreement has ended, or its term was renewed: an open page goes dark when it does.

    It ends without a word with its session, and when nobody can say how the agreement stands: the page hides what it
    shows, and asks again.
    """
    token = token_of(request)

    async def told() -> AsyncIterator[bytes]:
        yield b"retry: 1000\n\n"
        quiet = 0.0
        while not request.app.state.hub.stopping and not await request.is_disconnected():
            try:
                if not await run_in_threadpool(still_here, store, token):
                    return
                stands = await run_in_threadpool(agreements_shown.stands_for, store, by, name)
            except ParsError:
                return
            if stands is not SignIn.OF_THIS_TERM:
                yield b"event: ended\ndata: {}\n\n" if stands is SignIn.ENDED else b"event: renewed\ndata: {}\n\n"
                return
            if quiet >= 10:  # noqa: PLR2004 - seconds after which a proxy may cut a quiet stream
                yield b": still here\n\n"
                quiet = 0.0
            await asyncio.sleep(LOOKS_EVERY)
            quiet += LOOKS_EVERY

    return StreamingResponse(told(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

"""Lists: the board, the queues of the desks, the large screen. Each is one look, and live."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from pars.actions import arrivals, calling, disclosure, live
from pars.actions.disclosure import Seen
from pars.clock import now
from pars.errors import NotAllowed, NotThere
from pars.record.arrest import Custody
from pars.record.calls import ANSWERS
from pars.record.clocks import TO_MAGISTRATE, Level
from pars.sharing.duty import View
from pars.sharing.projection import Line
from pars.web.asking import Asking, OnAWall, PostedFields, TheStore
from pars.web.pages import LISTS, ask_why, language_of, page, render
from pars.web.reading import Fields

router = APIRouter(include_in_schema=False)


@router.get("/board")
def board(request: Request, _: Asking) -> Response:
    """Everyone in custody, by stage and site, with the clocks; release owed beside it, oldest first."""
    return _board(request, {})


@router.post("/board")
def board_because(request: Request, fields: PostedFields) -> Response:
    """The board of the whole city, or off shift, with the reason that was typed."""
    return _board(request, fields)


def _board(request: Request, typed: Fields) -> Response:
    store = request.app.state.store
    position = live.newest(store)
    seen = _seen(request, View.BOARD, typed)
    if isinstance(seen, Response):
        return seen
    owed = [line for line in seen.lines if line.custody is Custody.RELEASE_OWED]
    hours = arrivals.by_hour(store, now())
    return page(
        request,
        "board.html",
        title="Board",
        lines=seen.lines,
        owed=_placed(owed, View.RELEASES),
        hours=hours,
        late=_late(seen.lines),
        tally=_tally(seen.lines),
        calls=sorted(
            calling.unanswered(store, request.state.signed.by, [line.id for line in seen.lines]),
            key=lambda call: call.stands != "escalated",
        ),
        named={line.id: line for line in seen.lines},
        may_answer=request.state.signed.by.role in ANSWERS,
        position=position,
        view=View.BOARD.value,
        site=seen.site,
        follows=not seen.outside,
    )


def _placed(lines: Sequence[Line], view: View) -> list[Line]:
    """The lines in the order that the list's heading says."""
    return sorted(lines, key=lambda line: line.placed_by(view.value))


def _seen(request: Request, view: View, typed: Fields) -> Seen | Response:
    """The list, or the page that asks why first."""
    store, by = request.app.state.store, request.state.signed.by
    city = typed.get("reach") == "city"
    try:
        return disclosure.open_list(store, by, view, why=typed.get("why") or None, city=city)
    except NotAllowed as refusal:
        if refusal.code != "say-why":
            raise
        return ask_why(request, refusal, typed)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people stand at each stage and site; the last count of a row is its sum."""

    sites: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]


def _tally(lines: Sequence[Line]) -> Tally:
    counted = Counter((line.standing.stage, line.site or "") for line in lines)
    sites = sorted({site for _, site in counted})
    stages = sorted({stage for stage, _ in counted})
    rows = [(stage, [counted[stage, site] for site in sites]) for stage in stages]
    return Tally(sites, [(stage, [*counts, sum(counts)]) for stage, counts in rows])


def _late(lines: Sequence[Line]) -> int:
    at, late = now(), {Level.RED, Level.OVER}
    awaiting = [line.arrested_at for line in lines if line.standing.awaits_magistrate]
    return sum(TO_MAGISTRATE.level(since, at) in late for since in awaiting)


@router.get("/screen")
def screen(request: Request, store: TheStore, by: Asking) -> Response:
    """The large screen: stage and clock, no names."""
    return page(request, "screen.html", title="Board", lines=disclosure.open_screen(store, by))


@router.get("/screen/again")
def screen_again(request: Request, store: TheStore, by: OnAWall) -> Response:
    """The same for a large screen that stands open. It asks by itself, and goes on while its session is locked."""
    lines = disclosure.open_screen(store, by)
    return JSONResponse({"html": render("screen_lines.html", language_of(request), {"lines": lines})})


@router.get("/lists/{view}")
def queue(request: Request, _: Asking, view: str) -> Response:
    """A desk's queue, ordered by clock."""
    return _queue(request, view, {})


@router.post("/lists/{view}")
def queue_because(request: Request, fields: PostedFields, view: str) -> Response:
    """A desk's queue in the whole city, or off shift, with the reason that was typed."""
    return _queue(request, view, fields)


def _queue(request: Request, view: str, typed: Fields) -> Response:
    wanted = next((v for v in LISTS if v.value == view), None)
    if wanted is None:
        raise NotThere("there is no such list")
    position = live.newest(request.app.state.store)
    seen = _seen(request, wanted, typed)
    if isinstance(seen, Response):
        return seen
    return page(
        request,
        "queue.html",
        title=LISTS[wanted],
        lines=_placed(seen.lines, wanted),
        position=position,
        view=wanted.value,
        site=seen.site,
        follows=not seen.outside,
    )

"""The owners' figures of a month: a page with a chart beside its table, a file, and JSON."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from pars.actions import figures
from pars.actions.figures import Month
from pars.errors import BadInput
from pars.record.figures import TOTAL, Figure
from pars.web.api import for_programs
from pars.web.asking import Asking, TheStore
from pars.web.pages import page
from pars.web.problems import status_of

router = APIRouter(include_in_schema=False)
programs = for_programs("figures")
CHARTED = "Arrest to magistrate: median"
WIDE = 360


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart: whose, what it says, and how long it is."""

    site: str
    words: str
    length: int


@router.get("/figures")
def show(request: Request, store: TheStore, by: Asking, month: str = "") -> Response:
    """The figures of a month."""
    error = None
    try:
        found = figures.of_month(store, by, month)
    except BadInput as refusal:
        error, found = refusal, figures.of_month(store, by)
    return page(
        request,
        "figures.html",
        200 if error is None else status_of(error),
        title="Figures",
        found=found,
        sites=_sites(found.figures),
        bars=_bars(found.figures),
        charted=CHARTED,
        total=TOTAL,
        error=error,
    )


def _sites(rows: Sequence[Figure]) -> Sequence[str]:
    return [site for site in rows[0].cells if site != TOTAL]


def _bars(rows: Sequence[Figure]) -> Sequence[Bar]:
    one = next(figure for figure in rows if figure.name == CHARTED)
    shown = {site: value for site, value in one.cells.items() if value is not None}
    longest = max(shown.values(), default=0) or 1
    return [Bar(site, f"{value} h", round(WIDE * value / longest)) for site, value in shown.items()]


@router.get("/figures.csv")
def as_file(store: TheStore, by: Asking, month: str = "") -> Response:
    """The same as a file: a line for each figure and site; an empty value is held back."""
    found = figures.of_month(store, by, month)
    named = {"Content-Disposition": f'attachment; filename="figures-{found.month}.csv"'}
    return Response(_csv(found), media_type="text/csv; charset=utf-8", headers=named)


def _csv(found: Month) -> str:
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(["month", "month is over", "figure", "unit", "site", "value", "of", "data quality"])
    for one in found.figures:
        for site, value in one.cells.items():
            over = "yes" if found.whole else "no"
            rows.writerow([found.month, over, one.name, one.unit, site, value, one.of.get(site), one.quality])
    for grouped, lines in (("", found.court), *((group.name, group.figures) for group in found.groups)):
        for one in lines:
            name = f"{one.name}, by {grouped.lower()}" if grouped else one.name
            for word, value in one.cells.items():
                over = "yes" if found.whole else "no"
                group = "everybody" if word == TOTAL else word
                rows.writerow([found.month, over, name, one.unit, group, value, one.of.get(word), one.quality])
    return text.getvalue()


@programs.get("/figures")
def get_figures(store: TheStore, by: Asking, month: str = "") -> Response:
    """The figures of a month, such as `2026-11`; null where a small number is held back."""
    return JSONResponse(msgspec.to_builtins(figures.of_month(store, by, month)))

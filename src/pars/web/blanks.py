"""Blank downtime sheets as PDF: from the page of a supervisor, and from the command of a machine without a database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta, Struct

from pars.record.sheets import SheetNumber
from pars.web.pages import shown_time
from pars.web.papers.sheet import Language, Printed, Sheet, Text
from pars.web.papers.table import FORMS
from pars.web.papers.typesetting import square_code, typeset

FORM: Final = FORMS["downtime-sheet"]


class Blank(Struct, frozen=True, kw_only=True):
    """One sheet: its number, and the same as a square code."""

    number: Text
    qr: Text


class Downtime(Sheet, frozen=True, kw_only=True):
    """Blank sheets of a site."""

    site: Text
    sheets: Annotated[tuple[Blank, ...], Meta(min_length=1)]

    @property
    def number(self) -> str:
        """The first of them."""
        return self.sheets[0].number


def print_blanks(numbers: Sequence[SheetNumber], *, site: str, city: str, at: datetime, by: str, demo: bool) -> bytes:
    """The sheets as one PDF, a page each."""
    sheets = tuple(Blank(number=str(number), qr=square_code(number)) for number in numbers)
    printed = Printed(
        form_number=FORM.number,
        version=FORM.version,
        printed_at=shown_time(at),
        printed_by=by,
        entry_code=str(numbers[0]),
        copy=False,
        language=Language.ENGLISH,
        city=city,
        demo=demo,
    )
    return typeset(FORM, Downtime(issuer=f"{city} Police Department", site=site, sheets=sheets), printed)

"""Working on paper while PARS is away: numbered blank sheets, each entered once, and those not accounted for."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from pars.actions.acting import Act, By, act
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.roles import Role
from pars.record.sheets import SheetNumber, drawn
from pars.store import accounts, sheets
from pars.store.database import Store
from pars.store.sheets import Kept

SEES_SHEETS = frozenset({Role.POLICE_SUPERVISOR, Role.CUSTODY_SUPERVISOR})
LONGEST_REASON = 200


def blank(count: int) -> Sequence[SheetNumber]:
    """New numbers, known to nobody yet: what a machine without a database prints."""
    return drawn(count, secrets.choice)


def register(store: Store, by: By | None, site: str, count: int) -> Sequence[SheetNumber]:
    """New numbers for a site, written down before they are printed; `by` is None for the command of the machine."""
    with act(store, by, "sheets.printed") as doing:
        if by is not None and by.role not in SEES_SHEETS:
            raise NotAllowed("downtime sheets are printed by a police or custody supervisor", code="not-your-step")
        if site not in dict(accounts.sites(doing.connection)):
            raise BadInput("there is no such site", field="site")
        numbers = blank(count)
        sheets.printed(doing.connection, numbers, site, doing.at)
        doing.note(site=site, sheets=[str(number) for number in numbers])
        doing.answer |= {"sheets": [str(number) for number in numbers]}
    return numbers


def enter(doing: Act, text: str, site: str | None, by: By) -> None:
    """Within the act that writes down what stands on it: the sheet is used, and never again."""
    number = SheetNumber.parse(text)
    if not sheets.enter(doing.connection, number, site, by.account, doing.at):
        raise Conflicts(
            "this sheet was entered or struck off before; look for its arrest before you enter it again", code="taken"
        )
    doing.note(sheet=str(number))


def every(store: Store, by: By) -> Sequence[Kept]:
    """The sheets: those that nobody has accounted for first. They name nobody."""
    with act(store, by, "sheets.shown") as doing:
        _supervises(by)
        return sheets.every(doing.connection)


def strike(store: Store, by: By, text: str, *, reason: str) -> UUID:
    """Say that a sheet was not used, and why; the entry."""
    with act(store, by, "sheet.unused") as doing:
        _supervises(by)
        number = SheetNumber.parse(text)
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise BadInput("say in a few words why the sheet was not used", field="reason")
        if not sheets.strike(doing.connection, number, reason.strip()):
            raise Conflicts("there is no such sheet, or it is accounted for already", code="taken")
        doing.note(sheet=str(number), reason=reason.strip())
        doing.answer |= {"id": str(number)}
    return doing.entry()


def _supervises(by: By) -> None:
    if by.role not in SEES_SHEETS:
        raise NotAllowed("downtime sheets are for a police or custody supervisor", code="not-your-step")

"""Counting a cell block: who should be there, who is, and what is done about each difference (N21, promise 1).

A count is an entry, and so is each act upon a difference. A difference stands until somebody explains it; handing it to
a supervisor says whose it is and explains nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from pars.actions import disclosure
from pars.actions.acting import Act, By, Entered, act, entitled
from pars.actions.booking import MAY_BOOK, NewArrest, write_down
from pars.actions.disclosure import Seen
from pars.clock import city_day, in_city, now, real_now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.arrest import Custody
from pars.record.counts import EXPLAINS, How, Kind, shift_began
from pars.record.roles import Role
from pars.sharing.duty import VIEWS, Shift, View, bound_to, on_shift
from pars.store import accounts, arrests, counts
from pars.store.counts import Difference, SiteCounted
from pars.store.database import Store
from pars.store.locks import WHOLE, Lock

MAY_COUNT = frozenset({Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR})
MAY_EXPLAIN = MAY_COUNT | {Role.POLICE_SUPERVISOR}
TAKES_OVER = frozenset({Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR})
"""To whom a difference is handed."""
LONGEST_CELL = 20
MOST_WITHOUT_ROW = 20


@dataclass(frozen=True, slots=True)
class CountGiven:
    """What somebody saw: whom of those who should be there, whom not, and in which cells stood people without a row."""

    present: Sequence[UUID] = ()
    missing: Sequence[UUID] = ()
    without_row: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """A count that was written down: how many should have been there, how many were, and its differences."""

    id: UUID
    entry: UUID
    expected: int
    present: int
    differences: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class CellBlock:
    """A site as somebody counts it: who should be there, the differences that stand, whose rows those are."""

    site: str
    lines: Seen
    differences: Sequence[Difference]
    named: Seen | None


def sites(store: Store, by: By) -> Sequence[tuple[SiteCounted, bool]]:
    """The booking sites with their newest counts, and whether this shift's is taken."""
    if by.role not in VIEWS[View.COUNT]:
        raise NotAllowed("cell blocks are counted by the custody desks", code="no-duty")
    began = shift_began(in_city(now()))
    with store.transaction("pars_act") as connection:
        found = counts.sites(connection)
    return [(one, one.counted_at is not None and one.counted_at >= began) for one in found]


def open_block(store: Store, by: By, site: str, *, why: str | None = None) -> CellBlock:
    """Who should be in the cells of a site, and the differences that stand there. Another's site asks why."""
    with store.transaction("pars_act") as connection:
        _known(connection, site)
        differences = counts.standing(connection, site)
    bound = bound_to(by.role, View.COUNT, by.site)
    elsewhere = bound is not None and bound != site
    rows = [one.arrest for one in differences if one.arrest is not None]
    lines = disclosure.open_list(
        store, by, View.COUNT, lambda connection: counts.should_be_there(connection, site), why=why, city=elsewhere
    )
    named = disclosure.open_list(store, by, View.COUNT, lambda _: rows, why=why, city=elsewhere) if rows else None
    return CellBlock(site, lines, differences, named)


def count(store: Store, by: By, site: str, given: CountGiven) -> Counted:
    """Write a count down with its differences. Refused while somebody who should be there is not spoken of.

    One count is written at a time, so that the next sees the differences of the one before and says none of them twice.
    """
    with entitled(store, by, "count.taken"):
        if by.role not in MAY_COUNT:
            raise NotAllowed("cell blocks are counted by detention officers and their supervisor", code="not-your-step")
    with act(store, by, "count.taken", alone=[(Lock.COUNT, WHOLE)]) as doing:
        _known(doing.connection, site)
        cells = [_cell(cell) for cell in given.without_row if cell.strip()]
        if len(cells) > MOST_WITHOUT_ROW:
            raise BadInput(f"a count names at most {MOST_WITHOUT_ROW} people without a row", field="without_row")
        expected = counts.should_be_there(doing.connection, site)
        missing = _missing(expected, given)
        taken, present = uuid4(), len(expected) - len(missing) + len(cells)
        row = {"counted_at": doing.at, "counted_by": by.account, "expected": len(expected), "present": present}
        counts.keep(doing.connection, {"id": taken, "site": site, **row})
        standing = counts.standing(doing.connection, site)  # what stands already is not said twice
        named = {one.arrest for one in standing}
        unknown = Counter(cells) - Counter(one.cell for one in standing if one.cell)
        found = [_differs(doing, taken, site, Kind.NOBODY, arrest=one) for one in missing if one not in named]
        found += [_differs(doing, taken, site, Kind.NO_ROW, cell=cell) for cell in unknown.elements()]
        doing.concern(missing)
        doing.note(site=site, expected=len(expected), present=present, missing=[str(one) for one in missing])
        doing.answer |= {"id": str(taken), "expected": len(expected), "present": present}
        doing.answer["differences"] = [str(one) for one in found]
    return Counted(taken, doing.entry(), len(expected), present, found)


def _missing(expected: Sequence[UUID], given: CountGiven) -> list[UUID]:
    """Who should be there and was not seen. Whoever came while somebody counted has to be spoken of, too."""
    seen, missed = set(given.present), set(given.missing)
    if seen & missed:
        raise BadInput("somebody is both in the cell and not in it; say one of the two", field="present")
    if not set(expected) <= seen | missed:
        raise Conflicts(
            "somebody who should be there is not spoken of, or came while you counted: look again and send it",
            code="count-incomplete",
        )
    return [one for one in expected if one in missed]


def _differs(
    doing: Act, taken: UUID, site: str, kind: Kind, *, arrest: UUID | None = None, cell: str | None = None
) -> UUID:
    difference = uuid4()
    what = {"kind": kind.value, "arrest_id": arrest, "cell": cell, "found_at": doing.at}
    counts.differs(doing.connection, {"id": difference, "count_id": taken, "site": site, **what})
    return difference


def explain(store: Store, by: By, difference: UUID, how: str, *, note: str = "") -> UUID:
    """Say what explains a difference; the entry, which keeps the words."""
    with act(store, by, "count.difference-explained") as doing:
        found = _held(doing, by, difference)
        if how not in EXPLAINS[found.kind]:
            words = ", ".join(one.value for one in EXPLAINS[found.kind])
            raise BadInput(f"what explains it is one of: {words}", field="how")
        if not note.strip():
            raise BadInput("say in a few words how you know", field="note")
        counts.explain(doing.connection, difference, How(how), by.account, doing.at)
        _about(doing, found, how=how, note=note.strip())
    return doing.entry()


def hand_over(store: Store, by: By, difference: UUID, sign_in: str) -> UUID:
    """Hand a difference to a supervisor on shift, by name; it stands until it is explained. The entry."""
    with act(store, by, "count.difference-handed-over") as doing:
        found = _held(doing, by, difference)
        account = accounts.by_sign_in(doing.connection, sign_in.strip().lower())
        if account is None or not account.answers(city_day(real_now())) or account.role not in TAKES_OVER:
            raise BadInput("there is no custody or police supervisor by that sign-in name", field="sign_in")
        if not on_shift(Shift(account.shift) if account.shift else None, in_city(now()).time()):
            raise BadInput("that supervisor is not on shift; hand it to one who is", field="sign_in")
        counts.hand_to(doing.connection, difference, account.id, doing.at)
        _about(doing, found, to=str(account.id))
    return doing.entry()


def make_row(store: Store, by: By, difference: UUID, arrest: NewArrest) -> Entered:
    """Give a person in a cell the row that was missing, name unknown or not; they stand booked in that cell at once."""
    with act(store, by, "count.row-made") as doing:
        found = _held(doing, by, difference)
        if by.role not in MAY_BOOK:
            raise NotAllowed("booking is for the police desks", code="not-your-step")
        if found.kind is not Kind.NO_ROW:
            raise Conflicts("that difference is a row without a person; there is nothing to write down")
        new, child = write_down(store, doing, by, replace(arrest, site=found.site))
        if not child:
            _in_cell(doing, by, new, found)
        counts.explain(doing.connection, difference, How.ROW_MADE, by.account, doing.at, arrest=None if child else new)
        _about(doing, found, child=child)
        doing.answer |= {"id": str(new)}
    return Entered(new, doing.entry())


def _in_cell(doing: Act, by: By, new: UUID, found: Difference) -> None:
    arrests.change(doing.connection, new, {"custody": Custody.BOOKED.value, "cell": found.cell})
    answers = {"site": found.site, "cell": found.cell, "note": "found at a count"}
    step = {"step": "book", "at": doing.at, "taken_by": by.account, "answers": Jsonb(answers)}
    arrests.insert(doing.connection, "record.step", {"arrest_id": new, **step})


def _held(doing: Act, by: By, difference: UUID) -> Difference:
    if by.role not in MAY_EXPLAIN:
        raise NotAllowed(
            "differences of a count are for the custody desks and police supervisors", code="not-your-step"
        )
    return counts.hold(doing.connection, difference)


def _about(doing: Act, found: Difference, **facts: object) -> None:
    """Name in the entry what a difference is about."""
    if found.arrest is not None:
        doing.concern([found.arrest])
        facts["arrest"] = str(found.arrest)
    doing.answer |= {"id": str(found.id)}
    doing.note(difference=str(found.id), site=found.site, kind=found.kind.value, **facts)


def _known(connection: Connection[TupleRow], site: str) -> None:
    if site not in dict(accounts.sites(connection, "booking")):
        raise NotThere("there is no such booking site")


def _cell(text: str) -> str:
    cell = text.strip()
    if len(cell) > LONGEST_CELL or not cell.isprintable():
        raise BadInput(f"a cell is named in at most {LONGEST_CELL} characters, such as B-12", field="without_row")
    return cell

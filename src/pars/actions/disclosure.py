"""THE ONE DOOR. Record data leaves the store here and nowhere else, for colleague and partner alike.

Two steps, in this order: *ask* finds the arrests that the look is about and commits the entry that names them; *read*,
a later transaction, fetches the permitted columns of exactly those arrests. The database refuses any other order.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import Act, By, act
from pars.actions.looking import NO_ARREST, Bonds, allowed, off_shift, outside_arrest, outside_list, share
from pars.errors import NotAllowed, NotThere
from pars.record.children import MOVES
from pars.record.roles import Role
from pars.sharing.breakglass import Opened
from pars.sharing.duty import (
    CHILDREN_READERS,
    READERS,
    Bond,
    Part,
    Refused,
    Shown,
    View,
    bound_to,
    decide,
    say_why,
)
from pars.sharing.projection import FETCHED, Classification, Identity, Line, NoContact, Row, ScreenLine
from pars.sharing.release import Projection
from pars.store import arrests, children, consular, lookup, openings, protected
from pars.store.database import Store

R = TypeVar("R", bound=Row)
Finder = Callable[[Connection[TupleRow]], Sequence[UUID]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A list that was shown: its lines, the entry that says so, the site it is of, and what it was outside of."""

    lines: Sequence[Line]
    entry: UUID
    site: str | None = None
    outside: Bonds = frozenset()


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was kept in a store of its own: its kind there, and the JSON that was sealed."""

    kind: str
    content: bytes = field(repr=False)
    row: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One arrest as its reader may see it. A part that was not given is an empty list, and was never fetched."""

    line: Line
    entry: UUID
    parts: frozenset[Part]
    opening: UUID | None
    rows: Mapping[type[Row], Sequence[Row]] = field(repr=False)
    people: Mapping[UUID, str] = field(repr=False)

    def all(self, shape: type[R]) -> list[R]:
        """The rows of one shape."""
        return [row for row in self.rows.get(shape, ()) if isinstance(row, shape)]

    def last(self, shape: type[R]) -> R | None:
        """The newest row of one shape."""
        found = self.all(shape)
        return found[-1] if found else None

    @property
    def identity(self) -> Identity | None:
        """Who the person is."""
        return self.last(Identity)

    @property
    def charges(self) -> dict[UUID, dict[str, Classification]]:
        """Each charge with its newest classification by each of the three who classify."""
        found: dict[UUID, dict[str, Classification]] = {}
        for row in self.all(Classification):
            found.setdefault(row.charge_id, {})[row.stage] = row
        return found

    def who(self, account: UUID | None) -> str:
        """The name of the colleague who acted."""
        return self.people.get(account, "—") if account else "—"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A look whose entry is committed: its name, whom it found, the parts that may be fetched."""

    entry: UUID
    found: Sequence[UUID]
    parts: frozenset[Part]
    opening: UUID | None = None


def _ask(
    store: Store, by: By, verb: str, find: Finder, *, view: View, why: str | None = None, outside: Bonds = frozenset()
) -> _Asked:
    """Decide about a list, find whom it holds, and commit the entry that names them."""
    with act(store, by, verb) as doing:
        share(doing.connection, by)
        decision = _decided(decide(by.role, view, outside=outside, why=why))
        found = find(doing.connection)
        doing.look("staff", found)
        doing.note(view=view.value, arrests=[str(a) for a in found], why=why, outside=sorted(outside))
    return _Asked(doing.entry(), found, decision.parts)


def _ask_for_one(store: Store, by: By, arrest_id: UUID, why: str | None) -> _Asked:
    """Decide about one arrest, under its lock, and commit the entry that names it."""
    with act(store, by, "arrest.shown") as doing:
        share(doing.connection, by, [arrest_id])
        _decided(decide(by.role, View.ARREST))
        outside = outside_arrest(doing.connection, by, arrest_id)
        parts = _decided(decide(by.role, View.ARREST, outside=outside, why=why)).parts
        opening = openings.through(doing.connection, by.account, arrest_id, Opened.ARREST.value)
        _look_at_one(doing, "staff", arrest_id, outside, why, opening)
        doing.note(view=View.ARREST.value, parts=sorted(part.value for part in (Part if opening else parts)))
    return _Asked(doing.entry(), [arrest_id], frozenset(Part) if opening else parts, opening)


def _look_at_one(doing: Act, door: str, arrest_id: UUID, outside: Bonds, why: str | None, opening: UUID | None) -> None:
    """Let the act look at one arrest through a door; an opening that it goes through is named and counted."""
    limited = Bond.SEALED in outside or opening is not None
    doing.look(door, [arrest_id], opening=opening, limited=limited)
    doing.note(arrests=[str(arrest_id)], why=why, outside=sorted(outside))
    if opening is not None:
        doing.commits["opening"] = str(opening)
        doing.note(opening=str(opening))
        doing.after(openings.looked, opening=opening)


def _decided(decision: Shown | Refused) -> Shown:
    if isinstance(decision, Refused):
        raise NotAllowed(decision.reason, code=decision.code)
    return decision


@contextlib.contextmanager
def _reading(
    store: Store, door: str, by: By, entry: UUID, found: Sequence[UUID] = ()
) -> Iterator[Connection[TupleRow]]:
    """The transaction that reads under a committed entry, its locks shared again."""
    with store.transaction(door, entry=str(entry)) as connection:
        share(connection, by, found)
        yield connection


def open_list(
    store: Store, by: By, view: View, find: Finder | None = None, *, why: str | None = None, city: bool = False
) -> Seen:
    """Open a list: one entry, which names every person on it, then their lines.

    Whoever is bound to a site sees what is there; `city` asks for the whole city, and why.
    """
    site = None if city else bound_to(by.role, view, by.site)
    finder = find or (lambda connection: arrests.ids_for(connection, view.value, site))
    outside = outside_list(by, view, city=city)
    asked = _ask(store, by, "list.shown", finder, view=view, why=why, outside=outside)
    with _reading(store, "pars_staff", by, asked.entry) as connection:
        lines = lookup.rows(connection, Line, asked.found)
    order = {arrest: place for place, arrest in enumerate(asked.found)}
    return Seen(sorted(lines, key=lambda line: order[line.id]), asked.entry, site, outside)


@dataclass(frozen=True, slots=True)
class Kept:
    """Somebody who must keep away from others: the line, and the orders in force."""

    line: Line
    orders: Sequence[NoContact]


def open_orders(store: Store, by: By) -> Sequence[Kept]:
    """Every order to keep away that is in force, from the minute in which it was made, under one entry."""
    asked = _ask(store, by, "orders.shown", protected.in_force, view=View.ORDERS)
    with _reading(store, "pars_staff", by, asked.entry) as connection:
        lines = {line.id: line for line in lookup.rows(connection, Line, asked.found)}
        orders = [one for one in lookup.rows(connection, NoContact, asked.found) if one.ended_at is None]
    return [
        Kept(lines[arrest], [one for one in orders if one.arrest_id == arrest])
        for arrest in asked.found
        if arrest in lines
    ]


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody whom a search found: the line and what identifies them."""

    line: Line
    identity: Identity


def open_matches(store: Store, by: By, find: Finder, *, why: str) -> Sequence[Match]:
    """What a search found, in the finder's order, under one entry that names everyone shown."""
    asked = _ask(store, by, "search.shown", find, view=View.SEARCH, why=why)
    with _reading(store, "pars_staff", by, asked.entry) as connection:
        lines = {line.id: line for line in lookup.rows(connection, Line, asked.found)}
        known = {row.id: row for row in lookup.rows(connection, Identity, asked.found)}
    return [Match(lines[arrest], known[arrest]) for arrest in asked.found if arrest in lines and arrest in known]


def open_screen(store: Store, by: By) -> Sequence[ScreenLine]:
    """The large screen: stage and clock of everyone in custody, no name, and so bound to no site and no shift."""
    asked = _ask(
        store, by, "screen.shown", lambda connection: arrests.ids_for(connection, View.BOARD.value), view=View.BOARD
    )
    with _reading(store, "pars_staff", by, asked.entry) as connection:
        return lookup.rows(connection, ScreenLine, asked.found)


def lines_for(
    store: Store, by: By, view: View, changed: Sequence[UUID], streams: Sequence[str]
) -> Mapping[UUID, Line | None]:
    """Lines of arrests that changed, read once for all open pages of one kind of viewer; None has left the list.

    One entry names the streams that the lines go to.
    """
    site = bound_to(by.role, view, by.site)

    def find(connection: Connection[TupleRow]) -> Sequence[UUID]:
        return sorted(arrests.belongs(connection, view.value, changed, site))

    asked = _ask(store, by, "lines.sent", find, view=view, why=f"open pages: {', '.join(streams)}")
    with _reading(store, "pars_staff", by, asked.entry) as connection:
        lines = {line.id: line for line in lookup.rows(connection, Line, asked.found)}
    return {arrest: lines.get(arrest) for arrest in changed}


def open_arrest(store: Store, by: By, arrest_id: UUID, *, why: str | None = None) -> Page:
    """Open one arrest with every part that the reader's duty covers, or all of it while an opening is at work."""
    asked = _ask_for_one(store, by, arrest_id, why)
    with _reading(store, "pars_staff", by, asked.entry, asked.found) as connection:
        rows: dict[type[Row], Sequence[Row]] = {
            shape: lookup.rows(connection, shape, asked.found)
            for part in sorted(asked.parts)
            for shape in FETCHED[part]
        }
        people = lookup.people(connection)
    lines = rows.get(Line, ())
    if not lines or not isinstance(lines[0], Line):
        raise NotThere(NO_ARREST)
    return Page(lines[0], asked.entry, asked.parts, asked.opening, rows, people)


def _sealed(store: Store, by: By, arrest_id: UUID, door: Opened, table: str, why: str | None) -> list[Sealed]:
    """Read a store of its own: by duty, like the arrest itself, or through an opening that is at work."""
    with act(store, by, f"{door.value}.shown") as doing:
        share(doing.connection, by, [arrest_id])
        opening: UUID | None = None
        outside: Bonds = frozenset()
        if by.role in READERS[door.value]:
            outside = outside_arrest(doing.connection, by, arrest_id)
            allowed(say_why(outside, why))
        else:
            opening = openings.through(doing.connection, by.account, arrest_id, door.value)
            if opening is None:
                raise NotAllowed("your duty has no access to this store", code="no-duty")
        _look_at_one(doing, door.value, arrest_id, outside, why, opening)
    with _reading(store, f"pars_{door.value}", by, doing.entry(), [arrest_id]) as connection:
        if not lookup.shows(connection, door.value, arrest_id):
            raise NotAllowed("this was closed while it was opened; nothing is shown", code="closed")
        found = lookup.sealed(connection, table, arrest_id)
    return [Sealed(kind, store.keys.open(sealed, f"{table}:{row}"), row) for row, kind, sealed in found]


def open_interview(store: Store, by: By, arrest_id: UUID, *, why: str | None = None) -> list[Sealed]:
    """The pretrial interview, for the readers of Rule 530 alone; oldest first."""
    return _sealed(store, by, arrest_id, Opened.INTERVIEW, "interview.interview", why)


def open_protected(store: Store, by: By, arrest_id: UUID, *, why: str | None = None) -> list[Sealed]:
    """Victims and witnesses of an arrest, for those who investigate and prosecute it."""
    return _sealed(store, by, arrest_id, Opened.PROTECTED, "protected.person", why)


@dataclass(frozen=True, slots=True)
class Whole:
    """An arrest with everything that hangs on it, to be moved out of the adults' record at once."""

    version: int
    arrest: Mapping[str, object] = field(repr=False)
    rows: Mapping[str, Sequence[Mapping[str, object]]] = field(repr=False)


def open_whole(store: Store, by: By, arrest_id: UUID, *, why: str) -> Whole:
    """Everything of one arrest, for the act that moves it to the children's; whoever asks is shown nothing of it."""
    with act(store, by, "arrest.opened-whole") as doing:
        share(doing.connection, by, [arrest_id])
        if by.role not in MOVES:
            raise NotAllowed("a record is moved by a police or custody supervisor", code="not-your-step")
        outside = outside_arrest(doing.connection, by, arrest_id)
        _look_at_one(doing, "staff", arrest_id, outside, why, None)
    with _reading(store, "pars_staff", by, doing.entry(), [arrest_id]) as connection:
        found = dict(lookup.whole(connection, arrest_id))
    if "record.arrest" not in found:
        raise NotThere(NO_ARREST)
    [arrest] = found.pop("record.arrest")
    return Whole(int(str(arrest["version"])), arrest, found)


@dataclass(frozen=True, slots=True)
class CareNote:
    """A care note as its readers see it: what kind, when, by whom, written when, and what was sealed."""

    kind: str
    happened_at: datetime
    by: str
    written_at: datetime
    content: bytes = field(repr=False)


def open_care(store: Store, by: By, arrest_id: UUID, *, why: str | None = None) -> Sequence[CareNote]:
    """The care record of an adult or a child, for custody and medical staff on shift; oldest first.

    Off shift there is no reason that opens it, and no break-glass does.
    """
    with act(store, by, "care.shown") as doing:
        share(doing.connection, by, [arrest_id])
        if by.role not in READERS["care"]:
            raise NotAllowed("your duty has no access to this store", code="no-duty")
        if off_shift(by):
            raise NotAllowed("the care record opens to custody and medical staff on shift alone", code="off-shift")
        child = children.is_there(doing.connection, arrest_id)
        outside: Bonds = frozenset() if child else outside_arrest(doing.connection, by, arrest_id)
        allowed(say_why(outside, why))
        _look_at_one(doing, "care", arrest_id, outside, why, None)
    with _reading(store, "pars_care", by, doing.entry(), [arrest_id]) as connection:
        found = lookup.care(connection, arrest_id)
        people = lookup.people(connection)
    return [
        CareNote(kind, happened, people.get(who, "—"), written, store.keys.open(sealed, f"care.note:{row}"))
        for row, kind, happened, who, written, sealed in found
    ]


def open_consular(store: Store, by: By, arrest_id: UUID, *, why: str | None = None) -> Sequence[Sealed]:
    """Whether somebody asked for consular notice and what came of it, for the custody supervisor on shift and counsel.

    The look's entry names the notes and not the arrest, and is the same whether there are any.
    """
    with act(store, by, "consular.shown") as doing:
        share(doing.connection, by, [arrest_id])
        if by.role not in READERS["consular"]:
            raise NotAllowed("your duty has no access to this store", code="no-duty")
        if off_shift(by):
            raise NotAllowed("consular requests open to the custody supervisor on shift alone", code="off-shift")
        child = children.is_there(doing.connection, arrest_id)
        outside: Bonds = frozenset() if child else outside_arrest(doing.connection, by, arrest_id)
        if by.role is Role.DEFENDER and (child or outside):
            raise NotAllowed("a request opens to the counsel who was assigned", code="no-duty")
        allowed(say_why(outside, why))
        key = store.keys.index(str(arrest_id), consular.PLACE)
        found = [row for row, _ in consular.found(doing.connection, key)]
        doing.look("consular", found)
        doing.note(why=why, outside=sorted(outside))
    with _reading(store, "pars_consular", by, doing.entry()) as connection:
        rows = lookup.consular(connection, found)
    order = ("asked", "request-printed", "notice-printed", "sent", "confirmed")
    opened = [Sealed(kind, store.keys.open(sealed, f"consular.note:{row}")) for row, kind, sealed in rows]
    return sorted(opened, key=lambda one: order.index(one.kind))


@dataclass(frozen=True, slots=True)
class ChildStep:
    """What was done about a child: which step, when, by whom, and what was sealed."""

    step: str
    happened_at: datetime
    by: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Child:
    """A child's arrest as its readers see it: number, when, where custody stands, and what was sealed."""

    id: UUID
    number: int
    arrested_at: datetime
    custody: str
    content: bytes = field(repr=False)
    steps: Sequence["ChildStep"] = ()


def open_children(store: Store, by: By, *, why: str | None = None) -> Sequence[Child]:
    """Children in custody, for those whose duty is with them; the six-hour clock runs for each (237 Pa. Code 221).

    Others see the children whose arrests were opened to them, each by a look of its own.
    """
    if by.role in CHILDREN_READERS:
        return _children(store, by, None, why)
    with store.transaction("pars_act") as connection:
        opened = openings.children_opened(connection, by.account)
    if not opened:
        return _children(store, by, None, why)
    return [child for opening in opened for child in _children(store, by, opening, why)]


def _children(store: Store, by: By, opened: tuple[UUID, UUID] | None, why: str | None) -> Sequence[Child]:
    with act(store, by, "children.shown") as doing:
        share(doing.connection, by)
        outside: Bonds = frozenset()
        found: Sequence[UUID]
        if opened is not None:
            opening, child = opened
            found = [child]
            _look_at_one(doing, "children", child, outside, why, opening)
        elif by.role in CHILDREN_READERS:
            outside = off_shift(by)
            allowed(say_why(outside, why))
            found = children.kept(doing.connection)
            doing.look("children", found)
        else:
            raise NotAllowed("your duty has no access to this store", code="no-duty")
        doing.note(arrests=[str(a) for a in found], why=why, outside=sorted(outside))
    with _reading(store, "pars_protected", by, doing.entry()) as connection:
        rows = lookup.children(connection, found)
        done = lookup.child_steps(connection, found)
        people = lookup.people(connection)
    steps: dict[UUID, list[ChildStep]] = {}
    for row, child, step, happened, who, sealed in done:
        content = store.keys.open(sealed, f"protected.child_step:{row}")
        steps.setdefault(child, []).append(ChildStep(step, happened, people.get(who, "—"), content))
    return [
        Child(*row[:4], store.keys.open(row[4], f"protected.child:{row[0]}"), steps.get(row[0], ())) for row in rows
    ]


def is_child(store: Store, arrest_id: UUID) -> bool:
    """Whether that is the number of a child's arrest, for whoever has just opened what stands under it."""
    with store.transaction("pars_act") as connection:
        return children.is_there(connection, arrest_id)


def open_child_whole(store: Store, by: By, child: UUID, *, why: str) -> Child:
    """One child's record, for the act that moves it to the adults'; whoever asks is shown nothing of it."""
    with act(store, by, "child.opened-whole") as doing:
        share(doing.connection, by)
        if by.role not in MOVES:
            raise NotAllowed("a record is moved by a police or custody supervisor", code="not-your-step")
        if not children.is_there(doing.connection, child):
            raise NotThere("there is no child's arrest by that number")
        _look_at_one(doing, "children", child, off_shift(by), why, None)
    with _reading(store, "pars_protected", by, doing.entry()) as connection:
        [row] = lookup.children(connection, [child])
    return Child(*row[:4], store.keys.open(row[4], f"protected.child:{child}"))


def read_permitted(store: Store, entry: UUID, projected: Projection, found: UUID | None) -> Sequence[object] | None:
    """Read the released words of whom a partner's entry found; None after an end: the wall takes the locks again.

    The same is done when nobody was found, so that it takes as long.
    """
    with store.glance("pars_partner") as connection:
        return lookup.permitted(connection, entry, projected.fields, found)


S = TypeVar("S")


def read_sealed(one: Sealed, shape: type[S]) -> S:
    """What was sealed, in the shape in which it was given."""
    return msgspec.json.decode(one.content, type=shape)

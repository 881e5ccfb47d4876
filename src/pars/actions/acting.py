"""How an act is done: who does it, in one transaction, with its entry; and what a refusal leaves behind.

A write cannot be called without its ledger entry: the connection it needs comes only from `act`, which inserts the
entry before it commits. A refused act is rolled back whole, and the refusal is an entry of its own.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ParamSpec
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.clock import now
from pars.errors import Conflicts, NotAllowed, ParsError, Unavailable
from pars.ledger.entry import Kind
from pars.record.roles import OWNER_OF, Owner, Role
from pars.sharing.duty import Shift
from pars.store import answers, arrests, events
from pars.store.database import Store
from pars.store.details import about_of
from pars.store.ledger import Drawn, Written, draw_entry, write_drawn, write_look
from pars.store.locks import Lock, narrowing, share


@dataclass(frozen=True, slots=True)
class Once:
    """A request that may be sent twice and must act once: its key, and the hash of what it asks."""

    key: str
    question: bytes


@dataclass(frozen=True, slots=True)
class Entered:
    """Something new that was written down: its number, and the entry that says so."""

    id: UUID
    entry: UUID


class NothingToDo(Exception):
    """Another process was first, or it is not so any more: the act is rolled back, and leaves no entry."""


_P = ParamSpec("_P")


def once(do: Callable[_P, None], *args: _P.args, **named: _P.kwargs) -> bool:
    """Do what rounds do, of which any number may run: whether it was done, and not `NothingToDo` any more."""
    try:
        do(*args, **named)
    except NothingToDo:
        return False
    return True


class AnsweredBefore(Exception):
    """The same request was acted on before; `answer` is what it was told then."""

    def __init__(self, answer: Mapping[str, object]) -> None:
        super().__init__("answered before")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class By:
    """Who acts: one signed-in account, as it was when the request began; its session began at `since`, real time."""

    account: UUID
    sign_in: str
    full_name: str
    role: Role
    agency_id: int
    agency: str
    owner: Owner | None
    site: str | None = None
    badge: str | None = None
    confirmed: bool = True
    once: Once | None = None
    unit: str | None = None
    since: datetime | None = None
    shift: Shift | None = None

    @property
    def works_for(self) -> Owner | None:
        """The owner for whom somebody works: by their role, or by their agency; None for those who belong to none."""
        return OWNER_OF[self.role] or self.owner

    @property
    def whose(self) -> str:
        """The owner that the ledger names for this person's acts; “house” for those who belong to none."""
        owner = self.works_for
        if owner is None and self.role is Role.ANALYST:
            return "partner"
        return owner.value if owner else "house"


SYSTEM = "house"
"""Whose act it is when nobody's: a round, a migration, a sign-in that failed."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look may read: through which door which arrests, and by what besides a duty.

    `term` is a partner's, `opening` the break-glass that a colleague's look goes through, `instrument` the one that is
    answered; a `limited` look has said why it reads a record to which access is limited.
    """

    door: str
    arrests: Sequence[UUID]
    term: UUID | None = None
    opening: UUID | None = None
    limited: bool = False
    instrument: UUID | None = None


@dataclass(slots=True)
class Act:
    """One act under way: its connection, its time, and what its entry will say."""

    connection: Connection[TupleRow]
    at: datetime
    by: By | None
    arrest_id: UUID | None = None
    details: dict[str, object] = field(default_factory=dict)
    written: Written | None = None
    looked: Look | None = None
    kind: Kind = Kind.RECORD
    said: dict[str, object] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    then: list[tuple[Callable[..., None], Mapping[str, object]]] = field(default_factory=list)
    answer: dict[str, object] = field(default_factory=dict)
    about: set[str] = field(default_factory=set)

    def look(
        self,
        door: str,
        arrests: Sequence[UUID],
        term: UUID | None = None,
        *,
        opening: UUID | None = None,
        limited: bool = False,
        instrument: UUID | None = None,
    ) -> None:
        """Say which arrests this act finds for a look through that door; the next transaction may read them."""
        self.looked = Look(door, arrests, term, opening, limited, instrument)

    def publish(self, kind: Kind, **said: object) -> None:
        """Say what the entry tells in public: what depends on the question and the agreement alone."""
        self.kind = kind
        self.said.update(said)

    def note(self, **details: object) -> None:
        """Add to the entry's private part."""
        self.details.update(details)

    def concern(self, arrests: Iterable[UUID], search_keys: Iterable[str] = ()) -> None:
        """Say what else the entry is found by: arrests that it names and does not look at, and who was asked for."""
        self.about |= about_of(arrests, search_keys)

    def after(self, do: Callable[..., None], **facts: object) -> None:
        """Do something in the same transaction once the entry has its name: `do(connection, nonce, **facts)`."""
        self.then.append((do, facts))

    def begin_again(self) -> None:
        """Forget what the entry would have said: what it was decided on is another by now."""
        self.at, self.kind = now(), Kind.RECORD
        for said in (self.details, self.said, self.commits):
            said.clear()
        self.about.clear()

    def entry(self) -> UUID:
        """The entry's name; only once the act is over."""
        return self._over().nonce

    def leaf(self) -> bytes:
        """The entry's leaf; only once the act is over."""
        return self._over().leaf

    def _over(self) -> Written:
        if self.written is None:
            raise RuntimeError("the act is not over yet")
        return self.written


def alone_with(store: Store, arrest_id: UUID) -> Sequence[tuple[Lock, int]]:
    """The lock of an arrest, for an act that may narrow what partners can be shown of it."""
    with store.transaction("pars_act") as connection:
        return [(Lock.PERSON, arrests.lock_row(connection, arrest_id))]


@contextlib.contextmanager
def entitled(store: Store, by: By, verb: str, *, arrest_id: UUID | None = None) -> Iterator[None]:
    """Settle who may before anything is looked up or locked; a refusal inside is entered as `<verb>.refused`.

    Whoever may not gets one answer whether there is such a thing or not, and holds up nobody's look.
    """
    try:
        yield
    except ParsError as refusal:
        refuse(store, by, verb, refusal, arrest_id=arrest_id)
        raise


@contextlib.contextmanager
def act(
    store: Store,
    by: By | None,
    verb: str,
    *,
    arrest_id: UUID | None = None,
    reason: str | None = None,
    alone: Sequence[tuple[Lock, int]] = (),
    shared: Sequence[tuple[Lock, int]] = (),
) -> Iterator[Act]:
    """Do one act in one transaction and enter it; a refusal inside rolls back and is entered as `<verb>.refused`.

    `alone` are the locks of what the act narrows: it waits for the looks under way, and every later one sees it.
    `shared` are the locks of what it rests on, for an act that may be sent twice: they come before anything is written.
    """
    _confirmed(store, by, verb, arrest_id)
    local = {"reason": reason or "", "account": str(by.account) if by else ""}
    doing: Act | None = None
    try:
        with narrowing(store, alone, **local) if alone else store.transaction("pars_act", **local) as connection:
            share(connection, shared)
            if by is not None and by.once is not None:
                _only_once(store, connection, by.account, by.once)
            doing = Act(connection, now(), by, arrest_id)
            yield doing
            doing.written = _enter(store, connection, by, verb, doing)
            if by is not None and by.once is not None:
                told = {**(doing.answer or {"id": str(doing.arrest_id)}), "entry": str(doing.written.nonce)}
                epoch = doing.written.epoch
                sealed = epoch.seal(msgspec.json.encode(told), answers.place_of(by.account, by.once.key))
                answers.keep(connection, by.account, by.once.key, epoch.name, sealed)
            for do, facts in doing.then:
                do(connection, doing.written.nonce, **facts)
            if doing.looked is not None:
                _let_look(connection, doing.written.nonce, by, doing.looked)
            elif doing.arrest_id is not None:
                events.changed(connection, doing.arrest_id)
    except Unavailable:
        raise
    except ParsError as refusal:
        refuse(store, by, verb, refusal, arrest_id=arrest_id, said=doing)
        raise


@contextlib.contextmanager
def glancing(store: Store, by: By, verb: str) -> Iterator[Act]:
    """An act in statements that are a transaction each, the last of which enters it (`drawn`) by itself.

    For what partners ask: no lock is held between two messages. A refusal inside is entered as `<verb>.refused`.
    """
    _confirmed(store, by, verb, None)
    doing: Act | None = None
    try:
        with store.glance("pars_act") as connection:
            doing = Act(connection, now(), by)
            yield doing
    except Unavailable:
        raise
    except ParsError as refusal:
        refuse(store, by, verb, refusal, said=doing)
        raise


def _confirmed(store: Store, by: By | None, verb: str, arrest_id: UUID | None) -> None:
    """Nobody acts before another owner's supervisor has confirmed their account."""
    if by is not None and not by.confirmed:
        waits = NotAllowed("your account waits for a supervisor of another owner to confirm it", code="not-confirmed")
        refuse(store, by, verb, waits, arrest_id=arrest_id)
        raise waits


def _let_look(connection: Connection[TupleRow], nonce: UUID, by: By | None, look: Look) -> None:
    write_look(
        connection,
        nonce,
        look.door,
        look.arrests,
        look.term,
        account=by.account if by else None,
        opening=look.opening,
        instrument=look.instrument,
        limited=look.limited,
    )


def _only_once(store: Store, connection: Connection[TupleRow], account: UUID, once: Once) -> None:
    """Take the key for this transaction; a second request with it waits here until the first is over."""
    before = answers.take(connection, account, once.key, once.question)
    if before is None:
        return
    question, epoch, sealed = before
    if question != once.question:
        raise Conflicts("this Idempotency-Key was used for another request; take a new one", code="key-reused")
    told = store.keys.open_of(epoch, sealed, answers.place_of(account, once.key))
    raise AnsweredBefore(msgspec.json.decode(told, type=dict[str, object]))


def not_again(store: Store, by: By) -> By:
    """Who acts, for a look that comes before the act; a request that was acted on before gets its answer instead.

    The key is the act's alone: a look that took it would write before its locks. Nothing is kept of the question here.
    """
    if by.once is not None:
        with store.transaction("pars_act") as connection:
            _only_once(store, connection, by.account, by.once)
            connection.rollback()
    return replace(by, once=None)


def refuse(
    store: Store,
    by: By | None,
    verb: str,
    refusal: ParsError,
    *,
    arrest_id: UUID | None = None,
    said: Act | None = None,
) -> UUID:
    """Enter a refusal: its verb and code, never what was typed; `said` is the act that came to nothing."""
    with store.glance("pars_act") as connection:  # one statement, which reads nothing of the record
        told = Act(connection, now(), by, arrest_id, details={"code": refusal.code})
        if said is not None and said.kind is not Kind.RECORD:
            told.publish(said.kind, **said.said, refused=refusal.code)
        return _enter(store, connection, by, f"{verb}.refused", told).nonce


def _enter(store: Store, connection: Connection[TupleRow], by: By | None, verb: str, doing: Act) -> Written:
    return write_drawn(connection, store.keys, drawn(by, verb, doing))


def drawn(by: By | None, verb: str, doing: Act) -> Drawn:
    """The entry of an act as it stands, with its random bytes."""
    commits = {"verb": verb, **doing.commits}
    arrests = {*([doing.arrest_id] if doing.arrest_id else ()), *(doing.looked.arrests if doing.looked else ())}
    if by is not None:
        commits["account"] = str(by.account)
    if doing.arrest_id is not None:
        commits["arrest"] = str(doing.arrest_id)
    return draw_entry(
        verb=verb,
        owner=by.whose if by else SYSTEM,
        at=doing.at,
        account_id=by.account if by else None,
        commits=commits,
        details=doing.details,
        kind=doing.kind,
        said=doing.said,
        about=about_of(arrests) | doing.about,
    )

"""Erasing: what the ledger keeps in private about one arrest goes, in every backup too, and the log still verifies.

Whoever is expunged stands in the log as commitments whose salts are sealed under the keys of their days. Those keys are
in no database and no backup: the private parts of the others are sealed anew under fresh keys, and the old ones are
destroyed. It is done in steps, each of which can be done again; whatever falls in between, a round finishes it. The
last entry says which epochs were sealed anew and how many private parts remain, and nothing about whom.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final
from uuid import UUID, uuid4

import msgspec

from pars.actions.acting import By, NothingToDo, act, entitled, once
from pars.actions.inquiries import number_keys
from pars.actions.recalling import recall
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere, Unavailable
from pars.ledger.entry import Kind
from pars.ledger.erasure import Erased, without
from pars.record.arrest import IN_CUSTODY
from pars.record.identifiers import is_number
from pars.record.roles import Role
from pars.store import arrests, details, erasing
from pars.store.arrests import Erasable
from pars.store.database import Store
from pars.store.epochs import BEFORE, following
from pars.store.erasing import Begun

AT_A_TIME: Final = 500
PASSES: Final = 5
WAITS_SECONDS: Final = 15.0
"""Longer than any transaction of a door may stand still or run: whoever began before is over by then."""


class Basis(StrEnum):
    """Why somebody is erased."""

    ORDER = "order"
    KEEPING_TIME = "keeping-time"


class _Whom(msgspec.Struct):
    """Whom an erasing is about, as it is sealed until it is done."""

    arrest: str
    asked: list[str]
    words: list[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an erasing: the entry that began it, that it is done, and how many receipts were recalled."""

    id: UUID
    entry: UUID
    recalled: int
    done: bool


def erase(store: Store, by: By, arrest_id: UUID, basis: Basis, *, because: str, words: Sequence[str] = ()) -> Outcome:
    """Erase what the ledger keeps in private about an expunged arrest.

    `because` is the court's order, or the rule of keeping; it is checked and kept nowhere, since it would say whom.
    `words` name the person: a reason on a list with others in which one stands is struck out.
    """
    with entitled(store, by, "erasing.begun"):
        may(by, basis)
    if not because.strip() or len(because) > 200:  # noqa: PLR2004 - an order's number and court
        raise BadInput("name the court's order, or the rule by which its time is over", field="because")
    found = _erasable(store, by, arrest_id, basis)
    with store.transaction("pars_ledger") as connection:
        handed = details.handed_out(connection, store.keys, arrest_id)
    recalled = recall(store, handed)
    new = uuid4()
    asked = store.keys.blind(number_keys(found.numbers)) + found.search_keys if found.alone else []
    whom = _Whom(str(arrest_id), asked, [word.strip() for word in words if len(word.strip()) > 1])
    with act(store, by, "erasing.begun") as doing:
        sealed = store.keys.seal(msgspec.json.encode(whom), _place(new))
        erasing.begin(doing.connection, new, sealed)
        doing.note(basis=basis.value)
        doing.answer |= {"id": str(new)}
    return Outcome(new, doing.entry(), recalled, finish(store))


MAY_ERASE: Final = {Basis.ORDER: Role.CLERK, Basis.KEEPING_TIME: Role.REPRESENTATIVE}
"""Who erases: the court's clerk under an order, an owner when the time of its own record is over."""


def may(by: By, basis: Basis | None = None) -> None:
    """Refused for whoever erases nothing, or not for this reason."""
    if by.role not in ({MAY_ERASE[basis]} if basis else set(MAY_ERASE.values())):
        raise NotAllowed(
            "erasing is ordered through the court's clerk, or by the owner whose record it is", code="not-your-step"
        )


def erase_numbered(
    store: Store, by: By, number: str, basis: Basis, *, because: str, words: Sequence[str] = ()
) -> Outcome:
    """The same by the arrest's own number: an expunged record has no page from which it could be chosen."""
    with entitled(store, by, "erasing.begun"):
        may(by, basis)
        if not is_number(number) or len(number) > 12:  # noqa: PLR2004 - digits of the largest number
            raise BadInput("that is no arrest's number", field="number")
    with store.transaction("pars_act") as connection:
        found = arrests.numbered(connection, int(number))
    return erase(store, by, found or UUID(int=0), basis, because=because, words=words)


def _erasable(store: Store, by: By, arrest_id: UUID, basis: Basis) -> Erasable:
    with entitled(store, by, "erasing.begun"), store.transaction("pars_act") as connection:
        found = arrests.erasable(connection, arrest_id)
        if found is None:
            raise NotThere("there is no arrest by that number")
        if basis is Basis.KEEPING_TIME and (by.owner is None or found.owner != by.owner.value):
            raise NotAllowed("the time of a record is over for the owner whose record it is", code="not-your-step")
        if found.access != "expunged":
            raise Conflicts("expunge the record first: while it is erased, nobody may look at it", code="not-expunged")
        if found.custody in IN_CUSTODY:
            raise Conflicts("somebody who is still kept is not erased", code="in-custody")
        return found


def finish(store: Store) -> bool:
    """Bring every erasing under way to its end; whether all are. A round calls it too: whoever falls is taken over."""
    with store.glance("pars_ledger") as connection:
        begun = erasing.begun(connection)
    if not begun:
        return True
    erased = _erased(store, begun)
    for _ in range(PASSES):
        touched = _touched(store, erased)
        with store.transaction("pars_ledger") as connection:
            erasing.turn(connection, touched)
            erasing.forget_looks(connection, erased.arrests)
        with store.glance("pars_ledger") as connection:
            turned = erasing.turned(connection)
        _wait_for_writers(store)  # also when it was turned before a fall: whoever wrote then may still be at it
        with store.glance("pars_ledger") as connection:
            left = erasing.unfinished(connection) | set(store.keys.epochs.names())
        for name in [name for name in turned if name in left]:
            _empty(store, erased, name, turned)
        if not touched:
            return _say_so(store, begun)
    return False


def _erased(store: Store, begun: Sequence[Begun]) -> Erased:
    whom = [msgspec.json.decode(store.keys.open(one.sealed, _place(one.id)), type=_Whom) for one in begun]
    return Erased(
        frozenset(one.arrest for one in whom),
        frozenset(f"asked:{key}" for one in whom for key in one.asked),
        sorted({word for one in whom for word in one.words}),
    )


def _place(erasing_id: UUID) -> str:
    return f"ledger.erasing:{erasing_id}"


def _touched(store: Store, erased: Erased) -> set[str]:
    """The epochs that hold something about whom it is, and are not turned yet."""
    about = {*details.about_of(erased.arrests), *erased.asked}
    with store.transaction("pars_ledger") as connection:
        found = set(details.epochs_about(connection, store.keys, about))
        if erasing.holds(connection, BEFORE):
            found.add(BEFORE)  # it has no marks: it is searched whole, once, and has its own from then on
        return found - set(erasing.turned(connection))


def _wait_for_writers(store: Store) -> None:
    """Wait for the transactions that may still write under a key that was turned: all that began before."""
    until = time.monotonic() + WAITS_SECONDS
    with store.glance("pars_ledger") as connection:
        before = erasing.writers_at_work(connection)
        while before:
            if time.monotonic() > until:
                raise Unavailable("somebody still writes under an old key; the erasing goes on in a minute")
            time.sleep(0.01)
            before &= erasing.writers_at_work(connection)


def _empty(store: Store, erased: Erased, name: str, turned: Sequence[str]) -> None:
    """Seal anew whatever is left under a turned key, and destroy the key once nothing is."""
    epochs, judge, taken = store.keys.epochs, partial(without, erased=erased), AT_A_TIME
    if _holds(store, name):
        fresh = epochs.making(_at_work(name, turned))
        while taken:
            with store.transaction("pars_ledger") as connection:
                taken = erasing.rewrap_some(connection, store.keys, name, fresh, judge, AT_A_TIME)
        with store.transaction("pars_ledger") as connection:
            erasing.rewrap_answers(connection, store.keys, name, fresh, erased.arrests)
    if not _holds(store, name):
        epochs.destroy(name)


def _holds(store: Store, name: str) -> bool:
    with store.glance("pars_ledger") as connection:
        return erasing.holds(connection, name)


def _at_work(name: str, turned: Sequence[str]) -> str:
    """The key that takes a turned one's place: the first of its day that is not turned itself."""
    while name in turned:
        name = following(name)
    return name


def _say_so(store: Store, begun: Sequence[Begun]) -> bool:
    """The entry that says which epochs were sealed anew and how many private parts remain; whom, is forgotten."""
    ids = [one.id for one in begun]
    with store.transaction("pars_ledger") as connection:
        names = erasing.turned_since(connection, ids)
        turned = erasing.turned(connection)
        left = [name for name in names if erasing.holds(connection, name)]
        remain = {name: erasing.remaining(connection, _at_work(name, turned)) for name in names}
    if left:
        return False
    once(_enter_erased, store, ids, remain)
    return True


def _enter_erased(store: Store, ids: Sequence[UUID], remain: Mapping[str, int]) -> None:
    with act(store, None, "private-parts.erased") as doing:
        if not erasing.done(doing.connection, ids):
            raise NothingToDo
        doing.publish(Kind.ERASING, rewrapped=[{"epoch": name, "remain": many} for name, many in remain.items()])

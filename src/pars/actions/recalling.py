"""Recalls: a partner is told which receipt, and “destroy”: no person, reason or state. Allowed after an end (T21).

What was handed out is recalled once no agreement could show the record any more: sealed, expunged, declined,
dismissed, withdrawn, a child's. Where only one charge of several was dropped, that is what told of charges or rested on
their class. The act that ends it writes that down; a round recalls, as the house, so that neither whose act it was nor
its place in the log says why.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID, uuid4

from pars.actions import labels
from pars.actions.acting import Act, By, NothingToDo, act, once
from pars.actions.agreements_shown import concerned
from pars.actions.duties import SEES_DUTIES
from pars.clock import city_day, now
from pars.errors import Conflicts, NotAllowed, NotThere
from pars.ledger.entry import Kind
from pars.record.fields import PartnerField
from pars.record.roles import Role
from pars.sharing.instrument import NOT_RECALLED
from pars.sharing.reading import as_written
from pars.store import arrests, details, instruments, partners, placing, recalls
from pars.store.database import Store
from pars.store.details import Handed
from pars.store.recalls import Recall

AT_A_TIME: Final = 100
"""Arrests of one batch: their receipts are recalled in one order, so that none says which belong together."""
_OF_CHARGES: Final = frozenset({PartnerField.CHARGES.value, PartnerField.DISPOSITION.value})


@contextlib.contextmanager
def ending(doing: Act, arrest_id: UUID, *, charging: bool = False) -> Iterator[None]:
    """Write down that receipts are to be recalled, if what is done in the block ends that any agreement could show it.

    The act has the lock of the arrest alone: every look-up that found it is over and entered. The watch is told which
    grades stand now, if others do than before; always by an act that is `charging` somebody.
    """
    before, limited = partners.charges_shown(doing.connection, arrest_id), _limited(doing, arrest_id)
    yield
    after = partners.charges_shown(doing.connection, arrest_id)
    if charging or after != before:
        doing.note(labels=labels.of_charges(after.values()))
    if (before and not after) or _limited(doing, arrest_id) > limited:
        recalls.owe(doing.connection, arrest_id)
    elif before.keys() - after.keys():
        recalls.owe_charges(doing.connection, arrest_id)


def _limited(doing: Act, arrest_id: UUID) -> int:
    """How far access is limited: an instrument may have shown what no agreement could, and is recalled as well."""
    return len(arrests.access_limited(doing.connection, arrest_id))


def recall_ended(store: Store) -> int:
    """Recall whatever was handed out about arrests that no agreement can show any more; how many receipts."""
    told = 0
    while True:
        with store.transaction("pars_act") as connection:
            owed = recalls.owed(connection, AT_A_TIME)
        if not owed:
            return told
        handed: dict[bytes, Handed] = {}
        for one in owed:
            with store.transaction("pars_ledger") as connection:
                given = details.handed_out(connection, store.keys, one.arrest)
            gone = given if one.charges_up_to is None else _told_of_charges(store, given, one.charges_up_to)
            handed |= {each.receipt: each for each in gone}
        told += recall(store, [handed[receipt] for receipt in sorted(handed)])
        with store.transaction("pars_act") as connection:
            for one in owed:
                of = [] if one.charges_up_to is None else sorted(_OF_CHARGES)
                instruments.recall(connection, one.arrest, city_day(now()), sorted(NOT_RECALLED), of)
            recalls.settled(connection, [one.id for one in owed])


def _told_of_charges(store: Store, handed: Sequence[Handed], up_to: int) -> list[Handed]:
    """What named a charge or how it was decided, or was shown because of the class of one, up to that entry."""
    with store.transaction("pars_act") as connection:
        texts = placing.terms(connection, sorted({one.version for one in handed}))
    narrow = {
        (version, purpose.code)
        for version, text in texts.items()
        for purpose in as_written(text).purposes
        if purpose.rows.charge_class
    }
    return [
        one
        for one in handed
        if one.entry <= up_to and (one.fields & _OF_CHARGES or (one.version, one.purpose) in narrow)
    ]


def recall(store: Store, handed: Sequence[Handed]) -> int:
    """Recall what was handed out with these receipts; one that was recalled before is left as it is. How many are new.

    Each is an entry of its own, the house's, whoever caused it: in public the agreement alone, the receipt as a
    commitment.
    """
    with store.transaction("pars_act") as connection:
        before = recalls.known(connection, [one.receipt for one in handed])
    return sum(once(_recall, store, one) for one in handed if one.receipt not in before)


def _recall(store: Store, one: Handed) -> None:
    with act(store, None, "receipt.recalled") as doing:
        made = uuid4()
        if not recalls.make(doing.connection, made, one.agreement, one.receipt, city_day(doing.at)):
            raise NothingToDo
        doing.publish(Kind.DUTY, agreement=one.agreement)
        doing.commits["receipt"] = one.receipt.hex()
        doing.note(recall=str(made))


def told(store: Store, by: By) -> Sequence[Recall]:
    """The recalls that somebody is concerned with: a partner's own, all for those who oversee."""
    with act(store, by, "recalls.shown") as doing:
        if by.role not in SEES_DUTIES:
            raise NotAllowed("your duty has no access to what partners owe", code="no-duty")
        found = recalls.recalls(doing.connection, [one.id for one in concerned(doing.connection, by)])
        doing.note(recalls=[str(one.id) for one in found])
        return found


def confirm(store: Store, by: By, recall_id: UUID) -> UUID:
    """Say once that everything that came with a recalled receipt is destroyed, copies and notes included; the entry."""
    with act(store, by, "recall.confirmed") as doing:
        if by.role is not Role.ANALYST:
            raise NotAllowed("destruction is confirmed by partners' analysts", code="no-duty")
        found = recalls.hold(doing.connection, recall_id, by.agency_id)
        if found is None:
            raise NotThere("your agency has no recall by that number")
        if found.confirmed_on is not None:
            raise Conflicts("this was confirmed already", code="confirmed")
        recalls.confirm(doing.connection, recall_id, by.account, city_day(doing.at))
        doing.publish(Kind.DUTY, agreement=found.agreement)
        doing.commits["receipt"] = found.receipt.hex()
        doing.note(recall=str(recall_id))
        doing.answer |= {"id": str(recall_id)}
    return doing.entry()

"""The floor laid, and every agreement in force proved again: each night, and at once when the floor has changed."""

import contextlib
import hashlib
from collections.abc import Mapping, Sequence

import structlog

from pars.actions.acting import NothingToDo, act, once
from pars.actions.agreements import told
from pars.actions.placing import floor_file
from pars.clock import city_day, now
from pars.errors import Misconfigured
from pars.ledger.entry import Kind
from pars.sharing.floor import FLOOR, Floor
from pars.sharing.proof import Proof, prove
from pars.sharing.reading import read_terms
from pars.store import agreements as kept
from pars.store import floors
from pars.store.database import Store
from pars.store.floors import Due, Laid
from pars.store.locks import WHOLE, Lock, Round, takes_round
from pars.store.tilefiles import NoRoom

log = structlog.get_logger("pars.proving")


def lay_floor(store: Store, floor: Floor = FLOOR) -> bool:
    """Lay this program's floor if it is newer than the one that is laid; whether it was.

    From the same moment nothing stands that is not proved under it. An older program serves on, and answers no partner.
    """
    with store.transaction("pars_act") as connection:
        laid = floors.newest(connection)
    was_laid = _newer(floor, laid) and once(_lay, store, floor)
    _keep_texts(store, floor)
    return was_laid


def _newer(floor: Floor, laid: Laid | None) -> bool:
    if laid is not None and laid.version == floor.version and laid.hash != floor.sha256:
        raise Misconfigured("this program's floor has the version of the one laid here, and says something else")
    return laid is None or laid.version < floor.version


def _lay(store: Store, floor: Floor) -> None:
    with act(store, None, "floor.laid", alone=[(Lock.FLOOR, WHOLE)]) as doing:
        if not _newer(floor, floors.newest(doing.connection)):
            raise NothingToDo  # another process that started at the same moment was first
        doing.publish(Kind.AGREEMENT, floor=floor.sha256, floor_version=floor.version)
        floors.lay(doing.connection, Laid(floor.version, floor.sha256), floor.text)


def _keep_texts(store: Store, floor: Floor) -> None:
    """Keep the files of floors that programs from before laid: this program's own, or as the log's folder has it."""
    with store.transaction("pars_act") as connection:
        for hashed in floors.without_text(connection):
            body = None
            with contextlib.suppress(NoRoom):  # a disk that cannot be read keeps nobody from serving
                body = floor.text.encode() if hashed == floor.sha256 else store.files.read(floor_file(hashed))
            if body is not None and hashlib.sha256(body).hexdigest() == hashed:
                floors.keep(connection, hashed, body.decode())


def prove_again(store: Store, floor: Floor = FLOOR) -> Sequence[str]:
    """Prove the terms in force that are due; the agreements that were suspended since they fail.

    Nothing is entered where another process is at it, and nothing under a floor that is older than the one laid. What
    is due is proved first and entered where it still is: solvers may take longer than a transaction may stand idle.
    """
    due = _due(store, floor)
    failing, proofs = _proofs(due, floor) if due else ({}, ())
    with store.transaction("pars_ledger") as turn:
        if not due or not takes_round(turn, Round.PROVING):
            return ()
        still = _due(store, floor)
        due = [one for one in due if one in still]
        for one in due:
            if one.agreement in failing:
                _suspend(store, one, failing[one.agreement], floor)
            else:
                _proved(store, one, proofs, floor)
    return sorted(one.agreement for one in due if one.agreement in failing)


def _due(store: Store, floor: Floor) -> Sequence[Due]:
    """The terms in force that are to be proved under the floor that is laid; none under another one."""
    with store.transaction("pars_act") as connection:
        if floors.newest(connection) != Laid(floor.version, floor.sha256):
            return ()
        return floors.due(connection, floor.sha256, city_day(now()))


def _proofs(due: Sequence[Due], floor: Floor) -> tuple[Mapping[str, str], Sequence[Proof]]:
    """Why each that fails does, and the proofs over all the others together."""
    failing = {}
    sound = {}
    for one in due:
        reading = read_terms(one.terms, floor)
        if reading.faults or reading.terms is None:
            failing[one.agreement] = reading.faults[0].shown if reading.faults else "these terms cannot be read"
        else:
            sound[one.agreement] = reading.terms
    proofs = prove(list(sound.values()), floor) if sound else ()
    if all(proof.holds for proof in proofs):
        return failing, proofs
    for agreement, terms in list(sound.items()):
        broken = next((proof for proof in prove([terms], floor) if not proof.holds), None)
        if broken is not None:
            failing[agreement] = f"not proved: {broken.theorem.sentence}"
            del sound[agreement]
    return failing, prove(list(sound.values()), floor) if sound else ()


def _suspend(store: Store, one: Due, why: str, floor: Floor) -> None:
    with act(store, None, "agreement.floored", alone=[(Lock.AGREEMENT, one.row)]) as doing:
        doing.publish(Kind.AGREEMENT, agreement=one.agreement, version=one.hash, floor=floor.sha256)
        doing.note(why=why)
        term = kept.term_at_work(doing.connection, one.agreement)
        if term is not None and term.version_id == one.version_id:
            kept.end_term(doing.connection, term.id, "floor")
            doing.publish(Kind.AGREEMENT, ended=str(term.id))
    log.error("alarm", alarm="floor", agreement=one.agreement)


def _proved(store: Store, one: Due, proofs: Sequence[Proof], floor: Floor) -> None:
    with act(store, None, "agreement.proved") as doing:
        doing.publish(Kind.AGREEMENT, agreement=one.agreement, version=one.hash, floor=floor.sha256)
        floors.proved(
            doing.connection, one.version_id, Laid(floor.version, floor.sha256), [told(proof) for proof in proofs]
        )

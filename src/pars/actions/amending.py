"""What a proposed version would change, before anybody decides on it: in words, in people counted today, and proved."""

from collections.abc import Sequence
from dataclasses import dataclass

from pars.actions.acting import By, act
from pars.actions.agreements import representative
from pars.actions.agreements_shown import Shown
from pars.sharing.agreement import Terms
from pars.sharing.amendment import Line, difference
from pars.sharing.proof import Broader, broader
from pars.sharing.reading import as_written
from pars.sharing.release import RowRule, projection
from pars.sharing.words import Clause, clauses
from pars.store import partners
from pars.store.agreements import Version
from pars.store.database import Store
from pars.store.partners import People


@dataclass(frozen=True, slots=True)
class Preview:
    """What a version would change against what stands: each change, the people of today's records, and the proof.

    `opened` and `closed` count (purpose, field) and (purpose, set of criteria) pairs. `broader` is None when nothing
    stands to compare with.
    """

    lines: Sequence[Line]
    people: People
    fields_opened: int
    fields_closed: int
    searches_opened: int
    searches_closed: int
    broader: Broader | None


def clauses_of(version: Version) -> Sequence[Clause]:
    """Every clause of a version, and what becomes of it."""
    return clauses(as_written(version.terms))


def preview(store: Store, by: By, shown: Shown) -> Preview | None:
    """What the newest version would change; None when it is the one that stands."""
    newest = as_written(shown.versions[-1].terms)
    standing = shown.standing
    old = standing.made.terms if standing.term is not None else None
    if old is not None and shown.versions[-1].id == standing.version.id:
        return None
    with act(store, by, "amendment.shown") as doing:
        representative(by)
        doing.note(agreement=shown.id, version=shown.versions[-1].hash)
        people = partners.people(doing.connection, _rules(old), _rules(newest))
    fields = _fields(old), _fields(newest)
    searches = _searches(old), _searches(newest)
    return Preview(
        difference(old, newest).lines if old else (),
        people,
        len(fields[1] - fields[0]),
        len(fields[0] - fields[1]),
        len(searches[1] - searches[0]),
        len(searches[0] - searches[1]),
        broader(newest, old) if old else None,
    )


def _rules(terms: Terms | None) -> Sequence[RowRule]:
    if terms is None:
        return ()
    return [projection(purpose).rule for purpose in terms.purposes]


def _fields(terms: Terms | None) -> set[tuple[str, str]]:
    return {(purpose.code, field) for purpose in terms.purposes for field in purpose.fields} if terms else set()


def _searches(terms: Terms | None) -> set[tuple[str, frozenset[str]]]:
    return {(purpose.code, search) for purpose in terms.purposes for search in purpose.search_by} if terms else set()

"""Agreements as those who are concerned see them: whole, by name, how each stands, and what one is to a sign-in.

A partner's people see their own; its reasons and letters reach them only where they are told. Every look is an entry.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import Act, By, act
from pars.actions.standing import Standing, compiled, counts, standing, standings
from pars.clock import now
from pars.errors import NotAllowed, NotThere
from pars.record.roles import Owner, Role
from pars.sharing.consent import Stands, stands_of, to_sign
from pars.sharing.floor import FLOOR
from pars.store import agreements as kept
from pars.store import notices
from pars.store.agreements import Named, Spoken, Version
from pars.store.database import Store
from pars.store.notices import Told

SEES_AGREEMENTS = frozenset({Role.REPRESENTATIVE, Role.ANALYST, Role.PRIVACY_OFFICER, Role.AUDITOR})


class SignIn(StrEnum):
    """What an agreement is to one sign-in of its partner."""

    OF_THIS_TERM = "of this term"
    OF_ANOTHER = "of a term that has ended"  # it is in force, by a term that began after the sign-in
    ENDED = "the agreement is not in force"


def for_sign_in(standing: Standing, by: By) -> SignIn:
    """What an agreement is to the sign-in of somebody of its partner."""
    if not standing.stands or standing.version.agency_id != by.agency_id:
        return SignIn.ENDED
    return SignIn.OF_THIS_TERM if standing.reaches(by.since) else SignIn.OF_ANOTHER


def stands_for(store: Store, by: By, name: str) -> SignIn:
    """What an agreement is at this moment to the sign-in of a page that is open."""
    with store.transaction("pars_act") as connection:
        stood = standing(connection, name)
    return SignIn.ENDED if stood is None else for_sign_in(stood, by)


@dataclass(frozen=True, slots=True)
class Shown:
    """An agreement as those who are concerned see it; whoever speaks for an owner is told what its key signs."""

    id: str
    partner: str
    standing: Standing
    owners: Mapping[Owner, Stands]
    said: Sequence[Spoken]
    versions: Sequence[Version]
    case_pattern: str | None
    notices: Sequence[Told] = ()
    to_sign: str | None = None


@dataclass(frozen=True, slots=True)
class Stood:
    """An agreement and its partner by their names, and how it stands."""

    id: str
    partner: str
    standing: Standing


def concerned(connection: Connection[TupleRow], by: By, name: str | None = None) -> Sequence[Named]:
    """The agreements that somebody is concerned with, or that one of them: a partner's people with its own."""
    every = kept.everything(connection, name)
    return [one for one in every if by.role is not Role.ANALYST or one.agency_id == by.agency_id]


def agreements(store: Store, by: By) -> Sequence[Shown]:
    """The agreements that somebody is concerned with, whole: as many questions to the database as for one."""
    with _looking(store, by) as doing:
        return _shown(doing, by, _standing(doing, by))


def named(store: Store, by: By) -> Sequence[Named]:
    """The same by their names alone."""
    with _looking(store, by) as doing:
        return concerned(doing.connection, by)


def stood(store: Store, by: By) -> Sequence[Stood]:
    """The same by their names, and how each stands."""
    with _looking(store, by) as doing:
        return [Stood(one.id, one.partner, stands) for one, stands in _standing(doing, by)]


@contextlib.contextmanager
def _looking(store: Store, by: By) -> Iterator[Act]:
    """A look at agreements, whatever of them is shown; refused for those whose duty has none."""
    with act(store, by, "agreements.shown") as doing:
        if by.role not in SEES_AGREEMENTS:
            raise NotAllowed("your duty has no access to agreements", code="no-duty")
        yield doing


def _standing(doing: Act, by: By, name: str | None = None) -> Sequence[tuple[Named, Standing]]:
    every = concerned(doing.connection, by, name)
    stand = standings(doing.connection, [one.id for one in every], now())
    return [(one, stand[one.id]) for one in every if one.id in stand]


def _shown(doing: Act, by: By, found: Sequence[tuple[Named, Standing]]) -> Sequence[Shown]:
    names = [one.id for one, _ in found]
    versions = kept.versions_of(doing.connection, names)
    patterns = kept.case_patterns(doing.connection, {one.agency_id for one, _ in found})
    spoken, told = kept.spoken_of(doing.connection, names), notices.notices(doing.connection, names)
    to_sign = _to_sign(doing, by, [versions[name][-1] for name in names])
    return [
        Shown(
            one.id,
            one.partner,
            stands,
            _owners(spoken[one.id], stands),
            [_without_reason(each) if by.role is Role.ANALYST else each for each in spoken[one.id]],
            versions[one.id],
            patterns.get(one.agency_id),
            [
                each._replace(reason=None) if by.role is Role.ANALYST and not each.reason_told else each
                for each in told[one.id]
            ],
            to_sign.get(one.id),
        )
        for one, stands in found
    ]


def _without_reason(one: Spoken) -> Spoken:
    """What an owner said as its partner sees it: with the reason that it is told, and no letter."""
    return one._replace(reason=one.reason if one.reason_told else "", has_letter=False)


def _owners(said: Sequence[Spoken], stands: Standing) -> Mapping[Owner, Stands]:
    """Where each owner stands on the version that counts, by all that was ever said: what a withdrawal voided, too."""
    counted = [one.said for one in said if counts(one, stands.made.terms, stands.version)]
    return {one: stands_of(one, counted, stands.version.hash, stands.stance) for one in Owner}


def _to_sign(doing: Act, by: By, newest: Sequence[Version]) -> Mapping[str, str]:
    """What the key of somebody's owner signs to grant the newest version of each agreement as things stand now."""
    if by.role is not Role.REPRESENTATIVE or by.owner is None:
        return {}
    stops = kept.last_stops(doing.connection, [one.agreement for one in newest], by.owner)
    return {
        one.agreement: to_sign(
            compiled(one.terms, FLOOR.sha256).terms, one.hash, contract=one.contract, after=stops[one.agreement]
        ).decode()
        for one in newest
    }


def agreement(store: Store, by: By, name: str) -> Shown:
    """One agreement; refused when there is none that the asker is concerned with."""
    with _looking(store, by) as doing:
        found = _shown(doing, by, _standing(doing, by, name))
    if not found:
        raise NotThere("there is no agreement by that name")
    return found[0]

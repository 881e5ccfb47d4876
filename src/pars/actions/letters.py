"""Letters of an agreement: what an owner said against it, what the agreement itself did, what a partner was asked.

A letter says what stands in the record already; printing one is an entry, and its code finds that entry (N25). Another
kind is what an owner uploaded with its vote: minutes of the owners, given back as it came and never to the partner.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pars.actions import agreements, agreements_shown, requesting
from pars.actions.acting import By, act, entitled
from pars.actions.agreements import representative
from pars.actions.agreements_shown import Shown
from pars.actions.printing import new_code
from pars.actions.requesting import Asked
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.ledger.entry import Kind
from pars.record.roles import Role
from pars.sharing.consent import Decision
from pars.sharing.owed import Notice
from pars.store import agreements as kept
from pars.store import notices
from pars.store.database import Store

READS_LETTERS = frozenset({Role.REPRESENTATIVE, Role.PRIVACY_OFFICER, Role.ANALYST})
READS_VOTES = READS_LETTERS - {Role.ANALYST}
"""Who reads what an owner uploaded with its vote. An auditor reads that there is one, as with a partner's answers."""
MOST_SAID = 100_000
"""More than owners ever say of one agreement."""


class LetterKind(StrEnum):
    """What a letter tells."""

    WITHDRAWAL = "notice of withdrawal"
    SUSPENSION = "notice of suspension"
    OVERDUE = "notice of suspension for overdue duties"
    PATTERN = "notice of suspension for a pattern that needs an explanation"
    NON_RENEWAL = "notice of non-renewal"
    REQUEST = "receipt of an information request"


_SAID = {Decision.WITHDRAW: LetterKind.WITHDRAWAL, Decision.SUSPEND: LetterKind.SUSPENSION}
_TOLD = {
    Notice.OVERDUE.value: LetterKind.OVERDUE,
    Notice.PATTERN.value: LetterKind.PATTERN,
    Notice.NON_RENEWAL.value: LetterKind.NON_RENEWAL,
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: its name within the agreement, whose word it is, when it was given, and why if the partner is told.

    `last_day` is that of the term that is not renewed; `asked` the request that a receipt is about.
    """

    name: str
    kind: LetterKind
    agreement: str
    partner: str
    owner: str | None
    at: datetime
    by: str | None
    reason: str | None = field(repr=False, default=None)
    last_day: date | None = None
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """One printing of a letter; a copy when the same agency has printed it before."""

    letter: Letter
    code: str
    copy: bool
    at: datetime


def decline_renewal(store: Store, by: By, agreement: str, reason: str, *, reason_told: bool = True) -> UUID:
    """Say for one's owner that the term at work will not be renewed; once a term. The term itself runs on.

    Renewal is new grants in any case, so this forbids nothing: it tells the partner in time.
    """
    with act(store, by, "renewal.declined", reason=reason) as doing:
        owner = representative(by)
        if not reason.strip():
            raise BadInput("say why; it stands in the minutes", field="reason")
        if kept.row_of(doing.connection, agreement) is None:
            raise NotThere("there is no agreement by that name")
        term = kept.term_at_work(doing.connection, agreement)
        if term is None:
            raise Conflicts("no term is at work that could be renewed", code="not-in-force")
        new = notices.tell(
            doing.connection,
            agreement=agreement,
            term=term.id,
            kind=Notice.NON_RENEWAL,
            owner=owner,
            reason=reason.strip(),
            reason_told=reason_told,
            said_by=by.account,
        )
        if not new:
            raise Conflicts("your owner has given this notice already", code="said")
        doing.publish(Kind.AGREEMENT, agreement=agreement, by=owner.value)
        doing.answer |= {"id": agreement}
    return doing.entry()


def letters(store: Store, by: By, shown: Shown) -> Sequence[Letter]:
    """The letters of an agreement as its reader sees it, newest first."""
    if by.role not in READS_LETTERS:
        raise NotAllowed("your duty has no access to letters of agreements", code="no-duty")
    asked = [one for one in requesting.requests(store, by) if one.agreement == shown.id]
    found = [*_said(shown), *_told(shown), *_asked(asked)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _said(shown: Shown) -> Iterator[Letter]:
    for place, one in enumerate(shown.said, 1):
        kind = _SAID.get(one.said.decision)
        if kind is not None:
            why = one.reason if one.reason_told else None
            owner = one.said.owner.value
            yield Letter(f"said-{place}", kind, shown.id, shown.partner, owner, one.said.at, one.said_by, why)


def _told(shown: Shown) -> Iterator[Letter]:
    for one in shown.notices:
        kind = _TOLD.get(one.kind)
        if kind is not None:
            yield Letter(
                f"notice-{one.id}",
                kind,
                shown.id,
                shown.partner,
                one.owner,
                one.said_at,
                one.said_by,
                one.reason if one.reason_told else None,
                last_day=one.last_day,
            )


def _asked(asked: Sequence[Asked]) -> Iterator[Letter]:
    for one in asked:
        yield Letter(
            f"request-{one.id}",
            LetterKind.REQUEST,
            one.agreement,
            one.partner,
            one.owner,
            one.asked_at,
            one.asked_by,
            asked=one,
        )


def letter_of_vote(store: Store, by: By, agreement: str, place: int) -> bytes:
    """The letter that an owner uploaded with what it said, the oldest being 1; refused when there is none."""
    with entitled(store, by, "consent.letter-shown"):
        if by.role not in READS_VOTES:
            raise NotAllowed(
                "letters of votes are for the owners' representatives and the privacy officer", code="no-duty"
            )
    with act(store, by, "consent.letter-shown") as doing:
        found = kept.letter(doing.connection, agreement, place) if 1 <= place <= MOST_SAID else None
        if found is None:
            raise NotThere("there is no such letter")
        version, owner, sealed = found
        doing.note(agreement=agreement, place=place)
    return store.keys.open(sealed, agreements.letter_place(version, owner))


def write_letter(store: Store, by: By, agreement: str, name: str) -> Printed:
    """Write down that a letter is printed; refused when there is none by that name."""
    every = letters(store, by, agreements_shown.agreement(store, by, agreement))
    found = next((one for one in every if one.name == name), None)
    if found is None:
        raise NotThere("there is no such letter")
    code = new_code()
    with act(store, by, "letter.printed") as doing:
        copy = notices.printed_before(doing.connection, agreement, name, by.agency_id)
        doing.note(code=code, agreement=agreement, letter=name)
        doing.after(
            notices.write_letter,
            code=code,
            agreement=agreement,
            about=name,
            printed_by=by.account,
            printed_at=doing.at,
            copy=copy,
        )
    return Printed(found, code, copy, doing.at)

"""What a partner owes afterwards: what came of each look-up, answers to questions, certificates of destruction.

A look-up owes what the version said under which it was asked. Every look-up counts alike, whatever it found: a count
of those that found somebody would tell a partner who is hidden from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions import agreements_shown
from pars.actions.acting import By, Entered, act
from pars.actions.standing import compiled
from pars.clock import city_day
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.ledger.entry import Kind
from pars.record.roles import Role
from pars.sharing.floor import FLOOR
from pars.sharing.owed import Duty
from pars.sharing.vocabulary import Destruction, Outcome
from pars.store import owing, partners
from pars.store.database import Store
from pars.store.owing import Certificate, Counted

SEES_DUTIES = frozenset({Role.REPRESENTATIVE, Role.PRIVACY_OFFICER, Role.AUDITOR, Role.ANALYST})
SEES_PRIVACY = frozenset({Role.PRIVACY_OFFICER, Role.AUDITOR})
"""Whose page gathers what nobody has answered for yet; an auditor reads it."""


def report(store: Store, by: By, inquiry: UUID, outcome: str) -> UUID:
    """Report once what came of a look-up of one's own agency; the entry."""
    with act(store, by, "outcome.reported") as doing:
        if by.role is not Role.ANALYST:
            raise NotAllowed("outcomes are reported by partners' analysts", code="no-duty")
        if outcome not in tuple(Outcome):
            raise BadInput(f"what came of it is one of: {', '.join(Outcome)}", field="outcome")
        found = partners.own_inquiry(doing.connection, by.agency_id, inquiry)
        if found is None:
            raise NotThere("your agency has no inquiry by that number")
        if found.outcome is not None:
            raise Conflicts("what came of it is reported already", code="reported")
        partners.report_outcome(doing.connection, inquiry, outcome)
        doing.publish(Kind.INQUIRY, agency=by.agency, agreement=found.agreement)
        doing.commits["inquiry"] = str(inquiry)
        doing.answer |= {"id": str(inquiry)}
        doing.note(inquiry=str(inquiry), outcome=outcome)
    return doing.entry()


@dataclass(frozen=True, slots=True)
class Owed:
    """What a partner owes of one kind under one agreement; `within_days` None: each has a day of its own."""

    agreement: str
    partner: str
    duty: Duty
    within_days: int | None
    open: int
    overdue: int
    oldest_on: date | None


def owed(store: Store, by: By) -> Sequence[Owed]:
    """What is owed, by agreement and kind: all for owners, privacy officer and auditor, its own for a partner."""
    if by.role not in SEES_DUTIES:
        raise NotAllowed("your duty has no access to what partners owe", code="no-duty")
    every = agreements_shown.stood(store, by)
    with act(store, by, "duties.shown") as doing:
        counts = counted(doing.connection, [one.id for one in every], city_day(doing.at))
        found = []
        for one in every:
            said = one.standing.made.terms.duties
            within = {Duty.OUTCOME: said.outcome_within_days, Duty.ANSWER: None, Duty.CERTIFICATE: said.retain_days}
            found += [Owed(one.id, one.partner, duty, within[duty], *counts[duty][one.id]) for duty in counts]
        return found


def counted(
    connection: Connection[TupleRow], names: Sequence[str], today: date, *, of_owners: bool = False
) -> Mapping[Duty, Mapping[str, Counted]]:
    """What is open and what is overdue on a day, by kind and agreement; questions of the owners alone, if so."""
    duties = {
        version: compiled(text, FLOOR.sha256).terms.duties
        for version, text in owing.terms_with_look_ups(connection, names)
    }
    outcome = {version: today - timedelta(days=one.outcome_within_days) for version, one in duties.items()}
    retain = {version: today - timedelta(days=one.retain_days) for version, one in duties.items()}
    return {
        Duty.OUTCOME: owing.without_outcome(connection, names, outcome),
        Duty.ANSWER: owing.without_answer(connection, names, today, of_owners=of_owners),
        Duty.CERTIFICATE: owing.without_certificate(connection, names, retain),
    }


def certify(store: Store, by: By, agreement: str, up_to: date, method: str) -> Entered:
    """Certify that what one's agency was given by its look-ups up to a day is destroyed."""
    certificate = uuid4()
    with act(store, by, "destruction.certified") as doing:
        if by.role is not Role.ANALYST:
            raise NotAllowed("destruction is certified by partners' analysts", code="no-duty")
        if not agreements_shown.concerned(doing.connection, by, agreement):
            raise NotThere("your agency has no agreement by that name")
        if method not in tuple(Destruction):
            raise BadInput(f"how it was destroyed is one of: {', '.join(Destruction)}", field="method")
        if up_to >= city_day(doing.at):
            raise BadInput("a certificate is for days that are over: yesterday at the latest", field="up_to")
        if any(one.up_to >= up_to for one in owing.certificates(doing.connection, [agreement])):
            raise Conflicts("a certificate covers that day already", code="certified")
        owing.certify(doing.connection, certificate, agreement=agreement, up_to=up_to, method=method, by=by.account)
        doing.publish(Kind.DUTY, agreement=agreement, up_to=up_to.isoformat(), method=method)
        doing.answer |= {"id": str(certificate)}
        doing.note(certificate=str(certificate))
    return Entered(certificate, doing.entry())


def certificates(store: Store, by: By, agreement: str | None = None) -> Sequence[Certificate]:
    """The certificates that one is concerned with, newest first; of one agreement when it is named."""
    with act(store, by, "certificates.shown") as doing:
        if by.role not in SEES_DUTIES:
            raise NotAllowed("your duty has no access to what partners owe", code="no-duty")
        names = [one.id for one in agreements_shown.concerned(doing.connection, by, agreement)]
        if agreement is not None and not names:
            raise NotThere("there is no agreement by that name")
        found = owing.certificates(doing.connection, names)
        doing.note(certificates=[str(one.id) for one in found])
        return found

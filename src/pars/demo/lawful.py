"""The law in the night: a subpoena that waits for counsel, a paper with its letter, an order to keep away, served."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from pars.actions import disclosure, instruments, victims
from pars.actions.acting import By
from pars.actions.instruments import Content, Given
from pars.actions.person_given import PersonGiven
from pars.actions.victims import KeepAway
from pars.record.roles import Role
from pars.sharing.instrument import Class, Presenter
from pars.store.database import Store

SAYS = "No contact with Complainant 1, in person, by telephone, in writing, or through anybody else."
PAPER = b"%PDF-1.4\n% A made-up paper of a made-up city.\n%%EOF\n"


def asks(store: Store, duty: Mapping[Role, Sequence[By]], person: PersonGiven) -> None:
    """Counsel of a party asks the court about somebody; an office asks the police for somebody's status."""
    if person.birth_date is None or not person.surname or not person.given:
        return
    content = Content(
        presenter="Ambrose Wintercombe, 7 Example Row",
        issued_by="Example County Court",
        reference="CV-2026-0117",
        surname=person.surname,
        given=person.given,
        birth_date=person.birth_date,
    )
    asked = ["name", "birth_date", "charges", "docket_number", "bail"]
    instruments.take_in(store, duty[Role.CLERK][0], Given(Class.SUBPOENA, Presenter.PARTY, asked, content, PAPER))
    office = Content("An office, 1 Nowhere Street", "An office", "N-44", "Nobody", "Whoever", date(1990, 1, 1))
    desk = duty[Role.POLICE_SUPERVISOR][0]
    taken = instruments.take_in(store, desk, Given(Class.STATUS_REQUEST, Presenter.ANYBODY, [], office, PAPER))
    instruments.answer(store, desk, taken.id)


def keep_away(store: Store, duty: Mapping[Role, Sequence[By]], arrest: UUID) -> None:
    """A magistrate orders somebody to keep away from their victim; custody serves it, and the signature is refused."""
    victims.order(store, duty[Role.MAGISTRATE][0], arrest, KeepAway("no-contact", 1, SAYS))
    (kept, *_) = disclosure.open_orders(store, duty[Role.DETENTION_OFFICER][0])
    order = next(one.id for one in kept.orders)
    victims.serve(store, duty[Role.DETENTION_OFFICER][0], kept.line.id, order, language="English", how="refused")

"""Lawful asks of the night that are no agreement: a subpoena that waits for counsel, a paper with its letter."""

from collections.abc import Mapping, Sequence
from datetime import date

from pars.actions import instruments
from pars.actions.acting import By
from pars.actions.booking import PersonGiven
from pars.actions.instruments import Content, Given
from pars.record.roles import Role
from pars.sharing.instrument import Class, Presenter
from pars.store.database import Store

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

"""One emergency of the back story: opened by break-glass, looked at, closed by the third owner, and not judged yet."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from pars.actions import disclosure, openings
from pars.actions.acting import By
from pars.record.roles import Role
from pars.sharing.breakglass import Opened
from pars.store.database import Store

WHY = "The desk had a call that somebody is on the way to the one who was hurt; to warn them."


def broken_glass(store: Store, duty: Mapping[Role, Sequence[By]], arrest: UUID) -> None:
    """A detention officer needs to warn a victim; police and District Attorney agree, the court's clerk closes it."""
    officer = duty[Role.DETENTION_OFFICER][0]
    asked = openings.ask(store, officer, arrest, Opened.PROTECTED, why=WHY)
    openings.agree(store, duty[Role.CUSTODY_SUPERVISOR][0], asked.id)
    openings.agree(store, duty[Role.CHARGING_SUPERVISOR][0], asked.id)
    disclosure.open_protected(store, officer, arrest, why=WHY)
    openings.close(store, duty[Role.CLERK][0], asked.id)

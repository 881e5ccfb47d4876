"""Who asked what: for the owners' representatives, the privacy officer and the auditor, from the ledger itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pars.actions import agreements_shown
from pars.actions.acting import By, act
from pars.actions.inquiries import private_cases
from pars.errors import NotAllowed
from pars.record.roles import Role
from pars.store import questions
from pars.store.database import Store
from pars.store.questions import Behind, Entered

OVERSEES = frozenset({Role.REPRESENTATIVE, Role.PRIVACY_OFFICER, Role.AUDITOR})
MOST = 500


@dataclass(frozen=True, slots=True)
class Question:
    """One inquiry of a partner. Whom it was about and what it found are not told; `refused` is the refusal's code."""

    entry: UUID
    at: datetime
    asked_by: str
    unit: str
    purpose: str
    criteria: Sequence[str]
    fields: Sequence[str]
    refused: str | None
    case_reference: str
    on_behalf_of: str
    outcome: str | None


def asked(store: Store, by: By, agreement: str, day: date | None = None) -> Sequence[Question]:
    """What was asked under an agreement, newest first, refused questions among them; of one day when it is given."""
    with act(store, by, "questions.shown") as doing:
        if by.role not in OVERSEES:
            raise NotAllowed("what partners asked is for those who oversee them", code="no-duty")
        doing.note(agreement=agreement, day=day.isoformat() if day else None)
    agreements_shown.agreement(store, by, agreement)
    with store.transaction("pars_ledger") as connection:
        found = questions.entered(connection, agreement, day, MOST)
    with store.transaction("pars_act") as connection:
        behind = questions.behind(connection, [one.nonce for one in found])
        names = questions.names(connection, {one.account for one in found if one.account})
    cases = private_cases(store, [one.nonce for one in found])
    return [
        _told(one, behind.get(one.nonce), names.get(one.account, "—") if one.account else "—", cases.get(one.nonce, ""))
        for one in found
    ]


def _told(one: Entered, behind: Behind | None, name: str, case: str) -> Question:
    def text(key: str) -> str:
        return str(one.public.get(key, ""))

    def many(key: str) -> Sequence[str]:
        value = one.public.get(key)
        return [str(each) for each in value] if isinstance(value, list) else []

    return Question(
        entry=one.nonce,
        at=one.at,
        asked_by=name,
        unit=text("unit"),
        purpose=text("purpose"),
        criteria=many("criteria"),
        fields=many("fields"),
        refused=text("refused") or None,
        case_reference=case,
        on_behalf_of=behind.on_behalf_of if behind else "",
        outcome=behind.outcome if behind else None,
    )

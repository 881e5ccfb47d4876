"""What an administrator registers of partners: an agency, whom it belongs to, and the form of its own case numbers.

A registered partner can do nothing: it takes an agreement that the three owners sign.
"""

import re
from collections.abc import Sequence
from typing import Final

from pars.actions.acting import Act, By, act, entitled
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.ledger.entry import Kind
from pars.record.identifiers import Ori
from pars.record.roles import Role
from pars.store import accounts, partnering
from pars.store import agreements as kept
from pars.store.database import Store
from pars.store.locks import WHOLE, Lock
from pars.store.partnering import Partner

LONGEST: Final = 120
_PARTS: Final = re.compile(r"(?:[A-Z0-9/ -]|\[[A-Z0-9-]+\](?:\{\d{1,2}(?:,\d{1,2})?\})?\??)+")
"""Letters, digits and sets of them with a count: nothing that could make a match take longer than its length."""
SEES_PARTNERS: Final = frozenset({Role.ADMINISTRATOR, Role.REPRESENTATIVE, Role.PRIVACY_OFFICER, Role.AUDITOR})


def partners(store: Store, by: By) -> Sequence[Partner]:
    """Agencies that are no owner's, by name."""
    with act(store, by, "partners.shown") as doing:
        if by.role not in SEES_PARTNERS:
            raise NotAllowed("your duty has no access to the list of partners", code="no-duty")
        return partnering.partners(doing.connection)


def register(store: Store, by: By, ori: str, name: str, parent_ori: str | None = None, pattern: str = "") -> None:
    """Register a partner agency; `parent_ori` is the agency that it is part of, if it is part of one.

    One at a time, so that no two have one name: agreements find a partner by it.
    """
    with entitled(store, by, "partner.registered"):
        _administrator(by)
    with act(store, by, "partner.registered", alone=[(Lock.AGENCY, WHOLE)]) as doing:
        known = str(Ori.parse(ori))
        called = " ".join(name.split())
        if not called or len(called) > LONGEST:
            raise BadInput("the partner's name is missing or too long", field="name")
        if accounts.agency_by_ori(doing.connection, known) is not None:
            raise Conflicts("an agency with that ORI is registered already", code="taken")
        if accounts.partner_named(doing.connection, called) is not None:
            raise Conflicts("a partner of that name is registered already", code="taken")
        parent = _parent(doing, parent_ori) if parent_ori else None
        new = partnering.register(doing.connection, known, called, parent)
        doing.publish(Kind.AGREEMENT, agency=called)
        doing.answer |= {"id": known}
        if pattern:
            _pattern(doing, new, called, pattern)


def register_pattern(store: Store, by: By, ori: str, pattern: str) -> None:
    """Register the form of a partner's own case numbers, such as `ECS-[0-9]{4}-[0-9]{4,6}`."""
    with act(store, by, "partner.changed") as doing:
        _administrator(by)
        found = next((one for one in partnering.partners(doing.connection) if one.ori == ori), None)
        if found is None:
            raise BadInput("no partner is registered with that ORI", field="ori")
        _pattern(doing, found.id, found.name, pattern)
        doing.answer |= {"id": ori}


def _administrator(by: By) -> None:
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed("a partner is registered by an administrator", code="not-your-step")


def _parent(doing: Act, ori: str) -> int:
    every = {one.ori: one for one in partnering.partners(doing.connection)}
    found = every.get(ori)
    if found is None:
        raise BadInput("no partner is registered with the parent's ORI", field="parent")
    if found.parent is not None:
        raise BadInput(f"that agency is itself part of another; name {found.parent} instead", field="parent")
    return found.id


def _pattern(doing: Act, agency_id: int, name: str, pattern: str) -> None:
    if not pattern or len(pattern) > LONGEST:
        raise BadInput("the form of case numbers is missing or too long", field="pattern")
    if not _is_a_form(pattern):
        raise BadInput(
            "the form is capital letters, digits, and sets with a count, such as ECS-[0-9]{4}-[0-9]{4,6}",
            field="pattern",
        )
    doing.publish(Kind.AGREEMENT, agency=name, pattern=pattern)
    kept.register_pattern(doing.connection, agency_id, pattern)


def _is_a_form(pattern: str) -> bool:
    """Whether a pattern has none but permitted parts, can be compiled, and does not let the empty number through."""
    try:
        return _PARTS.fullmatch(pattern) is not None and re.fullmatch(pattern, "") is None
    except re.error:
        return False

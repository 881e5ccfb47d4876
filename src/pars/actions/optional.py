"""Fields that are off by default: birthplace and Social Security number. Sealed, apart, and never a partner's (N26)."""

import re
from uuid import UUID

from pars.actions.acting import By, act
from pars.actions.booking import MAY_BOOK
from pars.actions.labels import born_abroad
from pars.actions.switches import stand_in
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.switches import OPTIONAL_FIELDS, Name
from pars.store import arrests
from pars.store.database import Store

_SSN = re.compile(r"[0-9]{3}-?[0-9]{2}-?[0-9]{4}")


def write(store: Store, by: By, arrest_id: UUID, name: Name, value: str) -> UUID:
    """Write one down, sealed; the entry. Refused while no owner has switched the field on."""
    with act(store, by, "optional.recorded", arrest_id=arrest_id) as doing:
        if by.role not in MAY_BOOK:
            raise NotAllowed("this is written down at the booking desk", code="not-your-step")
        if name not in OPTIONAL_FIELDS or stand_in(doing.connection)[name].value is not True:
            raise Conflicts("no owner has switched this field on; do not ask for it", code="switched-off")
        text = value.strip()
        if name is Name.SSN and not _SSN.fullmatch(text):
            raise BadInput("a Social Security number has nine digits", field="value")
        if not text or len(text) > 80:  # noqa: PLR2004 - a place's name is shorter
            raise BadInput("this field is empty or too long", field="value")
        arrests.hold(doing.connection, arrest_id)
        row: dict[str, object] = {
            "arrest_id": arrest_id,
            "field": name.value,
            "sealed": store.keys.seal(text.encode(), f"protected.optional:{arrest_id}:{name.value}"),
            "written_by": by.account,
        }
        if not arrests.insert_new(doing.connection, "protected.optional", row):
            raise Conflicts("this field is written down already", code="written")
        doing.note(field=name.value)
        if name is Name.BIRTHPLACE:
            abroad = born_abroad(text)
            doing.note(labels={} if abroad is None else {"birthplace_foreign": abroad})
    return doing.entry()

"""The pretrial interview, sealed into a store of its own (Rule 530). The act can write there and cannot read."""

from uuid import uuid4

import msgspec

from pars.actions.effect import Effect, Situation
from pars.record.interview import Interview
from pars.store import arrests


def _interview(situation: Situation) -> Effect:
    held = situation.form("form", Interview)
    row = uuid4()
    arrests.insert(
        situation.doing.connection,
        "interview.interview",
        {
            "id": row,
            "arrest_id": situation.held.id,
            "sealed": situation.store.keys.seal(msgspec.json.encode(held), f"interview.interview:{row}"),
            "held_by": situation.by.account,
            "held_at": situation.at,
        },
    )
    return Effect()


EFFECTS = {"interview": _interview}

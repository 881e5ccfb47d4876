"""The recovery of the log, for programs: what is missing of each owner's, and its word that it was entered again."""

from typing import Annotated, Any

from fastapi.responses import JSONResponse, Response
from pydantic import Field

from pars.actions import recovery
from pars.actions.recovery import Shown
from pars.web.api import Acting, Given, for_programs
from pars.web.asking import Asking, TheStore

router = for_programs("ledger")


@router.get("/recovery")
def get_recovery(store: TheStore, by: Asking) -> Response:
    """What a restored backup lacked, and whose word partners still wait for; null when nothing is being recovered."""
    shown = recovery.shown(store, by)
    return JSONResponse({"recovery": _shown(shown) if shown else None})


def _shown(one: Shown) -> dict[str, Any]:
    return {
        "id": str(one.recovery.id),
        "from": one.recovery.start,
        "until": one.recovery.until,
        "began_at": one.recovery.began_at.isoformat(),
        "owners": [
            {
                "owner": part.owner.value,
                "acts": part.acts,
                "said_by": part.said_by,
                "said_at": part.said_at.isoformat() if part.said_at else None,
            }
            for part in one.parts
        ],
    }


class ConfirmationBody(Given):
    """What was entered again, and from what; it stands in the entry."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


@router.post("/recovery/confirmations", status_code=201)
def post_confirmation(store: TheStore, by: Acting, body: ConfirmationBody) -> Response:
    """Say for one's owner that its own acts, seals above all, were entered again; the third word opens the door."""
    return JSONResponse({"entry": str(recovery.confirm(store, by, reason=body.reason))}, 201)

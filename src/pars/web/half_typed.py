"""Half-typed forms, kept while somebody types: they survive a lock, a crash and a lost network."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from pars.actions import drafts
from pars.actions.unsent import SENT_AT
from pars.errors import BadInput
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.unsent import HERE

router = APIRouter(include_in_schema=False)
_NOT_KEPT = frozenset({"form_key", "version", SENT_AT, drafts.WINDOW})


@router.post("/half-typed")
def keep(store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Keep what stands in a form; `form_path` is the page's path, which names no person.

    What was typed last is kept. Says so where that took the place of what another window kept meanwhile: neither what
    this one kept before, nor what its page began with.
    """
    window, began = fields.pop("form_window", ""), fields.pop("form_began", "")
    path = fields.pop("form_path", "")
    if not path.startswith("/") or path.startswith(HERE) or len(path) > 200:  # noqa: PLR2004 - an address of ours is shorter
        raise BadInput("a half-typed form belongs to a page")
    plain = {name: value for name, value in fields.items() if value and name not in _NOT_KEPT}
    last = drafts.half_typed(store, by, path).get(drafts.WINDOW, "")
    drafts.save(store, by, path, {**plain, drafts.WINDOW: window} if window else plain)
    elsewhere = last and last != began and last.partition(".")[0] != window.partition(".")[0]
    return JSONResponse({"elsewhere": True}) if elsewhere else Response(status_code=204)

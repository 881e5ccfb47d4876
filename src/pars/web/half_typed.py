"""Half-typed forms, kept while somebody types: they survive a lock, a crash and a lost network."""

from fastapi import APIRouter
from fastapi.responses import Response

from pars.actions import drafts
from pars.actions.unsent import SENT_AT
from pars.errors import BadInput
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.unsent import HERE

router = APIRouter(include_in_schema=False)
_NOT_KEPT = frozenset({"form_key", "once", "version", SENT_AT})


@router.post("/half-typed")
def keep(store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Keep what stands in a form; `form_path` is the page's path, which names no person."""
    path = fields.pop("form_path", "")
    if not path.startswith("/") or path.startswith(HERE) or len(path) > 200:  # noqa: PLR2004 - an address of ours is shorter
        raise BadInput("a half-typed form belongs to a page")
    plain = {name: value for name, value in fields.items() if value and name not in _NOT_KEPT}
    drafts.save(store, by, path, plain)
    return Response(status_code=204)

"""The public log over HTTP (C2SP tlog-tiles), the proof of one entry, and the page that tells of it.

Nobody has to sign in. Whoever does, and watches over the log for its owners, is served the live tree.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from pars.actions import publishing
from pars.actions.acting import By
from pars.actions.publishing import About
from pars.ledger.proof import Inclusion
from pars.web.asking import TheStore, perhaps_signed_in
from pars.web.pages import page

NOT_THERE: dict[int | str, dict[str, Any]] = {
    401: {"description": "the credential is not known"},
    404: {"description": "nothing by that address is published"},
    503: {"description": "the log cannot be read at this moment"},
}
router = APIRouter(tags=["ledger"], responses=NOT_THERE)

FOREVER = "max-age=31536000, immutable"
"""What an address of a tile holds never changes."""
TEXT = "text/plain; charset=utf-8"
BYTES: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}
TOML: dict[int | str, dict[str, Any]] = {200: {"content": {"application/toml": {}}}}
Reader = Annotated[By | None, Depends(perhaps_signed_in)]


@router.get("/ledger", include_in_schema=False)
def ledger_page(request: Request, store: TheStore, by: Reader) -> Response:
    """What the log is, how far it goes, who signed it, and how to verify it oneself."""
    address = str(request.url.replace(query=None)).rstrip("/")
    return page(request, "ledger.html", title="The public ledger", log=publishing.about(store, by), address=address)


@router.get("/api/v1/ledger")
def get_ledger(store: TheStore, by: Reader) -> Response:
    """The same for programs."""
    return JSONResponse(_about(publishing.about(store, by)))


def _about(one: About) -> dict[str, Any]:
    return {
        "log": one.log,
        "key": one.key,
        "size": one.size,
        "live": one.live,
        "complete_up_to": one.complete_up_to.isoformat() if one.complete_up_to else None,
        "delay_days": one.delay_days,
        "signed_by": one.signed_by,
        "witnesses": one.witnesses,
        "checkpoint": one.checkpoint,
    }


@router.get("/ledger/checkpoint", response_class=PlainTextResponse)
def get_checkpoint(store: TheStore, by: Reader) -> Response:
    """The newest signed checkpoint that the reader may have, as a signed note."""
    return Response(publishing.tree(store, by).body, media_type=TEXT)


@router.get("/ledger/tile/{path:path}", response_class=Response, responses=BYTES)
def get_tile(store: TheStore, by: Reader, path: str) -> Response:
    """A tile of hashes, or a bundle of entries (`entries/…`), by its address of C2SP tlog-tiles."""
    part = publishing.tile(store, by, f"tile/{path}")
    whose = "public" if part.public else "private"
    return Response(part.body, media_type="application/octet-stream", headers={"Cache-Control": f"{whose}, {FOREVER}"})


@router.get("/ledger/key", response_class=PlainTextResponse)
def get_key(store: TheStore) -> Response:
    """The key by which the log's own signature is verified."""
    return Response(publishing.key(store), media_type=TEXT)


@router.get("/ledger/witnesses", response_class=PlainTextResponse)
def get_witnesses(store: TheStore) -> Response:
    """The keys of those who cosign, one a line."""
    return Response(publishing.witnesses(store), media_type=TEXT)


@router.get("/ledger/terms/{sha256}.toml", response_class=Response, responses=TOML)
def get_terms(store: TheStore, sha256: str) -> Response:
    """The file of an agreement's terms that entries name by its hash."""
    return _file(publishing.terms(store, sha256))


@router.get("/ledger/floor/{sha256}.toml", response_class=Response, responses=TOML)
def get_floor(store: TheStore, sha256: str) -> Response:
    """The file of a floor that was laid."""
    return _file(publishing.floor(store, sha256))


def _file(body: bytes) -> Response:
    return Response(body, media_type="application/toml", headers={"Cache-Control": f"public, {FOREVER}"})


@router.get("/ledger/inclusion/{entry_hash}")
def get_inclusion(store: TheStore, by: Reader, entry_hash: str) -> Response:
    """The proof that the entry of a receipt is in the log: its index, the hashes beside the way up, the checkpoint."""
    return JSONResponse(_proof(entry_hash, publishing.inclusion(store, by, entry_hash)))


def _proof(entry_hash: str, one: Inclusion) -> dict[str, Any]:
    return {
        "entry_hash": entry_hash,
        "index": one.index,
        "size": one.size,
        "hashes": [each.hex() for each in one.hashes],
        "checkpoint": one.checkpoint.decode(),
    }

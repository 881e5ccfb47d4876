"""Whether the process lives, and whether it can work."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from pars.actions import readiness
from pars.web.asking import TheStore

router = APIRouter(tags=["health"])
PATIENCE_SECONDS = 6.0
"""A database that stands still is as good as away."""


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "something that is needed is away"}})
async def readyz(store: TheStore) -> Response:
    """Database, migrations and placing; 503 with the names of what is not ready."""
    try:
        missing = await asyncio.wait_for(asyncio.to_thread(readiness.not_ready, store), PATIENCE_SECONDS)
    except TimeoutError:
        missing = ["the database does not answer"]
    status = 503 if missing else 200
    return JSONResponse({"status": "not ready" if missing else "ready", "missing": missing}, status)

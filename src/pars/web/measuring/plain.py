"""What an inquiry is compared with: the same framework and the same search, without rules, entry, locks or wall."""

import contextlib
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import Body, FastAPI, Request
from fastapi.responses import Response

from pars.record.person import Name, exact_keys
from pars.store.keys import Keys
from pars.store.measuring.plain import Plain


def plain_app(admin_url: str, keys: Keys) -> FastAPI:
    """An application of one endpoint: it reads the same body, asks in three statements and answers the record."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with Plain(admin_url) as plain:
            app.state.plain = plain
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/readyz")
    async def ready() -> dict[str, bool]:
        return {"ready": True}

    @app.post("/api/v1/inquiries")
    async def inquiries(request: Request, body: Annotated[dict[str, Any], Body()]) -> Response:
        subject = body["subject"]
        name = Name(subject["name"]["surname"], subject["name"]["given"])
        exact = exact_keys(name, date.fromisoformat(subject["birth_date"]))
        key = keys.blind([one for one in exact if one.startswith("x:")])[0]
        plain: Plain = request.app.state.plain
        return Response(msgspec.json.encode({"record": await plain.person(key)}), media_type="application/json")

    return app

"""A small interface over a table, of the kind that is generated from one, and its adapter: it leaks in many ways.

Access is by rows (`shown`) and columns (`SHOWN`), as such interfaces have it: nothing hidden is ever selected. And yet
a filter by a withheld column, an order, a count, an error, an address, a validator and a stream tell it all.
"""

import asyncio
import contextlib
import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import psycopg
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from psycopg import sql
from tests.laws.worlds import Script, World, request, served

SHOWN = ("name", "born")
TABLE = """
  create table person (id integer primary key, name text, born date, ssn text, shown boolean);
  create table asked (times integer)
"""
VISIBLE = ("Visible, Vera", "1990-02-03")
HIDDEN = ("Sealed, Sam", "1991-03-04")


def leaky(url: str) -> FastAPI:  # noqa: C901 - each small endpoint is one leak
    """The interface on a database."""
    app = FastAPI(openapi_url=None, docs_url=None)

    def rows(query: sql.SQL | sql.Composed, values: list[object] | None = None) -> list[tuple[object, ...]]:
        with psycopg.connect(url) as connection:
            return list(connection.execute(query, values or []))

    @app.get("/people")
    def people(given: Request) -> Response:
        words = dict(given.query_params)
        first = next(iter(given.query_params.multi_items()), ("", ""))
        if first[0] == "check" and first[1] not in SHOWN:  # the first of two is checked, the last is used
            return Response(status_code=403)
        order = sql.SQL(" order by {}").format(sql.Identifier(words.pop("order", "name")))
        chosen = words.pop("select", ",".join(SHOWN)).split(",")
        columns = sql.SQL(", ").join(sql.Identifier(one.partition(":")[2] or one) for one in chosen)
        exact = words.pop("count", "")
        tested = words.pop("check", "name")
        where = sql.SQL(" and {}::text like %s")
        wanted = [(tested if name == "value" else name, value) for name, value in words.items()]
        parts = sql.SQL("").join(where.format(sql.Identifier(name)) for name, _ in wanted)
        allowed = {one.partition(":")[0] for one in chosen} <= {*SHOWN, "x"}  # an alias is not looked behind
        query = sql.SQL("select {} from person where shown and true").format(columns) + parts + order
        try:
            found = rows(query, [value for _, value in wanted]) if allowed else []
        except psycopg.Error as fault:
            return JSONResponse({"error": str(fault)}, 400)
        every = rows(sql.SQL("select * from person order by id"))
        tag = hashlib.sha256(repr(every).encode()).hexdigest()[:16]
        headers = {"ETag": f'"{tag}"'} if given.headers.get("if-none-match") else {}
        if exact:
            headers["Content-Range"] = f"0-{len(found)}/{len(every)}"
        return JSONResponse([list(map(str, row)) for row in found], headers=headers)

    @app.get("/years")
    def years() -> Response:
        try:
            rows(sql.SQL("select ssn::integer from person"))
        except psycopg.Error as fault:
            return JSONResponse({"error": fault.diag.message_primary}, 400)
        return JSONResponse([])

    @app.get("/people/{number}")
    def one(number: int) -> Response:
        found = rows(sql.SQL("select shown, name from person where id = %s"), [number])
        if not found:
            return Response(status_code=404)
        return JSONResponse(found[0][1]) if found[0][0] else Response(status_code=403)

    @app.post("/people")
    def insert(name: str) -> Response:
        taken = rows(sql.SQL("select 1 from person where name = %s"), [name])
        return Response(status_code=409 if taken else 201)

    @app.get("/found")
    def found_by_name(name: str) -> Response:
        """Ask for one person; only questions that find somebody are charged."""
        with psycopg.connect(url) as connection:
            hit = connection.execute("select shown from person where name = %s", (name,)).fetchone()
            connection.execute("insert into asked select 1 where %s", (hit is not None,))
            left = connection.execute("select 10 - count(*) from asked").fetchone()
        return JSONResponse({"found": bool(hit and hit[0])}, headers={"X-Left": str(left[0] if left else 0)})

    @app.get("/changes")
    async def changes() -> StreamingResponse:
        async def told() -> AsyncIterator[bytes]:
            before: list[tuple[object, ...]] = []
            while True:
                now = await asyncio.to_thread(rows, sql.SQL("select count(*) from person"))
                yield b"changed\n" if before and now != before else b""
                before = now
                await asyncio.sleep(0.05)

        return StreamingResponse(told(), media_type="text/event-stream")

    return app


@contextlib.contextmanager
def leaky_world(url: str, *, hidden: bool, ssn: str) -> Iterator[World]:
    """A world of it: one visible person with that number, and somebody hidden if so wished."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
        connection.execute("insert into person values (1, %s, %s, %s, true)", (*VISIBLE, ssn))
        connection.execute("insert into person values (2, 'Other, Olga', '1985-01-01', '500', true)")
        if hidden:
            connection.execute("insert into person values (3, %s, %s, '9x9', false)", HIDDEN)

    def happens() -> None:
        if hidden:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("insert into person values (4, 'Late, Lou', '1970-01-01', '1', false)")

    with served(leaky(url)) as port:
        yield World(port, happens)


@dataclass(frozen=True)
class Leaky:
    """The adapter."""

    @property
    def without(self) -> Mapping[str, str]:
        """Attacks for which this interface has nothing."""
        nothing = "it has no such thing"
        return dict.fromkeys(
            ("replay", "range", "negotiation", "override", "own log", "outcome", "extra key"), nothing
        ) | {"duplicate key": "it takes no body"}

    def blank(self, answer: bytes) -> bytes:
        """Only the date differs rightly."""
        return re.sub(rb"(?im)^date: [^\r\n]{29}", b"date: " + b"x" * 29, answer)

    @cached_property
    def scripts(self) -> Mapping[str, Script]:
        """One request for each attack."""
        targets = {
            "ask: somebody who is shown": "/people?name=Visible%25",
            "filter: by a withheld column": "/people?ssn=1%25",
            "withheld search: a number in full": "/people?ssn=111",
            "wildcard: in a withheld column": "/people?ssn=%25",
            "sort: by a withheld column": "/people?order=ssn",
            "alias: of a withheld column": "/people?select=x:ssn",
            "error text: of a cast": "/years",
            "duplicate parameter: checked once": "/people?check=name&check=ssn&value=1%25",
            "count: of all rows": "/people?count=exact",
            "gap: a number that is not shown": "/people/3",
        }
        found: dict[str, Script] = {name: self._get(target) for name, target in targets.items()}
        found["conditional: a validator over all rows"] = self._get("/people", If_None_Match='"x"')
        found["quota: what somebody hidden costs"] = self._get("/found?name=Sealed,%20Sam")
        found["conflict: a name that is taken"] = self._sends(request("POST", "/people?name=Sealed,%20Sam"))
        found["event: of a hidden record"] = self._changes
        return found

    def _get(self, target: str, **headers: str) -> Script:
        return self._sends(request("GET", target, {name.replace("_", "-"): value for name, value in headers.items()}))

    def _sends(self, raw: bytes) -> Script:
        def script(world: World) -> Iterator[bytes]:
            yield world.send(raw)

        return script

    def _changes(self, world: World) -> Iterator[bytes]:
        yield world.stream(request("GET", "/changes"))

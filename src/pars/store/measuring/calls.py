"""The calls that the door sends, overheard while it sends them, so that pgbench can send the very same ones.

Nothing is written down by hand: when the door asks otherwise tomorrow, the bench sends what it asks tomorrow.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.adapt import PyFormat, Transformer
from psycopg.rows import TupleRow

from pars.store.database import Store

_PLACE = re.compile(r"%(?:\((\w+)\))?s")
NONCE = "lpad(to_hex(:n::bigint), 32, '0')::uuid"
"""An entry's name, which has to be another one each time: made from the number that pgbench draws."""
DRAWN = "\\set n random(1, 9223372036854775807)\n"


@dataclass(frozen=True, slots=True)
class Call:
    """One statement as it was sent, with its values as text and their types."""

    text: str
    values: Sequence[object]
    sent: Sequence[tuple[str | None, str]]


@dataclass(slots=True)
class Transaction:
    """What was sent through one door between begin and commit; `flat` is false for a statement by itself."""

    door: str
    flat: bool = True
    calls: list[Call] = field(default_factory=list)


class Overheard(Store):
    """A store that keeps what it sends, in order."""

    heard: list[Transaction]

    @contextlib.contextmanager
    def _connected(self, door: str) -> Iterator[Connection[TupleRow]]:
        told = Transaction(door)

        class Ear(Cursor[TupleRow]):
            def execute(self, query, params=None, **how):  # type: ignore[no-untyped-def] # noqa: ANN001,ANN003,ANN202
                told.flat = not self.connection.autocommit
                told.calls.append(_call(self.connection, query, params))
                return super().execute(query, params, **how)

        with super()._connected(door) as connection:
            connection.cursor_factory = Ear
            yield connection
        self.heard = [*getattr(self, "heard", []), told]


def _call(connection: Connection[TupleRow], query: object, params: object) -> Call:
    text = query.decode() if isinstance(query, bytes) else str(query)
    names = _PLACE.findall(text)
    if isinstance(params, Mapping):
        values: list[object] = [params[name] for name in names]
    else:
        values = list(params) if isinstance(params, Sequence) else []
    transformer = Transformer.from_context(connection)
    dumped = transformer.dump_sequence(values, [PyFormat.TEXT] * len(values))
    types = transformer.types or ()
    sent = [
        (None if value is None else bytes(value).decode(), _type(connection, oid))
        for value, oid in zip(dumped, types, strict=True)
    ]
    return Call(_PLACE.sub("%s", text), values, sent)


def _type(connection: Connection[TupleRow], oid: int) -> str:
    info = connection.adapters.types.get(oid)
    if info is None:
        return ""
    return f"::{info.name}{'[]' if oid == info.array_oid else ''}"


@dataclass(slots=True)
class Script:
    """A script for pgbench and the variables that it names; values are bound, as the door binds them."""

    text: str = DRAWN
    variables: dict[str, str] = field(default_factory=dict)


def script(transactions: Sequence[Transaction]) -> Script:
    """What was overheard, as a script."""
    entered = [call for each in transactions for call in each.calls if "insert into ledger.entry" in call.text]
    nonce = entered[0].values[0] if entered else None
    made = Script()
    for each in transactions:
        lines = [_line(call, made, nonce) for call in each.calls]
        if (
            each.door == "pars_partner"
        ):  # pgbench has one connection a client: it changes its role where a setting is set
            lines[0] = lines[0].replace("select ", "select set_config('role', 'pars_partner', true), ", 1)
        made.text += "\n".join(["begin;", *lines, "commit;"] if each.flat else lines) + "\n"
    return made


def _line(call: Call, made: Script, nonce: object) -> str:
    head, *rest = call.text.strip().split("%s")
    told = [head]
    for value, (sent, kind), after in zip(call.values, call.sent, rest, strict=True):
        if nonce is not None and isinstance(value, UUID | str) and str(value) == str(nonce):
            told.append(NONCE if isinstance(value, UUID) else f"({NONCE})::text")
        elif not sent:  # pgbench takes no empty variable
            told.append(("null" if sent is None else "''") + kind)
        else:
            name = f"v{len(made.variables)}"
            made.variables[name] = sent
            told.append(f":{name}{kind}")
            if isinstance(value, bytes) and "ledger.entry" in call.text:
                told.append(" || decode(lpad(to_hex(:n::bigint), 16, '0'), 'hex')")  # no two leaves are alike
        told.append(after)
    return re.sub(r"\s+", " ", "".join(told)) + ";"

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
_ENTRY = 9
"""Of what `sharing.ask` is given, the entry's name is the first that is a name from here on."""
_ANOTHER_LEAF = (
    "convert_to(regexp_replace(convert_from(:{}::bytea, 'UTF8'), '\"nonce\":\"[0-9a-f]+', "
    "'\"nonce\":\"' || lpad(to_hex(:n::bigint), 32, '0')), 'UTF8')"
)
"""No two leaves are alike."""
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
    def _connected(self, door: str, *, glances: bool = False) -> Iterator[Connection[TupleRow]]:
        told = Transaction(door, flat=not glances)

        class Ear(Cursor[TupleRow]):
            def execute(self, query, params=None, **how):  # type: ignore[no-untyped-def] # noqa: ANN001,ANN003,ANN202
                told.calls.append(_call(self.connection, query, params))
                return super().execute(query, params, **how)

        with super()._connected(door, glances=glances) as connection:
            connection.cursor_factory = Ear
            try:
                yield connection
            finally:
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


def _is_leaf(value: object) -> bool:
    return isinstance(value, bytes) and value.startswith(b'{"')


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
    asked = [call for each in transactions for call in each.calls if "sharing.ask(" in call.text]
    nonce = next((value for value in asked[0].values[_ENTRY:] if isinstance(value, UUID)), None) if asked else None
    made = Script()
    for each in transactions:
        lines = [_line(call, made, nonce) for call in each.calls]
        if each.flat:
            lines = ["begin;", *lines, "commit;"]
        if each.door == "pars_partner":  # pgbench has one connection a client, and so two messages more than the door
            lines = ["set role pars_partner;", *lines, "set role pars_act;"]
        made.text += "\n".join(lines) + "\n"
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
            told.append(_ANOTHER_LEAF.format(name) if _is_leaf(value) else f":{name}{kind}")
        told.append(after)
    return re.sub(r"\s+", " ", "".join(told)) + ";"

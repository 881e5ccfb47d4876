"""Nothing that two people may write at once ends in a fault: each insert expects what every unique index may refuse.

An insert names the index by which it gives way (`on conflict`), or no two at once reach it, and it says here why.
Functions of the database that insert are read by eye: they write under a number that was drawn for them.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import psycopg

import pars
from pars.store.papers import Shelf

SOURCE: Final = Path(pars.__file__).parent
INSERT: Final = re.compile(r"insert into (\w+\.\w+)(?:(?!insert into).)*", re.DOTALL)
GIVES_WAY: Final = re.compile(r"on conflict(?: \((?P<by>[^)]*)\))?")

DRAWN: Final = "drawn by chance, among so many that it comes once"
HELD: Final = "whoever writes holds the arrest"
OPENED: Final = "whoever signs or judges holds the opening"
PLACED: Final = "one process at a time gives places"
FLOOR: Final = "whoever lays a floor has its lock alone"
ALONE: Final[Mapping[str, str]] = {
    "care.paper (code)": DRAWN,
    "care.watch (arrest_id)": "whoever writes holds the arrest, or the child's",
    "house.agency (ori)": "whoever registers a partner has the lock of the agencies' list alone",
    "house.session (token_hash)": DRAWN,
    "house.sheet (number)": DRAWN,
    "ledger.entry (sha256(leaf))": DRAWN,
    "ledger.look (instrument_id)": "an instrument is answered once, which gives way, before its look",
    "ledger.place (hash)": PLACED,
    "ledger.place (index)": PLACED,
    "ledger.recovery ((true))": "one process at a time has the folder of the log",
    "ledger.trace (mark, nonce)": "an entry's marks are a set, sealed anew by whoever has locked its private part",
    'live.event ("position")': "given later, by one process at a time",
    "protected.child_paper (code)": DRAWN,
    "record.arraignment (arrest_id)": HELD,
    "record.arrest (otn)": "nobody is booked with one; who comes back from the children is refused in words",
    "record.assignment (arrest_id, account_id)": HELD,
    "record.charge (arrest_id, sequence)": HELD,
    "record.complaint (arrest_id, version)": HELD,
    "record.fugitive_term (arrest_id, extension)": HELD,
    "record.listing (arrest_id)": HELD,
    "record.paper (code)": DRAWN,
    "record.person (pid)": "a person without prints has none",
    "sharing.delivery (message)": DRAWN,
    "sharing.floor (hash)": FLOOR,
    "sharing.floor (version)": FLOOR,
    "sharing.instrument_answer (code)": DRAWN,
    "sharing.instrument_shown (instrument_id, arrest_id)": "an instrument is answered once, which gives way, before it",
    "sharing.letter (code)": DRAWN,
    "sharing.opening_review (opening_id)": OPENED,
    "sharing.opening_signature (opening_id, account_id)": OPENED,
    "sharing.opening_signature (opening_id, owner)": OPENED,
    "sharing.owner_key (owner)": "offered, a key is not at work yet; whoever confirms it has its owner's lock alone",
    "sharing.term (agreement_id)": "whoever begins a term has the agreement's lock alone",
}
"""Unique indexes that an insert does not expect, and why no two at once write what they refuse."""


def _texts(tree: ast.AST) -> Iterator[str]:
    """Every text of a module; of one with values in it what is written around them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        else:
            yield from _texts(node)


def _inserts() -> Iterator[tuple[str, str | None]]:
    """Each table that is inserted into, and the columns by which the insert gives way: all of them, or none."""
    for file in sorted([*SOURCE.glob("store/*.py"), *SOURCE.glob("actions/*.py")]):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for text in _texts(tree):
            for found in INSERT.finditer(text):
                way = GIVES_WAY.search(found[0])
                yield found[1], None if way is None else way["by"] or "all"
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"insert", "arrests.insert"}:
                table = node.args[1]
                names = [str(table.value)] if isinstance(table, ast.Constant) else [one.value for one in Shelf]
                yield from ((name, None) for name in names)


def _indexes(admin_url: str) -> Mapping[str, set[str]]:
    """The unique indexes of every table by their columns, but of a number that the database or chance gives."""
    found: dict[str, set[str]] = {}
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            """
            select i.indrelid::regclass::text,
              string_agg(pg_get_indexdef(i.indexrelid, k.n, true), ', ' order by k.n)
            from pg_index i
            cross join lateral generate_series(1, i.indnkeyatts) k (n)
            where i.indisunique
              and i.indrelid::regclass::text !~ '^(pg_|information_schema)'
              and not exists (
                select 1 from pg_attribute a
                where i.indnkeyatts = 1 and a.attrelid = i.indrelid and a.attnum = i.indkey[0]
                  and (a.attidentity <> '' or (a.atttypid = 'uuid'::regtype and a.attname in ('id', 'nonce'))))
            group by i.indexrelid, i.indrelid
            """
        )
        for table, columns in rows:
            found.setdefault(table, set()).add(columns)
    return found


def test_every_insert_expects_whatever_a_unique_index_may_refuse(admin_url: str) -> None:
    indexes = _indexes(admin_url)

    met = {
        f"{table} ({columns})"
        for table, way in _inserts()
        if way != "all"
        for columns in indexes.get(table, ())
        if columns != way
    }

    assert met == set(ALONE)

"""Nothing is told in public that a verifier does not know: what acts publish, what is read back, and the page agree."""

import ast
import re
from pathlib import Path

from pars.ledger.entry import Kind
from pars.ledger.laws import LAWS
from pars.ledger.public import KINDS, OfRecord

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs/ledger-format.md"
EVERY = {"v", "owner", "day", "nonce", "commit"}
BY_ITSELF = {"verb", "refused"}
"""Told by `Entry.public` and by a refusal, whatever the act says."""


def told() -> dict[str, set[str]]:
    """The names that acts publish, by kind, read off the calls."""
    found: dict[str, set[str]] = {kind.value: set() for kind in Kind}
    for file in (PROJECT / "src/pars").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "publish":
                kind = node.args[0] if node.args else None
                if isinstance(kind, ast.Attribute) and kind.attr in Kind.__members__:
                    found[Kind[kind.attr].value] |= {word.arg for word in node.keywords if word.arg}
    return found


def test_every_name_that_an_act_publishes_is_known_to_whoever_reads_it_back() -> None:
    known = {kind.__struct_config__.tag: set(kind.__struct_fields__) - EVERY for kind in KINDS}

    assert set(known) == set(Kind)
    assert {kind: names - known[kind] for kind, names in told().items() if names - known[kind]} == {}
    assert known["record"] == set()


def test_no_name_is_read_back_that_nobody_publishes() -> None:
    published = told()
    shared = set().union(*published.values()) | BY_ITSELF

    for kind in KINDS:
        if kind is not OfRecord:
            assert set(kind.__struct_fields__) - EVERY - shared == set()


def test_the_page_names_every_member_and_every_law() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_-]+)`", page))

    for kind in KINDS:
        assert {kind.__struct_config__.tag, *kind.__struct_fields__} <= named | {kind.__struct_config__.tag}
    assert set(LAWS) <= named

"""Only the store sends a statement to the database: whoever reads the store has read every statement that there is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pars

SOURCE = Path(pars.__file__).parent
SENDS = frozenset({"execute", "executemany", "executescript", "copy_expert"})
"""What a connection or a cursor sends a statement by."""


def statements(text: str) -> Iterator[int]:
    """The lines of a module that send one."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in SENDS:
            yield node.lineno


OUTSIDE = sorted(
    path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).parts[0] not in {"store", "__pycache__"}
)


def test_no_module_outside_the_store_sends_a_statement() -> None:
    found = [f"{path.relative_to(SOURCE)}:{line}" for path in OUTSIDE for line in statements(path.read_text("utf-8"))]

    assert len(OUTSIDE) > 100
    assert found == []


@pytest.mark.parametrize("sends", ["connection.execute('select 1')", "with_it(connection.cursor().executemany)"])
def test_one_that_did_would_be_found(sends: str) -> None:
    assert list(statements(f"one = 1\n{sends}\n")) == [2]

"""Every sentence by which something is refused, read from the source: whole, or with numbered places for its values."""

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

from pars.errors import ParsError

SOURCE: Final = Path(__file__).parents[2] / "src" / "pars"
RAISED: Final = frozenset({*(kind.__name__ for kind in ParsError.__subclasses__()), "ParsError", "Refused", "_search"})
"""What refusals are made by, by the name that is called."""
APART: Final = (
    "actions/installing.py",
    "actions/loading.py",
    "actions/mending.py",
    "actions/publishing.py",
    "commands",
    "demo",
    "ledger",
    "record/nibrs.py",
    "settings.py",
    "store/embedded.py",
    "store/installation.py",
    "store/migrate.py",
    "store/measuring",
    "store/witnessed.py",
    "watch",
    "web/api",
    "web/fetching.py",
    "web/measuring",
    "web/outgoing.py",
    "web/serving.py",
    "web/signing.py",
    "web/witness",
)
"""Where what is refused reaches no page: commands, programs of others, files of a log."""


def sentences() -> Mapping[str, str]:
    """Each sentence that may stand on a page, with the file that says it."""
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        path = str(file.relative_to(SOURCE))
        if not path.startswith(APART):
            found.update(dict.fromkeys(of(file), path))
    return found


def of(file: Path) -> Iterator[str]:
    """The sentences of one file. What is neither a text nor a name of one is said elsewhere."""
    module = import_module(".".join(("pars", *file.relative_to(SOURCE).with_suffix("").parts)))
    tree = ast.parse(file.read_text(encoding="utf-8"))
    returned = {
        function.name: [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
    }
    for node in ast.walk(tree):
        for said in _said(node):
            made = (
                returned.get(said.func.id, []) if isinstance(said, ast.Call) and isinstance(said.func, ast.Name) else []
            )
            for one in made or [said]:
                yield from _written(one, module)


def _said(node: ast.AST) -> Iterator[ast.expr]:
    """What stands where a sentence does: in a refusal, among the reasons of one, as that of a kind of number."""
    if isinstance(node, ast.Call) and node.args:
        raised = isinstance(node.func, ast.Name) and node.func.id in RAISED
        if raised or ast.unparse(node.func) == "reasons.append":
            yield node.args[0]
    elif isinstance(node, ast.Assign) and [ast.unparse(one) for one in node.targets] == ["refusal"]:
        yield from (one for one in [node.value] if isinstance(one, ast.Constant))


def _written(node: ast.expr, module: ModuleType) -> Iterator[str]:
    """What an expression writes: its text, or both texts of a choice."""
    if isinstance(node, ast.IfExp):
        yield from _written(node.body, module)
        yield from _written(node.orelse, module)
        return
    parts = list(_parts(node, module))
    if any(part is not None and part.strip() for part in parts):
        places = iter(range(1, len(parts) + 1))
        yield "".join(part if part is not None else f"{{{next(places)}}}" for part in parts)


def _parts(node: ast.expr, module: ModuleType) -> Iterator[str | None]:
    """The parts of a sentence in their order; None for each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for one in node.values:
            yield from _parts(one.value if isinstance(one, ast.FormattedValue) else one, module)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _parts(node.left, module)
        yield from _parts(node.right, module)
    elif isinstance(node, ast.Name) and isinstance(getattr(module, node.id, None), str):
        yield str(getattr(module, node.id))
    else:
        yield None

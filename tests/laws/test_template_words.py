"""What a page is given, its templates read: a name that no template of it says was left behind by a change."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pars

WEB = Path(pars.__file__).parent / "web"
TEMPLATES = WEB / "templates"
_OTHER = re.compile(r"""{%-?\s*(?:extends|include|from|import)\s+["']([^"']+)["']""")


def whole(name: str) -> str:
    """The text of a template with all that it extends, includes or imports; of a name that is put together, each."""
    waiting, seen = [name], dict[str, str]()
    while waiting:
        for path in TEMPLATES.glob(f"{waiting.pop()}*"):
            if path.name not in seen:
                seen[path.name] = path.read_text(encoding="utf-8")
                waiting += _OTHER.findall(seen[path.name])
    return "\n".join(seen.values())


def given() -> Iterator[tuple[str, str, str]]:
    """Every name that a call of `page` gives a template: module, template, name."""
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "page"):
                continue
            named = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            for template in named:
                yield from ((path.name, template, word.arg) for word in node.keywords if word.arg)


def test_no_page_is_given_what_its_templates_do_not_read() -> None:
    every = list(given())
    unread = [one for one in every if re.search(rf"\b{one[2]}\b", whole(one[1])) is None]

    assert len(every) > 200
    assert unread == []

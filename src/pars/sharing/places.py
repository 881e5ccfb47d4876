"""Where in a file of terms something stands: the parser of TOML says what it read and not where."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
    | (?P<text>
        \"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}
        | '{3}(?:[^']|'{1,2}(?!'))*'{3,5}
        | "(?:[^"\\]|\\.)*"
        | '[^']*'
      )
    | (?P<bare>[A-Za-z0-9_-]+)
    | (?P<sign>[\[\]{}=,\n])
    """,
    re.VERBOSE | re.DOTALL,
)
DEEPEST: Final = 8
"""No clause of an agreement lies deeper; what does is placed where its outer part stands."""
LONGEST: Final = 100
"""So much of a key tells it from others."""


class Places:
    """The line of every key, table and text of a file that TOML's own parser has read.

    A path is said as `purpose[1].rows.status`; a set in a list of sets as `purpose[1].search_by[0]`.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, str | None], int] = {}
        for stands in _Walk().over(text):
            self._lines.setdefault((stands.path, stands.word), stands.line)

    def line(self, path: str, word: str | None = None) -> int:
        """The line of a path, or of a text said there; of the nearest thing above it, or 1, when it stands nowhere."""
        if word is not None and (path, word) in self._lines:
            return self._lines[path, word]
        while path:
            if (path, None) in self._lines:
                return self._lines[path, None]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return 1


def step(path: str, key: str) -> str:
    """The path of a key below a path."""
    shown = key[:LONGEST]
    return f"{path}.{shown}" if path else shown


class _Stands(NamedTuple):
    path: str
    word: str | None
    line: int


@dataclass(slots=True)
class _Open:
    """A bracket that is not closed yet, of a list or of a table in one line: where it stands, and what lies in it."""

    around: str
    inside: str
    is_list: bool
    items: int = 0


class _Walk:
    """One reading of a file's tokens, in order. Comments are passed over; so is what looks like a key inside a text."""

    def __init__(self) -> None:
        self._table = ""
        self._tables: dict[str, int] = {}
        self._begin()

    def _begin(self) -> None:
        """A new line outside of every bracket: a key or a header comes next."""
        self._keys: list[str] = []
        self._header = 0
        self._path: str | None = None
        self._open: list[_Open] = []

    def over(self, text: str) -> Iterator[_Stands]:
        """Every key, header and text, with its path and line."""
        line, counted = 1, 0
        for token in _TOKEN.finditer(text):
            line, counted = line + text.count("\n", counted, token.start()), token.start()
            if token["text"] is not None or token["bare"] is not None:
                yield from self._word(token, line)
            elif token["sign"] is not None:
                yield from self._sign(token["sign"], line)

    def _word(self, token: re.Match[str], line: int) -> Iterator[_Stands]:
        if self._path is None:
            self._keys.append(token["bare"] or _said(token["text"]))
        elif token["text"] is not None:
            yield _Stands(self._path, _said(token["text"]), line)

    def _sign(self, sign: str, line: int) -> Iterator[_Stands]:
        if sign == "\n":
            if not self._open:
                self._begin()
        elif sign == "=":
            yield from self._named(line)
        elif sign in "[{" and self._path is not None:
            yield from self._opened(self._path, line, is_list=sign == "[")
        elif sign == "[":
            self._header += 1
        elif sign == "]" and self._header:
            yield from self._headed(line)
        elif sign in "]}" and self._open:
            self._path = self._open.pop().around
        elif sign == "," and self._open and not self._open[-1].is_list:
            self._path, self._keys = None, []

    def _named(self, line: int) -> Iterator[_Stands]:
        """The keys before an equals sign: each names a table, the last one what comes after it."""
        path = self._open[-1].inside if self._open else self._table
        for key in self._keys[:DEEPEST]:
            path = step(path, key)
            yield _Stands(path, None, line)
        self._path, self._keys = path, []

    def _opened(self, path: str, line: int, *, is_list: bool) -> Iterator[_Stands]:
        """A list or a table in a value; within a list it has a number."""
        outer = self._open[-1] if self._open else None
        inside = path
        if outer is not None and outer.is_list and len(self._open) < DEEPEST:
            inside = f"{path}[{outer.items}]"
            outer.items += 1
            yield _Stands(inside, None, line)
        self._open.append(_Open(path, inside, is_list))
        self._path, self._keys = inside if is_list else None, []

    def _headed(self, line: int) -> Iterator[_Stands]:
        """A header's end: its table is where the keys below it stand."""
        if not self._keys:
            return
        path = ""
        for place, key in enumerate(self._keys[:DEEPEST]):
            path = step(path, key)
            yield _Stands(path, None, line)
            if self._header > 1 and place == len(self._keys) - 1:
                self._tables[path] = self._tables.get(path, -1) + 1
            if path in self._tables:
                path = f"{path}[{self._tables[path]}]"
                yield _Stands(path, None, line)
        self._table, self._keys = path, []


def _said(written: str) -> str:
    """A text as it is meant: without its quotes, and with what its escapes stand for."""
    if "\\" not in written and written[:3] not in {'"""', "'''"}:
        return written[1:-1]
    return str(tomllib.loads(f"x = {written}")["x"])

"""Where in a file of terms something stands: the parser of TOML says what it read and not where."""

import re
from typing import Final

_HEADER: Final = re.compile(r"^\s*\[\[?\s*([\w.\-]+)\s*\]\]?\s*(?:#.*)?$")


def line_of(text: str, path: str, word: str | None = None) -> int:
    """The line of a path such as `purpose[1].rows.status`, or of a word said there; 1 when it stands nowhere.

    A path that is not in the file leads to the nearest thing above it that is.
    """
    lines = text.split("\n")  # as TOML ends a line: other separators may stand inside a text or a comment
    first, last = _table(lines, path)
    keys = path.partition(".")[2].split(".") if "." in path else []
    at = first
    for key in keys:
        found = _key(lines, key, at, last)
        if found is None:
            break
        at = found
    if word is not None:
        shown = (f'"{word}"', f"'{word}'")
        after = (place for place in range(at, last) if any(quoted in lines[place] for quoted in shown))
        at = next(after, at)
    return min(at, max(len(lines) - 1, 0)) + 1


def _table(lines: list[str], path: str) -> tuple[int, int]:
    """First line of the path's table and the line after its last; the whole file when there is no such header."""
    head, _, rest = path.partition(".")[0].partition("[")
    wanted = int(rest.rstrip("]")) if rest else 0
    headers = [(place, match[1]) for place, line in enumerate(lines) if (match := _HEADER.match(line))]
    starts = [place for place, name in headers if name == head]
    if wanted >= len(starts):
        return 0, len(lines)
    start = starts[wanted]
    inside = (head, f"{head}.")
    end = next(
        (place for place, name in headers if place > start and (name == head or not name.startswith(inside))),
        len(lines),
    )
    return start, end


def _key(lines: list[str], key: str, first: int, last: int) -> int | None:
    """The line from `first` on in which a key is given a value, or a table is named by it."""
    quoted = re.escape(key)
    shape = re.compile(rf"""(^|[\s{{,.])["']?{quoted}["']?\s*=|^\s*\[+.*\b{quoted}\s*\]""")
    return next((place for place in range(first, last) if shape.search(lines[place])), None)

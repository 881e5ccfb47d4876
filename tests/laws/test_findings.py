"""docs/practice.md: each number that is named has its line, and each finding says what works, by which test."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"\b[NV]\d{1,2}\b")
PAGE = (ROOT / "docs/practice.md").read_text(encoding="utf-8")
LINE = re.compile(r"^- \*\*([NV]\d+)\*\* (.+?)(?=^- \*\*|^## |\Z)", re.MULTILINE | re.DOTALL)
FINDINGS = {number: text for number, text in LINE.findall(PAGE) if number.startswith("N")}
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_every_number_that_is_named_has_its_line() -> None:
    listed = {number for number, _ in LINE.findall(PAGE)}
    files = [path for kind in ("py", "sql", "typ", "html") for path in (ROOT / "src").rglob(f"*.{kind}")]
    files += [path for path in (ROOT / "docs").rglob("*.md") if path.name != "practice.md"]

    unknown = {
        f"{path.relative_to(ROOT)}: {number}"
        for path in files
        for number in NAMED.findall(path.read_text(encoding="utf-8"))
        if number not in listed
    }

    assert unknown == set()


def test_every_finding_says_what_works_by_which_test_or_what_is_open() -> None:
    assert sorted(FINDINGS, key=lambda number: int(number[1:])) == [f"N{number}" for number in range(1, 31)]
    works = {
        number: re.findall(r"\*Works:\*(.+?)(?=\*Open:\*|\Z)", text, re.DOTALL) for number, text in FINDINGS.items()
    }

    silent = {number for number, text in FINDINGS.items() if not works[number] and "*Open:*" not in text}
    untested = {number for number, said in works.items() if said and not re.search(r"`test_\w+`", said[0])}
    no_such_test = {name for text in FINDINGS.values() for name in re.findall(r"`(test_\w+)`", text)} - TESTS

    assert silent == set()
    assert untested == set()
    assert no_such_test == set()

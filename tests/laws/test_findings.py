"""A number of a finding or a fact, wherever it is named, has its line in docs/findings.md."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"\b[NV]\d{1,2}\b")


def test_every_number_that_is_named_has_its_line() -> None:
    listed = set(
        re.findall(r"^- \*\*([NV]\d+)\*\*", (ROOT / "docs/findings.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    files = [path for kind in ("py", "sql", "typ", "html") for path in (ROOT / "src").rglob(f"*.{kind}")]
    files += [path for path in (ROOT / "docs").rglob("*.md") if path.name != "findings.md"]

    unknown = {
        f"{path.relative_to(ROOT)}: {number}"
        for path in files
        for number in NAMED.findall(path.read_text(encoding="utf-8"))
        if number not in listed
    }

    assert unknown == set()

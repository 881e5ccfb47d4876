"""Documents match the code: links lead somewhere, commands exist, settings are described, and the cast is the cast."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from pars.cli import app
from pars.demo.cast import PARTS
from pars.record.roles import Owner, Role
from pars.settings import VARIABLES

PROJECT = Path(__file__).parents[2]
README = PROJECT / "README.md"
OPERATING = PROJECT / "docs/guides/operating.md"
IMAGES = PROJECT / "docs/images"
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])

LINK = re.compile(r"\]\(([^()\s]+)\)")
CODE = re.compile(r"`[^`\n]+`|^    .+$", re.MULTILINE)
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"(?<![\w/.=-])(?:\.venv/bin/)?pars ([a-z][a-z-]*)")
SUBCOMMAND = re.compile(r" ([a-z][a-z-]*)")
OPTION = re.compile(r"(--[a-z][a-z-]*)")
VARIABLE = re.compile(r"\bPARS_[A-Z_]*[A-Z]\b")


def links() -> Iterator[tuple[Path, str]]:
    """Every link of a document that names a place of the project, without the part after `#`."""
    for document in DOCUMENTS:
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith(("#", "mailto:")):
                yield document, target.split("#")[0]


def commands(text: str) -> list[str]:
    """What a document shows as code: inline, or indented by four blanks."""
    return CODE.findall(text)


def test_every_link_within_the_documents_leads_to_a_file() -> None:
    found = list(links())

    dead = [
        f"{document.relative_to(PROJECT)} → {target}"
        for document, target in found
        if not (place := (document.parent / target).resolve()).exists()
        and not (place.parent == IMAGES and not IMAGES.exists())
    ]

    assert found, "the documents link to nothing: has the way of writing links changed?"
    assert dead == []


def test_every_guide_and_decision_is_in_the_list_of_its_folder() -> None:
    for folder in (PROJECT / "docs/guides", PROJECT / "docs/adr"):
        listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))

        assert {file.name for file in folder.glob("*.md")} - {"README.md"} <= listed, folder.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    known = get_command(app).commands  # type: ignore[attr-defined] # a Typer app with several commands is a group

    for shown in commands(document.read_text(encoding="utf-8")):
        assert set(TARGET.findall(shown)) <= targets, shown
        for name in COMMAND.findall(shown):
            assert name in known, shown
            after = shown.split(f"pars {name}", 1)[1].split("#")[0]
            command = known[name]
            if (below := getattr(command, "commands", None)) and (said := SUBCOMMAND.match(after)):
                assert said[1] in below, shown
                command = below[said[1]]
            options = {word for option in command.params for word in option.opts} | {"--help"}
            assert set(OPTION.findall(after)) <= options, shown


def test_the_readme_shows_its_two_commands_on_the_first_screen() -> None:
    first = README.read_text(encoding="utf-8").splitlines()[:25]

    assert any(line.startswith("    make demo") for line in first)
    assert any(line.startswith("    make test") for line in first)


def test_every_setting_is_described_for_operators_and_no_other() -> None:
    described = re.findall(r"^\| `(PARS_[A-Z_]+)` \|", OPERATING.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(described) == sorted(VARIABLES)


def test_the_example_for_the_first_accounts_can_be_founded() -> None:
    shown = OPERATING.read_text(encoding="utf-8").split("## Found the first accounts")[1].split("    pars found")[0]
    plan = tomllib.loads("\n".join(line[4:] for line in shown.splitlines() if line.startswith("    ")))
    agencies = {one["ori"]: one.get("owner") for one in plan["agency"]}

    assert {owner for owner in agencies.values() if owner} <= set(Owner)
    assert {one["role"] for one in plan["account"]} <= set(Role)
    assert {one["agency_ori"] for one in plan["account"]} <= set(agencies)
    assert {one["site"] for one in plan["account"] if "site" in one} <= {one["code"] for one in plan["site"]}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_document_speaks_of_a_setting_that_is_not_read(document: Path) -> None:
    assert set(VARIABLE.findall(document.read_text(encoding="utf-8"))) <= set(VARIABLES)


def test_the_readme_names_the_whole_cast_of_the_demonstration() -> None:
    text = README.read_text(encoding="utf-8")
    journeys = text[text.index("## Five journeys") : text.index("## Loading")]
    names = set(re.findall(r"`([a-z]+(?:-[a-z0-9]+)*)`", journeys))

    assert names == {part.sign_in for part in PARTS}


def test_every_line_of_the_threats_has_its_answer_and_names_tests_that_exist() -> None:
    text = (PROJECT / "docs/threats.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (T\d+) \| ([^|]+) \| ([^|]+) \|", text, re.MULTILINE)

    assert [name for name, _, _ in rows] == [f"T{number}" for number in range(1, 31)]
    for name, _, answer in rows:
        named = re.findall(r"`((?:src|tests|tools)/[^`]+)`", answer)
        assert named or "not yet" in answer.lower(), f"{name} has neither a place nor a “not yet”"
        assert [place for place in named if not (PROJECT / place).exists()] == [], name

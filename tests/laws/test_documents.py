"""Documents that tables write match the tables: a changed step or column fails here until they are written anew."""

import re
from pathlib import Path

import pytest

from pars.record.arrest import TRACKS
from pars.record.documents import arrest_stages, data_dictionary
from pars.record.fields import FIELDS, tables
from pars.record.roles import Role
from pars.record.steps import STEPS
from pars.sharing.documents import duties
from pars.sharing.duty import RULES
from pars.web.papers.listed import DOCUMENTS

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_the_committed_document_is_what_its_tables_write(path: str) -> None:
    committed = (PROJECT / path).read_text(encoding="utf-8")

    assert committed == DOCUMENTS[path](), f"{path} is behind its tables: run `make documents`"


def test_every_table_and_column_has_its_row() -> None:
    text = data_dictionary()

    sections = dict(re.findall(r"### `([a-z_.]+)`\n\n(.*?)(?=\n\n###|\Z)", text, re.DOTALL))

    assert list(sections) == list(tables())
    for field in FIELDS.values():
        assert f"| `{field.column}` | {field.label} |" in sections[field.table], field.name


def test_every_step_has_one_row_and_every_track_its_diagram() -> None:
    text = arrest_stages()

    rows = re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)

    assert rows == list(STEPS)
    assert text.count("stateDiagram-v2") == len(TRACKS)


def test_every_duty_has_its_row_and_every_role_of_it_its_name() -> None:
    text = duties()
    views = text.partition("## Lists and pages")[2].partition("\n## ")[0]

    rows = re.findall(r"^\| ([a-z]+) \| .* \|$", views, re.MULTILINE)

    assert rows == [view.value for view in RULES]
    assert all(role.value.replace("-", " ") in text for role in Role if any(role in r.roles for r in RULES.values()))


def test_a_diagram_names_no_state_that_it_does_not_draw() -> None:
    for diagram in re.findall(r"```mermaid\n(.*?)```", arrest_stages(), re.DOTALL):
        drawn = set(re.findall(r'state "[^"]+" as (\w+)', diagram))

        arrows = re.findall(r"^ {4}(\w+|\[\*\]) --> (\w+)", diagram, re.MULTILINE)

        assert arrows
        assert {name for arrow in arrows for name in arrow} - {"[*]"} <= drawn


def test_no_row_of_a_table_is_torn() -> None:
    for write in DOCUMENTS.values():
        tables_found = re.findall(r"(?:^\|.*\n)+", write(), re.MULTILINE)

        for table in tables_found:
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
            assert len(widths) == 1, table.splitlines()[0]

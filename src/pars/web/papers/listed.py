"""`docs/papers.md`, written by the table of papers; a test holds the committed file to it."""

from collections.abc import Callable, Mapping

from pars.record.documents import markdown_page, markdown_table
from pars.sharing import documents as of_tables
from pars.sharing.duty import PARTS, Part
from pars.web.papers.sheet import Form, Language
from pars.web.papers.table import FORMS, KINDS

_WRITTEN = "<!-- Written by pars.web.papers.listed from the table of papers. Change that and run `make documents`. -->"
_ABOUT = (
    "Every form that is printed anywhere, from `src/pars/web/papers/table.py`. The number and the version stand at its "
    "foot, with a code that finds its entry; a second printing says COPY. A paper that is the person's own comes in "
    "their language; what goes between desks comes in English. *All desks* is whoever prints papers of an arrest."
)
_LANGUAGES = {Language.ENGLISH: "English", Language.SPANISH: "Spanish"}
_ALL = frozenset(role for role, parts in PARTS.items() if Part.PAPERS in parts)


def papers() -> str:
    """`docs/papers.md`: each form with its number, its languages, its version and who prints it."""
    rows = [
        [
            form.number,
            form.titles[Language.ENGLISH],
            "an arrest" if name in KINDS else "another matter",
            ", ".join(_LANGUAGES[language] for language in form.titles),
            form.version,
            _who(form),
        ]
        for name, form in FORMS.items()
    ]
    head = ["Form", "Paper", "Of", "Languages", "Version", "Printed by"]
    return markdown_page(["# Papers", _WRITTEN, _ABOUT, markdown_table(head, rows)])


def _who(form: Form) -> str:
    if form.printed_by == _ALL:
        return "all desks"
    return ", ".join(sorted(role.value.replace("-", " ") for role in form.printed_by))


DOCUMENTS: Mapping[str, Callable[[], str]] = {**of_tables.DOCUMENTS, "docs/papers.md": papers}
"""Which file of the project each table writes: all of them."""

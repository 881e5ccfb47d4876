"""Documents that are written by the tables they speak of, as Markdown; a test holds the committed files to them.

`DOCUMENTS` names each file and the function that writes it. The functions are pure: same tables, same text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from pars.record.arrest import IN_CUSTODY, TRACKS, Ask, Standing, Step
from pars.record.fields import (
    CLASS_WORDS,
    ENDED_BY,
    FIELDS,
    KEEPING,
    KIND_WORDS,
    NOT_RELEASED,
    ONLY_UNDER_A_JUDGES_WARRANT,
    Field,
    PartnerField,
    RedLine,
    released_by,
    tables,
)
from pars.record.roles import Role
from pars.record.steps import STEPS

_WRITTEN = "<!-- Written by pars.record.documents from the tables it names. Change those and run `make documents`. -->"
_DICTIONARY = (
    "Every column of the database, from the catalogue in `src/pars/record/fields.csv`. A column that does not "
    "stand here fails the tests, and so does a line here without its column. There is no field for immigration, "
    "citizenship or nationality anywhere."
)
_KEEPING = (
    "A legal hold stops the end of any of them. Where no law or policy is named, the time is a setting of the "
    "owners: nobody should read one into this page."
)
_PARTNERS = (
    "An agreement gives fields by these words and by no others. *Floor*: a red line keeps the column from every "
    "partner, whatever an agreement says. *Never*: no word names it. Free text and what is sealed are always one "
    "of the two."
)
_STAGES = (
    "An arrest runs on several tracks at once. Prints, report, charging and interview are no queue: each ends as "
    "done, refused or not possible, and only the complaint may delay a listing. A step names the states from "
    "which it may be taken; tracks that it does not name do not matter to it. Whoever has left custody is not "
    "taken back by a later decision."
)
_SOURCES = (
    "Sources: “Rule” is 234 Pa. Code; “domain”, N and V are sections, findings and facts of the project's research."
)
_MOST_ARROWS = 3
"""A step that may be taken from more states than this is drawn from one box that lists them."""


def data_dictionary() -> str:
    """`docs/data-dictionary.md`: every column with kind, class, keeping time, writers and what partners may see."""
    return markdown_page(
        [
            "# Data dictionary",
            _WRITTEN,
            _DICTIONARY,
            "## Kinds",
            markdown_table(("Kind", "What it is"), ((kind.value, words) for kind, words in KIND_WORDS.items())),
            "## Classes",
            markdown_table(("Class", "What it is"), ((one.value, words) for one, words in CLASS_WORDS.items())),
            "## Keeping times",
            _KEEPING,
            markdown_table(
                ("Word", "Kept", "Source", "Ended by"),
                ((word, k.until, k.source, ENDED_BY[word]) for word, k in KEEPING.items()),
            ),
            "## What partners may see",
            _PARTNERS,
            markdown_table(("Word", "Columns", "Under"), _partner_rows()),
            "### Red lines",
            markdown_table(("Red line", "Columns"), _red_line_rows()),
            "## Tables",
            *_dictionary_tables(),
        ]
    )


def _partner_rows() -> Iterator[Sequence[str]]:
    for word in PartnerField:
        if word in NOT_RELEASED:
            continue
        warrant = word in ONLY_UNDER_A_JUDGES_WARRANT
        yield _code(word), _codes(field.name for field in released_by(word)), "a judge's warrant" if warrant else ""


def _red_line_rows() -> Iterator[Sequence[str]]:
    for line in RedLine:
        held = [field.name for field in FIELDS.values() if line in field.red_lines]
        yield _code(line), _codes(held) or "none: nothing of the kind is held"


def _dictionary_tables() -> Iterator[str]:
    heads = ("Column", "Label", "Kind", "Class", "Kept", "Written by", "Partners", "Meaning")
    kept = {keeping: word for word, keeping in KEEPING.items()}
    for table, fields in tables().items():
        yield f"### `{table}`"
        yield markdown_table(heads, (_field_row(field, kept[field.keeping]) for field in fields))


def _field_row(field: Field, kept: str) -> Sequence[str]:
    partners = f"floor: {', '.join(field.red_lines)}" if field.red_lines else field.partners.value
    return (
        _code(field.column),
        field.label,
        field.kind.value,
        field.data_class.value,
        kept,
        _roles(field.writers),
        partners,
        field.meaning,
    )


def _roles(roles: frozenset[Role]) -> str:
    if roles == frozenset(Role):
        return "everyone"
    return ", ".join(_words(role) for role in Role if role in roles) or "the system"


def arrest_stages() -> str:
    """`docs/arrest-stages.md`: the tracks and their states, a diagram a track, and one row for each step."""
    return markdown_page(
        [
            "# The stages of an arrest",
            _WRITTEN,
            _STAGES,
            _SOURCES,
            "## Tracks and states",
            markdown_table(("Track", "Begins", "States"), (_track_row(track) for track in TRACKS)),
            *(part for track in TRACKS for part in (f"## {track.capitalize()}", _diagram(track))),
            "## Steps",
            markdown_table(
                ("Step", "Label", "Who", "From", "To", "Asks", "What it does", "Source"),
                (_step_row(step) for step in STEPS.values()),
            ),
        ]
    )


def _begins(track: str) -> str:
    return str(getattr(Standing(), track))


def _targets(step: Step, track: str) -> tuple[str, ...]:
    """Where the step takes a track; each place once, none when it leaves the track alone."""
    ends = [{**step.to, **change} for change in (step.outcomes or {"": {}}).values()]
    return tuple(dict.fromkeys(str(end[track]) for end in ends if track in end))


def _states(track: str) -> tuple[str, ...]:
    """The states that a track can reach, in the words' own order."""
    reached = {_begins(track)} | {state for step in STEPS.values() for state in _targets(step, track)}
    return tuple(str(state) for state in TRACKS[track] if str(state) in reached)


def _track_row(track: str) -> Sequence[str]:
    return track, _code(_begins(track)), _codes(_states(track))


def _origins(step: Step, track: str) -> tuple[str, ...]:
    """The states from which the step moves the track: those it asks for, or all; who has left custody stays gone."""
    allowed = step.when.get(track, frozenset(TRACKS[track]))
    if track == "custody":
        allowed &= IN_CUSTODY
    return tuple(state for state in _states(track) if state in allowed)


def _diagram(track: str) -> str:
    arrows: dict[tuple[str, str], list[str]] = {}
    several: dict[tuple[str, ...], str] = {}
    for step in STEPS.values():
        origins = _origins(step, track)
        for target in _targets(step, track):
            for origin in _drawn(tuple(o for o in origins if o != target), several):
                arrows.setdefault((origin, _id(target)), []).append(step.label)
    lines = ["stateDiagram-v2", *(f'    state "{_words(state)}" as {_id(state)}' for state in _states(track))]
    lines += [f'    state "one of {", ".join(map(_words, states))}" as {name}' for states, name in several.items()]
    lines.append(f"    [*] --> {_id(_begins(track))}")
    lines += [f"    {origin} --> {target}: {', '.join(labels)}" for (origin, target), labels in arrows.items()]
    return "\n".join(["```mermaid", *lines, "```"])


def _drawn(origins: tuple[str, ...], several: dict[tuple[str, ...], str]) -> Sequence[str]:
    """The boxes that an arrow starts from: the states themselves, or one box for many, remembered in `several`."""
    if len(origins) <= _MOST_ARROWS:
        return [_id(origin) for origin in origins]
    return [several.setdefault(origins, f"several_{len(several) + 1}")]


def _id(state: str) -> str:
    return state.replace("-", "_")


def _step_row(step: Step) -> Sequence[str]:
    return (
        _code(step.name),
        step.label,
        ", ".join(_words(role) for role in Role if role in step.takes),
        "<br>".join(f"{track}: {_origin_words(track, states)}" for track, states in step.when.items()),
        "<br>".join(_changes(step)) or "nothing moves",
        "<br>".join(_ask(ask) for ask in step.asks) or "nothing",
        step.does,
        step.source,
    )


def _origin_words(track: str, states: frozenset[StrEnum]) -> str:
    return _codes(str(state) for state in TRACKS[track] if state in states)


def _changes(step: Step) -> Iterator[str]:
    for track, state in step.to.items():
        yield f"{track}: {_code(state)}"
    for outcome, change in (step.outcomes or {}).items():
        moves = ", ".join(f"{track}: {_code(state)}" for track, state in change.items())
        yield f"if {_words(outcome)}: {moves}"


def _ask(ask: Ask) -> str:
    choices = f" ({', '.join(ask.choices)})" if ask.choices else ""
    return f"{_code(ask.name)} {ask.label}{choices}{'' if ask.required else ', if any'}"


def _words(code: str) -> str:
    return str(code).replace("-", " ")


def _code(word: str) -> str:
    return f"`{word}`"


def _codes(words: Iterable[str]) -> str:
    return ", ".join(_code(word) for word in words)


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def markdown_page(parts: Iterable[str]) -> str:
    """A page in Markdown, its parts apart."""
    return "\n\n".join(parts) + "\n"


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "docs/data-dictionary.md": data_dictionary,
    "docs/arrest-stages.md": arrest_stages,
}
"""Which file of the project each function writes."""

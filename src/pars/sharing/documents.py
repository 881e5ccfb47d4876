"""The document of duties, written by the tables of `sharing.duty` and `sharing.breakglass`; a test holds it to them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from pars.record import documents as of_the_record
from pars.record.documents import markdown_page, markdown_table
from pars.record.roles import SUPERVISORS, Owner, Role
from pars.sharing.breakglass import AGREES, CLOSES, MAY_ASK, MINUTES, REVIEWS, SEES
from pars.sharing.duty import (
    ASSIGNED_DAYS,
    ASSIGNS,
    OUTSIDE,
    PARTS,
    READERS,
    RULES,
    SEALED_READERS,
    SHIFTS,
    Part,
)
from pars.sharing.instrument import CLASSES, COUNTED_FOR, RECEIVES, REVIEW_WITHIN, approves
from pars.sharing.words import FIELD_WORDS

_WRITTEN = "<!-- Written by pars.sharing.documents from the tables it names. Change those and run `make documents`. -->"
_ABOUT = (
    "The basis on which an owner's own people look is a duty: role, desk, shift and assignment. What a role may open "
    "and which parts it is shown are the tables below; nothing else is fetched. A look outside desk or shift is never "
    "refused to somebody of the role: it asks why and for whom, and its entry says what it was outside of. From "
    "`src/pars/sharing/duty.py` and `src/pars/sharing/breakglass.py`; decided in [0017](adr/0017-duties-and-locks.md) "
    "and [0018](adr/0018-break-glass.md)."
)
_OWN = (
    f"An arrest is somebody's own, and opens without a word typed at any hour, for {ASSIGNED_DAYS} days after they "
    "wrote it down, made it (by badge and agency) or took a step in it, and for as long as it is assigned to them."
)
_LIMITED = (
    "While somebody is kept under a record it stays on the lists of those who keep them. Afterwards a **sealed** "
    "record is on no list and in no search, and its page asks why; an **expunged** one is gone for everybody, as if "
    "it had never been."
)
_GLASS = (
    f"For an emergency that no duty covers: one part of one arrest, for {MINUTES} minutes of real time, when two "
    "people of two owners agree. The asker's own owner may be one of the two. The third owner's supervisors and "
    "representatives are told on their pages."
)
_INSTRUMENTS = (
    "The third basis, beside a duty and an agreement: one lawful ask about one person, answered once. The class says "
    "who may present it, who approves it and what it can reach at most; whoever approves may let out less. A "
    f"supervisor's approval of an emergency is reviewed by counsel within {int(REVIEW_WITHIN.total_seconds() // 3600)} "
    "hours. None reaches free text, a photograph, a store of its own, a child, or what is sealed or expunged. From "
    "`src/pars/sharing/instrument.py`; decided in [0028](adr/0028-one-instrument.md)."
)


def duties() -> str:
    """`docs/duties.md`: who may open what, where and when without a word typed, and what break-glass opens."""
    return markdown_page(
        [
            "# Duties",
            _WRITTEN,
            _ABOUT,
            "## Lists and pages",
            markdown_table(("Opens", "Who", "Bound to their site", "Bound to their shift"), _views()),
            "## Parts of an arrest",
            markdown_table(("Role", *(part.value for part in Part)), _parts()),
            "## Stores of their own",
            markdown_table(("Store", "Read by"), ((door, _roles(roles)) for door, roles in READERS.items())),
            "## Outside",
            markdown_table(("Bond", "What the page says"), ((bond.value, words) for bond, words in OUTSIDE.items())),
            "## Shifts",
            f"Set by {_roles(SUPERVISORS)} for people of their own owner. Whoever has none works at any hour.",
            markdown_table(("Shift", "From", "Until"), _shifts()),
            "## Assignments",
            _OWN,
            markdown_table(("To", "By"), ((_words(role), _roles(by)) for role, by in ASSIGNS.items())),
            "## Sealed and expunged",
            _LIMITED,
            f"A sealed record opens to: {_roles(SEALED_READERS)}.",
            "## Break-glass",
            _GLASS,
            markdown_table(("Opens", "To"), ((part.value, _roles(roles)) for part, roles in MAY_ASK.items())),
            markdown_table(("Does", "Who"), _glass()),
        ]
    )


def _views() -> Iterator[Sequence[str]]:
    for view, rule in RULES.items():
        bound = _roles(rule.at_site & rule.roles) if rule.at_site else "nobody"
        yield view.value, _roles(rule.roles), bound, "yes" if rule.on_shift else "no: it says why each time"


def _parts() -> Iterator[Sequence[str]]:
    for role, parts in PARTS.items():
        yield _words(role), *("yes" if part in parts else "–" for part in Part)


def _shifts() -> Iterator[Sequence[str]]:
    for shift, (begins, ends) in SHIFTS.items():
        yield shift.value, begins.strftime("%H:%M"), ends.strftime("%H:%M")


def _glass() -> Iterator[Sequence[str]]:
    yield "agrees, one of each owner, never the asker", _roles(AGREES)
    yield "closes at once, besides the asker", _roles(CLOSES)
    yield "sees the openings of others", _roles(SEES)
    yield "judges afterwards, never having taken part nor for the asker's own owner", _roles(REVIEWS)


def _roles(roles: Collection[Role]) -> str:
    return ", ".join(_words(role) for role in Role if role in roles)


def _words(role: Role) -> str:
    return role.value.replace("-", " ")


def instruments() -> str:
    """`docs/instruments.md`: who may present what, who approves it, and what it can reach at most."""
    return markdown_page(
        [
            "# Instruments for one person",
            _WRITTEN,
            _INSTRUMENTS,
            f"Taken in and answered by: {_roles(RECEIVES)}, each for their own owner.",
            f"Counted for: {_roles(COUNTED_FOR)}.",
            markdown_table(
                ("Class", "Presented by", "Received by", "Approved by", "Reaches at most", "Law", "Kept"), _classes()
            ),
        ]
    )


def _classes() -> Iterator[Sequence[str]]:
    for kind, row in CLASSES.items():
        reached = ", ".join(FIELD_WORDS[name] for name in row.fields) or "nothing: the fixed letter"
        yield (
            row.label,
            ", ".join(sorted(row.presented_by)),
            "every owner" if row.owners == frozenset(Owner) else ", ".join(sorted(row.owners)),
            _roles(approves(kind)) or "nobody",
            reached + ("" if row.uncharged or row.letter else "; only of a charge that stands"),
            row.law,
            row.keeping.until,
        )


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    **of_the_record.DOCUMENTS,
    "docs/duties.md": duties,
    "docs/instruments.md": instruments,
}
"""Which file of the project each function writes, those of the record among them."""

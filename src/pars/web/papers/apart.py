"""Papers of the stores apart: care, children, consular notice. Their readers print them, and nobody else is shown one.

They are made from what their reader opened, and say no charge.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from pars.actions.disclosure import CareNote, Child, Page
from pars.errors import Conflicts
from pars.record.answers import Answer
from pars.record.care import FORMS as CARE
from pars.web.papers import parts
from pars.web.papers.sheet import Instant, Paper, Person, Signed, Text

WATCHED: Final = frozenset({"watch", "check", "watch-ended"})
HANDED_ON: Final = frozenset(
    {"screen", "screen-refused", "medicine", "restraint", "self-harm", "travels", "preference"}
)
"""What a hospital is told besides why somebody comes."""
_LABELS: Final = {(form.name, ask.name): ask.label for form in CARE.values() for ask in form.asks}


class Noted(Struct, frozen=True, kw_only=True):
    """A care note: when, what kind, by whom, and what was said, line by line."""

    at: Instant
    kind: Text
    by: Text
    said: tuple[Text, ...]


Notes = Annotated[tuple[Noted, ...], Meta(min_length=1)]


class Kept(Struct, frozen=True, kw_only=True):
    """Who is kept and where; a child where only adults stand on lists, too."""

    person: Person
    site: Text | None
    cell: Text | None
    arrested_at: Instant


class CareSheet(Paper, frozen=True, kw_only=True):
    """Everything that was noted of one person but the checks of a watch, oldest first."""

    kept: Kept
    notes: Notes


class CheckLog(Paper, frozen=True, kw_only=True):
    """The checks of a watch, each timed and signed; and what the watch was."""

    kept: Kept
    level: Text | None
    notes: Notes


class HospitalHandover(Paper, frozen=True, kw_only=True):
    """What a hospital has to know of whoever is brought: why, what is taken and due, what to look out for."""

    kept: Kept
    hospital: Text
    reason: Text
    sent_at: Instant
    notes: tuple[Noted, ...]
    handed_by: Signed


class ParentNotice(Paper, frozen=True, kw_only=True):
    """For a parent or guardian: where the child is, since when, and what happens within six hours."""

    site: Text | None
    arrested_at: Instant
    where: Text | None
    told: Text | None
    contact: Text
    signed: Signed


class ConsularRequest(Paper, frozen=True, kw_only=True):
    """The person's own copy of what they asked: which consulate, when, and what became of it."""

    reference: Text
    country: Text
    consulate: Text
    asked_at: Instant
    sent_at: Instant | None
    confirmed_at: Instant | None

    @property
    def number(self) -> str:
        """A number of its own, which is no arrest's."""
        return self.reference


class ConsularNotice(Paper, frozen=True, kw_only=True):
    """What the consulate is sent: who asked for it and where they are; nothing of a charge or of anything asked."""

    reference: Text
    country: Text
    consulate: Text
    site: Text | None
    since: Instant
    asked_at: Instant
    contact: Text
    signed: Signed

    @property
    def number(self) -> str:
        """A number of its own, which is no arrest's."""
        return self.reference


def of_adult(page: Page) -> Kept:
    """Who it is, from an adult's page."""
    line = page.line
    return Kept(person=parts.person(page), site=line.site, cell=line.cell, arrested_at=line.arrested_at)


def of_child(child: Child) -> Kept:
    """Who it is, from a child's record."""
    said = msgspec.json.decode(child.content, type=dict[str, object])
    names = [str(said[name]) for name in ("surname", "given") if said.get(name)]
    born = said.get("birth_date")
    person = Person(
        name=", ".join(names) or "Name unknown",
        arrest_number=str(child.number),
        birth_date=datetime.fromisoformat(born).date() if isinstance(born, str) else None,
    )
    site = said.get("site")
    return Kept(person=person, site=str(site) if site else None, cell=None, arrested_at=child.arrested_at)


def _noted(notes: Sequence[CareNote]) -> tuple[Noted, ...]:
    return tuple(
        Noted(at=one.happened_at, kind=CARE[one.kind].label, by=one.by, said=tuple(_said(one))) for one in notes
    )


def _answers(note: CareNote) -> Mapping[str, Answer]:
    return msgspec.json.decode(note.content, type=dict[str, Answer])


def _said(note: CareNote) -> Sequence[str]:
    words = {True: "yes", False: "no"}
    return [
        f"{_LABELS[note.kind, name].rstrip('?')}: {words[value] if isinstance(value, bool) else value}"
        for name, value in _answers(note).items()
    ]


def care_sheet(kept: Kept, notes: Sequence[CareNote], desk: parts.Desk) -> Paper:
    """What was noted; refused when nothing was."""
    told = [note for note in notes if note.kind != "check"]
    if not told:
        raise Conflicts("nothing was noted of this person's care", code="nothing-to-print")
    return CareSheet(issuer=f"{desk.city} Police Department", person=kept.person, kept=kept, notes=_noted(told))


def check_log(kept: Kept, notes: Sequence[CareNote], desk: parts.Desk) -> Paper:
    """The checks; refused when nobody was on a watch."""
    told = [note for note in notes if note.kind in WATCHED]
    if not told:
        raise Conflicts("this person is, and was, on no watch", code="nothing-to-print")
    watches = [note for note in told if note.kind == "watch"]
    return CheckLog(
        issuer=f"{desk.city} Police Department",
        person=kept.person,
        kept=kept,
        level=str(_answers(watches[-1])["level"]) if watches else None,
        notes=_noted(told),
    )


def hospital_handover(kept: Kept, notes: Sequence[CareNote], desk: parts.Desk) -> Paper:
    """What goes along to a hospital; refused when nobody was sent to one."""
    sent = [note for note in notes if note.kind == "to-hospital"]
    if not sent:
        raise Conflicts("this person was sent to no hospital", code="nothing-to-print")
    said = _answers(sent[-1])
    return HospitalHandover(
        issuer=f"{desk.city} Police Department",
        person=kept.person,
        kept=kept,
        hospital=str(said["hospital"]),
        reason=str(said["reason"]),
        sent_at=sent[-1].happened_at,
        notes=_noted([note for note in notes if note.kind in HANDED_ON]),
        handed_by=Signed(name=sent[-1].by, title="custody or medical staff", at=sent[-1].happened_at),
    )


def parent_notice(child: Child, desk: parts.Desk) -> Paper:
    """Where the child is, and what happens now."""
    kept = of_child(child)
    said = {one.step: msgspec.json.decode(one.content, type=dict[str, Answer]) for one in child.steps}
    where, told = said.get("place-apart", {}).get("where"), said.get("tell-parent", {}).get("who")
    return ParentNotice(
        issuer=f"{desk.city} Police Department",
        person=kept.person,
        site=kept.site,
        arrested_at=kept.arrested_at,
        where=str(where) if where else None,
        told=str(told) if told else None,
        contact=f"{desk.full_name}, {desk.title}",
        signed=desk.signed,
    )


def consular_request(kept: Kept, said: Mapping[str, Mapping[str, str]], desk: parts.Desk, reference: str) -> Paper:
    """The person's own copy; `said` is what stands under each kind of note."""
    asked = said["asked"]
    return ConsularRequest(
        issuer=f"{desk.city} Police Department",
        person=Person(name=kept.person.name, arrest_number=reference, birth_date=kept.person.birth_date),
        reference=reference,
        country=asked["country"],
        consulate=asked["consulate"],
        asked_at=datetime.fromisoformat(asked["at"]),
        sent_at=_at(said.get("sent")),
        confirmed_at=_at(said.get("confirmed")),
    )


def consular_notice(kept: Kept, said: Mapping[str, Mapping[str, str]], desk: parts.Desk, reference: str) -> Paper:
    """What the consulate is sent."""
    asked = said["asked"]
    return ConsularNotice(
        issuer=f"{desk.city} Police Department",
        person=Person(name=kept.person.name, arrest_number=reference, birth_date=kept.person.birth_date),
        reference=reference,
        country=asked["country"],
        consulate=asked["consulate"],
        site=kept.site,
        since=kept.arrested_at,
        asked_at=datetime.fromisoformat(asked["at"]),
        contact=f"{desk.full_name}, {desk.title}",
        signed=desk.signed,
    )


def _at(said: Mapping[str, str] | None) -> datetime | None:
    return datetime.fromisoformat(said["at"]) if said else None

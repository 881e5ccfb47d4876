"""Dossiers as files: a tagged PDF that says what was seen and proves it, and JSON that an expert computes again."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from msgspec import Struct

from pars.actions import dossiers
from pars.actions.acting import By
from pars.actions.dossiers import Dossier
from pars.actions.patterns import Pattern, Word
from pars.clock import ZONE
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.issuing import Where
from pars.web.pages import shown_time, zoned_time
from pars.web.papers.sheet import Count, Instant, Language, Printed, Sheet, Text
from pars.web.papers.table import FORMS
from pars.web.papers.typesetting import typeset
from pars.web.patterns import PATTERN_WORDS, SAID_WORDS, WHERE, follows

router = APIRouter(include_in_schema=False)
FORM = FORMS["dossier"]


class AlarmLine(Struct, frozen=True, kw_only=True):
    """One alarm as the paper shows it."""

    what: Text
    evidence: Text
    follows: Text
    fell_at: Instant
    look_ups: Count
    entry: Text
    case: Text
    said: tuple[str, ...]


class ProofLine(Struct, frozen=True, kw_only=True):
    """One entry, its place, and the hashes from its leaf to the root."""

    what: Text
    leaf_hash: Text
    index: Count | None
    size: Count | None
    hashes: tuple[str, ...]


class DossierSheet(Sheet, frozen=True, kw_only=True):
    """What a dossier says on paper; labels of no look-up stand in it."""

    partner: Text
    agreement: Text
    version: Text
    made_at: Instant
    look_ups: Count
    lines: Count
    sealed_hash: Text
    open_hash: Text
    parameters: tuple[Text, ...]
    alarms: tuple[AlarmLine, ...]
    proofs: tuple[ProofLine, ...]
    checkpoints: tuple[str, ...]
    command: Text
    terms: Text

    @property
    def number(self) -> str:
        """The agreement's name."""
        return self.agreement


@router.post(f"{WHERE}/{{alarm_id}}/dossier")
def as_paper(request: Request, by: Asking, _: PostedFields, alarm_id: UUID) -> Response:
    """The dossier as PDF."""
    return issue_dossier(Where.of(request), by, alarm_id)


@router.post(f"{WHERE}/{{alarm_id}}/dossier.json")
def open_edition(store: TheStore, by: Asking, _: PostedFields, alarm_id: UUID) -> Response:
    """The open edition as JSON."""
    return edition(dossiers.dossier(store, by, alarm_id), sealed=False)


@router.post(f"{WHERE}/{{alarm_id}}/dossier.sealed")
def sealed_edition(store: TheStore, by: Asking, _: PostedFields, alarm_id: UUID) -> Response:
    """The sealed edition as JSON, for the owners to hand to a named expert."""
    return edition(dossiers.dossier(store, by, alarm_id, sealed=True), sealed=True)


def edition(made: Dossier, *, sealed: bool) -> Response:
    """An edition as a file of its own."""
    name = f"dossier-{made.pattern.alarm.number}-{'sealed' if sealed else 'open'}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(dossiers.as_json(made, sealed=sealed), media_type="application/json", headers=headers)


def issue_dossier(where: Where, by: By, alarm_id: UUID) -> Response:
    """Print a dossier; the printing is the making, and so an entry."""
    made = dossiers.dossier(where.store, by, alarm_id)
    printed = Printed(
        form_number=FORM.number,
        version=FORM.version,
        printed_at=shown_time(made.made_at),
        printed_by=by.full_name,
        entry_code=str(made.entry)[:8].upper(),
        copy=False,
        language=Language.ENGLISH,
        city=where.city,
        demo=where.demo,
    )
    named = {"Content-Disposition": f'inline; filename="dossier-{made.pattern.alarm.number}.pdf"'}
    return Response(typeset(FORM, sheet_of(made), printed), media_type="application/pdf", headers=named)


def sheet_of(made: Dossier) -> DossierSheet:
    """What the paper says."""
    return DossierSheet(
        issuer="The owners of the record",
        partner=made.partner,
        agreement=made.pattern.alarm.agreement,
        version=made.version,
        made_at=made.made_at,
        look_ups=made.look_ups,
        lines=len(made.lines),
        sealed_hash=made.sealed_hash,
        open_hash=made.open_hash,
        parameters=tuple(
            f"{name}: {_written(value)}"
            for one in made.measured_by
            for name, value in sorted(one.items())
            if name != "version"
        ),
        alarms=tuple(_alarm(one) for one in made.alarms),
        proofs=tuple(
            ProofLine(
                what=one.what,
                leaf_hash=one.leaf_hash,
                index=one.index,
                size=one.size,
                hashes=tuple(one.hashes),
            )
            for one in made.proofs
        ),
        checkpoints=tuple(sorted({one.checkpoint for one in made.proofs if one.checkpoint})),
        command=_command(made),
        terms=made.terms,
    )


def _command(made: Dossier) -> str:
    """What comes to the same alarms: with each value that is another one than the terms state."""
    stated = asdict(made.stated)
    instead = [
        f"--{name.replace('_', '-')} {value}" for name, value in asdict(made.allowed).items() if value != stated[name]
    ]
    return " ".join([f"pars watch replay LOG --agreement TERMS --time-zone {ZONE}", *instead])


def _written(value: object) -> str:
    """A parameter as the paper says it; parts of a whole one after the other."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {part}" for name, part in sorted(value.items()))
    return str(value)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _alarm(one: Pattern) -> AlarmLine:
    alarm = one.alarm
    return AlarmLine(
        what=_sentence(PATTERN_WORDS[alarm.detector]),
        evidence=_sentence(one.evidence),
        follows=follows(one),
        fell_at=alarm.fell_at,
        look_ups=alarm.look_ups,
        entry=str(alarm.entry),
        case=one.case.value,
        said=tuple(_said(each) for each in one.said),
    )


def _said(word: Word) -> str:
    """Who said what of it, when and why."""
    whose = word.owner.replace("-", " ") if word.owner else word.agency
    return f"{zoned_time(word.at)}, {word.by} ({whose}) {SAID_WORDS[word.what]}: {word.words}"

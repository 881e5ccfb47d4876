"""One instrument for one person: taken in, decided by the owner's counsel, answered once through the one door.

In an emergency to life a supervisor approves, and counsel reviews it within a day. What an administration signed by
itself, and questions about somebody's status, are answered by a fixed letter: nothing is looked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

import msgspec

from pars.actions import disclosure
from pars.actions.acting import Act, By, act
from pars.actions.printing import new_code
from pars.actions.uploads import letter_given
from pars.clock import now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.person import Name, exact_keys
from pars.record.roles import Owner, Role
from pars.sharing import release
from pars.sharing.breakglass import Finding
from pars.sharing.instrument import (
    CLASSES,
    COUNTED_FOR,
    RECEIVES,
    REVIEW_WITHIN,
    SEES,
    Answered,
    Class,
    Decision,
    Presenter,
    approves,
)
from pars.store import canaries, locks, partners
from pars.store import instruments as kept
from pars.store.database import Store
from pars.store.locks import Lock

LONGEST: Final = 500
NO_SUCH: Final = "there is no instrument by that number"
NO_REVIEW: Final = "there is no emergency here that waits for its review"
ANSWERED: Final = "this was answered already, once; a new one has to be presented"


@dataclass(frozen=True, slots=True)
class Content:
    """What an instrument says: who brings it, who issued it under which number, and the one person whom it names.

    `arrest_number` tells namesakes apart, or one arrest of several.
    """

    presenter: str
    issued_by: str
    reference: str
    surname: str
    given: str
    birth_date: date
    arrest_number: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """An instrument as the desk takes it in: its class, who brings it, what it asks for, what it says, the PDF."""

    kind: Class
    presented_by: Presenter
    fields: Sequence[str]
    content: Content
    paper: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument as its owner's desk sees it."""

    row: kept.Instrument
    kind: Class
    content: Content = field(repr=False)
    reason: str | None = field(repr=False)
    found: str | None = field(repr=False)
    withdrawn: str | None = field(repr=False)

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        if self.row.outcome == Answered.WITHDRAWN.value:
            return "withdrawn"
        if self.row.recalled_on is not None and self.row.recall_told_at is None:
            return "to be recalled"
        if self.row.outcome is not None:
            return "answered"
        if self.row.decision == Decision.REFUSED.value:
            return "refused"
        if CLASSES[self.kind].letter or self.row.decision is not None:
            return "to be answered"
        return "waits for counsel" if self.kind is not Class.EMERGENCY else "waits for a supervisor"

    @property
    def review_due(self) -> datetime | None:
        """Until when counsel reviews an emergency; None when nothing is to be reviewed."""
        waits = self.kind is Class.EMERGENCY and self.row.decision == Decision.APPROVED.value and not self.row.finding
        return self.row.decided_at + REVIEW_WITHIN if waits and self.row.decided_at else None


@dataclass(frozen=True, slots=True)
class Taken:
    """An act on an instrument: which, its number, its entry."""

    id: UUID
    number: int
    entry: UUID


def _owner(by: By) -> Owner:
    if by.role not in RECEIVES or by.works_for is None:
        raise NotAllowed("instruments are for the supervisors and the counsel of an owner", code="no-duty")
    return by.works_for


def _said(text: str, what: str, name: str, most: int = LONGEST) -> str:
    said = text.strip()
    if not said or len(said) > most:
        raise BadInput(f"{what}, in at most {most} characters", field=name)
    return said


def _checked(given: Given, owner: Owner) -> Content:
    row, content = CLASSES[given.kind], given.content
    if owner not in row.owners:
        raise BadInput("this kind of instrument is for another owner; send it there", field="kind")
    if given.presented_by not in row.presented_by:
        raise BadInput(f"this is presented by: {', '.join(sorted(row.presented_by))}", field="presented_by")
    if row.letter and given.fields:
        raise BadInput("this kind of paper reaches no field; its answer is a letter", field="fields")
    if not row.letter and not given.fields:
        raise BadInput("say which fields it asks for", field="fields")
    if not set(given.fields) <= set(row.fields):
        raise BadInput("it asks for a field that this kind of instrument cannot reach", field="fields")
    said = {
        "presenter": _said(content.presenter, "say who presents it", "presenter", 120),
        "issued_by": _said(content.issued_by, "name the court or authority that issued it", "issued_by", 120),
        "reference": _said(content.reference, "give its number or docket", "reference", 80),
        "surname": content.surname.strip(),
        "given": content.given.strip(),
    }
    if not _keys(content):
        raise BadInput("it names one person in full: surname, given name and birth date", field="surname")
    return Content(**said, birth_date=content.birth_date, arrest_number=content.arrest_number)


def _keys(content: Content) -> list[str]:
    """The one key of a whole name with its birth date, under which adults alone are kept."""
    found = exact_keys(Name(content.surname.strip(), content.given.strip()), content.birth_date)
    return [key for key in found if key.startswith("x:")]


def take_in(store: Store, by: By, given: Given) -> Taken:
    """Take in an instrument for one's owner. Whether anybody is found is not asked before it is approved."""
    new = uuid4()
    with act(store, by, "instrument.received") as doing:
        owner = _owner(by)
        content = _checked(given, owner)
        paper = letter_given(given.paper)
        number = kept.take_in(
            doing.connection,
            {
                "id": new,
                "kind": given.kind.value,
                "presented_by": given.presented_by.value,
                "owner": owner.value,
                "fields": sorted(given.fields),
                "sealed": store.keys.seal(msgspec.json.encode(content), f"sharing.instrument:{new}"),
                "paper": store.keys.seal(paper, f"sharing.instrument.paper:{new}"),
                "received_by": by.account,
            },
        )
        doing.concern([], store.keys.blind(_keys(content)))
        _name(doing, new, given.kind, number)
    return Taken(new, number, doing.entry())


def _name(doing: Act, instrument: UUID, kind: Class, number: int) -> None:
    doing.commits["instrument"] = str(instrument)
    doing.note(instrument=str(instrument), kind=kind.value)
    doing.answer |= {"id": str(instrument), "number": number}


def _of(doing: Act, instrument_id: UUID, owner: Owner) -> kept.Instrument:
    row = kept.instrument(doing.connection, instrument_id, owner.value)
    if row is None:
        raise NotThere(NO_SUCH)
    return row


def decide(
    store: Store, by: By, instrument_id: UUID, decision: Decision, *, reason: str, fields: Sequence[str] | None = None
) -> Taken:
    """Approve or refuse: counsel of the owner, in an emergency a supervisor; never the one who took it in.

    `fields` lets out less than was asked for; None lets out all of it.
    """
    with act(store, by, "instrument.decided") as doing:
        row = _of(doing, instrument_id, _owner(by))
        kind = Class(row.kind)
        if CLASSES[kind].letter:
            raise Conflicts("this paper is answered by the fixed letter; there is nothing to approve", code="letter")
        if by.role not in approves(kind):
            who = "a supervisor" if kind is Class.EMERGENCY else "counsel"
            raise NotAllowed(f"this is decided by {who} of the owner", code="not-your-step")
        if row.received_by == by.account:
            raise NotAllowed("nobody decides of what they took in themselves", code="not-your-step")
        allowed = sorted(row.fields if fields is None else fields)
        if decision is Decision.APPROVED and not (allowed and set(allowed) <= set(row.fields)):
            raise BadInput("approve some of the fields that it asks for, and no other", field="fields")
        said = _said(reason, "say what the decision rests on", "reason")
        sealed = store.keys.seal(said.encode(), f"sharing.instrument_decision:{instrument_id}")
        let_out = allowed if decision is Decision.APPROVED else []
        if not kept.decide(doing.connection, instrument_id, decision.value, let_out, sealed, by.account):
            raise Conflicts("this is decided already", code="decided")
        _name(doing, instrument_id, kind, row.number)
        doing.note(decision=decision.value, reason=said, fields=let_out)
    return Taken(instrument_id, row.number, doing.entry())


def review(store: Store, by: By, instrument_id: UUID, finding: Finding, *, reason: str) -> Taken:
    """Judge, as counsel, what a supervisor approved in an emergency."""
    with act(store, by, "instrument.reviewed") as doing:
        if by.role is not Role.COUNSEL:
            raise NotAllowed("an emergency is reviewed by the owner's counsel", code="not-your-step")
        row = _of(doing, instrument_id, _owner(by))
        kind = Class(row.kind)
        if kind is not Class.EMERGENCY or row.decision != Decision.APPROVED.value:
            raise Conflicts(NO_REVIEW, code="over")
        said = _said(reason, "say what the finding rests on", "reason")
        sealed = store.keys.seal(said.encode(), f"sharing.instrument_review:{instrument_id}")
        if not kept.review(doing.connection, instrument_id, finding.value, sealed, by.account):
            raise Conflicts(NO_REVIEW, code="over")
        _name(doing, instrument_id, kind, row.number)
        doing.note(finding=finding.value, reason=said)
    return Taken(instrument_id, row.number, doing.entry())


def withdraw(store: Store, by: By, instrument_id: UUID, *, reason: str) -> Taken:
    """Withdraw it before it is answered, as whoever presented it asks. It stays, with its reason, unanswered."""
    with act(store, by, "instrument.withdrawn") as doing:
        row = _of(doing, instrument_id, _owner(by))
        said = _said(reason, "say who withdraws it, and why", "reason")
        sealed = store.keys.seal(said.encode(), f"sharing.instrument_answer:{instrument_id}")
        outcome = Answered.WITHDRAWN.value
        if not kept.answer(doing.connection, instrument_id, outcome, new_code(), by.account, sealed=sealed):
            raise Conflicts("this was answered or withdrawn already", code="answered")
        _name(doing, instrument_id, Class(row.kind), row.number)
        doing.note(reason=said)
    return Taken(instrument_id, row.number, doing.entry())


@dataclass(frozen=True, slots=True)
class Recalled:
    """What tells somebody to destroy an answer: to whom, which answer, with the code that finds the entry."""

    instrument: Instrument
    code: str
    at: datetime


def tell_recall(store: Store, by: By, instrument_id: UUID) -> Recalled:
    """Tell who was answered that the record has ended: destroy it. Once, for the desk of the owner who answered."""
    code = new_code()
    with act(store, by, "instrument.recall-told") as doing:
        row = _of(doing, instrument_id, _owner(by))
        if not kept.recall_told(doing.connection, instrument_id, doing.at, by.account):
            raise Conflicts("there is no recall here that was not told yet", code="over")
        _name(doing, instrument_id, Class(row.kind), row.number)
        doing.note(code=code)
    return Recalled(_shown(store, row), code, doing.at)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out: to whom, under which instrument, with the code that finds the entry; records, none when nothing.

    `counsel` is the owner's, named on the letter.
    """

    instrument: Instrument
    outcome: Answered
    code: str
    at: datetime
    entry: UUID
    counsel: str | None
    fields: Sequence[str]
    records: Sequence[Mapping[str, object]] = field(repr=False)


def answer(store: Store, by: By, instrument_id: UUID) -> Answer:
    """Answer it, once. Nobody by that name, and nobody whom this instrument may reach, look alike."""
    code = new_code()
    with act(store, by, "instrument.answered") as doing:
        owner = _owner(by)
        row = _of(doing, instrument_id, owner)
        shown = _shown(store, row)
        fields = tuple(_answerable(shown))
        counsel = kept.counsel_of(doing.connection, owner.value)
        if CLASSES[shown.kind].letter and counsel is None:
            raise Conflicts("the letter names your owner's counsel, and there is none yet", code="no-counsel")
        found = _find(store, doing, shown) if fields else []
        outcome = Answered.LETTER if not fields else Answered.RECORD if found else Answered.NOTHING
        if not kept.answer(doing.connection, instrument_id, outcome.value, code, by.account):
            raise Conflicts(ANSWERED, code="answered")
        _name(doing, instrument_id, shown.kind, row.number)
        doing.note(code=code, outcome=outcome.value)
        if found:
            doing.look("partner", [one.id for one in found], instrument=instrument_id)
            kept.showed(doing.connection, instrument_id, [one.id for one in found])
            doing.note(arrests=[str(one.id) for one in found], view=shown.kind.value, parts=list(fields))
    projected = release.of_fields(fields)
    records = [
        release.record(projected, values)
        for one in found
        for values in [disclosure.read_permitted(store, doing.entry(), projected, one.id)]
        if values is not None
    ]
    return Answer(shown, outcome, code, doing.at, doing.entry(), counsel, fields, records)


def _answerable(shown: Instrument) -> Sequence[str]:
    """The fields that may go out; refused when it is not decided, refused, or answered before."""
    row = shown.row
    if row.outcome is not None:
        raise Conflicts(ANSWERED, code="answered")
    if CLASSES[shown.kind].letter:
        return ()
    if row.decision is None:
        raise Conflicts("this is not approved yet", code="not-approved")
    if row.decision != Decision.APPROVED.value or row.allowed is None:
        raise Conflicts("this was refused; nothing is answered", code="refused")
    return row.allowed


def _find(store: Store, doing: Act, shown: Instrument) -> list[kept.Found]:
    """The arrests of the person named that this class reaches, under their locks; refused when they are two people.

    A record that stands for nobody is released as nobody's.
    """
    keys = store.keys.blind(_keys(shown.content))
    every = [one for one in kept.found(doing.connection, keys) if not canaries.stands(doing.connection, one.id)]
    if shown.content.arrest_number is not None:
        every = [one for one in every if one.number == shown.content.arrest_number]
    if len({one.person for one in every}) > 1:
        raise Conflicts(
            "two people have this name and birth date; take it in with the arrest's number", code="narrow-it"
        )
    locks.share(doing.connection, [(Lock.PERSON, one.number % 2**31) for one in every])
    still = {one.id for one in kept.found(doing.connection, keys)}
    charged_alone = not CLASSES[shown.kind].uncharged
    return [
        one
        for one in every
        if one.id in still and not (charged_alone and not partners.showable(doing.connection, one.id))
    ]


def _shown(store: Store, row: kept.Instrument) -> Instrument:
    opened = store.keys.open(row.sealed, f"sharing.instrument:{row.id}")
    return Instrument(
        row,
        Class(row.kind),
        msgspec.json.decode(opened, type=Content),
        store.keys.open(row.reason, f"sharing.instrument_decision:{row.id}").decode() if row.reason else None,
        store.keys.open(row.found, f"sharing.instrument_review:{row.id}").decode() if row.found else None,
        store.keys.open(row.withdrawn, f"sharing.instrument_answer:{row.id}").decode() if row.withdrawn else None,
    )


def instruments(store: Store, by: By) -> Sequence[Instrument]:
    """What came to one's own owner, newest first; nothing for those who only read the counts."""
    with act(store, by, "instruments.shown") as doing:
        if by.role not in SEES:
            raise NotAllowed("your duty has no access to instruments", code="no-duty")
        if by.role in COUNTED_FOR:
            return []
        rows = kept.of_owner(doing.connection, _owner(by).value)
        doing.note(instruments=[str(row.id) for row in rows])
    return [_shown(store, row) for row in rows]


def counted(store: Store, by: By, since: datetime) -> Sequence[kept.Counted]:
    """How many of each kind came since then and what became of them: all owners' for who watches, else one's own."""
    with act(store, by, "instruments.counted") as doing:
        if by.role not in SEES:
            raise NotAllowed("your duty has no access to instruments", code="no-duty")
        owner = None if by.role in COUNTED_FOR else _owner(by).value
        return kept.counted(doing.connection, owner, since, now() - REVIEW_WITHIN)


def paper(store: Store, by: By, instrument_id: UUID) -> bytes:
    """The PDF as it came, for the desk and the counsel of the owner."""
    with act(store, by, "instrument.paper-shown") as doing:
        row = _of(doing, instrument_id, _owner(by))
        sealed = kept.paper(doing.connection, instrument_id)
        _name(doing, instrument_id, Class(row.kind), row.number)
    return store.keys.open(sealed, f"sharing.instrument.paper:{instrument_id}")

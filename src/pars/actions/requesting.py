"""Information requests: an owner or the privacy officer asks a partner what use was made of which look-ups, and why.

The question and the answer are people's own words and may name somebody, whatever they were told: both are sealed, and
the entries say the agreement, the days, and whether it was answered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By, Entered, act
from pars.actions.uploads import letter_given
from pars.clock import city_day, now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.ledger.entry import Kind
from pars.record.roles import Role
from pars.store import agreements as kept
from pars.store import owing
from pars.store.database import Store
from pars.store.owing import Request

ASKS = frozenset({Role.REPRESENTATIVE, Role.PRIVACY_OFFICER})
READS = ASKS | {Role.ANALYST}
SEES = READS | {Role.AUDITOR}
"""An auditor sees that something was asked, until when, and whether it was answered; not the words."""
LONGEST: Final = 5000
LATEST: Final = timedelta(days=366)
MOST_LOOK_UPS: Final = 500
_RECEIPT: Final = re.compile(r"[0-9a-f]{64}")


class Answered(StrEnum):
    """How a request stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a partner, until when; of the look-ups of these days, or of those that are named.

    A look-up is named by its entry's number, or by the entry's hash that stands on its receipt.
    """

    words: str = field(repr=False)
    due_on: date
    first_day: date | None = None
    last_day: date | None = None
    look_ups: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its reader may see it; `question` and `answer` are None for who does not read them."""

    id: UUID
    agreement: str
    partner: str
    owner: str | None
    asked_by: str
    asked_at: datetime
    due_on: date
    first_day: date | None
    last_day: date | None
    look_ups: Sequence[UUID]
    state: Answered
    late: bool
    answered_by: str | None
    answered_at: datetime | None
    has_letter: bool
    question: str | None = field(repr=False)
    answer: str | None = field(repr=False)


def ask(store: Store, by: By, agreement: str, question: Question) -> Entered:
    """Ask a partner what use was made of its look-ups, and why."""
    request_id = uuid4()
    with act(store, by, "request.asked") as doing:
        if by.role not in ASKS:
            raise NotAllowed("partners are asked by an owner's representative or the privacy officer", code="no-duty")
        if kept.row_of(doing.connection, agreement) is None:
            raise NotThere("there is no agreement by that name")
        words = _words(question.words, "question")
        today = city_day(doing.at)
        if not today < question.due_on <= today + LATEST:
            raise BadInput("the answer is due on a later day, within a year", field="due_on")
        days = _days(question, today)
        named = _look_ups(doing.connection, agreement, question.look_ups)
        owing.ask(
            doing.connection,
            request_id,
            agreement=agreement,
            owner=by.owner.value if by.role is Role.REPRESENTATIVE and by.owner else None,
            asked_by=by.account,
            due_on=question.due_on,
            days=days,
            inquiries=named,
            question=store.keys.seal(words.encode(), _place(request_id, "question")),
        )
        doing.publish(Kind.DUTY, agreement=agreement, due=question.due_on.isoformat())
        doing.commits["request"] = str(request_id)
        doing.note(request=str(request_id), inquiries=[str(one) for one in named])
        doing.answer |= {"id": str(request_id)}
    return Entered(request_id, doing.entry())


def _words(text: str, name: str) -> str:
    words = text.strip()
    if not words:
        raise BadInput(f"write the {name}", field=name)
    if len(words) > LONGEST:
        raise BadInput(f"the {name} has at most {LONGEST} characters; send the rest as a letter", field=name)
    return words


def _days(question: Question, today: date) -> tuple[date | None, date | None]:
    first, last = question.first_day, question.last_day
    if (first is None) != (last is None):
        raise BadInput("name the first and the last day, or neither", field="last_day" if first else "first_day")
    if first is not None and last is not None and not first <= last <= today:
        raise BadInput("the days asked about begin before they end, and are not to come", field="last_day")
    return first, last


def _look_ups(connection: Connection[TupleRow], agreement: str, named: Sequence[str]) -> list[UUID]:
    """The look-ups that were named, each under this agreement."""
    if len(named) > MOST_LOOK_UPS:
        raise BadInput(f"name at most {MOST_LOOK_UPS} look-ups; ask about days instead", field="look_ups")
    found = []
    for one in named:
        text = one.strip().lower()
        if _RECEIPT.fullmatch(text):
            entry = owing.of_receipt(connection, agreement, bytes.fromhex(text))
        else:
            entry = _number(text)
        found.append(entry)
    known = owing.of_agreement(connection, agreement, [one for one in found if one is not None])
    if any(one not in known for one in found):
        raise BadInput("one of these entries is no look-up under this agreement", field="look_ups")
    return sorted(known)


def _number(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def answer(store: Store, by: By, request_id: UUID, words: str, letter: bytes | None = None) -> UUID:
    """Answer once, with a letter as PDF if there is one; the entry."""
    with act(store, by, "request.answered") as doing:
        if by.role is not Role.ANALYST:
            raise NotAllowed("information requests are answered by the partner's analysts", code="no-duty")
        found = owing.request(doing.connection, request_id)
        if found is None or found.agency_id != by.agency_id:
            raise NotThere("your agency was asked nothing by that number")
        if found.answered_at is not None:
            raise Conflicts("this request is answered already", code="answered")
        told = _words(words, "answer")
        owing.answer(
            doing.connection,
            request_id,
            by=by.account,
            answer=store.keys.seal(told.encode(), _place(request_id, "answer")),
            letter=store.keys.seal(letter_given(letter), _place(request_id, "letter")) if letter else None,
        )
        late = city_day(doing.at) > found.due_on
        doing.publish(Kind.DUTY, agreement=found.agreement, due=found.due_on.isoformat(), late=late)
        doing.commits["request"] = str(request_id)
        doing.note(request=str(request_id))
        doing.answer |= {"id": str(request_id)}
    return doing.entry()


def requests(store: Store, by: By) -> Sequence[Asked]:
    """The requests that one is concerned with, newest first: all for owners, privacy officer and auditor."""
    with act(store, by, "requests.shown") as doing:
        if by.role not in SEES:
            raise NotAllowed("your duty has no access to information requests", code="no-duty")
        rows = owing.requests(doing.connection, by.agency_id if by.role is Role.ANALYST else None)
        doing.note(requests=[str(row.id) for row in rows])
    return [_asked(store, row, words=by.role in READS) for row in rows]


def _asked(store: Store, row: Request, *, words: bool) -> Asked:
    today = city_day(now())
    done = row.answered_at
    late = (city_day(done) if done else today) > row.due_on
    state = Answered.ANSWERED if done else Answered.OVERDUE if late else Answered.OPEN
    question = store.keys.open(row.question, _place(row.id, "question")).decode() if words else None
    answered = store.keys.open(row.answer, _place(row.id, "answer")).decode() if words and row.answer else None
    return Asked(
        row.id,
        row.agreement,
        row.partner,
        row.owner,
        row.asked_by,
        row.asked_at,
        row.due_on,
        row.first_day,
        row.last_day,
        row.inquiries,
        state,
        late,
        row.answered_by,
        done,
        row.has_letter,
        question,
        answered,
    )


def letter_of(store: Store, by: By, request_id: UUID) -> bytes:
    """The letter that came with an answer, for who reads answers; refused when there is none."""
    with act(store, by, "request.letter-shown") as doing:
        found = owing.request(doing.connection, request_id)
        if by.role not in READS:
            raise NotAllowed("your duty does not read answers of partners", code="no-duty")
        if found is None or (by.role is Role.ANALYST and found.agency_id != by.agency_id):
            raise NotThere("there is no letter by that number")
        sealed = owing.letter(doing.connection, request_id)
        if sealed is None:
            raise NotThere("there is no letter by that number")
        doing.note(request=str(request_id))
    return store.keys.open(sealed, _place(request_id, "letter"))


def _place(request_id: UUID, what: str) -> str:
    """Where in the database something is sealed."""
    return f"sharing.request.{what}:{request_id}"

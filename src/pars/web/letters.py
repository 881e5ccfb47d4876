"""Letters of an agreement as PDF, on the same forms as the papers of an arrest. They come in English, between agencies.

A receipt of an information request says who asks, of which look-ups and until when; the question itself may hold what
nobody wrote it for, and stands on the partner's page alone.
"""

from collections.abc import Mapping
from datetime import date

from fastapi.responses import Response

from pars.actions import letters
from pars.actions.acting import By
from pars.actions.letters import Letter, LetterKind
from pars.web.issuing import Where
from pars.web.pages import shown_time
from pars.web.papers.sheet import Count, Form, Instant, Language, Printed, Sheet, Text
from pars.web.papers.table import FORMS
from pars.web.papers.typesetting import typeset


class AgreementNotice(Sheet, frozen=True, kw_only=True):
    """What the partner is told: which agreement, what happened, when, by whom, and why unless that was left out."""

    partner: Text
    agreement: Text
    what: Text
    given_at: Instant
    given_by: Text | None
    reason: Text | None
    last_day: date | None

    @property
    def number(self) -> str:
        """The agreement's name."""
        return self.agreement


class RequestReceipt(Sheet, frozen=True, kw_only=True):
    """That a partner was asked something: by whom, of how many look-ups or which days, until when."""

    partner: Text
    agreement: Text
    request: Text
    asked_at: Instant
    asked_by: Text
    due_on: date
    look_ups: Count
    first_day: date | None
    last_day: date | None
    answered_at: Instant | None
    late: bool

    @property
    def number(self) -> str:
        """The agreement's name."""
        return self.agreement


FORM_OF: Mapping[LetterKind, Form] = {
    LetterKind.WITHDRAWAL: FORMS["withdrawal"],
    LetterKind.SUSPENSION: FORMS["suspension"],
    LetterKind.OVERDUE: FORMS["overdue"],
    LetterKind.NON_RENEWAL: FORMS["non-renewal"],
    LetterKind.REQUEST: FORMS["request"],
    LetterKind.PATTERN: FORMS["pattern"],
}
"""Every letter with its form."""

LETTER_OF_VOTE = "letter-of-vote.pdf"
"""The name of the file that an uploaded letter is given back as; the one that it came with is not kept."""

ISSUERS: Mapping[str | None, str] = {
    "police": "Police Department",
    "district-attorney": "District Attorney’s Office",
    "court": "Municipal Court",
}
_WHAT: Mapping[LetterKind, str] = {
    LetterKind.WITHDRAWAL: "withdrawal",
    LetterKind.SUSPENSION: "suspension",
    LetterKind.OVERDUE: "overdue",
    LetterKind.PATTERN: "pattern",
    LetterKind.NON_RENEWAL: "non-renewal",
}


def sheet_of(letter: Letter) -> Sheet:
    """The letter as it is printed."""
    issuer = ISSUERS.get(letter.owner)
    if letter.asked is None:
        return AgreementNotice(
            issuer=issuer or "The owners of the record",
            partner=letter.partner,
            agreement=letter.agreement,
            what=_WHAT[letter.kind],
            given_at=letter.at,
            given_by=letter.by,
            reason=letter.reason,
            last_day=letter.last_day,
        )
    asked = letter.asked
    return RequestReceipt(
        issuer=issuer or "The privacy officer of the owners",
        partner=letter.partner,
        agreement=letter.agreement,
        request=str(asked.id),
        asked_at=asked.asked_at,
        asked_by=asked.asked_by,
        due_on=asked.due_on,
        look_ups=len(asked.look_ups),
        first_day=asked.first_day,
        last_day=asked.last_day,
        answered_at=asked.answered_at,
        late=asked.late,
    )


def issue_letter(where: Where, by: By, agreement: str, name: str) -> Response:
    """Print a letter as PDF; every printing is an entry, and the second one by an agency says that it is a copy."""
    written = letters.write_letter(where.store, by, agreement, name)
    form = FORM_OF[written.letter.kind]
    printed = Printed(
        form_number=form.number,
        version=form.version,
        printed_at=shown_time(written.at),
        printed_by=by.full_name,
        entry_code=written.code,
        copy=written.copy,
        language=Language.ENGLISH,
        city=where.city,
        demo=where.demo,
    )
    named = f'inline; filename="letter-{written.code}.pdf"'
    made = typeset(form, sheet_of(written.letter), printed)
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": named})

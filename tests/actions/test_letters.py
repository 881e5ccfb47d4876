"""Letters: what an owner or the agreement itself said against it, as PDF with a code that finds its entry."""

import io
from collections.abc import Sequence
from datetime import timedelta

import psycopg
import pytest
from pypdf import PdfReader
from tests.partnership import Partnership, terms

from pars import clock
from pars.actions import agreements, agreements_shown, letters, requesting, suspending
from pars.actions.acting import By
from pars.actions.agreements import Saying
from pars.actions.letters import LetterKind
from pars.actions.requesting import Question
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.web.issuing import Where
from pars.web.letters import FORM_OF, issue_letter

COURT = Owner.COURT
TODAY = clock.city_day(clock.now())
WHY = "The council voted against it."


def printed(partnership: Partnership, by: By, name: str) -> tuple[PdfReader, str]:
    """A letter as somebody prints it, and its text."""
    answer = issue_letter(Where(partnership.store, "Testing", demo=True), by, "sheriff", name)
    reader = PdfReader(io.BytesIO(bytes(answer.body)))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def only(partnership: Partnership, by: By) -> letters.Letter:
    """The one letter that somebody is concerned with."""
    (one,) = every(partnership, by)
    return one


def every(partnership: Partnership, by: By) -> Sequence[letters.Letter]:
    """The letters that somebody is concerned with."""
    return letters.letters(partnership.store, by, agreements_shown.agreement(partnership.store, by, "sheriff"))


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("decision", [Decision.WITHDRAW, Decision.SUSPEND])
def test_an_owner_that_stops_an_agreement_has_its_letter_with_the_reason_unless_left_out(
    partnership: Partnership, decision: Decision, *, told: bool
) -> None:
    partnership.agree()
    saying = Saying(decision, WHY, reason_told=told)
    agreements.say(partnership.store, partnership.speaker(COURT), "sheriff", saying)

    for by in (partnership.speaker(Owner.POLICE), partnership.analyst(), partnership.staff(Role.PRIVACY_OFFICER)):
        one = only(partnership, by)
        reader, text = printed(partnership, by, one.name)
        form = FORM_OF[one.kind]
        assert form.number in text
        assert form.titles[next(iter(form.titles))] in (reader.metadata.title or "")  # type: ignore[union-attr] # ua-1
        assert "/StructTreeRoot" in reader.root_object
        assert "Example County Sheriff" in text
        assert ("council" in text) is told
        assert "COPY" not in text
        assert "COPY" in printed(partnership, by, one.name)[1]
    shown = agreements_shown.agreement(partnership.store, partnership.analyst(), "sheriff")
    minutes = agreements_shown.agreement(partnership.store, partnership.speaker(Owner.POLICE), "sheriff")
    assert shown.said[-1].reason == (WHY if told else "")
    assert minutes.said[-1].reason == WHY


def test_the_code_on_a_letter_finds_its_entry(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    partnership.say(COURT, Decision.WITHDRAW)
    name = only(partnership, partnership.analyst()).name

    _, text = printed(partnership, partnership.analyst(), name)

    with psycopg.connect(admin_url) as connection:
        (row,) = connection.execute(
            "select l.code, e.verb, e.public ->> 'kind' from sharing.letter l join ledger.entry e on e.nonce = l.entry"
        ).fetchall()
    assert row[0] in text
    assert row[1:] == ("letter.printed", "record")


def test_an_owner_gives_notice_of_non_renewal_once_and_the_term_runs_on(partnership: Partnership) -> None:
    store, court = partnership.store, partnership.speaker(COURT)
    partnership.agree()

    letters.decline_renewal(store, court, "sheriff", WHY)

    one = only(partnership, partnership.analyst())
    assert (one.kind, one.owner) == (LetterKind.NON_RENEWAL, "court")
    _, text = printed(partnership, partnership.analyst(), one.name)
    assert "will not renew" in text
    assert "council" in text
    shown = agreements_shown.agreement(store, partnership.analyst(), "sheriff")
    assert shown.standing.stands
    assert [(told.kind, told.owner, told.reason) for told in shown.notices] == [("non-renewal", "court", WHY)]
    with pytest.raises(Conflicts, match="already"):
        letters.decline_renewal(store, court, "sheriff", WHY)
    letters.decline_renewal(store, partnership.speaker(Owner.POLICE), "sheriff", WHY, reason_told=False)
    told = agreements_shown.agreement(store, partnership.analyst(), "sheriff").notices[0]
    assert (told.owner, told.reason) == ("police", None)


def test_notice_of_non_renewal_is_an_owners_of_a_term_at_work_with_a_reason(partnership: Partnership) -> None:
    store, court = partnership.store, partnership.speaker(COURT)
    partnership.propose()

    with pytest.raises(Conflicts, match="no term"):
        letters.decline_renewal(store, court, "sheriff", WHY)
    for owner in Owner:
        partnership.say(owner, Decision.GRANT)
    for by in (partnership.analyst(), partnership.staff(Role.PRIVACY_OFFICER)):
        with pytest.raises(NotAllowed):
            letters.decline_renewal(store, by, "sheriff", WHY)
    with pytest.raises(BadInput):
        letters.decline_renewal(store, court, "sheriff", "  ")
    with pytest.raises(NotThere):
        letters.decline_renewal(store, court, "nobody", WHY)


def test_an_end_by_overdue_duties_has_its_letter(partnership: Partnership, admin_url: str) -> None:
    text = terms(first=TODAY - timedelta(days=300)) + "\n[duties]\noverdue_suspends_after_days = 1\n"
    partnership.agree(text)
    question = Question("Why?", TODAY + timedelta(days=1))
    requesting.ask(partnership.store, partnership.speaker(COURT), "sheriff", question)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.term set began_at = began_at - interval '9 days'")
        connection.execute("update sharing.request set due_on = due_on - 9")
    suspending.suspend_overdue(partnership.store)

    found = {one.kind: one.name for one in every(partnership, partnership.analyst())}

    assert set(found) == {LetterKind.OVERDUE, LetterKind.REQUEST}
    assert "ends its own term" in printed(partnership, partnership.analyst(), found[LetterKind.OVERDUE])[1]


def test_the_receipt_of_a_request_says_days_and_not_the_question(partnership: Partnership) -> None:
    partnership.agree()
    due = TODAY + timedelta(days=14)
    question = Question("Why Markedname?", due, first_day=TODAY - timedelta(days=3), last_day=TODAY)
    asked = requesting.ask(partnership.store, partnership.staff(Role.PRIVACY_OFFICER), "sheriff", question).id
    name = only(partnership, partnership.analyst()).name

    _, before = printed(partnership, partnership.speaker(COURT), name)
    requesting.answer(partnership.store, partnership.analyst(), asked, "Markedanswer.")
    _, after = printed(partnership, partnership.analyst(), name)

    assert str(asked) in before
    assert "not yet" in before
    assert "not yet" not in after
    assert "Marked" not in before + after
    assert "those from" in before


def test_no_stranger_and_no_desk_prints_a_letter(partnership: Partnership) -> None:
    partnership.agree()
    partnership.say(COURT, Decision.WITHDRAW)
    store = partnership.store

    for by in (partnership.staff(Role.OFFICER), partnership.staff(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            letters.write_letter(store, by, "sheriff", "said-4")
    with pytest.raises(NotThere):
        letters.write_letter(store, partnership.analyst("stranger"), "sheriff", "said-4")
    with pytest.raises(NotThere):
        letters.write_letter(store, partnership.analyst(), "sheriff", "said-1")  # a grant has no letter

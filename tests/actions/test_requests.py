"""A partner is asked what use was made of its look-ups, and answers once; the words are sealed, the days are not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.partnership import Partnership, asks

from pars import clock
from pars.actions import inquiries, requesting
from pars.actions.inquiries import inquire
from pars.actions.requesting import Answered, Question
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere, ParsError, TooLarge
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision

TODAY = clock.city_day(clock.now())
WORDS = "Why was Markedname looked up on Tuesday?"
ASKED = Question(WORDS, TODAY + timedelta(days=14))
LETTER = b"%PDF-1.7 a letter"


@pytest.fixture
def asked(partnership: Partnership) -> UUID:
    """A question of the court."""
    partnership.agree()
    return requesting.ask(partnership.store, partnership.speaker(Owner.COURT), "sheriff", ASKED).id


def test_an_owner_asks_the_partner_answers_once_and_both_read_it(partnership: Partnership, asked: UUID) -> None:
    store = partnership.store
    (before,) = requesting.requests(store, partnership.analyst())

    requesting.answer(store, partnership.analyst("analyst-2"), asked, "  For case 41.  ", LETTER)

    assert (before.question, before.state, before.answer, before.late) == (WORDS, Answered.OPEN, None, False)
    for by in (partnership.analyst(), partnership.speaker(Owner.POLICE), partnership.staff(Role.PRIVACY_OFFICER)):
        (after,) = requesting.requests(store, by)
        assert (after.state, after.answer, after.has_letter) == (Answered.ANSWERED, "For case 41.", True)
        assert requesting.letter_of(store, by, asked) == LETTER
    with pytest.raises(Conflicts, match="already"):
        requesting.answer(store, partnership.analyst(), asked, "Something else.")


def test_an_auditor_sees_that_it_was_asked_and_no_words(partnership: Partnership, asked: UUID) -> None:
    auditor = partnership.staff(Role.AUDITOR)
    requesting.answer(partnership.store, partnership.analyst(), asked, "For case 41.", LETTER)

    (seen,) = requesting.requests(partnership.store, auditor)

    assert (seen.question, seen.answer, seen.state) == (None, None, Answered.ANSWERED)
    with pytest.raises(NotAllowed):
        requesting.letter_of(partnership.store, auditor, asked)


def test_no_word_of_question_answer_or_letter_stands_in_a_public_part_or_open_in_the_database(
    partnership: Partnership, asked: UUID, admin_url: str
) -> None:
    requesting.answer(partnership.store, partnership.analyst(), asked, "Markedanswer did it.", b"%PDF-Markedletter")

    with psycopg.connect(admin_url) as connection:
        public = connection.execute(
            "select public from ledger.entry where verb in ('request.asked', 'request.answered') order by id"
        ).fetchall()
        everything = connection.execute(
            "select e::text || encode(e.leaf, 'escape') from ledger.entry e"
            " union all select r::text || encode(r.question || r.answer || r.letter, 'escape') from sharing.request r"
            " union all select encode(d.sealed, 'escape') from ledger.detail d"
        ).fetchall()

    always = {"v", "kind", "owner", "day", "nonce", "commit", "verb", "agreement", "due"}
    assert [set(row[0]) for row in public] == [always, always | {"late"}]
    assert [row[0]["kind"] for row in public] == ["duty", "duty"]
    assert "Marked" not in repr(everything)


def test_look_ups_are_named_by_entry_or_receipt_and_only_those_of_the_agreement(partnership: Partnership) -> None:
    store, court = partnership.store, partnership.speaker(Owner.COURT)
    partnership.agree()
    receipt = inquire(store, partnership.analyst(), asks()).receipt.entry_hash
    first = inquiries.own(store, partnership.analyst())[0].nonce
    inquire(store, partnership.analyst(), asks("Another"))
    second = inquiries.own(store, partnership.analyst())[0].nonce

    asked = requesting.ask(store, court, "sheriff", replace(ASKED, look_ups=[receipt.upper(), str(second)])).id

    (seen,) = requesting.requests(store, court)
    assert (seen.id, set(seen.look_ups)) == (asked, {first, second})
    for wrong in (str(uuid4()), "0" * 64, "the one on Tuesday"):
        with pytest.raises(BadInput, match="no look-up under this agreement"):
            requesting.ask(store, court, "sheriff", replace(ASKED, look_ups=[str(first), wrong]))


WRONG = {
    "no words": replace(ASKED, words=" \n "),
    "too many words": replace(ASKED, words="x" * 5001),
    "due today": replace(ASKED, due_on=TODAY),
    "due in years": replace(ASKED, due_on=TODAY + timedelta(days=400)),
    "one day of two": replace(ASKED, first_day=TODAY),
    "days that end before they begin": replace(ASKED, first_day=TODAY, last_day=TODAY - timedelta(days=1)),
    "days to come": replace(ASKED, first_day=TODAY, last_day=TODAY + timedelta(days=2)),
    "too many look-ups": replace(ASKED, look_ups=["x"] * 501),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_question_that_cannot_be_right_is_refused_and_nothing_is_asked(partnership: Partnership, what: str) -> None:
    partnership.agree()
    court = partnership.speaker(Owner.COURT)

    with pytest.raises(BadInput):
        requesting.ask(partnership.store, court, "sheriff", WRONG[what])

    assert list(requesting.requests(partnership.store, court)) == []


def test_who_may_ask_answer_and_read(partnership: Partnership, asked: UUID) -> None:
    store = partnership.store
    stranger, officer = partnership.analyst("stranger"), partnership.staff(Role.OFFICER)

    refused: list[tuple[str, type[ParsError]]] = []
    calls: dict[str, Callable[[], object]] = {
        "an officer asks": lambda: requesting.ask(store, officer, "sheriff", ASKED),
        "a partner asks": lambda: requesting.ask(store, partnership.analyst(), "sheriff", ASKED),
        "an auditor asks": lambda: requesting.ask(store, partnership.staff(Role.AUDITOR), "sheriff", ASKED),
        "of no agreement": lambda: requesting.ask(store, partnership.speaker(Owner.COURT), "nobody", ASKED),
        "another agency answers": lambda: requesting.answer(store, stranger, asked, "It was us."),
        "an owner answers": lambda: requesting.answer(store, partnership.speaker(Owner.COURT), asked, "No."),
        "an officer reads": lambda: requesting.requests(store, officer),
        "another agency's letter": lambda: requesting.letter_of(store, stranger, asked),
        "no letter yet": lambda: requesting.letter_of(store, partnership.analyst(), asked),
    }
    for name, call in calls.items():
        with pytest.raises(ParsError) as refusal:
            call()
        refused.append((name, type(refusal.value)))

    assert dict(refused) == {
        "an officer asks": NotAllowed,
        "a partner asks": NotAllowed,
        "an auditor asks": NotAllowed,
        "of no agreement": NotThere,
        "another agency answers": NotThere,
        "an owner answers": NotAllowed,
        "an officer reads": NotAllowed,
        "another agency's letter": NotThere,
        "no letter yet": NotThere,
    }
    assert list(requesting.requests(store, stranger)) == []


@pytest.mark.parametrize(("letter", "refusal"), [(b"GIF89a", BadInput), (b"%PDF-" + b"x" * 5_000_000, TooLarge)])
def test_a_letter_that_is_none_is_refused_with_its_answer(
    partnership: Partnership, asked: UUID, letter: bytes, refusal: type[ParsError]
) -> None:
    with pytest.raises(refusal):
        requesting.answer(partnership.store, partnership.analyst(), asked, "See the letter.", letter)

    assert requesting.requests(partnership.store, partnership.analyst())[0].state is Answered.OPEN


def test_an_answer_after_its_day_says_that_it_is_late(partnership: Partnership, asked: UUID, admin_url: str) -> None:
    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.request set due_on = %s", (TODAY - timedelta(days=1),))
    (before,) = requesting.requests(partnership.store, partnership.analyst())

    requesting.answer(partnership.store, partnership.analyst(), asked, "Sorry.")

    (after,) = requesting.requests(partnership.store, partnership.analyst())
    assert (before.state, before.late) == (Answered.OVERDUE, True)
    assert (after.state, after.late) == (Answered.ANSWERED, True)


def test_a_partner_whose_agreement_was_withdrawn_still_answers(partnership: Partnership, asked: UUID) -> None:
    partnership.say(Owner.POLICE, Decision.WITHDRAW)

    requesting.answer(partnership.store, partnership.analyst(), asked, "For case 41.")

    assert requesting.requests(partnership.store, partnership.analyst())[0].state is Answered.ANSWERED

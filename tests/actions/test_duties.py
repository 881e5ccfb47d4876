"""What a partner owes: outcomes, answers and certificates, each counted as overdue when its days are over."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.partnership import Partnership, asks, terms

from pars import clock
from pars.actions import duties, inquiries, requesting
from pars.actions.inquiries import inquire
from pars.actions.requesting import Question
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere, ParsError
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.sharing.owed import Duty
from pars.sharing.vocabulary import Destruction, Outcome

TODAY = clock.city_day(clock.now())
METHOD = Destruction.ERASED.value


@pytest.fixture
def asked(partnership: Partnership) -> UUID:
    """A look-up of the partner."""
    partnership.agree()
    inquire(partnership.store, partnership.analyst(), asks())
    return inquiries.own(partnership.store, partnership.analyst())[0].nonce


def counted(partnership: Partnership, duty: Duty = Duty.OUTCOME) -> tuple[int, int]:
    """What owners see: how much of a kind is open, and how much of it is overdue."""
    (one,) = (one for one in duties.owed(partnership.store, partnership.speaker(Owner.COURT)) if one.duty is duty)
    return one.open, one.overdue


def days_ago(admin_url: str, days: int, nonce: UUID | None = None) -> None:
    """The look-ups, or one of them, were asked so many days ago."""
    with psycopg.connect(admin_url) as connection:
        connection.execute(
            "update sharing.inquiry set day = %s where nonce = coalesce(%s, nonce)",
            (TODAY - timedelta(days=days), nonce),
        )


@pytest.mark.parametrize("outcome", list(Outcome))
def test_each_outcome_is_reported_once(partnership: Partnership, asked: UUID, outcome: Outcome) -> None:
    before = counted(partnership)

    duties.report(partnership.store, partnership.analyst("analyst-2"), asked, outcome.value)

    assert (before, counted(partnership)) == ((1, 0), (0, 0))
    assert inquiries.own(partnership.store, partnership.analyst())[0].outcome == outcome.value
    with pytest.raises(Conflicts):
        duties.report(partnership.store, partnership.analyst(), asked, outcome.value)


def test_an_outcome_that_is_not_reported_in_its_days_is_overdue(
    partnership: Partnership, asked: UUID, admin_url: str
) -> None:
    seen = []
    for days in (30, 31):
        days_ago(admin_url, days)
        seen.append(counted(partnership))

    assert seen == [(1, 0), (1, 1)]


def test_nobody_reports_for_another_agency_or_for_nothing(partnership: Partnership, asked: UUID) -> None:
    store = partnership.store

    with pytest.raises(NotThere):
        duties.report(store, partnership.analyst("stranger"), asked, Outcome.NO_ACTION.value)
    with pytest.raises(NotThere):
        duties.report(store, partnership.analyst(), uuid4(), Outcome.NO_ACTION.value)
    with pytest.raises(BadInput):
        duties.report(store, partnership.analyst(), asked, "we were curious")
    with pytest.raises(NotAllowed):
        duties.report(store, partnership.speaker(Owner.COURT), asked, Outcome.NO_ACTION.value)
    assert counted(partnership) == (1, 0)


def test_a_partner_sees_its_own_duties_and_the_desks_none(partnership: Partnership, asked: UUID) -> None:
    own = {one.duty: one.open for one in duties.owed(partnership.store, partnership.analyst())}
    assert own == {Duty.OUTCOME: 1, Duty.ANSWER: 0, Duty.CERTIFICATE: 1}
    assert list(duties.owed(partnership.store, partnership.analyst("stranger"))) == []
    for role in (Role.PRIVACY_OFFICER, Role.AUDITOR):
        assert len(duties.owed(partnership.store, partnership.staff(role))) == len(Duty)
    with pytest.raises(NotAllowed):
        duties.owed(partnership.store, partnership.staff(Role.OFFICER))


# certificates of destruction


def test_what_is_kept_for_longer_than_agreed_is_overdue_until_its_destruction_is_certified(
    partnership: Partnership, asked: UUID, admin_url: str
) -> None:
    store, analyst = partnership.store, partnership.analyst()
    seen = []
    for days in (90, 91):
        days_ago(admin_url, days)
        seen.append(counted(partnership, Duty.CERTIFICATE))
    inquire(store, analyst, asks())

    duties.certify(store, analyst, "sheriff", TODAY - timedelta(days=91), METHOD)

    assert seen == [(1, 0), (1, 1)]
    assert counted(partnership, Duty.CERTIFICATE) == (1, 0)  # that of today
    (kept,) = duties.certificates(store, partnership.speaker(Owner.POLICE), "sheriff")
    assert (kept.up_to, kept.method, kept.certified_by) == (TODAY - timedelta(days=91), METHOD, "Sam analyst")


def test_a_look_up_owes_what_the_version_said_under_which_it_was_asked(
    partnership: Partnership, asked: UUID, admin_url: str
) -> None:
    days_ago(admin_url, 40)
    before = counted(partnership), counted(partnership, Duty.CERTIFICATE)
    lax = terms() + "\n[duties]\noutcome_within_days = 60\nretain_days = 30\n"

    version = partnership.propose(lax)
    for owner in Owner:
        partnership.say(owner, Decision.GRANT, version=version)

    assert before == ((1, 1), (1, 0))
    assert (counted(partnership), counted(partnership, Duty.CERTIFICATE)) == before
    inquire(partnership.store, partnership.analyst(), asks())
    newest = inquiries.own(partnership.store, partnership.analyst())[0].nonce
    days_ago(admin_url, 40, newest)
    assert (counted(partnership), counted(partnership, Duty.CERTIFICATE)) == ((2, 1), (2, 1))


def test_what_is_owed_does_not_tell_whether_a_look_up_found_somebody(partnership: Partnership, admin_url: str) -> None:
    store, analyst = partnership.store, partnership.analyst()
    partnership.agree()
    partnership.charged("Shown")
    partnership.record("Hidden")
    seen = []
    for surname in ("Shown", "Hidden", "Stranger"):
        before = [(one.duty, one.open, one.overdue) for one in duties.owed(store, partnership.analyst())]
        answer = inquire(store, partnership.analyst(), asks(surname))
        after = [(one.duty, one.open, one.overdue) for one in duties.owed(store, partnership.analyst())]
        changed = [(b[0], a[1] - b[1], a[2] - b[2]) for a, b in zip(after, before, strict=True)]
        seen.append((answer.record is not None, changed))
    days_ago(admin_url, 100)

    assert [hit for hit, _ in seen] == [True, False, False]
    assert [changed for _, changed in seen] == [
        [(Duty.OUTCOME, 1, 0), (Duty.ANSWER, 0, 0), (Duty.CERTIFICATE, 1, 0)]
    ] * 3
    assert [(one.open, one.overdue) for one in duties.owed(store, analyst)] == [(3, 3), (0, 0), (3, 3)]


def test_a_certificate_is_the_partners_own_for_days_that_are_over_and_each_covers_more(
    partnership: Partnership, asked: UUID
) -> None:
    store, analyst = partnership.store, partnership.analyst()
    yesterday = TODAY - timedelta(days=1)
    refused: dict[str, type[ParsError]] = {}
    calls: dict[str, Callable[[], object]] = {
        "an owner": lambda: duties.certify(store, partnership.speaker(Owner.COURT), "sheriff", yesterday, METHOD),
        "another agency": lambda: duties.certify(store, partnership.analyst("stranger"), "sheriff", yesterday, METHOD),
        "today": lambda: duties.certify(store, analyst, "sheriff", TODAY, METHOD),
        "any words": lambda: duties.certify(store, analyst, "sheriff", yesterday, "we are careful"),
        "a stranger reads": lambda: duties.certificates(store, partnership.analyst("stranger"), "sheriff"),
        "an officer reads": lambda: duties.certificates(store, partnership.staff(Role.OFFICER), "sheriff"),
    }
    for name, call in calls.items():
        with pytest.raises(ParsError) as refusal:
            call()
        refused[name] = type(refusal.value)

    duties.certify(store, analyst, "sheriff", yesterday, METHOD)

    assert refused == {
        "an owner": NotAllowed,
        "another agency": NotThere,
        "today": BadInput,
        "any words": BadInput,
        "a stranger reads": NotThere,
        "an officer reads": NotAllowed,
    }
    for day in (yesterday, yesterday - timedelta(days=5)):
        with pytest.raises(Conflicts, match="already"):
            duties.certify(store, analyst, "sheriff", day, METHOD)


def test_information_requests_stand_in_the_same_list(partnership: Partnership, asked: UUID, admin_url: str) -> None:
    store, court = partnership.store, partnership.speaker(Owner.COURT)
    number = requesting.ask(store, court, "sheriff", Question("Why?", TODAY + timedelta(days=3))).id
    seen = [counted(partnership, Duty.ANSWER)]
    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.request set due_on = %s", (TODAY - timedelta(days=1),))
    seen.append(counted(partnership, Duty.ANSWER))

    requesting.answer(store, partnership.analyst(), number, "For a case.")

    assert [*seen, counted(partnership, Duty.ANSWER)] == [(1, 0), (1, 1), (0, 0)]

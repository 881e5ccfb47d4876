"""An agreement that says so ends its own term when a duty is overdue for too long, and comes back by new grants."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from tests.partnership import Partnership, asks, terms

from pars import clock
from pars.actions import agreements_shown, duties, inquiries, requesting, suspending
from pars.actions.acting import By, once
from pars.actions.inquiries import inquire
from pars.actions.requesting import Question
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Refused
from pars.sharing.owed import Duty
from pars.sharing.vocabulary import Destruction, Outcome

POLICE, ATTORNEY, COURT = Owner
STRICT = "\n[duties]\noutcome_within_days = 10\nretain_days = 20\noverdue_suspends_after_days = 14\n"
TODAY = clock.city_day(clock.now())


def strict(**changed: object) -> str:
    """Terms that end by themselves."""
    return terms(first=TODAY - timedelta(days=300), **changed) + STRICT


def aged(admin_url: str, days: int, table: str = "inquiry") -> None:
    """Everything was asked, and the term began, so many days earlier."""
    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.term set began_at = began_at - make_interval(days => %s)", (days,))
        if table == "inquiry":
            connection.execute("update sharing.inquiry set day = day - %s", (days,))
        else:
            connection.execute("update sharing.request set due_on = due_on - %s", (days,))


def code_of(partnership: Partnership, by: By | None = None) -> str:
    """The code with which the analyst is refused; “answered” when not."""
    try:
        inquire(partnership.store, by or partnership.analyst(), asks())
    except Refused as refusal:
        return refusal.code
    return "answered"


def state(partnership: Partnership) -> str:
    """How the agreement stands."""
    return agreements_shown.agreement(partnership.store, partnership.speaker(POLICE), "sheriff").standing.state


def test_an_outcome_overdue_for_longer_than_the_agreement_bears_ends_the_term(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree(strict())
    before = partnership.analyst()
    assert code_of(partnership, before) == "answered"
    duties.certify(partnership.store, partnership.analyst(), "sheriff", TODAY - timedelta(days=1), "overwritten")
    aged(admin_url, 24)
    bearable = suspending.suspend_overdue(partnership.store)
    aged(admin_url, 1)

    ended = suspending.suspend_overdue(partnership.store)

    assert (bearable, ended) == ([], ["sheriff"])
    assert state(partnership) == "suspended"
    assert code_of(partnership, before) == "suspended"
    assert suspending.suspend_overdue(partnership.store) == []
    with psycopg.connect(admin_url) as connection:
        told = connection.execute("select public from ledger.entry where verb = 'agreement.suspended'").fetchall()
        term = connection.execute("select id::text, ended_by from sharing.term").fetchall()
    assert [(one[0]["kind"], one[0]["ended"], one[0]["overdue"]) for one in told] == [
        ("agreement", term[0][0], ["outcome"])
    ]
    assert term[0][1] == "overdue"
    for by in (partnership.speaker(COURT), partnership.analyst()):
        (shown,) = agreements_shown.agreements(partnership.store, by)
        assert [one.kind for one in shown.notices] == ["overdue"]


def reported(partnership: Partnership) -> None:
    """The outcome comes in time; the certificate does not."""
    for one in inquiries.own(partnership.store, partnership.analyst()):
        duties.report(partnership.store, partnership.analyst(), one.nonce, Outcome.NO_ACTION.value)


def certified(partnership: Partnership) -> None:
    """Both come in time."""
    reported(partnership)
    yesterday = TODAY - timedelta(days=1)
    duties.certify(partnership.store, partnership.analyst(), "sheriff", yesterday, Destruction.SHREDDED.value)


@pytest.mark.parametrize(
    ("does", "ended_after"), [(lambda _: None, 25), (reported, 35), (certified, None)], ids=["none", "one", "both"]
)
def test_each_duty_that_is_done_lets_the_term_go_on(
    partnership: Partnership, admin_url: str, does: Callable[[Partnership], None], ended_after: int | None
) -> None:
    partnership.agree(strict())
    code_of(partnership)
    aged(admin_url, 1)
    does(partnership)

    found = None
    for days in range(2, 40):
        aged(admin_url, 1)
        if suspending.suspend_overdue(partnership.store):
            found = days
            break

    assert found == ended_after


def test_an_agreement_that_does_not_say_so_never_ends_by_itself(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(terms(first=TODAY - timedelta(days=300)))
    code_of(partnership)
    aged(admin_url, 200)

    assert suspending.suspend_overdue(partnership.store) == []
    assert state(partnership) == "in-force"


@pytest.mark.parametrize(("asker", "ends"), [(Role.REPRESENTATIVE, True), (Role.PRIVACY_OFFICER, False)])
def test_an_owners_unanswered_question_ends_it_and_that_of_the_privacy_officer_does_not(
    partnership: Partnership, admin_url: str, asker: Role, *, ends: bool
) -> None:
    """T24: who may not stop an agreement does not stop it by asking, either."""
    partnership.agree(strict())
    by = partnership.speaker(COURT) if asker is Role.REPRESENTATIVE else partnership.staff(asker)
    requesting.ask(partnership.store, by, "sheriff", Question("Why?", TODAY + timedelta(days=1)))
    aged(admin_url, 15, "request")
    bearable = suspending.suspend_overdue(partnership.store)
    aged(admin_url, 1, "request")

    assert bearable == []
    assert suspending.suspend_overdue(partnership.store) == (["sheriff"] if ends else [])


def test_grants_of_before_do_not_revive_it_and_new_ones_of_the_whole_rule_do(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree(strict())
    before = partnership.analyst()
    code_of(partnership)
    aged(admin_url, 30)
    suspending.suspend_overdue(partnership.store)
    seen = []

    for owner in Owner:
        heard = partnership.say(owner, Decision.GRANT)
        seen.append((heard.state, state(partnership), code_of(partnership)))

    assert seen == [
        ("suspended", "suspended", "suspended"),
        ("suspended", "suspended", "suspended"),
        ("in-force", "in-force", "answered"),
    ]
    assert code_of(partnership, before) == "not-in-force"  # the old sign-in stays dead
    assert suspending.suspend_overdue(partnership.store) == []  # the owners knew: the same days again
    aged(admin_url, 15)
    assert suspending.suspend_overdue(partnership.store) == ["sheriff"]


def test_a_version_that_was_half_granted_before_needs_every_grant_again(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree(strict())
    code_of(partnership)
    version = partnership.propose(strict(per_user=7))
    for owner in (POLICE, ATTORNEY):
        partnership.say(owner, Decision.GRANT, version=version)
    aged(admin_url, 30)
    suspending.suspend_overdue(partnership.store)

    assert partnership.say(COURT, Decision.GRANT, version=version).state == "suspended"
    for owner in (POLICE, ATTORNEY):
        heard = partnership.say(owner, Decision.GRANT, version=version)

    assert heard.state == "in-force"


def test_under_two_of_three_the_third_owners_old_grant_gives_none_of_its_fields(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree(strict(consent="two of three"))
    partnership.charged()
    code_of(partnership)
    aged(admin_url, 30)
    suspending.suspend_overdue(partnership.store)
    for owner in (POLICE, COURT):
        partnership.say(owner, Decision.GRANT)

    record = inquire(partnership.store, partnership.analyst(), asks()).record

    assert record is not None
    assert "charges" not in record  # the District Attorney writes them and has not granted anew


def test_an_owners_suspension_that_was_lifted_stays_lifted(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(strict())
    partnership.say(COURT, Decision.SUSPEND)
    partnership.say(COURT, Decision.GRANT)
    code_of(partnership)
    aged(admin_url, 30)
    suspending.suspend_overdue(partnership.store)

    for owner in Owner:
        heard = partnership.say(owner, Decision.GRANT)

    assert heard.state == state(partnership) == "in-force"


def test_a_withdrawal_after_it_says_withdrawn_and_one_before_it_does_not(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree(strict())
    partnership.say(COURT, Decision.WITHDRAW)
    for owner in Owner:
        partnership.say(owner, Decision.GRANT)
    code_of(partnership)
    aged(admin_url, 30)
    suspending.suspend_overdue(partnership.store)
    seen = [state(partnership)]
    partnership.say(POLICE, Decision.WITHDRAW)

    assert [*seen, state(partnership)] == ["suspended", "withdrawn"]


def test_what_is_reported_before_the_lock_is_held_keeps_the_term(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(strict())
    code_of(partnership)
    aged(admin_url, 30)
    duties.certify(partnership.store, partnership.analyst(), "sheriff", TODAY - timedelta(days=1), "overwritten")
    with partnership.store.transaction("pars_act") as connection:
        late = suspending._late(connection, "sheriff")
    reported(partnership)

    assert late == {Duty.OUTCOME: 1}
    assert not once(suspending._suspend, partnership.store, "sheriff")
    assert state(partnership) == "in-force"
    with psycopg.connect(admin_url) as connection:
        left = connection.execute("select count(*) from ledger.entry where verb like 'agreement.suspended%'").fetchone()
    assert left == (0,)

"""What is over its time ends with an entry, a legal hold stops it, lapsed accounts close, and a breach has its list."""

import getpass
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from tests.meanwhile import once_before
from tests.partnership import Partnership

import pars
from pars.actions import attesting, breach, deploying, disclosure, keeping, optional, signin, switches, victims
from pars.actions.life import take
from pars.clock import city_day, now, real_now
from pars.errors import BadInput, NotAllowed, NotSignedIn, NotThere
from pars.record.roles import Owner, Role
from pars.record.switches import Name
from pars.store import standing
from pars.store.database import Store

from .conftest import Book, Who

FORM = {"residence": "alone", "recommendation": "Release"}


def interviews(admin_url: str) -> int:
    """How many pretrial interviews there are."""
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select count(*) from interview.interview").fetchone()
    return int(row[0]) if row else 0


def test_what_is_over_ends_with_an_entry_and_a_legal_hold_stops_it(
    store: Store, who: Who, book: Book, admin_url: str
) -> None:
    speaks = replace(who(Role.REPRESENTATIVE), owner=Owner.POLICE)
    arrests = [book(surname) for surname in ("Overdale", "Heldworth", "Staymoor")]
    for arrest in arrests:
        take(store, who(Role.INTERVIEWER), arrest, "interview", {"form": FORM})
    for arrest in arrests[:2]:
        take(store, who(Role.POLICE_SUPERVISOR), arrest, "divert", {"reason": "program"})
        out = {"opened_by": "4417", "property_returned": True, "papers_given": "none"}
        take(store, who(Role.CUSTODY_SUPERVISOR), arrest, "sign-out", out)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update record.arrest set left_at = left_at - interval '40 days' where left_at is not null")
        numbers: dict[UUID, int] = dict(connection.execute("select id, number from record.arrest").fetchall())

    assert keeping.end_over(store) == 0, "no owner has set a time"
    switches.set_to(store, speaks, Name.KEEP_INTERVIEW_DAYS, "30", reason="no longer than bail needs it")
    until = city_day(now()) + timedelta(days=60)
    hold = keeping.place_hold(store, speaks, numbers[arrests[1]], reason="a suit was announced", until=until)

    assert keeping.end_over(store) == 1
    assert interviews(admin_url) == 2
    assert keeping.end_over(store) == 0, "what was ended is not ended again"
    assert disclosure.open_interview(store, who(Role.INTERVIEWER), arrests[0], why="a test") == []
    found = keeping.kept(store, who(Role.PRIVACY_OFFICER))
    assert [(what, many) for what, _, many in found.ended] == [("interview", 1)]
    assert [sum(many for _, many in one.months) for one in found.endings] == [1, 0, 0]
    assert [one.reason for one in found.holds] == ["a suit was announced"]

    keeping.lift_hold(store, speaks, hold)
    assert keeping.end_over(store) == 1
    with psycopg.connect(admin_url) as connection:
        verbs = connection.execute("select count(*) from ledger.entry where verb = 'interview.ended'").fetchone()
    assert verbs == (2,)
    place = partial(keeping.place_hold, store, speaks)
    for number, reason, last in (
        (999_999, "x", until),
        (numbers[arrests[1]], " ", until),
        (numbers[arrests[1]], "x", city_day(now())),
    ):
        with pytest.raises((BadInput, NotThere)):
            place(number, reason=reason, until=last)
    with pytest.raises(NotAllowed):
        keeping.place_hold(store, who(Role.CLERK), numbers[arrests[1]], reason="x", until=until)
    with pytest.raises(NotThere):
        keeping.lift_hold(store, speaks, hold)


def test_optional_fields_end_by_time_and_only_where_there_are_some(
    store: Store, who: Who, book: Book, admin_url: str
) -> None:
    speaks = replace(who(Role.REPRESENTATIVE), owner=Owner.POLICE)
    last = now() + timedelta(days=60)
    switches.set_to(store, speaks, Name.BIRTHPLACE, "yes", reason="a test", law="a law", until=last)
    written, without = book("Overdale"), book("Plainmoor")
    optional.write(store, who(Role.OFFICER), written, Name.BIRTHPLACE, "Ohio")
    for arrest in (written, without):
        take(store, who(Role.POLICE_SUPERVISOR), arrest, "divert", {"reason": "program"})
        out = {"opened_by": "4417", "property_returned": True, "papers_given": "none"}
        take(store, who(Role.CUSTODY_SUPERVISOR), arrest, "sign-out", out)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update record.arrest set left_at = left_at - interval '40 days'")

    assert keeping.end_over(store) == 0, "no owner has set a time"
    switches.set_to(store, speaks, Name.KEEP_OPTIONAL_DAYS, "30", reason="no longer than the switch needs it")

    assert keeping.end_over(store) == 1
    assert keeping.end_over(store) == 0
    with psycopg.connect(admin_url) as connection:
        left = connection.execute("select count(*) from protected.optional").fetchone()
        ended = connection.execute("select arrest_id, what from house.ended").fetchall()
    assert (left, ended) == ((0,), [(written, "optional")])


def test_protected_persons_end_by_time_once_they_were_told_and_what_they_were_told_stays(
    partnership: Partnership, admin_url: str
) -> None:
    store, clerk, arrest = partnership.store, partnership.staff(Role.CLERK), partnership.record()
    partnership.protect(arrest)
    partnership.take(Role.POLICE_SUPERVISOR, arrest, "divert", {"reason": "program"})
    out = {"opened_by": "4417", "property_returned": True, "papers_given": "none"}
    partnership.take(Role.CUSTODY_SUPERVISOR, arrest, "sign-out", out)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update record.arrest set left_at = left_at - interval '40 days'")
    switches.set_to(store, partnership.speaker(Owner.POLICE), Name.KEEP_PROTECTED_DAYS, "30", reason="a test")

    assert keeping.end_over(store) == 0, "somebody has to be told of the release, by a contact that is kept"
    for owed in victims.owed(store, clerk):
        victims.told(store, clerk, arrest, owed.id, "telephone")
    assert keeping.end_over(store) == 1

    with psycopg.connect(admin_url) as connection:
        left = connection.execute(
            "select (select count(*) from protected.person), (select count(*) from protected.stand_in)"
        ).fetchone()
    assert left == (0, 0)
    assert {one.about for one in victims.of_arrest(store, clerk, arrest)} == {"release"}
    assert keeping.end_over(store) == 0


def test_a_change_of_the_program_is_an_entry_with_who_deployed_it(store: Store, admin_url: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one = 1\n")
    assert deploying.enter_change(store, tmp_path)
    assert not deploying.enter_change(store, tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.py").write_text("made")
    assert not deploying.enter_change(store, tmp_path)

    (tmp_path / "a.py").write_text("one = 2\n")

    assert deploying.enter_change(store, tmp_path)
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute("select version, deployed_by from house.code").fetchall()
        entries = connection.execute("select count(*) from ledger.entry where verb = 'code.changed'").fetchone()
    assert rows == [(pars.__version__, getpass.getuser())] * 2
    assert entries == (2,)


def test_an_account_closes_when_a_day_is_over_and_a_new_one_opens_it(store: Store, who: Who, admin_url: str) -> None:
    officer, supervisor = who(Role.OFFICER), who(Role.POLICE_SUPERVISOR)
    token = signin.sign_in(store, officer.sign_in, "a-word-for-the-tests")
    listed = attesting.review(store, supervisor)
    today = city_day(real_now())

    assert {one.id for one in listed} >= {officer.account}
    assert supervisor.account not in {one.id for one in listed}
    attesting.set_dates(store, supervisor, officer.account, trained=today - timedelta(days=1), certified=None)
    with pytest.raises(NotSignedIn, match="lapsed"):
        signin.who(store, token)
    with pytest.raises(NotSignedIn, match="lapsed"):
        signin.sign_in(store, officer.sign_in, "a-word-for-the-tests")
    assert (attesting.enter_lapsed(store), attesting.enter_lapsed(store)) == (1, 0)

    attesting.set_dates(store, supervisor, officer.account, trained=today + timedelta(days=300), certified=None)
    again = signin.sign_in(store, officer.sign_in, "a-word-for-the-tests")
    assert signin.who(store, again).by.account == officer.account
    with psycopg.connect(admin_url) as connection:
        connection.execute("update house.account set review_by = review_by - 400 where id = %s", (officer.account,))
    with pytest.raises(NotSignedIn, match="lapsed"):
        signin.sign_in(store, officer.sign_in, "a-word-for-the-tests")
    attesting.attest(store, supervisor, officer.account)
    assert signin.sign_in(store, officer.sign_in, "a-word-for-the-tests")
    for nobody in (officer, supervisor, who(Role.CLERK)):
        with pytest.raises(NotAllowed):
            attesting.attest(store, nobody, supervisor.account)


def test_an_account_that_closed_is_entered_once_by_whichever_process_comes_first(
    store: Store, who: Who, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, supervisor = who(Role.OFFICER), who(Role.POLICE_SUPERVISOR)
    yesterday = city_day(real_now()) - timedelta(days=1)
    attesting.set_dates(store, supervisor, officer.account, trained=yesterday, certified=None)
    others = list[int]()
    once_before(monkeypatch, standing, "tell", lambda: others.append(attesting.enter_lapsed(store)))

    ours = attesting.enter_lapsed(store)

    assert ([ours], others) == ([0], [1])
    with psycopg.connect(admin_url) as connection:
        entered = connection.execute("select count(*) from ledger.entry where verb = 'access.lapsed'").fetchone()
    assert entered == (1,)


def test_a_breach_lists_whose_data_an_account_was_shown_and_no_words(store: Store, who: Who, book: Book) -> None:
    seen, unseen = book("Seenwick"), book("Unseenham")
    attorney, privacy = who(Role.CHARGING_ATTORNEY), who(Role.PRIVACY_OFFICER)
    begun = now() - timedelta(minutes=1)
    disclosure.open_arrest(store, attorney, seen, why="a question of the shift")
    disclosure.open_arrest(store, attorney, seen, why="once more")
    breach.warn(store, attorney)

    found = breach.reached_by(store, privacy, attorney.sign_in, begun, now() + timedelta(minutes=1))

    assert [(one.arrest, one.times) for one in found.reached] == [(seen, 2)]
    assert found.reached[0].number is not None
    assert unseen not in {one.arrest for one in found.reached}
    assert breach.reached_by(store, privacy, attorney.sign_in, begun - timedelta(days=2), begun).reached == []
    assert [many for _, many in breach.warnings_by_month(store, privacy)] == [1]
    with pytest.raises(BadInput):
        breach.reached_by(store, privacy, attorney.sign_in, now(), begun)
    with pytest.raises(NotThere):
        breach.reached_by(store, privacy, "nobody.here", begun, now())
    with pytest.raises(NotAllowed):
        breach.reached_by(store, who(Role.AUDITOR), attorney.sign_in, begun, now())


def test_a_round_ends_all_that_is_over_however_much_that_is_and_stops_when_told(
    store: Store, who: Who, book: Book, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newly set keeping time may end a hundred thousand; it must not take weeks of rounds."""
    monkeypatch.setattr(keeping, "AT_A_TIME", 2)
    for surname in ("Overdale", "Heldworth", "Staymoor", "Longkept", "Elderly"):
        take(store, who(Role.INTERVIEWER), book(surname), "interview", {"form": FORM})
    with psycopg.connect(admin_url) as connection:
        connection.execute(
            "update record.arrest set custody = 'released', exit = 'diverted', left_at = now() - interval '40 days'"
        )
    speaks = replace(who(Role.REPRESENTATIVE), owner=Owner.POLICE)
    switches.set_to(store, speaks, Name.KEEP_INTERVIEW_DAYS, "30", reason="no longer than bail needs it")

    assert keeping.end_over(store, lambda: True) == 0
    assert keeping.end_over(store) == 5
    assert interviews(admin_url) == 0

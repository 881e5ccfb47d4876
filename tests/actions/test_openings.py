"""Break-glass: two people of two owners open one part of one arrest for an hour; nobody else, nothing else."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.partnership import Partnership

from pars.actions import disclosure, openings
from pars.actions.acting import By
from pars.actions.booking import ChargeGiven, NewArrest, record_arrest
from pars.actions.openings import Heard
from pars.actions.person_given import PersonGiven
from pars.actions.reporting import ProtectedPerson
from pars.clock import now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.roles import Owner, Role
from pars.sharing.breakglass import MAY_ASK, MINUTES, Finding, Opened
from pars.sharing.duty import READERS, Part
from pars.store.database import Store

from .test_disclosure import entries

WHY = "the victim's brother is at the door, armed; to warn her"


@pytest.fixture
def arrest(partnership: Partnership) -> UUID:
    """An arrest with a victim."""
    made = partnership.record()
    partnership.protect(made)
    return made


def asked(partnership: Partnership, arrest: UUID, part: Opened = Opened.PROTECTED) -> UUID:
    """A detention officer asks."""
    return openings.ask(partnership.store, partnership.staff(Role.DETENTION_OFFICER), arrest, part, why=WHY).id


def agree(partnership: Partnership, opening: UUID, *roles: Role) -> Heard:
    """Supervisors agree, one after the other."""
    return [openings.agree(partnership.store, partnership.staff(role), opening) for role in roles][-1]


def opened(partnership: Partnership, arrest: UUID, part: Opened = Opened.PROTECTED) -> UUID:
    """An opening at work: police and prosecution have agreed."""
    opening = asked(partnership, arrest, part)
    agree(partnership, opening, Role.CUSTODY_SUPERVISOR, Role.CHARGING_SUPERVISOR)
    return opening


def moved(admin_url: str, minutes: int) -> None:
    """Time has passed since everything of an opening."""
    with psycopg.connect(admin_url) as connection:
        for table, column in (("opening", "asked_at"), ("opening_signature", "signed_at")):
            connection.execute(
                f"update sharing.{table} set {column} = {column} - interval '{minutes} minutes'".encode()
            )


def names(partnership: Partnership, arrest: UUID, by: By) -> list[str]:
    """Whom the store of protected persons shows."""
    held = disclosure.open_protected(partnership.store, by, arrest)
    return [disclosure.read_sealed(one, ProtectedPerson).surname for one in held]


def test_two_of_two_owners_open_it_to_the_asker_alone(partnership: Partnership, arrest: UUID) -> None:
    detention = partnership.staff(Role.DETENTION_OFFICER)
    opening = asked(partnership, arrest)
    for agreed in ([], [Role.CUSTODY_SUPERVISOR]):
        for role in agreed:
            assert agree(partnership, opening, role).state == "asked"
        with pytest.raises(NotAllowed):
            names(partnership, arrest, detention)

    assert agree(partnership, opening, Role.CHARGING_SUPERVISOR).state == "open"

    assert names(partnership, arrest, detention) == ["Marked Victim"]
    other = partnership.record("Another", "Person")
    for who, where in ((partnership.staff(Role.MAGISTRATE), arrest), (detention, other)):
        with pytest.raises(NotAllowed):
            names(partnership, where, who)
    with pytest.raises(NotAllowed):
        disclosure.open_interview(partnership.store, detention, arrest)
    with pytest.raises(NotAllowed):
        disclosure.open_children(partnership.store, detention)


def test_each_look_is_an_entry_that_names_the_opening_and_the_review_counts_them(
    partnership: Partnership, arrest: UUID
) -> None:
    opening = opened(partnership, arrest)

    for _ in range(2):
        names(partnership, arrest, partnership.staff(Role.DETENTION_OFFICER))

    looks = entries(partnership.store, "protected.shown")
    assert [one["details"]["opening"] for one in looks] == [str(opening)] * 2  # type: ignore[index] # a JSON object
    assert [one["commits"]["opening"] for one in looks] == [str(opening)] * 2  # type: ignore[index] # a JSON object
    (shown,) = openings.openings(partnership.store, partnership.speaker(Owner.COURT))
    assert shown.looks == 2


def test_the_third_owner_is_told_at_once_on_every_page_and_in_the_entry(partnership: Partnership, arrest: UUID) -> None:
    opened(partnership, arrest)

    for told in (partnership.speaker(Owner.COURT), partnership.staff(Role.CLERK)):
        (notice,) = openings.at_work(partnership.store, told)
        assert (notice.part, notice.own) == (Opened.PROTECTED, False)
        assert MINUTES - 1 <= notice.minutes_left <= MINUTES
    assert openings.at_work(partnership.store, partnership.staff(Role.MAGISTRATE)) == []
    assert entries(partnership.store, "opening.agreed")[-1]["details"]["told"] == ["court"]  # type: ignore[index] # JSON


def test_neither_the_asker_nor_two_of_one_owner_open_it(partnership: Partnership, arrest: UUID) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.CUSTODY_SUPERVISOR)
    own = openings.ask(store, supervisor, arrest, Opened.PROTECTED, why=WHY).id
    with pytest.raises(NotAllowed):
        openings.agree(store, supervisor, own)
    opening = asked(partnership, arrest)
    agree(partnership, opening, Role.CUSTODY_SUPERVISOR)

    for role in (Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR):
        with pytest.raises(NotAllowed):
            agree(partnership, opening, role)
    for role in set(Role) - {Role.REPRESENTATIVE, Role.ANALYST, Role.CHARGING_SUPERVISOR, Role.CLERK}:
        with pytest.raises(NotAllowed):
            openings.agree(store, partnership.staff(role), opening)
    with pytest.raises(NotAllowed):
        openings.agree(store, partnership.speaker(Owner.COURT), opening)


def test_nobody_agrees_for_two_owners_one_after_the_other(partnership: Partnership, arrest: UUID) -> None:
    opening = asked(partnership, arrest)
    agree(partnership, opening, Role.CUSTODY_SUPERVISOR)
    works_elsewhere = replace(partnership.staff(Role.CUSTODY_SUPERVISOR), role=Role.CHARGING_SUPERVISOR)

    with pytest.raises(NotAllowed, match="you have agreed already"):
        openings.agree(partnership.store, works_elsewhere, opening)

    assert agree(partnership, opening, Role.CHARGING_SUPERVISOR).state == "open"


@pytest.mark.parametrize("part", list(Opened))
def test_only_those_of_the_table_may_ask(partnership: Partnership, arrest: UUID, part: Opened) -> None:
    for role in set(Role) - MAY_ASK[part] - {Role.REPRESENTATIVE, Role.ANALYST}:
        with pytest.raises(NotAllowed):
            openings.ask(partnership.store, partnership.staff(role), arrest, part, why=WHY)
    for by in (partnership.speaker(Owner.POLICE), partnership.analyst()):
        with pytest.raises(NotAllowed):
            openings.ask(partnership.store, by, arrest, part, why=WHY)


def test_rule_530_and_discovery_know_no_emergency() -> None:
    assert MAY_ASK[Opened.INTERVIEW] == {Role.CLERK}
    assert all(Role.DEFENDER not in roles for roles in MAY_ASK.values())
    assert all(not MAY_ASK[part] & READERS[part.value] for part in Opened if part is not Opened.ARREST)


def test_without_a_reason_or_an_arrest_nothing_is_asked(partnership: Partnership, arrest: UUID) -> None:
    store, by = partnership.store, partnership.staff(Role.DETENTION_OFFICER)

    for why in ("", "   ", "x" * 501):
        with pytest.raises(BadInput):
            openings.ask(store, by, arrest, Opened.PROTECTED, why=why)
    with pytest.raises(NotThere):
        openings.ask(store, by, uuid4(), Opened.PROTECTED, why=WHY)
    with pytest.raises(NotThere):
        openings.ask(store, by, arrest, Opened.CHILDREN, why=WHY)  # an adult is no child
    assert list(openings.openings(store, by)) == []


def test_it_closes_by_itself_after_sixty_minutes(partnership: Partnership, arrest: UUID, admin_url: str) -> None:
    opening = opened(partnership, arrest)
    by = partnership.staff(Role.DETENTION_OFFICER)
    moved(admin_url, 59)
    assert names(partnership, arrest, by) == ["Marked Victim"]

    moved(admin_url, 1)

    with pytest.raises(NotAllowed):
        names(partnership, arrest, by)
    assert openings.at_work(partnership.store, by) == []
    (shown,) = openings.awaiting_review(partnership.store, partnership.staff(Role.PRIVACY_OFFICER))
    assert (shown.id, shown.state, shown.why) == (opening, "closed", WHY)


def test_what_nobody_agreed_to_within_an_hour_has_lapsed(
    partnership: Partnership, arrest: UUID, admin_url: str
) -> None:
    opening = asked(partnership, arrest)
    agree(partnership, opening, Role.CUSTODY_SUPERVISOR)
    moved(admin_url, 61)

    with pytest.raises(Conflicts):
        agree(partnership, opening, Role.CLERK)
    assert list(openings.awaiting_review(partnership.store, partnership.speaker(Owner.COURT))) == []


Closer = Callable[[Partnership], By]
CLOSERS: dict[str, Closer] = {
    "its asker": lambda p: p.staff(Role.DETENTION_OFFICER),
    "a supervisor who agreed": lambda p: p.staff(Role.CHARGING_SUPERVISOR),
    "the third owner's representative": lambda p: p.speaker(Owner.COURT),
    "the third owner's clerk": lambda p: p.staff(Role.CLERK),
}


@pytest.mark.parametrize("who", CLOSERS)
def test_anyone_of_the_three_closes_it_at_once_and_it_stays_closed(
    partnership: Partnership, arrest: UUID, who: str
) -> None:
    opening = opened(partnership, arrest)

    assert openings.close(partnership.store, CLOSERS[who](partnership), opening).state == "closed"

    with pytest.raises(NotAllowed):
        names(partnership, arrest, partnership.staff(Role.DETENTION_OFFICER))
    with pytest.raises(Conflicts):
        agree(partnership, opening, Role.CLERK)
    with pytest.raises(Conflicts):
        openings.close(partnership.store, CLOSERS[who](partnership), opening)


def test_a_stranger_to_it_closes_nothing(partnership: Partnership, arrest: UUID) -> None:
    opening = opened(partnership, arrest)

    for by in (partnership.staff(Role.MAGISTRATE), partnership.analyst(), partnership.staff(Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            openings.close(partnership.store, by, opening)
    assert names(partnership, arrest, partnership.staff(Role.DETENTION_OFFICER)) == ["Marked Victim"]


@pytest.mark.parametrize("finding", list(Finding))
def test_it_is_judged_once_when_it_is_over_by_nobody_who_took_part(
    partnership: Partnership, arrest: UUID, finding: Finding
) -> None:
    store, privacy = partnership.store, partnership.staff(Role.PRIVACY_OFFICER)
    opening = opened(partnership, arrest)
    with pytest.raises(Conflicts):
        openings.review(store, privacy, opening, finding.value, reason="too early")
    openings.close(store, partnership.staff(Role.CLERK), opening)
    others = (Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR, Role.CHARGING_SUPERVISOR, Role.CLERK, Role.AUDITOR)
    for by in (*map(partnership.staff, others), partnership.speaker(Owner.POLICE)):
        with pytest.raises(NotAllowed):
            openings.review(store, by, opening, finding.value, reason="I was there")
    with pytest.raises(BadInput):
        openings.review(store, privacy, opening, "fine", reason="it was fine")

    openings.review(store, privacy, opening, finding.value, reason="the call is on tape")

    with pytest.raises(Conflicts):
        openings.review(store, partnership.speaker(Owner.COURT), opening, finding.value, reason="again")
    assert list(openings.awaiting_review(store, privacy)) == []
    (shown,) = openings.openings(store, privacy)
    assert (shown.finding, shown.said, shown.state) == (finding, "the call is on tape", "reviewed")


def test_everybody_sees_their_own_and_those_who_watch_see_all(partnership: Partnership, arrest: UUID) -> None:
    store = partnership.store
    opened(partnership, arrest)

    assert len(openings.openings(store, partnership.staff(Role.DETENTION_OFFICER))) == 1
    assert len(openings.openings(store, partnership.staff(Role.AUDITOR))) == 1
    assert list(openings.openings(store, partnership.staff(Role.OFFICER))) == []
    for by in (partnership.analyst(), partnership.staff(Role.ADMINISTRATOR), partnership.staff(Role.DEFENDER)):
        with pytest.raises(NotAllowed):
            openings.openings(store, by)


def test_the_whole_of_an_arrest_opens_with_every_part(partnership: Partnership, arrest: UUID) -> None:
    by = partnership.staff(Role.INTERVIEWER)
    before = disclosure.open_arrest(partnership.store, by, arrest).parts
    opening = openings.ask(partnership.store, by, arrest, Opened.ARREST, why=WHY).id
    agree(partnership, opening, Role.CLERK, Role.POLICE_SUPERVISOR)

    page = disclosure.open_arrest(partnership.store, by, arrest)

    assert Part.REPORT not in before
    assert page.parts == frozenset(Part)
    assert page.opening == opening


def test_one_child_opens_and_no_other(partnership: Partnership, store: Store) -> None:
    officer = partnership.staff(Role.OFFICER)

    def child(surname: str) -> UUID:
        person = PersonGiven(
            surname=surname, given="Young", birth_date=now().date().replace(year=now().year - 14, day=1)
        )
        charges = [ChargeGiven("18 § 2701 §§ A1")]
        return record_arrest(store, officer, NewArrest(now(), "a street", "PAPEP0000", person, charges=charges)).id

    one, other = child("Marked One"), child("Marked Other")
    with store.transaction("pars_act") as connection:
        row = connection.execute("select number from protected.child where id = %s", (one,)).fetchone()
    assert row is not None
    opening = openings.ask_for_child(store, officer, row[0], why=WHY).id
    agree(partnership, opening, Role.CLERK, Role.CHARGING_SUPERVISOR)

    seen = disclosure.open_children(store, officer)

    assert [child.id for child in seen] == [one]
    assert b"Marked One" in seen[0].content
    assert other not in {child.id for child in seen}
    with pytest.raises(NotThere):
        openings.ask_for_child(store, officer, 4711, why=WHY)


def test_the_reason_stands_sealed_and_in_no_public_part(partnership: Partnership, arrest: UUID, admin_url: str) -> None:
    opening = opened(partnership, arrest)
    openings.close(partnership.store, partnership.staff(Role.CLERK), opening)
    privacy = partnership.staff(Role.PRIVACY_OFFICER)
    openings.review(partnership.store, privacy, opening, "refer", reason="marked finding")

    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            "select o::text || r::text from sharing.opening o join sharing.opening_review r on r.opening_id = o.id"
        ).fetchall()
        public = connection.execute("select public::text from ledger.entry where verb like 'opening.%'").fetchall()

    for text in ("brother", "marked finding", str(opening)):
        assert text not in str(public)
    assert "brother" not in str(rows)
    assert len(public) == 5

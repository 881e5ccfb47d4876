"""Victims served, orders to keep away, bail as a chain, the defender's desk: whole stories of one arrest."""

from uuid import UUID

import psycopg
import pytest
from tests.partnership import BORN, Partnership

from pars.actions import assigning, bailing, counsel, disclosure, life, reporting, searching, victims
from pars.actions.arraignment import BailGiven
from pars.actions.counsel import TalkGiven
from pars.actions.reporting import ProtectedPerson
from pars.actions.searching import Asked
from pars.actions.victims import KeepAway
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.arrest import Custody
from pars.record.bail import BailAction, BailType
from pars.record.person import USED_BY_ANOTHER
from pars.record.protected import NAMED_BEFORE, WARNING
from pars.record.roles import Role
from pars.sharing.projection import Bail, NoContact, Talk
from pars.store.keys import DOORS

WHY = "the clerk of the notice desk"
PLACES = KeepAway("no-contact", 1, "No contact with Complainant 1 by any means.")


@pytest.fixture
def arrest(partnership: Partnership) -> UUID:
    """Somebody arraigned and held on bail, with a victim."""
    made = partnership.record()
    partnership.protect(made)
    partnership.report(made)
    partnership.charge(made)
    partnership.arraign(made)
    return made


def shown(city: Partnership, arrest: UUID, role: Role) -> disclosure.Page:
    return disclosure.open_arrest(city.store, city.staff(role), arrest, why=WHY)


def test_victims_are_told_by_the_notice_desk_and_by_nobody_else(partnership: Partnership, arrest: UUID) -> None:
    store, clerk = partnership.store, partnership.staff(Role.CLERK)

    owed = victims.owed(store, clerk)
    assert [one.about for one in owed] == ["bail", "next-date"]
    (held,) = disclosure.open_protected(store, clerk, arrest, why=WHY)
    assert disclosure.read_sealed(held, ProtectedPerson).surname == "Marked Victim"
    for role in (Role.DEFENDER, Role.MAGISTRATE, Role.DETENTION_OFFICER):
        with pytest.raises(NotAllowed):
            victims.owed(store, partnership.staff(role))
        with pytest.raises(NotAllowed):
            disclosure.open_protected(store, partnership.staff(role), arrest, why=WHY)

    victims.told(store, clerk, arrest, owed[0].id, "telephone")

    assert [one.about for one in victims.owed(store, clerk)] == ["next-date"]
    with pytest.raises(Conflicts):
        victims.told(store, clerk, arrest, owed[0].id, "letter")
    with pytest.raises(BadInput):
        victims.told(store, clerk, arrest, owed[1].id, "a shout")
    partnership.take(Role.CLERK, arrest, "post-bail", {"amount_usd": 510, "security": "cash"})
    assert [one.about for one in victims.owed(store, clerk)] == ["next-date", "release"]


def test_an_order_to_keep_away_is_in_force_at_once_names_nobody_and_is_served(
    partnership: Partnership, arrest: UUID
) -> None:
    store, magistrate = partnership.store, partnership.staff(Role.MAGISTRATE)
    for says, number in [("Keep away from Marked Victim.", 1), ("Keep away.", 2), (" ", 1)]:
        with pytest.raises(BadInput):
            victims.order(store, magistrate, arrest, KeepAway("no-contact", number, says))
    with pytest.raises(NotAllowed):
        victims.order(store, partnership.staff(Role.OFFICER), arrest, PLACES)

    victims.order(store, magistrate, arrest, PLACES)

    (kept,) = disclosure.open_orders(store, partnership.staff(Role.OFFICER))
    assert (kept.line.id, [one.says for one in kept.orders]) == (arrest, [PLACES.says])
    custody, order = partnership.staff(Role.DETENTION_OFFICER), kept.orders[0].id
    with pytest.raises(BadInput):
        victims.serve(store, custody, arrest, order, language="Spanish", how="perhaps")
    victims.serve(store, custody, arrest, order, language="Spanish", how="refused")
    (row,) = shown(partnership, arrest, Role.OFFICER).all(NoContact)
    assert (row.served_language, row.served_how, row.served_by) == ("Spanish", "refused", custody.account)
    with pytest.raises(Conflicts):
        victims.serve(store, custody, arrest, order, language="Spanish", how="signed")
    victims.end(store, magistrate, arrest, order)
    assert disclosure.open_orders(store, partnership.staff(Role.OFFICER)) == []
    owed = [one.about for one in victims.owed(store, partnership.staff(Role.CLERK))]
    assert owed.count("conditions") == 2  # ordered, and ended


def test_a_text_that_names_a_victim_is_kept_with_a_warning_and_a_secret_address_is_refused(
    partnership: Partnership,
) -> None:
    store, made = partnership.store, partnership.record()
    detective = partnership.staff(Role.DETECTIVE)
    secret = ProtectedPerson("victim", "Hidden", "Hope", "12 Elm Street", address_confidential=True)
    with pytest.raises(BadInput, match="kept secret by law"):
        reporting.protect(store, detective, made, secret)
    partnership.protect(made)
    charges = [{"statute": "18 § 2701 §§ A1", "grade": "M2"}]
    officer = partnership.staff(Role.OFFICER)

    named = life.take(store, officer, made, "write-report", {"facts": "He hit Marked Victim.", "charges": charges})
    other = life.take(store, officer, made, "write-report", {"facts": "He hit Complainant 1.", "charges": charges})

    assert (named.warning, other.warning) == (WARNING, None)


def test_a_text_from_before_its_victim_was_written_down_is_found_when_the_victim_is(partnership: Partnership) -> None:
    store, made = partnership.store, partnership.record()
    detective = partnership.staff(Role.DETECTIVE)
    answers = {"facts": "He hit Ada Thistlewood.", "charges": [{"statute": "18 § 2701 §§ A1", "grade": "M2"}]}
    partnership.take(Role.OFFICER, made, "write-report", answers)

    named = reporting.protect(store, detective, made, ProtectedPerson("victim", "Thistlewood", "Ada"))
    other = reporting.protect(store, detective, made, ProtectedPerson("witness", "Wexelmoor", "Ambrose"))

    assert (named.warning, other.warning) == (NAMED_BEFORE, None)


def test_bail_is_a_chain_with_authority_and_reasons(partnership: Partnership, arrest: UUID) -> None:
    store, magistrate = partnership.store, partnership.staff(Role.MAGISTRATE)

    def act(role: Role, action: BailAction, reasons: str = "as argued", bail: BailGiven | None = None) -> None:
        bailing.change(store, partnership.staff(role), arrest, action, reasons=reasons, bail=bail)

    for role, action in [(Role.CLERK, BailAction.MODIFIED), (Role.OFFICER, BailAction.APPEALED)]:
        with pytest.raises(NotAllowed):
            act(role, action)
    with pytest.raises(Conflicts, match="last set"):
        act(Role.MAGISTRATE, BailAction.REINSTATED)
    with pytest.raises(BadInput, match="reasons"):
        act(Role.MAGISTRATE, BailAction.REVOKED, " ")
    act(Role.DEFENDER, BailAction.APPEALED)
    act(Role.MAGISTRATE, BailAction.REVOKED)
    with pytest.raises(Conflicts):
        life.take(store, partnership.staff(Role.CLERK), arrest, "post-bail", {"amount_usd": 9000, "security": "card"})
    act(Role.MAGISTRATE, BailAction.REINSTATED)
    with pytest.raises(BadInput, match="from now on"):
        act(Role.MAGISTRATE, BailAction.MODIFIED)
    assert shown(partnership, arrest, Role.MAGISTRATE).line.custody is Custody.HELD_ON_BAIL

    act(Role.MAGISTRATE, BailAction.MODIFIED, "employed, and lives with family", BailGiven(BailType.ROR))

    page = shown(partnership, arrest, Role.MAGISTRATE)
    chain = [(row.action, row.type, row.amount_usd) for row in page.all(Bail)]
    assert chain == [
        ("set", "monetary", 5000),
        ("appealed", "monetary", 5000),
        ("revoked", "denied", None),
        ("reinstated", "monetary", 5000),
        ("modified", "ror", None),
    ]
    assert page.all(Bail)[-1].authority == magistrate.account
    assert (page.line.custody, page.line.release_owed_at is not None) == (Custody.RELEASE_OWED, True)
    assert "release" in [one.about for one in victims.owed(store, partnership.staff(Role.CLERK))]


def test_the_defenders_desk_holds_clients_papers_due_and_talks(partnership: Partnership, arrest: UUID) -> None:
    store, defender, clerk = partnership.store, partnership.staff(Role.DEFENDER), partnership.staff(Role.CLERK)
    talk = TalkGiven("video", "line 3", 20, "Spanish")
    with pytest.raises(NotAllowed, match="not assigned"):
        counsel.talked(store, defender, arrest, talk)

    assigning.assign(store, clerk, arrest, "defender")

    found = counsel.clients(store, defender)
    assert ([line.id for line in found.lines], found.due[arrest]) == (
        [arrest],
        ["complaint", "bail-order", "next-date"],
    )
    for bad in (TalkGiven("video", " ", 5), TalkGiven("not-possible", "cell 4"), TalkGiven("shouting", "x", 1)):
        with pytest.raises(BadInput):
            counsel.talked(store, defender, arrest, bad)
    counsel.talked(store, defender, arrest, talk)
    (row,) = shown(partnership, arrest, Role.MAGISTRATE).all(Talk)
    assert (row.way, row.minutes, row.interpreter, row.written_by) == ("video", 20, "Spanish", defender.account)
    with pytest.raises(NotAllowed):
        counsel.clients(store, clerk)


def test_a_conflict_of_interest_is_answered_with_yes_and_no_more(partnership: Partnership, arrest: UUID) -> None:
    """The victim of a client is accused herself: her case goes to another office."""
    store, clerk = partnership.store, partnership.staff(Role.CLERK)
    assigning.assign(store, clerk, arrest, "defender")
    victim = ProtectedPerson("victim", "Thistlewood", "Ada")
    reporting.protect(store, partnership.staff(Role.DETECTIVE), arrest, victim)
    hers, anothers = partnership.record("Thistlewood", "Ada", BORN), partnership.record("Somebody", "Else", BORN)

    with pytest.raises(Conflicts) as refusal:
        assigning.assign(store, clerk, hers, "defender")
    assigning.assign(store, clerk, anothers, "defender")

    assert (refusal.value.code, "Thistlewood" in refusal.value.sentence) == ("conflict", False)


def test_the_wrong_person_leaves_the_history_and_the_name_is_marked(partnership: Partnership) -> None:
    store, made = partnership.store, partnership.record("Innocent", "Ivy")
    partnership.take(Role.DETENTION_OFFICER, made, "take-prints", {"pid": "1234567"})

    partnership.take(Role.POLICE_SUPERVISOR, made, "not-the-person", {"reason": "prints show another"})

    (found,) = searching.search(store, partnership.staff(Role.OFFICER), Asked("Innocent", "Ivy"), why="a stop").found
    assert USED_BY_ANOTHER in found.evidence
    assert found.match.identity.person_id is None


def test_no_partner_and_no_colleague_without_the_duty_reads_the_new_stores(
    partnership: Partnership, arrest: UUID, admin_url: str
) -> None:
    victims.order(partnership.store, partnership.staff(Role.MAGISTRATE), arrest, PLACES)

    with psycopg.connect(admin_url) as connection:
        readers = connection.execute(
            "select r.rolname, t.name from pg_roles r, unnest(%s::text[]) t (name)"
            " where r.rolname = any(%s) and has_any_column_privilege(r.rolname, t.name, 'select')",
            (["protected.notice", "record.no_contact", "record.confidential_talk"], list(DOORS)),
        ).fetchall()

    assert {role for role, _ in readers} == {"pars_act", "pars_staff"}
    with partnership.store.transaction("pars_staff") as connection:
        assert connection.execute("select says from record.no_contact").fetchall() == []

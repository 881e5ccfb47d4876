"""The second wall for colleagues, tried with the doors' own passwords: duties, openings, ends, limited access."""

from uuid import UUID

import psycopg
import pytest
from psycopg import Connection
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import TupleRow
from tests.partnership import Partnership

from pars.actions import caring, consular, openings, sealing, staff
from pars.actions.booking import NewArrest, record_arrest
from pars.actions.person_given import PersonGiven
from pars.clock import now
from pars.record.roles import Owner, Role
from pars.sharing.breakglass import MINUTES, Opened
from pars.sharing.duty import READERS
from pars.store.keys import DOORS
from pars.store.ledger import write_entry, write_look

WHY = "an emergency of the tests"
SEALED = {
    "staff": ("pars_staff", "select id from record.arrest"),
    "protected": ("pars_protected", "select arrest_id from protected.person"),
    "interview": ("pars_interview", "select arrest_id from interview.interview"),
    "children": ("pars_protected", "select id from protected.child"),
    "care": ("pars_care", "select arrest_id from care.note"),
    "consular": ("pars_consular", "select id from consular.note"),
}


@pytest.fixture
def arrest(partnership: Partnership) -> UUID:
    """An arrest with a victim and an interview."""
    made = partnership.record()
    partnership.protect(made)
    partnership.take(Role.INTERVIEWER, made, "interview", {"form": {"residence": "marked"}})
    medic = partnership.staff(Role.MEDIC)
    caring.note(partnership.store, medic, made, "meal", {"how": "eaten"})
    return made


@pytest.fixture
def child(partnership: Partnership) -> UUID:
    """A child's arrest."""
    person = PersonGiven(surname="Young", birth_date=now().date().replace(year=now().year - 14, day=1))
    return record_arrest(
        partnership.store, partnership.staff(Role.OFFICER), NewArrest(now(), "a street", "PAPEP0000", person)
    ).id


@pytest.fixture
def asked(partnership: Partnership, arrest: UUID) -> UUID:
    """The number of the note that says that somebody asked for their consulate."""
    officer = partnership.staff(Role.OFFICER)
    consular.tell(partnership.store, officer, arrest, "English")
    consular.request(partnership.store, officer, arrest, "Marked Country", "Marked Consulate")
    with partnership.store.transaction("pars_act") as connection:
        found: UUID = connection.execute("select id from consular.note").fetchall()[0][0]
    return found


def written(
    partnership: Partnership,
    connection: Connection[TupleRow],
    arrest: UUID,
    door: str,
    role: Role | None,
    *,
    opening: UUID | None = None,
    limited: bool = False,
) -> UUID:
    """An entry of somebody's look through a door, written as the acting door could write it by itself."""
    account = partnership.staff(role).account if role else None
    entry = write_entry(
        connection,
        partnership.store.keys,
        verb="test.looked",
        owner="police",
        at=now(),
        account_id=account,
        commits={},
        details={},
    )
    write_look(connection, entry.nonce, door, [arrest], account=account, opening=opening, limited=limited)
    return entry.nonce


def look(
    partnership: Partnership,
    arrest: UUID,
    door: str,
    role: Role | None,
    *,
    opening: UUID | None = None,
    limited: bool = False,
) -> UUID:
    """The same, committed."""
    with partnership.store.transaction("pars_act") as connection:
        return written(partnership, connection, arrest, door, role, opening=opening, limited=limited)


def rows(partnership: Partnership, door: str, nonce: UUID) -> list[UUID]:
    """What a door reads under a named entry."""
    role, question = SEALED[door]
    with partnership.store.transaction(role, entry=str(nonce)) as connection:
        return [row[0] for row in connection.execute(question.encode())]


def opened(partnership: Partnership, arrest: UUID, part: Opened, role: Role) -> UUID:
    """An opening at work, for somebody of that role."""
    store = partnership.store
    opening = openings.ask(store, partnership.staff(role), arrest, part, why=WHY).id
    for by in (Role.POLICE_SUPERVISOR, Role.CHARGING_SUPERVISOR):
        openings.agree(store, partnership.staff(by), opening)
    return opening


STRANGER = {"interview": Role.CLERK, "protected": Role.DETENTION_OFFICER, "children": Role.OFFICER}


@pytest.mark.parametrize("door", READERS)
def test_a_store_of_its_own_opens_to_the_roles_of_its_table_and_to_no_other(
    partnership: Partnership, arrest: UUID, child: UUID, asked: UUID, door: str
) -> None:
    about = child if door == "children" else asked if door == "consular" else arrest

    for role in set(Role) - {Role.REPRESENTATIVE, Role.ANALYST}:
        expected = [about] if role in READERS[door] else []
        assert rows(partnership, door, look(partnership, about, door, role)) == expected, role
    assert rows(partnership, door, look(partnership, about, door, None)) == []


def test_the_walls_table_is_the_table_of_duties(admin_url: str) -> None:
    with psycopg.connect(admin_url) as connection:
        held = connection.execute("select door, role from house.reader").fetchall()

    assert set(held) == {(door, role.value) for door, roles in READERS.items() for role in roles}


@pytest.mark.parametrize("door", sorted(set(READERS) - {"care", "consular"}))  # which no emergency opens
def test_an_opening_at_work_shows_its_arrest_to_its_asker_through_its_door(
    partnership: Partnership, arrest: UUID, child: UUID, door: str
) -> None:
    about, role = (child if door == "children" else arrest), STRANGER[door]
    opening = opened(partnership, about, Opened(door), role)

    assert rows(partnership, door, look(partnership, about, door, role, opening=opening)) == [about]

    other = Role.MAGISTRATE if door != "interview" else Role.DETENTION_OFFICER
    assert rows(partnership, door, look(partnership, about, door, other, opening=opening)) == []
    for another in SEALED:
        if another != door:
            wrong = look(partnership, about, another, role, opening=opening)
            assert rows(partnership, another, wrong) == [], another


def test_an_opening_that_one_alone_or_one_owner_signed_shows_nothing(
    partnership: Partnership, arrest: UUID, admin_url: str
) -> None:
    by = partnership.staff(Role.DETENTION_OFFICER)
    opening = openings.ask(partnership.store, by, arrest, Opened.PROTECTED, why=WHY).id

    def seen() -> list[UUID]:
        return rows(
            partnership, "protected", look(partnership, arrest, "protected", Role.DETENTION_OFFICER, opening=opening)
        )

    assert seen() == []
    openings.agree(partnership.store, partnership.staff(Role.POLICE_SUPERVISOR), opening)
    assert seen() == []
    with (
        pytest.raises(psycopg.errors.UniqueViolation),
        psycopg.connect(partnership.store.conninfo("pars_act")) as acting,
    ):
        acting.execute(
            "insert into sharing.opening_signature (opening_id, account_id, owner) values (%s, %s, 'police')",
            (opening, partnership.staff(Role.CUSTODY_SUPERVISOR).account),
        )
    with psycopg.connect(partnership.store.conninfo("pars_act")) as acting:  # the asker's own does not count
        acting.execute(
            "insert into sharing.opening_signature (opening_id, account_id, owner) values (%s, %s, 'court')",
            (opening, by.account),
        )
    assert seen() == []
    openings.agree(partnership.store, partnership.staff(Role.CHARGING_SUPERVISOR), opening)
    assert seen() == [arrest]


def test_an_opening_that_is_over_shows_nothing_and_no_door_makes_it_longer(
    partnership: Partnership, arrest: UUID, admin_url: str
) -> None:
    opening = opened(partnership, arrest, Opened.PROTECTED, Role.DETENTION_OFFICER)
    before = look(partnership, arrest, "protected", Role.DETENTION_OFFICER, opening=opening)
    assert rows(partnership, "protected", before) == [arrest]
    for statement in (
        "update sharing.opening_signature set signed_at = clock_timestamp()",
        "insert into sharing.opening_signature (owner, signed_at) values ('court', clock_timestamp())",
        "update sharing.opening set asked_at = clock_timestamp()",
        "update sharing.opening set asked_by = null",
        "delete from sharing.opening_review",
    ):
        for door in DOORS:
            with pytest.raises(InsufficientPrivilege), psycopg.connect(partnership.store.conninfo(door)) as connection:
                connection.execute(statement.encode())

    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.opening_signature set signed_at = signed_at - interval '60 minutes'")
        connection.execute("update sharing.opening set asked_at = asked_at - interval '60 minutes'")

    assert rows(partnership, "protected", before) == []  # the committed entry is seconds old
    after = look(partnership, arrest, "protected", Role.DETENTION_OFFICER, opening=opening)
    assert rows(partnership, "protected", after) == []
    assert MINUTES == 60


def test_an_opening_that_was_closed_shows_nothing_under_an_entry_of_before(
    partnership: Partnership, arrest: UUID
) -> None:
    opening = opened(partnership, arrest, Opened.PROTECTED, Role.DETENTION_OFFICER)
    before = look(partnership, arrest, "protected", Role.DETENTION_OFFICER, opening=opening)

    openings.close(partnership.store, partnership.speaker(Owner.COURT), opening)

    assert rows(partnership, "protected", before) == []


@pytest.mark.parametrize("door", ["staff", "protected"])
def test_an_entry_of_the_same_transaction_shows_nothing(
    partnership: Partnership, arrest: UUID, admin_url: str, door: str
) -> None:
    """T1, for colleagues: insert, select, roll back."""
    with psycopg.connect(admin_url) as both:
        both.execute("create role both_doors in role pars_act, pars_staff, pars_protected")
        both.execute("set role both_doors")
        nonce = written(partnership, both, arrest, door, Role.POLICE_SUPERVISOR)
        both.execute("select set_config('pars.entry', %s, true)", (str(nonce),))
        shown = both.execute("select ledger.shown(%s)", (door,)).fetchall()
        both.rollback()

    assert shown == [([],)]


def test_an_account_that_is_disabled_reads_nothing_under_an_entry_of_before(
    partnership: Partnership, arrest: UUID
) -> None:
    by = partnership.staff(Role.DETECTIVE)
    before = {door: look(partnership, arrest, door, Role.DETECTIVE) for door in ("staff", "protected")}
    assert all(rows(partnership, door, nonce) == [arrest] for door, nonce in before.items())

    staff.disable(partnership.store, partnership.staff(Role.ADMINISTRATOR), by.account)

    assert [rows(partnership, door, nonce) for door, nonce in before.items()] == [[], []]


@pytest.fixture
def released(partnership: Partnership, arrest: UUID) -> UUID:
    """Somebody who is not kept any more."""
    partnership.take(Role.POLICE_SUPERVISOR, arrest, "transfer-juvenile", {"reason": "the age was wrong"})
    return arrest


@pytest.mark.parametrize(("access", "with_reason"), [("sealed", True), ("expunged", False)])
def test_limited_access_closes_at_once_and_opens_a_sealed_record_only_to_a_look_that_said_why(
    partnership: Partnership, released: UUID, access: str, *, with_reason: bool
) -> None:
    before = look(partnership, released, "staff", Role.DETECTIVE)
    assert rows(partnership, "staff", before) == [released]

    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), released, access, order="an order")

    assert rows(partnership, "staff", before) == []
    said = look(partnership, released, "staff", Role.DETECTIVE, limited=True)
    assert rows(partnership, "staff", said) == ([released] if with_reason else [])


@pytest.mark.parametrize("access", ["sealed", "expunged"])
def test_nobody_who_is_kept_vanishes_from_those_who_keep_them(
    partnership: Partnership, arrest: UUID, access: str
) -> None:
    """Promise 2: the door opens for them first; then the record is gone."""
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, access, order="an order")

    assert rows(partnership, "staff", look(partnership, arrest, "staff", Role.CUSTODY_SUPERVISOR)) == [arrest]


@pytest.mark.parametrize("door", ["pars_staff", "pars_interview", "pars_protected"])
def test_a_reading_door_shares_locks_and_takes_none_alone(partnership: Partnership, arrest: UUID, door: str) -> None:
    account = partnership.staff(Role.DETECTIVE).account
    with psycopg.connect(partnership.store.conninfo(door)) as connection:
        shared = connection.execute("select house.share_look(%s, %s)", (account, [arrest])).fetchall()
        modes = connection.execute(
            "select distinct mode from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
        ).fetchall()
        with pytest.raises(InsufficientPrivilege):
            connection.execute("select house.take_lock(7104, 1, true)")

    assert shared == [(True,)]
    assert modes == [("ShareLock",)]

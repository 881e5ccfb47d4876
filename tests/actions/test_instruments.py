"""One instrument for one person: approved by counsel, answered once, by the one door, and nothing else opens to it."""

from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import UniqueViolation
from tests.partnership import Partnership

from pars.actions import instruments, recalling, sealing, who_looked
from pars.actions.instruments import Answer, Content, Given, Taken
from pars.clock import city_day, now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.roles import Role
from pars.sharing.breakglass import Finding
from pars.sharing.instrument import RECEIVES, Answered, Class, Decision, Presenter
from pars.store.ledger import write_entry, write_look

PDF = b"%PDF-1.7 a paper of the tests"
WHY = "signed by a judge, in order"
CONTENT = Content("Pat Counsel, 1 Example Row", "Example Court", "CP-1", "Quillfeather", "Rosalind", date(1990, 2, 3))
FIELDS = ["name", "birth_date", "charges", "address"]


def given(kind: Class = Class.COURT_ORDER, fields: list[str] | None = None, **said: object) -> Given:
    presenter = {Class.COURT_ORDER: Presenter.COURT, Class.EMERGENCY: Presenter.RESCUE}.get(kind, Presenter.ANYBODY)
    content = Content(**{name: getattr(CONTENT, name) for name in CONTENT.__slots__} | said)
    return Given(kind, presenter, FIELDS if fields is None else fields, content, PDF)


def approved(city: Partnership, what: Given) -> Taken:
    """It is taken in by the police, and their counsel approves it."""
    taken = instruments.take_in(city.store, city.staff(Role.POLICE_SUPERVISOR), what)
    return instruments.decide(city.store, city.who("police-counsel"), taken.id, Decision.APPROVED, reason=WHY)


def answered(city: Partnership, what: Given) -> Answer:
    """It is approved, and answered by the one who took it in."""
    return instruments.answer(city.store, city.staff(Role.POLICE_SUPERVISOR), approved(city, what).id)


def test_a_court_order_is_approved_and_answered_once(partnership: Partnership) -> None:
    partnership.charged()
    by, counsel = partnership.staff(Role.POLICE_SUPERVISOR), partnership.who("police-counsel")
    taken = instruments.take_in(partnership.store, by, given())
    with pytest.raises(Conflicts, match="not approved yet"):
        instruments.answer(partnership.store, by, taken.id)
    for stranger in ("police-supervisor", "court-counsel"):
        with pytest.raises((NotAllowed, NotThere)):
            instruments.decide(partnership.store, partnership.who(stranger), taken.id, Decision.APPROVED, reason=WHY)
    less = ["name", "charges"]
    instruments.decide(partnership.store, counsel, taken.id, Decision.APPROVED, reason=WHY, fields=less)

    made = instruments.answer(partnership.store, by, taken.id)

    (record,) = made.records
    assert sorted(record) == sorted(less)
    assert (record["name"]["surname"], made.outcome) == ("Quillfeather", Answered.RECORD)  # type: ignore[index] # JSON
    with pytest.raises(Conflicts, match="once"):
        instruments.answer(partnership.store, by, taken.id)
    (seen,) = instruments.instruments(partnership.store, counsel)
    assert (seen.state, seen.row.outcome, seen.row.code) == ("answered", "record", made.code)
    person = who_looked.Person("Quillfeather", "Rosalind", date(1990, 2, 3))
    with patch.object(who_looked, "_complete_up_to", return_value=city_day(now())):
        told = who_looked.who_looked(partnership.store, partnership.staff(Role.AUDITOR), person).look_ups
    assert [(one.purpose, one.fields) for one in told if one.entry == made.entry] == [("court order", sorted(less))]
    (counted,) = instruments.counted(
        partnership.store, partnership.staff(Role.PRIVACY_OFFICER), now() - timedelta(days=1)
    )
    assert (counted.kind, counted.came, counted.record, counted.waiting) == ("court-order", 1, 1, 0)


def test_nobody_a_child_a_sealed_and_another_birth_date_look_alike(partnership: Partnership) -> None:
    arrest = partnership.charged()
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, "sealed", order="O-1")
    partnership.record("Young", "Kit", f"{now().year - 12}-01-01")

    answers = [
        answered(partnership, given()),
        answered(partnership, given(surname="Young", given="Kit", birth_date=date(now().year - 12, 1, 1))),
        answered(partnership, given(surname="Nobody")),
        answered(partnership, given(birth_date=date(1990, 3, 2))),
    ]

    assert {(one.outcome, len(one.records)) for one in answers} == {(Answered.NOTHING, 0)}


def test_a_right_to_know_request_never_shows_who_is_not_charged(partnership: Partnership) -> None:
    partnership.record()
    asks = given(Class.RIGHT_TO_KNOW, ["name", "charges"])

    assert answered(partnership, asks).outcome is Answered.NOTHING
    assert answered(partnership, given(Class.COURT_ORDER, ["name"])).outcome is Answered.RECORD


def test_an_emergency_is_approved_by_a_supervisor_and_reviewed_by_counsel(partnership: Partnership) -> None:
    partnership.record()
    by, counsel = partnership.staff(Role.CUSTODY_SUPERVISOR), partnership.who("police-counsel")
    taken = instruments.take_in(partnership.store, by, given(Class.EMERGENCY, ["name", "custody.site"]))
    with pytest.raises(NotAllowed, match="took in themselves"):
        instruments.decide(partnership.store, by, taken.id, Decision.APPROVED, reason=WHY)
    watch_commander = partnership.staff(Role.POLICE_SUPERVISOR)
    instruments.decide(partnership.store, watch_commander, taken.id, Decision.APPROVED, reason="a life")

    assert instruments.answer(partnership.store, by, taken.id).outcome is Answered.RECORD

    (waits,) = instruments.instruments(partnership.store, counsel)
    assert waits.review_due is not None
    instruments.review(partnership.store, counsel, taken.id, Finding.JUSTIFIED, reason="the call is on tape")
    (reviewed,) = instruments.instruments(partnership.store, counsel)
    assert (reviewed.review_due, reviewed.found) == (None, "the call is on tape")
    with pytest.raises(Conflicts):
        instruments.review(partnership.store, counsel, taken.id, Finding.REFER, reason="again")


@pytest.mark.parametrize("kind", [Class.ADMINISTRATIVE_WARRANT, Class.STATUS_REQUEST])
def test_an_administrative_paper_gets_the_letter_and_touches_nothing(partnership: Partnership, kind: Class) -> None:
    partnership.charged()
    by = partnership.staff(Role.POLICE_SUPERVISOR)
    with pytest.raises(BadInput, match="reaches no field"):
        instruments.take_in(partnership.store, by, given(kind, ["name"]))
    taken = instruments.take_in(partnership.store, by, given(kind, []))
    with pytest.raises(Conflicts, match="fixed letter"):
        instruments.decide(
            partnership.store, partnership.who("police-counsel"), taken.id, Decision.APPROVED, reason=WHY
        )

    made = instruments.answer(partnership.store, by, taken.id)

    assert (made.outcome, made.counsel, made.records) == (Answered.LETTER, "Sam police-counsel", [])
    with partnership.store.transaction("pars_ledger") as connection:
        looks = connection.execute("select count(*) from ledger.look where instrument_id is not null").fetchone()
    assert looks == (0,)


def test_bad_input_is_one_sentence_and_changes_nothing(partnership: Partnership) -> None:
    by = partnership.staff(Role.POLICE_SUPERVISOR)
    bad = [
        given(fields=["photo"]),
        given(fields=["victims"]),
        given(fields=[]),
        given(Class.RIGHT_TO_KNOW, ["address"]),
        given(Class.DISCOVERY, ["name"]),
        given(surname=" "),
        given(reference=""),
        Given(Class.COURT_ORDER, Presenter.ANYBODY, ["name"], CONTENT, PDF),
        Given(Class.COURT_ORDER, Presenter.COURT, ["name"], CONTENT, b"a picture"),
    ]

    for one in bad:
        with pytest.raises(BadInput):
            instruments.take_in(partnership.store, by, one)
    for role in set(Role) - RECEIVES:
        if role not in {Role.REPRESENTATIVE, Role.ANALYST}:
            with pytest.raises(NotAllowed):
                instruments.take_in(partnership.store, partnership.staff(role), given())

    assert instruments.instruments(partnership.store, by) == []


def test_the_second_wall_shows_nothing_for_an_instrument_that_is_not_at_work(
    partnership: Partnership, admin_url: str
) -> None:
    """The acting door by itself cannot make an answer: the wall asks who decided, who answers, and how."""
    arrest = partnership.charged()
    taken = approved(partnership, given())
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("update sharing.instrument_decision set decision = 'refused'")
    by = partnership.staff(Role.POLICE_SUPERVISOR)
    with partnership.store.transaction("pars_act") as connection:
        connection.execute(
            "insert into sharing.instrument_answer (instrument_id, outcome, code, answered_by)"
            " values (%s, 'record', 'x', %s)",
            (taken.id, by.account),
        )
    assert _reads(partnership, arrest, taken.id, by.account) == []
    with pytest.raises(UniqueViolation):  # one look for one instrument
        _reads(partnership, arrest, taken.id, by.account)

    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("update sharing.instrument_decision set decision = 'approved'")
        admin.execute("delete from ledger.look where instrument_id is not null")
    assert _reads(partnership, arrest, taken.id, partnership.staff(Role.CLERK).account) == []
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("delete from ledger.look where instrument_id is not null")
    assert _reads(partnership, arrest, taken.id, by.account) == [(arrest,)]


def _reads(city: Partnership, arrest: UUID, instrument: UUID, account: UUID) -> list[tuple[UUID]]:
    with city.store.transaction("pars_act") as connection:
        entry = write_entry(
            connection,
            city.store.keys,
            verb="test.looked",
            owner="police",
            at=now(),
            account_id=account,
            commits={},
            details={},
        )
        write_look(connection, entry.nonce, "partner", [arrest], account=account, instrument=instrument)
    with city.store.transaction("pars_partner", entry=str(entry.nonce)) as connection:
        return connection.execute("select id from record.arrest").fetchall()


def test_an_instrument_is_withdrawn_before_it_is_answered_and_never_answered_then(partnership: Partnership) -> None:
    partnership.charged()
    store, by = partnership.store, partnership.staff(Role.POLICE_SUPERVISOR)
    taken = approved(partnership, given())
    with pytest.raises(BadInput, match="who withdraws it"):
        instruments.withdraw(store, by, taken.id, reason=" ")
    with pytest.raises(NotThere):
        instruments.withdraw(store, partnership.who("court-counsel"), taken.id, reason="the court asked")

    instruments.withdraw(store, by, taken.id, reason="the court asked for it back")

    with pytest.raises(Conflicts, match="once"):
        instruments.answer(store, by, taken.id)
    with pytest.raises(Conflicts, match="already"):
        instruments.withdraw(store, by, taken.id, reason="again")
    (seen,) = instruments.instruments(store, by)
    assert (seen.state, seen.withdrawn) == ("withdrawn", "the court asked for it back")
    (counted,) = instruments.counted(store, partnership.staff(Role.PRIVACY_OFFICER), now() - timedelta(days=1))
    assert (counted.withdrawn, counted.waiting, counted.record) == (1, 0, 0)
    done = answered(partnership, given())
    with pytest.raises(Conflicts, match="already"):
        instruments.withdraw(store, by, done.instrument.row.id, reason="too late")


@pytest.mark.parametrize("charged", ["charged", "not charged yet"])
def test_a_recall_reaches_who_was_answered_under_an_instrument_but_a_court_and_the_person(
    partnership: Partnership, charged: str
) -> None:
    store, by = partnership.store, partnership.staff(Role.POLICE_SUPERVISOR)
    arrest = partnership.charged() if charged == "charged" else partnership.record()
    another = partnership.record("Wexelmoor", "Ada")
    warrant = replace(given(Class.JUDGES_WARRANT), presented_by=Presenter.LAW_ENFORCEMENT)
    agency = answered(partnership, warrant).instrument.row.id
    court = answered(partnership, given()).instrument.row.id
    elsewhere = replace(warrant, content=replace(CONTENT, surname="Wexelmoor", given="Ada"))
    other = answered(partnership, elsewhere).instrument.row.id
    with pytest.raises(Conflicts, match="no recall"):
        instruments.tell_recall(store, by, agency)

    sealing.limit_access(store, partnership.staff(Role.CLERK), arrest, "expunged", order="O-1")
    recalling.recall_ended(store)

    seen = {one.row.id: one.state for one in instruments.instruments(store, by)}
    assert (seen[agency], seen[court], seen[other]) == ("to be recalled", "answered", "answered")
    (counted,) = [
        one
        for one in instruments.counted(store, partnership.staff(Role.AUDITOR), now() - timedelta(days=1))
        if one.kind == "judges-warrant"
    ]
    assert counted.recalls == 1
    told = instruments.tell_recall(store, by, agency)
    assert told.instrument.content.presenter == CONTENT.presenter
    with pytest.raises(Conflicts, match="no recall"):
        instruments.tell_recall(store, by, agency)
    assert {one.row.id: one.state for one in instruments.instruments(store, by)}[agency] == "answered"
    assert another != arrest

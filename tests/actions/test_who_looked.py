"""Who looked: every look-up at one person with its proof, one day for everybody, and nothing of the record."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from tests.partnership import BORN, Partnership, asks

from pars import clock
from pars.actions import assigning, disclosure, placing, sealing, switches, who_looked
from pars.actions.inquiries import inquire
from pars.actions.who_looked import Person, WhoLooked
from pars.clock import Pace
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.roles import Owner, Role
from pars.record.switches import Name
from pars.sharing.duty import View

WHO = Person("Quillfeather", "Rosalind", date.fromisoformat(BORN))


@contextmanager
def later(days: int) -> Iterator[None]:
    """Some days later, by the city's clock as the program tells it."""
    before = clock._pace
    clock.keep(Pace(clock.now() + timedelta(days=days), clock.real_now()))
    try:
        yield
    finally:
        clock.keep(before)


def looked_at(city: Partnership) -> UUID:
    """Somebody is charged, on a list, opened, asked about by a partner, in vain as well; another one is looked at."""
    city.agree()
    arrest = city.charged()
    disclosure.open_list(city.store, city.staff(Role.CUSTODY_SUPERVISOR), View.BOARD)
    disclosure.open_arrest(city.store, city.staff(Role.DETECTIVE), arrest, why="to see")
    assert inquire(city.store, city.analyst(), asks()).record is not None
    assert inquire(city.store, city.analyst(), asks(given="Marked")).record is None
    disclosure.open_arrest(city.store, city.staff(Role.DETECTIVE), city.charged("Other"), why="to see")
    placing.place(city.store)
    return arrest


def told(city: Partnership, role: Role = Role.AUDITOR, person: Person = WHO) -> WhoLooked:
    """What somebody of that role is told."""
    return who_looked.who_looked(city.store, city.staff(role), person)


def test_every_look_up_is_told_with_who_for_what_and_a_proof_that_holds(partnership: Partnership) -> None:
    looked_at(partnership)

    with later(8):
        found = told(partnership)

    seen = [(one.agency, one.unit, one.purpose) for one in found.look_ups]
    assert ("Example County Sheriff", "warrants", "felony investigation") in seen
    assert ("police", "custody supervisor", "board") in seen
    assert ("police", "detective", "arrest") in seen
    assert len(seen) == 3
    fields = {one.purpose: list(one.fields) for one in found.look_ups}
    assert fields["felony investigation"] == ["birth_date", "charges", "name", "otn"]
    assert "identity" in fields["arrest"]
    assert all(one.proof is not None and one.proof.shows(bytes.fromhex(one.entry_hash)) for one in found.look_ups)


def test_it_is_complete_up_to_one_day_whoever_asks_about_whomever_and_whatever_is_held_back(
    partnership: Partnership,
) -> None:
    looked_at(partnership)
    today = clock.city_day(clock.now())
    nobody = replace(WHO, surname="Nobody")

    days = {told(partnership, role, one).complete_up_to for role in (Role.AUDITOR, Role.CLERK) for one in (WHO, nobody)}
    early = told(partnership).look_ups

    assert days == {today - timedelta(days=8)}
    assert early == []


def test_counsel_learns_of_whom_they_are_assigned_to_and_of_others_the_same_as_of_nobody(
    partnership: Partnership,
) -> None:
    arrest = looked_at(partnership)

    with later(8):
        before = told(partnership, Role.DEFENDER)
        nobody = told(partnership, Role.DEFENDER, replace(WHO, surname="Nobody"))
        assigning.assign(partnership.store, partnership.staff(Role.CLERK), arrest, "defender")
        after = told(partnership, Role.DEFENDER)

    assert (
        (before.look_ups, before.complete_up_to)
        == (nobody.look_ups, nobody.complete_up_to)
        == ([], after.complete_up_to)
    )
    assert len(after.look_ups) == 3


@pytest.mark.parametrize("role", sorted(set(Role) - who_looked.SEES - {Role.REPRESENTATIVE, Role.ANALYST}))
def test_others_do_not_learn_it(partnership: Partnership, role: Role) -> None:
    with pytest.raises(NotAllowed):
        told(partnership, role)


def test_an_expunged_record_is_nobodys_and_a_person_is_named_in_full(partnership: Partnership) -> None:
    arrest = looked_at(partnership)
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, "expunged", order="an order")

    with later(8):
        assert told(partnership).look_ups == []
    with pytest.raises(BadInput):
        told(partnership, person=replace(WHO, given=" "))


def test_namesakes_are_told_apart_by_an_arrests_number(partnership: Partnership) -> None:
    arrest = looked_at(partnership)
    other = partnership.charged()
    disclosure.open_arrest(partnership.store, partnership.staff(Role.DETECTIVE), other, why="another one")
    with partnership.store.transaction("pars_act") as connection:
        numbers = []
        for one in (arrest, other):
            person = uuid4()
            connection.execute("insert into record.person (id) values (%s)", (person,))
            row = connection.execute(
                "update record.arrest set person_id = %s where id = %s returning number", (person, one)
            ).fetchone()
            numbers.append(row[0] if row else 0)
    placing.place(partnership.store)

    with later(8):
        with pytest.raises(Conflicts) as narrow:
            told(partnership)
        found = [len(told(partnership, person=replace(WHO, number=number)).look_ups) for number in (*numbers, 99999)]

    assert narrow.value.code == "narrow-it"
    assert found == [3, 1, 0]


def test_that_it_was_asked_is_told_as_well(partnership: Partnership) -> None:
    looked_at(partnership)
    told(partnership)
    placing.place(partnership.store)

    with later(8):
        found = told(partnership)

    assert [one.purpose for one in found.look_ups].count("look ups.shown") == 1


def test_a_longer_delay_takes_two_owners_a_reason_and_an_end_and_takes_nothing_back(partnership: Partnership) -> None:
    store, court, police = partnership.store, partnership.speaker(Owner.COURT), partnership.speaker(Owner.POLICE)
    looked_at(partnership)
    with later(8):
        reached = told(partnership)
        until = clock.city_day(clock.now()) + timedelta(days=40)
        asked = who_looked.ask_longer(store, court, days=30, reason="one case", until=until)
        assert told(partnership).complete_up_to == reached.complete_up_to
        with pytest.raises(NotAllowed) as own:
            who_looked.agree_longer(store, court, asked.id)
        who_looked.agree_longer(store, police, asked.id)
        with pytest.raises(Conflicts):
            who_looked.agree_longer(store, partnership.speaker(Owner.DISTRICT_ATTORNEY), asked.id)
        held = told(partnership)
    with later(20):
        still = told(partnership, person=replace(WHO, surname="Nobody"))
    with later(49):
        over = told(partnership)

    assert own.value.code == "same-owner"
    assert held.complete_up_to == still.complete_up_to == reached.complete_up_to
    assert len([one for one in held.look_ups if one.purpose != "look ups.shown"]) == 3
    assert over.complete_up_to == reached.complete_up_to + timedelta(days=41)


@pytest.mark.parametrize(
    ("days", "reason", "until"), [(0, "x", 9), (367, "x", 9), (30, " ", 9), (30, "x", 0), (30, "x", 400)]
)
def test_a_longer_delay_without_reason_or_end_is_refused(
    partnership: Partnership, days: int, reason: str, until: int
) -> None:
    last = clock.city_day(clock.now()) + timedelta(days=until)

    with pytest.raises(BadInput):
        who_looked.ask_longer(partnership.store, partnership.speaker(Owner.COURT), days=days, reason=reason, until=last)


def test_the_delay_is_a_setting_of_the_owners(partnership: Partnership) -> None:
    looked_at(partnership)
    by = partnership.speaker(Owner.COURT)
    switches.set_to(partnership.store, by, Name.WHO_LOOKED_DELAY_DAYS, "0", reason="at once")

    with later(1):
        assert len(told(partnership).look_ups) == 3
    with pytest.raises(BadInput):
        switches.set_to(partnership.store, by, Name.WHO_LOOKED_DELAY_DAYS, "31", reason="for long")

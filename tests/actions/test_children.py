"""Children: who is kept as one, what is done from the first minute, and a record that moves across whole."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import msgspec
import psycopg
import pytest
from psycopg import sql
from tests.actions.test_canaries import number, registered
from tests.partnership import Partnership, asks

from pars import clock
from pars.actions import (
    calling,
    canaries,
    children,
    counting,
    counting_children,
    disclosure,
    inquiries,
    keeping,
    victims,
)
from pars.actions.acting import AnsweredBefore, Once
from pars.actions.belongings import take_property
from pars.actions.booking import ChargeGiven, NewArrest, record_arrest
from pars.actions.children import Grown
from pars.actions.person_given import PersonGiven
from pars.actions.recalling import recall_ended
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.calls import Waits
from pars.record.counts import shift_began
from pars.record.roles import Owner, Role
from pars.sharing.duty import View
from pars.sharing.projection import Line


def arrest_of(born_years_ago: int | None, **more: object) -> NewArrest:
    """An arrest of somebody of that age."""
    born = None if born_years_ago is None else clock.city_day(clock.now()) - timedelta(days=born_years_ago * 366)
    person = PersonGiven(surname="Markedchild", given="Rosalind", birth_date=born, address="22 Marked Row")
    return NewArrest(clock.now(), "Marked Place", "PAPEP0000", person, **more)  # type: ignore[arg-type] # as a test says


def test_age_in_doubt_is_kept_as_a_child_and_only_an_excluded_offense_keeps_one_with_the_adults(
    partnership: Partnership,
) -> None:
    store, officer = partnership.store, partnership.staff(Role.OFFICER)

    assert record_arrest(store, officer, arrest_of(None, age="in-doubt")).child
    assert record_arrest(store, officer, arrest_of(16, age="claimed")).child
    assert not record_arrest(store, officer, arrest_of(30, age="claimed")).child
    with pytest.raises(BadInput, match="excluded offense"):
        record_arrest(store, officer, arrest_of(16, excluded_offence=True, charges=[ChargeGiven("18 § 3929")]))
    with pytest.raises(BadInput, match="an age is"):
        record_arrest(store, officer, arrest_of(16, age="old"))
    robbery = [ChargeGiven("18 § 3701 §§ A1I")]
    assert not record_arrest(store, officer, arrest_of(16, excluded_offence=True, charges=robbery)).child


def test_a_child_is_apart_from_the_first_minute_the_parent_is_told_and_the_way_out_stops_the_clock(
    partnership: Partnership,
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.CUSTODY_SUPERVISOR)
    new = arrest_of(15)
    earlier = NewArrest(clock.now() - timedelta(hours=3), new.place, new.agency_ori, new.person)
    child = record_arrest(store, partnership.staff(Role.OFFICER), earlier).id
    assert calling.ring(store) == 1
    assert [call.waits for call in calling.open_calls(store, supervisor).own] == [Waits.CHILD]
    assert disclosure.open_list(store, partnership.staff(Role.MAGISTRATE), View.BOARD).lines == []

    children.take(store, supervisor, child, "place-apart", {"where": "juvenile room", "watched_by": "Officer 7702"})
    for reached in ("no", "yes"):
        said = {"who": "Marked Parent", "reached": reached, "how": "by telephone"}
        children.take(store, supervisor, child, "tell-parent", said)
    with pytest.raises(NotAllowed):
        children.take(store, partnership.staff(Role.MAGISTRATE), child, "tell-court", {"who": "x"})
    with pytest.raises(BadInput):
        children.take(store, supervisor, child, "tell-parent", {"who": "x"})
    [seen] = disclosure.open_children(store, supervisor)
    assert [step.step for step in seen.steps] == ["place-apart", "tell-parent", "tell-parent"]
    assert msgspec.json.decode(seen.steps[2].content)["reached"] is True

    children.take(store, supervisor, child, "release-to-parent", {"who": "Marked Parent"})
    assert disclosure.open_children(store, supervisor) == []
    assert calling.ring(store) == 1
    assert calling.open_calls(store, supervisor).own == []
    with pytest.raises(Conflicts):
        children.take(store, supervisor, child, "tell-court", {"who": "the clerk"})


def test_a_childs_record_among_the_adults_moves_across_whole_and_leaves_nothing(
    partnership: Partnership, admin_url: str
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.POLICE_SUPERVISOR)
    partnership.agree()
    arrest = partnership.arraigned("Markedchild")
    partnership.protect(arrest)
    take_property(store, partnership.staff(Role.OFFICER), arrest, "Marked backpack")
    answered = inquiries.inquire(store, partnership.analyst(), asks("Markedchild"))
    assert answered.record is not None
    with pytest.raises(NotAllowed):
        children.move_across(store, partnership.staff(Role.OFFICER), arrest, reason="papers")
    with pytest.raises(BadInput):
        children.move_across(store, supervisor, arrest, reason=" ")

    once = replace(supervisor, once=Once("sent-twice", b"the same question"))
    children.move_across(store, once, arrest, reason="the school's papers")

    with pytest.raises(AnsweredBefore):
        children.move_across(store, once, arrest, reason="the school's papers")
    with pytest.raises(NotThere):
        disclosure.open_arrest(store, supervisor, arrest, why="is it gone?")
    [seen] = disclosure.open_children(store, supervisor)
    whole = msgspec.json.decode(seen.content)
    assert (seen.id, whole["surname"], whole["rows"]["record.property_item"][0]["item"]) == (
        arrest,
        "Markedchild",
        "Marked backpack",
    )
    hung = {"record.step", "record.charge", "record.classification", "record.report", "record.bail"}
    assert hung <= set(whole["rows"])
    assert _left_behind(admin_url, arrest) == []
    assert inquiries.inquire(store, partnership.analyst(), asks("Markedchild")).record is None
    assert recall_ended(store) == 1  # whoever was handed it is told to destroy it, and not why


def test_a_record_whose_victim_is_still_owed_a_notice_moves_across_and_the_notice_comes_back_with_it(
    partnership: Partnership,
) -> None:
    store, clerk = partnership.store, partnership.staff(Role.CLERK)
    supervisor, arrest = partnership.staff(Role.POLICE_SUPERVISOR), partnership.charged("Markedchild")
    partnership.protect(arrest)
    partnership.arraign(arrest)
    before = victims.owed(store, clerk)
    assert [one.about for one in before] == ["bail", "next-date"]

    children.move_across(store, supervisor, arrest, reason="the school's papers")
    assert victims.owed(store, clerk) == []
    children.move_to_adults(store, supervisor, arrest, Grown("the prints are an adult's", date(1990, 2, 3)))

    assert victims.owed(store, clerk) == before


def test_children_are_counted_in_their_own_place_and_a_missed_count_is_a_clock(partnership: Partnership) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.CUSTODY_SUPERVISOR)
    officer = partnership.staff(Role.DETENTION_OFFICER)
    before = shift_began(clock.in_city(clock.now())) - timedelta(hours=1)
    new = arrest_of(15)
    earlier = NewArrest(before, new.place, new.agency_ori, new.person)
    child = record_arrest(store, partnership.staff(Role.OFFICER), earlier).id
    assert counting.open_block(store, officer, "D22").lines.lines == []  # the cells show none of them
    calling.ring(store)
    waits = {call.waits for call in calling.open_calls(store, supervisor).own}
    assert waits == {Waits.CHILD, Waits.CHILDREN_COUNT}
    assert Waits.CHILDREN_COUNT not in {call.waits for call in calling.unanswered(store, officer, [])}

    with pytest.raises(NotAllowed):
        counting_children.count(store, officer, [child], [])
    with pytest.raises(Conflicts, match="not spoken of"):
        counting_children.count(store, supervisor, [], [])
    with pytest.raises(BadInput, match="one of the two"):
        counting_children.count(store, supervisor, [child], [child])
    counted = counting_children.count(store, supervisor, [], [child])
    again = counting_children.count(store, supervisor, [], [child])

    assert (counted.expected, counted.present, len(counted.differences)) == (1, 0, 1)
    assert again.differences == []  # what stands already is not said twice
    [missing] = counting_children.standing(store).missing
    assert (missing.child, counting_children.standing(store).this_shift) == (child, True)
    calling.ring(store)
    assert {call.waits for call in calling.open_calls(store, supervisor).own} == {Waits.CHILD}
    with pytest.raises(BadInput, match="how you know"):
        counting_children.explain(store, supervisor, missing.id, "at-court", note=" ")
    with pytest.raises(BadInput, match="what explains it"):
        counting_children.explain(store, supervisor, missing.id, "row-made", note="x")
    counting_children.explain(store, supervisor, missing.id, "at-hospital", note="the ward has called")
    assert counting_children.standing(store).missing == []
    with pytest.raises(NotThere):
        counting_children.explain(store, supervisor, missing.id, "at-hospital", note="again")
    children.move_to_adults(store, supervisor, child, Grown("the prints are an adult's", date(1990, 2, 3)))


def test_an_age_in_doubt_that_is_18_or_more_moves_to_the_adults_whole_and_leaves_nothing(
    partnership: Partnership, admin_url: str
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.POLICE_SUPERVISOR)
    new = arrest_of(None, age="in-doubt", charges=[ChargeGiven("18 § 3929")])
    child = record_arrest(store, partnership.staff(Role.OFFICER), new).id
    parent = {"who": "Marked Parent", "reached": "no", "how": "by telephone"}
    children.take(store, supervisor, child, "tell-parent", parent)
    born = clock.city_day(clock.now()) - timedelta(days=19 * 366)
    young = clock.city_day(clock.now()) - timedelta(days=17 * 365)
    with pytest.raises(NotAllowed):
        children.move_to_adults(store, partnership.staff(Role.DETECTIVE), child, Grown("papers", born))
    with pytest.raises(BadInput, match="what shows"):
        children.move_to_adults(store, supervisor, child, Grown(" ", born))
    with pytest.raises(BadInput, match="under 18"):
        children.move_to_adults(store, supervisor, child, Grown("papers", young))

    once = replace(supervisor, once=Once("sent-twice", b"the same question"))
    children.move_to_adults(store, once, child, Grown("the consular card shows 19", born))

    with pytest.raises(AnsweredBefore):
        children.move_to_adults(store, once, child, Grown("the consular card shows 19", born))
    page = disclosure.open_arrest(store, supervisor, child, why="is it here?")
    assert page.identity is not None
    assert (page.identity.surname, page.identity.birth_date, page.line.id) == ("Markedchild", born, child)
    assert [stages["police"].statute for stages in page.charges.values()] == ["18 § 3929"]
    assert disclosure.open_children(store, supervisor) == []
    assert _among_the_children(admin_url) == 0
    with pytest.raises(NotThere):
        children.move_to_adults(store, supervisor, child, Grown("papers", born))


def test_a_childs_record_from_before_a_column_moves_to_the_adults_without_it(
    partnership: Partnership, admin_url: str
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.POLICE_SUPERVISOR)
    child = record_arrest(store, partnership.staff(Role.OFFICER), arrest_of(None, age="in-doubt")).id
    place = f"protected.child:{child}"
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select sealed from protected.child where id = %s", (child,)).fetchone()
        assert row is not None
        content = msgspec.json.decode(store.keys.open(row[0], place), type=dict[str, object])
        del content["weight_lb"]
        sealed = store.keys.seal(msgspec.json.encode(content), place)
        connection.execute("update protected.child set sealed = %s where id = %s", (sealed, child))

    born = clock.city_day(clock.now()) - timedelta(days=19 * 366)
    children.move_to_adults(store, supervisor, child, Grown("the consular card shows 19", born))

    page = disclosure.open_arrest(store, supervisor, child, why="is it here?")
    assert page.identity is not None
    assert (page.identity.surname, page.identity.weight_lb) == ("Markedchild", None)


def test_a_record_that_was_moved_to_the_children_in_error_comes_back_as_it_was(
    partnership: Partnership, admin_url: str
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.POLICE_SUPERVISOR)
    arrest = partnership.arraigned("Markedadult")
    take_property(store, partnership.staff(Role.OFFICER), arrest, "Marked backpack")
    before = disclosure.open_arrest(store, supervisor, arrest, why="as it is")
    children.move_across(store, supervisor, arrest, reason="the school's papers")

    children.move_to_adults(store, supervisor, arrest, Grown("the prints are an adult's"))

    after = disclosure.open_arrest(store, supervisor, arrest, why="as it was")
    assert after.line.number == before.line.number
    assert {shape: list(rows) for shape, rows in after.rows.items() if shape is not Line} == {
        shape: list(rows) for shape, rows in before.rows.items() if shape is not Line
    }
    assert _among_the_children(admin_url) == 0


def test_a_record_whose_otn_another_arrest_was_given_meanwhile_does_not_come_back_until_it_is_settled(
    partnership: Partnership, admin_url: str
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.POLICE_SUPERVISOR)
    arrest, other = partnership.record("Markedadult"), partnership.record("Markedother")
    partnership.take(Role.OFFICER, arrest, "take-prints", {"otn": "N 239191-1"})
    children.move_across(store, supervisor, arrest, reason="the school's papers")
    partnership.take(Role.OFFICER, other, "take-prints", {"otn": "N 239191-1"})

    with pytest.raises(Conflicts, match="belongs to another arrest"):
        children.move_to_adults(store, supervisor, arrest, Grown("the prints are an adult's"))

    assert _among_the_children(admin_url) == 1


def _among_the_children(admin_url: str) -> int:
    """Rows that are left in the children's store."""
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            "select (select count(*) from protected.child) + (select count(*) from protected.child_step)"
        )
        return sum(row[0] for row in rows)


def _left_behind(admin_url: str, arrest: UUID) -> list[str]:
    """Tables of the record, and everything outside the stores apart, that still say who it was."""
    with psycopg.connect(admin_url) as connection:
        tables = connection.execute(
            """
            select table_schema, table_name from information_schema.tables
            where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema', 'protected')
            """
        ).fetchall()
        found = []
        for schema, table in tables:
            rows = connection.execute(
                sql.SQL("select t::text from {} t").format(sql.Identifier(schema, table))
            ).fetchall()
            told = str(rows)
            if "Markedchild" in told or "Marked " in told or (schema == "record" and str(arrest) in told):
                found.append(f"{schema}.{table}")
    return found


def test_nobody_can_empty_the_record_by_calling_the_function(partnership: Partnership) -> None:
    arrest = partnership.record()

    with (
        pytest.raises(psycopg.errors.RaiseException, match="was not sealed"),
        psycopg.connect(partnership.store.conninfo("pars_act")) as acting,
    ):
        acting.execute("select record.forget(%s)", (arrest,))
    child = record_arrest(partnership.store, partnership.staff(Role.OFFICER), arrest_of(15)).id
    with (
        pytest.raises(psycopg.errors.RaiseException, match="was not written"),
        psycopg.connect(partnership.store.conninfo("pars_act")) as acting,
    ):
        acting.execute("select protected.forget_child(%s)", (child,))
    with (
        pytest.raises(psycopg.errors.RaiseException, match="no child"),
        psycopg.connect(partnership.store.conninfo("pars_act")) as acting,
    ):
        acting.execute("select record.bring_back(%s, '{}', '{}')", (arrest,))


def test_a_legal_hold_on_a_record_that_moves_to_the_children_stands_there_and_is_lifted_by_its_own_number(
    partnership: Partnership, admin_url: str
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.POLICE_SUPERVISOR)
    speaks, privacy = partnership.speaker(Owner.POLICE), partnership.staff(Role.PRIVACY_OFFICER)
    arrest, until = partnership.charged("Markedchild"), clock.city_day(clock.now()) + timedelta(days=60)
    numbered = number(admin_url, arrest, gone=False)
    holds = [
        keeping.place_hold(store, speaks, numbered, reason=reason, until=until)
        for reason in ("a suit was announced", "an inquiry into the stop")
    ]
    keeping.lift_hold(store, speaks, holds[0])

    children.move_across(store, supervisor, arrest, reason="the school's papers")

    moved = {one.id: one for one in keeping.kept(store, privacy).holds}
    assert set(moved) == set(holds)  # what was lifted stays to be read, too
    standing = moved[holds[1]]
    assert (standing.number, standing.reason, standing.until) == (None, "an inquiry into the stop", until)
    assert standing.lifted_at is None
    children.move_to_adults(store, supervisor, arrest, Grown("the prints are an adult's", date(1990, 2, 3)))
    assert {one.number for one in keeping.kept(store, privacy).holds} == {numbered}
    children.move_across(store, supervisor, arrest, reason="the prints were another's")
    keeping.lift_hold(store, speaks, holds[1])
    assert all(one.lifted_at for one in keeping.kept(store, privacy).holds)


def test_what_stands_for_nobody_is_no_childs_and_a_refusal_to_move_it_changes_nothing(
    partnership: Partnership, admin_url: str
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.POLICE_SUPERVISOR)
    arrest = registered(partnership, admin_url)

    with pytest.raises(Conflicts, match="stands for nobody, so it is no child's"):
        children.move_across(store, supervisor, arrest, reason="papers")

    assert disclosure.open_children(store, supervisor) == []
    assert disclosure.open_arrest(store, supervisor, arrest, why="is it here?").line.id == arrest
    [canary] = canaries.canaries(store, partnership.speaker(Owner.COURT))
    assert (canary.number is None, canary.ended_at) == (False, None)
    canaries.end(store, partnership.speaker(Owner.COURT), canary.id)  # an owner says that it is somebody's
    children.move_across(store, supervisor, arrest, reason="papers")
    [canary] = canaries.canaries(store, partnership.speaker(Owner.COURT))
    assert (canary.number, canary.ended_at is None) == (None, False)


def test_a_record_that_was_only_proposed_to_stand_for_nobody_moves_and_nobody_confirms_it_any_more(
    partnership: Partnership, admin_url: str
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.POLICE_SUPERVISOR)
    arrest = partnership.charged("Markedchild")
    proposed = canaries.propose(store, partnership.speaker(Owner.POLICE), number(admin_url, arrest))

    children.move_across(store, supervisor, arrest, reason="the school's papers")

    [over] = canaries.canaries(store, partnership.speaker(Owner.COURT))
    assert (over.id, over.confirmed_at, over.ended_at is None) == (proposed, None, False)
    with pytest.raises(NotThere):
        canaries.confirm(store, partnership.speaker(Owner.COURT), proposed)

"""Acts by number on an expunged record: as if it had never been, for everybody, over the whole table of steps."""

import io
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from uuid import UUID, uuid4

import psycopg
import pytest
from PIL import Image
from tests.partnership import Partnership

from pars.actions import arraignment, assigning, belongings, booking, custody, identity, life, printing, sealing
from pars.actions.acting import By
from pars.actions.arraignment import BailGiven
from pars.actions.custody import HoldGiven
from pars.actions.person_given import PersonGiven
from pars.actions.reporting import ProtectedPerson, protect
from pars.errors import NotThere, ParsError
from pars.record.bail import BailType
from pars.record.roles import Role
from pars.record.steps import STEPS
from pars.store.database import Store

ACTS: Final[Mapping[str, tuple[Role, Callable[[Store, By, UUID], object]]]] = {
    "a correction": (
        Role.OFFICER,
        lambda store, by, arrest: booking.correct(store, by, arrest, PersonGiven(surname="X"), version=1, reason="x"),
    ),
    "a victim": (
        Role.DETECTIVE,
        lambda store, by, arrest: protect(store, by, arrest, ProtectedPerson("victim", "X", contact="215")),
    ),
    "a hold": (
        Role.CUSTODY_SUPERVISOR,
        lambda store, by, arrest: custody.hold(
            store, by, arrest, HoldGiven("sentence", "A court", "7", signed_by_judge_or_authority=True)
        ),
    ),
    "a hold lifted": (
        Role.CUSTODY_SUPERVISOR,
        lambda store, by, arrest: custody.lift_hold(store, by, arrest, UUID(int=1)),
    ),
    "a photograph": (Role.OFFICER, lambda store, by, arrest: belongings.add_photo(store, by, arrest, picture())),
    "property": (Role.OFFICER, lambda store, by, arrest: belongings.take_property(store, by, arrest, "a key")),
    "an assignment": (
        Role.POLICE_SUPERVISOR,
        lambda store, by, arrest: assigning.assign(store, by, arrest, "detective"),
    ),
    "an assignment ended": (
        Role.POLICE_SUPERVISOR,
        lambda store, by, arrest: assigning.end(store, by, arrest, UUID(int=1)),
    ),
    "a position on bail": (
        Role.DEFENDER,
        lambda store, by, arrest: arraignment.state_position(store, by, arrest, BailGiven(BailType.ROR)),
    ),
    "a paper": (
        Role.CLERK,
        lambda store, by, arrest: printing.write_printing(store, by, arrest, kind="bail-order", language="en"),
    ),
    "a link undone": (Role.DETECTIVE, lambda store, by, arrest: identity.unlink(store, by, arrest, reason="x")),
    "a seal": (Role.CLERK, lambda store, by, arrest: sealing.limit_access(store, by, arrest, "sealed", order="x")),
}
"""Acts besides steps that name an arrest, each by somebody whose duty it is."""


def picture() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def gone(partnership: Partnership) -> UUID:
    """An expunged record of somebody who has left."""
    arrest = partnership.charged()
    partnership.take(Role.POLICE_SUPERVISOR, arrest, "transfer-juvenile", {"reason": "the age was wrong"})
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, "expunged", order="an order")
    return arrest


def told(do: Callable[[], object]) -> tuple[type[ParsError] | None, str, str]:
    """How an act was refused."""
    try:
        do()
    except ParsError as refusal:
        return type(refusal), refusal.code, refusal.sentence
    return None, "", ""


def rows(admin_url: str, arrest: UUID) -> list[tuple[object, ...]]:
    """The record as it stands, with everything that hangs on it."""
    tables = ("step", "classification", "photo", "property_item", "hold", "bail", "assignment", "link")
    counted = ", ".join(f"(select count(*) from record.{name} where arrest_id = a.id)" for name in tables)
    with psycopg.connect(admin_url) as connection:
        return connection.execute(
            f"select a.*, {counted} from record.arrest a where id = %s".encode(), (arrest,)
        ).fetchall()


def test_every_step_on_an_expunged_record_is_refused_as_on_one_that_never_was(
    partnership: Partnership, gone: UUID, admin_url: str
) -> None:
    before, never = rows(admin_url, gone), uuid4()
    answers = {}

    for name, step in STEPS.items():
        for role in step.takes & {role for role in Role if role not in {Role.REPRESENTATIVE, Role.ANALYST}}:
            by = partnership.staff(role)
            answers[name, role] = [
                told(partial(life.take, partnership.store, by, arrest, name, {})) for arrest in (gone, never)
            ]

    assert {name for name, _ in answers} == {name for name, step in STEPS.items() if step.takes}
    assert {one for both in answers.values() for one in both} == {
        (NotThere, "not-there", "there is no arrest by that number")
    }
    assert rows(admin_url, gone) == before


def test_every_other_act_on_an_expunged_record_is_refused_so(
    partnership: Partnership, gone: UUID, admin_url: str
) -> None:
    before, never, answers = rows(admin_url, gone), uuid4(), {}

    for what, (role, do) in ACTS.items():
        by = partnership.staff(role)
        answers[what] = [told(partial(do, partnership.store, by, arrest)) for arrest in (gone, never)]

    assert [what for what, (here, there) in answers.items() if here != there or here[0] is not NotThere] == []
    assert rows(admin_url, gone) == before


def test_a_link_to_an_expunged_record_is_one_to_a_number_that_nobody_has(
    partnership: Partnership, gone: UUID, admin_url: str
) -> None:
    other = partnership.record("Another")
    with psycopg.connect(admin_url) as connection:
        ((number,),) = connection.execute("select number from record.arrest where id = %s", (gone,)).fetchall()
    by = partnership.staff(Role.DETECTIVE)

    both = [
        told(partial(identity.link, partnership.store, by, other, tried, reason="the same prints"))
        for tried in (number, 10**9)
    ]

    assert both[0] == both[1]
    assert both[0][0] is not None


def test_somebody_kept_under_an_expunged_record_still_gets_to_the_door(partnership: Partnership) -> None:
    arrest = partnership.charged()
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, "expunged", order="an order")

    partnership.take(Role.POLICE_SUPERVISOR, arrest, "transfer-juvenile", {"reason": "the age was wrong"})

    with pytest.raises(NotThere):
        partnership.take(Role.POLICE_SUPERVISOR, arrest, "transfer-juvenile", {"reason": "the age was wrong"})

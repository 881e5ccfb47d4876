"""What the court decides later about who is kept: reviews, hearings on holds, fugitives; a child among the adults."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from tests.partnership import ORI, Partnership

from pars import clock
from pars.actions import bailing, calling, custody, disclosure, life, sittings, switches
from pars.actions.arraignment import next_sessions
from pars.actions.booking import ChargeGiven, NewArrest, record_arrest
from pars.actions.custody import HoldGiven
from pars.actions.person_given import PersonGiven
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.arrest import Custody
from pars.record.bail import BailAction
from pars.record.calendar import is_sitting_day
from pars.record.calls import Waits
from pars.record.roles import Owner, Role
from pars.record.switches import Name
from pars.sharing.projection import Arraignment, Bail, BailReview, FugitiveTerm, Hold

ROR = {"type": "ror"}
MONEY = {"type": "monetary", "amount_usd": 900, "percent": 10, "ability_asked": "work", "ability_said": "none"}


def shown(city: Partnership, arrest: UUID, role: Role = Role.MAGISTRATE) -> disclosure.Page:
    return disclosure.open_arrest(city.store, city.staff(role), arrest, why="the tests")


def set_to(city: Partnership, name: Name, value: object) -> None:
    switches.set_to(city.store, city.speaker(Owner.COURT), name, value, reason="a test")


def test_money_that_holds_somebody_is_reviewed_on_a_sitting_day_and_the_court_has_a_list(
    partnership: Partnership,
) -> None:
    store, clerk, arrest = partnership.store, partnership.staff(Role.CLERK), partnership.arraigned()
    (review,) = shown(partnership, arrest).all(BailReview)
    today = clock.city_day(clock.now())
    assert (review.held_at, is_sitting_day(review.due_on), today < review.due_on) == (None, True, True)
    assert review.due_on <= today + timedelta(days=8)
    found = sittings.open_reviews(store, clerk)
    assert ([line.id for line in found.lines], found.due) == ([arrest], {arrest: review.due_on})
    for role in (Role.OFFICER, Role.DEFENDER, Role.DETENTION_OFFICER):
        with pytest.raises(NotAllowed):
            sittings.open_reviews(store, partnership.staff(role))
    with pytest.raises(NotAllowed):
        partnership.take(Role.CLERK, arrest, "review-bail", {"reasons": "heard"})
    with pytest.raises(BadInput):
        partnership.take(Role.MAGISTRATE, arrest, "review-bail", {"reasons": " "})

    partnership.take(Role.MAGISTRATE, arrest, "review-bail", {"reasons": "nothing has changed"})
    assert sittings.open_reviews(store, clerk).lines == []
    partnership.take(Role.MAGISTRATE, arrest, "review-bail", {"reasons": "less is enough", "bail": MONEY})
    assert [line.id for line in sittings.open_reviews(store, clerk).lines] == [arrest]  # money still holds: again
    partnership.take(Role.MAGISTRATE, arrest, "review-bail", {"reasons": "works, and has a home", "bail": ROR})

    page = shown(partnership, arrest)
    assert sittings.open_reviews(store, clerk).lines == []
    assert [row.outcome for row in page.all(BailReview)] == ["bail-stands", "released"]
    assert [(row.action, row.type) for row in page.all(Bail)] == [
        ("set", "monetary"),
        ("modified", "monetary"),
        ("modified", "ror"),
    ]
    assert (page.line.custody, page.line.release_owed_at is not None) == (Custody.RELEASE_OWED, True)


def test_no_review_is_due_when_the_court_has_none_or_the_amount_is_above_its_limit(partnership: Partnership) -> None:
    set_to(partnership, Name.REVIEW_MOST_USD, 4999)
    above = partnership.arraigned()
    set_to(partnership, Name.REVIEW_DAYS, 0)
    set_to(partnership, Name.REVIEW_MOST_USD, 0)
    never = partnership.arraigned("Wexelmoor", "Ada")

    assert [shown(partnership, one).all(BailReview) for one in (above, never)] == [[], []]


def test_a_posted_bail_is_not_reviewed_any_more(partnership: Partnership) -> None:
    arrest = partnership.arraigned()

    partnership.take(Role.CLERK, arrest, "post-bail", {"amount_usd": 510, "security": "cash"})

    assert sittings.open_reviews(partnership.store, partnership.staff(Role.CLERK)).lines == []
    with pytest.raises(Conflicts):
        partnership.take(Role.MAGISTRATE, arrest, "review-bail", {"reasons": "late", "bail": ROR})


def test_a_revoked_bail_is_not_changed_by_a_review(partnership: Partnership) -> None:
    arrest = partnership.arraigned()
    by = partnership.staff(Role.MAGISTRATE)
    bailing.change(partnership.store, by, arrest, BailAction.REVOKED, reasons="missed a hearing")

    with pytest.raises(Conflicts, match="last revoked"):
        partnership.take(Role.MAGISTRATE, arrest, "review-bail", {"reasons": "again", "bail": ROR})

    assert shown(partnership, arrest).all(BailReview)[0].held_at is None  # nothing of the refused review stays


def booked(city: Partnership, arrested_at: datetime, born: date, **more: object) -> UUID:
    person = PersonGiven(surname="Wexelmoor", given="Ada", birth_date=born)
    arrest = NewArrest(arrested_at, "Marked Place", ORI[Owner.POLICE], person, **more)  # type: ignore[arg-type] # as a test says
    return record_arrest(city.store, city.staff(Role.OFFICER), arrest).id


def test_the_magistrate_is_asked_whether_the_parent_was_told_of_a_child_among_the_adults(
    partnership: Partnership,
) -> None:
    born = clock.city_day(clock.now()) - timedelta(days=16 * 366)
    robbery = [ChargeGiven("18 § 3701 §§ A1I")]
    arrest = booked(partnership, clock.now(), born, excluded_offence=True, charges=robbery)
    partnership.take(Role.CLERK, arrest, "list-at-limit", {"reason": "near the limit"})
    heard: dict[str, object] = {"probable_cause": False, "counsel_heard": True}
    asked = r"parent or guardian was told .*Rule 540\(B\)"
    silences: list[dict[str, object]] = [
        {},
        {"parent_told": True},
        {"parent_notice": "her mother"},
        {"parent_told": True, "parent_notice": " "},
    ]
    for silent in silences:
        with pytest.raises(BadInput, match=asked):
            partnership.take(Role.MAGISTRATE, arrest, "arraign", heard | silent)

    said = {"parent_told": False, "parent_notice": "nobody answers at the number that she gave"}
    partnership.take(Role.MAGISTRATE, arrest, "arraign", heard | said)

    page = shown(partnership, arrest)
    held = page.last(Arraignment)
    assert page.identity is not None
    assert page.identity.excluded_offence
    assert held is not None
    assert (held.parent_told, held.parent_notice) == (False, said["parent_notice"])


def test_an_adult_is_asked_for_no_parent(partnership: Partnership) -> None:
    page = shown(partnership, partnership.arraigned())

    held = page.last(Arraignment)
    assert held is not None
    assert (held.parent_told, held.parent_notice, held.next_rule) == (None, None, "philadelphia-2026")


def test_a_fugitives_commitment_is_extended_once_and_its_end_is_put_to_somebody(partnership: Partnership) -> None:
    store, began = partnership.store, clock.now() - timedelta(days=26)
    magistrate = partnership.staff(Role.MAGISTRATE)
    arrest = booked(partnership, began, date(1990, 2, 3), charges=[ChargeGiven("18 § 2701 §§ A1")])
    taken: list[tuple[Role, str, dict[str, object]]] = [
        (Role.OFFICER, "book", {"site": "D22"}),
        (Role.CLERK, "fugitive", {"demanding_state": "Ohio"}),
        (Role.CLERK, "list", {"session": next_sessions(began)[0].isoformat()}),
        (Role.MAGISTRATE, "arraign", {"probable_cause": True, "counsel_heard": True, "bail": MONEY}),
    ]
    for role, step, answers in taken:
        life.take(store, partnership.staff(role), arrest, step, answers, at=began)
    first = clock.city_day(began) + timedelta(days=30)
    assert [(row.until_on, row.extension) for row in shown(partnership, arrest).all(FugitiveTerm)] == [(first, False)]
    calling.ring(store)
    assert Waits.COMMITMENT in {call.waits for call in calling.standing(store)}
    for days in (0, 61, "soon"):
        with pytest.raises(BadInput):
            life.take(store, magistrate, arrest, "extend-commitment", {"days": days, "reason": "awaited"})

    life.take(store, magistrate, arrest, "extend-commitment", {"days": 60, "reason": "the warrant is on its way"})

    rows = shown(partnership, arrest).all(FugitiveTerm)
    assert [(row.until_on, row.extension) for row in rows] == [(first, False), (first + timedelta(days=60), True)]
    calling.ring(store)
    assert Waits.COMMITMENT not in {call.waits for call in calling.standing(store)}
    with pytest.raises(Conflicts, match="extended already, once"):
        life.take(store, magistrate, arrest, "extend-commitment", {"days": 1, "reason": "again"})


def test_a_hearing_on_a_hold_that_comes_due_is_put_to_somebody_until_it_is_held(partnership: Partnership) -> None:
    store, clerk, arrest = partnership.store, partnership.staff(Role.CLERK), partnership.record()
    due = clock.now() + timedelta(hours=5)
    given = HoldGiven(
        "bench-warrant", "Example County Court", "BW-7", signed_by_judge_or_authority=True, hearing_due=due
    )
    custody.hold(store, clerk, arrest, given)
    (hold,) = shown(partnership, arrest).all(Hold)
    calling.ring(store)
    (call,) = [one for one in calling.standing(store) if one.waits is Waits.HEARING]
    assert (call.level, call.desk, call.arrest, call.subject) == ("amber", Role.CLERK, arrest, str(hold.id))
    with pytest.raises(NotAllowed):
        custody.hearing_held(store, partnership.staff(Role.OFFICER), arrest, hold.id, lifted=False)
    with pytest.raises(BadInput, match="lies ahead"):
        custody.hearing_held(store, clerk, arrest, hold.id, lifted=False, again=clock.now() - timedelta(hours=1))
    with pytest.raises(NotThere):
        custody.hearing_held(store, clerk, partnership.record("Wexelmoor", "Ada"), hold.id, lifted=False)

    custody.hearing_held(store, clerk, arrest, hold.id, lifted=False, again=clock.now() + timedelta(days=9))

    calling.ring(store)
    assert Waits.HEARING not in {one.waits for one in calling.standing(store)}
    (stands,) = shown(partnership, arrest).all(Hold)
    assert (stands.lifted_at, stands.heard_at is not None) == (None, True)
    custody.hearing_held(store, clerk, arrest, hold.id, lifted=True)
    assert shown(partnership, arrest).all(Hold)[0].lifted_at is not None


def test_a_court_chooses_the_rule_set_of_its_next_dates(partnership: Partnership) -> None:
    with pytest.raises(BadInput):
        set_to(partnership, Name.NEXT_DATE_RULES, "another state")
    set_to(partnership, Name.NEXT_DATE_RULES, "other-counties-2017")

    held = shown(partnership, partnership.arraigned()).last(Arraignment)

    assert held is not None
    assert held.next_at is not None
    days = (clock.city_day(held.next_at) - clock.city_day(held.held_at)).days
    assert (held.next_rule, held.next_court, 1 <= days <= 14) == ("other-counties-2017", "Preliminary hearing", True)

"""Owners see who asked what, refused questions among them, and nothing of whom it was about or what it found."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.partnership import BORN, Partnership, asks

from pars import clock
from pars.actions.inquiries import inquire
from pars.actions.questions import asked
from pars.errors import NotAllowed, ParsError
from pars.record.roles import Owner, Role


def ask(partnership: Partnership, **more: object) -> None:
    inquiry = asks()
    inquiry = replace(inquiry, subject={**inquiry.subject, **more})
    try:
        inquire(partnership.store, partnership.analyst(), inquiry)
    except ParsError:
        return


def test_owners_see_answered_and_refused_questions_newest_first(partnership: Partnership) -> None:
    partnership.agree()
    partnership.charged()
    ask(partnership)
    ask(partnership, birthplace="Ruritania")

    refused, answered = asked(partnership.store, partnership.speaker(Owner.COURT), "sheriff")

    assert (refused.refused, refused.asked_by) == ("search-not-allowed", answered.asked_by)
    assert (answered.refused, answered.unit, list(answered.criteria)) == (None, "warrants", ["birth_date", "name"])
    assert answered.case_reference == "ECS-2026-0041"
    told = json.dumps([str(refused), str(answered)])
    assert not any(secret in told for secret in ("Quillfeather", "Rosalind", BORN, "Ruritania"))


def test_a_hit_and_a_stranger_look_alike_to_those_who_oversee(partnership: Partnership) -> None:
    partnership.agree()
    ask(partnership)
    partnership.charged()
    ask(partnership)

    hit, stranger = asked(partnership.store, partnership.speaker(Owner.POLICE), "sheriff")

    assert (hit.criteria, hit.fields, hit.refused) == (stranger.criteria, stranger.fields, stranger.refused)


def test_one_day_can_be_chosen(partnership: Partnership) -> None:
    partnership.agree()
    ask(partnership)
    today = clock.city_day(clock.now())
    speaker = partnership.speaker(Owner.COURT)

    assert len(asked(partnership.store, speaker, "sheriff", today)) == 1
    assert asked(partnership.store, speaker, "sheriff", today - timedelta(days=1)) == []


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OFFICER, Role.MAGISTRATE])
def test_nobody_else_sees_it(partnership: Partnership, role: Role) -> None:
    partnership.agree()
    by = partnership.analyst() if role is Role.ANALYST else partnership.staff(role)

    with pytest.raises(NotAllowed):
        asked(partnership.store, by, "sheriff")

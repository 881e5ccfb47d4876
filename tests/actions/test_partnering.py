"""A partner is registered by an administrator, can do nothing by that, and brings its family's past along."""

import pytest
from tests.partnership import ORI, OTHER, PARTNER, Partnership, terms

from pars.actions import partnering, places
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision

NEW = "PAWAR0000"


def register(partnership: Partnership, **given: str) -> None:
    said = {"ori": NEW, "name": "Example County Warrant Unit", "parent_ori": "", "pattern": ""} | given
    partnering.register(partnership.store, partnership.staff(Role.ADMINISTRATOR), **said)


def test_a_registered_partner_stands_in_the_list_and_has_no_agreement(partnership: Partnership) -> None:
    register(partnership, parent_ori=PARTNER, pattern="WU-[0-9]{3,5}")

    found = {one.name: one for one in partnering.partners(partnership.store, partnership.speaker(Owner.COURT))}
    new = found["Example County Warrant Unit"]

    assert (new.ori, new.parent, new.case_pattern, new.agreements) == (
        NEW, "Example County Sheriff", "WU-[0-9]{3,5}", [],
    )  # fmt: skip


def test_a_unit_of_a_partner_whose_agreement_was_withdrawn_does_not_come_back_by_another_owner(
    partnership: Partnership,
) -> None:
    partnership.agree()
    partnership.say(Owner.COURT, Decision.WITHDRAW)
    register(partnership, parent_ori=PARTNER)
    unit = terms().replace('"sheriff"', '"warrant-unit"').replace("County Sheriff", "County Warrant Unit")

    with pytest.raises(NotAllowed) as refused:
        partnership.propose(unit, by=Owner.POLICE)
    assert refused.value.code == "stays-away"

    partnership.propose(unit, by=Owner.COURT)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"ori": "no"}, BadInput),
        ({"ori": PARTNER}, Conflicts),
        ({"name": " "}, BadInput),
        ({"name": "Example County Sheriff"}, Conflicts),
        ({"parent_ori": "PANONE000"}, BadInput),
        ({"parent_ori": ORI[Owner.COURT]}, BadInput),
        ({"pattern": "(A+)+B"}, BadInput),
        ({"pattern": ".*"}, BadInput),
        ({"pattern": "[0-9]?"}, BadInput),
        ({"pattern": "[9-0]{2}"}, BadInput),
        ({"pattern": "A" * 200}, BadInput),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    partnership: Partnership, given: dict[str, str], error: type[Exception]
) -> None:
    speaker = partnership.speaker(Owner.COURT)
    before = partnering.partners(partnership.store, speaker)

    with pytest.raises(error):
        register(partnership, **given)

    assert partnering.partners(partnership.store, speaker) == before


def test_a_part_of_a_part_is_refused_with_the_whole_ones_name(partnership: Partnership) -> None:
    register(partnership, parent_ori=PARTNER)

    with pytest.raises(BadInput, match="Example County Sheriff"):
        register(partnership, ori="PASUB0000", name="A desk of it", parent_ori=NEW)


def test_only_an_administrator_registers(partnership: Partnership) -> None:
    for by in (partnership.speaker(Owner.POLICE), partnership.analyst(), partnership.staff(Role.OFFICER)):
        with pytest.raises(NotAllowed):
            partnering.register(partnership.store, by, NEW, "Somebody")
        with pytest.raises(NotAllowed):
            partnering.register_pattern(partnership.store, by, OTHER, "X-[0-9]{3}")


def test_a_partner_is_no_desk_of_the_city_and_whoever_arrests_is_no_court(partnership: Partnership) -> None:
    store = partnership.store

    listed = {one.ori for one in partnering.partners(store, partnership.staff(Role.ADMINISTRATOR))}
    arresting = {ori for ori, _ in places.arresting(store)}

    assert listed == {PARTNER, OTHER}
    assert arresting == {PARTNER, OTHER, ORI[Owner.POLICE], ORI[Owner.DISTRICT_ATTORNEY]}

"""T5. Nobody votes by making, resetting or changing an account: representatives are out of an administrator's reach."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from tests.partnership import ORI, PARTNER, PASSWORD, Partnership

from pars.actions import signin, staff
from pars.actions.founding import NewAccount
from pars.errors import BadInput, NotAllowed, NotSignedIn, Unavailable
from pars.record.roles import OWNER_OF, Owner, Role
from pars.store import accounts
from pars.store.locks import Lock, share

FIRST = "a-first-word-for-them"
ANY = frozenset({*Owner, None})
OF_WHOM: Mapping[Role, frozenset[Owner | None]] = {
    **{role: frozenset({owner}) for role, owner in OWNER_OF.items() if owner is not None},
    Role.DEFENDER: frozenset({None}),
    Role.ANALYST: frozenset({None}),
    Role.COUNSEL: frozenset(Owner),
    Role.PRIVACY_OFFICER: ANY,
    Role.AUDITOR: ANY,
    Role.ADMINISTRATOR: ANY,
}
"""Whose agencies have a duty that an administrator gives; None for an agency that is no owner's."""


def new(role: Role, ori: str, name: str = "somebody-new") -> NewAccount:
    """An account to be made."""
    return NewAccount(name, "Sam New", role, ori, FIRST)


def speaker(partnership: Partnership) -> UUID:
    """The court's representative's account."""
    return partnership.speaker(Owner.COURT).account


def test_an_administrator_neither_makes_nor_touches_whoever_speaks_for_an_owner(partnership: Partnership) -> None:
    store, administrator = partnership.store, partnership.staff(Role.ADMINISTRATOR)
    court, officer = speaker(partnership), partnership.staff(Role.OFFICER).account

    for act in (
        lambda: staff.create(store, administrator, new(Role.REPRESENTATIVE, ORI[Owner.COURT])),
        lambda: staff.new_password(store, administrator, court, FIRST),
        lambda: staff.disable(store, administrator, court),
        lambda: staff.change_role(store, administrator, court, Role.OFFICER),
        lambda: staff.change_role(store, administrator, officer, Role.REPRESENTATIVE),
        lambda: signin.unlock_account(store, administrator, court),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_two_owners_make_an_account_that_speaks(partnership: Partnership) -> None:
    store, court = partnership.store, partnership.speaker(Owner.COURT)

    made = staff.create(store, court, new(Role.REPRESENTATIVE, ORI[Owner.COURT])).id
    with pytest.raises(NotAllowed):
        staff.confirm(store, partnership.staff(Role.POLICE_SUPERVISOR), made)
    with pytest.raises(NotAllowed):
        staff.confirm(store, court, made)
    staff.confirm(store, partnership.speaker(Owner.POLICE), made)

    known = signin.known(store, "somebody-new")
    assert known is not None
    assert (known.role, known.owner) == (Role.REPRESENTATIVE, Owner.COURT)


def test_no_representative_makes_one_for_another_owner_or_any_other_account(partnership: Partnership) -> None:
    store, court = partnership.store, partnership.speaker(Owner.COURT)

    for role, ori in (
        (Role.REPRESENTATIVE, ORI[Owner.POLICE]),
        (Role.OFFICER, ORI[Owner.POLICE]),
        (Role.CLERK, ORI[Owner.COURT]),
        (Role.ANALYST, PARTNER),
    ):
        with pytest.raises(NotAllowed):
            staff.create(store, court, new(role, ori))
    with pytest.raises(NotAllowed):
        staff.new_password(store, court, partnership.speaker(Owner.POLICE).account, FIRST)


def test_a_password_that_is_set_anew_speaks_only_after_another_owner_confirmed_it(partnership: Partnership) -> None:
    store = partnership.store
    made = staff.create(store, partnership.speaker(Owner.COURT), new(Role.REPRESENTATIVE, ORI[Owner.COURT])).id
    staff.confirm(store, partnership.speaker(Owner.POLICE), made)

    staff.new_password(store, partnership.speaker(Owner.COURT), made, FIRST + "-anew")

    shown = {one.id: one for one in staff.everyone(store, partnership.speaker(Owner.POLICE))}
    assert shown[made].confirmed_by is None
    assert {one.role for one in shown.values()} == {Role.REPRESENTATIVE}


def held_up(partnership: Partnership, account: UUID) -> None:
    """A look of an account under way, while an administrator gives that account a new password."""
    store = partnership.store
    with store.transaction("pars_act") as look:
        share(look, [(Lock.USER, accounts.number_of(look, account))])
        staff.new_password(store, partnership.staff(Role.ADMINISTRATOR), account, "another-word-for-it")
        look.execute("select 1")


def test_a_new_password_does_not_pass_by_a_look_under_way(partnership: Partnership) -> None:
    with pytest.raises(Unavailable):
        held_up(partnership, partnership.analyst().account)


def test_an_account_whose_agency_has_no_supervisor_is_unlocked_by_a_representative(partnership: Partnership) -> None:
    """A partner's analyst, locked out by whoever typed five wrong words, is not locked out for good."""
    locked = partnership.analyst()
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            signin.sign_in(partnership.store, locked.sign_in, "wrong", demo_allowed=True)

    for role in (Role.ADMINISTRATOR, Role.POLICE_SUPERVISOR):
        with pytest.raises(NotAllowed, match="a representative of any owner"):
            signin.unlock_account(partnership.store, partnership.staff(role), locked.account)
    seen = {one.id: one for one in staff.everyone(partnership.store, partnership.speaker(Owner.COURT))}
    assert signin.may_unlock(partnership.speaker(Owner.COURT), seen[locked.account])
    assert {one.role for one in seen.values()} == {Role.REPRESENTATIVE, Role.ANALYST}
    with pytest.raises(NotSignedIn):
        signin.sign_in(partnership.store, locked.sign_in, PASSWORD, demo_allowed=True)
    signin.unlock_account(partnership.store, partnership.speaker(Owner.COURT), locked.account)

    assert signin.sign_in(partnership.store, locked.sign_in, PASSWORD, demo_allowed=True)


def test_nobody_unlocks_their_own_account(partnership: Partnership) -> None:
    """Whoever holds the session of somebody who may unlock others would guess at its password for ever."""
    for own in (partnership.speaker(Owner.COURT), partnership.staff(Role.POLICE_SUPERVISOR)):
        with pytest.raises(NotAllowed, match="nobody unlocks their own"):
            signin.unlock_account(partnership.store, own, own.account)


def test_a_guess_that_was_under_way_when_the_lock_fell_opens_nothing(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst, right = partnership.analyst(), signin._right

    def slowly(stored: str, password: str) -> bool:
        found = right(stored, password)
        with partnership.store.transaction("pars_act") as connection:
            accounts.set_locked(connection, analyst.account, locked=True)
        return found

    monkeypatch.setattr(signin, "_right", slowly)

    with pytest.raises(NotSignedIn) as refused:
        signin.sign_in(partnership.store, analyst.sign_in, PASSWORD, demo_allowed=True)

    assert refused.value.sentence == signin.REFUSED


def test_the_table_of_whose_duty_it_is_has_every_role_that_an_administrator_gives() -> None:
    assert set(OF_WHOM) == set(Role) - {Role.REPRESENTATIVE}


@pytest.mark.parametrize("role", sorted(OF_WHOM))
def test_no_account_has_a_duty_that_its_agencys_owner_does_not_have(partnership: Partnership, role: Role) -> None:
    store, administrator = partnership.store, partnership.staff(Role.ADMINISTRATOR)

    for owner in ANY:
        ori = PARTNER if owner is None else ORI[owner]
        changed = staff.create(store, administrator, new(Role.AUDITOR, ori, f"is-{owner}")).id
        for act, field in (
            (
                lambda ori=ori, owner=owner: staff.create(store, administrator, new(role, ori, f"of-{owner}")),
                "agency_ori",
            ),
            (lambda changed=changed: staff.change_role(store, administrator, changed, role), "role"),
        ):
            if owner in OF_WHOM[role]:
                act()
                continue
            with pytest.raises(BadInput) as refusal:
                act()
            assert refusal.value.field == field
            assert role.replace("-", " ") in refusal.value.sentence

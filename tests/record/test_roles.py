"""Roles and owners."""

from pars.record.roles import OWNER_OF, SUPERVISORS, Owner, Role


def test_every_role_says_whose_it_is() -> None:
    assert set(OWNER_OF) == set(Role)


def test_each_owner_has_a_supervisor_who_can_confirm_accounts() -> None:
    owners = {OWNER_OF[role] for role in SUPERVISORS}

    assert owners == set(Owner)

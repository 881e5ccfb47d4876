"""A house with one account for each role, named as the role: what the tests of the web begin with."""

from unittest.mock import patch

from tests.partnership import ORI, PASSWORD
from tests.passwords import lightly_hashed

from pars.actions import founding, signin
from pars.actions.proving import lay_floor
from pars.record.roles import OWNER_OF, Role
from pars.store.database import Store


def staffed(store: Store) -> None:
    """The three owners' agencies and the defenders', a site, and everybody who works there."""
    lay_floor(store)
    for owner, ori in ORI.items():
        founding.agency(store, ori, owner.value if owner else "defenders", owner)
    founding.site(store, "D22", "22nd District", "booking")
    with patch.object(signin, "hashed", return_value=lightly_hashed(PASSWORD)):
        for role in Role:
            new = founding.NewAccount(role.value, f"Sam {role.value}", role, ORI[OWNER_OF[role]], PASSWORD)
            founding.account(store, new, demo_password=True)

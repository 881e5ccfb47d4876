"""Places of the city, for the lists in forms; no person stands in them."""

from pars.record.roles import Owner
from pars.store import accounts, partnering
from pars.store.database import Store


def sites(store: Store, kind: str | None = None) -> list[tuple[str, str]]:
    """Code and name of the sites of a kind, or of all."""
    with store.transaction("pars_act") as connection:
        return accounts.sites(connection, kind)


def agencies(store: Store) -> list[tuple[str, str]]:
    """ORI and name of the agencies."""
    with store.transaction("pars_act") as connection:
        return [(ori, name) for _, ori, name, _ in accounts.agencies(connection)]


def arresting(store: Store) -> list[tuple[str, str]]:
    """ORI and name of the agencies that arrest: police, the District Attorney's detectives, and partners.

    No court arrests anybody, and no agency that has a desk of the city's own beside the owners.
    """
    with store.transaction("pars_act") as connection:
        outside = {one.id for one in partnering.partners(connection)}
        return [
            (ori, name)
            for number, ori, name, owner in accounts.agencies(connection)
            if owner in {Owner.POLICE, Owner.DISTRICT_ATTORNEY} or number in outside
        ]


def agency_ori(store: Store, agency_id: int) -> str:
    """The ORI of an agency."""
    with store.transaction("pars_act") as connection:
        return next(ori for number, ori, _, _ in accounts.agencies(connection) if number == agency_id)


def owned_agencies(store: Store) -> list[tuple[str, str | None]]:
    """ORI and owner of the agencies."""
    with store.transaction("pars_act") as connection:
        return [(ori, owner) for _, ori, _, owner in accounts.agencies(connection)]

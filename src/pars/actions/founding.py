"""The first things of an installation: its agencies, its sites, and the accounts with which everything begins.

Nobody is signed in yet, so these acts are the house's own. They run from the command line, by whoever holds the data
folder; each is an entry of the ledger like any other act.
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import act
from pars.actions.signin import password_row
from pars.errors import BadInput
from pars.record.identifiers import Badge, Ori
from pars.record.roles import Owner, Role
from pars.store import accounts
from pars.store.database import Store

SITE_KINDS = ("booking", "hospital", "court", "prison")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. The site is the desk's home; the badge is for those who wear one.

    Without a password it is a program's: nobody signs in to it, and nothing waits for its answer.
    """

    sign_in: str
    full_name: str
    role: Role
    agency_ori: str
    password: str | None
    site: str | None = None
    badge: str | None = None
    unit: str | None = None


def agency(store: Store, ori: str, name: str, owner: Owner | None) -> None:
    """An agency, with the owner that it is part of; None for one that is no owner's."""
    with act(store, None, "agency.founded") as doing:
        accounts.found_agency(doing.connection, str(Ori.parse(ori)), name.strip(), owner)
        doing.note(ori=ori)


def site(store: Store, code: str, name: str, kind: str) -> None:
    """A place where people are kept or brought: `booking`, `hospital`, `court` or `prison`."""
    with act(store, None, "site.founded") as doing:
        if kind not in SITE_KINDS:
            raise BadInput(f"a site is one of: {', '.join(SITE_KINDS)}", field="kind")
        accounts.found_site(doing.connection, code.strip(), name.strip(), kind)
        doing.note(code=code)


def account(store: Store, new: NewAccount, *, demo_password: bool = False) -> UUID:
    """One of the first accounts, confirmed at birth because nobody is there yet to confirm it."""
    with act(store, None, "account.founded") as doing:
        row = account_row(new)
        agency_id = agency_of(doing.connection, new)
        row |= {"agency_id": agency_id, "demo_password": demo_password, "confirmed_by": row["id"]}
        accounts.create(doing.connection, row)
        called, agency = str(row["full_name"]), accounts.agency_name(doing.connection, agency_id)
        doing.note(account=str(row["id"]), role=new.role.value, called=called, agency=agency)
    return UUID(str(row["id"]))


def agency_of(connection: Connection[TupleRow], new: NewAccount) -> int:
    """The agency of a new account; refused when there is none by that ORI, or no such site."""
    agency_id = accounts.agency_by_ori(connection, new.agency_ori)
    if agency_id is None:
        raise BadInput("there is no agency with that ORI", field="agency_ori")
    if new.site and new.site not in dict(accounts.sites(connection)):
        raise BadInput("there is no such site", field="site")
    return agency_id


def full_name_of(typed: str) -> str:
    """A full name as it was typed; refused when it is missing or does not fit on a paper."""
    if not typed.strip() or len(typed) > 120:  # noqa: PLR2004 - what fits on a paper
        raise BadInput("the full name is missing or too long", field="full_name")
    return typed.strip()


def account_row(new: NewAccount) -> dict[str, object]:
    """The columns of a new account; refused when the name or the password cannot be."""
    sign_in = new.sign_in.strip().lower()
    if not sign_in or len(sign_in) > 80 or not sign_in.replace(".", "").replace("-", "").isalnum():  # noqa: PLR2004
        raise BadInput("a sign-in name is letters, digits, points and hyphens", field="sign_in")
    return {
        "id": uuid4(),
        "sign_in": sign_in,
        "full_name": full_name_of(new.full_name),
        "role": new.role.value,
        "site": new.site or None,
        "badge": str(Badge.parse(new.badge)) if new.badge else None,
        "unit": new.unit or None,
        "password_hash": accounts.NO_PASSWORD if new.password is None else password_row(new.password),
    }

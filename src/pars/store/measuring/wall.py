"""The second wall with and without: one read, through the partners' door and as somebody whom no policy concerns."""

from collections.abc import Sequence
from uuid import UUID

import psycopg

from pars.store.database import Store
from pars.store.ledger import city_now, write_entry, write_look
from pars.store.measuring.calls import Script

_ARREST = "select surname, given, middle, suffix, birth_date, otn from record.arrest where id = any(:found::uuid[]);"
_CHARGES = "select charge_id, statute, grade, counts from {} where arrest_id = any(:found::uuid[]) order by charge_id;"


def scripts(store: Store, admin_url: str, found: Sequence[UUID]) -> tuple[Script, Script]:
    """The read with the wall and without it, message for message. The entry that opens the wall is kept fresh."""
    _bare_role(admin_url)
    with store.transaction("pars_act") as connection:
        at = city_now(connection)
        term = connection.execute("select term_id from sharing.standing").fetchall()[0][0]
        entry = write_entry(
            connection,
            store.keys,
            verb="inquiry.asked",
            owner="partner",
            at=at,
            account_id=None,
            commits={},
            details={},
        ).nonce
        write_look(connection, entry, "partner", found, term)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update ledger.look set asked_at = asked_at + interval '1 hour' where nonce = %s", (entry,))
    variables = {"entry": str(entry), "found": "{" + ",".join(map(str, found)) + "}"}
    with_wall = _script("pars_partner", "sharing.standing_charge")
    without = _script("pars_bench_bare", "sharing.charge_that_stands")
    return Script(with_wall, variables), Script(without, variables)


def _script(role: str, charges: str) -> str:
    setting = f"select set_config('pars.entry', :entry, true), set_config('role', '{role}', true);"
    return "\n".join(["begin;", setting, _ARREST, _CHARGES.format(charges), "commit;"])


def _bare_role(admin_url: str) -> None:
    """A role that may read the same columns and is behind no wall; only a bench's own database has one."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("create role pars_bench_bare bypassrls")
        connection.execute("grant pars_bench_bare to pars_bench")
        connection.execute("grant usage on schema record, sharing to pars_bench_bare")
        connection.execute("grant select on record.arrest, record.classification to pars_bench_bare")
        connection.execute("grant select on sharing.charge_that_stands to pars_bench_bare")

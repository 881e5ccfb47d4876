"""What is compared with: the same person by the same search, with no rule, no entry, no lock and no wall."""

from typing import Self

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

# By arrest_by_keys first, and the newest of those: without the fence a plan that is made once, for any key, may go
# through all arrests from the newest on until it meets the key.
_PERSON = """
    select id, surname, given, middle, suffix, birth_date, otn
    from (
      select id, surname, given, middle, suffix, birth_date, otn, arrested_at
      from record.arrest
      where search_keys @> %s
      offset 0) found
    order by arrested_at desc
    limit 1
"""
_CHARGES = """
    select charge_id, statute, grade, counts
    from record.classification
    where arrest_id = %s and stage = 'district-attorney'
    order by charge_id
"""
_BAIL = "select type, amount_usd, percent, conditions from record.bail where arrest_id = %s and position = 'order'"


class Plain:
    """A pool that reads as the database's administrator, whom no policy concerns."""

    def __init__(self, admin_url: str) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
            admin_url, max_size=12, open=False, kwargs={"autocommit": True, "row_factory": dict_row}
        )

    async def __aenter__(self) -> Self:
        """Open the pool."""
        await self._pool.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the pool."""
        await self._pool.close()

    async def person(self, key: str) -> dict[str, object] | None:
        """The newest arrest under a key, with charges and bail; None when there is nobody."""
        async with self._pool.connection() as connection:
            found = await (await connection.execute(_PERSON, ([key],), prepare=True)).fetchone()
            if found is None:
                return None
            charges = await (await connection.execute(_CHARGES, (found["id"],), prepare=True)).fetchall()
            bail = await (await connection.execute(_BAIL, (found["id"],), prepare=True)).fetchone()
        return {**found, "charges": charges, "bail": bail}

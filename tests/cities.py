"""Made-up cities for the tests that need more than a few people: the same city whatever the hour and the machine."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from pars import clock
from pars.actions.proving import lay_floor
from pars.clock import Pace
from pars.demo import city as making
from pars.demo.city import BACK_STORY, City, build
from pars.store.database import Store
from pars.store.installation import found
from pars.store.keys import Keys

EVENING = datetime(2026, 3, 5, 3, tzinfo=UTC)
"""Ten in the evening of a Wednesday: a made-up city is as it is then, whenever the tests are run."""


class Lived(NamedTuple):
    """What a city has lived through: so many hours, that share of a usual day's arrests, and so many days before."""

    hours: int
    share: float
    days_before: int = 0


@dataclass(frozen=True)
class MadeUp:
    """A city with everything that it was built from."""

    store: Store
    url: str
    data: Path
    city: City


@contextlib.contextmanager
def ever() -> Iterator[None]:
    """However slow the machine is, everything is told."""
    long = timedelta(hours=1)
    with patch.object(making, "LONGEST", long), patch.object(making, "LONGEST_BEFORE", long):
        yield


@contextlib.contextmanager
def made_up(
    server_url: str,
    template: str,
    keys: Keys,
    data: Path,
    *,
    seed: int,
    lived: Lived,
    speed: float = 1,
) -> Iterator[MadeUp]:
    """A city in a database of its own for as long as the block runs; the clock is put back afterwards.

    However slow the machine is, the whole back story is told.
    """
    name, before, born = f"pars_city_{secrets.token_hex(6)}", clock._pace, datetime.now(UTC)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    url = make_conninfo(server_url, dbname=name)
    start = EVENING - BACK_STORY
    found(url, kind="demo", city="Sampleton", city_start=start, real_start=born, speed=1)
    clock.keep(Pace(start, born))
    try:
        with Store(url, keys, ledger=data / "ledger") as store, ever():
            lay_floor(store)
            city = build(
                store,
                url,
                data,
                seed=seed,
                speed=speed,
                hours=lived.hours,
                per_day_share=lived.share,
                ends_at=EVENING,
                days_before=lived.days_before,
            )
            yield MadeUp(store, url, data, city)
    finally:
        clock.keep(before)
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

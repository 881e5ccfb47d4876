"""A demonstration's time in its database."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.rows import TupleRow
from tests.noon import born

from pars.clock import Pace
from pars.store import installation


@pytest.mark.database
def test_time_is_set_again_and_again_on_one_connection(admin_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    born(admin_url, kind="demo")
    connected: list[str] = []
    connect = psycopg.connect

    def counted(url: str, *, autocommit: bool) -> psycopg.Connection[TupleRow]:
        connected.append(url)
        return connect(url, autocommit=autocommit)

    monkeypatch.setattr(psycopg, "connect", counted)
    first = datetime(2026, 3, 5, 3, tzinfo=UTC)

    with installation.pacing(admin_url) as keep:
        for hours in range(3):
            keep(Pace(first + timedelta(hours=hours), first, speed=60.0))

    with connect(admin_url) as connection:
        assert installation.installation(connection).pace == Pace(first + timedelta(hours=2), first, speed=60.0)
    assert connected == [admin_url]

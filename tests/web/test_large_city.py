"""An inquiry in a city with four million arrests and ten million entries takes no longer than in a small one.

Both cities are served beside each other and asked by turns, by one client, so that nothing queues and whatever else the
machine does falls on both.
"""

import json
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psycopg
import pytest

from pars.store.measuring.filling import enter
from pars.store.measuring.places import Places
from pars.web.measuring.city import served
from pars.web.measuring.clients import ask_for
from pars.web.measuring.inquiries import shown
from pars.web.measuring.sharing import Partnership, partnership

RESULT: Final = Path(__file__).parents[2] / "docs" / "soak" / "large-city.json"
FEW: Final = 40_000
ARRESTS: Final = int(os.environ.get("LARGE_ARRESTS", "4000000"))
ENTRIES: Final = int(os.environ.get("LARGE_ENTRIES", "10000000"))
HEAP: Final = 250_000
"""Entries that wait to be placed at once."""
TURNS, SECONDS = 9, 4.0
DISK: Final = os.environ.get("LARGE_FOLDER", "/var/tmp")  # noqa: S108 - it is too large for the memory that other tests use
AT_MOST: Final = 1.3
PATIENCE_SECONDS: Final = 600


def fill_log(made: Partnership, entries: int) -> None:
    """Until the log has so many signed entries, each written, placed and signed as every other."""
    places = Places(made.here.admin_url)
    while (signed := places.signed()) < entries:
        enter(made.here.admin_url, min(HEAP, entries - signed))
        until = time.monotonic() + PATIENCE_SECONDS
        while places.signed() < min(entries, signed + HEAP):
            assert time.monotonic() < until, "the log does not catch up"
            time.sleep(0.2)


def median(made: Partnership, questions: Sequence[bytes]) -> float:
    """Milliseconds of an inquiry that shows somebody."""
    made.forget_counts()
    return statistics.median(one.ms for one in shown(ask_for(made.city.ports, 1, questions, SECONDS)))


def size_of(made: Partnership) -> tuple[int, int]:
    """Charges that the record holds, and bytes of the whole database."""
    with psycopg.connect(made.here.admin_url) as connection:
        row = connection.execute(
            "select (select count(*) from record.charge), pg_database_size(current_database())"
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


@pytest.mark.soak
def test_an_inquiry_takes_no_longer_in_a_hundred_times_as_large_a_city(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", DISK)
    with served() as town, partnership(town) as few, served() as city, partnership(city) as many:
        few.grow(FEW)
        began = time.monotonic()
        many.grow(ARRESTS)
        filled = time.monotonic()
        fill_log(many, ENTRIES)
        placed = time.monotonic()
        asked = [(made, made.questions(made.credential())) for made in (few, many)]
        for made, questions in asked:  # the first round warms up
            median(made, questions)
        turns = [[median(made, questions) for made, questions in asked] for _ in range(TURNS)]
        charges, held = size_of(many)
        signed = Places(many.here.admin_url).signed()

    ratio = statistics.median(after / before for before, after in turns)
    told = {
        "arrests": [FEW, ARRESTS],
        "charges": charges,
        "entries": signed,
        "database_bytes": held,
        "seconds_to_fill": round(filled - began),
        "seconds_to_enter_and_sign": round(placed - filled),
        "median_ms": [round(statistics.median(column), 2) for column in zip(*turns, strict=True)],
        "times_as_long": round(ratio, 3),
        "ratios": [round(after / before, 3) for before, after in turns],
        "load_average": round(os.getloadavg()[0], 1),
    }
    RESULT.write_text(f"{json.dumps(told, indent=2)}\n", encoding="utf-8")
    assert ratio <= AT_MOST

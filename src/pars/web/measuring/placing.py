"""The log under load: how long an entry waits to be signed, what placing costs an inquiry, how fast it catches up."""

import statistics
import time
from collections.abc import Callable
from functools import partial

from pars.actions import mending
from pars.errors import Unavailable
from pars.store.measuring.filling import enter
from pars.store.measuring.places import Places
from pars.web.measuring.clients import ask_for
from pars.web.measuring.figures import Figure, Size, at
from pars.web.measuring.inquiries import COMPARED_AT, shown
from pars.web.measuring.sharing import Partnership

WITHIN_SECONDS = 1.0
"""From the commit to the signed leaf."""
PATIENCE_SECONDS = 300.0


def placing(made: Partnership, size: Size, told: Callable[[str], None]) -> list[Figure]:
    """With partners asking, with and without placing; then a heap of entries at once."""
    places = Places(made.here.admin_url)
    clients = max(one for one in size.asking_clients if one <= COMPARED_AT)
    _caught_up(places)
    told(f"inquiries by {clients} clients, with placing and without")
    rate, waits, pairs = partial(_rate, made, size, clients), list[float](), []
    for _ in range(size.turns):
        with places.watched() as seen:
            going_on = rate()
            _caught_up(places)
        waits += places.waited(seen)
        with places.kept_back(), places.watched():  # watching costs on both sides
            pairs.append((going_on, rate()))
        _caught_up(places)
    told(f"{size.entries} entries at once")
    enter(made.here.admin_url, size.entries)
    began, before = time.monotonic(), places.signed()
    _caught_up(places)
    caught = (places.signed() - before) / (time.monotonic() - began)
    what = f"from an entry's writing to the signed tree that holds it, {clients} clients asking"
    return [
        Figure(f"{what}, median", statistics.median(waits), "s"),
        Figure(f"{what}, p99", at(waits, 0.99), "s", WITHIN_SECONDS),
        Figure(
            f"inquiries by {clients} clients with placing against without",
            statistics.median(one / other for one, other in pairs),
            "of its rate",
        ),
        Figure(f"entries placed and signed when {size.entries} wait", caught, "a second"),
        Figure("bytes of tiles and bundles for each entry", _bytes(made) / max(1, places.signed()), "bytes"),
        Figure("entries whose files are held against the database, as pars doctor does", _held(made), "a second"),
    ]


def _rate(made: Partnership, size: Size, clients: int) -> float:
    made.forget_counts()
    questions = made.questions(made.credential())
    return len(shown(ask_for(made.city.ports, clients, questions, size.asking_seconds))) / size.asking_seconds


def _caught_up(places: Places) -> None:
    """Wait until everything that was written by now is signed."""
    wanted, until = places.entries(), time.monotonic() + PATIENCE_SECONDS
    while places.signed() < wanted:
        if time.monotonic() > until:
            raise Unavailable("the log does not catch up")
        time.sleep(0.02)


def _held(made: Partnership) -> float:
    """Every file of the log is compared with what the database holds, and has to be as it was written."""
    began = time.monotonic()
    found = mending.look(made.here.store)
    if found.files:
        raise AssertionError("the bench's own log lacks files")
    return found.size / (time.monotonic() - began)


def _bytes(made: Partnership) -> int:
    tiles = made.here.data / "ledger" / "tile"
    return sum(path.stat().st_size for path in tiles.rglob("*") if path.is_file())

"""Figures of this machine, measured against real served processes: `pars bench`.

The parent loads and times; children (`python -m pars.web.measuring …`) serve an empty demonstration with an embedded
PostgreSQL. Every write is a durable commit; times are wall-clock milliseconds as a client sees them.
"""

import asyncio
import os
import platform
import signal
import sys
from collections.abc import Callable

from pars.web.measuring.bookings import booking_rate, fill, load_rate
from pars.web.measuring.city import served
from pars.web.measuring.deciding import deciding
from pars.web.measuring.figures import SIZES, Figure, Size
from pars.web.measuring.inquiries import governed, growth
from pars.web.measuring.pages import board, open_pages
from pars.web.measuring.placing import placing
from pars.web.measuring.replaying import replaying
from pars.web.measuring.sharing import partnership
from pars.web.measuring.verifying import verifying
from pars.web.measuring.withdrawals import withdrawals

__all__ = ["SIZES", "measure"]


def measure(size: str, told: Callable[[str], None]) -> dict[str, object]:
    """Everything, as one object: the machine, and the figures in the order in which they were taken."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that children and folders go when it is stopped
    one = SIZES[size]
    figures = [*_desks(one, told), *_sharing(one, told), *_ledger(one, told), *_watch(one, told)]
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    return {"machine": machine, "size": size, "figures": [figure.told() for figure in figures]}


def _desks(size: Size, told: Callable[[str], None]) -> list[Figure]:
    figures: list[Figure] = []
    with served() as city:
        told("the board with people in custody")
        fill(city, size.in_custody)
        figures += board(city, size)
        told("from the commit to the open pages")
        figures += asyncio.run(open_pages(city, size))
        figures.append(Figure("memory of the serving demonstration, PostgreSQL included", city.memory(), "MB", 500))
        told("arrests booked a second")
        figures.append(booking_rate(city, size))
    told("rows loaded a second")
    return [*figures, load_rate(size)]


def _sharing(size: Size, told: Callable[[str], None]) -> list[Figure]:
    """One process serves what `pars serve` serves: there are no workers. So two processes, on a port each."""
    told("the decision alone")
    figures = deciding()
    with served(processes=2) as city, partnership(city) as made:
        told(f"the record is filled with {size.arrests[0]} arrests")
        made.grow(size.arrests[0])
        figures += governed(made, size, told)
        figures += growth(made, size, told)
        told("withdrawals among look-ups")
        figures += withdrawals(made, size)
        figures += placing(made, size, told)
    return figures


def _ledger(size: Size, told: Callable[[str], None]) -> list[Figure]:
    told(f"a log of {size.strangers} entries is made and verified")
    return verifying(size)


def _watch(size: Size, told: Callable[[str], None]) -> list[Figure]:
    told("logs are judged by the watch")
    return replaying(size)

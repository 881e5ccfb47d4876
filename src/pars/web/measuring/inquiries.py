"""Governed inquiries through HTTP, against pgbench that sends the door's own calls, and against a plain endpoint."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from pars.actions import signin
from pars.actions.inquiries import inquire
from pars.errors import Unavailable
from pars.store.measuring import pgbench, wall
from pars.store.measuring.calls import Overheard, Script, script
from pars.web.measuring.city import process
from pars.web.measuring.clients import Answer, ask_for
from pars.web.measuring.figures import Figure, Size, at
from pars.web.measuring.sharing import Partnership, inquiry

AGAINST_PGBENCH = 0.3
AGAINST_PLAIN = 0.4
COMPARED_AT = 16
"""Clients at which the design names its targets."""


def governed(made: Partnership, size: Size, told: Callable[[str], None]) -> list[Figure]:
    """Rate and waiting times at each number of clients, each by turns with pgbench at as many clients."""
    figures: list[Figure] = []
    token = made.credential()
    calls = overheard(made, token)
    address = pgbench.role(made.here.admin_url)
    questions = made.questions(token)
    if pgbench.program() is None:
        told("there is no pgbench on this machine: what the door sends is not compared, nor its wall")
    for clients in size.asking_clients:
        told(f"inquiries by {clients} clients")
        heard: list[Answer] = []
        asked = partial(_asked, made, made.city.ports, clients, questions, size, heard)
        sent = partial(pgbench.rate, address, calls, clients=clients, seconds=size.asking_seconds)
        rates = _by_turns(size, asked, sent if pgbench.program() else None)
        what = f"inquiries through HTTP by {clients} clients"
        figures += _told(what, rates.first, [one.ms for one in heard])
        if rates.second:
            target = AGAINST_PGBENCH if clients == COMPARED_AT else None
            same = f"the same calls by pgbench, {clients} clients"
            figures.append(Figure(same, rates.second, "a second"))
            figures.append(Figure(f"{what} against {same}", rates.ratio, "of its rate", target, at_least=True))
    return [*figures, *_wall(made, address, size, told), *_plain(made, questions, size, told)]


@dataclass(frozen=True, slots=True)
class _Rates:
    """Two rates, and the one as a share of the other; zeros when there was no second."""

    first: float
    second: float
    ratio: float


def _by_turns(size: Size, first: Callable[[], float], second: Callable[[], float] | None) -> _Rates:
    """Take two rates by turns, so that what else the machine does falls on both; the medians."""
    pairs = [(first(), second() if second else 0.0) for _ in range(size.turns)]
    ratio = statistics.median(one / other for one, other in pairs) if second else 0.0
    return _Rates(statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs), ratio)


def _asked(
    made: Partnership, ports: Sequence[int], clients: int, questions: Sequence[bytes], size: Size, heard: list[Answer]
) -> float:
    """The rate at which records come; `heard` takes the answers."""
    made.forget_counts()
    answers = shown(ask_for(ports, clients, questions, size.asking_seconds))
    heard += answers
    return len(answers) / size.asking_seconds


def overheard(made: Partnership, token: str) -> Script:
    """Everything that one request sends to the database, about one person; the first asking only warms up."""
    with Overheard(made.here.admin_url, made.here.store.keys) as store:
        for _ in range(2):
            store.heard = []
            answer = inquire(store, signin.who(store, token).by, inquiry(made.person()))
        if answer.record is None:
            raise Unavailable("the bench's own people are not found")
        return script(store.heard)


def shown(answers: Sequence[Answer]) -> Sequence[Answer]:
    """The answers, each of which has to be a record: a bench of refusals would be fast."""
    if not answers or not all(one.shown for one in answers):
        odd = sorted({one.status for one in answers if not one.shown})
        raise Unavailable(f"inquiries were answered without a record: {odd}")
    return answers


def _told(what: str, rate: float, times: Sequence[float]) -> list[Figure]:
    return [
        Figure(what, rate, "a second"),
        Figure(f"{what}, median", statistics.median(times), "ms"),
        Figure(f"{what}, p99", at(times, 0.99), "ms"),
    ]


def _plain(made: Partnership, questions: Sequence[bytes], size: Size, told: Callable[[str], None]) -> list[Figure]:
    clients = max(one for one in size.asking_clients if one <= COMPARED_AT)
    what = f"a plain FastAPI and psycopg endpoint without rules and log, {clients} clients"
    told(what)
    with process("plain", made.city.folder) as (one, _), process("plain", made.city.folder) as (other, _):
        asked = partial(_asked, made, made.city.ports, clients, questions, size, [])
        rates = _by_turns(size, asked, partial(_asked, made, [one, other], clients, questions, size, []))
    target = AGAINST_PLAIN if clients == COMPARED_AT else None
    return [
        Figure(what, rates.second, "a second"),
        Figure(f"inquiries through HTTP against {what}", rates.ratio, "of its rate", target, at_least=True),
    ]


def _wall(made: Partnership, address: str, size: Size, told: Callable[[str], None]) -> list[Figure]:
    if pgbench.program() is None:
        return []
    told("the second wall, with and without")
    behind, bare = wall.scripts(made.here.store, made.here.admin_url, [made.person().arrest])
    clients = max(one for one in size.asking_clients if one <= COMPARED_AT)
    read = partial(pgbench.rate, address, clients=clients, seconds=size.asking_seconds)
    rates = _by_turns(size, partial(read, behind), partial(read, bare))
    what = f"the read of a person and charges by pgbench, {clients} clients"
    return [
        Figure(f"{what}, behind the second wall", rates.first, "a second"),
        Figure(f"{what}, by a role without it", rates.second, "a second"),
        Figure("a read behind the second wall against one without", rates.ratio, "of its rate"),
    ]


def growth(made: Partnership, size: Size, told: Callable[[str], None]) -> list[Figure]:
    """The time of an inquiry in a record ten times as large, against before; one client, so that nothing queues."""
    before = _median(made, size)
    told(f"the record grows to {size.arrests[1]} arrests")
    made.grow(size.arrests[1])
    after = _median(made, size)
    few, many = size.arrests
    return [
        Figure(f"an inquiry among {few} arrests, median", before, "ms"),
        Figure(f"an inquiry among {many} arrests, median", after, "ms"),
        Figure(f"an inquiry among {many} arrests against {few}", after / before, "times as long", 1.3),
    ]


def _median(made: Partnership, size: Size) -> float:
    answers = shown(ask_for(made.city.ports, 1, made.questions(made.credential()), size.asking_seconds))
    return statistics.median(one.ms for one in answers)

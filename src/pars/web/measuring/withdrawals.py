"""From a withdrawal's commit to the first refusal, while clients look up without pause."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Callable

from pars.errors import Unavailable
from pars.record.roles import Owner
from pars.sharing.consent import Decision
from pars.web.measuring.clients import Answer, ask
from pars.web.measuring.figures import Figure, Size, at
from pars.web.measuring.sharing import Partnership

CLIENTS = 12
WITHIN_MS = 50.0
FORBIDDEN = 403
ENDED = "not-in-force"


class _Looking:
    """The clients' next question; its credential changes with each term."""

    def __init__(self, made: Partnership) -> None:
        self._made = made
        self.over = False
        self.anew()

    def anew(self) -> None:
        """A credential of this term: the one before died with its own."""
        token = self._made.credential()
        self._turn = itertools.cycle(self._made.questions(token))
        self._refused = self._made.refused_question(token)

    def refused(self) -> bytes | None:
        """What one more client asks, refused in any case: it is told of an end by another code."""
        return None if self.over else self._refused

    def question(self) -> bytes | None:
        """What a client asks next."""
        return None if self.over else next(self._turn)


def withdrawals(made: Partnership, size: Size) -> list[Figure]:
    """Many withdrawals, each followed by consent of all three and new credentials."""
    first, told, sent, late = asyncio.run(_many(made, size))
    made.forget_counts()
    what = f"from a withdrawal's commit to the first refusal, {CLIENTS} clients"
    until = "the same for one more client, whose look is refused in any case"
    return [
        Figure(f"{what}, median of {size.withdrawals}", statistics.median(first), "ms"),
        Figure(f"{what}, p99", at(first, 0.99), "ms", WITHIN_MS),
        Figure(f"{until}, median", statistics.median(told), "ms"),
        Figure(f"{until}, p99", at(told, 0.99), "ms"),
        Figure("from the sending of a withdrawal to the first refusal, p99", at(sent, 0.99), "ms"),
        Figure("records shown to looks that began after a withdrawal's commit", late, "looks", 0),
    ]


async def _many(made: Partnership, size: Size) -> tuple[list[float], list[float], list[float], int]:
    heard, refusals = list[Answer](), list[Answer]()
    looking = _Looking(made)
    clients = asyncio.gather(
        ask(made.city.ports, CLIENTS, looking.question, heard),
        ask(made.city.ports, 1, looking.refused, refusals),
    )
    first, told, sent, late = [], [], [], 0
    try:
        for owner, _ in zip(itertools.cycle(Owner), range(size.withdrawals), strict=False):
            for _ in range(2):  # twice: so that no refusal of the former term is still under way
                heard.clear()
                refusals.clear()
                await _until(lambda: sum(one.shown for one in heard) >= CLIENTS)
            began = time.monotonic()
            ended = await asyncio.to_thread(_withdraw, made, owner)
            await _until(lambda ended=ended: any(one.asked > ended and one.status == FORBIDDEN for one in heard))  # type: ignore[misc] # bound now
            refused = min(one.answered for one in heard if one.status == FORBIDDEN and one.answered > began)
            await _until(lambda began=began: any(one.code == ENDED and one.asked > began for one in refusals))  # type: ignore[misc] # bound now
            known = min(one.answered for one in refusals if one.code == ENDED and one.asked > began)
            first.append(max(0.0, refused - ended) * 1000)
            told.append(max(0.0, known - ended) * 1000)
            sent.append((refused - began) * 1000)
            late += sum(one.shown for one in heard if one.asked > ended)
            for other in Owner:
                await asyncio.to_thread(made.say, other, Decision.GRANT)
            await asyncio.to_thread(looking.anew)
    finally:
        looking.over = True
        await clients
    return first, told, sent, late


def _withdraw(made: Partnership, owner: Owner) -> float:
    """Withdraw; the moment at which the act had returned, which follows its commit."""
    made.say(owner, Decision.WITHDRAW)
    return time.monotonic()


async def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true():
        if time.monotonic() > until:
            raise Unavailable("the clients are not answered")
        await asyncio.sleep(0.001)

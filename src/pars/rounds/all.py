"""The rounds that go beside the web of one process, each in a thread of its own."""

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import structlog

from pars.ledger.note import NoteKey
from pars.ledger.proof import Cosigners, nobody
from pars.rounds import (
    delivering,
    erasing,
    expiring,
    keeping,
    placing,
    proving,
    recalling,
    reminding,
    ringing,
    suspending,
    tailing,
    tidying,
    watching,
)
from pars.store.database import Store

Round = Callable[[Store, threading.Event], None]
ROUNDS: tuple[Round, ...] = (
    tailing.run,
    tidying.run,
    expiring.run,
    proving.run,
    reminding.run,
    ringing.run,
    suspending.run,
    delivering.run,
    erasing.run,
    recalling.run,
    watching.run,
    keeping.run,
    placing.run,
)
AGAIN_SECONDS = 1.0
ENDS_WITHIN_SECONDS = 5.0
"""For so long all rounds together are waited for: several may be in the middle of a long log, and may be cut off."""
log = structlog.get_logger("pars.rounds")


def kept_going(round_: Callable[[threading.Event], None], name: str, stop: threading.Event) -> None:
    """Run a round until told to stop; one that falls is begun again, and the log says its kind, never its words."""
    while not stop.is_set():
        try:
            round_(stop)
        except Exception as fault:  # noqa: BLE001 - whatever it was: a round that ends unseen stops every open list
            log.error("round fell", round=name, kind=type(fault).__name__)  # noqa: TRY400 - its words may hold a name
            stop.wait(AGAIN_SECONDS)


@contextlib.contextmanager
def going(
    store: Store,
    *more: Callable[[threading.Event], None],
    cosign: Cosigners = nobody,
    witnesses: Sequence[NoteKey] = (),
) -> Iterator[None]:
    """Keep every round going while the block runs, and whatever else is to run beside them.

    `cosign` shows each checkpoint to the log's witnesses, whose keys are `witnesses`.
    """
    stop = threading.Event()
    rounds: dict[str, Callable[[threading.Event], None]] = {
        each.__module__: functools.partial(each, store) for each in ROUNDS
    }
    rounds[placing.__name__] = functools.partial(placing.run, store, cosign=cosign, witnesses=witnesses)
    rounds |= {f"round-{number}": each for number, each in enumerate(more)}
    threads = [
        threading.Thread(target=kept_going, args=(each, name, stop), name=name, daemon=True)
        for name, each in rounds.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        until = time.monotonic() + ENDS_WITHIN_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

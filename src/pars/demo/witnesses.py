"""The three owners' witnesses of a demonstration: processes of their own, kept going and ended with it."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from pars.actions import placing
from pars.actions.installing import Opened
from pars.ledger.signer import Signer
from pars.record.roles import Owner
from pars.store.witnessed import alone_in, begin, signer_in
from pars.web.witnesses import Named, write_named

AGAIN_SECONDS = 1.0
STOP_SECONDS = 3.0
READY_SECONDS = 10.0
FOLDER = "witnesses"


@contextlib.contextmanager
def witnessed(here: Opened, port: int) -> Iterator[None]:
    """Run one witness for each owner while the block runs; the city is served at that port.

    In a demonstration they share a machine with the log, so that they show how it works and guard against nobody.
    """
    stop = threading.Event()
    log = f"http://127.0.0.1:{port}/ledger"
    running = [_Kept(here, owner, log, stop) for owner in Owner]
    write_named(here.data, [each.named for each in running])
    for each in running:
        each.start()
    for each in running:
        each.answers()
    try:
        yield
    finally:
        stop.set()
        for each in running:
            each.join(STOP_SECONDS + 1)


class _Kept(threading.Thread):
    """The thread that owns one witness: it starts it, starts it again when it falls, and stops it."""

    def __init__(self, here: Opened, owner: Owner, log: str, stop: threading.Event) -> None:
        super().__init__(name=f"witness-{owner.value}", daemon=True)
        self._home = here.data / FOLDER / owner.value
        self._ending, self._log, self._origin = stop, log, placing.log_key(here.store).name
        self._port = _free_port()
        self.named = Named(f"http://127.0.0.1:{self._port}", self._prepared(here, owner).public)

    def _prepared(self, here: Opened, owner: Owner) -> Signer:
        """Its key and the beginning of its memory, as the owner's own people make them elsewhere."""
        with alone_in(self._copy) as files:
            signer = signer_in(self._key, f"{self._origin}/{owner.value}")
            begin(files, placing.log_key(here.store), signer)
        return signer

    @property
    def _key(self) -> Path:
        return self._home / "witness.key"

    @property
    def _copy(self) -> Path:
        return self._home / "log"

    def answers(self) -> None:
        """Wait until it can be asked, as it is before the log places anything; not for ever."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and not self._ending.wait(0.05):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return

    def run(self) -> None:
        """Keep one process alive until the end."""
        options = ["--log", self._log, "--origin", self._origin, "--key", str(self._key), "--folder", str(self._copy)]
        command = [sys.executable, "-m", "pars.web.witnessing", *options, "--listen", str(self._port), "--with-parent"]
        while not self._ending.is_set():
            with subprocess.Popen(  # noqa: S603 - our own program, no shell
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
            ) as child:
                while child.poll() is None and not self._ending.wait(0.1):
                    pass
                _end(child)
            self._ending.wait(AGAIN_SECONDS)


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])

"""What the bench's children do: `python -m pars.web.measuring city|plain FOLDER PORT`."""

import contextlib
import json
import sys
import threading
import time
from pathlib import Path

from pars import settings
from pars.actions import founding, live, placing, signin
from pars.actions.installing import Kind, Opened, opened
from pars.errors import Unavailable
from pars.record.roles import Owner, Role
from pars.store.database import Store
from pars.web.app import Serving, create_app
from pars.web.measuring.city import ORI, PASSWORD
from pars.web.measuring.plain import plain_app
from pars.web.serving import log_plainly, serve


def _child(what: str, folder: Path, port: int) -> None:
    here = settings.read({})
    log_plainly()
    with opened(here, folder, kind=Kind.DEMO) as city, contextlib.suppress(KeyboardInterrupt):
        if what == "plain":
            serve(plain_app(city.admin_url, city.store.keys), host="127.0.0.1", port=port, settings=here)
            return
        if not (folder / "bench.json").exists():
            _found(city)
        for loop in (_tailing, _placing):
            threading.Thread(target=loop, args=(city.store,), daemon=True).start()
        serve(create_app(city.store, Serving(demo=True)), host="127.0.0.1", port=port, settings=here)


def _found(city: Opened) -> None:
    founding.agency(city.store, ORI, "Police Department", Owner.POLICE)
    tokens = {}
    for name, role in (("officer", Role.OFFICER), ("supervisor", Role.CUSTODY_SUPERVISOR)):
        new = founding.NewAccount(name, name.title(), role, ORI, PASSWORD)
        founding.account(city.store, new, demo_password=True)
        tokens[name] = signin.sign_in(city.store, name, PASSWORD, kind="credential", demo_allowed=True)
    (city.data / "bench.json").write_text(json.dumps(tokens))


def _tailing(store: Store) -> None:
    """What the tailer's round does, which this room may not import."""
    while True:
        with contextlib.suppress(Unavailable):
            live.place_events(store)
        time.sleep(0.01)


def _placing(store: Store) -> None:
    """What the round of placing does."""
    while True:
        began = time.monotonic()
        with contextlib.suppress(Unavailable):
            placing.place(store)
        time.sleep(max(0.02, 0.2 - (time.monotonic() - began)))


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))

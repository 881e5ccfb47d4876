"""A change of the program is an entry: which version serves this record from now on, and who deployed it (N30)."""

import getpass
import hashlib
import os
from pathlib import Path
from typing import Final

import pars
from pars.actions.acting import act
from pars.store import code
from pars.store.database import Store

KINDS: Final = frozenset({".py", ".sql", ".csv", ".toml", ".html", ".js", ".css", ".typ"})
"""Files that say what the program does; what a build makes beside them says nothing more."""
MADE: Final = frozenset({"__pycache__", "vendor"})


def digest_of(folder: Path) -> str:
    """One SHA-256 over every file of a program by its path, so that two machines say the same of the same program."""
    whole = hashlib.sha256()
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in KINDS}
    for name in sorted(name for name in found if not MADE & set(Path(name).parts)):
        whole.update(f"{name}\0{hashlib.sha256(found[name].read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def enter_change(store: Store, folder: Path = Path(pars.__file__).parent) -> bool:
    """Enter that another program serves than before; whether it does. The one who started it is named."""
    now_serving = digest_of(folder)
    with store.transaction("pars_act") as connection:
        if code.newest(connection) == now_serving:
            return False
    with act(store, None, "code.changed") as doing:
        code.change(doing.connection, pars.__version__, now_serving, _somebody(), doing.at)
        doing.note(version=pars.__version__, digest=now_serving, deployed_by=_somebody())
    return True


def _somebody() -> str:
    """The machine's user who started the program; their number where they have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"

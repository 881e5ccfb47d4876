"""Logs of the tests: a database's entries, or made-up ones, written as the files that strangers read."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

import psycopg
from tests.witnesses import witnessing

from pars.actions import placing
from pars.commands.ledger import file_of
from pars.ledger.checking import Check
from pars.ledger.form import entry_of
from pars.ledger.laws import Files, Judge
from pars.ledger.log import Read
from pars.ledger.tree import leaf_hash
from pars.ledger.verify import Trust, Verifier
from pars.record.roles import Owner
from pars.sharing.agreement import version_hash
from pars.sharing.reading import as_written
from pars.store.database import Store
from pars.web.measuring.made_log import TERMS, Maker, log_key, write_log
from pars.web.witnesses import Witnesses


def reader(folder: Path) -> Read:
    """The files of a folder."""
    return lambda path: file_of(folder / path, path)


def checks(folder: Path) -> list[Check]:
    """Every check of a made-up log, up to the first that fails."""
    return list(Verifier(reader(folder), Trust(log_key())).checks())


def fault(folder: Path) -> Check | None:
    """The check that fails; None when all hold."""
    return next((one for one in checks(folder) if not one.holds), None)


def made(folder: Path, more: Iterable[bytes] = (), *, maker: Maker | None = None, text: str = TERMS) -> Path:
    """A made-up log: its founding, and what is given besides."""
    write_log(folder, [*(maker or Maker()).founding(text), *more], texts=[text])
    return folder


def entries(admin_url: str) -> tuple[list[bytes], list[str]]:
    """The leaves of a database in the order of its transactions, and the texts of its agreements' versions."""
    with psycopg.connect(admin_url) as connection:
        leaves = [bytes(row[0]) for row in connection.execute("select leaf from ledger.entry order by xid, id")]
        texts = [row[0] for row in connection.execute("select terms from sharing.version")]
    return leaves, texts


def placed(store: Store, home: Path) -> Trust:
    """Place and sign everything, with three real witnesses of the owners; whose word a stranger takes afterwards."""
    log = placing.log_key(store)
    with contextlib.ExitStack() as stack:
        asked = [stack.enter_context(witnessing(log, home, owner.value)) for owner in Owner]
        with Witnesses([each.named for each in asked], log, store.files.tile) as cosign:
            placing.place(store, cosign, cosign.keys)
    return Trust(log, [each.key for each in asked])


def broken(admin_url: str) -> list[tuple[int, str, str]]:
    """The laws that a database's entries break, with their place: everything but the files, as a stranger judges."""
    leaves, texts = entries(admin_url)
    known = {version_hash(text): as_written(text) for text in texts}
    judge = Judge(Files(known.__getitem__, lambda _, __: None, lambda _, __: None))
    return [
        (place, one.law, one.sentence)
        for place, leaf in enumerate(leaves)
        for one in judge.judge(entry_of(leaf), leaf_hash(leaf))
    ]

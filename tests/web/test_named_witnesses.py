"""The file that names the witnesses is the old one or the new one, and never half of one."""

import errno
import os
from pathlib import Path

import pytest

from pars.ledger.note import KeyKind
from pars.ledger.signer import Signer
from pars.web.witnesses import FILE, Named, named_in, write_named


def full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "no space left")


def test_a_disk_that_takes_no_more_leaves_the_witnesses_that_were_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Named(f"http://{who}.example", Signer(who, os.urandom(32)).public) for who in ("court", "police"))
    assert first.key.kind is KeyKind.WITNESS
    write_named(tmp_path, [first])

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_named(tmp_path, [first, second])

    assert named_in(tmp_path) == [first]
    assert [one.name for one in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o644

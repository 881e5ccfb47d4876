"""A witness's key file: made once and whole, or there is none yet."""

import errno
import os
from pathlib import Path
from unittest.mock import patch

import pytest

from pars.store.witnessed import signer_in


def full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "no space left")


def test_a_disk_that_takes_no_more_leaves_no_half_key_in_the_way_of_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "witness.key"
    with patch.object(os, "fsync", full), pytest.raises(OSError, match="no space"):
        signer_in(file, "court.example")
    assert list(tmp_path.iterdir()) == []

    made = signer_in(file, "court.example")

    assert signer_in(file, "another.example") == made
    assert file.stat().st_mode & 0o777 == 0o600

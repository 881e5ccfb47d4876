"""The key file: made once, whole and on the disk, whatever a killed start left beside it."""

import json
import os
from pathlib import Path

import pytest

from pars.store.keys import DOORS, keys_in


def test_what_a_killed_start_left_is_in_no_later_ones_way(tmp_path: Path) -> None:
    (tmp_path / f"keys.{os.getpid()}").write_text("half of a")  # in a container, numbers of processes come again

    born = keys_in(tmp_path)

    assert keys_in(tmp_path).seal_key == born.seal_key


def test_a_birth_is_on_the_disk_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed, flush = list[Path](), os.fsync

    def seen(descriptor: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", seen)
    keys_in(tmp_path)

    assert flushed[-1] == tmp_path
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_doors_that_a_later_version_opens_come_in_beside_the_old_ones(tmp_path: Path) -> None:
    born, path = keys_in(tmp_path), tmp_path / "keys.json"
    kept = json.loads(path.read_text())
    del kept["passwords"][DOORS[-1]]
    path.write_text(json.dumps(kept))
    (tmp_path / f"keys.{os.getpid()}").write_text("half of a")

    later = keys_in(tmp_path)

    assert set(later.passwords) == set(DOORS)
    assert {door: later.passwords[door] for door in DOORS[:-1]} == {door: born.passwords[door] for door in DOORS[:-1]}
    assert keys_in(tmp_path).passwords == later.passwords
    assert path.stat().st_mode & 0o777 == 0o600

"""A small file stands whole or not at all, on the disk, whoever was killed before or comes at the same time."""

import errno
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from pars.store.files import READABLE, is_part, write_once, write_whole


def came(place: str, number: int) -> tuple[bool, bytes]:
    """Whether a process was the first, and what it finds afterwards."""
    won = write_once(Path(place), f"{number}".encode() * 1000)
    return won, Path(place).read_bytes()


def full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "no space left")


def test_a_file_takes_the_place_of_another_for_its_owner_alone_unless_said_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    write_whole(path, b"old", mode=READABLE)
    assert path.stat().st_mode & 0o777 == 0o644

    write_whole(path, b"new")

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, other = tmp_path / "kept", tmp_path / "other"
    write_whole(path, b"old")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_whole(path, b"new")
    with pytest.raises(OSError, match="no space"):
        write_once(other, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_of_processes_that_come_at_once_one_wins_and_all_find_its_file(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        told = list(pool.map(came, [str(tmp_path / "kept")] * 32, range(32)))

    assert [won for won, _ in told].count(True) == 1
    assert {found for _, found in told} == {found for won, found in told if won}
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]


def test_the_folder_is_flushed_after_the_file_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, names, flush = tmp_path / "kept", list[list[str]](), os.fsync

    def seen(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink() == tmp_path:
            names.append([one.name for one in tmp_path.iterdir()])
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", seen)
    for write in (write_once, write_once, write_whole):
        write(path, b"kept")

    assert names == [["kept"]] * 3


def test_what_a_killed_writer_left_is_known_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_once(tmp_path / "kind", b"real\n")

    (left,) = tmp_path.iterdir()

    assert is_part(left)
    assert not any(is_part(Path(name)) for name in ("kind", ".kind", "kind.part", ".night.part"))

"""A folder's mark: written whole, by whoever comes first; a start that was killed before it is no reason to refuse."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pars.actions.installing import Kind, _marked
from pars.errors import Misconfigured


def test_a_folder_whose_first_start_was_killed_before_its_mark_stood_is_still_empty(tmp_path: Path) -> None:
    (tmp_path / ".kind.0123456789abcdef.part").write_text("re")
    (tmp_path / "lost+found").mkdir()

    assert _marked(tmp_path, None) is Kind.REAL


def test_of_two_first_starts_the_later_one_leaves_the_mark_of_the_earlier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(folder: Path) -> Iterator[Path]:
        (folder / "kind").write_text("demo\n")
        return iter(())

    monkeypatch.setattr(Path, "iterdir", meanwhile)

    with pytest.raises(Misconfigured, match="“demo” at birth"):
        _marked(tmp_path, Kind.REAL)
    assert (tmp_path / "kind").read_text() == "demo\n"

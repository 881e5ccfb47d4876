"""Which tests go to one worker together: those of a file that makes something once for all its tests."""

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).parent


class FilesThatShare(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """Every test goes to whoever is free, but for those of a file with fixtures of the whole module.

    pytest-xdist's own groups rest on the name of a test, to which a worker adds the group; with pytest 9.2 a worker
    cannot, and each of them made anew what the module makes.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, _ = nodeid.partition("::")
        return file if _shares(file) else nodeid


@cache
def _shares(file: str) -> bool:
    return 'scope="module"' in (TESTS.parent / file).read_text(encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesThatShare:
    """Deal the tests out by ourselves."""
    return FilesThatShare(config, log)

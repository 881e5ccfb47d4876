"""After each promise that was kept on a database of its own: the log of what happened is whole."""

from collections.abc import Iterator

import pytest
from tests.logfiles import whole_log

from pars.store.database import Store


@pytest.fixture(autouse=True)
def _the_log_is_whole(request: pytest.FixtureRequest) -> Iterator[None]:
    """Place what was entered, and compute the tree anew from the files alone."""
    store = request.getfixturevalue("store") if "store" in request.fixturenames else None
    yield
    if isinstance(store, Store):
        whole_log(store)

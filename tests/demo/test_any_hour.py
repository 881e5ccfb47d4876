"""A demonstration begins at any hour: its city ends there, and nothing of its days is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from tests import cities
from tests.cities import Lived, made_up

from pars.store.keys import Keys

NO_PROBABLE_CAUSE = datetime(2026, 11, 30, 1, 2, 30, tzinfo=UTC)
"""Whoever is arraigned last with a victim, in a city of this hour, has no bail that an order to keep away goes with."""
HOURS = [datetime(2026, 11, 28, 0, 17, tzinfo=UTC) + timedelta(hours=1.9 * place) for place in range(24)]


@pytest.mark.parametrize("at", [NO_PROBABLE_CAUSE, *(pytest.param(at, marks=pytest.mark.soak) for at in HOURS)])
def test_a_city_of_any_hour_is_told_and_nothing_in_it_refused(
    server_url: str, template: str, keys: Keys, tmp_path: Path, at: datetime
) -> None:
    lived = Lived(30, 1.0)

    with (
        patch.object(cities, "EVENING", at),
        made_up(server_url, template, keys, tmp_path, seed=2026, lived=lived) as made,
    ):
        assert made.city.refused == 0

"""The hidden-field suite against PostGraphile with row security: what leaks there, whatever comes out."""

import json
from pathlib import Path
from typing import Final

import pytest
from tests.laws.worlds import World, parted, said_in, untried
from tests.peers.postgraphile_subject import PostGraphile, postgraphile_world
from tests.peers.serving import installed, version

pytestmark = [pytest.mark.soak, pytest.mark.skipif(not installed(), reason="make peers installs it")]
ASKED: Final = ("ask", "wildcard", "count", "gap", "own log", "outcome", "conflict")
"""What has to be asked in the interface's own words; a question that is none would be refused alike everywhere."""
RESULT: Final = Path(__file__).parents[2] / "docs" / "soak" / "hidden-in-postgraphile.json"


def test_what_an_outsider_learns_of_hidden_rows_and_withheld_columns(server_url: str) -> None:
    subject = PostGraphile()
    with (
        postgraphile_world(server_url, hidden=False) as plain,
        postgraphile_world(server_url, hidden=True) as hidden,
        postgraphile_world(server_url, hidden=False, ssn="999", declined=True) as other,
        postgraphile_world(server_url, hidden=False) as again,
    ):
        one, two, three, four = (said_in(subject, world) for world in (plain, hidden, other, again))

    told = {
        "system": f"PostGraphile {version()}",
        "tried": sorted(subject.scripts),
        "not_tried": dict(subject.without),
        "leaks_that_somebody_is_hidden": parted(one, two),
        "leaks_a_withheld_value": parted(one, three),
    }
    RESULT.write_text(f"{json.dumps(told, indent=2, ensure_ascii=False)}\n", encoding="utf-8")
    assert untried(subject) == set()
    assert parted(one, four) == {}, "two worlds without a difference are answered differently: the adapter is at fault"
    asked = [answer for name in one if name.startswith(ASKED) for answer in one[name]]
    assert [answer for answer in asked if not answer.startswith(b"HTTP/1.1 200")] == [], (
        "a question is not of its schema"
    )
    assert b"Visible" in one["ask: somebody who is shown"][0]
    assert b"Sealed" not in b"".join(answer for answers in two.values() for answer in answers)
    assert isinstance(plain, World)

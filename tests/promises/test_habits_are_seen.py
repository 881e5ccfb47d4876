"""Promise 9. Habits are seen: one story through the real stack, from look-ups that each were permitted to the dossier.

The rounds of a served installation place, judge and end; nothing here calls the watch itself.
"""

import time
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient
from tests.partnership import PASSWORD, Partnership, asks

from pars.actions import agreements_shown, inquiries, patterns, signin
from pars.errors import ParsError
from pars.record.roles import Owner
from pars.rounds.all import going
from pars.sharing.reading import terms_of
from pars.watch.replay import Replay
from pars.web.app import Serving, create_app

POLICE, ATTORNEY, COURT = Owner
PATIENCE = 60.0
"""Seconds that a slow machine may take; how fast an alarm is, is measured elsewhere."""


def guessed(city: Partnership) -> int:
    """Until it is stopped an analyst tries birth dates for one name, each look-up permitted by itself; how often."""
    for place in range(120):
        born = date(1970, 1, 1) + timedelta(days=37 * place)
        try:
            inquiries.inquire(city.store, city.analyst(), asks(born=born.isoformat()))
        except ParsError:
            return place
    raise AssertionError("nobody stopped it")


def until_seen(city: Partnership) -> patterns.Pattern:
    """The pattern that ended the term, once it stands on the owners' page."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = patterns.patterns(city.store, city.speaker(COURT))
        if stopped := [one for one in found if one.alarm.action == "suspend"]:
            return stopped[0]
        time.sleep(0.1)
    raise AssertionError("the owners were shown nothing")


def test_a_habit_is_seen_ends_the_term_and_is_proved_to_a_stranger(partnership: Partnership) -> None:
    partnership.agree()

    with going(partnership.store):
        guessed(partnership)
        seen = until_seen(partnership)
        owner = signin.sign_in(partnership.store, "court-speaks", PASSWORD, kind="credential", demo_allowed=True)
        with TestClient(
            create_app(partnership.store, Serving()), headers={"Authorization": f"Bearer {owner}"}
        ) as client:
            every = client.get("/api/v1/patterns").json()["patterns"]
            told = next(one for one in every if one["id"] == str(seen.alarm.id))  # a note may fall beside it
            paper = client.post(f"/api/v1/patterns/{told['id']}/dossier")
            sealed = client.post(f"/api/v1/patterns/{told['id']}/dossier/sealed").json()
            stated = client.get("/api/v1/statements").json()

    stood = agreements_shown.agreement(partnership.store, partnership.analyst(), "sheriff")
    assert (stood.standing.state, [one.kind for one in stood.notices]) == ("suspended", ["pattern"])
    assert (told["action"], told["case"], told["detector"]) == ("suspend", "open", "guessing")
    assert "evidence" in seen.evidence
    assert paper.content.startswith(b"%PDF")
    assert stated["partners"][0]["partner"] == "Example County Sheriff"
    replayed = Replay(terms_of(sealed["terms"]).watch, ZoneInfo(sealed["time_zone"]))
    again = [one for one in replayed.alarms(line.encode() for line in sealed["log"]) if one.alarm.action == "suspend"]
    assert [(one.alarm.detector.value, one.disclosures_so_far) for one in again] == [("guessing", told["look_ups"])]
    with pytest.raises(ParsError):
        patterns.patterns(partnership.store, partnership.analyst())

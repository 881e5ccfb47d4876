"""Records that stand for nobody: a touch asks for a signature and never suspends."""

from datetime import UTC, datetime

from pars.sharing.agreement import Watch
from pars.watch.lines import Disclosure
from pars.watch.parameters import Alarm, Detector, Level
from pars.watch.replay import Replay

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def asked(replay: Replay, person: str | None, user: str = "u-1") -> list[Alarm]:
    entry = Disclosure("2026-09-01T12:00:00Z", "fed", user, "fugitive", case_verified=True, person=person)
    return [one.alarm for one in replay.disclose(entry, NOON)]


def test_the_first_touch_of_a_canary_asks_for_a_signature_of_that_user() -> None:
    replay = Replay(Watch(), canaries={"c-1", "c-2"})

    (alarm,) = asked(replay, "c-1")

    assert (alarm.detector, alarm.action) == (Detector.CANARY, "cosign")
    assert (alarm.level, alarm.key) == (Level.USER, "u-1")
    assert "c-1" not in alarm.evidence


def test_canaries_never_suspend_however_often_they_are_touched() -> None:
    replay = Replay(Watch(), canaries={"c-1", "c-2"})

    told = [alarm for _ in range(50) for name in ("c-1", "c-2", None) for alarm in asked(replay, name)]

    assert [one.action for one in told] == ["cosign", "cosign"]

"""A dossier's open edition says by no letter what was asked, and still lets recomputed what needs no label."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from pars.sharing.agreement import Watch
from pars.watch.dossier import Names, lines_of
from pars.watch.lines import Criteria, Disclosure
from pars.watch.replay import Replay

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def vain(place: int, name: str) -> Disclosure:
    """A question by which nobody is found."""
    at = (BEGAN + timedelta(minutes=7 * place)).isoformat().replace("+00:00", "Z")
    asked = Criteria(name=name, birth_date="1990-02-03")
    return Disclosure(at, "force", "u", "fugitive", case_verified=True, person=None, criteria=asked)


def told(lines: Iterable[bytes | None]) -> list[tuple[str, str, int]]:
    """What replay tells of these lines."""
    found = Replay(Watch()).alarms(line for line in lines if line is not None)
    return [(one.alarm.detector.value, one.alarm.action, one.disclosures_so_far) for one in found]


def test_no_hits_are_recomputed_from_the_open_edition() -> None:
    entries = [vain(place, f"QUILLFEATHER, ROSALIND {place}") for place in range(80)]

    lines = list(lines_of("force", entries, lambda _: secrets.token_bytes(32), Names()))

    assert [one for one in told(line.sealed for line in lines) if one[0] == "no-hits"]
    assert told(line.open for line in lines) == told(line.sealed for line in lines)
    assert b"QUILLFEATHER" not in b"".join(line.open or b"" for line in lines)


def test_a_question_that_is_asked_again_is_no_other_no_hit_in_the_open_edition_either() -> None:
    entries = [vain(place, "QUILLFEATHER, ROSALIND") for place in range(80)]

    lines = list(lines_of("force", entries, lambda _: secrets.token_bytes(32), Names()))

    assert "no-hits" not in {detector for detector, *_ in told(line.open for line in lines)}

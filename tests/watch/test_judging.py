"""Evidence goes on over versions: by what was allowed at the time, and never by more alarms than were agreed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pars.ledger.entry import Private
from pars.sharing.agreement import Rows, Watch
from pars.watch.agency import Told
from pars.watch.feed import Heard
from pars.watch.judging import Count, Judging, Measured, planned

FIRST = Watch()
WIDER, NARROWER = replace(FIRST, odds_ratio_allowed=2.0), replace(FIRST, unlinked_allowed=0.01)
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def counts(*versions: tuple[str, Watch]) -> tuple[Count, ...]:
    """What one agency is counted by after these versions."""
    return planned([Measured("sheriff", name, allowed) for name, allowed in versions])["sheriff"]


def test_a_renewal_with_the_same_values_goes_on_counting() -> None:
    assert counts(("one", FIRST), ("two", FIRST)) == (Count(frozenset({"one", "two"}), FIRST),)


def test_a_version_that_allows_more_is_measured_over_all_that_came_before() -> None:
    assert counts(("one", FIRST), ("two", WIDER)) == (Count(frozenset({"one", "two"}), WIDER),)


def test_a_version_that_allows_less_counts_beside_the_old_one_and_shares_its_bound() -> None:
    half = FIRST.false_alarms_per_year / 2

    assert counts(("one", FIRST), ("two", NARROWER)) == (
        Count(frozenset({"one"}), replace(FIRST, false_alarms_per_year=half)),
        Count(frozenset({"two"}), replace(NARROWER, false_alarms_per_year=half)),
    )


def test_after_many_changes_nobody_was_measured_by_less_than_was_allowed() -> None:
    found = counts(("one", FIRST), ("two", NARROWER), ("three", WIDER))

    assert [(count.versions, count.allowed.unlinked_allowed, count.allowed.odds_ratio_allowed) for count in found] == [
        (frozenset({"one", "two", "three"}), FIRST.unlinked_allowed, 2.0)
    ]


def asked(place: int, version: str) -> Heard:
    """One name that nobody has, with another birth date each time."""
    subject = {"name": "Quillfeather, Rosalind", "birth_date": f"1990-{place % 12 + 1:02}-{place % 28 + 1:02}"}
    private = Private(commits={"found": "nobody"}, details={"outcome": "nobody", "case": "C-1", "subject": subject})
    public = {"agency": "sheriff", "purpose": "fugitive", "version": version}
    return Heard(place, "inquiry.asked", BEGAN + timedelta(minutes=7 * place), public, "u-1", private, f"e-{place}")


def fallen(heard: list[Heard], *versions: tuple[str, Watch]) -> list[Told]:
    """The alarms that these entries tip and that ask for something."""
    judging = Judging(planned([Measured("sheriff", name, allowed) for name, allowed in versions]), UTC)
    told = [fell.told for one in heard for fell in judging.hear(one)]
    return [one for one in told if one.alarm.action != "note"]


def test_a_renewal_in_between_delays_no_alarm() -> None:
    same = fallen([asked(place, "one") for place in range(40)], ("one", FIRST))
    renewed = fallen(
        [asked(place, "one" if place < 8 else "two") for place in range(40)], ("one", FIRST), ("two", FIRST)
    )

    assert same
    assert renewed == same


def test_a_vote_of_the_owners_begins_the_count_anew() -> None:
    vote = Heard(9, "watch.reset", BEGAN + timedelta(hours=2), {}, None, Private(details={"agency": "sheriff"}))
    before = [asked(place, "one") for place in range(9)]
    after = [asked(place, "one") for place in range(10, 60)]

    assert fallen([*before, vote, *after], ("one", FIRST)) == fallen(after, ("one", FIRST))


def test_rows_of_all_versions_narrow_who_is_compared_and_the_evidence_goes_on() -> None:
    first, second = Rows(district=("1",)), Rows(district=("2",), delay_hours=24)

    (count,) = planned(
        [Measured("sheriff", "one", FIRST, (first,)), Measured("sheriff", "two", FIRST, (first, second))]
    )["sheriff"]

    assert count == Count(frozenset({"one", "two"}), FIRST, (first, second))


def test_of_two_agreements_at_a_time_nobody_is_measured_by_the_stricter_for_the_other() -> None:
    """One unit serves warrants that often do not check out, as its terms allow; another one has begun beside it."""
    loose, strict = replace(FIRST, unlinked_allowed=0.6), FIRST

    def under(place: int) -> Heard:
        one = asked(place, "strict" if place % 2 else "loose")
        assert one.private is not None
        subject = {"name": f"Quillfeather, Rosalind {place}"}
        outcome = "case" if place % 4 == 0 else "shown"
        details: dict[str, object] = {"outcome": outcome, "case": f"C-{place}", "subject": subject}
        return replace(one, private=Private(commits={"found": f"older-{place}"}, details=details))

    assert fallen([under(place) for place in range(400)], ("loose", loose), ("strict", strict)) == []


def about(place: int, verb: str, arrest: str) -> Heard:
    """An entry about an arrest."""
    return Heard(place, verb, BEGAN + timedelta(minutes=place), {}, None, Private(commits={"arrest": arrest}))


def found(place: int, arrest: str, user: str = "u-1") -> Heard:
    """A look-up that found an arrest."""
    private = Private(commits={"found": arrest}, details={"outcome": "shown", "case": "C-1", "subject": {}})
    public = {"agency": "sheriff", "purpose": "fugitive", "version": "one"}
    at = BEGAN + timedelta(minutes=place)
    return Heard(place, "inquiry.asked", at, public, user, private, f"e-{place}")


def test_a_record_that_stands_for_nobody_asks_for_a_signature_from_its_entry_on_until_it_ends() -> None:
    heard = [
        found(1, "a-1"),
        about(2, "canary.registered", "a-1"),
        about(3, "canary.registered", "a-2"),
        found(4, "a-1", "u-2"),
        found(5, "a-1", "u-3"),
        about(6, "canary.ended", "a-2"),
        found(7, "a-2"),
    ]

    told = fallen(heard, ("one", FIRST))

    assert [(one.alarm.detector, one.alarm.action, one.alarm.key) for one in told] == [("canary", "cosign", "u-2")]
    assert told[0].disclosures_so_far == 2


def test_an_agency_asks_for_itself_after_its_count_began_anew_too() -> None:
    def for_itself(place: int) -> Heard:
        one = found(place * 13, "nobody")
        assert one.private is not None
        details = {**one.private.details, "on_behalf_of": "sheriff", "subject": {"name": f"N, {place}"}}
        return replace(one, private=Private(commits=one.private.commits, details=details))

    vote = Heard(0, "watch.reset", BEGAN, {}, None, Private(details={"agency": "sheriff"}))
    judging = Judging(planned([Measured("sheriff", "one", FIRST)]), UTC)

    told = [fell.told for one in (vote, *map(for_itself, range(100))) for fell in judging.hear(one)]

    assert told
    assert "side-door" not in {one.alarm.detector for one in told}
    assert {one.agency for one in told} == {"sheriff"}
    assert "#" not in "".join(one.alarm.evidence + one.alarm.key for one in told)


def test_on_whose_behalf_somebody_asks_reaches_the_watch() -> None:
    """The side door: a local user who asks for another agency again and again is noted."""

    def asked_for(place: int) -> Heard:
        one = found(place * 13, "nobody")
        assert one.private is not None
        details = {**one.private.details, "on_behalf_of": "Another Agency", "subject": {"name": f"N, {place}"}}
        return replace(one, private=Private(commits=one.private.commits, details=details))

    judging = Judging(planned([Measured("sheriff", "one", FIRST)]), UTC)

    told = [fell.told for place in range(40) for fell in judging.hear(asked_for(place))]

    assert "side-door" in {one.alarm.detector for one in told if one.alarm.action == "note"}

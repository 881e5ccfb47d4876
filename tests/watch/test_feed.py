"""What entries say of a case: which classes stand, by their labels or, where older ones have none, by their verbs."""

from datetime import UTC, datetime, timedelta

import pytest

from pars.ledger.entry import Private
from pars.record.arrest import Charging, Exit, Step
from pars.record.steps import STEPS
from pars.sharing.agreement import Rows
from pars.watch.feed import GONE, HEARD, Feed, Heard, heard_for
from pars.watch.lines import Attributes, Criteria, Disclosure
from pars.watch.showing import Case

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
FELONY = frozenset({"felony"})
Details = dict[str, object]


def entry(place: int, verb: str, details: Details | None = None, arrest: str = "a-1") -> Heard:
    """An entry about an arrest, so many hours after the beginning."""
    private = Private(commits={"arrest": arrest}, details=details or {})
    return Heard(place, verb, BEGAN + timedelta(hours=place), {}, None, private)


def graded(place: int, verb: str, *grades: str) -> Heard:
    """The same, whose labels say which grades stand."""
    return entry(place, verb, {"labels": {"grades": list(grades)}})


BOOKED = entry(0, "arrest.recorded", {"labels": {"surname": "Doe", "charge_class": "13"}})


def cases(*heard: Heard) -> list[Case]:
    """What is told of cases."""
    feed = Feed()
    return [told[1] for one in heard if (told := feed.line(one)) is not None and isinstance(told[1], Case)]


def classes(*heard: Heard) -> list[frozenset[str] | None]:
    """Which classes stand, each time that something is told."""
    return [one.classes for one in cases(BOOKED, *heard)]


def test_the_classes_that_stand_are_those_of_the_grades_in_the_labels() -> None:
    told = classes(
        graded(1, "step.charge", "F3", "M1", "IC"),
        graded(2, "step.decide", "M1"),
        graded(3, "record.sealed"),
    )

    assert told == [frozenset({"felony", "misdemeanor"}), frozenset({"misdemeanor"}), frozenset()]


@pytest.mark.parametrize("verb", sorted(GONE))
def test_an_entry_that_ends_it_ends_it_without_labels(verb: str) -> None:
    assert classes(graded(1, "step.charge", "F1"), entry(2, verb)) == [FELONY, frozenset()]


def test_an_older_charge_says_no_grade_and_an_older_dismissal_at_arraignment_ends_it() -> None:
    told = classes(entry(1, "step.charge"), entry(2, "step.arraign", {"outcome": "no-probable-cause"}))

    assert told == [None, frozenset()]


def test_a_summons_without_a_charge_that_stands_shows_nobody() -> None:
    assert classes(entry(1, "step.charge-by-summons")) == []
    assert classes(graded(1, "step.charge-by-summons", "S")) == [frozenset({"summary"})]


def test_steps_are_told_with_when_they_were_and_also_those_before_the_charge() -> None:
    at = (BEGAN - timedelta(hours=5)).isoformat()

    first, second = cases(
        BOOKED,
        entry(1, "step.arraign", {"at": at}),
        graded(2, "step.charge", "F1"),
        entry(3, "step.certify"),
        entry(4, "step.certify"),
    )

    assert first.taken == {"arraigned": BEGAN - timedelta(hours=5), "charged": BEGAN + timedelta(hours=2)}
    assert second.taken == {**first.taken, "certified": BEGAN + timedelta(hours=3)}


def test_labels_are_those_known_when_somebody_was_charged() -> None:
    told = cases(
        BOOKED,
        entry(1, "arrest.corrected", {"labels": {"surname": "Roe"}}),
        graded(2, "step.charge", "F1"),
        entry(3, "arrest.corrected", {"labels": {"surname": "Poe"}}),
        graded(4, "step.decide"),
    )

    assert [one.said for one in told] == [Attributes(surname="Roe", charge_class="13", incident="a-1")] * 2


def test_who_comes_back_from_the_childrens_store_is_told_of_again() -> None:
    told = classes(graded(1, "step.charge", "F1"), entry(2, "child.moved"), graded(3, "adult.moved", "F1"))

    assert told == [FELONY, frozenset(), FELONY]


def test_what_is_erased_or_was_never_charged_tells_nothing() -> None:
    feed = Feed()
    erased = Heard(1, "step.charge", BEGAN, {}, None, None)

    assert feed.line(erased) is None
    assert feed.line(graded(2, "step.decide", "F1")) is None


def test_no_step_by_which_a_charged_person_ceases_to_be_shown_goes_unheard() -> None:
    """What `sharing.showable` asks of an arrest: where charging stands, by which way out it went, and its charges."""
    ends = {f"step.{one.name}" for one in STEPS.values() if _may_end(one)}

    assert "step.transfer-juvenile" in ends
    assert ends <= HEARD


def _may_end(step: Step) -> bool:
    charged = {Charging.CHARGED, Charging.CERTIFIED}
    if not charged & set(step.when.get("charging", charged)) or Exit.NONE not in step.when.get("exit", {Exit.NONE}):
        return False
    changes = [step.to, *(step.outcomes or {}).values()]
    return step.name == "decide" or any(one.get("exit") is not None for one in changes)


@pytest.mark.parametrize(
    ("after", "more"),
    [
        ("charged", set()),
        ("certified", {"step.certify"}),
        ("listed", {"step.list", "step.list-at-limit"}),
        ("arraigned", set()),
        ("disposed", set()),
    ],
)
def test_steps_that_rows_name_are_heard_and_others_that_say_nothing_are_not(after: str, more: set[str]) -> None:
    assert heard_for([Rows(after=after)]) - HEARD == more


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ({"surname": "O’Neil", "given": "José"}, "1990-02-03"),
        ({"given": "josé ", "surname": "O'NEIL"}, " 1990-02-03"),
        ("O Neil,Jose", "1990-02-03 "),
        ("oneil, JOSÉ", "1990-02-03"),
    ],
)
def test_another_spelling_of_the_same_question_is_no_other_question(name: object, born: str) -> None:
    """Or a partner that writes a name in small letters every other time guesses unseen, and with a blank it walks."""
    subject = {"name": str(name), "birth_date": born}
    private = Private(commits={"found": "nobody"}, details={"subject": subject})

    told = Feed().line(Heard(0, "inquiry.asked", BEGAN, {"agency": "sheriff"}, "u-1", private))

    assert told is not None
    assert isinstance(told[1], Disclosure)
    assert told[1].criteria == Criteria(name="ONEIL, JOSE", birth_date="1990-02-03")

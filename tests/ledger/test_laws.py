"""Each law of sharing has a ledger that breaks it and nothing else; the same ledger without that breaks none."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.ledger.logs import checks, fault, reader

from pars.ledger.entry import Kind
from pars.ledger.laws import LAWS
from pars.ledger.verify import Trust, Verifier
from pars.record.roles import Owner
from pars.sharing.vocabulary import WRITER
from pars.web.measuring.made_log import FLOOR_TEXT, TERMS, Maker, log_key, write_log

POLICE, ATTORNEY, COURT = Owner
TWO = TERMS.replace('"unanimous"', '"two of three"').replace('"otn", "charges"]', '"otn", "charges", "bail"]')
WIDER = TERMS.replace('"otn", "charges"]', '"otn", "charges", "bail"]')
NEWER = FLOOR_TEXT + "\n# another floor\n"
FLOORED = TERMS.replace('fields = ["name"', 'fields = ["race", "name"')

Told = tuple[str, Callable[[Maker], list[bytes]], str]


def begun(make: Maker, *more: bytes, text: str = TERMS) -> list[bytes]:
    """A founded log, and then these entries."""
    return [*make.founding(text), *more]


def ended(verb: str, by: Owner | None = None) -> Callable[[Maker], list[bytes]]:
    """A question after that end."""

    def leaves(make: Maker) -> list[bytes]:
        end = make.say(verb, by, ended="term-0") if by else make.house(verb, ended="term-0")
        return begun(make, make.inquiry(), end, make.inquiry())

    return leaves


def two_of_three(make: Maker, text: str = TWO) -> list[bytes]:
    """A rule of two, adopted by three: the second term needs two, and has not the court's grant."""
    return begun(
        make,
        make.say("consent.withdrawn", COURT, text, ended="term-0"),
        make.say("consent.granted", POLICE, text),
        make.say("consent.granted", ATTORNEY, text, began="term-1"),
        text=text,
    )


def replaced(make: Maker) -> list[bytes]:
    """Another version is agreed on while the first is in force."""
    proposed = make.say("agreement.proposed", POLICE, WIDER)
    return begun(make, proposed, *make.consent("term-1", WIDER))


def unproved(make: Maker) -> list[bytes]:
    """An agreement that was never proposed under the floor that its questions name."""
    return [one for one in begun(make, make.inquiry()) if b'"agreement.proposed"' not in one]


def over(make: Maker) -> list[bytes]:
    """A question on the day after the last one."""
    leaves = begun(make)
    make.day = date(2027, 9, 1)
    return [*leaves, make.inquiry()]


def early(make: Maker) -> list[bytes]:
    """A question on the day before the first one."""
    make.day = date(2026, 8, 31)
    return begun(make, make.inquiry())


def forged(make: Maker) -> list[bytes]:
    """A grant whose signature is one over other terms."""
    grant, other = make.say("consent.granted", POLICE), make.say("consent.granted", POLICE, WIDER)
    at = grant.index(b'"signature":"') + 13
    signature = other[other.index(b'"signature":"') + 13 :][:128]
    return [*begun(make), grant[:at] + signature + grant[at + 128 :]]


def another_contract(make: Maker) -> list[bytes]:
    """A grant that names a contract with which those terms were never proposed."""
    return begun(make, make.say("consent.granted", POLICE, contract="c" * 64))


def suspended_for_long(make: Maker) -> list[bytes]:
    """A suspension of 40 days has become a withdrawal, so one new grant is not enough."""
    leaves = begun(make, make.say("consent.suspended", POLICE, ended="term-0"))
    make.day += timedelta(days=40)
    return [*leaves, make.say("consent.granted", POLICE, began="term-1")]


def in_place_of(make: Maker, term: str, ended: str, text: str = WIDER) -> list[bytes]:
    """All three grant another version, and the third grant says which term it ends."""
    proposed = make.say("agreement.proposed", POLICE, text)
    grants = [make.say("consent.granted", owner, text) for owner in (POLICE, ATTORNEY)]
    return [proposed, *grants, make.say("consent.granted", COURT, text, began=term, ended=ended)]


def beside(make: Maker) -> list[bytes]:
    """A log that told once which term it replaced, and then begins one without a word of the one at work."""
    first = begun(make, *in_place_of(make, "term-1", "term-0"))
    return [*first, *make.consent("term-2", TERMS)]


def replayed(make: Maker) -> list[bytes]:
    """A withdrawal, and behind it the very grant from before it."""
    leaves = begun(make)
    return [*leaves, withdrawn(make), next(one for one in leaves if b'"consent.granted"' in one)]


STOPS = (
    "consent.withdrawn",
    "consent.suspended",
    "consent.withheld",
    "consent.abstained",
    "agreement.suspended",
    "agreement.expired",
    "agreement.floored",
)


def unsaid(verb: str) -> Callable[[Maker], list[bytes]]:
    """A stop of the term at work that does not say that it ended."""
    return lambda make: begun(make, make.say(verb, COURT) if verb.startswith("consent") else make.house(verb))


BREAKING: list[Told] = [
    ("owners-keys", lambda make: [*begun(make), make.ceremony(POLICE, COURT, "new")[1]], "does not offer"),
    ("owners-keys", lambda make: [*begun(make), *make.ceremony(POLICE, POLICE, "new")], "is police's"),
    ("owners-keys", lambda make: [*begun(make), offered_by_another(make)], "offers a key of police"),
    ("owners-keys", lambda make: [*begun(make), make.ceremony(POLICE, COURT)[1]], "does not offer"),
    ("owners-keys", lambda make: [*begun(make), *make.ceremony(POLICE, COURT, "court")], "another owner's"),
    ("owners-keys", lambda make: [*begun(make), of_small_order(make)], "order is small"),
    ("owners-keys", lambda make: [*begun(make), taken_out(make)], "out of use"),
    ("signed-grants", lambda make: begun(make, make.say("consent.granted", POLICE, whose="thief")), "does not show"),
    ("signed-grants", forged, "does not hold"),
    ("signed-grants", lambda make: begun(make, unsigned(make)), "without a signature"),
    ("signed-grants", another_contract, "another contract"),
    ("signed-grants", replayed, "after the last stop"),
    ("signed-grants", lambda make: begun(make, taken_back(make), make.founding()[8]), "after the last stop"),
    ("signed-grants", lambda make: begun(make, of_another(make)), "for which owner"),
    ("consented-terms", lambda make: begun(make, *again(make, 2)), "2 of 3 grants"),
    ("consented-terms", suspended_for_long, "1 of 3 grants"),
    ("consented-terms", lambda make: begun(make, overdue(make), *again(make, 1)), "1 of 3 grants"),
    ("consented-terms", lambda make: begun(make, withdrawn(make), *make.consent("term-0")), "has ended before"),
    ("consented-terms", lambda make: begun(make, *in_place_of(make, "term-1", "term-9")), "not at work"),
    ("consented-terms", beside, "beside another"),
    ("consented-terms", lambda make: begun(make, make.house("agreement.expired", ended="term-9")), "not at work"),
    *(("consented-terms", unsaid(verb), "does not say that it ended") for verb in STOPS),
    ("after-an-end", lambda make: begun(make, *in_place_of(make, "term-1", "term-0"), make.inquiry()), "replaced"),
    ("after-an-end", ended("consent.withdrawn", COURT), "ended by consent.withdrawn"),
    ("after-an-end", ended("consent.suspended", POLICE), "ended by consent.suspended"),
    ("after-an-end", ended("consent.withheld", POLICE), "ended by consent.withheld"),
    ("after-an-end", ended("agreement.expired"), "ended by agreement.expired"),
    ("after-an-end", ended("agreement.suspended"), "ended by agreement.suspended"),
    ("after-an-end", ended("agreement.floored"), "ended by agreement.floored"),
    ("after-an-end", lambda make: [*replaced(make), make.inquiry()], "replaced"),
    ("after-an-end", lambda make: begun(make, withdrawn(make), make.inquiry("inquiry.told")), "consent.withdrawn"),
    ("after-an-end", lambda make: begun(make, withdrawn(make), make.inquiry("subscription.made")), "withdrawn"),
    ("after-an-end", lambda make: begun(make, make.inquiry(agreement="another")), "never was in force"),
    ("within-its-days", over, "2027-08-31"),
    ("within-its-days", early, "from 2026-09-01"),
    ("outside-its-terms", lambda make: begun(make, make.inquiry(agency="Another")), "another agency's"),
    ("outside-its-terms", lambda make: begun(make, make.inquiry(unit="civil")), "unit's"),
    ("outside-its-terms", lambda make: begun(make, make.inquiry(purpose="fugitive")), "purpose"),
    ("outside-its-terms", lambda make: begun(make, make.inquiry(criteria=["birthplace"])), "criteria"),
    ("outside-its-terms", lambda make: begun(make, make.inquiry(fields=["birthplace", "name"])), "gives a field"),
    ("outside-its-terms", lambda make: begun(make, make.inquiry("inquiry.told", tells=["released"])), "a step"),
    ("writers-fields", lambda make: [*two_of_three(make), make.inquiry(text=TWO, fields=["bail"])], "has not granted"),
    ("the-floor", lambda make: begun(make, make.floor(NEWER, 99), make.inquiry()), "not the newest"),
    ("the-floor", unproved, "not proved"),
    ("the-floor", lambda make: begun(make, make.inquiry(text=FLOORED, fields=["name"]), text=FLOORED), "red line"),
]


def offered_by_another(make: Maker) -> bytes:
    """A key of the police that the court offers."""
    return make.ceremony(POLICE, COURT, "new")[0].replace(b'"owner":"police"', b'"owner":"court"')


def of_small_order(make: Maker) -> bytes:
    """A key under which one signature holds for everything."""
    said = {"owner_of_key": "police", "key": "01" + "00" * 31}
    return make.entry(Kind.AGREEMENT, "key.offered", "police", said)


def taken_out(make: Maker) -> bytes:
    """A key that its owner, and no recovery, takes out of use."""
    return make.entry(Kind.AGREEMENT, "key.recovered", "police", {"owner_of_key": "police"})


def taken_back(make: Maker) -> bytes:
    """The police take their grant back, and with it the term ends."""
    return make.say("consent.withheld", POLICE, ended="term-0")


def unsigned(make: Maker) -> bytes:
    """A grant without signature and key."""
    return make.say("consent.abstained", POLICE).replace(b"consent.abstained", b"consent.granted")


def of_another(make: Maker) -> bytes:
    """A vote for the court that the police cast."""
    return make.say("consent.withheld", COURT).replace(b'"owner":"court"', b'"owner":"police"')


def withdrawn(make: Maker) -> bytes:
    """The court withdraws."""
    return make.say("consent.withdrawn", COURT, ended="term-0")


def overdue(make: Maker) -> bytes:
    """Overdue duties end the term."""
    return make.house("agreement.suspended", ended="term-0", overdue=["outcome"])


def again(make: Maker, grants: int) -> list[bytes]:
    """After whatever ended it, so many grants; a term begins with the last, whether it may or not."""
    before = [] if grants == 1 else [withdrawn(make)]
    said = [make.say("consent.granted", owner) for owner in list(Owner)[: grants - 1]]
    return [*before, *said, make.say("consent.granted", list(Owner)[grants - 1], began="term-1")]


@pytest.mark.parametrize(("law", "leaves", "words"), BREAKING, ids=lambda one: one if isinstance(one, str) else "")
def test_a_ledger_that_breaks_one_law_is_named_with_its_entry(
    tmp_path: Path, law: str, leaves: Callable[[Maker], list[bytes]], words: str
) -> None:
    made = leaves(Maker())
    write_log(tmp_path, made, texts=[TERMS, TWO, WIDER, FLOORED])

    verifier = Verifier(reader(tmp_path), Trust(log_key()))
    found = list(verifier.checks())[-1]

    assert (found.name, found.holds, found.index) == (law, False, len(made) - 1)
    assert words in found.said
    assert set(verifier._faults) == {law}


def test_what_the_laws_allow_breaks_none(tmp_path: Path) -> None:
    make = Maker()
    leaves = [
        *two_of_three(make),
        make.inquiry(text=TWO, fields=["charges", "name"]),
        *make.ceremony(POLICE, ATTORNEY, "second"),
        make.say("consent.suspended", POLICE, TWO, ended="term-1"),
        make.say("consent.granted", POLICE, TWO, whose="second", began="term-2"),
        make.inquiry(text=TWO, fields=["name"]),
        make.floor(NEWER, 99),
        make.inquiry("inquiry.asked.refused", text=TWO, refused="not-in-force"),
        make.say("consent.withdrawn.refused", COURT, TWO, ended="term-2", refused="unavailable"),
        make.entry(Kind.DUTY, "request.asked", "police", {"agreement": "made-up", "due": "2026-10-01"}),
        make.record(),
    ]
    write_log(tmp_path, leaves, texts=[TWO])

    assert [one for one in checks(tmp_path) if not one.holds] == []


def test_a_term_that_took_anothers_place_holds_with_both_told_and_in_an_older_log_with_one(tmp_path: Path) -> None:
    for name, change in (("both", in_place_of(Maker(), "term-1", "term-0")), ("older", replaced(Maker())[-4:])):
        make = Maker()
        write_log(tmp_path / name, begun(make, *change, make.inquiry(text=WIDER)), texts=[TERMS, WIDER])

        assert fault(tmp_path / name) is None


def test_every_law_has_a_ledger_that_breaks_it() -> None:
    assert {law for law, _, _ in BREAKING} == set(LAWS)


def test_a_suspension_is_a_withdrawal_only_once_days_alone_show_it(tmp_path: Path) -> None:
    for days, breaks in ((30, False), (31, False), (32, True)):
        make = Maker()
        leaves = begun(make, make.say("consent.suspended", POLICE, ended="term-0"))
        make.day += timedelta(days=days)
        leaves.append(make.say("consent.granted", POLICE, began="term-1"))
        write_log(tmp_path / str(days), leaves)

        assert (fault(tmp_path / str(days)) is not None) is breaks


@pytest.mark.parametrize(
    ("more", "breaks"),
    [
        ({"fields": ["name"]}, False),
        ({"fields": ["name"], "tells": ["charged"]}, False),
        ({"fields": ["name"], "tells": ["arraigned"]}, True),
        ({"fields": ["name"], "criteria": ["name", "otn"]}, False),
        ({"fields": ["name"], "criteria": ["docket_number", "name"]}, True),
    ],
)
def test_a_step_told_or_a_number_confirmed_of_an_owner_who_has_not_granted_breaks_the_law(
    tmp_path: Path,
    more: dict[str, Any],
    breaks: bool,  # noqa: FBT001 - a table's column
) -> None:
    text = TWO.replace('tell_of = ["arraigned"]', 'tell_of = ["charged", "arraigned"]', 1)
    text = text.replace('["otn", "name"]', '["otn", "name"], ["docket_number", "name"]', 1)
    make = Maker()
    write_log(tmp_path, [*two_of_three(make, text), make.inquiry(text=text, **more)], texts=[TERMS, text])

    found = fault(tmp_path)

    assert (found.name if found else None) == ("writers-fields" if breaks else None)


def test_two_owners_begin_anew_once_a_suspension_may_have_become_a_withdrawal(tmp_path: Path) -> None:
    for days, breaks in ((29, True), (30, False), (31, False), (32, False)):
        make = Maker()
        leaves = [*two_of_three(make), make.say("consent.suspended", COURT, TWO, ended="term-1")]
        make.day += timedelta(days=days)
        leaves += [make.say("consent.granted", POLICE, TWO), make.say("consent.granted", ATTORNEY, TWO, began="term-2")]
        make.day += timedelta(days=9)
        leaves += [make.say("consent.granted", COURT, TWO), make.inquiry(text=TWO, fields=["charges", "name"])]
        write_log(tmp_path / str(days), leaves, texts=[TERMS, TWO])

        assert (fault(tmp_path / str(days)) is not None) is breaks, days


def test_the_formats_page_says_who_writes_each_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "ledger-format.md").read_text()
    row = next(line for line in page.splitlines() if line.startswith("| `writers-fields` |"))
    said = {"District Attorney writes": ATTORNEY, "the court ": COURT, "the police ": POLICE}
    places = sorted((row.index(words), owner) for words, owner in said.items())
    ends = [at for at, _ in places[1:]] + [len(row)]

    told = {
        word: owner
        for (at, owner), end in zip(places, ends, strict=True)
        for word in re.findall(r"`([a-z_.]+)`", row[at:end])
    }

    assert told == WRITER

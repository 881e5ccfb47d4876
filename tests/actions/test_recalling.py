"""Recalls: who was shown a record is told to destroy it when no agreement can show it any more, and nobody else is."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

import psycopg
import pytest
from tests.laws.pars_subject import CHILD_BORN, DOCKET, charges_of, corrected, docketed
from tests.meanwhile import once_before
from tests.partnership import Partnership, asks, terms

from pars.actions import recalling, sealing, subscribing
from pars.actions.inquiries import inquire
from pars.actions.person_given import PersonGiven
from pars.actions.subscribing import Wish
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.store import recalls

End = Callable[[Partnership, UUID], object]


def _decided(disposition: str) -> End:
    def decide(city: Partnership, arrest: UUID) -> None:
        told = [{"charge": str(charge), "disposition": disposition} for charge in charges_of(city, arrest)]
        city.take(Role.CLERK, arrest, "decide", {"dispositions": told})

    return decide


def _limited(access: str) -> End:
    def limit(city: Partnership, arrest: UUID) -> None:
        sealing.limit_access(city.store, city.staff(Role.CLERK), arrest, access, order="MC-51-CR-0004711-2026, 12 May")

    return limit


def _a_child(city: Partnership, arrest: UUID) -> None:
    born = date.fromisoformat(CHILD_BORN)
    corrected(city, arrest, PersonGiven(surname="Quillfeather", given="Rosalind", birth_date=born))


ENDS: Mapping[str, End] = {
    "sealed": _limited("sealed"),
    "expunged": _limited("expunged"),
    "dismissed": _decided("Dismissed"),
    "withdrawn": _decided("Withdrawn"),
    "acquitted": _decided("Not Guilty"),
    "found to be a child": _a_child,
}


@pytest.mark.parametrize("how", sorted(ENDS))
def test_who_was_shown_a_record_that_ends_is_told_to_destroy_it_and_nobody_else_is(
    partnership: Partnership, how: str
) -> None:
    city, store = partnership, partnership.store
    city.agree()
    arrest, other = docketed(city, "Quillfeather"), city.charged("Adler")
    shown = {inquire(store, city.analyst(name), asks()).receipt.entry_hash for name in ("analyst", "analyst-2")}
    inquire(store, city.analyst(), asks("Adler"))
    inquire(store, city.analyst(), asks("Nobody"))

    assert recalling.recall_ended(store) == 0
    ENDS[how](city, arrest)
    assert inquire(store, city.analyst(), asks()).record is None
    assert recalling.recall_ended(store) == 2

    assert {one.receipt.hex() for one in recalling.told(store, city.analyst())} == shown
    assert recalling.told(store, city.who("stranger")) == []
    assert recalling.recall_ended(store) == 0
    _limited("sealed")(city, other)
    assert recalling.recall_ended(store) == 1


def test_a_recall_says_the_same_whatever_ended_the_record_and_whose_act_it_was(partnership: Partnership) -> None:
    city, store = partnership, partnership.store
    city.agree()
    for place, how in enumerate(sorted(ENDS)):
        arrest = docketed(city, "Quillfeather", f"MC-51-CR-000010{place}-2026")
        assert inquire(store, city.analyst(), asks()).record is not None
        ENDS[how](city, arrest)

    assert recalling.recall_ended(store) == len(ENDS)

    told = recalling.told(store, city.analyst())
    assert {(one.agreement, one.partner) for one in told} == {("sheriff", "Example County Sheriff")}
    assert [one.receipt for one in told] != []
    with store.transaction("pars_ledger") as connection:
        rows = connection.execute("select public from ledger.entry where verb = 'receipt.recalled'").fetchall()
    said = {
        (public["owner"], tuple(sorted(public)), tuple(sorted(public["commit"])), public["kind"]) for (public,) in rows
    }
    assert said == {
        (
            "house",
            ("agreement", "commit", "day", "kind", "nonce", "owner", "v", "verb"),
            ("receipt", "verb"),
            "duty",
        )
    }


def test_a_record_whose_case_goes_on_is_not_recalled(partnership: Partnership) -> None:
    city = partnership
    city.agree()
    arrest = docketed(city, "Quillfeather")
    inquire(city.store, city.analyst(), asks())

    _decided("Held for Court")(city, arrest)

    assert recalling.recall_ended(city.store) == 0


def test_it_is_told_after_the_agreements_own_end_too(partnership: Partnership) -> None:
    city = partnership
    city.agree()
    arrest = docketed(city, "Quillfeather")
    inquire(city.store, city.analyst(), asks())
    city.say(Owner.COURT, Decision.WITHDRAW)

    ENDS["dismissed"](city, arrest)

    assert recalling.recall_ended(city.store) == 1


def test_a_subscription_that_found_somebody_showed_nobody_and_is_not_recalled(partnership: Partnership) -> None:
    """Its receipt does not say whether it found anybody; a recall would (T8)."""
    city = partnership
    city.agree(terms(more='tell_of = ["arraigned"]'))
    arrest = docketed(city, "Quillfeather")
    subscribing.subscribe(city.store, city.analyst(), Wish(asks(), ("arraigned",), "stream"))

    ENDS["sealed"](city, arrest)

    assert recalling.recall_ended(city.store) == 0


def test_what_was_recalled_halfway_is_finished_and_recalled_once(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, store = partnership, partnership.store
    city.agree()
    arrest = docketed(city, "Quillfeather")
    for _ in range(3):
        inquire(store, city.analyst(), asks())
    ENDS["expunged"](city, arrest)
    real, made = recalls.make, list[object]()

    def falls(*given: object) -> bool:
        made.append(given)
        if len(made) == 2:
            raise KeyboardInterrupt
        return bool(real(*given))  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(recalls, "make", falls)
        with pytest.raises(KeyboardInterrupt):
            recalling.recall_ended(store)

    assert recalling.recall_ended(store) == 2
    assert len(recalling.told(store, city.analyst())) == 3


def test_what_another_process_recalls_meanwhile_is_recalled_once_and_is_not_new_to_this_one(
    partnership: Partnership, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, store = partnership, partnership.store
    city.agree()
    arrest = docketed(city, "Quillfeather")
    for _ in range(2):
        inquire(store, city.analyst(), asks())
    ENDS["expunged"](city, arrest)
    others = list[int]()
    once_before(monkeypatch, recalls, "make", lambda: others.append(recalling.recall_ended(store)))

    ours = recalling.recall_ended(store)

    assert ([ours], others) == ([0], [2])
    with psycopg.connect(admin_url) as connection:
        made = connection.execute("select count(*) from ledger.entry where verb = 'receipt.recalled'").fetchone()
    assert made == (2,)


def _charged_twice(city: Partnership) -> UUID:
    """Somebody with a docket, a charge of a misdemeanor, and one of a felony that the District Attorney added."""
    arrest = city.record()
    city.report(arrest)
    [recommended] = charges_of(city, arrest)
    decisions = {
        "charges": [
            {"charge": str(recommended), "decision": "approved", "grade": "M2"},
            {"statute": "18 § 3502 §§ A1I", "grade": "F1", "decision": "added", "reason": "The house."},
        ],
        "affiant_name": "Marked Affiant",
        "affiant_badge": "4417",
        "facts": "Marked complaint.",
    }
    city.take(Role.CHARGING_ATTORNEY, arrest, "charge", {"decisions": decisions})
    city.arraign(arrest)
    city.take(Role.CLERK, arrest, "docket", {"docket_number": DOCKET})
    return arrest


def _drop_the_felony(city: Partnership, arrest: UUID) -> None:
    with city.store.transaction("pars_act") as connection:
        rows = connection.execute(
            "select charge_id, grade from record.classification where arrest_id = %s and stage = 'district-attorney'",
            (arrest,),
        ).fetchall()
    told = [
        {"charge": str(charge), "disposition": "Withdrawn" if grade == "F1" else "Held for Court"}
        for charge, grade in rows
    ]
    city.take(Role.CLERK, arrest, "decide", {"dispositions": told})


@pytest.mark.parametrize(
    ("fields", "rows", "recalled"),
    [
        ('["name", "charges"]', "", 1),
        ('["name", "docket_number"]', "", 0),
        ('["name", "docket_number"]', 'charge_class = ["felony"], ', 1),
    ],
    ids=["charges were told", "no charge was told", "shown because of its class"],
)
def test_one_charge_of_several_that_is_dropped_recalls_what_told_of_charges(
    partnership: Partnership, fields: str, rows: str, recalled: int
) -> None:
    city = partnership
    city.agree(terms(fields=fields).replace("rows = { ", f"rows = {{ {rows}", 1))
    arrest = _charged_twice(city)
    assert inquire(city.store, city.analyst(), asks()).record is not None

    _drop_the_felony(city, arrest)

    assert (inquire(city.store, city.analyst(), asks()).record is None) == bool(rows)
    assert recalling.recall_ended(city.store) == recalled

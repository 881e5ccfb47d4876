"""The door for partners: exactly the permitted fields, or the same nothing, or a refusal that tells of nobody."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

import msgspec
import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from tests.partnership import BORN, CASE, Partnership, asks, terms

from pars.actions import identity, inquiries, sealing
from pars.actions.acting import By
from pars.actions.inquiries import Answer, Decided, co_sign, inquire
from pars.errors import Conflicts, NotAllowed, ParsError
from pars.record.measures import pounds
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Inquiry
from pars.store.database import Store
from pars.store.partners import Candidate


def ask(partnership: Partnership, inquiry: Inquiry | None = None, by: By | None = None) -> Answer:
    """The analyst asks."""
    return inquire(partnership.store, by or partnership.analyst(), inquiry or asks())


def code_of(partnership: Partnership, inquiry: Inquiry | None = None, by: By | None = None) -> str:
    """The code of the refusal; “answered” when there is none."""
    try:
        ask(partnership, inquiry, by)
    except ParsError as refusal:
        return refusal.code
    return "answered"


def entries(admin_url: str, verb: str) -> int:
    """How many entries of that verb the ledger holds."""
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select count(*) from ledger.entry where verb = %s", (verb,)).fetchone()
    return row[0] if row else 0


def test_exactly_the_permitted_fields_are_answered_and_every_other_is_withheld_with_its_reason(
    partnership: Partnership,
) -> None:
    partnership.agree()
    partnership.charged()

    answer = ask(partnership)

    assert answer.record == {
        "name": {"surname": "Quillfeather", "given": "Rosalind", "middle": None, "suffix": None},
        "birth_date": BORN,
        "otn": None,
        "charges": [{"statute": "18 § 2701 §§ A1", "grade": "M2", "counts": 1}],
    }
    reasons = {one.field: one.reason for one in answer.withheld}
    assert reasons["photo"] == "not-in-agreement"
    assert reasons["birthplace"] == "red-line"
    assert reasons["next_hearing"] == "judicial-warrant"
    assert not set(reasons) & set(answer.record)


def test_bail_goes_out_as_amount_type_and_codes_and_never_with_what_was_said(partnership: Partnership) -> None:
    partnership.agree(terms(fields='["name", "bail", "arraignment.date", "arraignment.outcome"]'))
    partnership.arraigned()

    record = ask(partnership).record

    assert record is not None
    assert record["arraignment.outcome"] == "probable-cause"
    bail = record["bail"]
    assert isinstance(bail, dict)
    assert bail == {"type": "monetary", "amount_usd": 5000, "percent": 10, "conditions": []}
    assert "Marked" not in repr(record)


def test_a_field_that_is_narrowed_leaves_narrowed(partnership: Partnership) -> None:
    partnership.agree(terms(fields='["name", "birth_date", "arrest.date"]', more='transform = { birth_date = "year" }'))
    partnership.charged()

    record = ask(partnership).record

    assert record is not None
    assert record["birth_date"] == "1990"
    assert isinstance(record["arrest.date"], str)
    assert len(record["arrest.date"]) == 10  # the day, never the hour


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        ({"weight_lb": 180}, {"height_cm": None, "weight_kg": 82, "weight_lb": 180}),
        ({"weight_lb": 181, "height_cm": 173}, {"height_cm": 173, "weight_kg": 82, "weight_lb": 181}),
        ({"weight_kg": 82}, {"height_cm": None, "weight_kg": 82, "weight_lb": 181}),
        ({}, {"height_cm": None, "weight_kg": None, "weight_lb": None}),
    ],
)
def test_a_weight_is_told_in_the_pounds_of_the_desks_and_not_how_it_came(
    partnership: Partnership, measured: Mapping[str, int], told: Mapping[str, int | None]
) -> None:
    partnership.agree(terms(fields='["name", "description"]'))
    partnership.charged(measured=measured)

    record = ask(partnership).record

    assert record is not None
    assert record["description"] == told


def test_every_weight_in_kilograms_is_told_in_the_pounds_of_the_pages(partnership: Partnership) -> None:
    """The view says them in SQL, the pages in Python."""
    with partnership.store.transaction("pars_act") as connection:
        rows = connection.execute(
            "select kg, round(kg::smallint / 0.45359237)::integer from generate_series(2, 400) kg"
        ).fetchall()

    assert dict(rows) == {kg: pounds(kg) for kg in range(2, 401)}


# hidden, sealed, declined, not yet charged, a child and a stranger


def arrested(partnership: Partnership) -> UUID:
    """Somebody who is not charged."""
    return partnership.record()


def declined(partnership: Partnership) -> UUID:
    """Somebody whose case was declined."""
    arrest = partnership.record()
    partnership.report(arrest)
    partnership.take(Role.CHARGING_ATTORNEY, arrest, "decline", {"reason": "Marked reason."})
    return arrest


def limited(access: str) -> Callable[[Partnership], UUID]:
    """Somebody whose record was limited by a court's order."""

    def made(partnership: Partnership) -> UUID:
        arrest = partnership.charged()
        clerk = partnership.staff(Role.CLERK)
        sealing.limit_access(partnership.store, clerk, arrest, access, order="CP-51-MD-0000001-2026")
        return arrest

    return made


def child(partnership: Partnership) -> UUID:
    """A child."""
    return partnership.record(born="2012-02-03")


def nameless(partnership: Partnership) -> UUID:
    """Somebody of another name."""
    return partnership.charged("Someone", "Else")


HIDDEN: Mapping[str, Callable[[Partnership], UUID]] = {
    "arrested": arrested,
    "declined": declined,
    "sealed": limited("sealed"),
    "expunged": limited("expunged"),
    "child": child,
    "another person": nameless,
}


def told(answer: Answer) -> bytes:
    """Everything of an answer but its receipt, as bytes."""
    return msgspec.json.encode({"record": answer.record, "withheld": answer.withheld})


@pytest.mark.parametrize("who", sorted(HIDDEN))
def test_whoever_is_hidden_is_answered_as_a_person_never_arrested(partnership: Partnership, who: str) -> None:
    partnership.agree()
    HIDDEN[who](partnership)
    inquiry = asks(born="2012-02-03") if who == "child" else asks()

    hidden, stranger = ask(partnership, inquiry), ask(partnership, asks("Never", "Arrested"))

    assert hidden.record is None
    assert told(hidden) == told(stranger)
    assert [len(str(part)) for part in msgspec.structs.astuple(_shape(hidden))] == [
        len(str(part)) for part in msgspec.structs.astuple(_shape(stranger))
    ]


class _Shape(msgspec.Struct):
    entry_hash: str
    log: str
    promised_by: str
    signature: str


def _shape(answer: Answer) -> _Shape:
    receipt = answer.receipt
    return _Shape(receipt.entry_hash, receipt.log, receipt.promised_by, receipt.signature)


class Watched:
    """The clock as inquiries use it, which keeps what it showed and how long somebody slept."""

    def __init__(self) -> None:
        self.read: list[float] = []
        self.slept: list[float] = []
        self.read_when_slept = 0

    def monotonic(self) -> float:
        """The time, kept."""
        self.read.append(time.monotonic())
        return self.read[-1]

    def sleep(self, seconds: float) -> None:
        """Sleep, and keep for how long and after which reading of the clock."""
        self.slept.append(seconds)
        self.read_when_slept = len(self.read) - 1
        time.sleep(seconds)


@pytest.mark.parametrize("slower_ms", [0, 12])
def test_nothing_to_show_leaves_on_a_beat(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch, slower_ms: int
) -> None:
    """Whatever it took to find nobody; an answer that shows somebody waits for nothing (T20)."""
    partnership.agree()
    partnership.charged()
    ask(partnership)  # connections are opened, and terms compiled, once
    find = inquiries.candidates
    monkeypatch.setattr(inquiries, "BEAT", 0.4)

    def slowly(store: Store, connection: Connection[TupleRow], decided: Decided) -> list[Candidate]:
        time.sleep(slower_ms / 1000)
        return find(store, connection, decided)

    monkeypatch.setattr(inquiries, "candidates", slowly)
    clock = Watched()
    monkeypatch.setattr(inquiries, "time", clock)

    somebody = ask(partnership)
    waited_with_an_answer = list(clock.slept)
    clock.read.clear()
    nobody = ask(partnership, asks("Never", "Arrested"))

    assert (somebody.record is None, nobody.record) == (False, None)
    assert waited_with_an_answer == []
    [slept] = clock.slept
    came, ready = clock.read[0], clock.read[clock.read_when_slept]
    assert ready - came >= slower_ms / 1000
    assert 0 < slept <= 0.4
    assert (ready + slept - came) / 0.4 == pytest.approx(round((ready + slept - came) / 0.4), abs=1e-6)


def test_somebody_vanishes_the_moment_a_record_is_sealed_or_declined(partnership: Partnership) -> None:
    partnership.agree()
    arrest = partnership.charged()
    before = ask(partnership).record

    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, "sealed", order="an order")

    assert before is not None
    assert ask(partnership).record is None


def test_a_hidden_namesake_changes_nothing(partnership: Partnership) -> None:
    partnership.agree()
    partnership.charged()
    alone = told(ask(partnership))
    limited("sealed")(partnership)
    declined(partnership)
    partnership.record()

    assert told(ask(partnership)) == alone


def test_two_visible_people_of_one_name_and_birth_date_are_not_shown(partnership: Partnership) -> None:
    partnership.agree()
    partnership.charged()
    partnership.charged()

    with pytest.raises(Conflicts) as refusal:
        ask(partnership)

    assert refusal.value.code == "narrow-it"


def test_one_person_arrested_twice_is_one_person(partnership: Partnership) -> None:
    partnership.agree()
    first, second = partnership.charged(), partnership.charged()

    with partnership.store.transaction("pars_act") as connection:
        number = connection.execute("select number from record.arrest where id = %s", (second,)).fetchall()[0][0]
    identity.link(partnership.store, partnership.staff(Role.POLICE_SUPERVISOR), first, number, reason="same prints")

    assert ask(partnership).record is not None


# refusals


REFUSED: Mapping[str, tuple[Inquiry, str]] = {
    "no agreement": (asks(agreement="another"), "no-agreement"),
    "no purpose": (asks(purpose="prosecution"), "purpose"),
    "a purpose of the floor": (asks(purpose="civil-immigration-enforcement"), "purpose"),
    "no case": (asks(case=""), "case-reference"),
    "a case of no form": (asks(case="whatever"), "case-reference"),
    "a birthplace": (replace(asks(), subject={"birthplace": "Honduras"}), "search-not-allowed"),
    "a wildcard": (asks("Quill*"), "search-not-allowed"),
    "a list": (replace(asks(), subject={"name": ["A, B", "C, D"], "birth_date": BORN}), "search-not-allowed"),
    "immigration": (replace(asks(), on_behalf_of="ICE"), "on-behalf-of"),
    "another agency": (replace(asks(), on_behalf_of="Another Agency"), "on-behalf-of"),
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_a_refusal_has_its_code_its_entry_and_says_the_same_whoever_is_there(
    partnership: Partnership, admin_url: str, what: str
) -> None:
    partnership.agree()
    inquiry, code = REFUSED[what]
    nobody = code_of(partnership, inquiry)
    partnership.charged()

    assert code_of(partnership, inquiry) == nobody == code
    assert entries(admin_url, "inquiry.asked.refused") == 2
    assert entries(admin_url, "inquiry.asked") == 0


def test_a_well_formed_case_of_somebody_else_shows_nothing(partnership: Partnership) -> None:
    """T19: a warrant's number that is nobody's, or another's, is answered and not refused."""
    partnership.agree()
    partnership.charged()

    answer = ask(partnership, asks(purpose="warrant-service", case="W-2026-1"))

    assert answer.record is None


def test_another_unit_and_another_agency_are_refused(partnership: Partnership) -> None:
    partnership.agree()

    assert code_of(partnership, by=partnership.analyst("analyst-civil")) == "unit"
    assert code_of(partnership, by=partnership.analyst("stranger")) == "no-agreement"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ANALYST])
def test_inquiries_are_for_partners_analysts(partnership: Partnership, role: Role) -> None:
    partnership.agree()
    by = partnership.staff(role) if role is not Role.REPRESENTATIVE else partnership.who("court-speaks")

    with pytest.raises(NotAllowed):
        ask(partnership, by=by)


# quotas


def test_the_days_quota_of_a_user_counts_refused_questions_and_wrong_cases_too(partnership: Partnership) -> None:
    partnership.agree(terms(per_user=3))

    asked = [
        code_of(partnership, asks(purpose="warrant-service", case="W-0000-1")),
        code_of(partnership, asks("Quill*")),
        code_of(partnership, asks(case="")),
        code_of(partnership),
    ]

    assert asked == ["answered", "search-not-allowed", "case-reference", "quota"]
    assert code_of(partnership, by=partnership.analyst("analyst-2")) == "answered"


def test_the_days_quota_of_the_agency_counts_all_its_users(partnership: Partnership) -> None:
    partnership.agree(terms(per_user=2, per_agency=3))

    asked = [code_of(partnership), code_of(partnership), code_of(partnership, by=partnership.analyst("analyst-2"))]

    assert asked == ["answered"] * 3
    assert code_of(partnership, by=partnership.analyst("analyst-2")) == "quota"


def test_the_days_quota_of_a_unit_counts_its_users_together_refused_questions_too(partnership: Partnership) -> None:
    partnership.agree(terms(per_user=2, limits="per_unit_per_day = 3").replace('["warrants"]', '["all"]'))

    asked = [code_of(partnership), code_of(partnership, asks("Quill*"))]
    asked += [code_of(partnership, by=partnership.analyst("analyst-2")) for _ in range(2)]

    assert asked == ["answered", "search-not-allowed", "answered", "quota"]
    assert code_of(partnership, by=partnership.analyst("analyst-civil")) == "answered"


def test_what_a_unit_is_charged_tells_nothing_of_what_was_found(partnership: Partnership) -> None:
    partnership.agree(terms(per_user=3, limits="per_unit_per_day = 3"))
    partnership.charged()
    partnership.record("Hidden")

    asked = [code_of(partnership, asks(surname)) for surname in ("Quillfeather", "Hidden", "Stranger")]

    assert asked == ["answered"] * 3
    assert code_of(partnership, by=partnership.analyst("analyst-2")) == "quota"


def test_questions_of_a_unit_that_are_sent_at_once_do_not_pass_its_quota_together(partnership: Partnership) -> None:
    partnership.agree(terms(per_user=5, limits="per_unit_per_day = 5"))
    found: list[str] = []
    start = threading.Barrier(8)

    def one(name: str) -> None:
        start.wait()
        found.append(code_of(partnership, by=partnership.analyst(name)))

    threads = [threading.Thread(target=one, args=(name,)) for name in ("analyst", "analyst-2") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == ["answered"] * 5 + ["quota"] * 3


def test_questions_that_are_sent_at_once_do_not_pass_the_quota_together(partnership: Partnership) -> None:
    partnership.agree(terms(per_user=5))
    found: list[str] = []
    start = threading.Barrier(12)

    def one() -> None:
        start.wait()
        found.append(code_of(partnership))

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == ["answered"] * 5 + ["quota"] * 7


# a second signature


def test_where_it_is_agreed_another_person_signs_each_inquiry_first_and_it_is_used_once(
    partnership: Partnership,
) -> None:
    partnership.agree(terms(more="co_sign = true"))
    partnership.charged()
    unsigned = code_of(partnership)
    co_sign(partnership.store, partnership.analyst(), asks())
    own = code_of(partnership)

    co_sign(partnership.store, partnership.analyst("analyst-2"), asks())
    another = code_of(partnership, asks("Another", "Name"))
    signed = code_of(partnership)

    assert [unsigned, own, another, signed, code_of(partnership)] == [
        "cosign",
        "cosign",
        "cosign",
        "answered",
        "cosign",
    ]


def signing(partnership: Partnership, inquiry: Inquiry, by: By | None = None) -> str:
    """The code of the refusal to sign; “signed” when there is none."""
    try:
        co_sign(partnership.store, by or partnership.analyst("analyst-2"), inquiry)
    except ParsError as refusal:
        return refusal.code
    return "signed"


@pytest.mark.parametrize(
    "inquiry",
    [
        Inquiry("", "", "", None, {}),
        Inquiry("sheriff", "felony-investigation", "", None, {}),
        asks(agreement="nobody"),
        asks(purpose="sport"),
        asks(case="nonsense!!"),
        asks("Quill*"),
        asks(given=""),
        replace(asks(), on_behalf_of="ICE"),
        replace(asks(), on_behalf_of="  "),
        replace(asks(), subject={"name": "QUILLFEATHER, ROSALIND"}),
    ],
)
def test_what_could_not_be_asked_is_not_signed_and_is_refused_by_the_same_sentence(
    partnership: Partnership, inquiry: Inquiry
) -> None:
    partnership.agree()

    with pytest.raises(ParsError) as asked:
        ask(partnership, inquiry)
    with pytest.raises(ParsError) as signed:
        co_sign(partnership.store, partnership.analyst("analyst-2"), inquiry)

    assert (signed.value.sentence, signed.value.code) == (asked.value.sentence, asked.value.code)


def test_nothing_is_signed_without_an_agreement_in_force_nor_by_a_sign_in_of_a_term_that_ended(
    partnership: Partnership, admin_url: str
) -> None:
    before = signing(partnership, asks())
    partnership.agree()
    old, elsewhere, civil = (partnership.analyst(name) for name in ("analyst-2", "stranger", "analyst-civil"))
    there = [signing(partnership, asks(), by) for by in (old, elsewhere, civil)]
    partnership.say(Owner.COURT, Decision.WITHDRAW)
    ended = signing(partnership, asks(), old)
    for owner in Owner:
        partnership.say(owner, Decision.GRANT)

    assert (before, there, ended) == ("no-agreement", ["signed", "no-agreement", "unit"], "not-in-force")
    assert [signing(partnership, asks(), by) for by in (old, None)] == ["not-in-force", "signed"]
    assert entries(admin_url, "inquiry.co-signed") == 2
    assert entries(admin_url, "inquiry.co-signed.refused") == 5


def test_signing_looks_nobody_up_and_counts_in_no_quota(partnership: Partnership) -> None:
    partnership.agree(terms(per_user=1))
    partnership.charged()

    told = [signing(partnership, asks(surname)) for surname in ("Quillfeather", "Nobody", "Quillfeather")]

    assert told == ["signed"] * 3
    assert code_of(partnership, by=partnership.analyst("analyst-2")) == "answered"


# receipts and the log


def test_every_answer_has_a_receipt_of_its_own_that_says_no_index(partnership: Partnership) -> None:
    partnership.agree()

    one, two = ask(partnership).receipt, ask(partnership).receipt

    assert one.entry_hash != two.entry_hash
    assert len(one.entry_hash) == 64
    assert {part for part in dir(one) if not part.startswith("_")} >= {"entry_hash", "log", "promised_by", "signature"}
    assert len(bytes.fromhex(one.signature)) == 64


def test_the_partners_log_tells_what_was_asked_and_not_what_was_found(partnership: Partnership) -> None:
    partnership.agree()
    partnership.charged()
    ask(partnership)
    ask(partnership, asks("Never", "Arrested"))

    log = inquiries.own(partnership.store, partnership.analyst())

    assert [(one.case_reference, one.criteria) for one in log] == [(CASE, ["birth_date", "name"])] * 2
    assert [str(one) for one in inquiries.own(partnership.store, partnership.analyst("stranger"))] == []
    with pytest.raises(NotAllowed):
        inquiries.own(partnership.store, partnership.staff(Role.OFFICER))


def test_what_was_found_stands_in_no_public_part_of_the_ledger(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    partnership.charged()
    ask(partnership)
    ask(partnership, asks("Never", "Arrested"))

    with psycopg.connect(admin_url) as connection:
        rows = connection.execute("select public from ledger.entry where verb = 'inquiry.asked' order by id")
        public = [row[0] for row in rows]

    hit, miss = public
    assert {key: value for key, value in hit.items() if not _salted(key)} == {
        key: value for key, value in miss.items() if not _salted(key)
    }
    assert "Quillfeather" not in str(public)
    assert CASE not in str(public)


def _salted(key: str) -> bool:
    return key in {"commit", "nonce"}

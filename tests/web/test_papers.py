"""Papers print complete, tagged, in the person's language, and never read a value as markup."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.partnership import Partnership

from pars import clock
from pars.actions import bailing, belongings, disclosure, victims
from pars.actions.arraignment import next_sessions
from pars.actions.booking import ChargeGiven, NewArrest, record_arrest
from pars.actions.custody import HOLD_KINDS
from pars.actions.person_given import PersonGiven
from pars.actions.victims import KeepAway as KeepAwayGiven
from pars.errors import BadInput, Conflicts
from pars.record.bail import CONDITIONS, FIVE_CONDITIONS, BailAction, BailSettings, BailType
from pars.record.roles import Role
from pars.sharing.duty import PARTS
from pars.web.papers import typesetting
from pars.web.papers.bail import BailBond, Commitment, OrderOfBail, Surety, SuretyReceipt
from pars.web.papers.cells import BookingSheet, CellCard, Item, PropertyReceipt, PropertyReturn, TransportSheet
from pars.web.papers.complaint import AccessCertificate, Affiant, CriminalComplaint, Process
from pars.web.papers.court import FingerprintOrder, FirearmsOrder, KeepAway, NextDateNotice, NoContactOrder
from pars.web.papers.parts import Courthouse, Desk
from pars.web.papers.release import (
    BailPosted,
    Basis,
    Discharge,
    ReleaseOnDecline,
    ReleaseOrder,
    ReleaseReason,
    WrongPersonLetter,
)
from pars.web.papers.sheet import (
    BailTerms,
    Charge,
    Door,
    Hearing,
    Hold,
    HoldKind,
    Language,
    NextDate,
    OrderAction,
    Paper,
    Person,
    Printed,
    Recorder,
    Signed,
)
from pars.web.papers.table import FORMS, KINDS, form_for, made, printable, render
from pars.web.papers.words import BAIL_WORDS, CONDITION_WORDS, HOLD_WORDS

COURT = "Philadelphia Municipal Court, Arraignment Court"
POLICE = "Philadelphia Police Department"
NIGHT = datetime(2026, 9, 14, 6, 20, tzinfo=UTC)
MAGISTRATE = Signed(name="Ines Albright", title="Arraignment Court Magistrate", at=NIGHT)
OFFICER = Signed(name="Tobias Renner", title="Police Officer, badge 4417", at=NIGHT)
ATTORNEY = Signed(name="Miriam Okafor", title="Assistant District Attorney", at=NIGHT)
PERSON = Person(
    name="Quillfeather, Rosalind May",
    arrest_number="A-2026-004512",
    birth_date=date(1990, 2, 3),
    docket_number="MC-51-CR-0004512-2026",
    otn="N 239191-1",
    dc_number="26-22-014455",
)
CHARGES = (
    Charge(sequence=1, statute="18 § 3701 §§ A1ii", title="Robbery, threat of serious injury", grade="F1", counts=1),
    Charge(
        sequence=2, statute="18 § 3921 §§ A", title="Theft by unlawful taking, movable property", grade="M1", counts=2
    ),
    Charge(
        sequence=3,
        statute="18 § 2701 §§ A",
        title="Simple assault",
        grade="M2",
        counts=1,
        facts="While leaving, the defendant pushed Complainant 2 against the door; the left arm was bruised.",
    ),
)
MONEY = BailTerms(
    type=BailType.MONETARY,
    amount_usd=10000,
    percent=10,
    deposit_usd=1010,
    fee_usd=10,
    conditions=("no-contact", "report"),
)
NEXT = NextDate(
    hearing=Hearing.PRELIMINARY_HEARING,
    at=datetime(2026, 9, 30, 13, 0, tzinfo=UTC),
    court="Municipal Court",
    address="1301 Example Street, Philadelphia",
    room="903",
)
HOLDS = (Hold(kind=HoldKind.BENCH_WARRANT, authority="Example County Court of Common Pleas", number="BW-2025-118"),)

COMPLAINT = CriminalComplaint(
    issuer=COURT,
    person=PERSON,
    affiant=Affiant(name="Tobias Renner", badge="4417", agency=POLICE),
    address="22 Example Row, Philadelphia, PA 19100",
    description=None,
    offence_on=date(2026, 9, 13),
    place="500 block of Sample Street, Philadelphia",
    county="Philadelphia",
    charges=CHARGES,
    facts=(
        "At about 9:40 p.m. the defendant entered a shop, showed a knife to Complainant 1 and demanded the money in the"
        " till. Complainant 1 handed over $212.\nThe defendant also took a telephone that belongs to Complainant 2."
        " Officers found the defendant two blocks away with the telephone and the money."
    ),
    complainants=2,
    laboratory=False,
    fingerprinted=True,
    process=Process.ARRESTED,
    verified=Signed(name="Tobias Renner", title="badge 4417"),
    public_access=msgspec.structs.replace(ATTORNEY, at=None),
    approved=ATTORNEY,
    certification=Recorder(name="Paul Ito", at=NIGHT),
)
ORDER = OrderOfBail(
    issuer=COURT,
    person=PERSON,
    action=OrderAction.SET,
    charges=CHARGES,
    bail=MONEY,
    ability_considered=True,
    reasons="Two failures to appear within three years; steady work and a fixed address.",
    complainants=2,
    next_date=NEXT,
    holds=HOLDS,
    ordered=MAGISTRATE,
    interpreter="L. Vega",
)
BOND = BailBond(
    issuer=COURT,
    person=PERSON,
    bail=MONEY,
    address="22 Example Row, Philadelphia, PA 19100",
    paid_usd=1010,
    receipt_number="R-88120",
    surety=Surety(name="Quillfeather, Amos", address="24 Example Row, Philadelphia, PA 19100"),
    refund_to="Quillfeather, Amos",
    complainants=2,
    next_date=NEXT,
    taken=Signed(name="Paul Ito", title="Clerk", at=NIGHT),
)
COMMITMENT = Commitment(
    issuer=COURT,
    person=PERSON,
    facility="Example Correctional Facility",
    bail=MONEY,
    charges=CHARGES,
    next_date=NEXT,
    holds=HOLDS,
    ordered=MAGISTRATE,
)
RELEASE = ReleaseOrder(
    issuer=COURT,
    person=PERSON,
    facility="Central Booking",
    reason=ReleaseReason.BAIL_POSTED,
    owed_at=NIGHT,
    holds=(),
    bail=MONEY,
    posted=BailPosted(
        set_by="Ines Albright, Arraignment Court Magistrate",
        set_at=NIGHT,
        posted_at=NIGHT + timedelta(minutes=10),
        recorded_by="Paul Varga",
    ),
    complainants=2,
    next_date=NEXT,
    property_receipt="75-3-220914",
    papers_given="Bail order; bail bond; notice of next court date",
    opened=Door(badge="812", recorded_by="Dana Whitlock", at=NIGHT + timedelta(minutes=40)),
)
BOOKING = BookingSheet(
    issuer=POLICE,
    person=PERSON,
    other_names=("Quill, Rosa",),
    name_used="Ros, she",
    age=36,
    sex="Female",
    race="White",
    ethnicity="Not Hispanic or Latino",
    height="5 ft 6 in",
    weight="140 lb",
    eyes="Brown",
    hair="Black",
    address="22 Example Row, Philadelphia, PA 19100",
    lives_in_city="Yes",
    pid="0912345",
    sid="412-33-81-9",
    interpreter=None,
    arrested_at=NIGHT - timedelta(hours=4),
    place="700 block of Sample Street",
    district="22",
    agency=POLICE,
    officers=("Renner, 4417", "Ames, 3902"),
    warrant_number=None,
    offence_on=date(2026, 9, 13),
    booked_at=NIGHT - timedelta(hours=3),
    site="22nd District",
    cell="7",
    prints="Taken, person confirmed",
    photograph="Taken",
    property_receipt="75-3-220914",
    charges=CHARGES,
    holds=(),
    booked_by=OFFICER,
)
PROPERTY = PropertyReceipt(
    issuer=POLICE,
    person=PERSON,
    receipt_number="75-3-220914",
    taken_at=NIGHT,
    items=(
        Item(item="Wallet, brown leather"),
        Item(item="Keys on a ring", quantity=5),
        Item(item="US currency, $41.20"),
    ),
    kept_at="22nd District, property room",
    taken_by=OFFICER,
)
NOTICE = NextDateNotice(
    issuer=COURT,
    person=PERSON,
    next_date=NEXT,
    contact="Clerk of the Municipal Court",
    telephone="215-555-0142",
    given=Signed(name="Paul Ito", title="Clerk", at=NIGHT),
)
DECLINED = ReleaseOnDecline(
    issuer="Office of the District Attorney",
    person=msgspec.structs.replace(PERSON, docket_number=None),
    basis=Basis.DECLINED,
    facility="22nd District",
    decided_at=NIGHT,
    owed_at=NIGHT,
    holds=HOLDS,
    property_receipt="75-3-220914",
    ordered=ATTORNEY,
)
CARD = CellCard(issuer=POLICE, person=PERSON, site="D22", cell="B-4", arrested_at=NIGHT, booked_at=NIGHT)
TRANSPORT = TransportSheet(
    issuer=POLICE,
    person=PERSON,
    from_place="D22",
    to_place="County Prison",
    left_at=NIGHT,
    vehicle="Wagon 4",
    property_receipt="75-3-220914",
    holds=HOLDS,
    handed_by=OFFICER,
)
SURETY = SuretyReceipt(
    issuer=COURT,
    person=PERSON,
    posted_by="Quillfeather, Ambrose",
    posted_at=NIGHT,
    amount_usd=1_010,
    security="cash",
    bail=BOND.bail,
    taken=MAGISTRATE,
)
KEEP_AWAY = NoContactOrder(
    issuer=COURT,
    person=PERSON,
    orders=(
        KeepAway(kind="no-contact", complainant=1, says="No contact with Complainant 1.", ordered_at=NIGHT),
        KeepAway(
            kind="stay-away",
            complainant=2,
            says="Stay away from the place of work of Complainant 2.",
            ordered_at=NIGHT,
            served_at=NIGHT,
            served_language="Spanish",
            refused=True,
        ),
    ),
    ordered=ATTORNEY,
    served=None,
)
WRONG_PERSON = WrongPersonLetter(
    issuer=POLICE,
    person=PERSON,
    arrested_at=NIGHT,
    found_at=NIGHT,
    warrant_number="MC-51-W-0000123-2026",
    prints="done",
    recorded=Recorder(name="Sam Roe", at=NIGHT),
)
RETURN = PropertyReturn(
    issuer=POLICE,
    person=PERSON,
    receipt_number="75-3-1042",
    items=(Item(item="Telephone", quantity=1), Item(item="Key ring", quantity=1)),
    left_at=NIGHT,
    returned_by=OFFICER,
)
DISCHARGE = Discharge(
    issuer=POLICE,
    person=PERSON,
    facility="18th District",
    arrested_at=NIGHT,
    owed_at=NIGHT,
    left_at=NIGHT,
    property_receipt="75-3-1042",
    papers_given="Release order",
    next_date=None,
    opened=Door(badge="812", recorded_by="Dana Whitlock", at=NIGHT),
)
FINGERPRINTS = FingerprintOrder(issuer=COURT, person=PERSON, charges=CHARGES, next_date=NEXT, report_to=POLICE)
FIREARMS = FirearmsOrder(
    issuer=POLICE, person=PERSON, order_number="PFA-2026-771", arrested_at=NIGHT, weapon="Handgun", handed_by=OFFICER
)
CERTIFICATE = AccessCertificate(
    issuer=COURT,
    person=PERSON,
    filing="Criminal complaint",
    for_the="Attorney for the Commonwealth",
    certified=ATTORNEY,
)
PAPERS: tuple[Paper, ...] = (
    RETURN,
    DISCHARGE,
    FINGERPRINTS,
    FIREARMS,
    CERTIFICATE,
    CARD,
    TRANSPORT,
    SURETY,
    COMPLAINT,
    ORDER,
    BOND,
    COMMITMENT,
    RELEASE,
    BOOKING,
    PROPERTY,
    NOTICE,
    DECLINED,
    KEEP_AWAY,
    WRONG_PERSON,
)
EVERY_PAPER = [(paper, language) for paper in PAPERS for language in form_for(paper).titles]
NAMES = [f"{form_for(paper).template}-{language}" for paper, language in EVERY_PAPER]


def printing(paper: Paper, language: Language = Language.ENGLISH, **changed: object) -> Printed:
    """One printing of a paper, with what a test changes in it."""
    form = form_for(paper)
    plain = Printed(
        form_number=form.number,
        version=form.version,
        printed_at="September 14, 2026, 2:31 a.m. EDT",
        printed_by="Paul Ito",
        entry_code="K7Q2-M9XD",
        copy=False,
        language=language,
        city="Philadelphia",
        demo=False,
    )
    return msgspec.structs.replace(plain, **changed)


def read(pdf: bytes) -> str:
    """All words of a PDF with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def words_of(paper: Paper, language: Language = Language.ENGLISH, **changed: object) -> str:
    """The words that a paper prints."""
    return read(render(paper, printing(paper, language, **changed)))


@pytest.mark.parametrize(("paper", "language"), EVERY_PAPER, ids=NAMES)
def test_every_paper_prints_tagged_with_title_and_language(paper: Paper, language: Language) -> None:
    reader = PdfReader(io.BytesIO(render(paper, printing(paper, language))))

    root = reader.root_object
    assert "/Marked" in str(root["/MarkInfo"].get_object())
    assert str(root["/Lang"]).lower().startswith(language.value)
    assert "/K" in str(root["/StructTreeRoot"].get_object())
    assert reader.metadata is not None
    assert form_for(paper).titles[language] in (reader.metadata.title or "")


@pytest.mark.parametrize(("paper", "language"), EVERY_PAPER, ids=NAMES)
def test_every_page_says_its_form_its_entry_and_its_number(paper: Paper, language: Language) -> None:
    pages = PdfReader(io.BytesIO(render(paper, printing(paper, language)))).pages

    for number, page in enumerate(pages, 1):
        words = " ".join(page.extract_text().split())
        assert form_for(paper).number in words
        assert "K7Q2-M9XD" in words
        assert (f"Page {number} of {len(pages)}" if language is Language.ENGLISH else f"Página {number} de") in words


@pytest.mark.parametrize(("paper", "language"), EVERY_PAPER, ids=NAMES)
def test_every_paper_prints_in_large_letters_with_the_same_words(paper: Paper, language: Language) -> None:
    large = "".join(words_of(paper, language, large=True).split())

    assert [word for word in words_of(paper, language).split() if word.strip("_") and word not in large] == []


def test_the_complaint_prints_every_item_of_rule_504() -> None:
    words = words_of(COMPLAINT)

    for item in (
        "Tobias Renner",
        "4417",
        "Quillfeather, Rosalind May",
        "22 Example Row",
        "knowledge or information and belief",
        "September 13, 2026",
        "500 block of Sample Street",
        "Philadelphia",
        "18 § 3701 §§ A1ii",
        "showed a knife",
        "peace and dignity of the Commonwealth",
        "laboratory services are not requested",
        "has been fingerprinted",
        "arrested without a warrant",
        "Section 4904",
        "Public Access Policy",
        "Miriam Okafor",
        "Issuing authority",
    ):
        assert item in words


@pytest.mark.parametrize("true", [True, False])
def test_each_notation_of_a_complaint_ticks_what_is_and_leaves_empty_what_is_not(*, true: bool) -> None:
    words = words_of(msgspec.structs.replace(COMPLAINT, laboratory=true, fingerprinted=true))
    is_so, is_not = ("☒", "☐") if true else ("☐", "☒")

    for box, said in (
        (is_so, "Criminal laboratory services are requested in this case."),
        (is_not, "Criminal laboratory services are not requested in this case."),
        (is_so, "The defendant has been fingerprinted."),
        (is_not, "The defendant has not been fingerprinted."),
    ):
        assert f"{box} {said}" in words


def test_a_card_that_others_can_read_says_no_charge_and_no_need() -> None:
    words = words_of(CARD)

    assert "Quillfeather, Rosalind May" in words
    assert "§" not in words
    assert "Example Row" not in words


def test_the_same_input_gives_the_same_bytes_on_many_threads() -> None:
    once = render(ORDER, printing(ORDER))

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: render(ORDER, printing(ORDER)), range(8))) == {once}


def test_a_complaint_without_address_and_description_is_refused() -> None:
    with pytest.raises(BadInput, match="Rule 504"):
        msgspec.structs.replace(COMPLAINT, address=None)


def test_a_denial_without_reasons_is_refused() -> None:
    with pytest.raises(BadInput, match="without its reasons"):
        msgspec.structs.replace(ORDER, bail=BailTerms(type=BailType.DENIED), reasons=None)


def test_nobody_signs_a_bond_for_bail_that_was_denied() -> None:
    with pytest.raises(BadInput, match="no bond"):
        msgspec.structs.replace(BOND, bail=BailTerms(type=BailType.DENIED))


def test_a_blank_is_refused_naming_its_place() -> None:
    blank = msgspec.structs.replace(COMPLAINT, facts="  ")

    with pytest.raises(BadInput, match="facts") as refused:
        render(blank, printing(blank))

    assert refused.value.field == "facts"


def test_a_paper_that_is_not_in_spanish_says_so() -> None:
    with pytest.raises(BadInput, match="English only"):
        render(COMPLAINT, printing(COMPLAINT, Language.SPANISH))


def test_a_copy_and_a_demonstration_say_so() -> None:
    words = words_of(ORDER, copy=True, demo=True)

    assert "COPY" in words
    assert "Demonstration, not a court paper" in words


def test_every_code_has_words_in_both_languages() -> None:
    for language in Language:
        assert set(BAIL_WORDS[language]) == set(BailType)
        assert set(CONDITION_WORDS[language]) == set(CONDITIONS)
        assert set(HOLD_WORDS[language]) == set(HoldKind)
        assert len(FIVE_CONDITIONS[language]) == 5
    assert {kind.value for kind in HoldKind} == set(HOLD_KINDS)


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip())))
def test_no_name_breaks_a_paper_or_is_read_as_markup(name: str) -> None:
    paper = msgspec.structs.replace(NOTICE, person=msgspec.structs.replace(PERSON, name=f"x{name}"))

    assert render(paper, printing(paper)).startswith(b"%PDF-")


def test_markup_in_a_value_stays_text() -> None:
    evil = '#read("/etc/passwd") *bold* $x$ <b>'
    paper = msgspec.structs.replace(COMPLAINT, facts=evil)

    assert "#read(" in words_of(paper)


def test_no_two_forms_have_a_number_and_each_has_its_template() -> None:
    folder = Path(typesetting.__file__).parents[1] / "forms"
    numbers = [form.number for form in FORMS.values()]

    assert len(set(numbers)) == len(numbers)
    assert {path.stem for path in folder.glob("*.typ")} - {"common", "glyph", "care_notes"} == {
        form.template for form in FORMS.values()
    }
    assert set(KINDS) <= set(FORMS)
    assert all(form.titles[Language.ENGLISH] and form.printed_by and form.version for form in FORMS.values())


def test_every_paper_of_the_table_is_one_of_these() -> None:
    assert {type(paper) for paper in PAPERS} == {kind.paper for kind in KINDS.values()}


def test_whoever_is_shown_no_papers_opens_a_declined_arrest_and_prints_nothing(partnership: Partnership) -> None:
    arrest = partnership.record()
    partnership.report(arrest)
    partnership.take(Role.CHARGING_ATTORNEY, arrest, "decline", {"reason": "The evidence is insufficient."})
    medic = partnership.staff(Role.MEDIC)

    seen = disclosure.open_arrest(partnership.store, medic, arrest, why="the round")

    assert printable(seen, Desk("Philadelphia", medic.full_name, medic.role, BailSettings())).papers == []


def test_a_paper_is_made_for_those_whom_the_table_names_and_for_nobody_else(partnership: Partnership) -> None:
    store, arrest = partnership.store, partnership.record()
    partnership.protect(arrest)
    partnership.report(arrest)
    belongings.take_property(store, partnership.staff(Role.OFFICER), arrest, "Key ring", 1)
    partnership.charge(arrest)
    partnership.arraign(arrest)
    order = KeepAwayGiven("no-contact", 1, "No contact with Complainant 1.")
    victims.order(store, partnership.staff(Role.MAGISTRATE), arrest, order)
    made = {}
    for role in PARTS:
        by = partnership.staff(role)
        seen = disclosure.open_arrest(store, by, arrest, why="the tests")
        made[role] = {
            name for name, _ in printable(seen, Desk("Philadelphia", by.full_name, by.role, BailSettings())).papers
        }

    every = set().union(*made.values())

    assert {"bail-order", "complaint", "property-receipt", "no-contact-order"} <= every
    for name in every:
        assert {role for role, names in made.items() if name in names} == FORMS[name].printed_by, name


def printed_at(partnership: Partnership, role: Role, arrest: UUID, kind: str) -> str:
    """The words of a paper as somebody of that role prints it from the record."""
    by = partnership.staff(role)
    seen = disclosure.open_arrest(partnership.store, by, arrest, why="the tests")
    return words_of(made(kind, seen, Desk("Philadelphia", by.full_name, by.role, BailSettings())))


def test_a_release_says_which_papers_were_given_whose_badge_opened_the_door_and_who_wrote_it_down(
    partnership: Partnership,
) -> None:
    arrest = partnership.arraigned()
    partnership.take(Role.CLERK, arrest, "post-bail", {"amount_usd": 510, "security": "cash"})
    before = printed_at(partnership, Role.CLERK, arrest, "release-order")
    out = {"opened_by": "7077", "property_returned": True, "papers_given": "Bond and notice of the next date"}
    partnership.take(Role.CUSTODY_SUPERVISOR, arrest, "sign-out", out)

    printed = [printed_at(partnership, Role.CLERK, arrest, kind) for kind in ("release-order", "discharge")]

    assert "Papers given ____" in before
    for words in printed:
        assert "Bond and notice of the next date" in words
        assert "Badge 7077" in words
        assert "Sam custody-supervisor, badge" not in words
        assert "As recorded by Sam custody-supervisor" in words
        assert "not recorded Door" not in words
    assert "not recorded" not in printed[0].partition("Handed over")[2]


@pytest.mark.parametrize(
    ("role", "step", "given", "says"),
    [
        (Role.CUSTODY_SUPERVISOR, "owe-release", {"reason": "by telephone"}, "a release was ordered"),
        (Role.POLICE_SUPERVISOR, "divert", {"reason": "x"}, "diverted before charge"),
        (Role.POLICE_SUPERVISOR, "release-pending-investigation", {"reason": "x"}, "released pending investigation"),
        (Role.POLICE_SUPERVISOR, "not-the-person", {"reason": "x"}, "this is not the person who was sought"),
    ],
)
def test_a_release_that_no_court_ordered_says_so_and_leaves_who_did_to_the_hand(
    partnership: Partnership, role: Role, step: str, given: dict[str, object], says: str
) -> None:
    arrest = partnership.record()
    partnership.take(role, arrest, step, given)

    words = printed_at(partnership, Role.CUSTODY_SUPERVISOR, arrest, "release-order")

    assert f"Reason {says}" in words
    assert "Philadelphia Police Department" in words
    assert "Municipal Court" not in words
    assert f"As recorded by Sam {role.value}" in words


def heard(partnership: Partnership, **bail: object) -> UUID:
    """Somebody is arraigned, and bail is ordered so."""
    arrest = partnership.charged()
    partnership.take(Role.CLERK, arrest, "certify", {"verified": True})
    session = next(iter(next_sessions(clock.now()))).isoformat()
    partnership.take(Role.CLERK, arrest, "list", {"session": session})
    given = {"probable_cause": True, "counsel_heard": True, "bail": bail}
    partnership.take(Role.MAGISTRATE, arrest, "arraign", given)
    return arrest


AT = r"\w+ \d+, \d{4}, \d+:\d\d [ap]\.m\. E[DS]T"
MONETARY = {
    "type": "monetary",
    "amount_usd": 5000,
    "percent": 10,
    "ability_asked": "income",
    "ability_said": "600 a week",
}


@pytest.mark.parametrize("role", [Role.CUSTODY_SUPERVISOR, Role.OFFICER])
def test_a_release_that_a_magistrate_ordered_names_them_to_whoever_prints_it(
    partnership: Partnership, role: Role
) -> None:
    arrest = heard(partnership, type="ror")

    words = printed_at(partnership, role, arrest, "release-order")

    reason = "released on own recognizance" if role is Role.CUSTODY_SUPERVISOR else "a release was ordered"
    assert f"Reason {reason}" in words  # an officer is shown no bail
    assert re.search(
        r"Ordered by Date and time Sam magistrate, Arraignment Court Magistrate Time in the record: ", words
    )
    assert "osted" not in words
    assert "Philadelphia Police Department" not in words


def test_a_release_after_a_review_of_bail_was_ordered_when_that_was_held(
    partnership: Partnership, admin_url: str
) -> None:
    arrest = heard(partnership, **MONETARY)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update record.arraignment set held_at = held_at - interval '9 hours'")
        connection.execute("update record.step set at = at - interval '9 hours' where step = 'arraign'")
    partnership.take(Role.MAGISTRATE, arrest, "review-bail", {"reasons": "a job was found", "bail": {"type": "ror"}})

    words = printed_at(partnership, Role.CLERK, arrest, "release-order")

    owed = re.search(f"Release owed since ({AT})", words)
    ordered = re.search(f"Ordered by Date and time Sam magistrate, [^:]+ Time in the record: ({AT})", words)
    assert owed is not None
    assert ordered is not None
    assert owed[1] == ordered[1]


def test_a_release_after_bail_was_posted_says_who_set_it_when_it_was_posted_and_whom_the_record_does_not_know(
    partnership: Partnership,
) -> None:
    arrest = heard(partnership, **MONETARY, conditions=["no-contact"])
    partnership.take(Role.CLERK, arrest, "post-bail", {"amount_usd": 510, "security": "cash"})

    words = printed_at(partnership, Role.CUSTODY_SUPERVISOR, arrest, "release-order")
    officers = printed_at(partnership, Role.OFFICER, arrest, "release-order")

    assert "Reason bail was posted" in words
    set_by = f"Set by Sam magistrate, Arraignment Court Magistrate Set {AT} "
    assert re.search(f"{set_by}Posted {AT} Posting recorded by Sam clerk", words)
    signed = words.partition("Order and release")[2]
    assert "Ordered by: signature and name Date and time Door opened" in signed
    assert ("magistrate" in signed.lower(), "clerk" in signed) == (False, False)
    assert "Philadelphia Police Department" not in words
    assert CONDITION_WORDS[Language.ENGLISH]["no-contact"] in words  # what was posted keeps what was ordered
    assert re.search(f"Set by _+ Set _+ Posted {AT} Posting recorded by Sam clerk", officers)


def test_bail_that_is_reinstated_has_the_conditions_that_it_had(partnership: Partnership) -> None:
    arrest = heard(partnership, **MONETARY, conditions=["no-contact"])
    for action in (BailAction.REVOKED, BailAction.REINSTATED):
        bailing.change(partnership.store, partnership.staff(Role.MAGISTRATE), arrest, action, reasons="as argued")
    partnership.take(Role.CLERK, arrest, "post-bail", {"amount_usd": 510, "security": "cash"})

    for kind in ("bail-order", "release-order"):
        assert CONDITION_WORDS[Language.ENGLISH]["no-contact"] in printed_at(partnership, Role.CLERK, arrest, kind)


@pytest.mark.parametrize("role", [Role.CLERK, Role.OFFICER])
def test_an_order_to_be_fingerprinted_names_nobody_who_only_prints_it(partnership: Partnership, role: Role) -> None:
    person = PersonGiven(surname="Quillfeather", given="Rosalind", birth_date=date(1990, 2, 3))
    new = NewArrest(
        clock.now(), "Sample Street", "PAPEP0000", person, charges=[ChargeGiven("18 § 3929")], kind="summons"
    )
    arrest = record_arrest(partnership.store, partnership.staff(Role.OFFICER), new).id
    partnership.take(Role.POLICE_SUPERVISOR, arrest, "issue-summons", {"reason": "a summons will do"})
    partnership.take(Role.CHARGING_ATTORNEY, arrest, "charge-by-summons", {"note": "x"})

    words = printed_at(partnership, role, arrest, "fingerprint-order")

    assert "Ordered by: signature and name Date and time Fingerprints taken by" in words
    assert f"Sam {role.value}, {role.value.replace('-', ' ')}" not in words


def test_whoever_nothing_holds_is_released_by_no_order_of_release(partnership: Partnership) -> None:
    arrest = partnership.record()
    partnership.report(arrest)
    partnership.take(Role.CHARGING_ATTORNEY, arrest, "decline", {"reason": "x"})

    with pytest.raises(Conflicts, match="without grounds instead"):
        printed_at(partnership, Role.CUSTODY_SUPERVISOR, arrest, "release-order")
    assert "declined" in printed_at(partnership, Role.CUSTODY_SUPERVISOR, arrest, "release-on-decline")


def test_a_complaint_says_who_wrote_down_what_and_leaves_every_signature_to_the_hand(partnership: Partnership) -> None:
    arrest = partnership.charged()
    before = printed_at(partnership, Role.CLERK, arrest, "complaint")
    partnership.take(Role.CLERK, arrest, "certify", {"verified": True})

    words = printed_at(partnership, Role.CLERK, arrest, "complaint")

    said = r"As recorded by Sam clerk, {}\. Time in the record: \w+ \d+, \d{{4}}, \d+:\d\d [ap]\.m\. E[DS]T"
    assert "As recorded by" not in before
    assert re.search(said.format("the affiant has verified and signed this complaint"), words)
    assert re.search(said.format("the issuing authority has certified this complaint"), words)
    assert "Sam charging-attorney, Assistant District Attorney Time in the record: " in words
    assert "Marked Affiant, badge 4417 As recorded by" in words
    assert "Issuing authority: signature and name Date and time As recorded by" in words
    assert words.count("Time in the record") == 3
    assert words.count("Date and time") == 4


@pytest.mark.parametrize(("paper", "language"), EVERY_PAPER, ids=NAMES)
def test_nothing_on_a_paper_is_said_to_be_signed_in_the_record(paper: Paper, language: Language) -> None:
    words = words_of(paper, language)

    assert "Signed in the record" not in words
    assert "Firmado en el registro" not in words


@pytest.mark.parametrize("language", Language)
def test_a_curfew_leaves_its_hours_to_be_written_in(language: Language) -> None:
    at_home = msgspec.structs.replace(MONEY, conditions=("curfew",))
    said = {Language.ENGLISH: "Be at home from ____", Language.SPANISH: "Esté en casa desde las ____"}

    for paper in (ORDER, BOND, RELEASE):
        assert said[language] in words_of(msgspec.structs.replace(paper, bail=at_home), language)


def test_the_courts_address_and_telephone_are_printed_or_left_to_be_written_in(partnership: Partnership) -> None:
    arrest = partnership.arraigned()
    by = partnership.staff(Role.CLERK)
    seen = disclosure.open_arrest(partnership.store, by, arrest, why="the tests")
    desk = Desk("Philadelphia", by.full_name, by.role, BailSettings())
    known = replace(desk, courthouse=Courthouse("1301 Example Street, Philadelphia", "215-555-0142"))

    said, blank = (words_of(made("next-date", seen, one)) for one in (known, desk))

    assert "Criminal Division 1301 Example Street, Philadelphia Room" in said
    assert "Clerk of the Philadelphia Municipal Court, telephone 215-555-0142" in said
    assert "Criminal Division ____" in blank
    assert "Clerk of the Philadelphia Municipal Court, telephone ____" in blank
    assert "Court and address Philadelphia Municipal Court, Criminal Division 1301 Example Street" in words_of(
        made("bail-order", seen, known)
    )
    assert "Criminal Division ____" in words_of(made("bail-order", seen, desk))

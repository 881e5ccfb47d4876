"""The court's later acts by program, on pages and on paper: victims, orders to keep away, bail, the defender's desk."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient
from tests.partnership import PASSWORD, Partnership

from pars import clock
from pars.actions import bailing, booking, children, disclosure, keeping, signin
from pars.actions.arraignment import BailGiven, next_sessions
from pars.actions.booking import ChargeGiven, NewArrest
from pars.actions.person_given import PersonGiven
from pars.record.bail import BailAction, BailType
from pars.record.roles import Owner, Role
from pars.sharing.duty import PARTS
from pars.web.app import Serving, create_app
from pars.web.pages import shown_time
from pars.web.papers.table import FORMS

from .conftest import Headers

SAYS = "No contact with Complainant 1 by any means."
HTML = {"Accept": "text/html"}


@pytest.fixture
def client(partnership: Partnership) -> Iterator[TestClient]:
    """A program, or a browser."""
    application = create_app(partnership.store, Serving(demo=True))
    with TestClient(application, raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


def signed_in(client: TestClient, partnership: Partnership, name: str) -> dict[str, str]:
    """Somebody sits down at a browser; the form key of their session."""
    token = signin.sign_in(partnership.store, name, PASSWORD, demo_allowed=True)
    client.cookies.set("pars_session", token)
    return {"form_key": signin.who(partnership.store, token).form_key, "why": "the tests"}


def test_from_the_order_to_the_victims_own_notice(client: TestClient, by: Headers, partnership: Partnership) -> None:
    arrest = partnership.record()
    partnership.protect(arrest)
    partnership.report(arrest)
    partnership.charge(arrest)
    partnership.arraign(arrest)
    page = f"/arrests/{arrest}"

    key = signed_in(client, partnership, "magistrate")
    opened = client.post(page, data=key, headers=HTML).text
    assert ("Act on bail" in opened, "Order to keep away" in opened) == (True, True)
    refused = client.post(
        f"{page}/court/keep-away", data=key | {"kind": "no-contact", "complainant": "7", "says": SAYS}
    )
    assert (refused.status_code, "no complainant of that number" in refused.text, SAYS in refused.text) == (
        422,
        True,
        True,
    )
    order = {"kind": "no-contact", "complainant": "1", "says": SAYS}
    assert client.post(f"{page}/court/keep-away", data=key | order, headers=HTML).status_code == 303
    bail = {"action": "modified", "reasons": "no record at all", "bail_type": "ror"}
    assert client.post(f"{page}/court/bail", data=key | bail, headers=HTML).status_code == 303
    nothing = client.post(f"{page}/court/bail", data=key | {"action": ""}, headers=HTML)
    assert (nothing.status_code, "choose what is done about bail" in nothing.text) == (422, True)

    officer = by("officer")
    (kept,) = client.get("/api/v1/orders", headers=officer).json()
    served = f"/api/v1{page}/orders/{kept['orders'][0]['id']}/served"
    assert client.post(served, json={"language": "Spanish", "how": "signed"}, headers=officer).status_code == 403
    custody = by("detention-officer")
    assert client.post(served, json={"language": "Spanish", "how": "signed"}, headers=custody).status_code == 201
    signed_in(client, partnership, "officer")
    assert SAYS in client.get("/orders", headers=HTML).text

    key = signed_in(client, partnership, "clerk")
    desk = client.get("/notices", headers=HTML).text
    assert ("conditions protect you" in desk, "Marked Victim" in desk) == (True, False)
    victims = client.post(f"{page}/notices", data=key, headers=HTML).text
    assert ("Marked Victim" in victims, "Marked Contact" in victims) == (True, True)
    owed = client.get("/api/v1/notices", headers=by("clerk")).json()
    told = client.post(f"{page}/notices/{owed[0]['id']}", data=key | {"way": "telephone"}, headers=HTML)
    assert (told.status_code, len(client.get("/api/v1/notices", headers=by("clerk")).json())) == (303, len(owed) - 1)
    for address, data in [
        (f"{page}/victim-letter/1", {"language": "es"}),
        (f"{page}/papers/no-contact-order", {"language": "en"}),
    ]:
        made = client.post(address, data=key | data, headers=HTML)
        assert (made.status_code, made.content[:5]) == (200, b"%PDF-"), address
    assert client.post(f"{page}/victim-letter/2", data=key, headers=HTML).status_code == 404


def test_the_defenders_desk(client: TestClient, by: Headers, partnership: Partnership) -> None:
    arrest = partnership.charged()
    assign = f"/api/v1/arrests/{arrest}/assignments"
    assert client.post(assign, json={"sign_in": "defender"}, headers=by("clerk")).status_code == 201
    key = signed_in(client, partnership, "defender")

    assert "QUILLFEATHER" in client.get("/clients", headers=HTML).text
    talk = {"way": "video", "place": "line 3", "minutes": "15"}
    assert client.post(f"/arrests/{arrest}/court/talk", data=key | talk, headers=HTML).status_code == 303
    bad = client.post(f"/arrests/{arrest}/court/talk", data=key | talk | {"place": ""}, headers=HTML)
    assert (bad.status_code, "say where" in bad.text) == (422, True)
    assert client.get("/api/v1/clients", headers=by("defender")).json()[0]["due"] == []
    assert client.get("/api/v1/clients", headers=by("officer")).json()["code"] == "no-duty"
    assert client.post(f"/arrests/{arrest}/court/dance", data=key, headers=HTML).status_code == 404


def test_a_review_of_bail_on_the_courts_list_and_by_a_program(
    client: TestClient, by: Headers, partnership: Partnership
) -> None:
    arrest = partnership.arraigned()
    key = signed_in(client, partnership, "clerk")
    listed = client.get("/reviews", headers=HTML)
    assert (listed.status_code, f"/arrests/{arrest}" in listed.text) == (200, True)
    (one,) = client.get("/api/v1/reviews", headers=by("clerk")).json()
    assert (one["line"]["id"], one["due_on"] > "2026") == (str(arrest), True)
    assert client.get("/api/v1/reviews", headers=by("officer")).status_code == 403

    key = signed_in(client, partnership, "magistrate")
    page = client.post(f"/arrests/{arrest}", data=key, headers=HTML).text
    assert ("Early bail review" in page, "Parent or guardian told" in page) == (True, False)
    held = f"/arrests/{arrest}/steps/review-bail"
    refused = client.post(held, data=key | {"reasons": ""}, headers=HTML)
    assert refused.status_code == 422
    assert client.post(held, data=key | {"reasons": "he has work", "bail_type": "ror"}, headers=HTML).status_code == 303

    assert client.get("/api/v1/reviews", headers=by("clerk")).json() == []
    assert "released" in client.post(f"/arrests/{arrest}", data=key, headers=HTML).text


def test_a_hearing_on_a_hold_is_written_down_on_the_page(client: TestClient, partnership: Partnership) -> None:
    arrest = partnership.record()
    key = signed_in(client, partnership, "clerk")
    hold = {"kind": "bench-warrant", "authority": "Example Court", "number": "BW-1", "signed": "yes"}
    assert client.post(f"/arrests/{arrest}/hold", data=key | hold, headers=HTML).status_code == 303
    page = client.post(f"/arrests/{arrest}", data=key, headers=HTML).text
    named = page.partition('name="hold" value="')[2][:36]
    assert "The hearing was held" in page
    for bad in (
        {},
        {"hold": named},
        {"hold": named, "outcome": "lifted", "again_on": "01/01/2090", "again_at": "10:00"},
    ):
        assert client.post(f"/arrests/{arrest}/heard", data=key | bad, headers=HTML).status_code == 422

    done = client.post(f"/arrests/{arrest}/heard", data=key | {"hold": named, "outcome": "stands"}, headers=HTML)

    assert done.status_code == 303
    assert "heard" in client.post(f"/arrests/{arrest}", data=key, headers=HTML).text


def test_an_arrests_page_says_for_which_session_it_is_listed_and_no_longer_says_so_once_it_was_heard(
    client: TestClient, partnership: Partnership
) -> None:
    arrest = partnership.charged()
    session = next(iter(next_sessions(clock.now())))
    partnership.take(Role.CLERK, arrest, "certify", {"verified": True})
    listed = {"session": session.isoformat(), "video_site": "D22"}
    partnership.take(Role.CLERK, arrest, "list", listed)
    key = signed_in(client, partnership, "clerk")

    before = said(client.post(f"/arrests/{arrest}", data=key, headers=HTML).text)
    released = {"probable_cause": True, "counsel_heard": True, "bail": {"type": "ror"}}
    partnership.take(Role.MAGISTRATE, arrest, "arraign", released)
    after = said(client.post(f"/arrests/{arrest}", data=key, headers=HTML).text)

    at = shown_time(session)
    assert f"listed {at}" in before
    assert f"On the list of the session of {at} · Video site D22" in before
    assert f"Was on the list of the session of {at} · Video site D22" in after
    assert "On the list" not in after


def test_a_spanish_page_of_an_arrest_is_spanish_to_its_title_description_laws_and_missing_papers(
    client: TestClient, partnership: Partnership
) -> None:
    person = PersonGiven("Quillfeather", "Ros", sex="M", height_cm=173, weight_kg=87, eyes="brown", hair="gray")
    new = NewArrest(
        clock.now(), "500 block of Marked Place", "PAPEP0000", person, charges=[ChargeGiven("18 § 2701 §§ A1")]
    )
    arrest = booking.record_arrest(partnership.store, partnership.staff(Role.OFFICER), new).id
    partnership.report(arrest)
    partnership.charge(arrest)
    client.cookies.set("pars_language", "es")
    clerks = client.post(f"/arrests/{arrest}", data=signed_in(client, partnership, "clerk"), headers=HTML).text
    partnership.arraign(arrest)
    unsecured = BailGiven(BailType.UNSECURED, 5000)
    by = partnership.staff(Role.MAGISTRATE)
    bailing.change(partnership.store, by, arrest, BailAction.MODIFIED, reasons="works nights", bail=unsecured)
    key = signed_in(client, partnership, "magistrate")

    page = client.post(f"/arrests/{arrest}", data=key, headers=HTML).text

    assert "<title>Arresto 1 – PARS</title>" in page
    assert "Masculino, 5 pies 8 pulg., 192 libras, ojos: brown, cabello: gray" in page
    assert "Orden de internamiento: esta fianza no retiene a nadie; imprima en su lugar la orden de libertad" in page
    assert "(Reglas 508, 1003(B))" in clerks
    client.cookies.set("pars_language", "en")
    english = client.post(f"/arrests/{arrest}", data=key, headers=HTML).text
    assert "Male, 5 ft 8 in, 192 lb, eyes: brown, hair: gray" in english
    assert "Commitment: this bail holds nobody; print the release order instead" in english


def test_an_arraignment_without_bail_says_what_to_choose_and_marks_it(
    client: TestClient, partnership: Partnership
) -> None:
    arrest = partnership.charged()
    partnership.take(Role.CLERK, arrest, "certify", {"verified": True})
    session = next(iter(next_sessions(clock.now()))).isoformat()
    partnership.take(Role.CLERK, arrest, "list", {"session": session})
    form = signed_in(client, partnership, "magistrate") | {"probable_cause": "yes", "counsel_heard": "yes"}

    page = client.post(f"/arrests/{arrest}/steps/arraign", data=form, headers=HTML)

    assert (page.status_code, "probable cause was found: choose the kind of bail" in page.text) == (422, True)
    assert 'usa-input--error" id="arraign-bail_type"' in page.text


def said(page: str) -> str:
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


FILED = 'At 9:40 p.m.  "X" <b>took</b> a bicycle & left.\n\n  Two officers saw it.'
"""Facts with a mark-up's signs, two spaces and an empty line: a page has to say them as they were filed."""


def on_a_list(partnership: Partnership, facts: str) -> UUID:
    """Somebody charged with two counts by a complaint that says these facts, on the list of a session."""
    arrest = partnership.record()
    charges = [{"statute": "18 § 2701 §§ A1", "grade": "M2"}, {"statute": "18 § 3921 §§ A", "grade": "M1"}]
    partnership.take(Role.OFFICER, arrest, "write-report", {"facts": "What the police wrote.", "charges": charges})
    partnership.take(Role.POLICE_SUPERVISOR, arrest, "approve-report", {})
    seen = disclosure.open_arrest(partnership.store, partnership.staff(Role.CHARGING_ATTORNEY), arrest, why="a test")
    decided = [
        {"charge": str(charge), "decision": "approved", "grade": stages["police"].grade or "M2"}
        for charge, stages in seen.charges.items()
    ]
    decided[-1] |= {"decision": "refused", "reason": "The evidence is insufficient."}
    decided.append({"decision": "added", "statute": "18 § 3925 §§ A", "grade": "M1", "reason": "found on the person"})
    said = {"charges": decided, "affiant_name": "Tobias Renner", "affiant_badge": "4417", "facts": facts}
    partnership.take(Role.CHARGING_ATTORNEY, arrest, "charge", {"decisions": said})
    partnership.take(Role.CLERK, arrest, "certify", {"verified": True})
    session = next(iter(next_sessions(clock.now()))).isoformat()
    partnership.take(Role.CLERK, arrest, "list", {"session": session})
    return arrest


def test_whoever_hears_a_case_reads_the_complaints_facts_before_the_form_word_for_word(
    client: TestClient, partnership: Partnership
) -> None:
    arrest = on_a_list(partnership, FILED)

    page = client.post(f"/arrests/{arrest}", data=signed_in(client, partnership, "magistrate"), headers=HTML).text

    facts, form = page.index('<section aria-labelledby="complaint-head"'), page.index('id="step-arraign"')
    section = page[facts : page.index("</section>", facts)]
    [filed] = re.findall(r'<details open><summary>[^<]*</summary><p class="filed">(.*?)</p>', section, re.DOTALL)
    assert (facts < form, html.unescape(filed), "<b>" in filed) == (True, FILED, False)
    assert re.findall(r"<li><strong>(.*?)</strong>", section) == ["18 § 2701 §§ A1", "18 § 3925 §§ A"]
    assert "Affiant Tobias Renner, badge 4417" in said(section)
    assert "What the police wrote." not in page
    assert page.count('id="complaint"') == 1


def test_a_complaints_facts_stand_on_the_pages_of_those_who_may_print_it_and_of_nobody_else(
    client: TestClient, partnership: Partnership
) -> None:
    arrest = on_a_list(partnership, FILED)

    shown = set()
    for role in PARTS:
        page = client.post(f"/arrests/{arrest}", data=signed_in(client, partnership, role.value), headers=HTML)
        assert page.status_code == 200, role
        if FILED in html.unescape(page.text):
            shown.add(role)

    assert shown == FORMS["complaint"].printed_by


def test_a_hearing_without_a_complaint_says_that_there_is_none(client: TestClient, partnership: Partnership) -> None:
    arrest = partnership.record()
    partnership.take(Role.MAGISTRATE, arrest, "list-at-limit", {"reason": "the limit is near"})

    page = client.post(f"/arrests/{arrest}", data=signed_in(client, partnership, "magistrate"), headers=HTML).text
    officers = client.post(f"/arrests/{arrest}", data=signed_in(client, partnership, "officer"), headers=HTML).text

    none = "No complaint is on record for this arrest."
    assert (none in page, none in officers) == (True, False)


def test_a_legal_hold_on_a_record_that_moved_to_the_children_is_listed_without_a_number(
    client: TestClient, partnership: Partnership
) -> None:
    store, arrest, speaks = partnership.store, partnership.record(), partnership.speaker(Owner.POLICE)
    until = clock.city_day(clock.now()) + timedelta(days=60)
    keeping.place_hold(store, speaks, 1, reason="a suit was announced", until=until)
    signed_in(client, partnership, speaks.sign_in)
    before = client.get("/keeping", headers=HTML).text

    children.move_across(store, partnership.staff(Role.POLICE_SUPERVISOR), arrest, reason="papers")

    after = said(client.get("/keeping", headers=HTML).text)
    assert "Arrest 1: a suit was announced" in said(before)
    assert "A record that moved to the children's: a suit was announced" in html.unescape(after)
    assert "Arrest 1:" not in after

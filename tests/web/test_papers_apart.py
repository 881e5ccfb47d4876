"""Papers of the stores apart: their readers print them, the second is a copy, nothing of it stands at the arrest."""

import io
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient
from tests.web.conftest import Token

from pars import clock
from pars.actions import caring, consular, signin
from pars.actions.acting import By
from pars.record.roles import Role
from pars.store.database import Store

HTML = {"Accept": "text/html"}
NEW = {"place": "500 block of Sample Street", "agency_ori": "PAPEP0000"}


def words(body: bytes) -> str:
    """All words of a PDF."""
    reader = PdfReader(io.BytesIO(body))
    assert "/Marked" in str(reader.root_object["/MarkInfo"].get_object())
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture
def arrest(client: TestClient, token: Token) -> UUID:
    """Somebody in a cell."""
    body = {**NEW, "arrested_at": clock.now().isoformat(), "person": {"surname": "Quillfeather", "given": "Rosalind"}}
    made = client.post("/api/v1/arrests", json=body, headers=token(Role.OFFICER)).json()["id"]
    book = {"site": "D22", "cell": "A-1"}
    client.post(f"/api/v1/arrests/{made}/steps/book", json=book, headers=token(Role.DETENTION_OFFICER))
    return UUID(made)


def by(store: Store, role: Role) -> By:
    """The account of a role."""
    known = signin.known(store, role.value)
    assert known is not None
    return known


def papers_beside(admin_url: str) -> int:
    """Printings that stand beside an arrest."""
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select count(*) from record.paper").fetchone()
    return row[0] if row else 0


def test_care_sheet_check_log_and_handover_are_printed_by_custody_and_medical_staff_alone(
    client: TestClient, token: Token, store: Store, arrest: UUID, admin_url: str
) -> None:
    detention, medic, attorney = (
        token(role) | HTML for role in (Role.DETENTION_OFFICER, Role.MEDIC, Role.CHARGING_ATTORNEY)
    )
    path = f"/arrests/{arrest}/care-papers"
    assert client.post(f"{path}/care-sheet", data={}, headers=detention).status_code == 409
    officer = by(store, Role.DETENTION_OFFICER)
    early = clock.now() - timedelta(minutes=20)
    caring.note(store, officer, arrest, "watch", {"level": "close", "reason": "shakes"}, at=early)
    caring.note(store, officer, arrest, "check", {"seen": "asleep and breathing"})
    caring.note(store, officer, arrest, "medicine", {"what": "Insulin, 8 units", "how": "given"})
    sent = {"hospital": "Riverbend Hospital", "reason": "sugar low"}
    caring.note(store, officer, arrest, "to-hospital", sent)

    sheet = client.post(f"{path}/care-sheet", data={}, headers=detention)
    log = client.post(f"/api/v1/arrests/{arrest}/care/papers/check-log", headers=token(Role.MEDIC))
    handover = client.post(f"{path}/hospital-handover", data={}, headers=medic)

    assert "Insulin, 8 units" in words(sheet.content)
    assert "PARS-50" in words(sheet.content)
    assert "asleep and breathing" in words(log.content)
    assert "Insulin" not in words(log.content)
    assert "Riverbend Hospital" in words(handover.content)
    assert "COPY" not in words(sheet.content)
    assert "COPY" in words(client.post(f"{path}/care-sheet", data={}, headers=medic).content)
    assert client.post(f"{path}/care-sheet", data={}, headers=attorney).status_code == 403
    assert client.post(f"{path}/nothing", data={}, headers=detention).status_code == 404
    assert "Print: Handover to a hospital" in client.get(f"/arrests/{arrest}/care", headers=detention).text
    assert papers_beside(admin_url) == 0


def test_a_notice_to_the_parent_is_printed_in_their_language_by_those_whose_duty_is_with_children(
    client: TestClient, token: Token
) -> None:
    supervisor = token(Role.CUSTODY_SUPERVISOR) | HTML
    person = {"surname": "Younger", "given": "Test"}
    body = {**NEW, "arrested_at": clock.now().isoformat(), "person": person, "age": "in-doubt"}
    child = client.post("/api/v1/arrests", json=body, headers=token(Role.OFFICER)).json()["id"]
    path = f"/children/{child}/papers/parent-notice"

    english = client.post(path, data={}, headers=supervisor)
    spanish = client.post(f"/api/v1{path}", params={"language": "es"}, headers=token(Role.POLICE_SUPERVISOR))

    assert "Younger, Test" in words(english.content)
    assert "six hours" in words(english.content)
    assert "seis horas" in words(spanish.content)
    assert "COPIA" in words(spanish.content)
    assert client.post(path, data={}, headers=token(Role.DETENTION_OFFICER) | HTML).status_code == 403
    gone = client.post("/children/00000000-0000-0000-0000-000000000000/papers/parent-notice", headers=supervisor)
    assert gone.status_code == 404
    shown = client.get("/children", headers=supervisor).text
    assert "Print: Notice to a parent or guardian" in shown


def test_a_consular_request_prints_for_the_person_and_the_consulate_and_joins_nothing(
    client: TestClient, token: Token, store: Store, arrest: UUID, admin_url: str
) -> None:
    supervisor, officer = token(Role.CUSTODY_SUPERVISOR) | HTML, by(store, Role.OFFICER)
    path = f"/arrests/{arrest}/consular-papers"
    assert client.post(f"{path}/request", data={}, headers=supervisor).status_code == 409
    consular.tell(store, officer, arrest, "Spanish")
    consular.request(store, officer, arrest, "Exampleland", "Consulate of Exampleland")

    own = client.post(f"{path}/request", data={"language": "es"}, headers=supervisor)
    again = client.post(f"/api/v1/arrests/{arrest}/consular/papers/request", headers=token(Role.CUSTODY_SUPERVISOR))
    notice = client.post(f"{path}/notice", data={}, headers=supervisor)

    assert "Exampleland" in words(own.content)
    assert "Su solicitud a un consulado" in words(own.content)
    assert "COPY" in words(again.content)
    assert "Consulate of Exampleland" in words(notice.content)
    assert "COPY" not in words(notice.content)
    assert client.post(f"{path}/request", data={}, headers=token(Role.OFFICER) | HTML).status_code == 403
    assert client.post(f"{path}/nothing", data={}, headers=supervisor).status_code == 404
    page = client.get(f"/arrests/{arrest}/consular", headers=supervisor).text
    assert "Print: Notice to the consulate" in page
    assert papers_beside(admin_url) == 0
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute("select kind from consular.note order by kind").fetchall()
    assert [row[0] for row in rows] == ["asked", "notice-printed", "request-printed", "request-printed"]

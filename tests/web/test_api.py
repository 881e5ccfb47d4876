"""The interface for programs: who asks first, one act for a request sent twice, and a sentence for every refusal."""

import io
from datetime import timedelta

import psycopg
import pytest
from PIL import Image
from pypdf import PdfReader
from starlette.testclient import TestClient

from pars import clock
from pars.record.roles import Role

from .conftest import Token


def arrest(**changed: object) -> dict[str, object]:
    """A body that is right, with what a test changes in it."""
    at = clock.now() - timedelta(minutes=20)
    body: dict[str, object] = {
        "arrested_at": at.isoformat(),
        "place": "500 block of Sample Street",
        "agency_ori": "PAPEP0000",
        "dc_number": "202622014455",
        "officers": ["4417"],
        "person": {"surname": "Quillfeather", "given": "Rosalind", "birth_date": "1990-02-03", "sex": "F"},
        "charges": [{"statute": "18 § 2701 §§ A1", "counts": 1, "grade": "M2"}],
    }
    return {**body, **changed}


def test_an_arrest_is_recorded_taken_through_its_steps_and_read(client: TestClient, token: Token) -> None:
    officer = token(Role.OFFICER)
    booked = client.post("/api/v1/arrests", json=arrest(), headers=officer)
    assert booked.status_code == 201
    assert set(booked.json()) == {"id", "entry"}
    address = f"/api/v1/arrests/{booked.json()['id']}"

    def step(name: str, role: Role, **said: object) -> dict[str, object]:
        answer = client.post(f"{address}/steps/{name}", json=said, headers=token(role))
        assert answer.status_code == 200, answer.text
        told: dict[str, object] = answer.json()
        return told

    step("book", Role.OFFICER, site="D22")
    step("write-report", Role.OFFICER, facts="a push", charges=[{"statute": "18 § 2701 §§ A1", "grade": "M2"}])
    step("approve-report", Role.POLICE_SUPERVISOR)
    seen = client.get(address, headers=token(Role.CHARGING_ATTORNEY)).json()
    charge = seen["rows"]["Classification"][0]["charge_id"]
    decisions = {
        "charges": [{"decision": "approved", "charge": charge, "grade": "M2"}],
        "affiant_name": "Tobias Renner",
        "affiant_badge": "4417",
        "facts": "a push",
    }
    step("charge", Role.CHARGING_ATTORNEY, decisions=decisions)
    step("certify", Role.CLERK, verified=True)
    assert "Report" not in client.get(address, headers=token(Role.CLERK)).json()["rows"]
    assert client.get(address, headers=token(Role.ADMINISTRATOR)).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/arrests"),
        ("GET", "/api/v1/arrests/00000000-0000-4000-8000-000000000000"),
        ("GET", "/api/v1/arrests/not-an-id"),
        ("POST", "/api/v1/arrests/not-an-id/steps/no-step"),
        ("GET", "/api/v1/live?view=nothing"),
        ("GET", "/api/v1/lists/nothing"),
        ("POST", "/api/v1/searches"),
        ("GET", "/api/v1/nothing-there"),
        ("DELETE", "/api/v1/arrests"),
    ],
)
def test_without_a_credential_the_answer_is_401_whatever_else_is_wrong(
    client: TestClient, method: str, path: str
) -> None:
    answer = client.request(method, path, content=b"{broken", headers={"Content-Type": "application/json"})

    assert answer.status_code == 401
    assert answer.json()["code"] == "not-signed-in"
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_same_request_twice_is_one_arrest_with_the_same_answer(client: TestClient, token: Token) -> None:
    headers = {**token(Role.OFFICER), "Idempotency-Key": "k-1"}
    body = arrest()

    first = client.post("/api/v1/arrests", json=body, headers=headers)
    second = client.post("/api/v1/arrests", json=body, headers=headers)
    other = client.post("/api/v1/arrests", json=arrest(place="elsewhere"), headers=headers)

    assert first.json() == second.json()
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")
    board = client.get("/api/v1/lists/board", headers=token(Role.CUSTODY_SUPERVISOR)).json()
    assert len(board["lines"]) == 1


def test_property_sent_twice_is_taken_once(client: TestClient, token: Token) -> None:
    officer = token(Role.OFFICER)
    number = client.post("/api/v1/arrests", json=arrest(), headers=officer).json()["id"]
    headers = {**officer, "Idempotency-Key": "k-2"}

    answers = [
        client.post(f"/api/v1/arrests/{number}/property", json={"item": "wallet"}, headers=headers) for _ in range(2)
    ]

    assert answers[0].json()["entry"] == answers[1].json()["entry"]
    seen = client.get(f"/api/v1/arrests/{number}", headers=officer).json()
    assert len(seen["rows"]["PropertyItem"]) == 1


FUTURE = (clock.now() + timedelta(days=2)).isoformat()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"arrested_at": FUTURE}, 422),
        ({"arrested_at": "2026-02-30T10:00:00Z"}, 422),
        ({"arrested_at": "2026-02-03T10:00:00"}, 422),
        ({"person": {"surname": "Q", "birth_date": "2090-01-01"}}, 422),
        ({"charges": [{"statute": "99 § 1"}]}, 422),
        ({"charges": [{"statute": "18 § 2701 §§ A1", "counts": 0}]}, 422),
        ({"dc_number": "12"}, 422),
        ({"agency_ori": "NOWHERE00"}, 422),
        ({"place": " "}, 422),
        ({"place": "x" * 5000}, 422),
        ({"place": "a\x00b"}, 422),
        ({"nobody_knows": 1}, 422),
        ({"officers": ["not a badge"]}, 422),
        ({"person": "nobody"}, 422),
        ({"arrested_at": 1764000000}, 422),
        ({"person": {"surname": "Q", "birth_date": 0}}, 422),
        ({"charges": [{"statute": "18 § 2701 §§ A1", "counts": True}]}, 422),
        ({"charges": [{"statute": "18 § 2701 §§ A1", "counts": "2"}]}, 422),
    ],
)
def test_bad_input_gets_one_sentence_and_changes_nothing(
    client: TestClient, token: Token, changed: dict[str, object], status: int
) -> None:
    answer = client.post("/api/v1/arrests", json=arrest(**changed), headers=token(Role.OFFICER))

    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert problem["code"]
    assert problem["detail"]
    board = client.get("/api/v1/lists/board", headers=token(Role.CUSTODY_SUPERVISOR)).json()
    assert board["lines"] == []


def test_what_the_framework_refuses_has_a_code_and_a_sentence_of_ours(client: TestClient, token: Token) -> None:
    headers = {**token(Role.OFFICER), "Content-Type": "application/json"}

    method = client.delete("/api/v1/arrests", headers=headers)
    broken = client.post("/api/v1/arrests", content=b"{broken", headers=headers)
    unread = client.post("/api/v1/arrests", content=b"[" * 100_000, headers=headers)

    assert (method.status_code, method.json()["code"], method.headers["allow"]) == (405, "method", "POST")
    assert (broken.status_code, broken.json()["code"]) == (422, "not-json")
    assert (unread.status_code, unread.json()["code"]) == (400, "not-read")


def test_a_step_out_of_order_and_an_older_version_are_conflicts(client: TestClient, token: Token) -> None:
    officer = token(Role.OFFICER)
    number = client.post("/api/v1/arrests", json=arrest(), headers=officer).json()["id"]
    steps = f"/api/v1/arrests/{number}/steps"

    early = client.post(f"{steps}/sign-out", json={}, headers=token(Role.DETENTION_OFFICER))
    client.post(f"{steps}/book", json={"site": "D22"}, headers=officer)
    late = client.post(f"{steps}/transport", json={"version": 1}, headers=officer)
    unknown = client.post(f"{steps}/no-such-step", json={}, headers=officer)

    assert (early.status_code, early.json()["code"]) == (409, "out-of-order")
    assert (late.status_code, late.json()["code"]) == (409, "changed-meanwhile")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no-such-step")


def text_of(pdf: bytes) -> str:
    """What a paper says."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def picture() -> bytes:
    """A small photograph."""
    file = io.BytesIO()
    Image.new("RGB", (30, 40), "navy").save(file, "PNG")
    return file.getvalue()


def test_what_belongs_to_an_arrest_goes_the_same_way_for_a_program(client: TestClient, token: Token) -> None:
    officer = token(Role.OFFICER)
    number = client.post("/api/v1/arrests", json=arrest(), headers=officer).json()["id"]
    here = f"/api/v1/arrests/{number}"

    assert client.post(f"{here}/photo", content=picture(), headers=officer).status_code == 201
    assert client.post(f"{here}/photo", content=b"no picture", headers=officer).status_code == 422
    person = {"surname": "Quillfeather", "given": "Rosalinde", "birth_date": "1990-02-03"}
    corrected = {"person": person, "version": 1, "reason": "misheard"}
    assert client.post(f"{here}/corrections", json=corrected, headers=officer).status_code == 201
    again = client.post(f"{here}/corrections", json=corrected, headers=officer)
    assert (again.status_code, again.json()["code"]) == (409, "changed-meanwhile")
    victim = {"kind": "victim", "surname": "Lindqvist", "given": "Ada", "contact": "by letter"}
    assert client.post(f"{here}/protected", json=victim, headers=officer).status_code == 201
    seen = client.get(f"{here}/protected", headers=token(Role.CHARGING_ATTORNEY)).json()
    assert [one["surname"] for one in seen] == ["Lindqvist"]
    assert client.get(f"{here}/protected", headers=token(Role.DEFENDER)).status_code == 403
    assert client.get(f"{here}/interview", headers=officer).status_code == 403
    hold = {"kind": "bench-warrant", "authority": "Municipal Court", "number": "BW-1"}
    unsigned = client.post(
        f"{here}/holds", json={**hold, "signed_by_judge_or_authority": False}, headers=token(Role.CUSTODY_SUPERVISOR)
    )
    assert unsigned.status_code == 422
    switched_off = client.post(f"{here}/optional", json={"field": "birthplace", "value": "Ohio"}, headers=officer)
    assert (switched_off.status_code, switched_off.json()["code"]) == (409, "switched-off")


def test_a_program_prints_a_paper_and_the_second_is_a_copy(client: TestClient, token: Token) -> None:
    officer = token(Role.OFFICER)
    number = client.post("/api/v1/arrests", json=arrest(), headers=officer).json()["id"]
    papers = f"/api/v1/arrests/{number}/papers"

    client.post(f"/api/v1/arrests/{number}/steps/book", json={"site": "D22"}, headers=officer)
    first, second = (client.post(f"{papers}/booking-sheet", headers=officer) for _ in range(2))

    assert first.headers["content-type"] == "application/pdf"
    assert "COPY" not in text_of(first.content)
    assert "COPY" in text_of(second.content)
    refused = client.post(f"{papers}/complaint", headers=token(Role.CLERK))
    assert refused.status_code in {409, 422}
    assert client.post(f"{papers}/no-such-paper", headers=officer).status_code == 404


def test_what_programs_write_is_warned_of_and_counted(client: TestClient, token: Token, admin_url: str) -> None:
    officer = token(Role.OFFICER)
    said = {**arrest(), "place": "outside the ICE office, undocumented"}

    first = client.post("/api/v1/arrests", json=said, headers=officer).json()
    plain = client.post("/api/v1/arrests", json=arrest(), headers=officer).json()
    report = {"facts": "He said that he is undocumented.", "charges": [{"statute": "18 § 3929"}]}
    step = client.post(f"/api/v1/arrests/{plain['id']}/steps/write-report", json=report, headers=officer).json()

    assert ("warning" in first, "warning" in plain, "warning" in step) == (True, False, True)
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select count(*) from ledger.entry where verb = 'words.warned'").fetchone()
    assert row == (2,)

"""A form that comes while the screen is locked or the session is over: not done, said so, kept for its writer alone."""

import ast
import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from pars import clock
from pars.actions import signin, unsent
from pars.actions.acting import By
from pars.record.roles import Role
from pars.store.database import Store
from pars.web import pages
from pars.web.asking import COOKIE
from pars.web.unsent import SECRET

from .conftest import PASSWORD, Token

HTML = {"Accept": "text/html"}
TYPED = "Zquillworth umbrella"
"""What somebody typed, which stands nowhere else."""


class Terminal:
    """A browser without script at which people sign in, with the form key of the page that stands open."""

    def __init__(self, client: TestClient, store: Store) -> None:
        """Nobody sits there yet."""
        self.client, self._store, self.form_key = client, store, ""

    def enter(self, name: str, **said: str) -> str:
        """Sign in; where it leads."""
        answer = self.client.post("/sign-in", data={"name": name, "password": PASSWORD, **said})
        self.form_key = signin.who(self._store, self.client.cookies[COOKIE]).form_key
        return str(answer.headers["location"])

    def sends(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form of the page that stands open: the status, and the page or where it leads."""
        answer = self.client.post(path, data={**fields, "form_key": self.form_key}, headers=HTML)
        return answer.status_code, answer.headers.get("location") or html.unescape(answer.text)

    def shows(self, path: str) -> str:
        """A page that is opened."""
        return html.unescape(self.client.get(path, headers=HTML).text)

    def unlocks(self, password: str = PASSWORD) -> tuple[int, str]:
        """Give the password at the locked screen, from the page that stands there."""
        answer = self.client.post("/unlock", data={"password": password, "sent": "kept"})
        return answer.status_code, answer.headers.get("location") or html.unescape(answer.text)

    def sends_again(self) -> tuple[int, str]:
        """Press the first button of the page of what was not recorded."""
        form = re.search(r'<form method="post" action="([^"]+)"[^>]*>(<input type="hidden" name="form_key".*?)</form>',
                         self._first(), re.DOTALL)  # fmt: skip
        assert form is not None
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[2]))
        answer = self.client.post(form[1], data={n: html.unescape(v) for n, v in fields.items()}, headers=HTML)
        return answer.status_code, answer.headers.get("location") or html.unescape(answer.text)

    def _first(self) -> str:
        return str(self.client.get("/unsent", headers=HTML).text).partition('<section aria-labelledby="unsent-')[2]


@pytest.fixture
def terminal(client: TestClient, store: Store) -> Terminal:
    """A terminal in the booking room."""
    return Terminal(client, store)


@pytest.fixture
def arrest(client: TestClient, token: Token) -> str:
    """An arrest, booked at D22, by its address."""
    body = {
        "place": "500 block of Sample Street",
        "agency_ori": "PAPEP0000",
        "arrested_at": (clock.now() - timedelta(hours=1)).isoformat(),
        "person": {"surname": "Marrowby", "given": "Ann"},
    }
    made = client.post("/api/v1/arrests", json=body, headers=token(Role.OFFICER)).json()["id"]
    step = client.post(
        f"/api/v1/arrests/{made}/steps/book", json={"site": "D22"}, headers=token(Role.DETENTION_OFFICER)
    )
    assert step.status_code == 200
    client.cookies.clear()
    return f"/arrests/{made}"


def counted(admin_url: str, table: bytes) -> int:
    """How many rows a table has."""
    with psycopg.connect(admin_url) as connection:
        row = connection.execute(b"select count(*) from " + table).fetchone()
    assert row is not None
    return int(row[0])


def officer(store: Store) -> By:
    """The officer's account."""
    known = signin.known(store, "officer")
    assert known is not None
    return known


def test_what_was_sent_to_a_locked_screen_is_not_done_and_stands_there_again_once_it_is_unlocked(
    terminal: Terminal, arrest: str, admin_url: str
) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")

    status, told = terminal.sends(f"{arrest}/property", item=TYPED, quantity="1")

    assert (status, "The screen was locked, and nothing of what you sent was recorded" in told) == (401, True)
    assert "kept for you alone" in told
    assert TYPED not in told
    assert counted(admin_url, b"record.property_item") == 0
    assert "nothing of what you sent was recorded" in terminal.unlocks("wrong")[1]
    assert terminal.unlocks() == (303, "/unsent")
    shown = terminal.shows("/unsent")
    assert TYPED in shown
    assert "Not recorded" in shown
    assert f'href="{arrest}"' in shown
    assert terminal.shows("/").find(TYPED) == -1
    assert terminal.sends_again() == (303, arrest)
    assert counted(admin_url, b"record.property_item") == 1
    assert TYPED not in terminal.shows("/unsent")
    assert terminal.client.get("/").headers["location"] == "/booking"


def test_on_a_spanish_page_what_was_not_recorded_has_spanish_labels(terminal: Terminal, arrest: str) -> None:
    terminal.client.cookies["pars_language"] = "es"
    terminal.enter("officer")
    terminal.sends("/lock")
    terminal.sends(f"{arrest}/property", item=TYPED, quantity="1")
    terminal.sends(f"{arrest}/charges", **{"statute-2": "18 § 3929", "condition-no-driving": "yes"})
    terminal.unlocks()

    shown = terminal.shows("/unsent")

    labels = re.findall(r"<dt>([^<]*)</dt>", shown)
    assert labels == ["Qué se retuvo", "Cantidad", "Ley 2", "No conduzca"]
    terminal.client.cookies["pars_language"] = "en"
    assert "<dt>What was taken</dt>" in terminal.shows("/unsent")


def test_what_a_listing_at_the_limit_lacks_is_said_in_the_readers_language(
    terminal: Terminal, arrest: str, client: TestClient, token: Token
) -> None:
    body = {"reason": "the sixteenth hour is near"}
    listed = client.post(f"/api/v1{arrest}/steps/list-at-limit", json=body, headers=token(Role.CLERK))
    assert listed.status_code == 200, listed.text
    client.cookies.clear()
    terminal.enter("clerk")

    told = {}
    for language in ("en", "es"):
        terminal.client.cookies["pars_language"] = language
        told[language] = terminal.shows(arrest)

    assert "Missing: complaint (waiting), prints (pending), report (pending)" in told["en"]
    assert "Falta: denuncia (en espera), huellas (pendientes), informe (pendiente)" in told["es"]


def test_the_desk_leads_to_what_was_not_recorded_until_it_is_sent_or_thrown_away(
    terminal: Terminal, arrest: str
) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")
    terminal.sends(f"{arrest}/property", item=TYPED)
    terminal.unlocks()
    assert terminal.client.get("/").headers["location"] == "/unsent"

    ticket = re.findall(r"/unsent/([0-9a-f]{24})/forget", terminal.shows("/unsent"))

    assert terminal.sends(f"/unsent/{ticket[0]}/forget") == (303, "/")
    assert TYPED not in terminal.shows("/unsent")
    assert terminal.client.get("/").headers["location"] == "/booking"


def test_nobody_else_is_shown_it_neither_on_a_page_nor_in_a_row(
    terminal: Terminal, arrest: str, admin_url: str
) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")
    locked = terminal.sends(f"{arrest}/property", item=TYPED)[1]

    went = terminal.enter("custody-supervisor", sent="kept")

    assert went == "/board"
    pages = [locked, *(terminal.shows(path) for path in ("/", "/unsent", "/sign-in", "/board", arrest))]
    assert [TYPED in page for page in pages] == [False] * len(pages)
    ticket = unsent.waiting(terminal._store, officer(terminal._store))[0].ticket
    assert terminal.sends(f"/unsent/{ticket}/forget")[0] == 303  # theirs to throw away: nothing
    assert len(unsent.waiting(terminal._store, officer(terminal._store))) == 1
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute("select d::text, encode(sealed, 'escape') from house.draft d").fetchall()
    assert len(rows) == 1
    assert [one for one in rows[0] if "quillworth" in one] == []
    assert terminal.enter("officer") == "/unsent"
    assert TYPED in terminal.shows("/unsent")


def test_what_was_sent_after_the_session_was_over_waits_for_whoever_had_the_page(
    terminal: Terminal, arrest: str, admin_url: str
) -> None:
    terminal.enter("officer")
    key = terminal.form_key
    terminal.sends("/sign-out")
    assert COOKIE not in terminal.client.cookies

    status, told = terminal.sends(f"{arrest}/property", item=TYPED)

    assert (status, "Your session had ended, and nothing of what you sent was recorded" in told) == (401, True)
    assert TYPED not in told
    assert terminal.enter("officer", sent="kept") == "/unsent"
    assert terminal.form_key != key
    assert terminal.sends_again() == (303, arrest)
    assert counted(admin_url, b"record.property_item") == 1


@pytest.mark.parametrize(
    ("path", "leads_to"), [("property", "/unsent"), ("steps/book", "")], ids=["apart", "in its page"]
)
def test_a_page_of_somebodys_own_former_session_sends_nothing_and_loses_nothing(
    terminal: Terminal, arrest: str, admin_url: str, path: str, leads_to: str
) -> None:
    terminal.enter("officer")
    key = terminal.form_key
    terminal.sends("/sign-out")
    terminal.enter("officer")

    answer = terminal.client.post(f"{arrest}/{path}", data={"item": TYPED, "form_key": key}, headers=HTML)

    assert (answer.status_code, answer.headers["location"]) == (303, leads_to or arrest)
    assert TYPED in terminal.shows(leads_to or arrest)
    assert counted(admin_url, b"record.property_item") == 0


@pytest.mark.parametrize("whose", ["somebody else", "nobody"])
def test_a_form_of_another_persons_session_is_refused_and_kept_for_nobody(
    terminal: Terminal, arrest: str, store: Store, whose: str
) -> None:
    terminal.enter("officer")
    key = terminal.form_key if whose == "somebody else" else "of-no-session"
    terminal.enter("detention-officer")

    answer = terminal.client.post(f"{arrest}/property", data={"item": TYPED, "form_key": key}, headers=HTML)

    assert (answer.status_code, "this form is not from your session" in answer.text) == (403, True)
    assert unsent.waiting(store, officer(store)) == []


def test_a_booking_goes_back_into_its_own_form_with_its_own_key_and_is_done_once(
    terminal: Terminal, admin_url: str
) -> None:
    at = clock.in_city(clock.now() - timedelta(minutes=20))
    said = {"arrested_on": f"{at:%m/%d/%Y}", "arrested_at": f"{at:%H:%M}", "place": "500 block of Sample Street",
            "agency_ori": "PAPEP0000", "surname": "Zquillworth", "once": "a-key-of-its-own"}  # fmt: skip
    terminal.enter("officer")
    assert terminal.sends("/booking", **said)[0] == 303  # taken, and its answer lost
    terminal.sends("/lock")

    status, told = terminal.sends("/booking", **said)

    assert (status, "nothing of what you sent was recorded" in told, "quillworth" in told) == (401, True, False)
    assert terminal.unlocks() == (303, "/booking")
    form = terminal.shows("/booking")
    assert "It stands here as you sent it" in form
    assert 'value="Zquillworth"' in form
    assert 'name="once" value="a-key-of-its-own"' in form
    assert terminal.sends("/booking", **said)[0] == 303
    assert counted(admin_url, b"record.arrest") == 1
    assert "It stands here as you sent it" not in terminal.shows("/booking")


def test_a_form_with_a_key_of_its_own_is_done_once_and_says_when_it_was_sent_first(
    terminal: Terminal, arrest: str, store: Store, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.enter("detention-officer")
    meal = {"how": "eaten", "happened_on": "", "happened_at": "", "once": "a-key-of-its-own"}
    terminal.sends("/lock")
    sent_at = clock.now()

    for minutes in (0, 4, 8):
        monkeypatch.setattr("pars.web.unsent.now", lambda later=minutes: sent_at + timedelta(minutes=later))
        assert terminal.sends(f"{arrest}/care/meal", **meal)[0] == 401

    assert terminal.unlocks() == (303, "/unsent")
    assert len(waiting := unsent.waiting(store, _detention(store))) == 1
    assert waiting[0].fields["happened_at"] == f"{clock.in_city(sent_at):%H:%M}"
    again = terminal.client.get("/unsent", headers=HTML).text
    assert terminal.sends_again()[0] == 303
    monkeypatch.setattr(Terminal, "_first", lambda _: again.partition('<section aria-labelledby="unsent-')[2])
    assert terminal.sends_again()[0] == 303  # the page that still stands in another window
    assert counted(admin_url, b"care.note") == 1


def _detention(store: Store) -> By:
    known = signin.known(store, "detention-officer")
    assert known is not None
    return known


def test_a_step_goes_back_into_its_form_and_is_shown_when_it_is_open_no_more(
    terminal: Terminal, arrest: str, client: TestClient, token: Token
) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")
    said = {"_form": "write-report", "facts": TYPED, "version": "1"}
    assert terminal.sends(f"{arrest}/steps/write-report", **said)[0] == 401
    assert terminal.unlocks() == (303, arrest)
    assert f">{TYPED}</textarea>" in terminal.shows(arrest)
    assert "It stands here as you sent it" in terminal.shows(arrest)

    charge = {"statute": "18 § 3929", "grade": "M1", "grade_fact": "second offense", "counts": 1}
    body = {"facts": "seen by another", "charges": [charge]}
    by_another = client.post(f"/api/v1{arrest}/steps/write-report", json=body, headers=token(Role.DETECTIVE))

    assert by_another.status_code == 200, by_another.text
    approved = client.post(f"/api/v1{arrest}/steps/approve-report", json={}, headers=token(Role.POLICE_SUPERVISOR))
    assert approved.status_code == 200, approved.text
    shown = terminal.shows(arrest)
    assert "Its step is not open to you any more" in shown
    assert f"<dd>{TYPED}</dd>" in shown


def test_a_form_that_is_refused_when_it_comes_again_stays_and_says_so(terminal: Terminal, arrest: str) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")
    terminal.sends(f"{arrest}/property", item=TYPED, quantity="many")
    terminal.unlocks()

    status, told = terminal.sends_again()

    assert (status, TYPED in told) == (422, True)
    assert "Sent again and refused at" in terminal.shows("/unsent")
    assert TYPED in terminal.shows("/unsent")
    assert terminal.client.get("/").headers["location"] == "/booking"


def test_no_password_is_kept_and_it_is_asked_for_again(terminal: Terminal, store: Store) -> None:
    terminal.enter("administrator")
    terminal.sends("/lock")
    account = {"sign_in": "new.officer", "full_name": TYPED, "role": "officer", "password": "a-word-for-nobody-else"}

    terminal.sends("/accounts", **account, agency_ori="PAPEP0000")
    assert "could not be kept" in terminal.sends("/password", former="a-former-word", chosen="a-word-that-is-new")[1]

    by = signin.known(store, "administrator")
    assert by is not None
    (kept,) = unsent.waiting(store, by)
    assert set(kept.fields) == {"sign_in", "full_name", "role", "agency_ori"}
    assert kept.again == {"password": "password"}
    terminal.unlocks()
    asks = '<input class="usa-input" id="unsent-1-password" name="password" type="password"'
    assert asks in terminal.shows("/unsent")


def test_every_field_that_hides_what_is_typed_is_one_that_is_not_kept() -> None:
    found = set[str]()
    for file in (files("pars.web") / "templates").iterdir():
        text = file.read_text(encoding="utf-8")
        found |= {name for tag in re.findall(r'<input[^>]*type="password"[^>]*>', text)
                  for name in re.findall(r'\bname="([a-z_]+)"', tag)}  # fmt: skip
        found |= set(re.findall(r'text\("([a-z_]+)"[^}]*kind="password"', text))

    assert found == SECRET


def test_a_file_is_not_kept_and_what_was_typed_beside_it_is(terminal: Terminal, arrest: str) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")

    answer = terminal.client.post(
        f"{arrest}/photo", data={"form_key": terminal.form_key}, files={"photo": ("x", b"\xff\xd8")}, headers=HTML
    )

    assert answer.status_code == 401
    assert terminal.unlocks() == (303, "/unsent")
    shown = terminal.shows("/unsent")
    assert "A file is not kept. Choose it again" in shown
    assert 'enctype="multipart/form-data"' in shown
    assert 'name="photo" type="file"' in shown


@pytest.mark.parametrize("how", ["another's key", "no key", "too long", "too many", "a program", "over for a day"])
def test_what_cannot_be_kept_is_said_to_be_lost(
    terminal: Terminal, arrest: str, store: Store, admin_url: str, how: str
) -> None:
    terminal.enter("officer")
    key, fields = terminal.form_key, {"item": TYPED}
    headers = dict(HTML)
    match how:
        case "another's key":
            terminal.enter("detention-officer")
        case "no key":
            key = ""
        case "too long":
            fields["item"] = "x" * 100_001
        case "a program":
            headers["Authorization"] = f"Bearer {terminal.client.cookies[COOKIE]}"
        case _:
            pass
    if how == "over for a day":
        terminal.sends("/sign-out")
        with psycopg.connect(admin_url) as connection:
            connection.execute("update house.session set ended_at = ended_at - interval '25 hours'")
    else:
        terminal.sends("/lock")
    for number in range(unsent.MOST if how == "too many" else 0):
        terminal.sends(f"{arrest}/property", item=f"{number}")

    answer = terminal.client.post(f"{arrest}/property", data={**fields, "form_key": key}, headers=headers)

    assert (answer.status_code, "It could not be kept" in answer.text) == (401, True)
    assert TYPED not in [one.fields["item"] for one in unsent.waiting(store, officer(store))]


def test_whoever_stands_before_a_locked_screen_fills_no_table_by_naming_steps_of_many_arrests(
    terminal: Terminal, admin_url: str
) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")

    told = [terminal.sends(f"/arrests/{uuid4()}/steps/book", item=TYPED)[1] for _ in range(unsent.MOST_PAGES + 1)]

    assert ["kept for you alone" in one for one in told] == [True] * unsent.MOST_PAGES + [False]
    assert "It could not be kept" in told[-1]
    assert counted(admin_url, b"house.draft") == unsent.MOST_PAGES


def test_forms_that_come_at_once_are_kept_up_to_the_same_bound(
    app: FastAPI, terminal: Terminal, arrest: str, admin_url: str
) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")
    cookies, key = dict(terminal.client.cookies), terminal.form_key

    def sent(number: int) -> str:
        client = TestClient(app, follow_redirects=False, cookies=cookies)
        return str(client.post(f"{arrest}/property", data={"item": f"{number}", "form_key": key}, headers=HTML).text)

    with ThreadPoolExecutor(24) as at_once:
        told = list(at_once.map(sent, range(48)))

    assert counted(admin_url, b"house.draft") == unsent.MOST
    assert sum("kept for you alone" in one for one in told) == unsent.MOST


def test_a_step_of_no_arrest_leads_to_no_page_that_is_not_there(terminal: Terminal) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")
    terminal.sends("/arrests/of-nobody/steps/book", item=TYPED)

    where = terminal.unlocks()[1]

    assert terminal.client.get(where, headers=HTML).status_code == 200


@pytest.mark.parametrize("field", ["item", "form_key"])
@pytest.mark.parametrize("locked", [True, False])
def test_what_cannot_be_text_in_the_encoding_that_it_names_is_no_fault_of_ours(
    terminal: Terminal, arrest: str, field: str, *, locked: bool
) -> None:
    terminal.enter("officer")
    if locked:
        terminal.sends("/lock")
    fields = {"form_key": terminal.form_key, field: r"\ud800"}
    form = {**HTML, "Content-Type": "multipart/form-data; boundary=b; charset=unicode_escape"}
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n' for name, said in fields.items()]

    answer = terminal.client.post(f"{arrest}/property", content="".join([*parts, "--b--\r\n"]).encode(), headers=form)

    assert answer.status_code == (401 if locked else 422)


@pytest.mark.parametrize("headers", [{}, {"Transfer-Encoding": "chunked"}], ids=["too long", "of no length"])
def test_of_somebody_who_is_not_known_no_more_is_read_than_could_be_kept(
    terminal: Terminal, arrest: str, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    terminal.enter("officer")
    terminal.sends("/sign-out")
    read: list[Request] = []
    monkeypatch.setattr("pars.web.unsent.read_form", read.append)
    body = f"form_key={terminal.form_key}&item={TYPED if headers else 'x' * 400_000}".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded", **HTML, **headers}

    answer = terminal.client.post(f"{arrest}/property", content=iter([body]) if headers else body, headers=form)

    assert (answer.status_code, "It could not be kept" in answer.text) == (401, True)
    assert read == []


def test_it_is_gone_after_a_day(terminal: Terminal, arrest: str, store: Store, admin_url: str) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")
    terminal.sends(f"{arrest}/property", item=TYPED)

    with psycopg.connect(admin_url) as connection:
        connection.execute("update house.draft set saved_at = saved_at - interval '25 hours'")

    assert unsent.waiting(store, officer(store)) == []
    assert terminal.unlocks() == (303, "/booking")


def test_a_part_of_a_page_is_not_replaced_by_the_door(terminal: Terminal) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")

    part = terminal.client.get("/offences?row=1", headers={**HTML, "HX-Request": "true"})

    assert (part.status_code, part.headers["hx-reswap"], part.text) == (401, "none", "")


def test_a_page_that_is_opened_without_a_session_leads_to_the_door(app: FastAPI, terminal: Terminal) -> None:
    terminal.enter("officer")
    terminal.sends("/lock")

    assert terminal.client.get("/board", headers=HTML).headers["location"] == "/unlock"
    assert terminal.client.post("/half-typed", headers=HTML).headers["location"] == "/unlock"
    terminal.client.cookies.clear()
    assert terminal.client.get("/board", headers=HTML).headers["location"] == "/sign-in"
    assert terminal.client.post("/sign-out", headers=HTML).headers["location"] == "/sign-in"


def test_a_half_typed_form_is_no_form_that_was_sent(terminal: Terminal) -> None:
    terminal.enter("officer")

    assert terminal.sends("/half-typed", form_path="/unsent/0", item=TYPED)[0] == 422
    assert terminal.sends("/half-typed", form_path="/booking", surname="Zquillworth", _sent_at="no time")[0] == 204
    assert 'value="Zquillworth"' in terminal.shows("/booking")


def test_a_form_that_is_refused_where_its_page_asks_why_first_stays_and_the_refusal_is_said(
    terminal: Terminal, arrest: str
) -> None:
    """The arrest is nobody's of the defender's clients any more: its page is not shown without a reason."""
    terminal.enter("defender")
    terminal.sends("/lock")
    terminal.sends(f"{arrest}/lift", hold="nothing", note=TYPED)
    terminal.unlocks()

    status, told = terminal.sends_again()

    assert (status, "choose the hold that is lifted" in told, "Say why you look" in told) == (422, True, True)
    shown = terminal.shows("/unsent")
    assert TYPED in shown
    assert "Sent again and refused" in shown


@pytest.mark.parametrize("source", sorted(Path(pages.__file__).parent.glob("*.py")), ids=lambda one: one.stem)
def test_whoever_asks_why_instead_of_a_page_says_the_refusal_that_the_page_would_say(source: Path) -> None:
    """Else an act that was refused is answered with a question alone, and is taken for done."""
    silent = [
        function.name
        for function in ast.walk(ast.parse(source.read_text()))
        if isinstance(function, ast.FunctionDef) and "error" in {one.arg for one in _arguments(function)}
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "ask_why"
        if "error" not in {one.arg for one in call.keywords}
    ]

    assert silent == []


def _arguments(function: ast.FunctionDef) -> list[ast.arg]:
    return function.args.args + function.args.kwonlyargs

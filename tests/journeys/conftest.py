"""Whole stories through a real browser: a served city, and a desk for each role."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
import uvicorn
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright
from tests.logfiles import whole_log
from tests.noon import born
from tests.passwords import lightly_hashed
from tests.ports import free_port
from tests.serving import serving

from pars import clock
from pars.actions import founding, signin
from pars.actions.acting import By
from pars.actions.founding import NewAccount
from pars.actions.proving import lay_floor
from pars.record.roles import OWNER_OF, Owner, Role
from pars.rounds.all import going
from pars.store.database import Store
from pars.store.keys import Keys
from pars.web.app import Serving, create_app
from pars.web.asking import COOKIE

PATIENCE_MS = 60_000
"""A slow machine fails no test: what is fast is measured elsewhere."""
expect.set_options(timeout=PATIENCE_MS)
PASSWORD = "a-word-for-the-tests"
ORI = {Owner.POLICE: "PAPEP0000", Owner.DISTRICT_ATTORNEY: "PADA00000", Owner.COURT: "PACT00000", None: "PAPD00000"}
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
IMAGES = Path(__file__).parents[2] / "build" / "images"
TRIES = 5
PASSING = "Unable to capture screenshot"
"""What Chromium now and then says of one picture and not of the next: no fault of the page."""


def picture(page: Page, name: str, *, full_page: bool = False) -> Path:
    """A picture of a page that has come to rest, in `build/images`; asked for again where the browser could not."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    expect(page.locator("main")).to_be_visible()
    for asked in range(1, TRIES + 1):
        try:
            page.bring_to_front()
            page.screenshot(path=IMAGES / name, full_page=full_page)
            break
        except Error as error:
            if PASSING not in str(error) or asked == TRIES:
                raise
            page.wait_for_timeout(200 * asked)
    return IMAGES / name


@dataclass(frozen=True)
class Served:
    """A running city: where it is, and its store."""

    url: str
    store: Store

    def by(self, role: Role) -> By:
        """The account of a role, for acts beside the browser."""
        known = signin.known(self.store, role.value)
        assert known is not None
        return known


def people(store: Store) -> None:
    """One account for each role, and the places they work at."""
    names = {
        Owner.POLICE: "Police Department",
        Owner.DISTRICT_ATTORNEY: "District Attorney’s Office",
        Owner.COURT: "Municipal Court",
        None: "Public Defender",
    }
    for owner, name in names.items():
        founding.agency(store, ORI[owner], name, owner)
    founding.site(store, "D22", "22nd District", "booking")
    founding.site(store, "D24", "24th District", "booking")
    with patch.object(signin, "hashed", return_value=lightly_hashed(PASSWORD)):
        for role in Role:
            words = role.value.replace("-", " ").title()
            new = NewAccount(role.value, f"Sam {words}", role, ORI[OWNER_OF[role]], PASSWORD, _site(role), _badge(role))
            founding.account(store, new, demo_password=True)


def _site(role: Role) -> str | None:
    return "D22" if OWNER_OF[role] is Owner.POLICE else None


def _badge(role: Role) -> str | None:
    return "4417" if role is Role.OFFICER else None


@pytest.fixture
def served(admin_url: str, keys: Keys, ledger_folder: Path) -> Iterator[Served]:
    """A city on a database of its own, served over HTTP with its rounds."""
    born(admin_url, kind="demo", city="Philadelphia")
    with Store(admin_url, keys, ledger=ledger_folder) as store:
        lay_floor(store)
        people(store)
        with listening(store) as url:
            yield Served(url, store)
        whole_log(store)


@contextlib.contextmanager
def listening(store: Store) -> Iterator[str]:
    """Serve a store on a free port, with its rounds, while the block runs; open streams end with it."""
    port = free_port()
    config = uvicorn.Config(
        create_app(store, Serving(demo=True)),
        port=port,
        log_level="error",
        timeout_graceful_shutdown=1,
        lifespan="on",
    )
    with going(store), serving(config):
        yield f"http://127.0.0.1:{port}"


CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""Debian's Chromium: the same engine, first without the window around it, which costs as much as the pages do."""
PLAINLY = ("--no-sandbox", "--disable-gpu", "--renderer-process-limit=1")
"""All pages of a window are ours, so one process draws them: to start another costs more than a page does."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium that is named, otherwise one that is installed."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    assert path, "the tests need Chromium: tools/chromium.sh"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=PLAINLY)
        yield launched
        launched.close()


Desk = Callable[..., Page]


@pytest.fixture
def desk(browser: Browser, served: Served) -> Iterator[Desk]:
    """A window in which somebody is signed in, at their desk; whatever its console complains of fails the test.

    The page to sign in at is for the tests that are about it (`sign_in`).
    """
    contexts = []
    complaints: list[str] = []

    def open_desk(name: str, *, script: bool = True, width: int = 1280, height: int = 900) -> Page:
        context = browser.new_context(
            base_url=served.url,
            java_script_enabled=script,
            bypass_csp=False,
            viewport={"width": width, "height": height},
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        token = signin.sign_in(served.store, name, PASSWORD, demo_allowed=True)
        context.add_cookies([{"name": COOKIE, "value": token, "url": served.url, "httpOnly": True}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if "Content Security" in told.text else None)
        page.goto("/")
        return page

    yield open_desk
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, name: str) -> None:
    """Sign in through the page; people of most tests are named as their role."""
    page.goto("/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("form[action='/sign-in'] button")


def take(
    page: Page, step: str, *, chosen: dict[str, str] | None = None, said: tuple[str, ...] = (), **typed: str
) -> None:
    """Take a step on the page of an arrest; `said` names radio buttons and boxes by the end of their id."""
    form = page.locator(f"#step-{step}")
    if form.get_attribute("open") is None:
        form.locator("summary").first.click()
    for name, value in typed.items():
        form.locator(f"[name='{name}']").fill(value)
    for name, value in (chosen or {}).items():
        form.locator(f"select[name='{name}']").select_option(value)
    for name in said:
        form.locator(f"label[for$='{name}']").click()
    form.locator("form > button").click()


def fill_booking(page: Page, **typed: str) -> None:
    """Fill the booking form with a known person, and with whatever the test says otherwise."""
    at = clock.in_city(clock.now()).replace(second=0)
    fields = {
        "arrested_on": at.strftime("%m/%d/%Y"),
        "arrested_at": at.strftime("%H%M"),
        "place": "500 block of Sample Street",
        "officers": "4417",
        "surname": "Quillfeather",
        "given": "Rosalind",
        "birth_date": "02/03/1990",
        "address": "22 Example Row",
        **typed,
    }
    for name, value in fields.items():
        page.fill(f"form.booking [name='{name}']", value)

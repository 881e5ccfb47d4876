"""Each owner says in its own window that its acts were entered again: without script, with axe, in Spanish."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect
from tests.partnership import Partnership

from pars.actions import door, placing, recovery
from pars.clock import now
from pars.errors import Unavailable
from pars.record.roles import Owner
from pars.store import placing as places
from pars.store import recovery as rows
from pars.store.recovery import Recovery

from .conftest import Desk, Served
from .test_access import violations
from .test_sharing import served as served  # noqa: PLC0414 - the city of the partners, not of every role


@pytest.fixture
def recovering(served: Served) -> Partnership:
    """The city while the last entries of its log are being recovered."""
    size = placing.place(served.store).size
    with served.store.transaction("pars_ledger") as connection:
        size = size or places.head(connection).signed_size
        rows.begin(connection, Recovery(uuid4(), size - 9, size, now(), size - 9), b"r" * 32)
    assert recovery.going_on(served.store)
    return Partnership(served.store)


def test_partners_wait_for_three_words_said_in_three_windows(desk: Desk, recovering: Partnership) -> None:
    for owner in Owner:
        with pytest.raises(Unavailable):
            door.still_open(recovering.store)
        page = desk(f"{owner.value}-speaks", script=False)
        page.goto("/recovery")
        line = page.locator(f"tr[data-owner='{owner.value}']")
        expect(line).to_contain_text("not yet")
        page.click("form[action='/recovery'] button")
        expect(page.locator("#refusal")).to_contain_text("say what was entered again")
        page.fill("#reason", "entered again from the duty book")
        page.click("form[action='/recovery'] button")
        if owner is not list(Owner)[-1]:
            expect(line).to_contain_text(f"Sam {owner.value}-speaks")
            expect(page.locator("form[action='/recovery']")).to_have_count(0)

    expect(page.locator("main")).to_contain_text("Nothing is being recovered.")
    door.still_open(recovering.store)


def test_axe_finds_nothing_nothing_scrolls_sideways_and_it_speaks_spanish(desk: Desk, recovering: Partnership) -> None:
    page = desk(f"{Owner.COURT.value}-speaks", width=640)
    page.goto("/recovery")

    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (violations(page), overflow) == ([], 0)
    page.click("footer button:has-text('Español')")
    page.goto("/recovery")
    expect(page.locator("main")).to_contain_text("Hemos vuelto a anotar nuestros propios actos")

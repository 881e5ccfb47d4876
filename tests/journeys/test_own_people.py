"""Looks of the owners' own people at names that they have to do with: read by whoever oversees, in both languages."""

from playwright.sync_api import expect
from tests.actions.test_own_names import hired
from tests.partnership import Partnership

from pars.actions import disclosure
from pars.record.roles import Role

from .conftest import Desk
from .test_access import violations
from .test_sharing import COURT, partners, served

__all__ = ["partners", "served"]


def test_the_privacy_officer_reads_who_looked_at_the_own_name_and_not_at_whom(
    desk: Desk, partners: Partnership
) -> None:
    hired(partners, "r.quill", role=Role.DETECTIVE)
    disclosure.open_arrest(partners.store, partners.who("r.quill"), partners.record(), why="a question")
    privacy, court = desk("privacy-officer"), desk(COURT)

    privacy.goto("/patterns")
    privacy.click("a[href='/patterns/own-people']")
    while privacy.locator("tr[data-detector]").count() == 0:
        privacy.wait_for_timeout(200)
        privacy.reload()

    expect(privacy.locator("tr[data-detector='own-name']")).to_contain_text("r.quill")
    expect(privacy.locator("main")).not_to_contain_text("Quillfeather")
    assert violations(privacy) == []
    privacy.click("footer button:has-text('Español')")
    privacy.goto("/patterns/own-people")
    expect(privacy.locator("tr[data-detector]")).to_contain_text("el mismo nombre completo que el usuario")
    court.goto("/patterns")
    expect(court.locator("a[href='/patterns/own-people']")).to_have_count(0)

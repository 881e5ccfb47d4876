"""Looks of the owners' own people at names that they have to do with: read by whoever oversees, in both languages."""

from uuid import uuid4

from playwright.sync_api import expect
from tests.actions.test_own_names import hired
from tests.partnership import Partnership

from pars.actions import disclosure, own_people
from pars.clock import real_now
from pars.record.roles import Role
from pars.watch.attention import Drawn
from pars.watch.own_people import NotedLook
from pars.watch.parameters import Detector
from pars.watch.words import of_attention

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


def test_many_who_looked_at_one_arrest_stand_there_with_the_last_of_them_and_without_the_arrest(
    desk: Desk, partners: Partnership
) -> None:
    account = str(hired(partners, "m.last", role=Role.DETECTIVE))
    since, entry = real_now().timestamp(), str(uuid4())
    drawn = Drawn(many=14, since=since, before=3)
    fell = NotedLook(Detector.ATTENTION, account, drawn.many, since, of_attention(drawn, account), 7, entry)
    told = [own_people.note(partners.store, fell) for _ in range(2)]
    privacy = desk("privacy-officer")

    privacy.goto("/patterns/own-people")
    row = privacy.locator("tr[data-detector='attention']")

    assert told == [True, False]
    expect(row).to_have_count(1)
    expect(row).to_contain_text("m.last the last of them")
    expect(row).to_contain_text("far more people looked at one arrest without being handed it")
    expect(row).to_contain_text("14")
    assert violations(privacy) == []
    privacy.screenshot(path="build/own_people.png", full_page=True)

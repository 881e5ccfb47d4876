"""The pictures of the README: a whole synthetic city in the browser. They go to `build/images`; see the Makefile."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.cities import Lived, made_up

from pars.demo.cast import CastMember
from pars.record.roles import Role
from pars.store.keys import Keys

from .conftest import IMAGES, PATIENCE_MS, listening, picture


@pytest.fixture
def city(server_url: str, template: str, keys: Keys, tmp_path: Path) -> Iterator[tuple[str, list[CastMember]]]:
    """A synthetic city that is served: its address and its cast."""
    lived = Lived(10, 1)
    with (
        made_up(server_url, template, keys, tmp_path, seed=2026, lived=lived) as built,
        listening(built.store) as url,
    ):
        yield url, built.city.cast


def window(browser: Browser, url: str, member: CastMember, width: int = 1280, height: int = 860) -> Page:
    """A window of somebody of the cast."""
    context = browser.new_context(base_url=url, viewport={"width": width, "height": height})
    context.set_default_timeout(2 * PATIENCE_MS)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#name", member.sign_in)
    page.fill("#password", member.password)
    page.click("form[action='/sign-in'] button")
    return page


def test_the_pictures_of_the_readme(browser: Browser, city: tuple[str, list[CastMember]]) -> None:
    url, cast = city
    by_role = {Role(member.role): member for member in reversed(cast)}

    board = window(browser, url, by_role[Role.CUSTODY_SUPERVISOR])
    expect(board.locator("tbody[data-live] tr").first).to_be_visible()
    picture(board, "board.png")
    charging = window(browser, url, by_role[Role.CHARGING_ATTORNEY])
    charging.goto(str(charging.locator("tr[data-stage='awaits charging'] a").first.get_attribute("href")))
    expect(charging.locator("#step-charge")).to_be_visible()
    picture(charging, "charging.png")
    court = window(browser, url, by_role[Role.MAGISTRATE])
    court.wait_for_url("**/lists/**")
    picture(court, "arraignment.png")
    phone = window(browser, url, by_role[Role.CUSTODY_SUPERVISOR], width=390, height=844)
    phone.wait_for_url("**/board")
    picture(phone, "phone.png")
    for page in (board, charging, court, phone):
        page.context.close()

    assert {file.name for file in IMAGES.glob("*.png")} >= {"board.png", "charging.png", "arraignment.png", "phone.png"}

"""The case of 2018, watched: weeks of honest look-ups, then nearly everybody whose family may have come from abroad.

Nobody's birthplace is collected, no search is by birthplace, every look-up is permitted. The owners' page shows the
pattern while the look-ups go on, in words, with a chart and a table; the term ends by the agreement's own rule.
"""

from datetime import date, timedelta

from playwright.sync_api import Page, expect
from tests.partnership import Partnership, asks
from tests.waiting import comes

from pars.actions import inquiries
from pars.errors import ParsError

from .conftest import Desk, picture
from .test_access import violations
from .test_sharing import ANALYST, COURT, partners, served

__all__ = ["partners", "served"]

ABROAD = ("Garcia", "Rodriguez", "Martinez", "Hernandez", "Lopez", "Gonzalez", "Perez", "Sanchez", "Ramirez", "Torres")
HERE = ("Smith", "Johnson", "Williams", "Brown", "Jones", "Davis", "Miller", "Wilson", "Anderson", "Thomas")
MANY, OTHERS, HONEST = 28, 84, 3
BIRTH = date(1980, 1, 1)
"""So many people of either kind of surname are charged; so many others are looked up before the sweep."""


def charged(city: Partnership) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """People are charged, in turn, as a city would; the surnames and birth dates of both kinds."""
    kinds: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    for place in range(MANY + OTHERS):
        abroad = place % 4 == 0
        names = ABROAD if abroad else HERE
        born = (BIRTH + timedelta(days=1733 * place % 9000)).isoformat()
        surname = names[place % len(names)]
        city.charged(surname, "Robin", born)
        kinds[0 if abroad else 1].append((surname, born))
    return kinds


def swept(city: Partnership, abroad: list[tuple[str, str]], others: list[tuple[str, str]]) -> int:
    """First a few others, then everybody of the first kind until the door is closed; after how many it was."""
    for many, (surname, born) in enumerate((*others[:HONEST], *abroad)):
        try:
            question = asks(surname, "Robin", born, case=f"ECS-2026-{many:04}")
            inquiries.inquire(city.store, city.analyst(), question)
        except ParsError:
            return many
    return HONEST + MANY


def fell(page: Page, css: str) -> bool:
    """Whether the owners' page shows such an alarm now."""
    page.goto("/patterns")
    return page.locator(css).count() > 0


def labels_that_reach_into_the_next(page: Page) -> int:
    """How many cells of stacked tables hold a label that is taller than the cell."""
    return int(
        page.evaluate(
            """() => [...document.querySelectorAll('.usa-table--stacked [data-label]')].filter(cell => {
              const label = document.createElement('span');
              const style = getComputedStyle(cell, '::before');
              label.textContent = cell.dataset.label;
              label.style.cssText = `position:absolute;width:${style.width};font:${style.font};visibility:hidden`;
              cell.append(label);
              const tall = label.getBoundingClientRect().height;
              label.remove();
              return tall > cell.getBoundingClientRect().height + 1;
            }).length"""
        )
    )


def test_a_sweep_is_seen_on_the_owners_page_while_it_goes_on(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    abroad, others = charged(partners)
    court, analyst = desk(COURT), desk(ANALYST)

    swept(partners, abroad, others)
    assert comes(lambda: fell(court, "tr[data-action='suspend']"))
    court.click("tr[data-action='suspend'] a[href^='/patterns/']")

    expect(court.locator("main")).to_contain_text("One group was looked up more often")
    expect(court.locator("main")).to_contain_text("shares of surnames")
    expect(court.locator("svg.chart")).to_have_count(2)
    expect(court.locator("tr.outside th")).to_contain_text(["national origin, by surname"])
    assert violations(court) == []
    picture(court, "pattern.png", full_page=True)
    court.set_viewport_size({"width": 390, "height": 844})
    assert court.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert labels_that_reach_into_the_next(court) == 0
    picture(court, "pattern-phone.png", full_page=True)
    analyst.goto("/agreements/sheriff")
    assert not any(word in analyst.inner_text("main").lower() for word in ("shares of surnames", "national origin"))

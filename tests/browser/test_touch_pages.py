"""Can every page be used with fingers on a tablet, upright and lying?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Product, SignIn
from tests.browser.places import places, portfolios_of, visit
from tests.browser.touch import LYING, UNFOLD, UPRIGHT, hard_for_fingers

PARTS = 3


def faults(page: Page, url: str, path: str) -> list[str]:
    """Open a page upright, turn the tablet, unfold what is folded; return what fingers find hard."""
    turn(page, UPRIGHT)
    visit(page, f"{url}{path}")
    found = [f"{path}, upright: {one}" for one in hard_for_fingers(page)]
    turn(page, LYING)
    page.evaluate(UNFOLD)
    return found + [f"{path}, lying: {one}" for one in hard_for_fingers(page)]


def turn(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


@pytest.mark.requirement("5.1.D4")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_can_be_used_with_fingers(product: Product, sign_in: SignIn, part: int) -> None:
    page = sign_in(touch=True, width=UPRIGHT[0], height=UPRIGHT[1])
    every = [place for place in places(portfolios_of(page, product.url)) if place.role == "portfolio_manager"]
    found = [fault for place in every[part::PARTS] for fault in faults(page, product.url, place.path)]
    assert not found, "\n".join(found)


@pytest.mark.requirement("5.1.D4")
@pytest.mark.parametrize("role", ["compliance", "administrator"])
def test_so_can_the_pages_of_other_roles(product: Product, sign_in: SignIn, role: str) -> None:
    page = sign_in(role, touch=True, width=UPRIGHT[0], height=UPRIGHT[1])
    every = [place for place in places(()) if place.role == role]
    assert every
    found = [fault for place in every for fault in faults(page, product.url, place.path)]
    assert not found, "\n".join(found)

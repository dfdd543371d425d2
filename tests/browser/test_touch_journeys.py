"""Does a manager with a tablet get from a universe to a result, and bend the frontier, with fingers and no mouse?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import FINDING, STOCKS, Wizard, at_rest
from tests.browser.touch import LYING, UPRIGHT, finger, hard_for_fingers, into_the_middle, scrolled_by, spot, top_px

CERTIFIED = re.compile("^Certified by the engine")
BOTH = pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])


@BOTH
@pytest.mark.requirement("5.1.D4")
@pytest.mark.requirement("5.2.D1")
def test_the_wizard_is_walked_and_its_result_read_by_touch(
    product: Product, sign_in: SignIn, newcomer: str, size: tuple[int, int]
) -> None:
    page = sign_in(newcomer, touch=True, width=size[0], height=size[1])
    wizard = Wizard(page, product.url).open()
    page.get_by_text("Paste a list of symbols").tap()
    wizard.choose(*STOCKS)
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(STOCKS)} of")
    found: list[str] = []
    for heading in ("Goal", "Limits", "Review"):
        page.locator("#wizard-next").tap()
        expect(wizard.panel(heading)).to_be_visible()
        found += [f"{heading}: {one}" for one in hard_for_fingers(page)]
        if heading == "Limits":
            wizard.type("Largest position", "25")
            page.get_by_role("button", name="More: Largest position").tap()
            expect(page.get_by_label("Largest position", exact=True)).to_have_value("26")
    expect(page.locator("#wizard-run")).to_be_enabled()
    page.locator("#wizard-run").tap()
    wizard.result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    drawn = page.locator("#result-frontier-chart")
    expect(drawn.locator(".main-svg").first).to_be_visible()
    at_rest(page)
    found += [f"Result: {one}" for one in hard_for_fingers(page)]
    assert scrolled_by(page, drawn) > 0
    assert not found, "\n".join(found)


@BOTH
@pytest.mark.requirement("1.2.B2")
@pytest.mark.requirement("5.1.D4")
def test_a_finger_bends_the_frontier_and_scrolls_the_page_beside_the_handles(
    product: Product, sign_in: SignIn, size: tuple[int, int]
) -> None:
    page = sign_in(touch=True, width=size[0], height=size[1])
    page.goto(f"{product.url}/frontier")
    trust, line = page.locator("#living-trust"), page.locator(".living-line")
    expect(trust).to_have_text(CERTIFIED)
    at_rest(page)
    before = str(line.get_attribute("d"))
    cap = page.get_by_role("slider", name="Largest position", exact=True)
    into_the_middle(cap)
    stood_px = top_px(cap)
    x, y = spot(cap)
    finger(page, (x, y), (x + 40, y - 60))
    expect(line).not_to_have_attribute("d", before)
    expect(trust).to_have_text(CERTIFIED)
    assert abs(top_px(cap) - stood_px) < 40  # who drags a handle does not move the page
    at_rest(page)
    bent = str(line.get_attribute("d"))

    assert scrolled_by(page, page.locator("#living-chart .main-svg").first, 0.8) > 0
    assert line.get_attribute("d") == bent

    point = page.get_by_role("slider", name="Point on the frontier")
    figure = page.locator("#living-point [data-figure=return]")
    into_the_middle(point)
    stands = str(figure.text_content())
    x, y = spot(point)
    finger(page, (x, y), (x - 30, y + 40))
    expect(figure).not_to_have_text(stands)
    expect(trust).to_have_text(CERTIFIED)
    page.get_by_role("button", name="Pin this portfolio").tap()
    expect(page.get_by_role("button", name="Remove portfolio A")).to_be_visible()
    assert not hard_for_fingers(page)

"""Does somebody move along the frontier with mouse, keys and a typed return, and get the portfolio that it promises?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import FINDING, Wizard, at_rest, bring_into_view, optimize


@pytest.mark.requirement("1.2.A5")
@pytest.mark.requirement("1.2.D2")
def test_a_point_is_moved_without_the_server_and_the_wizard_leads_to_it(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    optimize(page, product.url)
    point = page.get_by_role("slider", name="Point on the frontier")
    expect(point).to_be_visible()
    reward, risk = page.locator("[data-figure=reward]"), page.locator("[data-figure=risk]")
    started = str(reward.text_content())
    at_rest(page)

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "_dash-update" in request.url else None)
    bring_into_view(point)
    box = point.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] - 20, steps=6)
    expect(reward).not_to_have_text(started)
    page.keyboard.press("Escape")  # while it is held, too
    expect(reward).to_have_text(started)
    page.mouse.up()
    point.press("End")
    highest = str(reward.text_content())
    point.press("Home")
    expect(reward).not_to_have_text(highest)
    point.press("PageUp")
    expect(point).to_have_attribute(
        "aria-valuetext", re.compile(r"^expected return [\d.]+ percent, volatility [\d.]+ percent; l")
    )
    assert not [url for url in asked if "_dash-update" in url]

    low, high = (float(str(point.get_attribute(name))) for name in ("aria-valuemin", "aria-valuemax"))
    wanted = f"{0.4 * low + 0.6 * high:.2f}"
    page.locator("#frontier-typed").fill(wanted)
    page.locator("#frontier-typed").press("Enter")
    expect(reward).to_have_text(f"{wanted}%")
    promised = str(risk.text_content())

    layer = page.get_by_role("group", name="Layers of the chart").get_by_role("button", name="Assets")
    layer.press("Enter")
    expect(layer).to_have_attribute("aria-pressed", "false")
    assert "hide=assets" in page.url

    page.get_by_role("link", name="Use this point").click()
    wizard = Wizard(page, product.url)
    expect(wizard.panel("Review")).to_contain_text(f"expected return of at least {float(wanted):g}%")
    wizard.review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    expect(reward).to_have_text(f"{wanted}%")  # the proposal is where the point was
    expect(risk).to_have_text(promised)

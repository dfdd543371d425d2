"""Does a way lead out of limits that no portfolio can meet, and does a goal behind the presets come to its result?"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import FINDING, STOCKS, Wizard


@pytest.mark.requirement("1.3.A6")
def test_the_cheapest_way_out_is_applied_and_leads_to_a_result(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS[:6])
    wizard.step("Goal").goal("Target return").type("Return wanted", "40")
    wizard.step("Limits").type("Largest position", "15")
    wizard.review().run().result()
    doctor = page.get_by_role("region", name="Why there is no portfolio")
    expect(doctor).to_contain_text("together 90%")
    expect(doctor.get_by_role("row", name="Position size, at most")).to_contain_text("15%")
    doctor.get_by_role("link", name="Apply and review").first.click()
    expect(page.locator(".wz-summary")).to_contain_text("Changed from the run")
    expect(page.locator("#wizard-run")).to_be_enabled()
    wizard.run()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)


def test_what_clashes_is_mended_in_the_wizard_itself(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS[:4])
    wizard.step("Limits").type("Largest position", "20")
    box = page.get_by_role("region", name="What clashes")
    expect(box).to_contain_text("The cheapest way out")
    box.get_by_role("button", name="Make these changes").click()
    expect(page.get_by_label("Largest position", exact=True)).to_have_value("25")
    expect(box).to_be_hidden()
    expect(page.locator("#wizard-light, .wz-status").first).to_contain_text("Possible")


def test_risk_parity_gives_every_asset_the_same_share_of_the_risk(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS)
    wizard.step("Goal").goal("Risk parity")
    wizard.step("Limits").type("Smallest position", "0").type("Largest position", "100")
    wizard.review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    shares = page.locator("#result-weights-table .ag-center-cols-container [col-id=risk_frac]")
    expect(shares).to_have_text(["12.50%"] * len(STOCKS))

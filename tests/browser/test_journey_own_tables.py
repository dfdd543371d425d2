"""Do groups, factors, rates and a covariance of one's own come into the wizard, bind a run, and come back from it?"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import STOCKS, Wizard, bring_into_view, overflow_px

GROUPS = "Asset\tSleeve\nAAPL\tGrowth/Large\nMSFT\tGrowth/Large\nKO\tIncome\nSPY\tIndex\n"
FACTORS = "Asset;Value\n" + "".join(f"{name};{n / 10:.1f}".replace(".", ",") + "\n" for n, name in enumerate(STOCKS))
LIMITS = "Group: Sleeve\tGrowth\t25%\t\t\tmay give way, 3\nFactor\tValue\t0.3\nRegion\tAmericas\t90%\n"
RATES = "2018-01-02 1.2\n2022-07-01 1.66"
MATRIX = "\tAAPL\tKO\nAAPL\t0.09\t\nKO\t0.01\t0.04\n"
WRONG = "\tAAPL\tKO\nAAPL\t0.09\t0.2\nKO\t0.2\t0.04\n"


def bring(page: Page, table: str, text: str) -> None:
    """Paste a text into one of the tables."""
    box = page.locator(f"#wizard-own-{table}-paste")
    if not box.is_visible():
        page.locator(f"details:has(> .field #wizard-own-{table}-paste) > summary").click()
    box.fill(text)
    page.locator(f"#wizard-own-{table}-apply").click()


@pytest.mark.requirement("1.3.F5")
@pytest.mark.requirement("1.3.F6")
@pytest.mark.requirement("1.1.A2")
@pytest.mark.parametrize("width", [1440, 390])
def test_groups_and_factors_of_one_s_own_bind_a_run_and_come_back(product: Any, sign_in: Any, width: int) -> None:
    page: Page = sign_in(width=width)
    wizard = Wizard(page, product.url).open().choose(*STOCKS).step("Goal")
    page.get_by_label("Risk-free rate", exact=True).select_option("dated")
    page.get_by_label("Rates by date").fill(RATES)
    wizard.step("Limits")
    page.get_by_text("Groups and factors of your own").first.click()
    bring(page, "groups", GROUPS)
    expect(page.locator("#wizard-own-groups-result")).to_contain_text("Not among the chosen assets: SPY.")
    expect(page.locator("#wizard-own-groups")).to_contain_text("Growth/Large")
    bring(page, "factors", FACTORS)
    expect(page.locator("#wizard-own-factors")).to_contain_text("0.7")
    page.get_by_text("All other limits: countries").click()
    page.locator("#wizard-limits-fold").get_by_text("Paste from Excel").click()
    page.get_by_label("Rows copied from a spreadsheet").fill(LIMITS)
    page.get_by_role("button", name="Take over these rows").click()
    expect(page.locator("#wizard-limits-result")).to_contain_text("3 limits read; every row is understood.")
    assert overflow_px(page) <= 0
    wizard.review()
    for words in ("Own grouping: Sleeve", "2 groups of 3 assets", "Sleeve limit", "Region limit", "2 rates by date"):
        expect(page.locator("#wizard-summary")).to_contain_text(words)
    wizard.run().result()
    bring_into_view(page.locator("#result-limits"))
    expect(page.locator("#result-limits")).to_contain_text("Growth (Sleeve) at least 25%")
    assert overflow_px(page) <= 0
    page.get_by_role("link", name="Change and run again").first.click()
    wizard.step("Limits")
    expect(page.locator("#wizard-own-groups")).to_contain_text("Growth/Large")
    expect(page.locator("#wizard-own-factors")).to_contain_text("0.7")
    wizard.step("Goal")
    expect(page.get_by_label("Rates by date")).to_have_value(RATES)


@pytest.mark.requirement("5.2.D2")
def test_a_covariance_of_one_s_own_is_checked_and_half_of_it_is_enough(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose("AAPL", "KO").step("Goal")
    page.get_by_text("For experts: how return and risk are estimated").click()
    page.get_by_label("Covariance", exact=True).select_option("given_covariance")
    table, foot = page.locator("#wizard-own-covariance"), page.locator("#wizard-status")
    expect(foot).to_contain_text("No covariance of your own is given.")
    bring(page, "covariance", WRONG)
    expect(foot).to_contain_text("not positive semidefinite")
    expect(foot).to_contain_text("switch on the repair of the matrix")
    page.get_by_role("button", name="Empty the table").click()
    bring(page, "covariance", MATRIX)
    expect(table).to_contain_text("0.09")
    wizard.step("Limits").type("Largest position", "100").review()
    expect(page.locator("#wizard-summary")).to_contain_text("Own covariance")
    wizard.run().result()

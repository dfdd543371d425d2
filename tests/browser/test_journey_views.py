"""Does somebody bring views, figures, shares of risk and whole lots of their own through the wizard, and back again?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import FINDING, STOCKS, Wizard, bring_into_view, overflow_px

FIGURES = "\n".join(f"{symbol} {5 + place / 2}" for place, symbol in enumerate(STOCKS))


def type_into(page: Page, grid: str, row: int, column: str, text: str) -> None:
    """Type into a cell and leave it."""
    page.locator(f"#{grid} .ag-row[row-index='{row}'] [col-id='{column}']").click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def experts(page: Page, url: str, kind: str) -> Wizard:
    """Choose stocks, and a way to estimate returns behind the fold for experts."""
    wizard = Wizard(page, url).open().choose(*STOCKS).step("Goal")
    page.get_by_text("For experts").click()
    page.get_by_label("Expected returns", exact=True).select_option(kind)
    return wizard


@pytest.mark.requirement("1.1.A2")
def test_views_are_typed_and_pasted_run_shown_and_kept_when_the_run_is_reopened(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = experts(page, product.url, "black_litterman")
    status = page.locator("#wizard-status")
    expect(status).to_contain_text("starts from the weights of the market")
    expect(status).not_to_contain_text("facts.")
    page.get_by_label("Starting point", exact=True).select_option("own")
    page.get_by_text("Paste expected returns").click()
    page.locator("#wizard-returns-paste").fill(FIGURES)
    page.get_by_role("button", name="Take these over").click()
    expect(page.locator("#wizard-returns-paste-result")).to_have_text(f"{len(STOCKS)} returns taken over.")
    page.get_by_role("button", name="Add a view").click()
    type_into(page, "wizard-views", 0, "ahead", "jpm")
    type_into(page, "wizard-views", 0, "amount", "much")
    said = page.locator("#wizard-views-said li")
    expect(said.nth(0)).to_contain_text("which is not a number")
    type_into(page, "wizard-views", 0, "amount", "9")
    expect(said.nth(0)).to_have_text("JPM earns 9% a year, confidence 50%.")
    page.get_by_text("Paste views").click()
    page.locator("#wizard-views-paste").fill("AAPL beats MSFT by 2% a year, confidence 60%\nwhatever")
    page.get_by_role("button", name="Add these views").click()
    expect(page.locator("#wizard-views-paste-result")).to_contain_text("Not understood: “whatever”")
    expect(said.nth(1)).to_have_text("AAPL beats MSFT by 2% a year, confidence 60%.")
    wizard.review()
    expect(page.locator("#wizard-summary")).to_contain_text("AAPL beats MSFT by 2% a year, confidence 60%.")
    wizard.run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    page.get_by_text("Where does it come from?").click()
    lineage = page.locator("#result-lineage")
    for words in ("JPM earns 9% a year, confidence 50%.", "AAPL beats MSFT by 2% a year", "Not set (0% is used)"):
        expect(lineage).to_contain_text(words)
    expect(page.locator("#result-metrics-table")).to_contain_text("Expected return (arithmetic)")
    page.get_by_role("link", name="Change and run again").first.click()
    wizard.step("Goal")
    page.get_by_text("For experts").click()
    expect(page.locator("#wizard-views .ag-center-cols-container .ag-row")).to_have_count(2)
    expect(said.nth(1)).to_have_text("AAPL beats MSFT by 2% a year, confidence 60%.")
    page.locator("#wizard-views .ag-row[row-index='0'] input[type='checkbox']").check()
    page.get_by_role("button", name="Remove ticked views").click()
    expect(said).to_have_count(1)
    expect(said.nth(0)).to_contain_text("AAPL beats MSFT")


@pytest.mark.requirement("1.1.A2")
def test_shares_of_risk_by_sector_and_whole_lots_come_to_the_result(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS).step("Goal")
    page.get_by_role("radio", name=re.compile("Risk parity")).first.check()
    page.get_by_label("Shares of the risk", exact=True).select_option("sector")
    rows = page.locator("#wizard-budgets .ag-center-cols-container .ag-row")
    expect(rows).to_have_count(5)
    type_into(page, "wizard-budgets", 0, "share", "40")
    page.get_by_label("Round positions to whole lots").check()
    expect(page.locator("#wizard-status")).to_contain_text("switch whole lots off")
    wizard.type("Shares in a lot", "10").type("Capital", "2,000,000")
    wizard.step("Limits").type("Smallest position", "0").type("Largest position", "60").review()
    expect(page.locator("#wizard-sentence")).to_contain_text("rounded to whole lots")
    wizard.run().result()
    lots = page.get_by_role("region", name="Whole lots")
    expect(lots).to_contain_text("Cash left")
    expect(lots.get_by_role("row")).to_have_count(len(STOCKS) + 2)
    bring_into_view(lots)
    assert overflow_px(page) <= 0


def test_a_goal_without_an_answer_offers_another_with_one_press(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS).step("Goal")
    page.get_by_label("Risk-free rate", exact=True).select_option("constant")
    wizard.type("Rate", "40")
    box = page.get_by_role("region", name="Another goal")
    expect(box).to_contain_text("a Sharpe ratio cannot rank them")
    wizard.review().run().result()
    page.get_by_role("link", name="Use minimum volatility").click()
    expect(page.locator("#wizard-sentence")).to_contain_text("Find the lowest volatility")
    wizard.step("Goal").goal("Maximum Sharpe ratio")
    box.get_by_role("button", name="Use minimum volatility").click()
    expect(page.locator("#wizard-goal-min_volatility")).to_be_checked()
    expect(box).to_be_hidden()


def test_an_address_that_leads_nowhere_is_said_calmly(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    Wizard(page, product.url).open("?portfolio=xyz&run=abc")
    expect(page.locator("#wizard-notice")).to_contain_text("Neither the run nor the portfolio")
    Wizard(page, product.url).open()
    expect(page.locator("#wizard-notice")).to_be_empty()


@pytest.mark.parametrize("width", [820, 390])
def test_the_tables_of_the_goal_step_fit_narrow_screens(product: Any, sign_in: Any, width: int) -> None:
    page: Page = sign_in(width=width)
    experts(page, product.url, "black_litterman")
    page.get_by_label("Starting point", exact=True).select_option("own")
    page.get_by_role("button", name="Add a view").click()
    expect(page.locator("#wizard-views .ag-center-cols-container .ag-row")).to_have_count(1)
    expect(page.locator("#wizard-own-returns .ag-center-cols-container .ag-row").first).to_be_visible()
    assert overflow_px(page) <= 0

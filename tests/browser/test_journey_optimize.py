"""Does somebody get from signing in to a result that is understood, and back to it from anywhere?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import FINDING, RESULT, STOCKS, Wizard, bring_into_view, optimize
from tests.browser.morning import FIRST_MS

MEASURES = ("Expected return", "Volatility", "Sharpe ratio", "VaR 95%", "VaR 99%", "CVaR 95%", "Maximum drawdown")


@pytest.mark.requirement("5.2.A1")
@pytest.mark.requirement("5.2.A2")
@pytest.mark.requirement("5.2.A3")
@pytest.mark.requirement("5.2.F1")
@pytest.mark.requirement("5.2.D1")
def test_the_wizard_guides_from_the_universe_to_the_result_step_by_step(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    page.goto(product.url)
    expect(page.get_by_role("heading", name="Portfolios", level=1)).to_be_visible()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Optimize", exact=True).click()
    wizard = Wizard(page, product.url)
    expect(wizard.panel("Universe")).to_be_visible()
    wizard.choose(*STOCKS)
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(STOCKS)} of")
    wizard.next("Goal").goal("Maximum Sharpe ratio").next("Limits").next("Review")
    expect(page.locator("#wizard-sentence")).to_contain_text(f"among {len(STOCKS)} stocks")
    expect(page.locator("#wizard-run")).to_be_enabled()
    announced = page.locator("#wizard-summary tr").filter(has_text="Request hash").locator("td").first.text_content()
    wizard.run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    page.get_by_text("Where does it come from?").click()
    expect(page.locator("#result-lineage")).to_contain_text(str(announced))  # what was reviewed is what was computed


@pytest.mark.requirement("5.2.A4")
@pytest.mark.requirement("5.2.F4")
def test_the_review_says_in_one_sentence_and_a_table_what_is_going_to_be_computed(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS)
    wizard.step("Goal").goal("Maximum return at a risk").type("Highest volatility", "14")
    wizard.step("Limits").type("Largest position", "30").step("Review")
    sentence = page.locator("#wizard-sentence")
    expect(sentence).to_contain_text("volatility of at most 14%")
    expect(sentence).to_contain_text("between 1% and 30%")
    table = page.locator("#wizard-summary")
    for words in ("Assets", "Goal", "Covariance", "Risk-free rate", "Not set", "Expected time"):
        expect(table).to_contain_text(words)
    table.get_by_role("button", name=re.compile("Edit: Goal")).click()
    expect(wizard.panel("Goal")).to_be_visible()
    expect(page.get_by_label("Highest volatility", exact=True)).to_have_value("14")


@pytest.mark.requirement("5.2.A6")
@pytest.mark.requirement("5.2.D4")
@pytest.mark.requirement("5.2.F6")
@pytest.mark.requirement("1.1.D2")
@pytest.mark.requirement("1.1.A5")
def test_a_result_compares_the_proposal_with_the_portfolio_it_started_from(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open()
    page.get_by_label("Universe", exact=True).select_option(label="A portfolio of mine")
    portfolios = page.get_by_label("Portfolio", exact=True)
    name = portfolios.locator("option:not([disabled])").filter(has_text=re.compile("Growth|growth|Long-only")).first
    portfolios.select_option(label=str(name.text_content()))
    expect(page.locator("#wizard-chosen-count")).not_to_contain_text(re.compile(r"^0 of"))
    wizard.review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    measures = page.locator("#result-metrics-table table")
    for head in ("Current", "Proposed", "Change"):
        expect(measures.get_by_role("columnheader", name=head)).to_be_visible()
    for name_ in (
        "Expected return",
        "Volatility",
        "Sharpe ratio",
        "VaR 95%",
        "VaR 99%",
        "CVaR 95%",
        "Maximum drawdown",
    ):
        row = measures.get_by_role("row", name=re.compile(f"^{name_}"))
        expect(row.locator("td").nth(1)).to_have_text(re.compile(r"^[−+]?\d[\d.,]*%?$"))
    expect(page.locator("#result-frontier-chart .scatterlayer").first).to_be_visible()
    expect(page.locator("#result-weights-chart .scatterlayer").first).to_be_visible()
    expect(page.locator("#result-weights-table").get_by_role("columnheader", name="Change, pp")).to_be_visible()
    expect(page.locator("#result-limits .card-foot")).to_contain_text("all kept")


@pytest.mark.requirement("5.2.A5")
@pytest.mark.requirement("5.2.F5")
@pytest.mark.requirement("5.2.D3")
def test_progress_is_shown_while_the_work_waits_and_survives_leaving_reloading_and_another_tab(
    product: Any, sign_in: Any
) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS).review()
    with product.held_up():
        wizard.run()
        box = page.locator("#wizard-progress")
        expect(box.locator("[data-part=stage]")).to_have_text("Waiting for its turn")  # not what it begins with
        expect(box.get_by_role("progressbar")).to_be_visible()
        page.reload()  # leads to the run, not to a form that could start it again
        page.wait_for_url(RESULT)
        address = page.url
        expect(page.locator("#result-progress")).to_be_visible()
        page.goto(product.url)  # leave in the middle
        page.goto(f"{product.url}/runs")
        expect(page.locator(f"main a[href='{address.removeprefix(product.url)}']")).to_be_attached()
        page.goto(address)  # come back by the link
        expect(page.locator("#result-progress")).to_contain_text(re.compile("Waiting|Loading|Solving|Starting"))
        page.reload()
        expect(page.locator("#result-progress")).to_be_visible()
        second = page.context.new_page()
        second.goto(address)
        expect(second.locator("#result-progress")).to_be_visible()
    for tab in (page, second):
        expect(tab.get_by_role("heading", level=1)).to_have_text(FINDING, timeout=FIRST_MS)


def test_a_run_is_cancelled_from_the_wizard_and_says_so(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS).review()
    with product.held_up():
        wizard.run()
        page.locator("#wizard-cancel").click()
        page.wait_for_url(RESULT)
        expect(page.get_by_role("heading", name="This optimization was cancelled")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="This optimization was cancelled")).to_be_visible()


@pytest.mark.requirement("5.2.F3")
def test_limits_that_no_portfolio_can_meet_end_in_a_calm_sentence_and_lead_back_to_the_limits(
    product: Any, sign_in: Any
) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS)
    wizard.step("Limits").type("Largest position", "10")
    expect(page.locator("#wizard-status")).to_contain_text("80%")
    wizard.review().run().result()
    expect(page.get_by_role("heading", name="No portfolio meets the limits")).to_be_visible()
    expect(page.locator("#result-header")).to_contain_text("No portfolio meets the limits")
    expect(page.locator("#result-stage")).to_contain_text(re.compile(r"\d+%"))
    expect(page.locator("#result-body")).to_be_hidden()
    page.get_by_role("link", name="Change limits").click()
    expect(wizard.panel("Limits")).to_be_visible()
    expect(page.get_by_label("Largest position", exact=True)).to_have_value("10")
    wizard.type("Largest position", "40").review().run()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)


def test_sector_limits_that_leave_no_room_are_told_in_red_before_the_run(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS).step("Limits")
    grid = page.locator("#wizard-sectors")
    rows = grid.locator(".ag-center-cols-container .ag-row")
    expect(rows).to_have_count(5)
    for n in range(5):
        grid.locator(f".ag-row[row-index='{n}'] [col-id='max']").click()
        page.keyboard.type("10")
        page.keyboard.press("Enter")
    foot = page.locator(".wz-status")
    expect(foot).to_contain_text("Not possible")
    expect(foot).to_contain_text("leave room for 50%, less than the 100% to invest")
    wizard.step("Review")
    expect(foot).to_contain_text("Not possible")
    expect(foot).not_to_contain_text("together 50%")


def test_going_back_from_a_result_shows_an_outline_until_the_check_has_answered(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    Wizard(page, product.url).open().choose(*STOCKS).review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    again = "run => void window.dash_clientside.wizard.arrive({id: run, status: 'succeeded'}, run)"
    page.evaluate(again, page.url.rsplit("/", 1)[1])  # an end that is told twice stands in the history once
    page.go_back()
    sentence = page.locator("#wizard-sentence")
    expect(sentence.locator(".skeleton").or_(sentence.get_by_text("Find the highest"))).to_be_visible()
    expect(sentence).to_contain_text(f"among {len(STOCKS)} stocks")
    expect(page.locator("#wizard-run")).to_be_enabled()


def test_limits_of_a_result_are_those_that_were_set(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS).step("Limits")
    page.locator("#wizard-zero-or-min").check()
    expect(page.locator(".wz-status")).to_contain_text("left out or at least 1%")
    wizard.review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    limits = page.locator("#result-limits")
    bring_into_view(limits)
    for words in ("Net investment 100%", "Largest position 25%", "Zero or at least 1%"):
        expect(limits).to_contain_text(words)
    expect(limits.locator(".card-foot")).to_contain_text("3 limits, all kept")


def test_a_result_can_be_renamed_deleted_and_brought_back(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    address = optimize(page, product.url)
    page.get_by_role("button", name="Rename").first.click()
    page.locator("#result-rename-name").fill("Spring review")
    page.locator("#result-rename-save").click()
    expect(page.locator("#result-header")).to_contain_text("Spring review")
    page.get_by_role("button", name="Delete").first.click()
    page.wait_for_url(re.compile(r"/runs$"))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#shell-toasts")).to_contain_text("Restored")
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)


def test_the_proposal_becomes_the_portfolio_s_target(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open()
    page.get_by_label("Universe", exact=True).select_option(label="A portfolio of mine")
    page.get_by_label("Portfolio", exact=True).select_option(index=1)
    expect(page.locator("#wizard-chosen-count")).not_to_contain_text(re.compile(r"^0 of"))
    wizard.review().run().result()
    page.locator("#result-save-target").click()
    expect(page.locator("#result-save-dialog")).to_contain_text("become the target of")
    page.locator("#result-save-confirm").click()
    expect(page.locator("#shell-toasts")).to_contain_text("Saved as target")


def test_a_run_opened_again_is_the_run_and_a_reload_keeps_what_was_typed(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    address = optimize(page, product.url)
    largest = page.get_by_label("Largest position", exact=True)
    page.get_by_role("link", name="Change and run again").first.click()
    Wizard(page, product.url).step("Limits")
    expect(largest).to_have_value("25")
    largest.fill("44")
    expect(page.locator(".wz-status")).to_contain_text("44%")
    page.reload()
    expect(largest).to_have_value("44")
    page.goto(address)
    page.get_by_role("link", name="Change and run again").first.click()
    Wizard(page, product.url).step("Limits")
    expect(largest).to_have_value("25")

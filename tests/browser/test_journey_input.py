"""What happens to wrong input, and is anything that was typed ever lost?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import STOCKS, Wizard


@pytest.mark.requirement("5.2.D2")
def test_wrong_fields_are_told_at_the_field_all_at_once_and_keep_what_was_typed(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS).step("Limits")
    wizard.type("Smallest position", "abc").type("Largest position", "250")
    low = page.locator("[data-key='min']")
    high = page.locator("[data-key='max']")
    expect(low.locator(".field-error")).to_contain_text("“abc”")
    expect(low.locator(".field-error")).to_contain_text("Type a percentage")
    expect(high.locator(".field-error")).to_contain_text("250%")
    expect(page.get_by_label("Smallest position", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Smallest position", exact=True)).to_have_value("abc")
    wizard.press_step("Review")  # does not get past the problem
    expect(wizard.panel("Limits")).to_be_visible()
    wizard.type("Smallest position", "1").type("Largest position", "25").step("Review")
    expect(page.locator("#wizard-run")).to_be_enabled()
    expect(low.locator(".field-error")).to_be_empty()


# Presses Next in the very moment in which the answer about the draft brings the review's own buttons.
_PRESS_ON_ARRIVAL = """() => {
  window.pressed = 0;
  new MutationObserver((_changes, watcher) => {
    watcher.disconnect();
    window.pressed += 1;
    document.getElementById("wizard-next").click();
  }).observe(document.getElementById("wizard-summary"), { childList: true, subtree: true });
}"""


def test_a_press_in_the_moment_of_an_answer_is_not_lost(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS)
    page.evaluate(_PRESS_ON_ARRIVAL)
    page.wait_for_function("() => window.pressed === 1")
    expect(wizard.panel("Goal")).to_be_visible()


def test_a_press_during_a_slow_answer_does_not_wait_for_it(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open()
    held: list[Any] = []
    page.route("**/_dash-update-component*", lambda route: held.append(route))
    with page.expect_request("**/_dash-update-component*"):
        wizard.choose(*STOCKS)
    wizard.next("Goal").next("Limits").step("Universe")
    assert held, "no answer was on its way: the test held nothing back"
    for route in held:
        route.continue_()
    page.unroute_all(behavior="ignoreErrors")
    wizard.step("Review")


# The wizard gives its table 60 ms to be filled; on a slow machine that takes until `window.goOn` is called.
_HOLD = """() => {
  const later = window.setTimeout, held = [];
  let isHeld = true;
  window.setTimeout = (deed, wait_ms, ...given) =>
    isHeld && wait_ms === 60 ? held.push([deed, given]) : later(deed, wait_ms, ...given);
  window.goOn = () => { isHeld = false; held.forEach(([deed, given]) => deed(...given)); };
}"""


def test_what_is_done_while_the_wizard_is_still_waking_is_not_undone(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    page.add_init_script(f"({_HOLD})()")
    wizard = Wizard(page, product.url).open().choose(*STOCKS)
    wizard.step("Limits").type("Largest position", "31")
    page.evaluate("() => window.goOn()")
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(STOCKS)} of")
    wizard.step("Review")
    expect(page.locator("#wizard-sentence")).to_contain_text("and 31%")


def test_what_is_typed_before_the_draft_has_come_back_stays(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS).step("Limits").type("Smallest position", "2")
    expect(page.locator(".wz-status")).to_contain_text("2%")
    held: list[Any] = []
    page.route(
        "**/_dash-update-component*",
        lambda route: held.append(route) if "wizard-loaded.data" in str(route.request.post_data) else route.continue_(),
    )
    with page.expect_request(lambda asked: "wizard-loaded.data" in (asked.post_data or "")):
        page.reload()
    largest = page.get_by_label("Largest position", exact=True)
    wizard.type("Largest position", "44")
    assert held, "the draft has come back already: the test held nothing back"
    for route in held:
        route.continue_()
    page.unroute_all(behavior="ignoreErrors")
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(STOCKS)} of")
    expect(largest).to_have_value("44")
    wizard.step("Review")
    expect(page.locator("#wizard-sentence")).to_contain_text("between 2% and 44%")


def test_a_list_pasted_again_is_checked_again_and_a_wrong_field_still_stops_the_way_on(
    product: Any, sign_in: Any
) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS).step("Limits").type("Largest position", "abc")
    expect(page.locator("[data-key='max'] .field-error")).to_contain_text("“abc”")
    wizard.step("Universe")
    with page.expect_response(lambda answer: "wizard-preview-ask" in (answer.request.post_data or "")):
        wizard.choose(*STOCKS)
    expect(page.locator(".wz:not(.is-checking)")).to_be_visible()
    wizard.press_step("Review")
    expect(wizard.panel("Limits")).to_be_visible()


def test_five_in_a_percent_field_is_five_percent(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS).step("Limits").type("Smallest position", "5")
    wizard.step("Review")
    expect(page.locator("#wizard-sentence")).to_contain_text("between 5% and 25%")


@pytest.mark.requirement("5.2.F2")
def test_assets_are_found_by_search_and_sector_and_selected(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    Wizard(page, product.url).open()
    grid = page.locator("#wizard-assets")
    page.get_by_label("Search assets").fill("apple")
    expect(grid.locator(".ag-pinned-left-cols-container [row-id='AAPL']")).to_be_visible()
    expect(grid.locator(".ag-pinned-left-cols-container .ag-row")).to_have_count(1)
    page.get_by_role("button", name="Select all shown").click()
    expect(page.locator("#wizard-chosen-count")).to_contain_text("1 of")
    page.get_by_label("Search assets").fill("")
    pill = page.get_by_role("button", name=re.compile("^Energy"))
    pill.click()
    expect(pill).to_have_attribute("aria-pressed", "true")
    expect(grid.locator(".ag-pinned-left-cols-container [row-id='XOM']")).to_be_visible()
    expect(grid.locator("[row-id='AAPL']")).to_have_count(0)
    page.get_by_role("button", name="Select all shown").click()
    expect(page.locator("#wizard-chosen-count")).not_to_contain_text(re.compile("^1 of"))
    page.get_by_role("button", name="Select none").click()
    expect(page.locator("#wizard-chosen-count")).to_contain_text("0 of")


def test_unknown_symbols_of_a_pasted_list_are_named(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    Wizard(page, product.url).open().choose("aapl", "JPM", "NOSUCH", "KO", "XYZZY")
    expect(page.locator("#wizard-paste-result")).to_contain_text("3 symbols chosen")
    expect(page.locator("#wizard-paste-result")).to_contain_text("NOSUCH, XYZZY")
    expect(page.locator("#wizard-chosen-count")).to_contain_text("3 of")


def test_going_back_and_reloading_lose_nothing(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*STOCKS)
    wizard.step("Goal").goal("Target return").type("Return wanted", "9.5")
    wizard.step("Limits").type("Largest position", "33")
    page.get_by_label("Zero or at least the smallest position", exact=True).check()
    cell = page.locator("#wizard-sectors .ag-row").filter(has_text="Energy").locator("[col-id='max']")
    cell.click()
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    expect(cell).to_contain_text("20 %")
    wizard.step("Universe")
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(STOCKS)} of")
    wizard.step("Review")
    expect(page.locator("#wizard-sentence")).to_contain_text("Energy at most 20%")
    page.reload()
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(STOCKS)} of")
    expect(page.locator("#wizard-sentence")).to_contain_text("at least 9.5%")
    wizard.step("Limits")
    expect(page.get_by_label("Largest position", exact=True)).to_have_value("33")
    expect(page.get_by_label("Zero or at least the smallest position", exact=True)).to_be_checked()
    expect(cell).to_contain_text("20 %")


def test_the_session_keeps_no_prices_and_no_results(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    Wizard(page, product.url).open().choose(*STOCKS).review()
    kept = page.evaluate(
        "() => JSON.stringify(Object.entries(sessionStorage)) + JSON.stringify(Object.entries(localStorage))"
    )
    assert "AAPL" in kept
    assert not re.search(r"last_price|observations|weight_frac|volatility_annual_frac", kept)

"""Does the dashboard say what happened and what waits, narrow itself down, and stand as its user wants?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

ROWS = "#home-table .ag-center-cols-container .ag-row"

LOOKS_COUNT, LOOK_MS = 50, 200


def opened(page: Page, url: str, query: str = "") -> Page:
    page.goto(f"{url}/{query}")
    expect(page.locator(ROWS).first).to_be_visible()
    expect(page.locator("#board-box[data-ready]")).to_be_visible()
    expect(page.locator("#home-summary .kpi")).to_have_count(5)
    return page


def card(page: Page, key: str) -> Locator:
    return page.locator(f"#board-card-{key}")


def place(page: Page, key: str) -> tuple[int, int]:
    box = card(page, key).bounding_box()
    assert box is not None
    scrolled = page.evaluate("() => window.scrollY")  # a press brings its button into the window
    return round(box["x"]), round(box["y"] + scrolled)


@pytest.mark.requirement("5.1.A1", "5.1.A2", "5.1.A3", "5.1.F1", "5.1.F3", "5.1.F4", "5.1.F5")
def test_who_signs_in_sees_all_portfolios_what_moved_them_and_what_waits(sign_in: Any, product: Any) -> None:
    page = opened(sign_in(), product.url)
    labels = page.locator("#home-summary .kpi-label").all_inner_texts()
    assert [one.split(",")[0] for one in labels] == [
        "Value",
        "Day's result",
        "Year to date",
        "Risk used",
        "Open breaches",
    ]
    for name in ("Aurora Growth", "Cedar Balanced", "Meridian Long-Short"):  # other journeys may have made more
        expect(page.locator("#home-table .grid-name", has_text=name)).to_have_count(1)
    expect(page.locator("#home-table .light-red").first).to_contain_text("limit")
    expect(card(page, "today").locator("tbody tr")).not_to_have_count(0)
    expect(card(page, "holdings").locator("tbody tr")).to_have_count(10)
    expect(card(page, "sectors")).to_contain_text("Health Care")
    expect(card(page, "attention")).to_contain_text("Aurora Growth")
    expect(card(page, "activity").locator(".notice")).not_to_have_count(0)
    expect(card(page, "tasks")).to_contain_text(re.compile("Nothing waits|waits? for you|to look at"))
    page.locator("#home-summary").get_by_role("link", name="Risk used").click()
    expect(page).to_have_url(re.compile(r"/portfolios/.*tab=limits|/risk\?portfolio="))


@pytest.mark.requirement("5.1.A4", "5.1.D3")
def test_a_bar_narrows_the_page_down_opens_what_it_stands_for_and_back_finds_it_so(sign_in: Any, product: Any) -> None:
    page = opened(sign_in(), product.url)
    expect(page.locator("#home-table .grid-name", has_text="Cedar Balanced")).to_have_count(1)
    every_count = page.locator(ROWS).count()
    bar = card(page, "holdings").get_by_role("button", name="USMV")
    bar.click()
    expect(page.locator("#board-chips")).to_contain_text("Asset: USMV")
    expect(page).to_have_url(re.compile("symbol=USMV"))
    expect(page.locator(ROWS)).to_have_count(1)
    expect(card(page, "holdings").locator("tbody tr")).to_have_count(1)
    page.locator("#home-table .grid-name a").first.click()
    expect(page).to_have_url(re.compile("/portfolios/"))
    expect(page.locator("#portfolio-holdings")).to_be_visible()  # the address changes before the page does
    page.go_back()
    expect(page.locator("#board-box[data-ready]")).to_be_visible()
    expect(page.locator("#board-chips")).to_contain_text("Asset: USMV")
    expect(page.locator(ROWS)).to_have_count(1)
    page.get_by_role("button", name="Remove Asset: USMV").click()
    expect(page.locator(ROWS)).to_have_count(every_count)
    expect(page).not_to_have_url(re.compile("symbol="))
    card(page, "sectors").get_by_role("button", name="Energy").press("Space")
    expect(page.locator("#board-chips")).to_contain_text("Sector: Energy")
    line = card(page, "holdings").locator("tbody tr button").first
    symbol = line.inner_text()
    line.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/market/{symbol}"))


@pytest.mark.requirement("5.1.D3")
def test_what_a_portfolio_was_looked_for_by_is_still_there_on_the_way_back(sign_in: Any, product: Any) -> None:
    page = opened(sign_in(), product.url)
    line = page.locator("#home-filter")
    line.press_sequentially("cedar")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page).to_have_url(re.compile("find=cedar"))
    page.locator("#home-table .grid-name a").first.click()
    expect(page.locator("#portfolio-holdings")).to_be_visible()
    page.go_back()
    expect(line).to_have_value("cedar")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator("#home-table .grid-name")).to_contain_text("Cedar Balanced")
    line.fill("")
    expect(page.locator("#home-table .grid-name", has_text="Aurora Growth")).to_have_count(1)
    expect(page).not_to_have_url(re.compile("find="))


@pytest.mark.requirement("5.1.D5")
def test_escape_leaves_the_changing_and_asks_only_about_what_was_moved(sign_in: Any, product: Any) -> None:
    page = opened(sign_in(), product.url)
    bar, start = page.locator("#board-bar"), page.get_by_role("button", name="Customize")
    start.click()
    expect(page.locator("#board-name")).to_be_focused()
    page.keyboard.press("Escape")  # nothing was moved
    expect(bar).to_be_hidden()
    expect(start).to_be_focused()
    was = place(page, "attention")
    start.click()
    expect(page.locator("#board-name")).to_be_focused()
    page.get_by_role("button", name="Hide The day").click()
    expect(card(page, "today")).to_be_hidden()
    page.keyboard.press("Escape")
    asked = page.get_by_role("alertdialog")
    expect(asked).to_contain_text("Put the cards back?")
    page.keyboard.press("Escape")  # of the question it is the answer no
    expect(asked).to_be_hidden()
    expect(card(page, "today")).to_be_hidden()
    page.keyboard.press("Escape")
    asked.get_by_role("button", name="Put back").click()
    expect(bar).to_be_hidden()
    expect(card(page, "today")).to_be_visible()
    page.wait_for_function(
        "([top]) => Math.round(document.getElementById('board-card-attention').getBoundingClientRect().top"
        " + window.scrollY) === top",
        arg=[was[1]],
    )


@pytest.mark.requirement("5.1.A6", "5.1.F6")
def test_the_deeds_of_the_day_lead_where_they_are_done(sign_in: Any, product: Any) -> None:
    page = opened(sign_in(), product.url)
    for name, address in (
        ("Optimize", "/optimize?portfolio="),
        ("Rebalance", "/rebalance?portfolio="),
        ("Analyze", "/risk?portfolio="),
    ):
        link = page.locator("#home-table").get_by_role("link", name=f"{name} Aurora Growth")
        assert address in (link.get_attribute("href") or "")
    page.locator("#board-actions-portfolio").select_option(label="Cedar Balanced")
    card(page, "actions").get_by_role("button", name="Stress").click()
    expect(page).to_have_url(re.compile(r"/stress\?portfolio="))


@pytest.mark.requirement("5.1.D5")
def test_cards_are_moved_hidden_added_and_kept_under_a_name_by_buttons_and_by_pointer(
    sign_in: Any, product: Any
) -> None:
    page = opened(sign_in(), product.url)
    page.get_by_role("button", name="Customize").click()
    said = page.locator("#board-said")
    before = place(page, "holdings")
    page.get_by_role("button", name="Move Largest holdings up").press("Enter")
    expect(said).to_contain_text("Largest holdings: column 1, row")
    page.wait_for_timeout(400)
    assert place(page, "holdings")[1] < before[1]
    page.get_by_role("button", name="Hide What happened").click()
    expect(card(page, "activity")).to_be_hidden()
    page.locator("#board-add").get_by_role("button", name="What happened").click()
    expect(card(page, "activity")).to_be_visible()
    page.get_by_role("button", name="Hide Needs attention").click()
    head = card(page, "sectors").locator(".card-head h2")
    head.scroll_into_view_if_needed()
    grip, start = head.bounding_box(), place(page, "sectors")
    assert grip is not None
    page.mouse.move(grip["x"] + 20, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 120, grip["y"] + 20, steps=6)
    page.mouse.move(grip["x"] + 230, grip["y"] + 12, steps=6)
    page.mouse.up()
    page.wait_for_timeout(600)
    assert place(page, "sectors")[0] > start[0] + 60
    page.locator("#board-name").fill("My desk")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#board-bar")).to_be_hidden()
    expect(page.locator("#board-views")).to_have_value("My desk")
    page.wait_for_timeout(400)
    kept = {key: place(page, key)[0] for key in ("sectors", "holdings", "today")}
    opened(page, product.url)
    expect(page.locator("#board-views")).to_have_value("My desk")
    page.wait_for_timeout(400)
    assert {key: place(page, key)[0] for key in kept} == kept
    expect(card(page, "attention")).to_be_hidden()
    page.locator("#board-views").select_option("Close")
    expect(card(page, "holdings")).to_be_hidden()
    expect(card(page, "attention")).to_be_visible()
    page.locator("#board-views").select_option("My desk")
    expect(card(page, "holdings")).to_be_visible()
    page.get_by_role("button", name="Customize").click()
    page.get_by_role("button", name="Delete this view").click()
    expect(page.locator("#board-views")).to_have_value("Morning")
    expect(page.locator("#board-views")).not_to_contain_text("My desk")


def test_cancel_puts_the_cards_back(sign_in: Any, product: Any) -> None:
    page = opened(sign_in(), product.url)
    before = place(page, "today")
    page.get_by_role("button", name="Customize").click()
    page.get_by_role("button", name="Move The day right").click()
    page.get_by_role("button", name="Hide Sectors").click()
    page.get_by_role("button", name="Cancel", exact=True).first.click()
    expect(card(page, "sectors")).to_be_visible()
    for _ in range(LOOKS_COUNT):  # the cards glide
        if place(page, "today") == before:
            break
        page.wait_for_timeout(LOOK_MS)
    assert place(page, "today") == before


@pytest.mark.requirement("5.1.D2", "5.1.F2", "5.1.A5")
def test_prices_move_totals_rows_and_the_day_and_stop_with_the_feed(sign_in: Any, product: Any) -> None:
    page = opened(sign_in(), product.url)
    value = page.locator("#home-summary .kpi-value").first
    stored = value.inner_text()
    page.locator("#live-button").click()
    page.locator("#live-speed").select_option("23400")
    page.locator("#live-start-on").fill("2020-02-19")
    page.get_by_role("button", name="Start", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.locator("#shell-connection")).to_have_text("Replay 23,400x")
    expect(value).not_to_have_text(stored)
    expect(page.locator("#home-table .live-cell").first).to_be_visible()
    expect(card(page, "today")).to_contain_text("replay of recorded")
    page.locator("#live-button").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(value).to_have_text(stored)


@pytest.mark.requirement("5.1.D1", "5.1.D4")
@pytest.mark.parametrize(("width", "height", "columns"), [(820, 1180, 2), (1180, 820, 2), (390, 844, 1)])
def test_cards_flow_on_tablets_and_phones_and_a_row_shows_its_figures(
    sign_in: Any, product: Any, width: int, height: int, columns: int
) -> None:
    page = opened(sign_in(width=width, height=height), product.url)
    expect(page.locator("#board-customize")).to_be_hidden()
    lefts = {place(page, key)[0] for key in ("today", "sectors", "holdings", "activity")}
    assert len(lefts) == columns
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")
    if width < 1000:
        page.locator(ROWS).first.locator("[col-id=value_ccy]").click()
        sheet = page.get_by_role("dialog")
        expect(sheet).to_contain_text("Year to date")
        sheet.get_by_role("button", name="Open").click()
        expect(page).to_have_url(re.compile("/portfolios/"))


def test_who_looks_on_sees_the_figures_and_nothing_that_changes_them(sign_in: Any, product: Any) -> None:
    page = opened(sign_in("viewer"), product.url)
    expect(page.get_by_role("button", name="New portfolio")).to_be_hidden()
    expect(page.locator("#home-table").get_by_role("link", name="Optimize Aurora Growth")).to_have_count(0)
    expect(page.locator("#home-table").get_by_role("link", name="Analyze Aurora Growth")).to_have_count(1)

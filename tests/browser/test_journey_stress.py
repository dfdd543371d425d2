"""Does a new manager see what a crisis costs, state an own scenario, and find the way to a loss and out of it?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import morning
from tests.browser.conftest import Product, SignIn
from tests.browser.morning import FIRST_MS, number

Desk = Callable[..., Page]
BARS, WATERFALL, SECTORS = "stress-bars-chart", "stress-waterfall-chart", "stress-sectors-chart"
TABS = ("Scenarios", "Builder", "Chance and liquidity", "Reverse and repair")
HALF = 0.00501
"""Half a hundredth of a percent: what rounding may take from one figure on the screen."""


@pytest.fixture
def desk(product: Product, sign_in: SignIn, newcomer: str, kept: dict[str, str]) -> Desk:
    """Return a function that opens the page of stress tests for the new manager, with all scenarios computed."""

    def open_page(query: str = "", **size: object) -> Page:
        page = sign_in(newcomer, **size)
        if "portfolio" not in kept:
            kept["portfolio"] = morning.bring_holdings(page, product.url, name="stressed")
        page.goto(f"{product.url}/stress?portfolio={kept['portfolio']}{query}")
        expect(page.locator("#stress-figures [aria-label='Key figures']")).to_be_attached(timeout=FIRST_MS)
        return page

    return open_page


def card(page: Page, name: str) -> Locator:
    return page.locator("#stress-library").get_by_role("button", name=re.compile(f"^{re.escape(name)}"))


def library(page: Page) -> dict[str, str]:
    """Return the scenarios of the library with what they cost."""
    read = (
        "box => Array.from(box.querySelectorAll('.stress-card'), card => "
        "[card.querySelector('.stress-card-name').innerText, card.querySelector('.stress-card-figure').innerText])"
    )
    return {str(name): str(figure) for name, figure in page.locator("#stress-library").evaluate(read)}


def is_drawn(page: Page, name: str) -> None:
    """Wait until the chosen scenario is the one whose parts are drawn."""
    expect(card(page, name)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#stress-detail-words").get_by_role("heading")).to_contain_text(name, timeout=FIRST_MS)


@pytest.mark.requirement("4.2.F1", "4.2.F4", "5.1.F3")
def test_an_event_is_chosen_its_parts_add_up_and_the_address_brings_it_back(desk: Desk) -> None:
    page = desk("&scenario=covid_2020")
    morning.chart_of(page, BARS)
    listed = library(page)
    assert len(listed) >= 12
    totals = {name: number(figure) for name, figure in listed.items() if figure != "—"}
    figures = morning.figures_of(page, "Key figures")
    assert number(figures["Worst past event"]) == min(totals.values())

    chosen = next(name for name in listed if "COVID" in name)
    card(page, chosen).click()
    is_drawn(page, chosen)
    assert number(page.locator("#stress-detail-words strong").inner_text()) == totals[chosen]
    parts = morning.numbers_of(page, WATERFALL)
    assert sum(number(row[3]) for row in parts) == pytest.approx(totals[chosen], abs=HALF * (len(parts) + 1))
    assert sum(number(row[1]) for row in parts) <= 100.05
    sectors = morning.numbers_of(page, SECTORS)
    assert sum(number(row[2]) for row in sectors) == pytest.approx(totals[chosen], abs=HALF * (len(sectors) + 1))
    compared = morning.rows_of(page.get_by_role("table", name="The portfolio beside what happened"))
    assert number(compared[0][1]) == totals[chosen]

    worst = min(totals, key=lambda name: totals[name])
    morning.press_point(page, BARS, worst)
    is_drawn(page, worst)
    page.get_by_label("Rebalanced daily").check()
    expect(page.locator("#stress-course")).to_contain_text("every evening", timeout=FIRST_MS)
    expect(page).to_have_url(re.compile("mode=daily_rebalanced"))
    address = page.url
    words = page.locator("#stress-detail-words").inner_text()
    page.reload()
    is_drawn(page, worst)
    expect(page.get_by_label("Rebalanced daily")).to_be_checked()
    assert page.url == address
    assert page.locator("#stress-detail-words").inner_text() == words

    page.get_by_role("group", name="Which scenarios").get_by_label("Factor moves").check()
    expect(card(page, worst)).to_have_count(0)
    moved = library(page)
    assert moved
    assert not set(moved) & set(listed)
    move = min((name for name in moved if moved[name] != "—"), key=lambda name: number(moved[name]))
    card(page, move).click()
    is_drawn(page, move)
    assert number(page.locator("#stress-detail-words strong").inner_text()) == number(moved[move])


@pytest.mark.requirement("4.2.F1", "4.2.F2")
def test_an_own_scenario_is_stated_weighed_kept_and_taken_up_again(desk: Desk) -> None:
    page = desk("&tab=builder")
    page.get_by_role("textbox", name="Shares", exact=True).fill("minus much")
    page.get_by_role("button", name="Compute").click()
    expect(page.locator("#stress-panel-builder")).to_contain_text("not a number")
    page.get_by_role("textbox", name="Shares", exact=True).fill("-20")
    page.get_by_role("textbox", name="Oil", exact=True).fill("-30")
    page.get_by_role("button", name="Compute").click()
    waterfall = morning.chart_of(page, "stress-build-waterfall-chart")
    result = page.locator("#stress-build-result")
    expect(result).to_contain_text("Today's portfolio would move by")
    total = number(result.locator("strong").filter(has_text="would move by").inner_text())
    assert total < 0
    parts = morning.numbers_of(page, "stress-build-waterfall-chart")
    assert sum(number(row[3]) for row in parts) == pytest.approx(total, abs=HALF * (len(parts) + 1))
    expect(waterfall).to_be_visible()
    expect(page).to_have_url(re.compile(r"equity=-20(&|$)"))
    expect(page).to_have_url(re.compile(r"oil=-30(&|$)"))

    page.get_by_role("button", name="Keep scenario").click()
    dialog = page.get_by_role("dialog", name="Keep this scenario")
    dialog.get_by_role("button", name="Keep scenario").click()
    expect(dialog).to_contain_text("needs a name")
    dialog.get_by_label("Name", exact=True).fill("Morning slump")
    dialog.get_by_role("button", name="Keep scenario").click()
    expect(dialog).to_be_hidden()
    own = page.locator("#stress-own")
    expect(own).to_contain_text("Morning slump")

    page.get_by_role("textbox", name="Shares", exact=True).fill("")
    own.get_by_role("button", name="Put Morning slump into the builder").first.click()
    expect(page.get_by_role("textbox", name="Shares", exact=True)).to_have_value(re.compile(r"^[-−]20"))
    page.get_by_role("tab", name=TABS[0]).click()
    page.get_by_role("group", name="Which scenarios").get_by_label("Own").check()
    card(page, "Morning slump").first.click()
    is_drawn(page, "Morning slump")
    assert number(page.locator("#stress-detail-words strong").inner_text()) == pytest.approx(total, abs=2 * HALF)
    page.get_by_role("tab", name=TABS[1]).click()
    before = own.get_by_role("button", name="Delete Morning slump").count()
    own.get_by_role("button", name="Delete Morning slump").first.click()
    expect(own.get_by_role("button", name="Delete Morning slump")).to_have_count(before - 1)


@pytest.mark.requirement("4.2.F3", "4.2.F4")
def test_the_way_to_a_loss_is_found_and_trades_bring_every_event_within_its_limit(desk: Desk) -> None:
    page = desk("&tab=repair")
    page.get_by_label("Loss of the value").fill("15")
    page.get_by_role("button", name="Find the scenario").click()
    morning.chart_of(page, "stress-reverse-chart")
    expect(page.locator("#stress-reverse strong").first).to_contain_text(re.compile(r"15(\.0+)?%"))
    expect(page).to_have_url(re.compile("loss=15"))

    page.get_by_label("Largest loss allowed").fill("30")
    page.get_by_label("Largest turnover").fill("30")
    page.get_by_role("button", name="Find trades").click()
    found = page.locator("#stress-repair")
    for way in ("Trim", "Hedge", "Both"):
        expect(found.get_by_role("heading", name=way, exact=True)).to_be_visible(timeout=FIRST_MS)
    trades = morning.rows_of(found.get_by_role("table", name="Trades of the way Trim"))
    assert trades
    for row in trades:
        assert number(row[2]) - number(row[1]) == pytest.approx(number(row[3]), abs=0.1501)
    repaired = found.locator(".card-q").filter(has=page.get_by_role("heading", name="Trim", exact=True))
    expect(repaired).to_contain_text("Worst loss after")
    after = repaired.locator("dt", has_text="Worst loss after").first
    worst = after.locator("xpath=following-sibling::dd[1]").inner_text()
    turnover = repaired.locator("dt", has_text="Turnover").locator("xpath=following-sibling::dd[1]").inner_text()
    assert number(worst) <= 30.0 or number(turnover) >= 29.9  # within the limit, or stopped by the turnover allowed
    chart = morning.chart_of(page, "stress-repair-chart").get_by_role("heading")
    before = chart.inner_text()
    page.get_by_role("group", name="Which way of repair the chart shows").get_by_label("Trim").check()
    expect(page).to_have_url(re.compile("way=trim"))
    assert before


@pytest.mark.requirement("4.2.F4", "5.1.F3")
def test_files_hold_the_figures_of_the_screen(desk: Desk, tmp_path: Path) -> None:
    page = desk()
    morning.chart_of(page, WATERFALL)
    listed = library(page)
    book = morning.export_of_page(page, "stress-export-xlsx", tmp_path)
    scenarios = {row["Scenario"]: row for row in morning.sheet_of(book, "Scenarios")}
    assert set(listed) <= set(scenarios)
    for name, figure in listed.items():
        told = scenarios[name]["Portfolio"]
        assert (told is None) == (figure == "—")
        assert told is None or 100 * told == pytest.approx(number(figure), abs=HALF)
    impacts: dict[str, float] = {}
    for row in morning.sheet_of(book, "Positions"):
        impacts[row["Scenario"]] = impacts.get(row["Scenario"], 0.0) + (row["Impact"] or 0.0)
    for name in listed:
        told = scenarios[name]["Portfolio"]
        assert told is None or impacts[name] == pytest.approx(told, abs=1e-9)
    lines = morning.lines_of(morning.export_of_page(page, "stress-export-csv", tmp_path))
    assert set(listed) <= {line[0] for line in lines}
    svg = morning.export_of_chart(page, "waterfall:svg", tmp_path).read_text("utf-8")
    assert "<svg" in svg
    assert "<script" not in svg
    paper = pypdf.PdfReader(morning.export_of_page(page, "stress-export-pdf", tmp_path))
    text = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
    worst = min((name for name in listed if listed[name] != "—"), key=lambda name: number(listed[name]))
    assert worst in text
    assert listed[worst].lstrip("−") in text


@pytest.mark.requirement("5.1.A5")
def test_the_page_is_gone_through_by_keyboard_alone(desk: Desk) -> None:
    page = desk()
    morning.chart_of(page, BARS)
    pressed = page.locator("#stress-library [aria-pressed='true']")
    expect(pressed).to_have_count(1)
    morning.tab_to(page, "#stress-library .stress-card[aria-pressed='false']")
    chosen = str(page.evaluate("() => document.activeElement.querySelector('.stress-card-name').innerText"))
    page.keyboard.press("Enter")
    is_drawn(page, chosen)
    morning.tab_to(page, "#stress-tabs [role=tab]", "Shift+Tab")
    morning.tab_by_keys(page, "stress-tabs", TABS[1])
    morning.tab_to(page, "#stress-build-equity")
    page.keyboard.type("-10")
    morning.tab_to(page, "#stress-build-run")
    page.keyboard.press("Enter")
    expect(page.locator("#stress-build-result")).to_contain_text("Today's portfolio would move by", timeout=FIRST_MS)


def test_a_finger_on_a_tablet_chooses_and_every_part_fits(desk: Desk) -> None:
    page = desk(width=820, height=1180)
    morning.chart_of(page, BARS)
    chosen = next(name for name in library(page) if "Black Monday" in name)
    card(page, chosen).tap()
    is_drawn(page, chosen)
    for tab in TABS:
        strip = page.locator("#stress-tabs").get_by_role("tab", name=tab)
        strip.tap()
        expect(strip).to_have_attribute("aria-selected", "true")
        assert morning.height_px(strip) >= 44
        assert morning.settled_overflow_px(page) <= 0, tab


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_a_phone_scrolls_in_one_direction_only(desk: Desk, is_dark: bool) -> None:
    page = desk(width=390, height=844, dark=is_dark)
    morning.chart_of(page, WATERFALL)
    for tab in TABS:
        strip = page.locator("#stress-tabs").get_by_role("tab", name=tab)
        strip.tap()
        expect(strip).to_have_attribute("aria-selected", "true")
        assert morning.settled_overflow_px(page) <= 0, tab

"""Does everything on a page follow a bar that is chosen, with the mouse, with the keyboard and from a link?"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import morning
from tests.browser.conftest import Product, SignIn
from tests.browser.morning import FIRST_MS, number
from tests.browser.test_journey_performance import HOUSE, TRADES, against, bring_weights, tab

Desk = Callable[[str], Page]
ROUNDED = 0.0151
"""What rounding to hundredths may take from a sum of three figures, in percent."""


@pytest.fixture
def desk(product: Product, sign_in: SignIn, newcomer: str, kept: dict[str, str]) -> Desk:
    """Return a function that opens a page of the new manager's portfolio."""

    def open_page(path: str) -> Page:
        page = sign_in(newcomer)
        if "portfolio" not in kept:
            bring_weights(page, product.url)
            kept["portfolio"] = morning.bring_trades(page, product.url, TRADES)
        page.goto(f"{product.url}{path}{'&' if '?' in path else '?'}portfolio={kept['portfolio']}")
        return page

    return open_page


def stops_at(page: Page, plot_id: str, key: str = "ArrowDown") -> str:
    """Go to a chart with the keyboard, step onto its first bar, and return what is said of it."""
    morning.chart_of(page, plot_id)
    box = page.locator(f"#{plot_id}")
    expect(box).to_have_attribute("tabindex", "0", timeout=FIRST_MS)
    box.focus()
    page.keyboard.press(key)
    said = page.locator("#choose-voice")
    expect(said).not_to_be_empty()
    return said.inner_text()


def file_of(page: Page, frame: Locator, kind: str) -> Path:
    """Take one table along as a file."""
    frame.get_by_role("button", name="Take these rows along").click()
    with page.expect_download(timeout=FIRST_MS) as made:
        page.get_by_role("menuitem", name=kind).click()
    return Path(made.value.path())


@pytest.mark.requirement("2.3.D2", "2.3.D5")
def test_a_segment_that_is_chosen_is_followed_by_the_whole_page(desk: Desk) -> None:
    page = desk("/performance?tab=why")
    against(page, HOUSE)
    said = stops_at(page, "performance-chart-segments")
    name = said.split(":")[0]
    page.keyboard.press("Enter")
    chip = page.get_by_role("button", name=f"Chosen: {name}")
    expect(chip).to_be_visible()
    expect(page).to_have_url(re.compile("chosen=sector"))
    told = morning.figures_of(page, f"What {name} did")
    added = number(told[f"{name} added"])

    table = page.get_by_role("table", name=f"Holdings of {name}")
    expect(table).to_be_visible(timeout=FIRST_MS)
    rows, foot = morning.rows_of(table), morning.foot_of(table)
    assert sum(number(row[-1]) for row in rows) == pytest.approx(added, abs=ROUNDED)
    assert number(foot[-1]) == added
    narrowed = page.locator("figure.chart", has=page.locator("#performance-chart-contributions"))
    expect(narrowed.locator(".chart-title")).to_contain_text(f"{name} added")
    expect(page.get_by_role("columnheader", name=f"{name} added").first).to_be_visible()

    taken = file_of(page, page.locator(".table-frame", has=table), "CSV").read_text("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(taken))
    assert head == ["holding", "mean_weight_frac", "return_frac", "contribution_frac"]
    exact = [float(line[-1]) for line in lines]
    assert sum(exact[:-1]) == pytest.approx(exact[-1], abs=1e-12)
    assert round(100 * exact[-1], 2) == added

    tab(page, "Months and falls")
    expect(page.get_by_text(f"What {name} added to the portfolio in each month.")).to_be_visible(timeout=FIRST_MS)
    expect(page.get_by_role("columnheader", name=f"{name} added")).to_have_count(2)
    page.reload()
    expect(chip).to_be_visible(timeout=FIRST_MS)
    expect(page.get_by_text(f"What {name} added to the portfolio in each month.")).to_be_visible(timeout=FIRST_MS)
    page.locator("body").press("Escape")
    expect(chip).to_be_hidden()
    assert "chosen" not in page.url
    expect(page.get_by_text(re.compile("months gained. Best:"))).to_be_visible(timeout=FIRST_MS)


@pytest.mark.requirement("2.3.A6")
def test_an_effect_a_holding_and_a_month_choose_too(desk: Desk) -> None:
    page = desk("/performance?tab=why")
    against(page, HOUSE)
    said = stops_at(page, "performance-chart-attribution")
    assert said.startswith("Allocation"), "the ends of the way choose nothing"
    page.keyboard.press("Enter")
    segments = page.locator("figure.chart", has=page.locator("#performance-chart-segments"))
    expect(segments.locator(".chart-subtitle")).to_contain_text("Allocation by segment", timeout=FIRST_MS)
    first = page.get_by_role("table", name="Effects by segment").locator("tbody [data-choose]").first
    key = first.get_attribute("data-choose")
    first.click()
    expect(page.get_by_role("button", name=f"Chosen: {str(key).split(':')[1]}")).to_be_visible()

    tab(page, "Months and falls")
    month = page.locator(".performance-month").last
    month.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"start=20\d\d-\d\d-\d\d&end=20\d\d"))
    expect(page.get_by_role("button", name="Chosen:")).to_be_visible()


@pytest.mark.requirement("4.1.D4")
def test_a_sector_of_risk_narrows_what_its_holdings_add(desk: Desk) -> None:
    page = desk("/risk?by=sector")
    said = stops_at(page, "risk-sources-plot")
    name = said.split(":")[0]
    table = page.get_by_role("table", name="What each holding adds")
    before = len(morning.rows_of(table))
    page.keyboard.press("Enter")
    chip = page.get_by_role("button", name=f"Chosen: {name}")
    expect(chip).to_be_visible()
    expect(table.get_by_role("rowheader", name="Together")).to_be_visible(timeout=FIRST_MS)
    *rows, together = morning.rows_of(table)
    assert 0 < len(rows) < before
    for column in (1, 2, 3):
        assert sum(number(row[column]) for row in rows) == pytest.approx(number(together[column]), abs=0.15)
    made = file_of(page, page.locator(".table-frame", has=table), "Excel")
    book = openpyxl.load_workbook(io.BytesIO(made.read_bytes()))
    sheet, notes = book.worksheets
    assert [one.value for one in sheet[1]][1] == "Weight (fraction)"
    *parts, whole = [row[3].value for row in sheet.iter_rows(min_row=2)]
    assert sum(parts) == pytest.approx(whole, abs=1e-12)
    assert "Portfolio" in {row[0].value for row in notes.iter_rows()}
    page.locator("body").press("Escape")
    expect(chip).to_be_hidden()
    expect(table.get_by_role("rowheader", name="Together")).to_have_count(0, timeout=FIRST_MS)


@pytest.mark.requirement("4.2.A4", "4.2.D5")
def test_a_position_is_followed_through_all_scenarios(desk: Desk) -> None:
    page = desk("/stress")
    said = stops_at(page, "stress-waterfall-chart")
    name = said.split(":")[0]
    page.keyboard.press("Enter")
    chip = page.get_by_role("button", name=f"Chosen: {name}")
    expect(chip).to_be_visible()
    bars = page.locator("figure.chart", has=page.locator("#stress-bars-chart"))
    expect(bars.locator(".chart-title")).to_contain_text(re.compile(f"^{name} (costs|brings)"), timeout=FIRST_MS)
    beside = page.get_by_role("table", name="The portfolio beside what happened")
    expect(beside.get_by_role("rowheader", name=f"Of it {name}")).to_be_visible(timeout=FIRST_MS)
    assert number(morning.rows_of(beside)[1][1]) == pytest.approx(number(said.split(":")[1]), abs=0.011)

    before = page.url
    stops_at(page, "stress-bars-chart", "End")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(before)
    expect(page).to_have_url(re.compile("scenario="))
    expect(chip).to_be_visible()
    page.reload()
    expect(chip).to_be_visible(timeout=FIRST_MS)
    chip.click()
    expect(chip).to_be_hidden()
    assert "chosen" not in page.url


@pytest.mark.requirement("4.1.D4")
def test_a_bar_of_the_distribution_and_a_day_beyond_the_forecast_choose_their_days(desk: Desk) -> None:
    page = desk("/risk?tab=losses")
    said = stops_at(page, "risk-histogram-plot")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Chosen: returns of")).to_be_visible()
    table = page.get_by_role("table", name="The chosen days, the worst first")
    expect(table).to_be_visible(timeout=FIRST_MS)
    assert len(morning.rows_of(table)) == number(said.split(":")[1].split()[0])

    day = stops_at(page, "risk-tests-plot").split(":")[0]
    page.keyboard.press("Enter")
    chip = page.get_by_role("button", name=f"Chosen: {day}")
    expect(chip).to_be_visible()
    expect(table.locator("tbody tr")).to_have_count(1, timeout=FIRST_MS)
    page.locator("body").press("Escape")
    expect(chip).to_be_hidden()
    expect(table).to_have_count(0, timeout=FIRST_MS)


@pytest.mark.requirement("4.2.D5")
def test_a_simulated_loss_asks_for_the_way_to_it_and_its_moves_choose(desk: Desk) -> None:
    page = desk("/stress?tab=chance&asked=chance")
    stops_at(page, "stress-chance-chart", "Home")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("tab=repair.*|.*asked=chance.reverse"), timeout=FIRST_MS)
    name = stops_at(page, "stress-reverse-chart").split(":")[0]
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Chosen: {name}")).to_be_visible()
    expect(page).to_have_url(re.compile("chosen=factor"))

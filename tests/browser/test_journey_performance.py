"""Does a new manager read how a portfolio did, against what, why and when, with parts that add up on the screen?"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import morning
from tests.browser.conftest import Product, SignIn
from tests.browser.journey import at_rest
from tests.browser.morning import FIRST_MS, number

AGAIN_MS = 6_000

Desk = Callable[..., Page]
PLOT = "performance-plot"
TABS = ("Figures", "Months and falls", "Course", "Attribution", "Regimes")
HOUSE = "Morning house index"
TRADES = (
    "Date\tType\tSymbol\tQuantity\tPrice\tAmount\tCurrency\n02.01.2019\tDeposit\t\t\t\t200.000,00\tUSD\n"
    "03.01.2019\tBuy\tAAPL\t1000\t35,55\t\tUSD\n03.01.2019\tBuy\tMSFT\t400\t97,40\t\tUSD\n"
    "03.01.2019\tBuy\tJPM\t350\t96,80\t\tUSD\n03.01.2019\tBuy\tKO\t700\t46,60\t\tUSD\n"
    "03.01.2019\tBuy\tXOM\t400\t68,70\t\tUSD\n15.03.2021\tDeposit\t\t\t\t40.000,00\tUSD\n"
    "16.03.2021\tBuy\tJNJ\t200\t160,10\t\tUSD\n"
)
WEIGHTS = "benchmark,symbol,date,weight,name,currency\n" + "".join(
    f"MORNING,{symbol},2018-12-31,{weight},{HOUSE},USD\n"
    for symbol, weight in (("AAPL", 0.2), ("MSFT", 0.2), ("JPM", 0.2), ("KO", 0.1), ("XOM", 0.1), ("PG", 0.2))
)
HALF = 0.00501
"""Half a hundredth of a percent: what rounding may take from one figure on the screen."""


@pytest.fixture
def desk(product: Product, sign_in: SignIn, newcomer: str, kept: dict[str, str]) -> Desk:
    """Return a function that opens the page of performance for the new manager, with its figures."""

    def open_page(query: str = "", **size: object) -> Page:
        page = sign_in(newcomer, **size)
        if "portfolio" not in kept:
            bring_weights(page, product.url)
            kept["portfolio"] = morning.bring_trades(page, product.url, TRADES)
        page.goto(f"{product.url}/performance?portfolio={kept['portfolio']}{query}")
        expect(page.get_by_role("group", name="How it did")).to_be_visible(timeout=FIRST_MS)
        morning.chart_of(page, PLOT)
        return page

    return open_page


def bring_weights(page: Page, url: str) -> None:
    """Import the weights of the house's own benchmark, unless somebody did."""
    page.goto(f"{url}/imports?tab=market")
    page.locator("#market-import-upload input[type=file]").set_input_files(
        {"name": "house.csv", "mimeType": "text/csv", "buffer": WEIGHTS.encode()}
    )
    found = page.locator("#market-import-check")
    expect(found).to_contain_text(re.compile("can be imported|Already imported"))
    if "Already imported" in found.inner_text():
        return
    page.locator("#market-import-run").click()
    expect(page.get_by_role("table", name="Imported files")).to_contain_text("house.csv")


def against(page: Page, name: str) -> None:
    """Measure against another benchmark, and wait until the page does."""
    page.get_by_label("Against", exact=True).select_option(label=name)
    expect(page.locator("#performance-figures")).to_contain_text(name, timeout=FIRST_MS)


def tab(page: Page, name: str) -> None:
    strip = page.locator("#performance-tabs").get_by_role("tab", name=name)
    for _ in range(3):  # a chip that appears above moves the strip from under the pointer: people press again
        strip.click()
        with contextlib.suppress(AssertionError):
            expect(strip).to_have_attribute("aria-selected", "true", timeout=AGAIN_MS)
            return
    expect(strip).to_have_attribute("aria-selected", "true")


def told(strip: dict[str, str], name: str) -> float:
    return number(strip[name])


def changed(shown: Locator, press: Callable[[], object]) -> str:
    """Press something, wait until what is shown reads otherwise, and return how it reads then."""
    before = shown.inner_text()
    press()
    expect(shown).not_to_have_text(before, timeout=FIRST_MS)
    return shown.inner_text()


@pytest.mark.requirement("2.3.F1", "2.3.F4", "5.1.F3")
def test_a_period_is_chosen_everything_follows_and_the_address_brings_it_back(desk: Desk) -> None:
    page = desk()
    against(page, HOUSE)
    strip = morning.figures_of(page, "How it did")
    own = told(strip, "Time-weighted return")
    title = morning.chart_of(page, PLOT).get_by_role("heading")
    assert number(title.inner_text().split("gained")[-1].split("lost")[-1]) == pytest.approx(abs(own))
    changed(title, lambda: page.get_by_role("group", name="Period").get_by_label("1Y").check())
    expect(page).to_have_url(re.compile("period=1y"))
    tab(page, TABS[1])
    months = page.get_by_role("table", name="Returns by month and year")
    expect(months).to_be_visible(timeout=FIRST_MS)
    expect(months.get_by_role("rowheader", name="2020")).to_have_count(0, timeout=FIRST_MS)
    rows = morning.rows_of(months)
    assert {row[0] for row in rows} <= {"2021", "2022"}
    for row in rows:
        grown = 1.0
        for cell in filter(None, row[1:13]):
            grown *= 1 + number(cell) / 100
        assert 100 * (grown - 1) == pytest.approx(number(row[13]), abs=0.06 * 13)

    of_a_year = title.inner_text()
    page.get_by_label("From", exact=True).fill("2020-01-02")
    page.get_by_label("to", exact=True).fill("2020-12-31")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("start=2020-01-02&end=2020-12-31|end=2020-12-31&start=2020-01-02"))
    expect(page.locator("#performance-growth")).to_contain_text("2020", timeout=FIRST_MS)
    expect(months.get_by_role("rowheader", name="2020")).to_be_visible(timeout=FIRST_MS)
    expect(months.get_by_role("rowheader", name="2022")).to_have_count(0)
    expect(title).not_to_have_text(of_a_year, timeout=FIRST_MS)
    gained = title.inner_text()
    address = page.url
    assert "tab=months" in address
    page.reload()
    expect(title).to_have_text(gained, timeout=FIRST_MS)
    expect(page.get_by_label("From", exact=True)).to_have_value("2020-01-02")
    expect(months.get_by_role("rowheader", name="2020")).to_be_visible(timeout=FIRST_MS)
    assert page.url == address


@pytest.mark.requirement("2.3.F3", "2.3.F5")
def test_an_attribution_closes_on_the_screen_however_it_is_linked(desk: Desk) -> None:
    page = desk("&period=3y&tab=why")
    against(page, HOUSE)
    table = page.get_by_role("table", name="Effects by segment")
    expect(table).to_be_visible(timeout=FIRST_MS)
    sums: set[str] = set()
    for linking in ("Carino", "Menchero", "Frongello"):
        page.get_by_label("Linked by", exact=True).select_option(label=linking)
        expect(page.locator("#performance-why")).to_contain_text(f"linked by {linking}", timeout=FIRST_MS)
        rows, foot = morning.rows_of(table), morning.foot_of(table)
        for column in range(5, len(foot)):
            effects = [number(row[column]) for row in rows if row[column] != "—"]
            assert sum(effects) == pytest.approx(number(foot[column]), abs=HALF * (len(effects) + 1))
        for row in [*rows, foot]:
            assert sum(number(cell) for cell in row[5:-1]) == pytest.approx(number(row[-1]), abs=HALF * 4)
        steps = morning.numbers_of(page, "performance-chart-attribution")
        lengths = [number(row[1]) for row in steps]
        assert sum(lengths[:-1]) == pytest.approx(lengths[-1], abs=HALF * len(lengths))
        sums.add(f"{lengths[0]} {lengths[-1]}")
    assert len(sums) == 1  # every way of linking explains the same two returns
    expect(page.locator("#performance-why")).to_contain_text("Left over after all parts")
    own = told(morning.figures_of(page, "How it did"), "Time-weighted return")
    assert lengths[-1] == pytest.approx(own, abs=2 * HALF)
    contributions = morning.numbers_of(page, "performance-chart-contributions")
    assert sum(number(row[1]) for row in contributions) == pytest.approx(own, abs=HALF * (len(contributions) + 1))

    page.get_by_label("By", exact=True).select_option(label="Holding")
    expect(table.get_by_role("rowheader", name="AAPL")).to_be_visible(timeout=FIRST_MS)
    against(page, "S&P 500 Index")
    expect(page.locator("#performance-why")).to_contain_text("Segments cannot be compared", timeout=FIRST_MS)


@pytest.mark.requirement("2.3.F2", "2.3.F5")
def test_money_gross_figures_and_regimes_read_as_their_formulas_say(desk: Desk) -> None:
    page = desk()
    name = page.locator("#performance-metrics").get_by_text("Annualized return", exact=True)
    expect(name).to_be_visible(timeout=FIRST_MS)
    name.scroll_into_view_if_needed()
    at_rest(page)  # a page that scrolls closes the note, so it has to stand still first
    name.click()
    expect(page.get_by_role("tooltip").filter(has_text="Annualized return")).to_contain_text(re.compile("Π|R"))
    figures = page.locator("#performance-figures")
    changed(figures, lambda: page.get_by_label("Money-weighted", exact=True).check())
    expect(figures).to_contain_text("Money-weighted return")
    expect(page).to_have_url(re.compile("basis=mwr"))
    tab(page, TABS[4])
    states = page.get_by_role("table", name="Figures of each state")
    none = page.locator("#performance-regimes").get_by_text(re.compile("no evidence|one state", re.IGNORECASE))
    expect(states.or_(none).first).to_be_visible(timeout=FIRST_MS)
    if states.is_visible():
        shares = next(row for row in morning.rows_of(states) if row[0] == "Share of the time")
        assert number(shares[1]) + number(shares[2]) == pytest.approx(100, abs=0.11)


@pytest.mark.requirement("2.3.F1", "5.1.F3")
def test_files_hold_the_figures_of_the_screen(desk: Desk, tmp_path: Path) -> None:
    page = desk("&period=3y")
    listed = page.locator("#performance-metrics")
    expect(listed.get_by_role("table", name="Risk", exact=True)).to_be_visible(timeout=FIRST_MS)
    shown = {
        row[0]: row[1]
        for part in ("Return", "Risk")
        for row in morning.rows_of(listed.get_by_role("table", name=part, exact=True))
    }
    strip = morning.figures_of(page, "How it did")
    book = morning.export_of_page(page, "performance-export-xlsx", tmp_path)
    kept_figures = {row["Figure"]: row for row in morning.sheet_of(book, "Figures")}
    for name, text in shown.items():
        value = kept_figures[name]["Value"]
        assert (value is None) == (text == "—"), name
        if value is not None and "%" in text:
            assert 100 * value == pytest.approx(number(text), abs=HALF), name
    lines = morning.lines_of(morning.export_of_page(page, "performance-export-csv", tmp_path))
    assert set(shown) <= {cell for line in lines for cell in line}
    svg = morning.export_of_chart(page, "performance:svg", tmp_path).read_text("utf-8")
    assert "<svg" in svg
    assert "<script" not in svg
    paper = pypdf.PdfReader(morning.export_of_page(page, "performance-export-pdf", tmp_path))
    text = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
    assert "Performance of" in text
    assert strip["Time-weighted return"].lstrip("−") in text


@pytest.mark.requirement("5.1.A5")
def test_the_page_is_gone_through_by_keyboard_alone(desk: Desk) -> None:
    page = desk()
    morning.tab_to(page, "#performance-period input[value='all']")
    title = morning.chart_of(page, PLOT).get_by_role("heading")
    page.keyboard.press("ArrowLeft")  # five years hold all that this portfolio has
    expect(page).to_have_url(re.compile("period=5y"))
    changed(title, lambda: page.keyboard.press("ArrowLeft"))
    expect(page).to_have_url(re.compile("period=3y"))
    morning.tab_to(page, "[data-performance-tip]")
    expect(page.get_by_role("tooltip").filter(has_text=re.compile("."))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#performance-note")).to_be_hidden()
    morning.tab_to(page, "#performance-tabs [role=tab]", "Shift+Tab")
    morning.tab_by_keys(page, "performance-tabs", TABS[1])
    expect(page.get_by_role("table", name="Returns by month and year")).to_be_visible(timeout=FIRST_MS)


AT_REST = """(tab) => new Promise((done) => {
  let left = null, same = 0;
  const look = () => {
    const now = tab.getBoundingClientRect().left;
    same = now === left ? same + 1 : 0;
    left = now;
    if (same > 20) done(); else requestAnimationFrame(look);
  };
  look();
})"""
"""The strip glides to the tab that was chosen before: a finger waits until it stands."""


@pytest.mark.parametrize(("width", "height", "is_dark"), [(820, 1180, False), (390, 844, False), (390, 844, True)])
def test_every_part_fits_a_tablet_and_a_phone_under_a_finger(
    desk: Desk, width: int, height: int, is_dark: bool
) -> None:
    page = desk(width=width, height=height, dark=is_dark)
    for name in TABS:
        strip = page.locator("#performance-tabs").get_by_role("tab", name=name)
        strip.scroll_into_view_if_needed()
        strip.evaluate(AT_REST)
        strip.tap()
        expect(strip).to_have_attribute("aria-selected", "true")
        assert morning.height_px(strip) >= 44
        assert morning.settled_overflow_px(page) <= 0, name

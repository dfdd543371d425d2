"""Does a new manager read risk against limits, follow one holding through the page, and take the figures along?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import morning
from tests.browser.conftest import Product, SignIn
from tests.browser.morning import FIRST_MS, number

Desk = Callable[..., Page]
METRICS = {
    "volatility_annual": "Volatility",
    "var_95_1d": "Value at risk 95%, one day",
    "largest_position": "Largest position",
}
TABS = ("Where it comes from", "How much may be lost", "What it is made of")
PLOTS = ("risk-sources-plot", "risk-histogram-plot", "risk-correlations-plot")


@pytest.fixture
def desk(product: Product, sign_in: SignIn, newcomer: str, kept: dict[str, str]) -> Desk:
    """Return a function that opens the page of risk for the new manager, with the report drawn."""

    def open_page(query: str = "", **size: object) -> Page:
        page = sign_in(newcomer, **size)
        if "portfolio" not in kept:
            kept["portfolio"] = morning.bring_holdings(page, product.url)
        page.goto(f"{product.url}/risk?portfolio={kept['portfolio']}{query}")
        expect(page.locator("#risk-body")).to_be_visible(timeout=FIRST_MS)
        return page

    return open_page


def set_limits(page: Page, limits: dict[str, float]) -> None:
    """Set limits in percent, each a number beside its figure."""
    page.get_by_role("button", name="Set limits").click()
    dialog = page.get_by_role("dialog", name="Limits on risk")
    choice = dialog.get_by_label("Figure to be limited")
    expect(choice.locator("option").nth(1)).to_be_attached()
    for metric, percent in limits.items():
        row = dialog.get_by_role("group", name=f"Limit on {METRICS[metric]}", exact=True)
        if row.count() == 0:
            choice.select_option(metric)
            dialog.get_by_role("button", name="Add", exact=True).click()
        field = row.get_by_role("group", name="Limit", exact=True).get_by_role("textbox")
        field.fill(f"{percent:.4f}")
        expect(field).to_have_value(f"{percent:.4f}")
    dialog.get_by_role("button", name="Save the limits").click()
    expect(dialog).to_be_hidden()


def limit(page: Page, metric: str) -> Locator:
    return page.locator("#risk-limits .risk-limit").filter(has=page.get_by_text(METRICS[metric], exact=True))


def shape(card: Locator) -> str:
    """Return the outline of a light, which has to tell the states apart without color."""
    return str(
        card.locator(".light-shape").evaluate(
            "e => `${getComputedStyle(e).borderRadius} ${getComputedStyle(e).clipPath}`"
        )
    )


def changed(shown: Locator, press: Callable[[], object]) -> str:
    """Press something, wait until what is shown reads otherwise, and return how it reads then."""
    before = shown.inner_text()
    press()
    expect(shown).not_to_have_text(before)
    return shown.inner_text()


def alerts(page: Page, portfolio: str) -> Locator:
    return page.locator(f"#shell-bell-list a[href*='/risk'][href*='{portfolio}']")


@pytest.mark.requirement("4.1.F1", "4.1.F4")
def test_limits_are_read_by_word_shape_and_number_and_a_breach_rings_the_bell(
    desk: Desk, product: Product, kept: dict[str, str]
) -> None:
    page = desk()
    found = morning.figures_of(page, "Key figures")
    volatility, at_risk = number(found["Volatility"]), number(found["Value at risk 95%"])
    weights = {
        row[0]: number(row[1]) for row in morning.rows_of(page.get_by_role("table", name="What each holding adds"))
    }
    assert set(weights) == set(morning.SYMBOLS)
    set_limits(page, dict(zip(METRICS, (2 * volatility, at_risk / 0.9, max(weights.values()) * 0.9), strict=True)))
    wanted = {"volatility_annual": ("Within", 50), "var_95_1d": ("Near", 90), "largest_position": ("Breached", 111)}
    for metric, (word, used_percent) in wanted.items():
        card = limit(page, metric)
        expect(card.locator(".light-word")).to_have_text(word)
        assert number(card.locator(".light-number").inner_text()) == pytest.approx(used_percent, abs=1)
        expect(card.get_by_role("img", name=re.compile(f"^{METRICS[metric]}: \\d+%"))).to_be_visible()
    assert len({shape(limit(page, metric)) for metric in METRICS}) == 3
    expect(page.locator("#risk-limits")).to_contain_text("1 breached")

    set_limits(page, {"var_95_1d": at_risk * 0.8})
    expect(limit(page, "var_95_1d").locator(".light-word")).to_have_text("Breached")
    expect(page.locator("#risk-limits")).to_contain_text("2 breached")
    page.locator("#shell-bell-button").click()
    rung = alerts(page, kept["portfolio"])
    expect(rung.filter(has_text=re.compile("value at risk", re.IGNORECASE)).first).to_be_visible()
    expect(rung.filter(has_text=re.compile("largest position", re.IGNORECASE)).first).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Use as constraint: Volatility").click()
    handed = page.get_by_role("dialog", name="Use as a constraint")
    expect(handed).to_contain_text("The optimizer keeps")
    handed.get_by_role("button", name="Open in Optimize").click()
    expect(page).to_have_url(re.compile(rf"/optimize\?.*{kept['portfolio']}"))
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(morning.SYMBOLS)} of")
    expect(page.locator("#wizard-notice")).to_contain_text("olatility")


@pytest.mark.requirement("4.1.F2", "5.1.F3")
def test_a_holding_and_a_view_are_chosen_once_follow_everywhere_and_stand_in_the_address(desk: Desk) -> None:
    page = desk()
    table = page.get_by_role("table", name="What each holding adds")
    rows = morning.rows_of(table)
    total = number(morning.figures_of(page, "Key figures")["Volatility"])
    assert sum(number(row[3]) for row in rows) == pytest.approx(total, abs=0.005 * (len(rows) + 1))
    assert sum(number(row[2]) for row in rows) == pytest.approx(100, abs=0.05 * len(rows))
    assert [row[0] for row in rows] == [row[0] for row in sorted(rows, key=lambda row: -number(row[3]))]

    chosen = rows[1][0]
    morning.press_point(page, PLOTS[0], chosen)
    chip = page.get_by_role("button", name=f"Chosen: {chosen}")
    expect(chip).to_be_visible()
    expect(table.locator("mark")).to_have_text(chosen)
    page.get_by_role("group", name="Measure of risk").get_by_label("Value at risk").check()
    page.get_by_role("tab", name=TABS[1]).click()
    histogram = morning.chart_of(page, PLOTS[1]).get_by_role("heading")
    changed(histogram, lambda: page.get_by_label("99%", exact=True).check())
    changed(histogram, lambda: page.get_by_label("10 days", exact=True).check())
    title = changed(histogram, lambda: page.locator("#risk-method").select_option(label="Normal"))
    method = page.get_by_role("table", name="Losses by method").get_by_role("row").filter(has_text="Normal")
    expect(method.first).to_be_visible()
    page.get_by_role("tab", name=TABS[2]).click()
    morning.chart_of(page, PLOTS[2])
    expect(page.get_by_role("table", name="How long each position takes to sell").locator("mark")).to_have_text(chosen)
    page.get_by_role("group", name="Concentration by").get_by_label("Country").check()
    expect(morning.chart_of(page, "risk-concentration-plot").get_by_role("heading")).to_contain_text("US")

    asked = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    assert asked.items() >= {
        "tab": "structure", "measure": "historical_var", "level": "99", "horizon": "10", "group": "country",
        "pick": chosen,
    }.items()  # fmt: skip
    assert asked["method"] not in ("", "lead")
    page.get_by_role("tab", name=TABS[1]).click()
    expect(histogram).to_have_text(title)
    page.reload()
    expect(page.locator("#risk-body")).to_be_visible(timeout=FIRST_MS)
    expect(page.locator("#risk-tabs").get_by_role("tab", name=TABS[1])).to_have_attribute("aria-selected", "true")
    expect(histogram).to_have_text(title)
    expect(chip).to_be_visible()
    expect(page.get_by_label("99%", exact=True)).to_be_checked()
    expect(page.get_by_label("10 days", exact=True)).to_be_checked()
    expect(page.locator("#risk-method")).to_have_value(asked["method"])
    chip.click()
    expect(chip).to_be_hidden()
    expect(page).not_to_have_url(re.compile("pick="))


@pytest.mark.requirement("4.1.F1", "5.1.F3")
def test_files_hold_the_figures_of_the_screen(desk: Desk, tmp_path: Path) -> None:
    page = desk()
    added = {row[0]: row for row in morning.rows_of(page.get_by_role("table", name="What each holding adds"))}
    figures = morning.figures_of(page, "Key figures")
    page.get_by_role("tab", name=TABS[1]).click()
    losses = page.get_by_role("table", name="Losses by method")
    expect(losses).to_be_visible()
    shown = {row[0].removesuffix(" (leads)"): row for row in morning.rows_of(losses)}
    page.get_by_role("tab", name=TABS[0]).click()

    book = morning.export_of_page(page, "risk-export-xlsx", tmp_path)
    methods = [
        row for row in morning.sheet_of(book, "Methods") if row["Level"] == pytest.approx(0.95) and row["Days"] == 1
    ]
    assert {row["Method"] for row in methods} == set(shown)
    for row in methods:
        for column, place in (("Value at risk", 1), ("Expected shortfall", 4)):
            told = shown[row["Method"]][place]
            assert (row[column] is None) == (told == "—")
            assert row[column] is None or 100 * row[column] == pytest.approx(number(told), abs=0.00501)
    parts = [
        row for row in morning.sheet_of(book, "Where from") if (row["Measure"], row["By"]) == ("Volatility", "Holding")
    ]
    assert {row["Name"] for row in parts} == set(added)
    yearly = {row["Name"]: 100 * row["Component, a day"] * 252**0.5 for row in parts}
    for name, texts in added.items():
        assert yearly[name] == pytest.approx(number(texts[3]), abs=0.00501)
    assert sum(yearly.values()) == pytest.approx(number(figures["Volatility"]), abs=0.00501)

    lines = morning.lines_of(morning.export_of_page(page, "risk-export-csv", tmp_path))
    assert set(shown) <= {cell for line in lines for cell in line}

    svg = morning.export_of_chart(page, "sources:svg", tmp_path).read_text("utf-8")
    assert "<svg" in svg
    assert "<script" not in svg
    drawn = pypdf.PdfReader(morning.export_of_chart(page, "sources:pdf", tmp_path))
    assert not drawn.pages[0].images
    assert set(added) <= set(re.findall(r"[A-Z]+", drawn.pages[0].extract_text()))

    paper = pypdf.PdfReader(morning.export_of_page(page, "risk-export-pdf", tmp_path))
    text = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
    for name, value in figures.items():
        assert name in text
        assert value in text


@pytest.mark.requirement("5.1.A5")
def test_the_page_is_gone_through_by_keyboard_alone(desk: Desk) -> None:
    page = desk()
    expect(page.get_by_role("table", name="What each holding adds")).to_be_visible()
    morning.tab_to(page, "#risk-editor-open")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Limits on risk")
    expect(dialog).to_be_visible()
    expect(dialog.locator(":focus")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#risk-editor-open")).to_be_focused()
    morning.tab_by_keys(page, "risk-tabs", TABS[1])
    histogram = morning.chart_of(page, PLOTS[1])
    before = histogram.get_by_role("heading").inner_text()
    morning.tab_to(page, "#risk-level input[value='95']")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("99%", exact=True)).to_be_checked()
    expect(histogram.get_by_role("heading")).not_to_have_text(before)
    morning.tab_to(page, "#risk-panel-losses [data-twin-toggle]")
    page.keyboard.press("Enter")
    expect(histogram.locator(".chart-table table")).to_be_visible()
    morning.tab_to(page, "#risk-tabs [role=tab]", "Shift+Tab")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="What each holding adds")).to_be_visible()
    expect(page).not_to_have_url(re.compile("tab="))


def test_a_finger_on_a_tablet_chooses_and_every_part_fits(desk: Desk) -> None:
    page = desk(width=820, height=1180)
    table = page.get_by_role("table", name="What each holding adds")
    expect(table).to_be_visible()
    chosen = morning.rows_of(table)[0][0]
    morning.press_point(page, PLOTS[0], chosen, by_touch=True)
    expect(page.get_by_role("button", name=f"Chosen: {chosen}")).to_be_visible()
    expect(table.locator("mark")).to_have_text(chosen)
    for tab, plot in zip(TABS, PLOTS, strict=True):
        strip = page.locator("#risk-tabs").get_by_role("tab", name=tab)
        strip.tap()
        expect(morning.chart_of(page, plot)).to_be_visible()
        assert morning.height_px(strip) >= 44
        assert morning.settled_overflow_px(page) <= 0, tab


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_a_phone_scrolls_in_one_direction_only(desk: Desk, is_dark: bool) -> None:
    page = desk(width=390, height=844, dark=is_dark)
    for tab, plot in zip(TABS, PLOTS, strict=True):
        page.locator("#risk-tabs").get_by_role("tab", name=tab).tap()
        expect(morning.chart_of(page, plot)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert morning.settled_overflow_px(page) <= 0, tab

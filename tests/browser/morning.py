"""How does a new portfolio manager get to figures in the morning, and how are figures read off a page or a file?"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.journey import at_rest, bring_into_view

FIRST_MS = 90_000
"""What the first report of a fresh process may take on a busy machine: a worker loads the engine and its history."""
SETTLED_MS = 15_000
"""What charts may take to follow a new width."""
DRAWING_MS = 90_000
"""The first drawing of an installation lists the machine's fonts."""
HOLDINGS = (
    "Symbol;Name;Quantity;Avg cost;Currency\n"
    "AAPL;Apple;400;100,5;USD\nMSFT;Microsoft;220;180;USD\nJPM;JPMorgan;350;90;USD\nKO;Coca-Cola;900;40;USD\n"
    "XOM;Exxon;450;60;USD\nJNJ;Johnson & Johnson;280;120;USD\n$CASH;;25000;;USD\n"
).encode("cp1252")
SYMBOLS = ("AAPL", "MSFT", "JPM", "KO", "XOM", "JNJ")


def bring_holdings(page: Page, url: str, *, name: str = "morning") -> str:
    """Import a bank's file of six stocks and cash as a new portfolio; return the portfolio's id."""
    page.goto(f"{url}/imports")
    page.locator("#imports-upload input[type=file]").set_input_files(
        {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": HOLDINGS}
    )
    return _through_the_import(page)


def bring_trades(page: Page, url: str, rows: str) -> str:
    """Paste transactions from a spreadsheet as a new portfolio; return the portfolio's id."""
    page.goto(f"{url}/imports?tab=transactions")
    page.get_by_label("Or paste rows from a spreadsheet").fill(rows)
    page.get_by_role("button", name="Look at the rows").click()
    return _through_the_import(page)


def _through_the_import(page: Page) -> str:
    """Go to the last step, past those that the house has answered before, and book."""
    page.get_by_role("button", name="Step 4 of 4: Check").click()
    book = page.locator("#imports-run")
    expect(book).to_be_enabled()
    book.click()
    expect(page).to_have_url(re.compile(r"/portfolios/[\w-]+$"))
    return page.url.rsplit("/", 1)[1]


def number(text: str) -> float:
    """Read a number as it is shown: a true minus sign, commas between thousands, a unit or a word behind it."""
    found = re.search(r"[−+-]?\d[\d,]*(?:\.\d+)?", text)
    assert found, f"No number stands in “{text}”."
    return float(found[0].replace(",", "").replace("−", "-"))


def rows_of(table: Locator) -> list[list[str]]:
    """Return the texts of a table's body, row by row, as they are shown."""
    read = "table => Array.from(table.tBodies[0].rows, row => Array.from(row.cells, cell => cell.innerText.trim()))"
    return [[str(cell) for cell in row] for row in table.evaluate(read)]


def foot_of(table: Locator) -> list[str]:
    """Return the texts of a table's foot."""
    return [
        str(cell) for cell in table.evaluate("t => Array.from(t.tFoot.rows[0].cells, cell => cell.innerText.trim())")
    ]


def figures_of(page: Page, label: str) -> dict[str, str]:
    """Return the key figures of a page: name and value."""
    strip = page.get_by_role("group", name=label)
    expect(strip).to_be_visible(timeout=FIRST_MS)
    read = (
        "strip => Array.from(strip.querySelectorAll('.kpi'), card => "
        "[card.querySelector('.kpi-label').innerText, card.querySelector('.kpi-value').innerText])"
    )
    return {str(name): str(value) for name, value in strip.evaluate(read)}


def chart_of(page: Page, plot_id: str) -> Locator:
    """Return a chart that is drawn, with its heading, its tools and its table."""
    expect(page.locator(f"#{plot_id} .main-svg").first).to_be_visible(timeout=FIRST_MS)
    return page.locator("figure.chart").filter(has=page.locator(f"#{plot_id}"))


def numbers_of(page: Page, plot_id: str) -> list[list[str]]:
    """Show a chart's numbers as a table, read them, and show the chart again."""
    chart = chart_of(page, plot_id)
    switch = chart.get_by_role("button", name="Show these numbers as a table")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    table = chart.locator(".chart-table table")
    expect(table).to_be_visible()
    found = rows_of(table)
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    return found


POINT = """([id, name]) => {
    const plot = document.querySelector(`#${id} .js-plotly-plot`);
    if (!plot || !plot._fullLayout || !plot._fullData) return null;
    const {xaxis, yaxis} = plot._fullLayout;
    for (const trace of plot._fullData.slice().reverse()) {
        const place = Array.from(trace.y || []).indexOf(name);
        if (place < 0 || trace.mode === "lines") continue;
        const wide = trace.type === "bar" ? trace.x[place] / 2 + (trace.base ? trace.base[place] : 0) : trace.x[place];
        const box = plot.getBoundingClientRect();
        return [box.left + xaxis._offset + xaxis.d2p(wide), box.top + yaxis._offset + yaxis.d2p(name)];
    }
    return null;
}"""
"""Where the bar or dot of a name stands in the window."""

HOVERED = "id => !!document.querySelector(`#${id} .js-plotly-plot`)._hoverdata"


def press_point(page: Page, plot_id: str, name: str, *, by_touch: bool = False) -> None:
    """Press the bar or dot that belongs to a name of the vertical axis."""
    chart_of(page, plot_id)
    bring_into_view(page.locator(f"#{plot_id}"))
    at_rest(page)
    place = page.evaluate(POINT, [plot_id, name])
    assert place, f"{plot_id} draws no {name}."
    if by_touch:
        page.touchscreen.tap(*place)
        return
    page.mouse.move(*place)
    page.wait_for_function(HOVERED, arg=plot_id)  # a press counts for what the chart has found under the pointer
    page.mouse.click(*place)


def saved(page: Page, press: Callable[[], Any], folder: Path) -> Path:
    """Press what makes a file, and keep the file."""
    with page.expect_download(timeout=DRAWING_MS) as waiting:
        press()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def export(page: Page, menu: Locator, selector: str, folder: Path) -> Path:
    """Open a menu of exports, choose one, and keep the file."""
    summary = menu.locator("summary")
    if menu.get_attribute("open") is None:
        summary.click()
    return saved(page, menu.locator(selector).click, folder)


def export_of_page(page: Page, button_id: str, folder: Path) -> Path:
    """Choose an export of the whole page."""
    menu = page.locator("details.menu-export").filter(has=page.locator(f"#{button_id}"))
    return export(page, menu, f"#{button_id}", folder)


def export_of_chart(page: Page, index: str, folder: Path) -> Path:
    """Choose an export of one chart; the index is ``<chart>:<format>``."""
    selector = f'button[id*=\'"index":"{index}"\']'
    menu = page.locator("details.menu-export").filter(has=page.locator(selector))
    return export(page, menu, selector, folder)


def sheet_of(file: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet of a book by the words of its header, wherever facts end above it."""
    cells = [list(row) for row in openpyxl.load_workbook(file, data_only=True)[name].iter_rows(values_only=True)]
    head = next(place for place, row in enumerate(cells) if sum(cell is not None for cell in row) > 2)
    return [dict(zip([str(one) for one in cells[head]], row, strict=True)) for row in cells[head + 1 :] if any(row)]


def lines_of(file: Path) -> list[list[str]]:
    """Return the lines of a table of comma-separated values."""
    return [row for row in csv.reader(io.StringIO(file.read_text("utf-8-sig"))) if row]


def tab_to(page: Page, selector: str, key: str = "Tab", *, at_most: int = 150) -> None:
    """Press Tab until the focus is on what is looked for."""
    for _ in range(at_most):
        if page.evaluate("(s) => !!document.activeElement && document.activeElement.matches(s)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} was not reached with {at_most} times {key}.")


def tab_by_keys(page: Page, strip_id: str, name: str) -> None:
    """Choose a tab with the keyboard alone: one stop for the strip, arrows along it, Enter."""
    tab_to(page, f"#{strip_id} [role=tab]")
    for _ in range(8):
        if page.evaluate("() => document.activeElement.innerText") == name:
            page.keyboard.press("Enter")
            expect(page.locator(f"#{strip_id}").get_by_role("tab", name=name)).to_have_attribute(
                "aria-selected", "true"
            )
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"Arrows do not lead to {name}.")


def height_px(found: Locator) -> float:
    """Return how high something stands in the window."""
    box = found.bounding_box()
    assert box is not None, "It is not shown."
    return float(box["height"])


def settled_overflow_px(page: Page) -> int:
    """Return by how much the page is too wide once its charts have followed the width."""
    wide = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    try:
        page.wait_for_function(wide, timeout=SETTLED_MS)
    except Error:
        return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
    return 0

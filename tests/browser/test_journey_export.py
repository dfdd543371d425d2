"""Can the chart and the table be taken along, and do the files hold what the page shows?"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import FINDING, STOCKS, bring_into_view, optimize

DRAWING_MAX_MS = 90_000  # the first drawing of an installation lists the machine's fonts


@pytest.fixture
def result(product: Any, sign_in: Any, kept: dict[str, str]) -> Page:
    """Return a result's page; the first journey makes the result, the others open it again."""
    page: Page = sign_in()
    if "result" not in kept:
        kept["result"] = optimize(page, product.url)
    else:
        page.goto(kept["result"])
        expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    return page


def save(page: Page, folder: Path, index: str) -> Path:
    """Press an export button of a chart's menu and keep the file."""
    selector = f'button[id*=\'"index":"{index}"\']'
    menu = page.locator("details.menu-export").filter(has=page.locator(selector))
    menu.locator("summary").click()
    with page.expect_download(timeout=DRAWING_MAX_MS) as waiting:
        menu.locator(selector).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def test_the_chart_is_exported_as_a_vector_pdf(result: Page, tmp_path: Path) -> None:
    file = save(result, tmp_path, "frontier:pdf")
    assert file.suffix == ".pdf"
    reader = pypdf.PdfReader(file)
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "volatility" in text.lower()
    assert "Proposed" in text
    assert not reader.pages[0].images  # drawn, not a picture of a screen


def test_the_chart_is_exported_as_svg_and_png(result: Page, tmp_path: Path) -> None:
    svg = save(result, tmp_path, "weights:svg").read_text("utf-8")
    assert svg.lstrip().startswith("<")
    assert "<svg" in svg
    assert "<script" not in svg
    png = save(result, tmp_path, "weights:png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(png) > 5_000


def test_the_table_is_exported_as_csv_and_excel_with_the_weights_of_the_page(result: Page, tmp_path: Path) -> None:
    shown = result.locator("#result-weights-table")
    bring_into_view(shown)  # a grid outside the window draws no rows
    for symbol in STOCKS:
        expect(shown).to_contain_text(symbol)
    with result.expect_download() as waiting:
        result.locator("#result-export-table-csv").click()
    waiting.value.save_as(tmp_path / "table.csv")
    text = (tmp_path / "table.csv").read_text("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    symbols = {cell for row in rows for cell in row} & set(STOCKS)
    assert symbols == set(STOCKS)

    with result.expect_download() as waiting:
        result.locator("#result-export-table-xlsx").click()
    waiting.value.save_as(tmp_path / "table.xlsx")
    book = openpyxl.load_workbook(tmp_path / "table.xlsx", data_only=True)
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert set(STOCKS) <= {cell for cell in cells if isinstance(cell, str)}
    assert any(isinstance(cell, float) and 0 < cell <= 0.2500000001 for cell in cells)


def test_a_link_copied_from_a_result_leads_back_to_it(product: Any, result: Page) -> None:
    result.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=product.url)
    result.locator("#result-copy-link").click()
    result.get_by_text(re.compile("Link copied|Copy this link")).wait_for()
    address = str(result.evaluate("() => navigator.clipboard.readText()"))
    assert address == result.url

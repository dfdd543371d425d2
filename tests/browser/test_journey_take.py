"""Do pages and charts leave as PDF, SVG and PNG, as they stand on a dark screen, in light colors and with all words?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pypdf
from PIL import Image
from playwright.sync_api import Locator, Page, expect

DRAWING_MAX_MS = 90_000  # the first drawing of an installation lists the machine's fonts


def take(page: Page, button: Locator, kind: str, folder: Path) -> Path:
    """Open a menu, choose a kind of file and keep it."""
    button.scroll_into_view_if_needed()
    button.click()
    with page.expect_download(timeout=DRAWING_MAX_MS) as waiting:
        page.locator(f"#take-menu [data-take-as='{kind}']").click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def of_page(page: Page) -> Locator:
    return page.locator("[data-take=page]").first


def read(file: Path) -> tuple[str, list[str]]:
    pages = [" ".join(one.extract_text().split()) for one in pypdf.PdfReader(file).pages]
    return " ".join(pages), pages


def test_the_dashboard_leaves_as_it_stands(product: Any, sign_in: Any, tmp_path: Path) -> None:
    page: Page = sign_in(dark=True)
    page.goto(f"{product.url}/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    value = page.locator(".kpi-value").first
    expect(value).to_contain_text(re.compile(r"\d"))
    name = page.locator(".grid-name a").first
    expect(name).to_be_visible()
    amount = re.search(r"[\d.,\u202f]{5,}", value.inner_text())
    file = take(page, of_page(page), "pdf", tmp_path)
    text, pages = read(file)
    assert amount is not None
    assert amount[0] in text
    assert name.inner_text() in text
    for n, one in enumerate(pages, start=1):
        assert f"Page {n} of {len(pages)}" in one
        assert "Hash of what is shown" in one
    assert not any(one.images for one in pypdf.PdfReader(file).pages)
    png = Image.open(take(page, of_page(page), "png", tmp_path)).convert("RGB")
    assert png.getpixel((3, 3)) == (255, 255, 255)


def test_what_is_chosen_and_filtered_on_the_screen_stands_on_paper(product: Any, sign_in: Any, tmp_path: Path) -> None:
    page: Page = sign_in()
    page.goto(f"{product.url}/")
    expect(page.locator(".grid-name a").first).to_be_visible()
    pill = page.get_by_role("button", name=re.compile("^Needs attention"))
    pill.click()
    expect(pill).to_have_attribute("aria-pressed", "true")
    text, _ = read(take(page, of_page(page), "pdf", tmp_path))
    assert re.search(r"Which portfolios\W+Needs attention", text), text[:600]
    page.goto(f"{product.url}/market/AAPL?range=5y")
    expect(page.locator("#market-symbol-chart .main-svg").first).to_be_visible()
    text, _ = read(take(page, of_page(page), "pdf", tmp_path))
    assert re.search(r"How far back\W+5Y", text), text[:600]


def test_a_chart_without_a_menu_of_its_own_leaves_with_portfolio_and_hash(
    product: Any, sign_in: Any, tmp_path: Path
) -> None:
    page: Page = sign_in(dark=True)
    page.goto(f"{product.url}/")
    page.locator("a[href^='/portfolios/']").first.click()
    page.wait_for_url(re.compile("/portfolios/"))
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    heading = page.get_by_role("heading", level=1)
    expect(heading).not_to_have_text("Portfolios")
    name = heading.inner_text()
    page.goto(page.url.split("?")[0] + "?tab=allocation")
    frame = page.locator("figure.chart:visible").first
    expect(frame.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    title = frame.locator(".chart-title").inner_text()
    button = frame.locator("[data-take=chart]")
    text, _ = read(take(page, button, "pdf", tmp_path))
    assert " ".join(title.split()) in text
    assert name in text
    assert "input hash" in text
    svg = take(page, button, "svg", tmp_path).read_text("utf-8")
    assert "<svg" in svg
    assert "<script" not in svg
    assert take(page, button, "png", tmp_path).read_bytes().startswith(b"\x89PNG")
    csv = take(page, button, "csv", tmp_path).read_text("utf-8-sig")
    assert csv.count("\n") >= 2
    whole, pages = read(take(page, of_page(page), "pdf", tmp_path))
    assert " ".join(title.split()) in whole
    assert all("Input hash" in one and name in one for one in pages)


def test_the_menu_of_a_page_is_worked_by_keyboard(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    page.goto(f"{product.url}/runs")
    button = of_page(page)
    button.focus()
    button.press("Enter")
    expect(page.get_by_role("menu", name="Take this page along")).to_be_visible()
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#take-menu")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_page_of_help_leaves_with_its_words(product: Any, sign_in: Any, tmp_path: Path) -> None:
    page: Page = sign_in()
    page.goto(f"{product.url}/help/risk")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    sentences = page.locator("#shell-content p:visible").filter(has_not=page.locator(".btn-q"))
    told = sentences.first.inner_text()
    text, _ = read(take(page, of_page(page), "pdf", tmp_path))
    assert " ".join(told.split())[:60] in text

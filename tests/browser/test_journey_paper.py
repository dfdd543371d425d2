"""Is a page that is printed from a dark screen light and no wider than a sheet, and the screen as it was afterwards?"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import WIDE
from tests.browser.places import portfolios_of, visit

SHEET = {"width": 718, "height": 1000}  # A4 upright, less its margins
CHARTS = """() => Array.from(document.querySelectorAll('.js-plotly-plot')).filter((plot) => plot.offsetParent)
  .map((plot) => [plot._fullLayout.width, plot.layout.template.layout.meta.theme])"""
"""Returns the width of each chart that is seen, and the theme that it is drawn in."""


def theme(page: Page) -> str:
    return str(page.evaluate("document.documentElement.getAttribute('data-bs-theme')"))


def test_paper_is_light_and_the_screen_stays_dark(product: Any, sign_in: Any) -> None:
    page: Page = sign_in(dark=True)
    portfolio = portfolios_of(page, product.url)[0].rpartition("/")[2]
    visit(page, f"{product.url}/risk?portfolio={portfolio}")
    before = page.evaluate(CHARTS)
    assert before
    assert {shown for _, shown in before} == {"dark"}
    page.evaluate(f"window.addEventListener('beforeprint', () => {{ window.heard = [({CHARTS})()]; }})")
    assert page.pdf(format="A4").startswith(b"%PDF")
    (printed,) = page.evaluate("window.heard")
    assert {shown for _, shown in printed} == {"light"}
    assert max(width for width, _ in printed) <= SHEET["width"]
    page.emulate_media(media="print")
    page.wait_for_function("() => document.documentElement.getAttribute('data-bs-theme') === 'light'")
    page.set_viewport_size(SHEET)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET["width"]
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(media="screen")
    page.wait_for_function(f"(was) => JSON.stringify(({CHARTS})()) === JSON.stringify(was)", arg=before)
    assert theme(page) == "dark"

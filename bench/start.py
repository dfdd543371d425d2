"""How soon is a page usable after a second start, and how soon is the first page drawn in a browser?"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bench.product import Product, started
from bench.report import Figure, quantile

START_PROMISED_S = 3.0
PAGE_PROMISED_S = 2.0
LOADS_COUNT = 5


def _page_loads_s(product: Product) -> list[float]:
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        return []
    email, password = product.sign_ins["portfolio_manager"]
    loads = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for _ in range(LOADS_COUNT):
            context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=product.url)
            page = context.new_page()
            page.goto("/account/login")
            page.get_by_label("E-mail address").fill(email)
            page.get_by_label("Password", exact=True).fill(password)
            with page.expect_navigation(wait_until="commit"):
                page.get_by_role("button", name="Sign in").click()
            page.locator(".ag-center-cols-container .ag-row").first.wait_for()
            loads.append(float(page.evaluate("() => performance.now() / 1000")))
            context.close()
        browser.close()
    return loads


def measure() -> list[Figure]:
    """Start twice on the same folder; then load the home page in fresh browser profiles."""
    with tempfile.TemporaryDirectory(prefix="qpo-bench-") as folder:
        with started(Path(folder)) as product:
            first_s = product.seconds_to_first_answer
        with started(Path(folder)) as product:
            second_s = product.seconds_to_first_answer
            loads_s = _page_loads_s(product)
    figures = [
        Figure("first start (prepares everything) to ready", first_s, "s", "second start", second_s),
        Figure("second start to ready", second_s, "s", "promised", START_PROMISED_S),
    ]
    if loads_s:
        figures.append(
            Figure(
                "home page with data, cold browser: median", quantile(loads_s, 0.5), "s", "promised", PAGE_PROMISED_S
            )
        )
        figures.append(Figure("home page with data, cold browser: max", max(loads_s), "s", "promised", PAGE_PROMISED_S))
    return figures

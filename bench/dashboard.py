"""How long until the dashboard stands, with three portfolios and with fifty of fifty holdings, and does it stay smooth?

A headless browser with an empty cache opens the dashboard of somebody who is signed in. Measured in the page itself:
from the start of the navigation until totals and rows can be read, the longest task of the main thread, until the page
answers without delay, and what scripts were sent. Then the next page and back, from the press until figures and rows
are drawn, and with sample data every page of the navigation until its heading is drawn. Then prices are pushed, and
the moment at which the product has a price is held against the one at which a cell of the table or of the totals reads
anew.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.product import Product, started
from bench.report import Figure, quantile

PORTFOLIOS_COUNT = 50
HOLDINGS_COUNT = 50
LOADS_COUNT = 5
PAGES_COUNT = 8
TOURS_COUNT = 3
TICKS_COUNT = 120
READS_COUNT = 15
FIRST_LOAD_MS = 2000.0
NEXT_PAGE_MS = 500.0
LIVE_MS = 100.0
QUIET_MS = 1500
PAUSE_S = (0.05, 0.25)

WATCH = """() => {
  window.benchTasks = [];
  const note = (one) => window.benchTasks.push([one.startTime, one.duration]);
  new PerformanceObserver((list) => list.getEntries().forEach(note))
    .observe({ type: 'longtask', buffered: true });
  window.benchShown = null;
  const look = () => {
    const rows = document.querySelector('#home-table .ag-row .ag-cell');
    const total = document.querySelector('#home-summary .kpi-value');
    const board = document.querySelector('#board-box[data-ready]');
    if (rows && total && board) window.benchShown = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""

NAVIGATION = "nav.rail a.rail-link:visible"
WAY = """([wanted, words]) => {
  const old = document.querySelector('main h1');
  const stands = () => wanted.every((one) => document.querySelector(one)) && document.querySelector('main h1') !== old
    && (!words || document.querySelector(wanted[0]).textContent.includes(words));
  window.benchWay = null;
  window.benchFrom = null;
  addEventListener('click', (event) => { window.benchFrom = event.timeStamp; }, { capture: true, once: true });
  const look = () => {
    if (window.benchFrom === null || !stands()) requestAnimationFrame(look);
    else setTimeout(() => { window.benchWay = performance.now() - window.benchFrom; });
  };
  requestAnimationFrame(look);
}"""
"""From the press of the pointer, as the browser dates it, until the frame in which all of it stands has been drawn."""
BACK = "() => { window.benchFrom = performance.now(); history.back(); }"
PORTFOLIO = ["#portfolio-header h1", "#portfolio-metrics .kpi-value", "#portfolio-holdings .ag-row .ag-cell"]
DASHBOARD = ["main h1", "#home-table .ag-row .ag-cell", "#home-summary .kpi-value", "#board-box[data-ready]"]

CELLS = """() => {
  window.benchCells = [];
  const seen = (node) => window.benchCells.push(performance.timeOrigin + performance.now());
  ['#home-table', '#home-summary'].forEach((box) => new MutationObserver((changes) => { if (changes.length) seen(); })
    .observe(document.querySelector(box), { childList: true, characterData: true, subtree: true }));
}"""


def _sign_in(browser: Any, product: Product) -> Any:
    """Return the cookies of somebody who is signed in."""
    context = browser.new_context()
    page = context.new_page()
    email, password = product.sign_ins["portfolio_manager"]
    page.goto(product.url)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#home-table .ag-row").first.wait_for()
    state = context.storage_state()
    context.close()
    return state


def _open(browser: Any, state: Any) -> Any:
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(f"({WATCH})()")
    return page


def _load(page: Any, url: str) -> dict[str, float]:
    """Open the dashboard; return when it stood, its longest task, when it answered at once, and the scripts sent."""
    page.goto(f"{url}/")
    page.wait_for_function("() => window.benchShown !== null")
    page.wait_for_timeout(QUIET_MS)
    shown, tasks, scripts = page.evaluate(
        """() => [window.benchShown, window.benchTasks, performance.getEntriesByType('resource')
          .filter((one) => one.initiatorType === 'script').map((one) => [one.encodedBodySize, one.decodedBodySize])]"""
    )
    quiet = max([shown, *(start + duration for start, duration in tasks)])
    return {
        "shown": shown,
        "longest": max([duration for _, duration in tasks], default=0.0),
        "quiet": quiet,
        "sent": sum(size for size, _ in scripts) / 1e6,
        "parsed": sum(size for _, size in scripts) / 1e6,
    }


def _loads(browser: Any, state: Any, url: str) -> list[dict[str, float]]:
    """Open the dashboard several times, each with an empty cache."""
    found = []
    for _ in range(LOADS_COUNT):
        page = _open(browser, state)
        found.append(_load(page, url))
        page.context.close()
    return found


def _way(page: Any, go: Callable[[], Any], wanted: list[str], words: str = "", rest_ms: int = QUIET_MS) -> float:
    """Leave a page that is at rest; return the milliseconds until all that is wanted of the next one has been drawn."""
    page.wait_for_timeout(rest_ms)
    page.evaluate(WAY, [wanted, words])
    go()
    page.wait_for_function("() => window.benchWay !== null")
    return float(page.evaluate("() => window.benchWay"))


def _pages(page: Any) -> tuple[list[float], list[float]]:
    """Go to a portfolio and back; return the milliseconds until figures and rows of each page stood."""
    there, back = [], []
    for number in range(PAGES_COUNT):
        link = page.locator("#home-table .grid-name a").nth(number % 3)
        there.append(_way(page, link.click, PORTFOLIO, link.inner_text()))
        back.append(_way(page, lambda: page.evaluate(BACK), DASHBOARD))
    return there, back


def _tour(page: Any) -> dict[str, list[tuple[float, float]]]:
    """Go from page to page by the navigation.

    Returned are by its path the milliseconds until each one's heading stood, and the longest task until it was at rest.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    page.wait_for_timeout(QUIET_MS)
    for _ in range(TOURS_COUNT):
        home, *others = page.locator(NAVIGATION).all()
        for link in (*others, home):
            page.evaluate("() => { window.benchTasks.length = 0; }")
            shown = _way(page, link.click, ["main h1"], rest_ms=0)
            page.wait_for_timeout(QUIET_MS)
            longest = max([duration for _, duration in page.evaluate("() => window.benchTasks")], default=0.0)
            found.setdefault(link.get_attribute("href"), []).append((shown, longest))
    return found


def _live(product: Product, token: str, page: Any, symbols: list[str]) -> tuple[list[float], float]:
    """Push prices one by one; return the milliseconds to the first cell that reads anew, and the longest task."""
    rng = random.Random(5)
    product.request("POST", "/api/v1/live/feed/start", {"mode": "push"}, token=token)
    page.wait_for_timeout(2000)
    page.evaluate(CELLS)
    page.evaluate("() => { window.benchTasks.length = 0; }")
    found = []
    for number in range(TICKS_COUNT):
        symbol, price = symbols[number % len(symbols)], round(100 + number / 7, 2)
        tick = {"symbol": symbol, "price": price, "currency": "USD", "event_time_utc": datetime.now(UTC).isoformat()}
        page.evaluate("() => { window.benchCells.length = 0; }")
        _, _, answer = product.request("POST", "/api/v1/live/ticks", {"ticks": [tick]}, token=token)
        taken = datetime.fromisoformat(answer["received_at_utc"].replace("Z", "+00:00")).timestamp() * 1e3
        page.wait_for_timeout(rng.uniform(*PAUSE_S) * 1e3 + LIVE_MS)
        after = [at - taken for at in page.evaluate("() => window.benchCells") if at >= taken]
        if after:
            found.append(min(after))
    tasks = page.evaluate("() => window.benchTasks")
    return found, max([duration for _, duration in tasks], default=0.0)


def _reads(product: Product, token: str) -> list[float]:
    """Ask the API for the whole dashboard; return the milliseconds of each answer."""
    found = []
    for _ in range(READS_COUNT):
        began = time.perf_counter()
        status, _, _ = product.request("GET", "/api/v1/dashboard", token=token)
        if status != 200:
            raise RuntimeError(f"the dashboard answered {status}")
        found.append((time.perf_counter() - began) * 1e3)
    return found


def _fill(product: Product, token: str) -> list[str]:
    """Make fifty portfolios of fifty holdings; return the symbols that are held."""
    product.request("POST", "/api/v1/sample-pack", {}, token=token)
    _, _, listed = product.request("GET", "/api/v1/assets?limit=200", token=token)
    known = [one["symbol"] for one in listed["data"] if one["asset_class"] != "index" and one["currency"] == "USD"]
    rng = random.Random(1)
    for number in range(PORTFOLIOS_COUNT - 3):
        body = {"name": f"Desk {number:02d}", "base_currency": "USD", "initial_cash_ccy": "1000000.00"}
        status, headers, _ = product.request("POST", "/api/v1/portfolios", body, token=token)
        address = headers.get("Location", "")
        chosen = rng.sample(known, min(HOLDINGS_COUNT, len(known)))
        positions = {"positions": [{"symbol": one, "weight_frac": 0.9 / len(chosen)} for one in chosen]}
        status, _, answer = product.request(
            "PUT", f"{address}/positions", positions, token=token, headers={"If-Match": "*"}
        )
        if status != 200:
            raise RuntimeError(f"a portfolio was not filled: {status} {answer}")
    return known


def _ways(name: str, there: list[float], back: list[float]) -> list[Figure]:
    return [
        Figure(f"{name}: to a portfolio, p50", quantile(there, 0.5), "ms", "promised", NEXT_PAGE_MS),
        Figure(f"{name}: back to the dashboard, p50", quantile(back, 0.5), "ms", "promised", NEXT_PAGE_MS),
    ]


def _visits(path: str, found: list[tuple[float, float]]) -> list[Figure]:
    shown = quantile([one for one, _ in found], 0.5)
    longest = quantile([one for _, one in found], 0.5)
    return [
        Figure(f"sample data: to {path}, p50", shown, "ms", "aim", NEXT_PAGE_MS),
        Figure(f"sample data: to {path}, longest task, p50", longest, "ms", "the way there", shown),
    ]


def _figures(name: str, found: list[dict[str, float]]) -> list[Figure]:
    def middle(key: str) -> float:
        return quantile([one[key] for one in found], 0.5)

    return [
        Figure(f"{name}: first load, p50", middle("shown"), "ms", "promised", FIRST_LOAD_MS),
        Figure(f"{name}: until it answers at once, p50", middle("quiet"), "ms", "first load, p50", middle("shown")),
        Figure(f"{name}: longest task, p50", middle("longest"), "ms", "first load, p50", middle("shown")),
    ]


def measure() -> list[Figure]:
    """Open the dashboard in a browser, go away and back, and push prices to it."""
    from playwright.sync_api import sync_playwright

    quiet = {"API_RATE_PER_MIN": "1000000", "COMPLIANCE_WATCH": "off", "RISK_WATCH": "off"}
    with started(environ=quiet) as product, sync_playwright() as play:
        token = product.token()
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        state = _sign_in(browser, product)
        few = _loads(browser, state, product.url)
        page = _open(browser, state)
        _load(page, product.url)
        few_ways, tour = _pages(page), _tour(page)
        page.context.close()
        symbols = _fill(product, token)
        reads = _reads(product, token)
        many = _loads(browser, state, product.url)
        page = _open(browser, state)
        _load(page, product.url)
        many_ways = _pages(page)
        live, longest = _live(product, token, page, symbols)
        browser.close()
    name = f"{PORTFOLIOS_COUNT} x {HOLDINGS_COUNT}"
    sent = quantile([one["sent"] for one in many], 0.5)
    return [
        *_figures("sample data", few),
        *_ways("sample data", *few_ways),
        *(one for path, shown in tour.items() for one in _visits(path, shown)),
        *_figures(name, many),
        Figure("scripts sent", sent, "MB", "unpacked", quantile([one["parsed"] for one in many], 0.5)),
        Figure(f"{name}: the API's whole dashboard, p50", quantile(reads, 0.5), "ms", "p95", quantile(reads, 0.95)),
        *_ways(name, *many_ways),
        Figure(f"{name}: price to cell, p95", quantile(live, 0.95), "ms", "promised", LIVE_MS),
        Figure(f"{name}: prices that reached a cell", len(live), "count", "sent", TICKS_COUNT),
        Figure(f"{name}: longest task while prices move", longest, "ms", "price to cell, p95", quantile(live, 0.95)),
    ]

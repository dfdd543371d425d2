"""Which screens does the product have, and when does one of them stand?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Error, Page

from components.rail import NAVIGATION

SETTLE_MS = 500
QUIET_TRIES = 80
LOADING = ".ag-delay-render, [data-dash-is-loading=true], .skeleton"
WAITED_FOR = """(parts) => {
  const isSeen = (one) => one.offsetParent && one.getBoundingClientRect().top < window.innerHeight;
  const rooms = Array.from(document.querySelectorAll('.dash-graph, .chart-plot'));
  const bare = rooms.filter((one) => !one.querySelector('.main-svg'));
  return [...document.querySelectorAll(parts), ...bare].filter(isSeen).map((one) => one.outerHTML.slice(0, 160));
}"""
"""Returns what is in the window and still to come; a grid or chart further down may wait until it is scrolled to.

The room of a chart stands before the library that draws has come, and with it the graph itself.
"""

HOME_ROW = "#home-table .grid-name a"


@dataclass(frozen=True)
class Place:
    """One screen: a file name for its picture, words for a reader, its address, and who may open it."""

    key: str
    title: str
    path: str
    role: str = "portfolio_manager"


_COMPLIANCE = (
    Place("compliance-breaches", "Compliance: breaches", "/compliance?tab=breaches"),
    Place("compliance-trade", "Compliance: check of a trade", "/compliance?tab=trade"),
    Place("compliance-rules", "Compliance: rules", "/compliance?tab=rules"),
    Place("compliance-lists", "Compliance: lists", "/compliance?tab=lists"),
    Place("compliance-facts", "Compliance: facts", "/compliance?tab=facts"),
    Place("compliance-records", "Compliance: records", "/compliance?tab=records", "compliance"),
    Place("compliance-reports", "Compliance: reports", "/compliance?tab=reports", "compliance"),
    Place("compliance-controls", "Compliance: controls", "/compliance?tab=controls", "compliance"),
)
_SETTINGS = (
    Place("settings-appearance", "Settings: appearance", "/settings?tab=appearance"),
    Place("settings-security", "Settings: security", "/settings?tab=security"),
    Place("settings-keys", "Settings: API keys", "/settings?tab=keys"),
    Place("settings-data", "Settings: data", "/settings?tab=data"),
    Place("settings-schedules", "Settings: schedules", "/settings?tab=schedules"),
    Place("settings-about", "Settings: about", "/settings?tab=about"),
    Place("imports-transactions", "Imports: transactions", "/imports?tab=transactions"),
    Place("imports-market", "Imports: prices", "/imports?tab=market"),
    Place("imports-history", "Imports: history", "/imports?tab=history"),
)
_BESIDE_THE_RAIL = (
    Place("market-symbol", "A symbol", "/market/AAPL"),
    Place("market-economy", "The economy", "/market/economy"),
    Place("templates", "Templates", "/templates"),
    Place("walk-forward", "Walk-forward", "/walk-forward"),
    Place("help", "Help", "/help"),
    Place("help-screen", "Help about a screen", "/help/home"),
    Place("help-glossary", "Glossary", "/help/glossary"),
)
IN_TABS = (
    Place("risk-losses", "Risk: how much may be lost", "/risk?tab=losses"),
    Place("risk-structure", "Risk: what it is made of", "/risk?tab=structure"),
    Place("stress-builder", "Stress: builder", "/stress?tab=builder"),
    Place("stress-chance", "Stress: chance and liquidity", "/stress?tab=chance"),
    Place("stress-repair", "Stress: reverse and repair", "/stress?tab=repair"),
    Place("performance-today", "Performance: today", "/performance?tab=today"),
    Place("performance-months", "Performance: months and falls", "/performance?tab=months"),
    Place("performance-course", "Performance: course", "/performance?tab=course"),
    Place("performance-why", "Performance: attribution", "/performance?tab=why"),
    Place("performance-regimes", "Performance: regimes", "/performance?tab=regimes"),
)
"""Tabs of three pages with an address of their own; each is only shown in pictures."""

_PORTFOLIO = ("holdings", "allocation", "history", "transactions", "limits", "targets", "versions", "notes")


def places(portfolios: Sequence[str]) -> list[Place]:
    """Return every address of the rail, tabs that have one, pages without a place there, and a portfolio's tabs.

    `portfolios` are the addresses of some; the first one's tabs are shown, and the first two side by side.
    """
    rail = [
        Place(
            item.href.strip("/") or "home",
            item.label,
            item.href,
            "administrator" if item.href == "/users" else "portfolio_manager",
        )
        for item in NAVIGATION
    ]
    own = [
        Place(f"portfolio-{tab}", f"A portfolio: {tab}", f"{one}?tab={tab}")
        for one in portfolios[:1]
        for tab in _PORTFOLIO
    ]
    ids = ",".join(one.rpartition("/")[2] for one in portfolios[:2])
    beside = Place("compare", "Compare portfolios", f"/compare?portfolios={ids}")
    return [*rail, *_COMPLIANCE, *_SETTINGS, *_BESIDE_THE_RAIL, beside, *own]


def portfolios_of(page: Page, url: str) -> list[str]:
    """Return the addresses, without the host, of the portfolios of the home page."""
    page.goto(url)
    rows = page.locator(HOME_ROW)
    rows.first.wait_for()
    return [str(one.get_attribute("href")) for one in rows.all()]


def visit(page: Page, address: str) -> None:
    """Open a page and wait until its heading is there and none of its parts is still to come; a fault names it."""
    page.goto(address)
    try:
        page.locator("#shell-content h1").first.wait_for(state="attached")
    except Error as problem:
        raise AssertionError(f"{address} shows no heading: {page.locator('body').inner_text()[:400]}") from problem
    wait_until_drawn(page)


def scroll_to_every_table(page: Page) -> None:
    """Bring every table of the page into the window once: one further down is drawn when it is scrolled to."""
    for table in page.locator(".grid-q").all():
        if table.is_visible():
            table.scroll_into_view_if_needed()
            wait_until_drawn(page)
    page.evaluate("window.scrollTo(0, 0)")


def wait_until_drawn(page: Page) -> None:
    """Wait until nothing in the window is still to come; a fault names what is."""
    missing: list[str] = []
    for _ in range(QUIET_TRIES):
        page.wait_for_timeout(SETTLE_MS)
        if not (missing := page.evaluate(WAITED_FOR, LOADING)):
            return
    raise AssertionError(f"{page.url} is still loading after {QUIET_TRIES * SETTLE_MS / 1000:.0f} s: {missing}")

"""What does a person do on the way from a universe to a result? The steps of the journeys, in one place."""

from __future__ import annotations

import re

from playwright.sync_api import Error, Locator, Page, Request, expect

STOCKS = ("AAPL", "JPM", "KO", "MSFT", "PG", "XOM", "JNJ", "WMT")
RESULT = re.compile(r"/runs/[0-9a-f-]{36}$")
LOADING = "[data-dash-is-loading=true]"
STILL_MS = 700
STILL_TRIES = 60
FINDING = re.compile(r"Sharpe [−\d.]+ at [\d.]+% volatility; \d+ of \d+ stocks held")


class Wizard:
    """The wizard on a page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def open(self, query: str = "") -> Wizard:
        self.page.goto(f"{self.url}/optimize{query}")
        expect(self.page.locator("#wizard-chosen-count")).to_contain_text("chosen")
        return self

    def choose(self, *symbols: str) -> Wizard:
        """Choose by pasting a list."""
        box = self.page.get_by_label("Symbols, separated")
        if not box.is_visible():
            self.page.get_by_text("Paste a list of symbols").click()
        box.fill(", ".join(symbols))
        self.page.get_by_role("button", name="Choose these").click()
        return self

    def step(self, name: str) -> Wizard:
        """Press a step of the stepper and see it."""
        self.press_step(name)
        expect(self.panel(name)).to_be_visible()
        return self

    def press_step(self, name: str) -> Wizard:
        """Press a step of the stepper, wherever that leads."""
        self.page.locator("#wizard-stepper").get_by_role("button", name=re.compile(f": {name}")).click()
        return self

    def next(self, heading: str) -> Wizard:
        """Press Next and see the step that was expected."""
        self.page.locator("#wizard-next").click()
        expect(self.panel(heading)).to_be_visible()
        return self

    def panel(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=re.compile(f"^Step [1-5]: {name}$"))

    def goal(self, title: str) -> Wizard:
        self.page.get_by_role("radio", name=re.compile(f"^{title}")).check()
        return self

    def type(self, label: str, text: str) -> Wizard:
        self.page.get_by_label(label, exact=True).fill(text)
        return self

    def review(self) -> Wizard:
        """Go to the review and wait until it may be run."""
        self.step("Review")
        expect(self.page.locator("#wizard-run")).to_be_enabled()
        return self

    def run(self) -> Wizard:
        self.page.locator("#wizard-run").click()
        return self

    def result(self) -> str:
        """Wait for the result's page and return its address."""
        self.page.wait_for_url(RESULT)
        return self.page.url


def bring_into_view(found: Locator) -> None:
    """Scroll to something that a callback may be drawing anew just now: a detached element is looked up again."""
    for _ in range(20):
        try:
            found.scroll_into_view_if_needed()
        except Error as problem:
            if "not attached" not in problem.message:
                raise
            found.page.wait_for_timeout(100)
        else:
            return
    found.scroll_into_view_if_needed()


def at_rest(page: Page) -> None:
    """Wait until a page asks the server for nothing more and waits for no answer; its parts may come late."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    try:
        for _ in range(STILL_TRIES):
            expect(page.locator(LOADING)).to_have_count(0)
            before = len(asked)
            page.wait_for_timeout(STILL_MS)
            if len(asked) == before and page.locator(LOADING).count() == 0:
                return
    finally:
        page.remove_listener("request", note)
    raise AssertionError(f"The page does not come to rest; at last it asked for {asked[-3:]}.")


def optimize(page: Page, url: str, *symbols: str) -> str:
    """Go the whole way with the product's defaults; return the address of the result."""
    wizard = Wizard(page, url).open().choose(*(symbols or STOCKS))
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(symbols or STOCKS)} of")
    address = wizard.review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    return address


def overflow_px(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return int(wide)

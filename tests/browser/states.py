"""Which states of a screen, other than its first, does the documentation show, and how are they reached?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.conftest import NEW_PASSWORD, Product
from tests.browser.journey import STOCKS, Wizard
from tests.browser.places import Place, wait_until_drawn
from tests.browser.rest import ask

RUN_MAX_MS = 120_000
BOARD_MIN_PX = 1181
UNDER_THE_BAR = """(part) => {
  const top_px = part.getBoundingClientRect().top;
  if (top_px > window.innerHeight / 2) window.scrollBy(0, top_px - 72);
}"""
MANAGER = "portfolio_manager"
NEWCOMER = "newcomer of the pictures"
NOBODY = "nobody"

Deed = Callable[[Page], None]


@dataclass(frozen=True)
class State:
    """A screen in which something was done before its picture is taken."""

    place: Place
    deed: Deed
    least_px: int = 0  # narrower windows do not have it


def states(product: Product) -> list[State]:
    """Return the states; what they need is brought once: somebody new, a result, a portfolio away from its target."""
    brought = product.kept.setdefault("states", {})
    if not brought:
        run = _result(product)
        brought |= {
            "run": run,
            "walked": _walked(product, run),
            "sought": _sought(product),
            "drifted": _drifted(product),
        }
        _invite(product)
        _judged(product)
    run, drifted = brought["run"], brought["drifted"]
    return [
        State(Place("sign-in", "Sign in", "/account/login", NOBODY), _nothing),
        State(Place("home-empty", "Home of somebody new", "/", NEWCOMER), _nothing),
        State(Place("home-customize", "Home, its cards arranged", "/"), _customize, BOARD_MIN_PX),
        State(Place("command-bar", "Find (Ctrl K)", "/"), _find),
        State(Place("tasks", "Tasks", "/runs"), _tasks),
        State(Place("optimize-limits", "Optimize: limits", "/optimize"), _limits),
        State(Place("optimize-review", "Optimize: review", "/optimize"), _review),
        State(Place("run", "The result of an optimization", f"/runs/{run}"), _result_stands),
        State(Place("walk-forward-found", "A test over the past", f"/walk-forward?run={brought['walked']}"), _verdict),
        State(Place("tradeoffs-found", "Trade-offs, found", f"/tradeoffs?run={brought['sought']}"), _found),
        State(Place("portfolio-what-if", "A portfolio: what if", f"/portfolios/{drifted}"), _what_if),
        State(Place("rebalance-trades", "Rebalance: trades", f"/rebalance?portfolio={drifted}"), _trades),
        State(Place("not-found", "No such page", "/nowhere"), _nothing),
    ]


def _nothing(page: Page) -> None:
    wait_until_drawn(page)


def _customize(page: Page) -> None:
    page.get_by_role("button", name="Customize").click()
    expect(page.locator("#board-bar")).to_be_visible()


def _find(page: Page) -> None:
    page.locator("#shell-bar-open").click()
    page.locator("#shell-bar-field input").fill("aurora")
    expect(page.locator("#shell-bar-list .bar-row").first).to_contain_text("Aurora")


def _tasks(page: Page) -> None:
    page.locator("#shell-tasks-button").click()
    expect(page.locator("#shell-tasks-panel")).to_be_visible()


def _limits(page: Page) -> None:
    _chosen(page).step("Limits")
    wait_until_drawn(page)


def _review(page: Page) -> None:
    _chosen(page).review()
    wait_until_drawn(page)


def _chosen(page: Page) -> Wizard:
    wizard = Wizard(page, re.sub(r"/optimize.*", "", page.url)).choose(*STOCKS)
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(STOCKS)} of")
    return wizard


def _result_stands(page: Page) -> None:
    expect(page.locator("#result-weights-table")).to_be_attached(timeout=RUN_MAX_MS)
    wait_until_drawn(page)


def _verdict(page: Page) -> None:
    expect(page.locator("#walk-forward-verdict")).to_contain_text("Over ", timeout=RUN_MAX_MS)
    wait_until_drawn(page)


def _found(page: Page) -> None:
    expect(page.locator("#tradeoffs-chosen-words")).to_contain_text("By the weights", timeout=RUN_MAX_MS)
    _bring(page, "#tradeoffs-result")


def _what_if(page: Page) -> None:
    page.get_by_role("button", name="What if").click()
    expect(page.locator("#portfolio-what-if")).to_be_visible()
    wait_until_drawn(page)


def _trades(page: Page) -> None:
    expect(page.locator("#rebalance-said")).to_contain_text("trades", timeout=RUN_MAX_MS)
    _bring(page, ".card-q:has(> * #rebalance-said)")


def _bring(page: Page, part: str) -> None:
    """Bring a part that stands further down under the bar, and wait until it is drawn."""
    page.locator(part).evaluate(UNDER_THE_BAR)
    wait_until_drawn(page)


def _result(product: Product) -> str:
    """Have an optimization of a few stocks done; return its run."""
    recipe = {
        "asset_ids": list(STOCKS),
        "objective": {"kind": "max_sharpe"},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}],
        "current_weights": {"AAPL": 0.5, "KO": 0.5},
    }
    return str(ask(product, MANAGER, "POST", "/optimizations", recipe)["id"])


def _walked(product: Product, run: str) -> str:
    """Have a result's recipe tested over the past; return the run of it."""
    options = {"frequency": "quarterly", "lookback_periods": 1260, "from_date": "2012-01-01"}
    body = {"optimization_id": run, "options": options}
    return str(ask(product, MANAGER, "POST", "/optimizations/walk-forward", body)["id"])


def _sought(product: Product) -> str:
    """Have trade-offs of three objectives looked for; return the run of it."""
    objectives = [{"kind": "return", "weight": 40.0}, {"kind": "volatility", "weight": 40.0},
                  {"kind": "max_drawdown", "weight": 20.0}]  # fmt: skip
    bounds = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}]
    body = {"asset_ids": list(STOCKS), "objectives": objectives, "constraints": bounds}
    return str(ask(product, MANAGER, "POST", "/optimizations/pareto", body)["id"])


def _drifted(product: Product) -> str:
    """Make a portfolio away from its target; return its id."""
    made = ask(product, MANAGER, "POST", "/portfolios", {"name": "Quarter end", "initial_cash_ccy": "100000"})["id"]
    held = {"positions": [{"symbol": "AAPL", "quantity": "300"}, {"symbol": "KO", "quantity": "200"}]}
    ask(product, MANAGER, "PUT", f"/portfolios/{made}/positions", held)
    wish = {"name": "Quarter end", "edits": [{"symbol": one, "weight_frac": 0.2} for one in ("AAPL", "KO", "JPM")]}
    ask(product, MANAGER, "POST", f"/portfolios/{made}/what-if/target", wish)
    return str(made)


def _invite(product: Product) -> None:
    """Invite somebody who is in no team, and so sees nothing yet."""
    email = "nora.vale@example.com"
    whom = {"email": email, "name": "Nora Vale", "role": MANAGER, "team_ids": []}
    made = ask(product, "administrator", "POST", "/invitations", whom)
    product.kept["states"]["invitation"] = f"{product.url}/account/invite/{made['link_token']}"
    product.people[NEWCOMER] = (email, NEW_PASSWORD)


def _judged(product: Product) -> None:
    """Have every portfolio checked by its rules, so that no picture says that it was not checked yet."""
    last_s = time.monotonic() + RUN_MAX_MS / 1000
    for one in ask(product, MANAGER, "GET", "/portfolios", {})["data"]:
        while ask(product, MANAGER, "GET", f"/portfolios/{one['id']}/compliance", {})["state"] == "working":
            assert time.monotonic() < last_s, f"{one['name']} is still being checked"
            time.sleep(0.2)


def accept(page: Page, product: Product) -> None:
    """Let the one who was invited choose a password, once."""
    link = product.kept["states"].pop("invitation", None)
    if link is None:
        return
    page.goto(link)
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("Password again").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Your account is ready")).to_be_visible()

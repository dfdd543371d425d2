"""Do trades go from target and trade list through a second person into the ledger, by hand, at desk and tablet?"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.rest import ask
from tests.browser.touch import LYING, UPRIGHT, finger, hard_for_fingers, into_the_middle, scrolled_by, spot

ENOUGH_MS = 40_000


@pytest.fixture
def drifted(product: Any) -> str:
    """A portfolio of AAPL and KO, away from its target; returns its id."""
    manager = "portfolio_manager"
    name = f"Drifted {uuid.uuid4().hex[:6]}"
    key = ask(product, manager, "POST", "/portfolios", {"name": name, "initial_cash_ccy": "100000"})["id"]
    held = {"positions": [{"symbol": "AAPL", "quantity": "300"}, {"symbol": "KO", "quantity": "200"}]}
    ask(product, manager, "PUT", f"/portfolios/{key}/positions", held)
    edits = [{"symbol": "AAPL", "weight_frac": 0.2}, {"symbol": "KO", "weight_frac": 0.2},
             {"symbol": "JPM", "weight_frac": 0.2}]  # fmt: skip
    wish = {"name": "Quarter end", "edits": edits}
    ask(product, manager, "POST", f"/portfolios/{key}/what-if/target", wish)
    return str(key)


def row(page: Page, symbol: str) -> Any:
    return page.locator(f"#rebalance-grid .ag-center-cols-container .ag-row[row-id='{symbol}']")


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(row(page, "JPM")).to_be_visible(timeout=ENOUGH_MS)
    return page


def test_trades_are_edited_handed_in_approved_exported_recorded_and_taken_back(
    sign_in: Callable[..., Page], product: Any, drifted: str
) -> None:
    page = opened(sign_in("portfolio_manager"), f"{product.url}/rebalance?portfolio={drifted}")
    expect(page.locator("#rebalance-said")).to_contain_text(re.compile(r"\d trades: buy for"))
    expect(page.locator("#rebalance-ahead")).to_contain_text("Distance left")
    expect(row(page, "JPM").locator("[col-id=typed]")).to_have_text(re.compile(r"^\d{2,3}$"))
    row(page, "JPM").locator("[col-id=typed]").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    expect(row(page, "JPM").locator("[col-id=mark]")).to_have_text("Custom", timeout=ENOUGH_MS)
    page.get_by_role("button", name="Keep as proposal").click()
    expect(page.locator("#rebalance-state")).to_contain_text("Draft", timeout=ENOUGH_MS)
    expect(page).to_have_url(re.compile(r"proposal=[0-9a-f-]{36}"))
    address = page.url
    with page.expect_download() as early:
        page.get_by_role("link", name="Orders as CSV").click()
    assert "draft" in early.value.suggested_filename
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("#rebalance-state")).to_contain_text("Waits for a decision", timeout=ENOUGH_MS)
    expect(page.get_by_role("button", name="Approve")).to_be_hidden()
    second = opened(sign_in("compliance"), address)
    second.get_by_role("button", name="Approve").click()
    expect(second.locator("#rebalance-state")).to_contain_text("Approved", timeout=ENOUGH_MS)
    page = opened(sign_in("portfolio_manager"), address)
    with page.expect_download() as final:
        page.get_by_role("link", name="Orders as CSV").click()
    assert "draft" not in final.value.suggested_filename
    assert "JPM,BUY,30,MARKET" in final.value.path().read_text(encoding="utf-8-sig")
    page.get_by_label("What was filled").fill("JPM 31")
    page.get_by_role("button", name="Record as done").click()
    expect(page.locator("#shell-content")).to_contain_text("More of JPM is filled than was ordered")
    page.get_by_label("What was filled").fill("JPM 12 101.5 2")
    page.get_by_role("button", name="Record as done").click()
    expect(page.locator("#rebalance-state")).to_contain_text("Recorded in the ledger", timeout=ENOUGH_MS)
    expect(page.locator("#rebalance-state table")).to_contain_text("101.50")
    page.get_by_role("button", name="Take back the entries").click()
    expect(page.locator("#rebalance-state")).to_contain_text("Taken back", timeout=ENOUGH_MS)
    expect(page.locator("#rebalance-history")).to_contain_text("Taken back")


@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_on_a_tablet_a_finger_chooses_the_way_and_a_row_is_held_without_hovering(
    sign_in: Callable[..., Page], product: Any, drifted: str, size: tuple[int, int]
) -> None:
    page = sign_in("portfolio_manager", width=size[0], height=size[1], touch=True)
    opened(page, f"{product.url}/rebalance?portfolio={drifted}")
    hard = hard_for_fingers(page)
    assert not hard, "\n".join(hard)
    words = page.locator("#rebalance-said .evidence-sentence")
    before = words.inner_text()
    way = page.get_by_role("group", name="How much of the way is traded, in percent")
    assert scrolled_by(page, way) > 0  # a finger that only passes over the slider moves the page
    thumb = way.get_by_role("slider")
    whole = thumb.get_attribute("aria-valuenow")
    into_the_middle(thumb)
    x, y = spot(thumb)
    finger(page, (x, y), (x - 150, y))
    expect(thumb).not_to_have_attribute("aria-valuenow", str(whole))
    expect(words).not_to_have_text(before, timeout=ENOUGH_MS)
    row(page, "AAPL").locator("[col-id=is_held] input").tap()
    expect(row(page, "AAPL").locator("[col-id=side]")).to_have_text("—", timeout=ENOUGH_MS)
    page.get_by_role("button", name="Discard my changes").tap()
    expect(row(page, "AAPL").locator("[col-id=side]")).to_have_text("Sell", timeout=ENOUGH_MS)


def test_without_a_target_the_page_says_how_to_come_to_one(sign_in: Callable[..., Page], product: Any) -> None:
    bare = {"name": f"Bare {uuid.uuid4().hex[:6]}", "initial_cash_ccy": "1000"}
    key = ask(product, "portfolio_manager", "POST", "/portfolios", bare)["id"]
    page = sign_in("portfolio_manager")
    page.goto(f"{product.url}/rebalance?portfolio={key}")
    expect(page.get_by_role("heading", name="No target yet")).to_be_visible(timeout=ENOUGH_MS)
    expect(page.get_by_role("link", name="Optimize it")).to_have_attribute("href", f"/optimize?portfolio={key}")


def test_the_address_keeps_what_was_typed_and_what_was_chosen(
    sign_in: Callable[..., Page], product: Any, drifted: str
) -> None:
    page = opened(sign_in("portfolio_manager"), f"{product.url}/rebalance?portfolio={drifted}")
    band = page.get_by_label("Band around the target", exact=True)
    band.fill("2")
    band.press("Enter")
    page.locator(".rebalance-slider [role=slider]").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"(?=.*[?&]band=2(&|$))(?=.*[?&]part=50(&|$))(?!.*spread=)"))
    opened(page, page.url)
    expect(band).to_have_value("2")
    expect(page.locator(".rebalance-slider [role=slider]")).to_have_attribute("aria-valuenow", "50")
    expect(page.locator("#rebalance-said")).not_to_be_empty()


def test_what_is_kept_and_handed_in_is_what_the_form_says(
    sign_in: Callable[..., Page], product: Any, drifted: str
) -> None:
    page = opened(sign_in("portfolio_manager"), f"{product.url}/rebalance?portfolio={drifted}")
    part = page.get_by_role("spinbutton", name="How much of the way is traded, in percent")
    part.fill("50")
    part.press("Enter")
    expect(page).to_have_url(re.compile(r"[?&]part=50(&|$)"))
    page.get_by_label("Band around the target", exact=True).fill("1")
    page.get_by_role("button", name="Keep as proposal").click()  # from the field, without a pause
    expect(page.locator("#rebalance-state")).to_contain_text("Draft", timeout=ENOUGH_MS)
    expect(page).to_have_url(re.compile(r"proposal=[0-9a-f-]{36}"))
    key = page.url.partition("proposal=")[2][:36]

    def kept() -> tuple[float, float]:
        wish = ask(product, "portfolio_manager", "GET", f"/rebalancings/{key}", {})["wish"]
        return wish["part_frac"], wish["band_frac"]

    assert kept() == (0.5, 0.01)
    part.fill("75")
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("#rebalance-deed-problems")).to_contain_text("Keep the changes, then hand them in")
    expect(page.locator("#rebalance-state")).to_contain_text("Draft")
    page.get_by_role("button", name="Keep the changes").click()
    expect(page.locator("#rebalance-deed-problems")).to_be_empty()
    assert kept() == (0.75, 0.01)
    opened(page, page.url)  # what the link fills in is what was kept
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("#rebalance-state")).to_contain_text("Waits for a decision", timeout=ENOUGH_MS)
    assert kept() == (0.75, 0.01)

"""Are portfolios opened side by side, views given to others, columns and clocks kept for a person on every machine?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.rest import ask

LOOK_MS, LOOKS_COUNT = 200, 100
SHARED, CLOSE = "/dashboard/shared-views", {"view": "Close", "sharing": "house"}

ENOUGH_ROOM = """() => {
  const room = document.querySelector("#home-table .ag-center-cols-viewport");
  return room.scrollWidth <= room.clientWidth;
}"""
ROWS = "#home-table .ag-center-cols-container .ag-row"


def home(page: Page, url: str, query: str = "") -> Page:
    page.goto(f"{url}/{query}")
    expect(page.locator(ROWS).first).to_be_visible()
    expect(page.locator("#board-box[data-ready]")).to_be_visible()
    return page


@pytest.mark.requirement("5.1.A3")
def test_rows_are_ticked_and_opened_side_by_side_and_the_link_holds_the_choice(sign_in: Any, product: Any) -> None:
    page = home(sign_in(), product.url)
    start = page.locator("[data-compare=open]")
    start.click()
    expect(start).to_be_disabled()
    page.wait_for_function(ENOUGH_ROOM)  # the ticks do not push the last column out
    ticks = page.locator("#home-table .ag-selection-checkbox input")
    ticks.nth(0).check()
    ticks.nth(1).check()
    expect(start).to_have_text("Compare 2")
    page.locator("[data-compare=stop]").click()
    expect(ticks).to_have_count(0)
    start.click()
    for name in ("Aurora Growth", "Cedar Balanced"):  # other journeys may have made more
        page.locator("#home-table .ag-row", has_text=name).locator(".ag-selection-checkbox input").check()
    start.click()
    table = page.locator("#compare-figures table")
    expect(table).to_contain_text("Tracking error, annual")
    expect(table.locator("thead th")).to_have_count(3)
    expect(page.locator("#compare-common")).to_contain_text("Overlap")
    for name, finding in (("growth", "gained"), ("falls", "fell deepest")):
        drawn = page.locator(f"#compare-{name}")
        expect(drawn.locator(".main-svg").first).to_be_visible()
        expect(drawn.locator(".chart-title")).to_contain_text(finding)
        drawn.locator("[data-twin-toggle]").click()
        expect(drawn.locator(".chart-table thead th")).to_have_count(3)
        drawn.locator("[data-twin-toggle]").click()
    address = page.url
    page.get_by_role("combobox", name="Second").select_option(label="Meridian Long-Short")
    expect(table.locator("thead")).to_contain_text("Meridian Long-Short")
    assert page.url != address
    page.get_by_role("combobox", name="Second").select_option("none")
    expect(page.locator("#compare-why")).to_contain_text("Nothing to compare yet")
    page.goto(address)
    expect(table.locator("thead")).to_contain_text("Cedar Balanced")
    with page.expect_download() as taken:
        page.locator("#compare-sectors [data-take]").click()
        page.get_by_role("menuitem", name=re.compile("CSV")).click()
    assert "Health Care" in taken.value.path().read_text(encoding="utf-8-sig")


@pytest.mark.requirement("5.1.D5")
def test_a_view_is_shared_opened_by_its_link_and_taken_back_and_shared_again(sign_in: Any, product: Any) -> None:
    page = home(sign_in(), product.url)
    page.get_by_role("button", name="Customize").click()
    expect(page.locator("#board-share")).to_be_enabled()
    page.locator("#board-share").click()
    link = page.locator("#board-shared").get_by_role("link", name="Link").first
    expect(link).to_be_visible()
    address = str(link.get_attribute("href"))
    other = home(sign_in("viewer"), product.url, address.removeprefix("/"))
    expect(other.locator("#board-views")).to_have_value(re.compile(r"Morning \(from .+\)"))
    other.locator("#board-views").select_option("Close")
    expect(other).not_to_have_url(re.compile("shared="))
    page.get_by_role("button", name="Stop sharing").first.click()
    expect(page.locator("#board-shared")).not_to_contain_text("Stop sharing")
    home(other, product.url, address.removeprefix("/"))
    expect(other.locator("#shell-toasts")).to_contain_text("There is no such view")
    page.locator("#shell-toasts").get_by_role("button", name="Undo").first.click()
    expect(page.locator("#shell-toasts")).to_contain_text("Restored")
    home(other, product.url, address.removeprefix("/"))
    expect(other.locator("#board-views")).to_have_value(re.compile(r"Morning \(from .+\)"))


@pytest.mark.requirement("5.1.D5")
def test_who_changes_a_shared_view_keeps_a_copy_beside_it_and_may_share_one_twice(sign_in: Any, product: Any) -> None:
    """Three views of one name: two that were given and the reader's own; each opens by its own line of the list."""
    given = [str(ask(product, "portfolio_manager", "POST", SHARED, CLOSE)["id"]) for _ in range(2)]
    other = home(sign_in("advisor"), product.url, f"?shared={given[0]}")
    views, name = other.locator("#board-views"), other.locator("#board-name")
    expect(views).to_have_value(re.compile(r"Close \(from .+\)"))
    shown = views.input_value()
    offered = [one for one in views.locator("option").all_inner_texts() if one.startswith("Close (from")]
    assert len(set(offered)) == len(offered) >= len(given)
    other.get_by_role("button", name="Customize").click()
    expect(name).to_have_value(re.compile(r"Close \d$"))  # their own "Close" came with the product
    own = name.input_value()
    other.get_by_role("button", name="Hide Needs attention").click()
    other.get_by_role("button", name="Save", exact=True).click()
    expect(views).to_have_value(own)
    home(other, product.url, f"?shared={given[0]}")
    expect(views).to_have_value(shown)
    expect(other.locator("#board-card-attention")).to_be_visible()
    views.select_option(own)
    expect(other.locator("#board-card-attention")).to_be_hidden()
    other.get_by_role("button", name="Customize").click()
    other.get_by_role("button", name="Delete this view").click()
    expect(views).to_have_value("Morning")
    for one in given:
        ask(product, "portfolio_manager", "DELETE", f"{SHARED}/{one}", {})


@pytest.mark.requirement("5.1.D5")
def test_columns_and_their_order_stand_on_another_machine_and_go_back(sign_in: Any, product: Any) -> None:
    page = home(sign_in(), product.url)
    portfolio = str(page.locator("#home-table .grid-name a").first.get_attribute("href"))
    heads = "#portfolio-holdings .ag-header-cell:visible"

    def opened(one: Page) -> Page:
        one.goto(f"{product.url}{portfolio}")
        expect(one.locator("#portfolio-holdings .ag-row").first).to_be_visible()
        return one

    def order(one: Page) -> list[str]:
        found = one.locator(heads).evaluate_all(
            "(all) => all.map((one) => [one.getBoundingClientRect().left, one.getAttribute('col-id')])"
        )
        return [key for _, key in sorted(found)]

    def is_ordered(one: Page, wanted: Callable[[list[str]], bool]) -> list[str]:
        for _ in range(LOOKS_COUNT):
            if wanted(found := order(one)):
                return found
            one.wait_for_timeout(LOOK_MS)
        raise AssertionError(f"The columns stand as {order(one)}.")

    def is_kept(answer: Response) -> bool:
        return "portfolio-columns-to-keep" in (answer.request.post_data or "")

    opened(page)
    usual = order(page)
    page.get_by_label("Choose columns").click()
    with page.expect_response(is_kept):
        page.get_by_label("Target", exact=True).uncheck()
    expect(page.locator("#portfolio-holdings [col-id=target_frac].ag-header-cell")).to_have_count(0)
    page.locator("#portfolio-columns-moved").select_option("drift_frac")
    with page.expect_response(is_kept):
        page.get_by_role("button", name="Later", exact=True).click()
    moved = is_ordered(page, lambda keys: keys.index("drift_frac") > keys.index("value_ccy"))
    again = opened(sign_in())
    is_ordered(again, lambda keys: keys == moved)
    again.get_by_label("Choose columns").click()
    again.get_by_role("button", name="As it came").click()
    expect(again.locator("#portfolio-holdings [col-id=target_frac].ag-header-cell")).to_have_count(1)
    is_ordered(again, lambda keys: keys == usual)


def test_moments_follow_the_zone_and_the_clock_on_every_page(sign_in: Any, product: Any) -> None:
    page: Page = sign_in()
    page.goto(f"{product.url}/settings?tab=appearance")
    preview = page.locator("#settings-preview")
    expect(preview).to_contain_text("28 Dec 2022, 21:05 UTC")
    try:
        page.locator("#settings-zone").select_option("Asia/Kolkata")
        expect(preview).to_contain_text("29 Dec 2022, 02:35 UTC+5:30")
        page.locator("#settings-clock").select_option("h12")
        expect(preview).to_contain_text("29 Dec 2022, 2:35 am UTC+5:30")
        home(page, product.url)
        feed = page.locator("#home-feed")
        expect(feed.locator(".notice").first).to_be_attached()
        assert re.search(r"[ap]m UTC\+5:30", feed.text_content() or "")
    finally:
        page.goto(f"{product.url}/settings?tab=appearance")
        expect(preview).to_contain_text("UTC+5:30")
        page.locator("#settings-zone").select_option("UTC")
        page.locator("#settings-clock").select_option("h24")
        expect(preview).to_contain_text("28 Dec 2022, 21:05 UTC")

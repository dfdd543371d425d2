"""Are holds, locks and reviews of access worked with by two people on the page, and is what rules miss given there?"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.journey import overflow_px


@pytest.fixture
def product(ruled: Any) -> Any:
    """Have rules in force, so that something can be missing."""
    return ruled


def picture(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    folder = os.environ.get("PICTURES_DIR")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.requirement("X.FR3")
@pytest.mark.requirement("X.DP4")
def test_records_are_held_days_locked_and_access_reviewed_by_two_people(product: Any, sign_in: Any) -> None:
    name = f"Case {time.time_ns()}"
    page = sign_in("compliance")
    page.goto(f"{product.url}/compliance?tab=controls")
    expect(page.locator("#compliance-retention-schedule")).to_contain_text("7 years")
    page.get_by_role("button", name="What would go now?").click()
    expect(page.locator("#compliance-retention-tried")).to_contain_text("would go")
    choose_to_keep_less(page)
    place_a_hold_and_ask_to_release_it(page, name)
    page.locator("#compliance-locks-start").fill("2020-01-01")
    page.locator("#compliance-locks-end").fill("2020-03-31")
    page.locator("#compliance-locks-reason").fill("The quarter is reported")
    page.locator("#compliance-locks-do").click()
    expect(page.locator("#compliance-locks-list")).to_contain_text("1 Jan 2020 to 31 Mar 2020")
    page.locator("#compliance-reviews-make").click()
    expect(page.locator("#compliance-reviews-said")).to_contain_text("somebody else signs it")
    expect(page.locator("#compliance-reviews-form")).to_be_hidden()
    picture(page, "controls")

    second = sign_in("administrator", dark=True)
    second.goto(f"{product.url}/compliance?tab=controls")
    sign_row_by_row(second)
    second.goto(f"{product.url}/compliance?tab=records")
    second.locator("#compliance-records-requests .ag-row").filter(has_text=name).click()
    expect(second.locator("#compliance-records-detail")).to_contain_text("It is settled")
    second.locator("#compliance-records-do").click()
    expect(second.get_by_text("Agreed; it is done.")).to_be_visible()
    second.goto(f"{product.url}/compliance?tab=controls")
    expect(second.locator("#compliance-holds-list")).to_contain_text("Nothing is held")
    second.locator("#compliance-holds-shown").select_option("all")
    expect(second.locator("#compliance-holds-list")).to_contain_text("Released")


def choose_to_keep_less(page: Page) -> None:
    """Keep mail for less time: that needs a reason, and a second person."""
    page.get_by_text("Choose otherwise for a class").click()
    page.locator("#compliance-retention-class").select_option("mail")
    expect(page.locator("#compliance-retention-action")).to_have_value("delete")
    page.locator("#compliance-retention-years").fill("3")
    page.locator("#compliance-retention-choose").click()
    expect(page.locator("#compliance-retention-reason-error")).to_contain_text("needs a reason")
    page.locator("#compliance-retention-reason").fill("Mail is not a record")
    page.locator("#compliance-retention-choose").click()
    expect(page.get_by_text("Keeping less than before needs a second person")).to_be_visible()


def place_a_hold_and_ask_to_release_it(page: Page, name: str) -> None:
    """Place a hold on a portfolio's records; releasing it waits."""
    page.locator("#compliance-holds-do").click()
    expect(page.locator("#compliance-holds-name-error")).to_contain_text("no name")
    page.locator("#compliance-holds-name").fill(name)
    page.locator("#compliance-holds-whom").select_option(label="Portfolio Cedar Balanced")
    page.locator("#compliance-holds-reason").fill("A claim is possible")
    page.locator("#compliance-holds-do").click()
    expect(page.locator("#compliance-holds-list")).to_contain_text(name)
    page.locator("#compliance-holds-deed").select_option(label=f"Ask to release {name}")
    page.locator("#compliance-holds-reason").fill("It is settled")
    page.locator("#compliance-holds-do").click()
    expect(page.locator("#compliance-holds-list")).to_contain_text("A second person decides")


def sign_row_by_row(page: Page) -> None:
    """Decide about each row; nothing is signed before."""
    page.locator("#compliance-reviews-rows select").first.select_option("change")
    page.locator("#compliance-reviews-note").fill("One role is too wide")
    page.locator("#compliance-reviews-sign").click()
    expect(page.locator("#compliance-reviews-problems")).to_contain_text("not decided yet")
    page.locator("#compliance-reviews-rest").click()
    page.locator("#compliance-reviews-sign").click()
    expect(page.locator("#compliance-reviews-said")).to_contain_text("1 of them is to be changed or shut out")
    expect(page.locator("#compliance-reviews-rows")).to_contain_text("To be changed")
    picture(page, "controls-signed-dark")


def test_a_fact_is_stated_with_its_source_and_a_reader_only_reads(product: Any, sign_in: Any) -> None:
    page = sign_in("compliance", width=820)
    page.goto(f"{product.url}/compliance?tab=facts")
    expect(page.locator("#compliance-facts-sentence")).not_to_be_empty()
    page.locator("#compliance-facts-fact").select_option("cash_bank")
    value = page.locator("#compliance-facts-value-box").get_by_role("textbox")
    expect(value).to_be_visible()
    page.locator("#compliance-facts-state").click()
    expect(page.locator("#compliance-facts-source-error")).to_contain_text("where it is from")
    value.fill("Bank of the North")
    page.locator("#compliance-facts-source").fill("Custody agreement")
    page.locator("#compliance-facts-state").click()
    expect(page.locator("#compliance-facts-stated")).to_contain_text("Bank of the North")
    expect(page.locator("#compliance-facts-stated")).to_contain_text("Custody agreement")
    assert overflow_px(page) == 0
    reader = sign_in("viewer", width=390)
    reader.goto(f"{product.url}/compliance?tab=facts")
    expect(reader.locator("#compliance-facts-only")).to_be_visible()
    expect(reader.locator("#compliance-facts-form")).to_be_hidden()
    expect(reader.get_by_role("tab", name="Controls")).to_be_hidden()
    assert overflow_px(reader) == 0


def test_a_link_to_the_facts_of_the_house_shows_those(product: Any, sign_in: Any) -> None:
    page = sign_in("compliance")
    page.goto(f"{product.url}/compliance?tab=facts")
    of = page.locator("#compliance-facts-portfolio")
    expect(of).to_have_value(re.compile("."))
    of.select_option("house")
    page.wait_for_url(re.compile("facts=house"))
    page.reload()
    expect(page.locator("#compliance-facts-sentence")).to_have_text("Facts of the house.")
    expect(of).to_have_value("house")


def test_nothing_can_be_typed_into_a_field_that_is_about_to_be_replaced(product: Any, sign_in: Any) -> None:
    page = sign_in("compliance")
    page.goto(f"{product.url}/compliance?tab=facts")
    value = page.locator("#compliance-facts-value-box")
    expect(value.locator("input, select")).to_be_visible()
    held: list[Route] = []

    def hold_the_next(route: Route) -> None:
        if not held and "facts-value-box" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("_dash-update-component"), hold_the_next)
    page.locator("#compliance-facts-fact").select_option(index=2)
    expect(value.locator("input, select")).to_be_hidden()
    held[0].continue_()
    expect(value.locator("input, select")).to_be_visible()


@pytest.mark.requirement("4.3.A4")
def test_the_page_of_a_portfolio_leads_to_its_rules_and_positions_are_judged_before_they_are_set(
    product: Any, sign_in: Any
) -> None:
    page = sign_in("portfolio_manager")
    page.goto(f"{product.url}/compliance")
    page.locator(".matrix-q").get_by_role("link", name="Cedar Balanced").click()
    line = page.locator("#portfolio-compliance")
    expect(line).to_contain_text("Compliance")
    page.locator("#portfolio-positions").click()
    expect(page.locator("#portfolio-positions-text")).to_have_value(re.compile(r"\w+, \d"))
    page.locator("#portfolio-positions-text").fill("AAPL, 90%")
    page.locator("#portfolio-positions-check").click()
    expect(page.locator("#portfolio-positions-checked")).to_contain_text("Blocked")
    page.locator("#portfolio-positions-cancel").click()
    line.get_by_role("link", name="See the rules").click()
    expect(page.locator(".matrix-q tbody tr")).to_have_count(1)

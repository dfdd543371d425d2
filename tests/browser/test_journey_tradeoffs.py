"""Does somebody find trade-offs for a client, learn what suits them, and keep the recipe?"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn

WORK_MAX_MS = 120_000


@pytest.mark.requirement("1.2.A5")
@pytest.mark.requirement("1.2.A6")
def test_three_objectives_lead_to_a_recommended_portfolio_and_a_template(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    page.goto(f"{product.url}/tradeoffs")
    page.get_by_label("Portfolio", exact=True).select_option(label="Aurora Growth")
    expect(page.get_by_label("Client", exact=True).locator("option:checked")).to_have_text("Hollis Family Office")
    page.get_by_role("button", name="Find the trade-offs").click()
    recommended = page.get_by_role("heading", name="Recommended for Hollis Family Office")
    expect(recommended).to_be_visible(timeout=WORK_MAX_MS)
    expect(page.locator("#tradeoffs-recommended")).to_contain_text(re.compile(r"risk profile of|loss capacity of"))
    expect(page).to_have_url(re.compile(r"/tradeoffs\?run=[\w-]+$"))
    expect(page.locator("#tradeoffs-surface-chart .legendtext", has_text="Recommended")).to_be_visible()
    expect(page.locator("#tradeoffs-axes-chart .legendtext", has_text="Chosen")).to_be_visible()
    words = page.locator("#tradeoffs-chosen-words")
    expect(words).to_contain_text("By the weights 40% expected return")
    weight = page.get_by_role("group", name="Objective 1: how much it counts").locator("input").last
    weight.fill("90")
    weight.press("Enter")
    expect(words).to_contain_text("serves the weights as they stand now best")
    page.get_by_role("button", name="The recommended one").click()
    expect(words).to_contain_text("as recommended for the client")
    box = page.locator("#tradeoffs-surface-chart.chooses")
    box.focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")  # as a press on the point that lies furthest to the right
    expect(words).to_contain_text("as chosen by hand")
    expect(page).to_have_url(re.compile(r"run=[\w-]+&point=\d+$"))
    page.locator("#tradeoffs-up").select_option(label="Largest drawdown")
    expect(page).to_have_url(re.compile(r"&point=\d+&axes="))
    looked_at = words.inner_text()
    page.reload()
    expect(words).to_have_text(looked_at)
    expect(page.locator("#tradeoffs-up option:checked")).to_have_text("Largest drawdown")
    expect(page.locator("#tradeoffs-solid-chart .legendtext", has_text="Recommended")).to_be_visible()
    solid = page.locator("#tradeoffs-solid figure")
    page.get_by_label("Turn, in degrees").press("ArrowRight")
    expect(page).to_have_url(re.compile(r"&view=46,30$"))
    solid.get_by_role("button", name="Show these numbers as a table").click()
    expect(solid.get_by_role("columnheader", name="How found")).to_be_visible()
    page.get_by_role("button", name="Save as template").click()
    page.get_by_label("Name", exact=True).fill(f"Growth with care {uuid4().hex[:4]}")
    page.get_by_role("button", name="Save template").click()
    page.get_by_role("link", name="Open the templates").click()
    expect(page.get_by_role("table", name="Objectives and their weights")).to_contain_text("Expected return")
    expect(page.locator("#templates-detail")).to_contain_text("Family offices")

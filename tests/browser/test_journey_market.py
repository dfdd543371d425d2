"""Can somebody point at a price and learn where it comes from, and look at how it went?"""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn


def test_a_price_is_found_looked_at_traced_and_saved(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    page.goto(f"{product.url}/market")
    page.get_by_placeholder("Symbol, name or ISIN").fill("apple")
    price = page.get_by_role("button", name=re.compile(r"125\.67, AAPL"))
    price.hover()
    note = page.get_by_role("dialog", name="Where this price comes from")
    expect(note).to_contain_text("From Embedded history")
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    page.get_by_role("link", name="AAPL").click()
    page.wait_for_url(re.compile("/market/AAPL$"))
    expect(page.get_by_role("heading", name=re.compile(r"AAPL fell 29\.29%"))).to_be_visible()
    expect(page.get_by_role("radio", name="As paid")).to_be_disabled()
    expect(page.get_by_role("radio", name="Minutes")).to_be_disabled()  # none are stored
    page.get_by_text("Weeks", exact=True).click()
    expect(page.get_by_text("Closes by the week, USD")).to_be_visible()
    page.get_by_placeholder("Compare with").fill("ko")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile(r"KO did best"))).to_be_visible()
    assert page.url.endswith("/market/AAPL?frequency=weekly&compare=KO")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Excel").click()
    book = openpyxl.load_workbook(BytesIO(saved.value.path().read_bytes()), read_only=True)
    assert book.sheetnames == ["Prices", "Compared", "Sources", "Assumptions"]
    page.reload()
    expect(page.get_by_role("heading", name=re.compile(r"KO did best"))).to_be_visible()
    page.goto(f"{product.url}/market/APPL")
    expect(page.get_by_role("link", name="AAPL")).to_be_visible()
    page.goto(f"{product.url}/market")
    page.get_by_role("link", name="Economic series").click()
    expect(page.get_by_text("No economic series yet")).to_be_visible()
    expect(page.get_by_role("link", name="Set up FRED")).to_be_visible()

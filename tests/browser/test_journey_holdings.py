"""Does a bank's file become a valued portfolio in a few clicks, and can it be taken back?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

# Headings that no other journey's file has: how files are read is remembered by them, for the whole house.
DEPOT = (
    "Ticker;Name;Quantity;Avg cost;Currency\n"
    "AAPL.US;Apple;120;100,5;USD\nMSFT;Microsoft;80;;USD\nPRIV1;Private Fund I;100;50;USD\nKO;Coke;abc;;USD\n"
    "$CASH;;2500;;USD\nTotal;;300;;\n"
).encode("cp1252")
TRADES = (
    "Date\tType\tTicker\tQuantity\tPrice\tAmount\tCurrency\n01.12.2022\tDeposit\t\t\t\t20.000,50\tUSD\n"
    "02.12.2022\tBuy\tAAPL\t100\t147,81\t\tUSD\n20.12.2022\tSell\tAAPL\t400\t132,30\t\tUSD\n"
)


@pytest.mark.requirement("5.1.A5")
def test_a_file_of_holdings_becomes_a_portfolio_and_is_taken_back(sign_in: Callable[..., Page], product: Any) -> None:
    page = sign_in("portfolio_manager")
    page.goto(f"{product.url}/imports")
    page.locator("#imports-upload input[type=file]").set_input_files(
        {"name": "depot.csv", "mimeType": "text/csv", "buffer": DEPOT}
    )
    expect(page.get_by_role("table", name="First rows of the file")).to_contain_text("AAPL.US")
    next_step = page.get_by_role("button", name="Next")
    next_step.click()
    names = page.get_by_role("table", name="Names in the file")
    expect(names).to_contain_text("Guessed AAPL")
    names.get_by_role("button", name="Make an own asset").click()
    expect(names).to_contain_text("Own asset")
    next_step.click()
    book = page.locator("#imports-run")
    expect(book).to_be_disabled()
    expect(page.get_by_role("table", name="Problems")).to_contain_text("“abc” is not a number")
    page.reload()  # the draft, its answers and its step stay
    page.get_by_text("Import the good rows only").click()
    expect(book).to_be_enabled()
    book.click()
    expect(page).to_have_url(re.compile(r"/portfolios/[\w-]+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("depot"))

    page.goto(f"{product.url}/imports?tab=history")
    booked = page.get_by_role("table", name="Imported holdings and transactions")
    expect(booked).to_contain_text("1 row left out")
    own = booked.get_by_role("row").filter(has_text="depot.csv")
    own.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo the import of holdings").click()
    expect(own).to_contain_text("Undone")

    page.goto(f"{product.url}/imports?tab=transactions")
    page.get_by_label("Or paste rows from a spreadsheet").fill(TRADES)
    page.get_by_role("button", name="Look at the rows").click()
    next_step.click()
    expect(names).to_contain_text("AAPL")
    next_step.click()
    expect(page.get_by_text("AAPL: 400 more held than the file says.")).to_be_visible()  # the sale of what is not held
    page.get_by_text("Import the good rows only").click()
    expect(book).to_be_enabled()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download these rows").click()
    assert "20.12.2022,Sell,AAPL,400" in saved.value.path().read_text("utf-8-sig")
    book.click()
    expect(page).to_have_url(re.compile(r"/portfolios/[\w-]+$"))

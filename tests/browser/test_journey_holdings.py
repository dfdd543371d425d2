"""Does a bank's file become a valued portfolio in a few clicks, and can it be taken back?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

DEPOT = (
    "Symbol;Name;Quantity;Avg cost;Currency\n"
    "AAPL.US;Apple;120;100,5;USD\nMSFT;Microsoft;80;;USD\nPRIV1;Private Fund I;100;50;USD\nKO;Coke;abc;;USD\n"
    "$CASH;;2500;;USD\nTotal;;300;;\n"
).encode("cp1252")


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
    page.get_by_text("Leave out the rows with problems").click()
    expect(book).to_be_enabled()
    book.click()
    expect(page).to_have_url(re.compile(r"/portfolios/[\w-]+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("depot"))

    page.goto(f"{product.url}/imports?tab=history")
    booked = page.get_by_role("table", name="Imported holdings and transactions")
    expect(booked).to_contain_text("1 row left out")
    booked.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo the import of holdings").click()
    expect(booked).to_contain_text("Undone")

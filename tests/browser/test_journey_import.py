"""Does a file of a person's own become an asset that can be optimized, and can it be taken back?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from math import sin
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.journey import Wizard, overflow_px

LAST = date(2022, 12, 28)


def history() -> bytes:
    """Three years of weekdays of an asset that nobody else has."""
    days = [LAST - timedelta(days=n) for n in range(1100) if (LAST - timedelta(days=n)).weekday() < 5]
    lines = [
        f"OWNCO,{day},{80 + n / 20 + 5 * sin(n / 5):.2f},Own Company,USD,Industrials"
        for n, day in enumerate(reversed(days))
    ]
    return ("symbol,date,close,name,currency,sector\n" + "\n".join(lines) + "\n").encode()


def choose(page: Page, name: str, content: bytes) -> None:
    page.locator("#market-import-upload input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def test_a_file_is_checked_imported_optimized_with_and_taken_back(sign_in: Callable[..., Page], product: Any) -> None:
    page = sign_in("researcher")
    page.goto(f"{product.url}/imports?tab=market")
    gaps = page.locator("#market-import-gaps")
    expect(gaps).to_contain_text("ESG scores")
    gaps.get_by_role("link", name="Import ESG scores").click()
    expect(page.get_by_role("heading", name="Import market data")).to_be_in_viewport()

    choose(page, "broken.csv", b"symbol;date;close\nOWNCO;2022-12-28;-5\n")
    found = page.locator("#market-import-check")
    expect(found).to_contain_text("“broken.csv” cannot be imported yet")
    expect(found.get_by_role("table", name="Problems")).to_contain_text("The close is negative")
    expect(page.locator("#market-import-run")).to_be_hidden()
    page.get_by_role("button", name="Discard").click()
    expect(found).to_be_empty()

    choose(page, "own.csv", history())
    expect(found).to_contain_text("“own.csv” can be imported")
    expect(found).to_contain_text("OWNCO (Own Company, equity, USD)")
    page.locator("#market-import-run").click()
    listed = page.get_by_role("table", name="Imported files")
    expect(listed).to_contain_text("own.csv")
    expect(found).to_be_empty()
    choose(page, "own.csv", history())
    expect(found).to_contain_text("Already imported")

    wizard = Wizard(page, product.url).open().choose("OWNCO", "AAPL", "KO", "JPM", "XOM")
    expect(page.locator("#wizard-chosen-count")).to_contain_text("5 of")
    wizard.review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Sharpe"))
    run = page.url

    page.goto(f"{product.url}/imports?tab=market")
    listed.get_by_role("row").filter(has_text="own.csv").get_by_role("button", name="Undo").click()
    dialog = page.get_by_role("dialog", name="Undo this import?")
    dialog.get_by_role("button", name="Undo the import").click()
    expect(dialog).to_contain_text("1 run was computed from this import")  # what a run rests on stays
    dialog.get_by_role("button", name="Cancel").click()
    page.goto(run)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Sharpe"))


def test_the_import_fits_tablets_and_phones(sign_in: Callable[..., Page], product: Any) -> None:
    for width in (820, 390):
        page = sign_in("researcher", width=width)
        page.goto(f"{product.url}/imports?tab=market")
        choose(page, "broken.csv", b"symbol,date,close\nNOBODY-KNOWS-IT,2022-12-28,5\n" * 3)
        expect(page.locator("#market-import-check")).to_contain_text("cannot be imported yet")
        assert overflow_px(page) == 0

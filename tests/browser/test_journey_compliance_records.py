"""Can one person put names on a list and ask for one to go, another one agree, and an auditor get the whole record?"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import overflow_px

ENTRY = "#compliance-lists-entries .ag-pinned-left-cols-container .ag-row"


def picture(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    folder = os.environ.get("PICTURES_DIR")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def is_read_anew(asked: str) -> bool:
    """Return whether the page asks for the list of reports because one has been made."""
    return "compliance-reports-kept" in asked and "auditor report made" in asked


@pytest.mark.requirement("4.3.F1")
def test_a_name_goes_on_a_list_and_leaves_it_by_two_people(product: Any, sign_in: Any) -> None:
    name = f"Deals {time.time_ns()}"
    page = sign_in("compliance")
    page.goto(f"{product.url}/compliance?tab=lists")
    page.get_by_text("Make a new list").click()
    page.locator("#compliance-new-list-name").fill(name)
    page.locator("#compliance-new-list-make").click()
    expect(page.locator("#compliance-lists-title")).to_have_text(name)
    page.locator("#compliance-lists-text").fill("We advise the issuer")
    page.locator("#compliance-lists-symbol").fill("nobody")
    page.locator("#compliance-lists-do").click()
    expect(page.locator("#compliance-lists-symbol-error")).not_to_be_empty()
    page.locator("#compliance-lists-symbol").fill("aapl")
    page.locator("#compliance-lists-do").click()
    expect(page.locator(ENTRY)).to_have_count(1)
    expect(page.locator("#compliance-listed-listed")).to_contain_text("AAPL")

    page.locator("#compliance-lists-deed").select_option("import")
    file = {"name": "names.csv", "mimeType": "text/csv", "buffer": b"symbol,reason\nMSFT,As well\nNOSUCH,As well\n"}
    page.locator("#compliance-lists-file input[type=file]").set_input_files(files=file)
    expect(page.locator("#compliance-lists-file-said")).to_contain_text("1 not taken")
    page.locator("#compliance-lists-do").click()
    expect(page.locator(ENTRY)).to_have_count(2)

    page.locator(ENTRY).filter(has_text="Apple").click()
    expect(page.locator("#compliance-lists-deed")).to_have_value("remove")
    page.locator("#compliance-lists-text").fill("The deal is over")
    page.locator("#compliance-lists-do").click()
    expect(page.locator("#compliance-lists-form-said")).to_contain_text("Another person than who asked decides")
    expect(page.locator("#compliance-lists-deed")).not_to_contain_text("Agree")
    picture(page, "lists")

    second = sign_in("administrator", dark=True)
    second.goto(f"{product.url}/compliance?tab=records")
    expect(second.get_by_role("tab", name="Reports")).to_be_hidden()
    second.locator("#compliance-records-requests .ag-row").filter(has_text=name).click()
    expect(second.locator("#compliance-records-detail")).to_contain_text("The deal is over")
    second.locator("#compliance-records-do").click()
    expect(second.get_by_text("Agreed; it is done.")).to_be_visible()
    second.get_by_role("button", name="Verify the chain").click()
    expect(second.locator("#compliance-audit-verdict")).to_contain_text(re.compile("is whole"))
    second.locator("#compliance-audit-action").select_option("restriction.remove")
    wanted = second.locator("#compliance-audit-action option:checked").inner_text()
    last = second.locator("#compliance-audit-rows .ag-row[row-index='0'] [col-id='action']")
    expect(last).to_have_text(wanted)
    last.click()
    expect(second.locator("#compliance-audit-row")).to_contain_text("The deal is over")
    expect(second.locator("#compliance-audit-export")).to_be_hidden()  # the whole chain tells holdings
    page.goto(f"{product.url}/compliance?tab=records")
    with page.expect_download() as got:
        page.locator("#compliance-audit-export").click()
    assert got.value.suggested_filename.endswith(".gz")
    picture(second, "records-dark")


def test_a_report_is_made_kept_and_made_again(product: Any, sign_in: Any) -> None:
    page = sign_in("compliance", width=820)
    page.goto(f"{product.url}/compliance?tab=reports")
    expect(page.locator("#compliance-reports-cadence-said")).to_contain_text("report")
    page.locator("#compliance-reports-start").fill("2026-02-01")
    page.locator("#compliance-reports-end").fill("2026-01-01")
    page.locator("#compliance-reports-make").click()
    expect(page.locator("#compliance-reports-end-error")).to_contain_text("before the first")
    page.locator("#compliance-reports-end").fill("2026-02-28")
    with page.expect_response(lambda answer: is_read_anew(answer.request.post_data or "")):
        page.locator("#compliance-reports-make").click()  # the list is read anew once the work has ended
    expect(page.locator("#compliance-reports-kept")).to_contain_text("1 February 2026 to 28 February 2026")
    expect(page.locator("#compliance-reports-progress")).to_be_hidden()
    with page.expect_download() as got:
        page.locator("#compliance-reports-kept button[id*='|xlsx']").first.click()
    assert got.value.suggested_filename == "auditor-report-2026-02-01-2026-02-28.xlsx"
    picture(page, "reports")


def test_who_only_reads_sees_lists_without_deeds_and_no_records(product: Any, sign_in: Any) -> None:
    page = sign_in("viewer", width=390)
    page.goto(f"{product.url}/compliance?tab=lists")
    expect(page.locator("#compliance-lists-sentence")).not_to_be_empty()
    expect(page.locator("#compliance-lists-form")).to_be_hidden()
    expect(page.get_by_text("Make a new list")).to_be_hidden()
    expect(page.get_by_role("tab", name="Records")).to_be_hidden()
    assert overflow_px(page) == 0
    picture(page, "lists-phone")
    page.goto(f"{product.url}/compliance?tab=records")
    expect(page.locator("#compliance-records-problem")).not_to_be_empty()
    expect(page.locator("#compliance-records-main")).to_be_hidden()

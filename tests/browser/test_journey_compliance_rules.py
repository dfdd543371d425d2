"""Can one person take rules in and propose them, and another one approve them, with a dry run between?"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import overflow_px

RULES = "#compliance-rules-library"


@pytest.fixture(scope="module", autouse=True)
def apart(products: Any) -> Iterator[None]:
    """Leave no approved rules to the journeys of other files."""
    yield
    products.stop()


def picture(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    folder = os.environ.get("PICTURES_DIR")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def do(page: Page, deed: str, reason: str = "") -> None:
    """Choose a deed for what is ticked, and do it."""
    page.locator("#compliance-rules-deed").select_option(label=deed)
    page.locator("#compliance-rules-text").fill(reason)
    page.locator("#compliance-rules-do").click()


@pytest.mark.requirement("4.3.F1")
def test_a_pack_is_taken_in_tried_proposed_and_approved_by_a_second_person(product: Any, sign_in: Any) -> None:
    page = sign_in("compliance")
    page.goto(f"{product.url}/compliance?tab=rules")
    expect(page.locator("#compliance-rules-sentence")).to_contain_text(re.compile("No rules yet|in force"))
    picture(page, "library")
    opened(page, "Take rules in from a pack", "#compliance-packs-pack")
    page.locator("#compliance-packs-pack").select_option("erisa")
    expect(page.locator("#compliance-packs-about")).to_contain_text("employee benefit plans")
    expect(page.locator("#compliance-packs-rules li")).to_have_count(5)
    first = page.locator("#compliance-packs-rules input[inputmode=decimal]").first
    first.fill("a lot")
    page.locator("#compliance-packs-adopt").click()
    expect(page.locator("#compliance-packs-problems")).to_contain_text("“a lot” is not a number")
    picture(page, "packs")
    first.fill("12.5")
    page.locator("#compliance-packs-adopt").click()
    expect(page.locator("#compliance-packs-rules")).to_contain_text("Taken in")
    page.locator("#compliance-rules-of-pack").select_option("erisa")
    expect(page.locator(f"{RULES} .ag-pinned-left-cols-container .ag-row")).to_have_count(5)
    expect(page.locator("#compliance-rules-detail")).to_contain_text("ERISA")  # its first one is shown: all is there
    page.locator(f"{RULES} .ag-header .ag-checkbox-input").click()
    expect(page.locator("#compliance-rules-title")).to_have_text("5 rules are ticked")
    page.locator("#compliance-rules-deed").select_option(label="Dry run over past days: 5 rules")
    page.locator("#compliance-rules-try-first").fill("2022-11-01")
    page.locator("#compliance-rules-try-last").fill("2022-10-01")
    page.locator("#compliance-rules-do").click()
    expect(page.locator("#compliance-rules-try-first-error")).to_contain_text("lies after the last one")
    page.locator("#compliance-rules-try-first").fill("")
    page.locator("#compliance-rules-try-last").fill("")
    expect(page.locator("#compliance-rules-try-takes")).to_contain_text("5 rules on")
    page.locator("#compliance-rules-do").click()
    made = page.locator("#shell-toasts .toast-title", has_text="Dry run made")
    expect(made.first).to_be_visible(timeout=180_000)  # a year of days, on a busy machine
    expect(made).to_have_count(1)
    do(page, "Propose: 5 rules")
    expect(page.locator("#compliance-rules-form-said")).to_contain_text("need another person than you")
    expect(page.locator("#compliance-rules-deed")).not_to_contain_text("Approve")
    picture(page, "proposed")

    second = sign_in("administrator", dark=True)
    second.goto(f"{product.url}/compliance?tab=rules&of=erisa&stands=waiting")
    second.locator(RULES).get_by_text("Securities of the employer").click()
    expect(second.locator("#compliance-rules-detail")).to_contain_text("must be at most 12.5%")
    expect(second.locator("#compliance-rules-detail")).to_contain_text("Dry run over the past")
    do(second, "Reject")
    expect(second.locator("#compliance-rules-text-error")).to_contain_text("needs a reason")
    picture(second, "decide-dark")
    do(second, "Approve", "As discussed")
    expect(second.get_by_text("1 rule approved")).to_be_visible()
    second.goto(f"{product.url}/compliance?tab=rules&of=erisa&stands=in_force")
    expect(second.locator("#compliance-rules-detail")).to_contain_text("As discussed")

    page.goto(f"{product.url}/compliance?tab=rules&of=erisa&stands=in_force")
    write_next_version(page)
    ask_for_a_deviation(page)
    copy_and_take_along(page)


def test_a_search_of_the_library_stays_in_the_address(product: Any, sign_in: Any) -> None:
    page = sign_in("compliance")
    page.goto(f"{product.url}/compliance?tab=rules")
    expect(page.locator("#compliance-rules-sentence")).to_contain_text(re.compile("No rules yet|in force"))
    page.locator("#compliance-rules-search").fill("employer")
    expect(page).to_have_url(re.compile(r"[?&]find=employer(&|$)"))
    page.reload()
    expect(page.locator("#compliance-rules-search")).to_have_value("employer")
    rows = page.locator(f"{RULES} .ag-pinned-left-cols-container .ag-row")
    expect(rows.or_(page.locator("#compliance-rules-empty:not([hidden])")).first).to_be_visible()
    assert all("employer" in text.lower() for text in rows.all_inner_texts())


def test_a_file_of_facts_is_dropped_on_the_tab_and_what_is_wrong_in_it_is_named(product: Any, sign_in: Any) -> None:
    page = sign_in("portfolio_manager", width=820)
    page.goto(f"{product.url}/compliance?tab=facts")
    expect(page.locator("#compliance-facts-file-box")).to_be_visible()
    wrong = b"symbol,date,field,value\nAAPL,2022-12-28,colour,red\n"
    file = {"name": "facts.csv", "mimeType": "text/csv", "buffer": wrong}
    page.locator("#compliance-facts-file input[type=file]").set_input_files(files=file)
    expect(page.locator("#compliance-facts-file-problems")).to_contain_text("colour")
    picture(page, "facts-file")


def opened(page: Page, title: str, inside: str) -> None:
    """Open a folded card, whether or not it opens by itself meanwhile."""
    page.locator("details.folded").filter(has_text=title).evaluate("one => { one.open = true; }")
    expect(page.locator(inside)).to_be_visible()


def copy_and_take_along(page: Page) -> None:
    """Copy the rule for one portfolio, find the copy by its words, and give it out and take it in as a file."""
    page.locator("#compliance-rule-editor-what").select_option("copy")
    page.locator("#compliance-rule-editor-open").click()
    page.locator("#compliance-rule-editor-form").get_by_role("textbox").fill("Not A Code")
    page.locator("#compliance-rule-editor-save").click()  # at once: what is typed counts, however quick the press
    expect(page.locator("#compliance-rule-editor-problems")).to_contain_text("The code cannot be used")
    page.locator("#compliance-rule-editor-form").get_by_role("textbox").fill("own.copy")
    page.locator("#compliance-rule-editor-form select").last.select_option(label="Portfolio Cedar Balanced")
    page.locator("#compliance-rule-editor-save").click()
    expect(page.get_by_text(re.compile(r"^Version 1 of .* is a draft"))).to_be_visible()
    page.goto(page.url.split("?")[0] + "?tab=rules&find=own.copy")
    expect(page.locator("#compliance-rules-detail")).to_contain_text("Cedar Balanced")
    expect(page.locator("#compliance-rules-detail")).to_contain_text("own.copy")
    opened(page, "Rules as a file", "#compliance-rule-files-yaml")
    expect(page.locator("#compliance-rule-files-said")).to_contain_text("1 rule ticked")
    with page.expect_download() as got:
        page.locator("#compliance-rule-files-yaml").click()
    text = got.value.path().read_text("utf-8")
    assert "own.copy" in text
    asked = "#compliance-rule-files-file input[type=file]"
    broken = {"name": "rules.yaml", "mimeType": "application/yaml", "buffer": b'{"rules": [{"rule": {"id": "x"}}]}'}
    page.locator(asked).set_input_files(files=broken)
    refused = page.locator("#compliance-rule-files-problems")
    expect(refused).to_contain_text("title")
    page.wait_for_load_state("networkidle")  # the emptied field was asked about too
    expect(refused).to_contain_text("title")
    named = text.replace("own.copy", "own.imported").encode()
    page.locator(asked).set_input_files(files={**broken, "buffer": named})
    expect(page.locator("#compliance-rule-files-file-said")).to_contain_text("rules.yaml")
    picture(page, "files")


def write_next_version(page: Page) -> None:
    """Write the next version of the rule that is shown; what is wrong is told while one types."""
    expect(page.locator("#compliance-rule-editor-what")).to_have_value("next")
    opened(page, "Write or copy a rule", "#compliance-rule-editor-open")
    page.locator("#compliance-rule-editor-open").click()
    limit = page.get_by_role("group", name="Limit", exact=True).get_by_role("textbox")
    live = page.locator("#compliance-rule-editor-live")
    expect(live).to_contain_text("What it says")
    limit.fill("cpa")
    expect(live).to_contain_text("What is still wrong")
    picture(page, "editor")
    limit.fill("0.95 * cap")
    expect(live).to_contain_text("What it says")
    page.locator("#compliance-rule-editor-save").click()
    expect(page.locator("#compliance-rules-detail")).to_contain_text("How it differs from version 1")
    expect(page.locator("#compliance-rule-editor-foot")).to_be_hidden()


def ask_for_a_deviation(page: Page) -> None:
    """Ask that a portfolio has another figure than the rule."""
    expect(page.locator("#compliance-deviations-deed")).to_have_value("ask")
    opened(page, "What clients and portfolios have otherwise", "#compliance-deviations-for")
    page.locator("#compliance-deviations-for").select_option(label="Portfolio Cedar Balanced")
    page.locator("#compliance-deviations-figures input").first.fill("9")
    page.locator("#compliance-deviations-reason").fill("The mandate says so")
    picture(page, "deviation")
    page.locator("#compliance-deviations-do").click()
    expect(page.locator("#compliance-rules-detail")).to_contain_text("The mandate says so")


def test_who_only_reads_sees_rules_and_no_deeds_and_the_tab_fits_a_phone(product: Any, sign_in: Any) -> None:
    page = sign_in("viewer", width=390)
    page.goto(f"{product.url}/compliance?tab=rules")
    expect(page.locator("#compliance-rules-sentence")).to_contain_text(re.compile("No rules yet|in force"))
    opened(page, "Take rules in from a pack", "#compliance-packs-about")
    expect(page.locator("#compliance-rule-files-take-in")).to_be_hidden()
    expect(page.locator("#compliance-rules-form")).to_be_hidden()
    expect(page.locator("#compliance-packs-adopt")).to_be_hidden()
    expect(page.locator("#compliance-rule-editor-box")).to_be_hidden()
    picture(page, "phone")
    assert overflow_px(page) == 0

"""Does an advisor with a tablet come from a client's answers to a portfolio that suits, why it does, and a paper?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import overflow_px

CLIENT = "Hollis Family Office"
WORK_MAX_MS = 120_000
DRAWING_MAX_MS = 90_000  # the first drawing of an installation lists the machine's fonts


def answer(page: Page) -> None:
    """Write down what the client says about risk today."""
    page.get_by_role("button", name="New answers").click()
    asked = page.get_by_role("dialog", name="Risk questionnaire")
    asked.get_by_label("How much loss could they bear?").select_option("3")
    asked.get_by_label("How long is the money invested?").fill("12")
    asked.get_by_label("Loss they can afford").fill("20")
    asked.get_by_label("Knowledge of investing").select_option("informed")
    asked.get_by_role("button", name="Save as a new version").click()
    expect(asked).to_be_hidden()


@pytest.mark.requirement("1.2.A6")
def test_a_client_s_answers_lead_to_a_portfolio_that_suits_and_a_paper(
    product: Any, sign_in: Any, tmp_path: Path
) -> None:
    page: Page = sign_in("portfolio_manager", width=820, height=1180)
    page.goto(f"{product.url}/clients")
    page.locator("#clients-table .ag-row").filter(has_text=CLIENT).first.tap()
    profile = page.locator("#clients-profile")
    expect(profile).to_contain_text("Risk profile")
    answer(page)
    expect(profile).to_contain_text(re.compile("12 years|12"))
    assert overflow_px(page) <= 0

    page.goto(f"{product.url}/tradeoffs")
    page.get_by_label("Portfolio", exact=True).select_option(label="Aurora Growth")
    expect(page.get_by_label("Client", exact=True).locator("option:checked")).to_have_text(CLIENT)
    page.get_by_role("button", name="Find the trade-offs").tap()
    expect(page.get_by_role("heading", name=f"Recommended for {CLIENT}")).to_be_visible(timeout=WORK_MAX_MS)
    expect(page.locator("#tradeoffs-recommended")).to_contain_text(re.compile(r"risk profile of|loss capacity of"))
    page.get_by_role("button", name="The recommended one").tap()
    expect(page.locator("#tradeoffs-chosen-words")).to_contain_text("as recommended for the client")
    assert overflow_px(page) <= 0

    page.locator("[data-take=page]").first.tap()
    with page.expect_download(timeout=DRAWING_MAX_MS) as waiting:
        page.locator("#take-menu [data-take-as='pdf']").tap()
    waiting.value.save_as(tmp_path / "paper.pdf")
    text = " ".join(" ".join(one.extract_text().split()) for one in pypdf.PdfReader(tmp_path / "paper.pdf").pages)
    assert f"Recommended for {CLIENT}" in text

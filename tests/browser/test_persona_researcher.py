"""Does a researcher bring estimates of their own, see frontier and test over the past, and take the figures along?"""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import STOCKS, Wizard

WORK_MAX_MS = 120_000  # hundreds of dates on a machine that does other things as well
MATRIX = "\tAAPL\tKO\tXOM\nAAPL\t0.09\t\t\nKO\t0.01\t0.04\t\nXOM\t0.02\t0.01\t0.06\n"
OWN = ("AAPL", "KO", "XOM")


def test_own_estimates_a_test_over_the_past_and_the_figures_as_a_file(
    product: Product, sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in("researcher")
    wizard = Wizard(page, product.url).open().choose(*OWN).step("Goal")
    page.get_by_text("For experts: how return and risk are estimated").click()
    page.get_by_label("Covariance", exact=True).select_option("given_covariance")
    box = page.locator("#wizard-own-covariance-paste")
    if not box.is_visible():
        page.locator("details:has(> .field #wizard-own-covariance-paste) > summary").click()
    box.fill(MATRIX)
    page.locator("#wizard-own-covariance-apply").click()
    expect(page.locator("#wizard-own-covariance")).to_contain_text("0.09")
    wizard.step("Limits").type("Largest position", "60").review()
    expect(page.locator("#wizard-summary")).to_contain_text("Own covariance")
    wizard.run().result()
    expect(page.locator("#result-frontier-chart .main-svg").first).to_be_visible()

    wizard.open()
    page.get_by_role("button", name="Start over").click()
    expect(page.locator("#wizard-chosen-count")).to_contain_text("0 of")
    wizard.choose(*STOCKS).review().run().result()
    page.get_by_role("button", name="Test over the past").click()
    page.get_by_text("Quarterly", exact=True).click()
    page.get_by_label("Days looked back").fill("2520")
    page.get_by_role("button", name="Start the test").click()
    page.wait_for_url(re.compile(r"/walk-forward\?run=[0-9a-f-]{36}$"))
    verdict = page.locator("#walk-forward-verdict")
    expect(verdict).to_contain_text(re.compile(r"Over [\d.]+ years and after costs"), timeout=WORK_MAX_MS)
    with page.expect_download() as waiting:
        page.locator("#walk-forward-export-xlsx").click()
    waiting.value.save_as(tmp_path / "walk.xlsx")
    book = openpyxl.load_workbook(tmp_path / "walk.xlsx", data_only=True)
    words = [
        cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
    ]
    assert "Equal weight" in " ".join(words)
    assert any("years and after costs" in one for one in words)  # the verdict of the screen goes along

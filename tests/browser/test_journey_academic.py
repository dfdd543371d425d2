"""Can somebody bring the files of an instance and see how the product compares?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import overflow_px
from tests.conftest import ROOT

FILES = ROOT / "data" / "reference" / "academic"
WORK_MAX_MS = 120_000


@pytest.mark.requirement("1.2.D4")
def test_files_become_frontier_gaps_and_a_race(product: Product, sign_in: SignIn, tmp_path: Path) -> None:
    page = sign_in("researcher")
    page.goto(f"{product.url}/academic")
    start = page.get_by_role("button", name="Run the benchmark")
    expect(start).to_be_disabled()
    with page.expect_download() as example:
        page.get_by_role("link", name="Instance").click()
    assert example.value.path().read_bytes() == (FILES / "instance.txt").read_bytes()
    broken = tmp_path / "broken.txt"
    broken.write_bytes((FILES / "instance.txt").read_bytes().replace(b" 1 2 ", b" 1 99 ", 1))
    chosen = page.locator("#academic-instance-upload input[type=file]")
    chosen.set_input_files(broken)
    expect(page.locator("#academic-instance-check")).to_contain_text("the assets are numbered from 1 to 15")
    expect(start).to_be_disabled()
    chosen.set_input_files(FILES / "instance.txt")
    page.locator("#academic-reference-upload input[type=file]").set_input_files(FILES / "frontier.txt")
    expect(page.locator("#academic-reference-check")).to_contain_text("500 points of a frontier")
    expect(start).to_be_enabled()
    page.get_by_text("Holdings and effort").click()
    page.get_by_label("Trade-offs", exact=True).fill("5")
    page.get_by_label("Evaluations", exact=True).fill("1000")
    start.click()
    page.wait_for_url(re.compile(r"/academic\?run="))
    figures = page.get_by_role("group", name="Key figures of the benchmark")
    expect(figures).to_contain_text("5 of 5", timeout=WORK_MAX_MS)
    expect(page.locator("#academic-frontier-chart .legendtext", has_text="10 holdings, proven")).to_be_visible()
    expect(page.locator("#academic-race-all-chart .legendtext", has_text="NSGA-II").first).to_be_visible()
    expect(page.get_by_role("table", name="What each algorithm reached")).to_contain_text("Search with proof")
    address = page.url
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    expect(figures).to_contain_text("5 of 5")
    assert overflow_px(page) <= 0

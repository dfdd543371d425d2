"""Does a person see the main job run through queue, workers and PostgreSQL in the browser, progress included?"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import FLAGS, WIDE, Watched
from tests.browser.journey import optimize
from tests.conftest import missing_tool
from tests.scale.conftest import MANAGER, Scaled

pytestmark = [pytest.mark.scale, pytest.mark.browser]


@pytest.fixture
def page(scaled: Scaled, manager: str) -> Iterator[Page]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        missing_tool("Chromium is not installed; run make tools.")
    watched = Watched()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        opened = browser.new_context(viewport=WIDE).new_page()  # type: ignore[arg-type]
        opened.set_default_timeout(30_000)
        watched.watch(opened, scaled.product.url)
        yield opened
        browser.close()
    assert not watched.complaints
    assert not watched.foreign


def test_the_main_job_runs_in_the_browser_through_queue_and_workers(scaled: Scaled, page: Page) -> None:
    url = scaled.product.url
    page.goto(url)
    page.get_by_label("E-mail address").fill(MANAGER[0])
    page.get_by_label("Password", exact=True).fill(MANAGER[1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(re.escape(url) + r"/(?!account)"))
    address = optimize(page, url)
    page.goto(url)
    expect(page.get_by_text("Aurora Growth").first).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sharpe")

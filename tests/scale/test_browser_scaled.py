"""Does a person see the main job run through queue, workers and PostgreSQL in the browser, progress included?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WIDE, Watched
from tests.browser.journey import optimize
from tests.scale.conftest import MANAGER, Scaled

pytestmark = [pytest.mark.scale, pytest.mark.browser]


@pytest.fixture
def page(scaled: Scaled, manager: str, browser: Browser) -> Iterator[Page]:
    watched = Watched()
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    watched.watch(opened, scaled.product.url)
    yield opened
    context.close()
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

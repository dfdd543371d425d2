"""Where others reach a new installation, does the printed link make its first administrator, once, and nothing else?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE_MS, Watched, started

PASSWORD = "seven green kettles sing"


@pytest.mark.requirement("6.1.F5")
def test_the_printed_link_makes_the_first_administrator_who_begins_with_the_users(
    browser: Browser, tmp_path: Path, watched: Watched
) -> None:
    with started(tmp_path, HOST="0.0.0.0") as (url, _, log):
        told = log.read_text("utf-8")
        assert "This link makes the first administrator" in told
        assert not (tmp_path / "var" / "sign-ins.txt").exists()
        token = re.search(r"/account/invite/(\S+)", told)
        assert token is not None
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        watched.watch(page, url)
        page.goto(f"{url}/account/invite/{token[1]}")
        page.get_by_label("E-mail address").fill("boss@bank.example")
        page.get_by_label("Name").fill("Ida Boss")
        page.get_by_label("Password", exact=True).fill("short")
        page.get_by_label("Password again").fill("other")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("alert")).to_have_count(2)
        expect(page.get_by_label("Name")).to_have_value("Ida Boss")  # nothing typed is lost but the passwords
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password again").fill(PASSWORD)
        page.get_by_role("button", name="Start").click()
        page.get_by_label("E-mail address").fill("boss@bank.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Users and roles")).to_be_visible()
        expect(page.locator("#users-table")).to_contain_text("Ida Boss")
        expect(
            page.get_by_role("status", name=re.compile("^Connected"))
        ).to_be_visible()  # the socket of a page under a trusted name
        again = context.new_page()
        again.goto(f"{url}/account/invite/{token[1]}")
        expect(again.get_by_role("heading", name="This link does not work any more")).to_be_visible()
        context.close()

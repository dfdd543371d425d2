"""Can an administrator add a feed, try it, give it a key, order it and refresh, and is its failure told with age?"""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, Product, Watched, by_form, read_people, started
from tests.contracts.local_server import Asked, LocalServer, Reply, as_json

KEY = "k3y-of-the-desk-feed"
SYMBOL = "AAPL"
TRIED_AGAIN_S = 5.2
"""A source is tested every five seconds at most, and the description of a feed tried every two."""


class Desk:
    """What the feed answers: bars of one symbol up to eight days ago, or nothing but an error."""

    def __init__(self) -> None:
        self.is_down = False

    def __call__(self, asked: Asked) -> Reply:
        if self.is_down:
            return Reply(b"away", 500)
        if asked.headers.get("X-Api-Key") != KEY:
            return Reply(status=401)
        if asked.path != f"/{SYMBOL}":
            return Reply(b"{}", 404)
        last = datetime.now(UTC).date() - timedelta(days=8)
        days = [last - timedelta(days=back) for back in range(2200)]
        bars = [{"d": day.isoformat(), "c": 100 + day.toordinal() % 7} for day in days if day.weekday() < 5]
        begin = asked.query.get("from", "")
        return as_json({"bars": [bar for bar in bars if str(bar["d"]) >= begin]})


def describe(page: Page, address: str) -> None:
    """Type the description of the feed, with a wrong column, try it, and put it right."""
    page.get_by_role("button", name="Describe a feed").click()
    dialog = page.get_by_role("dialog", name="Describe a feed of your own")
    for label, text in (
        ("Name", "Desk feed"), ("Short name", "desk"), ("Symbol to try", SYMBOL), ("Currency", "USD"),
        ("Address", f"{address}/{{symbol}}?from={{start}}"), ("Where the bars stand", "bars"),
        ("Headers", "X-Api-Key: {key}"), ("Date", "d"), ("Close", "close"),
    ):  # fmt: skip
        dialog.get_by_role("group", name=label, exact=True).get_by_role("textbox").first.fill(text)
    dialog.get_by_label("Key for the try").fill(KEY)
    tried = dialog.get_by_role("status", name="What came of the try")
    dialog.get_by_role("button", name="Try this mapping").click()
    expect(tried).to_contain_text("The mapping does not fit yet")
    expect(tried).to_contain_text("nothing at “close”")
    dialog.get_by_role("group", name="Close", exact=True).get_by_role("textbox").fill("c")
    page.wait_for_timeout(2_100)
    dialog.get_by_role("button", name="Try this mapping").click()
    expect(tried).to_contain_text("The mapping works")
    expect(tried.get_by_role("row")).to_have_count(6)
    dialog.get_by_role("button", name="Save the feed").click()
    expect(dialog).to_be_hidden()


def test_a_feed_is_tried_keyed_ordered_refreshed_and_its_failure_told_with_age(
    browser: Browser, tmp_path: Path, watched: Watched
) -> None:
    desk = Desk()
    with LocalServer().running() as server, started(tmp_path, FEED_ALLOW_PRIVATE="true") as (url, process, log):
        server.script = desk
        people = read_people((tmp_path / "var" / "sign-ins.txt").read_text("utf-8"))
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        watched.watch(page, url)
        by_form(page, Product(url, tmp_path / "var", people, process.pid, log), "administrator")
        page.goto(f"{url}/providers")
        expect(page.get_by_text("The product works offline")).to_be_visible()
        describe(page, server.address)
        card = page.locator(".card-q", has=page.get_by_role("heading", name="Desk feed"))
        expect(card).to_contain_text("Not set")
        card.get_by_role("button", name="Set the key").click()
        dialog = page.get_by_role("dialog", name="Set the key")
        dialog.get_by_label("Key").fill(KEY)
        dialog.get_by_role("button", name="Save the key").click()
        expect(card).to_contain_text("ends in feed")
        assert KEY not in page.content()
        card.get_by_role("button", name="Test").click()
        expect(card.locator(".provider-trial")).to_contain_text("Works")
        tested_s = time.monotonic()
        card.get_by_role("button", name="Switch on").click()
        expect(card).to_contain_text("Working")
        card.get_by_role("button", name="Limits").click()
        page.get_by_label("Requests a day").fill("50")
        page.get_by_role("button", name="Save the limits").click()
        expect(card.get_by_role("img", name="1 of 50 requests used today.")).to_be_visible()
        order = page.locator("#providers-order")
        for place in (1, 0):  # a feed of one's own stands behind the two public sources at first
            page.get_by_role("button", name="Desk feed earlier").click()
            expect(order.get_by_role("listitem").nth(place)).to_contain_text("Desk feed")
        page.get_by_role("button", name="Refresh now").click()
        expect(card).to_contain_text(re.compile(r"(8|9|10) days old"), timeout=PATIENCE_MS * 2)
        expect(card.locator(".data-age.is-stale")).to_be_visible()
        desk.is_down = True
        page.wait_for_timeout(max(0.0, tested_s + TRIED_AGAIN_S - time.monotonic()) * 1000)
        card.get_by_role("button", name="Test").click()
        expect(card.locator(".provider-trial")).to_contain_text("answers with status 500")
        page.reload()
        expect(card).to_contain_text("Not answering")
        expect(page.get_by_text("Not every source answers")).to_be_visible()
        expect(card.locator(".data-age.is-stale")).to_be_visible()
        expect(page.get_by_text(re.compile(r"\d days old: a source does not answer"))).to_be_visible()
        assert KEY not in json.dumps(page.content())
        context.close()

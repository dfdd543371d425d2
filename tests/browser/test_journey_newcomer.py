"""Does somebody new come in five minutes to an optimization that is saved, explained and exported, by screens alone?"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PATIENCE_MS, WIDE, Watched, read_people, started
from tests.browser.journey import FINDING, RESULT

DRAWING_MAX_MS = 90_000  # the first drawing of an installation lists the machine's fonts
LOADING_MAX_MS = 120_000  # of the sample pack
JOURNEY_MAX_S = 300.0
PRESSES_MAX_COUNT = 16


@dataclass
class Hand:
    """A hand that counts what it presses and chooses."""

    count: int = 0

    def press(self, found: Locator) -> None:
        self.count += 1
        found.click()

    def choose(self, found: Locator, **option: Any) -> None:
        self.count += 1
        found.select_option(**option)


@pytest.mark.requirement("5.2.A1")
@pytest.mark.requirement("5.2.F6")
def test_from_the_start_to_a_saved_explained_and_exported_proposal_in_five_minutes(
    browser: Browser, tmp_path: Path, watched: Watched, record_property: Any
) -> None:
    start_s = time.monotonic()
    with started(tmp_path) as (url, _process, _log):
        email, password = read_people((tmp_path / "var" / "sign-ins.txt").read_text("utf-8"))["portfolio_manager"]
        context = browser.new_context(viewport=WIDE, accept_downloads=True)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        watched.watch(page, url)
        hand = Hand()
        page.goto(url)
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password", exact=True).fill(password)
        hand.press(page.get_by_role("button", name="Sign in"))
        with_sample_data(page, hand)
        computed(page, hand)
        saved(page, hand)
        name = explained(page, hand)
        text = exported(page, hand, tmp_path)
        context.close()
    took_s = time.monotonic() - start_s
    assert re.search(FINDING, text)
    assert name in text
    record_property("first_journey_s", round(took_s, 1))
    record_property("first_journey_presses_count", hand.count)
    assert took_s < JOURNEY_MAX_S
    assert hand.count <= PRESSES_MAX_COUNT


def with_sample_data(page: Page, hand: Hand) -> None:
    """Load the sample pack, which the home page offers."""
    hand.press(page.get_by_role("button", name="Load the sample pack"))
    hand.press(page.get_by_role("dialog").get_by_role("button", name="Load the sample pack"))
    expect(page.locator("#shell-toasts")).to_contain_text("The sample pack is loaded", timeout=LOADING_MAX_MS)


def computed(page: Page, hand: Hand) -> None:
    """Go from the first steps through the wizard, with what it proposes, to a result."""
    steps = page.locator("#help-first-steps")
    hand.press(steps.get_by_role("link", name="Optimize"))
    expect(page.locator("#wizard-chosen-count")).to_contain_text("0 of")
    hand.choose(page.get_by_label("Universe", exact=True), label="A portfolio of mine")
    hand.choose(page.get_by_label("Portfolio", exact=True), label="Aurora Growth")
    expect(page.locator("#wizard-chosen-count")).not_to_contain_text(re.compile(r"^0 of"))
    for heading in ("Goal", "Limits", "Review"):
        hand.press(page.get_by_role("button", name=re.compile(f"^(Next|{heading})")).last)
        expect(page.get_by_role("region", name=re.compile(f"^Step [1-5]: {heading}$"))).to_be_visible()
    hand.press(page.get_by_role("button", name="Run optimization"))
    page.wait_for_url(RESULT)
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)


def saved(page: Page, hand: Hand) -> None:
    """Keep the proposal as the portfolio's target."""
    hand.press(page.get_by_role("button", name="Save as target").first)
    hand.press(page.get_by_role("dialog").get_by_role("button", name="Save as target"))
    expect(page.locator("#shell-toasts")).to_contain_text("Saved as target")


def explained(page: Page, hand: Hand) -> str:
    """Ask why one asset has its weight; return the asset."""
    choice = page.get_by_label("Asset", exact=True)
    hand.choose(choice, index=1)
    name = str(choice.input_value())
    expect(page.locator("#why-body h3").first).to_have_text(re.compile(rf"^{name} at [\d.]+%$"))
    return name


def exported(page: Page, hand: Hand, folder: Path) -> str:
    """Take the page along as PDF; return what the file says."""
    hand.press(page.get_by_role("button", name="Take this page along"))
    with page.expect_download(timeout=DRAWING_MAX_MS) as waiting:
        hand.press(page.get_by_role("menuitem", name=re.compile("PDF")).first)
    waiting.value.save_as(folder / "proposal.pdf")
    return " ".join(" ".join(one.extract_text().split()) for one in pypdf.PdfReader(folder / "proposal.pdf").pages)

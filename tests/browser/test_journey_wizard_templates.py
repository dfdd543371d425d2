"""Do goal and limits come back from a template, with what they change told before, and the draft on another machine?"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import STOCKS, Wizard, overflow_px


def save_as(page: Page, kept: str, name: str | None = None) -> None:
    """Keep what stands in the wizard."""
    page.get_by_role("button", name="Save as template").click()
    asked = page.get_by_role("dialog", name=re.compile("Save goal, limits and estimates"))
    asked.get_by_label("Keep as").select_option(label=kept)
    if name:
        asked.get_by_label("Name", exact=True).fill(name)
        asked.get_by_label("Individuals").check()
    asked.get_by_role("button", name="Save template").click()
    expect(asked).to_be_hidden()


@pytest.mark.requirement("5.2.D5")
@pytest.mark.requirement("1.2.B3")
def test_goal_and_limits_are_kept_in_versions_and_used_again_for_other_assets(
    product: Product, sign_in: SignIn
) -> None:
    page, kept = sign_in(), f"Careful growth {uuid4().hex[:4]}"  # nobody has two templates of one name
    wizard = Wizard(page, product.url).open().choose(*STOCKS)
    wizard.step("Goal").goal("Minimum volatility").step("Limits").type("Largest position", "40")
    expect(page.locator(".wz-status")).to_contain_text("40%")
    save_as(page, "A new template", kept)
    wizard.type("Largest position", "35")
    save_as(page, f"A new version of {kept}")
    wizard.step("Universe").choose(*STOCKS[:5]).step("Goal").goal("Maximum Sharpe ratio")
    wizard.step("Limits").type("Largest position", "25")
    page.get_by_role("button", name="Use a template").click()
    asked = page.get_by_role("dialog", name="Start from a template")
    asked.get_by_label("Template", exact=True).select_option(label=kept)
    change = asked.get_by_role("row", name=re.compile("Position, at most"))
    expect(change).to_contain_text("25.00%")
    expect(change).to_contain_text("35.00%")
    asked.get_by_role("button", name="Use this template").click()
    expect(page.get_by_label("Largest position", exact=True)).to_have_value("35")
    expect(page.locator("#wizard-chosen-count")).to_contain_text("5 of")
    wizard.review()
    expect(page.locator("#wizard-sentence")).to_contain_text(re.compile("volatility among 5 stocks"))
    expect(page.locator("#wizard-summary")).to_contain_text(f"From the template {kept}, version 2.")


def test_what_was_typed_is_found_on_another_machine_and_words_and_steps_answer_to_fingers(
    product: Product, sign_in: SignIn
) -> None:
    desk = sign_in()
    wizard = Wizard(desk, product.url).open().choose(*STOCKS[:6]).step("Limits")
    with desk.expect_response(lambda answer: "wizard-keep" in (answer.request.post_data or "")):
        wizard.type("Largest position", "37")
    tablet = sign_in(width=820, height=1180)
    Wizard(tablet, product.url).open().step("Limits")
    largest = tablet.get_by_label("Largest position", exact=True)
    expect(largest).to_have_value("37")
    more = tablet.get_by_role("button", name="More: Largest position")
    more.tap()
    expect(largest).to_have_value("38")
    expect(tablet.locator(".wz-status")).to_contain_text("38%")
    size = more.bounding_box()
    assert size is not None
    assert min(size["width"], size["height"]) >= 44
    tablet.get_by_role("button", name="What does Largest position mean?").tap()
    expect(tablet.locator(".term-answer:visible")).to_contain_text("Glossary")
    assert overflow_px(tablet) == 0


@pytest.mark.requirement("5.2.F2")
def test_a_file_names_the_universe_and_what_start_over_forgot_can_be_brought_back(
    product: Product, sign_in: SignIn
) -> None:
    page = sign_in()
    Wizard(page, product.url).open()
    page.get_by_text("Paste a list of symbols").click()
    holdings = b"Name;Ticker;Weight\nApple;AAPL;5\nCoca-Cola;KO;3\nExxon;XOM;2\nNobody;NOPE;1\n"
    page.locator("#wizard-file input").set_input_files({"name": "h.csv", "mimeType": "text/csv", "buffer": holdings})
    expect(page.locator("#wizard-file-said")).to_have_text("3 assets chosen from the file. Not known: NOPE.")
    count = page.locator("#wizard-chosen-count")
    expect(count).to_contain_text("3 of")
    page.get_by_role("button", name="Start over").click()
    expect(count).to_contain_text("0 of")
    page.get_by_role("button", name="Bring it back").click()
    expect(count).to_contain_text("3 of")

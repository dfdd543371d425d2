"""Can an administrator say on the page of users who works together, and does it hold at once?"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect


def choose_person(page: Page, email: str) -> None:
    """Choose somebody in the list and wait until they are shown."""
    page.locator("#users-table").get_by_text(email).click()
    expect(page.locator("#users-facts")).to_contain_text(email)


def dialog_of(page: Page, title: str) -> Locator:
    return page.get_by_role("dialog", name=title)


def picture(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    folder = os.environ.get("PICTURES_DIR")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.requirement("X.AU2")
def test_who_is_taken_out_of_a_team_on_the_page_sees_its_portfolios_no_more_until_put_back(
    product: Any, sign_in: Any
) -> None:
    viewer = sign_in("viewer")
    viewer.goto(product.url)
    expect(viewer.locator("#home-table")).to_contain_text("Sample")
    page = sign_in("administrator")
    page.goto(f"{product.url}/users")
    expect(page.locator("#users-teams")).to_contain_text("Sample desk")
    choose_person(page, product.people["viewer"][0])
    expect(page.locator("#users-facts")).to_contain_text("Sample desk")
    page.get_by_role("button", name="Choose teams").click()
    asked = dialog_of(page, "Choose teams")
    box = asked.get_by_label("Sample desk")
    expect(box).to_be_checked()
    picture(page, "member-dialog")
    box.uncheck()
    asked.get_by_role("button", name="Save").click()
    expect(asked).to_be_hidden()
    expect(page.locator("#users-facts")).not_to_contain_text("Sample desk")
    viewer.reload()
    expect(viewer.locator("main")).to_contain_text("Nothing is managed here yet.")
    page.get_by_role("button", name="Choose teams").click()
    expect(box).not_to_be_checked()
    box.check()
    asked.get_by_role("button", name="Save").click()
    expect(page.locator("#users-facts")).to_contain_text("Sample desk")
    viewer.reload()
    expect(viewer.locator("#home-table")).to_contain_text("Sample")


def test_the_only_team_is_chosen_for_whom_one_invites_and_a_second_one_can_be_made_and_renamed(
    product: Any, sign_in: Any
) -> None:
    page = sign_in("administrator")
    page.goto(f"{product.url}/users")
    expect(page.locator("#users-teams")).to_contain_text("Sample desk")
    page.get_by_role("button", name="Invite somebody").click()
    invited = dialog_of(page, "Invite somebody")
    expect(invited.get_by_label("Sample desk")).to_be_checked()
    invited.get_by_label("Name").fill("New Person")
    invited.get_by_label("E-mail").fill("new.person@example.com")
    invited.get_by_role("button", name="Make the link").click()
    expect(invited).to_contain_text("The link is ready")
    picture(page, "invite-dialog")
    invited.get_by_role("button", name="Close").click()

    page.get_by_role("button", name="New team").click()
    named = dialog_of(page, "Name the team")
    named.get_by_role("button", name="Save").click()
    expect(named).to_contain_text("1 to 100 characters")
    named.get_by_label("Name").fill("sample DESK")
    named.get_by_role("button", name="Save").click()
    expect(named).to_contain_text("There is a team named")
    named.get_by_label("Name").fill("Second desk")
    named.get_by_role("button", name="Save").click()
    teams = page.locator("#users-teams")
    expect(teams).to_contain_text("Second desk")
    teams.get_by_role("row", name=re.compile("Second desk")).get_by_role("button", name="Rename").click()
    expect(named.get_by_label("Name")).to_have_value("Second desk")
    named.get_by_label("Name").fill("Other desk")
    named.get_by_role("button", name="Save").click()
    expect(teams).to_contain_text("Other desk")
    expect(teams).not_to_contain_text("Second desk")
    picture(page, "teams-card")
    page.get_by_role("button", name="Invite somebody").click()
    expect(invited.get_by_label("Other desk")).not_to_be_checked()
    expect(invited.get_by_label("Sample desk")).not_to_be_checked()

"""Does somebody who was invited get in, protect the account, lose the phone, and get in again?"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE_MS, Product, Watched

PASSWORD = "seven green kettles sing"
EXPECTED = re.compile(r"status of (401|404)")
"""Browsers write into their console that an answer was 401 or 404; the journeys provoke both on purpose."""


@dataclass
class Desk:
    """Opens windows for people who are nobody's sample, and closes them all."""

    browser: Browser
    product: Product
    watched: Watched
    contexts: list[BrowserContext] = field(default_factory=list)

    def window(self, width: int = 1440) -> Page:
        """Return a window in which nobody is signed in."""
        context = self.browser.new_context(viewport={"width": width, "height": 900})
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        self.watched.watch(page, self.product.url)
        return page

    def sign_in(self, page: Page, email: str, password: str = PASSWORD) -> None:
        """Give address and password, as far as that leads."""
        page.goto(f"{self.product.url}/account/login")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()

    def is_home(self, page: Page) -> None:
        """Wait until the product shows its first page."""
        page.wait_for_url(re.compile(re.escape(self.product.url) + r"/(?!account)"))
        expect(page.locator("main h1")).to_be_visible()
        page.wait_for_load_state("networkidle")


@pytest.fixture
def desk(browser: Browser, product: Product, watched: Watched) -> Iterator[Desk]:
    made = Desk(browser, product, watched)
    yield made
    for context in made.contexts:
        context.close()
    watched.complaints = [one for one in watched.complaints if not EXPECTED.search(one)]


@pytest.fixture
def invited(desk: Desk, sign_in: Callable[..., Page]) -> Callable[[str], str]:
    """Return a function that has an administrator invite somebody on the page of users; gives the link."""

    def invite(email: str) -> str:
        page = sign_in("administrator")
        page.goto(f"{desk.product.url}/users")
        page.get_by_role("button", name="Invite somebody").click()
        asked = page.get_by_role("dialog", name="Invite somebody")
        expect(asked.get_by_role("group", name="Teams").or_(asked.get_by_label("Sample desk")).first).to_be_visible()
        asked.get_by_role("button", name="Make the link").click()
        expect(asked).to_contain_text("The name needs 1 to 100 characters")
        expect(asked).to_contain_text("This is not an e-mail address")  # both at once
        asked.get_by_label("Name").fill("Nora Vale")
        asked.get_by_label("E-mail").fill(email)
        asked.get_by_label("Role").select_option("advisor")
        asked.get_by_label("Sample desk").check()  # chosen already where it is the only team
        asked.get_by_role("button", name="Make the link").click()
        expect(asked).to_contain_text("The link is ready")
        link = re.search(r"http://\S+/account/invite/[\w-]+", asked.inner_text())
        assert link is not None
        asked.get_by_role("button", name="Close").click()
        return link[0]

    return invite


@pytest.fixture
def nora(desk: Desk, invited: Callable[[str], str]) -> tuple[str, Page]:
    """Somebody who has just accepted an invitation and is signed in: address and window."""
    email = f"nora.{time.time_ns()}@example.com"
    page = desk.window()
    page.goto(invited(email))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Your account is ready")).to_be_visible()
    desk.sign_in(page, email)
    desk.is_home(page)
    return email, page


def picture(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    folder = os.environ.get("PICTURES_DIR")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def switch_on(page: Page, url: str) -> tuple[pyotp.TOTP, str, list[str]]:
    """Switch the second factor on from the settings; return the authenticator, the code used, and recovery codes."""
    page.goto(f"{url}/settings?tab=security")
    expect(page.locator("#settings-ways-in")).to_contain_text("Whoever learns your password can sign in")
    page.get_by_role("link", name="Switch two-factor on").click()
    page.get_by_role("button", name="Set it up").click()
    key = page.locator(".account-key").inner_text()
    expect(page.get_by_alt_text("Picture to scan")).to_be_visible()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("alert")).to_contain_text("Wait for the next code")
    expect(page.locator(".account-key")).to_have_text(key)  # the picture that was scanned is still good
    authenticator = pyotp.TOTP(key.replace("-", ""))
    used = authenticator.now()
    page.get_by_label("Code").fill(used)
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("Two-factor sign-in is on")).to_be_visible()
    page.get_by_role("button", name="Make new codes").click()
    codes = page.locator(".account-codes code")
    expect(codes).to_have_count(10)
    picture(page, "recovery-codes")
    return authenticator, used, codes.all_inner_texts()


def sign_out(page: Page) -> None:
    page.locator("details:has(form[action='/account/logout']) > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def newest_link(var_dir: Path, after_s: float) -> str:
    """Return the link of the newest mail that waits in the outbox."""
    end_s = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end_s:
        mails = [path for path in (var_dir / "outbox").glob("*.eml") if path.stat().st_mtime >= after_s]
        for path in sorted(mails, key=lambda one: one.stat().st_mtime, reverse=True):
            text = message_from_bytes(path.read_bytes(), policy=policy.default).get_content()
            found = re.search(r"http://\S+/account/reset/\S+", text)
            if found:
                return found[0]
        time.sleep(0.1)
    raise AssertionError("No mail with a link came.")


@pytest.mark.requirement("6.1.F5")
def test_an_invitation_leads_to_an_account_that_sees_what_its_team_sees_and_the_link_works_once(
    desk: Desk, invited: Callable[[str], str]
) -> None:
    email = f"invited.{time.time_ns()}@example.com"
    link = invited(email)
    page = desk.window(width=390)
    page.goto(link)
    expect(page.get_by_role("heading", name="Welcome, Nora Vale")).to_be_visible()
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Password again").fill("other")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Use at least 12 characters")).to_be_visible()
    expect(page.get_by_text("The two passwords differ")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Your account is ready")).to_be_visible()
    desk.sign_in(page, email)
    desk.is_home(page)
    expect(page.locator("#home-table")).to_contain_text("Sample")
    late = desk.window()
    late.goto(link)
    expect(late.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    late.get_by_role("link", name="Back to sign-in").click()
    expect(late.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.requirement("6.1.F5")
def test_codes_of_phone_and_paper_work_once_each(desk: Desk, nora: tuple[str, Page]) -> None:
    email, page = nora
    authenticator, used, codes = switch_on(page, desk.product.url)
    page.reload()
    expect(page.get_by_text("Codes are shown once, and these were")).to_be_visible()
    expect(page.locator(".account-codes")).to_have_count(0)
    page.goto(f"{desk.product.url}/settings?tab=security")
    expect(page.locator("#settings-ways-in")).to_contain_text("10 unused")
    picture(page, "security-on")
    sign_out(page)

    desk.sign_in(page, email)
    page.get_by_label("Code").fill(used)  # the code that switched it on
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("used already")
    page.get_by_label("Code").fill(authenticator.at(int(time.time()) + 30))
    page.get_by_role("button", name="Sign in").click()
    desk.is_home(page)

    other = desk.window()
    desk.sign_in(other, email)
    other.get_by_role("link", name="Use a recovery code").click()
    other.get_by_label("Recovery code").fill(f" {codes[3].upper()} ")
    other.get_by_role("button", name="Sign in").click()
    desk.is_home(other)
    other.goto(f"{desk.product.url}/settings?tab=security")
    expect(other.locator("#settings-ways-in")).to_contain_text("9 unused")
    third = desk.window()
    desk.sign_in(third, email)
    third.get_by_role("link", name="Use a recovery code").click()
    third.get_by_label("Recovery code").fill(codes[3])
    third.get_by_role("button", name="Sign in").click()
    expect(third.get_by_role("alert")).to_contain_text("used already")

    end = other.get_by_role("button", name="End", exact=True)
    end.click()
    asked = other.get_by_role("alertdialog", name="End this session?")
    expect(asked).to_contain_text("signed out at once")
    other.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    expect(end).to_be_focused()
    end.press("Enter")
    expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    asked.get_by_role("button", name="End the session").click()
    expect(other.get_by_text("The session was ended")).to_be_visible()
    expect(page.get_by_text("This session was ended from another one")).to_be_visible()  # by itself, through its socket


@pytest.mark.requirement("6.1.F5")
def test_who_lost_the_phone_is_let_in_by_an_administrator_and_told(
    desk: Desk, nora: tuple[str, Page], sign_in: Callable[..., Page]
) -> None:
    email, page = nora
    switch_on(page, desk.product.url)
    page.goto(desk.product.url)
    expect(page.locator("main h1")).to_be_visible()
    admin = sign_in("administrator")
    admin.goto(f"{desk.product.url}/users")
    admin.locator("#users-table").get_by_text(email).click()
    expect(admin.locator("#users-facts")).to_contain_text(email)
    admin.get_by_role("button", name="Reset two-factor").click()
    asked = admin.get_by_role("dialog", name="Reset two-factor sign-in?")
    expect(asked).to_contain_text("Make sure that it is Nora Vale who asks")
    picture(admin, "reset-dialog")
    asked.get_by_role("button", name="Reset two-factor").click()
    expect(admin.get_by_text("Two-factor sign-in was reset")).to_be_visible()
    expect(admin.locator("#users-totp-reset")).to_be_hidden()

    expect(page.get_by_text("An administrator reset your two-factor sign-in")).to_be_visible()
    desk.sign_in(page, email)
    desk.is_home(page)  # the password alone
    page.locator("#shell-bell-button").click()
    expect(page.get_by_text("Your two-factor sign-in was switched off").first).to_be_visible()


@pytest.mark.requirement("6.1.F5")
def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(desk: Desk, nora: tuple[str, Page]) -> None:
    email, signed_in = nora
    page, began_s = desk.window(), time.time() - 1
    page.goto(f"{desk.product.url}/account/login")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("a link is on its way to it")).to_be_visible()
    link = newest_link(desk.product.var_dir, began_s)
    page.goto(link)
    fresh = "blue harbor cranes whistle"
    page.get_by_label("New password", exact=True).fill(fresh)
    page.get_by_label("New password again").fill(fresh)
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_text("Your new password is saved")).to_be_visible()
    expect(signed_in.get_by_text("Your password or second factor was changed")).to_be_visible()
    page.goto(link)
    expect(page.get_by_text("it was used already")).to_be_visible()
    desk.sign_in(page, email)
    expect(page.get_by_text("do not match")).to_be_visible()
    desk.sign_in(page, email, fresh)
    desk.is_home(page)

    page.goto(f"{desk.product.url}/account/change")
    page.get_by_label("Present password").fill("not this one")
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password again").fill("other")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("alert")).to_have_count(3)
    page.get_by_label("Present password").fill(fresh)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_text("Your new password holds from now on")).to_be_visible()
    page.get_by_role("link", name="Back to settings").click()
    expect(page.locator("#settings-ways-in")).to_contain_text("Changed on")


def test_what_somebody_makes_is_seen_by_the_team_unless_they_say_only_me(
    desk: Desk, nora: tuple[str, Page], sign_in: Callable[..., Page]
) -> None:
    _, page = nora
    names: dict[str, Any] = {"Sample desk": f"Shared {time.time_ns()}", "Only me": f"Private {time.time_ns()}"}
    for team, name in names.items():
        page.goto(desk.product.url)
        page.get_by_role("button", name="New portfolio").first.click()
        asked = page.get_by_role("dialog", name="New portfolio")
        expect(asked.get_by_label("Team")).to_have_value(re.compile(r"^[0-9a-f-]{36}$"))  # the only team is chosen
        asked.get_by_label("Name").fill(name)
        asked.get_by_label("Team").select_option(label=team)
        asked.get_by_role("button", name="Create portfolio").click()
        expect(page.get_by_text(f"{name} was created")).to_be_visible()
    colleague = sign_in("portfolio_manager")
    colleague.goto(desk.product.url)
    expect(colleague.locator("#home-table")).to_contain_text(names["Sample desk"])
    expect(colleague.locator("#home-table")).not_to_contain_text(names["Only me"])
    for name in names.values():  # the other journeys count portfolios
        page.goto(desk.product.url)
        page.locator("#home-table").get_by_text(name).click()
        page.get_by_role("button", name="Delete", exact=True).click()
        page.get_by_role("dialog", name="Delete").get_by_role("button", name="Delete").click()
        expect(page.locator("#home-table")).not_to_contain_text(name)

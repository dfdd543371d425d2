"""Do the account pages tell everything at once, keep what is easily lost, and say what was done and why?"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from services.auth.roles import Role

PASSWORD = "correct horse battery staple"


@pytest.fixture
def newcomer(product: Any, browser: Callable[..., Any]) -> Callable[[], tuple[str, Any]]:
    """Return a function that makes a person who is signed in; gives the address and the browser."""

    def come() -> tuple[str, Any]:
        email = f"account{time.time_ns()}@example.com"
        made = product.services.users.invite(email, "Newcomer", Role.VIEWER, product.actor(Role.ADMINISTRATOR))
        product.services.users.accept_invitation(made.link_token, PASSWORD)
        one = browser(None)
        assert one.sign_in(email, PASSWORD).status_code == 302
        return email, one

    return come


def errors(page: Any) -> dict[str, str]:
    """Return what stands beside each field."""
    found = re.findall(r'class="field-error" id="([^"]+)-error" role="alert">([^<]+)<', page.text)
    return dict(found)


def key_of(page: Any) -> str:
    found = re.search(r'account-key">([^<]+)<', page.text)
    assert found is not None, page.text
    return found[1]


def send_code(one: Any, page: Any, address: str, code: str) -> Any:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token is not None
    return one.open(address, "POST", data={"csrf_token": token[1], "code": code})


def switch_on(one: Any) -> None:
    page = one.form("/account/tf-setup", setup="authenticator")
    action = re.search(r'action="(/account/tf-setup/[^"]+)"', page.text)
    assert action is not None
    code = pyotp.TOTP(key_of(page).replace("-", "")).now()
    assert send_code(one, page, action[1], code).headers["Location"] == "/account/mf-recovery-codes"


def test_a_mistyped_code_keeps_the_picture_and_the_right_one_then_works(newcomer: Any, product: Any) -> None:
    email, one = newcomer()
    page = one.form("/account/tf-setup", setup="authenticator")
    action = re.search(r'action="(/account/tf-setup/[^"]+)"', page.text)
    assert action is not None
    again = send_code(one, page, action[1], "000000")
    assert again.status_code == 200
    assert key_of(again) == key_of(page)
    assert "Wait for the next code" in errors(again)["code"]
    assert not product.services.users.sign_in.find(email=email).tf_totp_secret
    code = pyotp.TOTP(key_of(again).replace("-", "")).now()
    assert send_code(one, again, action[1], code).headers["Location"] == "/account/mf-recovery-codes"
    assert product.services.users.sign_in.find(email=email).tf_totp_secret


def test_switching_it_off_says_so_and_takes_the_recovery_codes_away(newcomer: Any, product: Any) -> None:
    email, one = newcomer()
    switch_on(one)
    form = one.open("/account/mf-recovery-codes")
    assert "no recovery codes" in form.text
    mark = re.search(r'name="once" value="([^"]+)"', form.text)
    assert mark is not None
    made = one.form("/account/mf-recovery-codes", generate_new_codes="y", once="")
    assert made.status_code == 302  # a form that was sent before, or by nobody
    form = one.open("/account/mf-recovery-codes")
    mark = re.search(r'name="once" value="([^"]+)"', form.text)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.text)
    assert mark is not None
    assert token is not None
    fields = {"csrf_token": token[1], "once": mark[1], "generate_new_codes": "y"}
    made = one.open("/account/mf-recovery-codes", "POST", data=fields)
    codes = re.findall(r"<code>([0-9a-f-]+)</code>", made.text)
    assert len(codes) == 10
    user = product.services.users.sign_in.find(email=email)
    repeated = one.open("/account/mf-recovery-codes", "POST", data=fields)
    assert repeated.status_code == 302
    assert product.services.users.sign_in.spend_recovery_code(user.id, codes[0])  # those just shown are still good
    off = one.form("/account/tf-setup", setup="disable")
    assert off.headers["Location"] == "/account/done"
    assert "Two-factor sign-in is off" in one.open("/account/done").text
    assert product.services.users.sign_in.recovery_codes_left_count(user.id) == 0
    assert one.open("/account/done").headers["Location"] == "/settings?tab=security"


def test_all_problems_of_a_new_password_are_told_at_once(newcomer: Any, product: Any) -> None:
    _, one = newcomer()
    page = one.form("/account/change", password="not this one", new_password="short", new_password_confirm="other")
    told = errors(page)
    assert set(told) == {"password", "new_password", "new_password_confirm"}
    assert told["password"].startswith("This is not your present password")
    assert "at least 12" in told["new_password"]
    good = one.form("/account/change", password=PASSWORD, new_password="nine amber lanterns glow",
                    new_password_confirm="nine amber lanterns glow")  # fmt: skip
    assert good.headers["Location"] == "/account/done"
    assert "Your new password holds" in one.open("/account/done").text


def test_the_present_password_cannot_be_guessed_on_the_page_that_changes_it(newcomer: Any) -> None:
    _, one = newcomer()
    fields = {"new_password": "nine amber lanterns glow", "new_password_confirm": "nine amber lanterns glow"}
    for number in range(5):
        assert one.form("/account/change", password=f"guess number {number}", **fields).status_code == 200
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', one.open("/account/change").text)
    assert token is not None
    blocked = one.open("/account/change", "POST", data={"csrf_token": token[1], "password": PASSWORD, **fields})
    assert blocked.status_code == 429


def test_an_invitation_tells_all_problems_and_a_dead_link_says_so_in_the_products_look(
    product: Any, browser: Callable[..., Any]
) -> None:
    email = f"invited{time.time_ns()}@example.com"
    made = product.services.users.invite(email, "Nora", Role.VIEWER, product.actor(Role.ADMINISTRATOR))
    link = f"/account/invite/{made.link_token}"
    page = browser(None).form(link, password="short", password_confirm="other")
    assert set(errors(page)) == {"password", "password_confirm"}
    product.services.users.withdraw_invitation(made.id, product.actor(Role.ADMINISTRATOR))
    dead = browser(None).open(link)
    assert dead.status_code == 404
    assert "This link does not work any more" in dead.text
    assert 'href="/account/login"' in dead.text


def test_the_first_administrator_needs_an_address_that_can_sign_in(product: Any, browser: Callable[..., Any]) -> None:
    token = product.services.invitations.make_setup(product.services.users.ensure_tenant())
    fields = {"email": "nonsense", "name": " ", "password": "short", "password_confirm": "other"}
    page = browser(None).form(f"/account/invite/{token}", **fields)
    assert page.status_code == 200
    assert set(errors(page)) == {"email", "name", "password", "password_confirm"}
    assert "not an e-mail address" in errors(page)["email"]
    assert product.services.users.sign_in.find(email="nonsense") is None


def test_a_session_that_was_ended_says_why_and_signing_out_says_nothing(
    newcomer: Any, product: Any, api: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    email, one = newcomer()
    other = browser(None)
    other.sign_in(email, PASSWORD)
    keys = {row["is_current"]: row["key"] for row in one.open("/api/v1/sessions").get_json()["data"]}
    assert api(Role.ADMINISTRATOR).ask("DELETE", f"/sessions/{keys[False]}").status_code == 204
    assert "ended from another one" in other.open("/account/login").text
    assert "banner" not in one.open("/account/change").text
    one.open("/account/logout", "POST", data={"csrf_token": one.cookie("csrf")})
    assert 'class="banner' not in one.open("/account/login").text


def test_the_log_holds_no_link_that_works_once(
    product: Any, browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []
    from api import request_log

    monkeypatch.setattr(request_log._log, "info", lambda event, **more: lines.append(more), raising=False)
    browser(None).open("/account/invite/a-secret-token")
    assert "a-secret-token" not in json.dumps(lines)
    assert [line["path"] for line in lines] == ["/account/invite/..."]


@pytest.mark.parametrize(
    ("cookie", "theme"), [(None, "system"), ("dark", "dark"), ("light", "light"), ("pink", "system")]
)
@pytest.mark.parametrize("path", ["/account/login", "/nowhere.txt"])
def test_a_page_without_a_script_has_the_chosen_look_or_else_that_of_the_system(
    browser: Callable[..., Any], path: str, cookie: str | None, theme: str
) -> None:
    one = browser(None)
    if cookie is not None:
        one.client.set_cookie("qpo_theme", cookie, domain="127.0.0.1")
    page = one.open(path, follow_redirects=True)
    assert f'data-bs-theme="{theme}"' in page.text
    assert '/assets/boot/system_theme.css"' in page.text
    assert one.open("/assets/boot/system_theme.css").status_code == 200

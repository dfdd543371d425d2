"""Is a password set only by whoever may, through a page, a reset mail, an invitation or the set-up link?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role
from tests.api.sign_in_steps import NEW_PASSWORD, is_in


def test_sensitive_pages_ask_for_the_password_again_after_ten_minutes(
    browser: Callable[..., Any], person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = browser(None)
    one.sign_in(*person())
    assert one.open("/account/tf-setup").status_code == 200
    with one.client.session_transaction(base_url="http://127.0.0.1:8050") as session:
        session["fs_paa"] = time.time() - 601
    answer = one.open("/account/tf-setup")
    assert answer.status_code == 302
    assert "/account/verify" in answer.headers["Location"]


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(browser: Callable[..., Any], person: Any) -> None:
    email, password = person()
    one, other = browser(None), browser(None)
    one.sign_in(email, password)
    other.sign_in(email, password)
    fresh = "another fine long password"
    answer = one.form("/account/change", password=password, new_password=fresh, new_password_confirm=fresh)
    assert answer.status_code == 302, answer.text
    assert is_in(one)
    assert not is_in(other)
    assert browser(None).sign_in(email, password).status_code == 200
    assert browser(None).sign_in(email, fresh).status_code == 302


@pytest.mark.parametrize("bad", ["short", "passwordpassword", "aaaaaaaaaaaaaaaa", "x1" * 100])
def test_weak_and_endless_passwords_are_refused(browser: Callable[..., Any], person: Any, bad: str) -> None:
    email, password = person()
    one = browser(None)
    one.sign_in(email, password)
    answer = one.form("/account/change", password=password, new_password=bad, new_password_confirm=bad)
    assert answer.status_code == 200


def test_a_reset_mail_waits_in_the_outbox_and_its_link_works_once(
    browser: Callable[..., Any], product: Any, person: Any
) -> None:
    email, password = person()
    signed_in = browser(None)
    signed_in.sign_in(email, password)
    outbox = product.settings.var_dir / "outbox"
    before = set(outbox.glob("*.eml")) if outbox.exists() else set()
    known, unknown = browser(None), browser(None)
    page, blank = known.form("/account/reset", email=email), unknown.form("/account/reset", email="ghost@example.com")
    assert page.status_code == blank.status_code
    (mail,) = set(outbox.glob("*.eml")) - before
    assert mail.stat().st_mode & 0o077 == 0
    import email as mails
    from email import policy

    text = mails.message_from_bytes(mail.read_bytes(), policy=policy.default).get_content()
    link = re.search(r"http://127\.0\.0\.1:8050(/account/reset/\S+)", text)
    assert link is not None, text
    fresh = "yet another long password"
    assert known.form(link[1], password=fresh, password_confirm=fresh).status_code == 302
    assert not is_in(known)
    assert not is_in(signed_in)
    assert browser(None).sign_in(email, fresh).status_code == 302
    assert browser(None).open(link[1]).status_code == 302


def test_an_invitation_is_accepted_once_and_the_password_is_checked(browser: Callable[..., Any], product: Any) -> None:
    address = f"new{time.time_ns()}@example.com"
    invitation = product.services.users.invite(address, "New Person", Role.ADVISOR, product.actor(Role.ADMINISTRATOR))
    link = f"/account/invite/{invitation.link_token}"
    one = browser(None)
    assert one.form(link, password="short", password_confirm="short").status_code == 200
    assert one.form(link, password=NEW_PASSWORD, password_confirm="something else").status_code == 200
    answer = one.form(link, password=NEW_PASSWORD, password_confirm=NEW_PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login")
    assert one.sign_in(address, NEW_PASSWORD).status_code == 302
    assert browser(None).open(link).status_code == 404


def test_the_set_up_link_makes_the_first_administrator_once(browser: Callable[..., Any], product: Any) -> None:
    token = product.services.invitations.make_setup(product.services.users.ensure_tenant())
    link, address = f"/account/invite/{token}", f"first{time.time_ns()}@example.com"
    one = browser(None)
    fields = {"email": address, "name": "First Person", "password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD}
    assert one.form(link, **{**fields, "email": ""}).status_code == 200
    assert one.form(link, **fields).status_code == 302
    assert one.sign_in(address, NEW_PASSWORD).status_code == 302
    assert one.open("/api/v1/users/me").get_json()["role"] == "administrator"
    assert browser(None).open(link).status_code == 404

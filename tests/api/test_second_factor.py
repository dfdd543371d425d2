"""Does the second factor hold: codes and recovery codes work once, and a lost phone locks nobody out for good?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.auth.roles import Role
from tests.api.sign_in_steps import enroll, is_in, next_code


def test_the_second_factor_is_asked_for_and_each_code_works_once(browser: Callable[..., Any], person: Any) -> None:
    email, password = person()
    one = browser(None)
    one.sign_in(email, password)
    authenticator = enroll(one, password)
    code = next_code(authenticator)
    first, second = browser(None), browser(None)
    for visitor in (first, second):
        answer = visitor.sign_in(email, password)
        assert answer.headers["Location"].startswith("/account/tf-validate")
        assert visitor.open("/_dash-layout", headers={"Accept": "*/*"}).status_code == 401
    assert first.form("/account/tf-validate", code=code).status_code == 302
    assert is_in(first)
    again = second.form("/account/tf-validate", code=code)
    assert again.status_code == 200
    assert "used already" in again.text
    assert not is_in(second)


def test_who_lost_the_phone_is_let_in_by_an_administrator(
    browser: Callable[..., Any], person: Any, product: Any, api: Callable[..., Any]
) -> None:
    email, password = person()
    one, waiting = browser(None), browser(None)
    one.sign_in(email, password)
    enroll(one, password)
    assert waiting.sign_in(email, password).headers["Location"].startswith("/account/tf-validate")
    user = product.services.users.sign_in.find(email=email)
    address = f"/users/{user.id}/two-factor/reset"
    assert api(Role.COMPLIANCE).post(address).status_code == 403
    assert api(Role.ADMINISTRATOR).post("/users/nobody/two-factor/reset").status_code == 404
    answer = api(Role.ADMINISTRATOR).post(address)
    assert (answer.status_code, answer.get_json()["has_totp"]) == (200, False)
    assert not is_in(one)
    late = waiting.open("/account/tf-validate")
    assert late.status_code in (200, 302)
    if late.status_code == 200:
        assert waiting.form("/account/tf-validate", code="123456").status_code in (200, 302)
    assert not is_in(waiting)
    assert browser(None).sign_in(email, password).headers["Location"] == "/"
    again = api(Role.ADMINISTRATOR).post(address)
    assert (again.status_code, again.get_json()["code"]) == (409, "no_totp")
    mine = product.actor(Role.ADMINISTRATOR).user_id
    assert api(Role.ADMINISTRATOR).post(f"/users/{mine}/two-factor/reset").get_json()["code"] == "own_account"


def test_of_twelve_who_use_one_code_at_once_one_gets_in(product: Any, person: Any) -> None:
    email, _ = person()
    user = product.services.users.sign_in.find(email=email)
    counter = int(time.time()) // 30
    with ThreadPoolExecutor(12) as pool:
        spent = list(pool.map(lambda _: product.services.users.sign_in.spend_totp_counter(user.id, counter), range(12)))
    assert sum(spent) == 1


def test_recovery_codes_are_shown_once_and_each_works_once(browser: Callable[..., Any], person: Any) -> None:
    email, password = person()
    one = browser(None)
    one.sign_in(email, password)
    enroll(one, password)
    if one.open("/account/mf-recovery-codes").status_code == 302:  # signed in anew by the change of profile
        one.form("/account/verify", password=password)
    mark = re.search(r'name="once" value="([^"]+)"', one.open("/account/mf-recovery-codes").text)
    assert mark is not None
    token = one.cookie("csrf") or ""
    fields = {"csrf_token": token, "once": mark[1], "generate_new_codes": "1"}
    shown = one.open("/account/mf-recovery-codes", "POST", data=fields)
    codes = re.findall(r"\b[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}\b", shown.text)
    assert len(set(codes)) == 10
    assert not re.search(
        r"\b[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}\b", one.open("/account/mf-recovery-codes?show_codes=1").text
    )
    first, second = browser(None), browser(None)
    for visitor in (first, second):
        visitor.sign_in(email, password)
    assert first.form("/account/mf-recovery", code=codes[0]).status_code == 302
    assert is_in(first)
    assert second.form("/account/mf-recovery", code=codes[0]).status_code == 200
    assert not is_in(second)


def test_a_half_finished_sign_in_expires(
    browser: Callable[..., Any], person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.session import half_login

    email, password = person()
    one = browser(None)
    one.sign_in(email, password)
    authenticator = enroll(one, password)
    other = browser(None)
    other.sign_in(email, password)
    assert other.open("/account/tf-validate").status_code == 200
    later_s = time.time() + 301
    monkeypatch.setattr(half_login.time, "time", lambda: later_s)
    answer = other.open("/account/tf-validate")
    assert answer.status_code == 302
    assert "/account/login" in answer.headers["Location"]
    monkeypatch.undo()
    assert other.open("/account/tf-validate").status_code == 302
    assert authenticator

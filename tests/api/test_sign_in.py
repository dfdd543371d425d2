"""Do people get in with what is theirs, and nobody with what is not?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pyotp
import pytest

from services.auth.roles import Role

NEW_PASSWORD = "correct horse battery staple"
GENERIC = "do not match"


@pytest.fixture
def person(product: Any) -> Callable[..., tuple[str, str]]:
    """Return people made for one test."""
    made = 0

    def make(role: Role = Role.VIEWER) -> tuple[str, str]:
        nonlocal made
        made += 1
        email = f"p{time.time_ns()}.{made}@example.com"
        administrator = product.actor(Role.ADMINISTRATOR)
        invitation = product.services.users.invite(email, "Test Person", role, administrator)
        product.services.users.accept_invitation(invitation.link_token, NEW_PASSWORD)
        return email, NEW_PASSWORD

    return make


def is_in(one: Any) -> bool:
    return one.open("/account/change").status_code == 200


@pytest.mark.requirement("6.1.F5")
def test_the_right_password_lets_in_and_the_session_is_listed(browser: Callable[..., Any], person: Any) -> None:
    one = browser(None)
    assert not is_in(one)
    answer = one.sign_in(*person())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_in(one)
    (session,) = one.open("/api/v1/sessions").get_json()["data"]
    assert session["is_current"] is True
    assert set(session) == {"key", "started_at_utc", "seen_at_utc", "agent", "ip", "is_current"}


def test_wrong_unknown_and_disabled_get_the_same_words(browser: Callable[..., Any], product: Any, person: Any) -> None:
    email, password = person()
    disabled, _ = person()
    user = product.services.users.sign_in.find(email=disabled)
    product.services.users.disable(user.id, product.actor(Role.ADMINISTRATOR))
    pages = []
    for address, secret in ((email, "wrong password here"), ("nobody@example.com", password), (disabled, password)):
        one = browser(None)
        page = one.sign_in(address, secret)
        assert page.status_code == 200
        assert GENERIC in page.text
        pages.append(re.sub(r'value="[^"]*"', "", page.text))
        assert not is_in(one)
    assert pages[0] == pages[1] == pages[2]


def test_an_enormous_password_fails_without_being_hashed(browser: Callable[..., Any], person: Any) -> None:
    email, _ = person()
    started_s = time.perf_counter()
    page = browser(None).sign_in(email, "x" * 400_000)
    assert page.status_code == 200
    assert GENERIC in page.text or "provided" in page.text.lower()
    assert time.perf_counter() - started_s < 2.0


def test_after_five_failures_the_account_waits_at_this_address_only(browser: Callable[..., Any], person: Any) -> None:
    email, password = person()
    one, other = browser(None), browser(None)
    for _ in range(5):
        one.sign_in(email, "wrong password here")
    blocked = one.sign_in(email, password)
    assert blocked.status_code == 429
    assert 1 <= int(blocked.headers["Retry-After"]) <= 900
    assert "too many failed attempts" in blocked.text.lower()
    assert other.sign_in(email, password).status_code == 302


def test_unknown_accounts_are_throttled_like_known_ones(browser: Callable[..., Any]) -> None:
    one = browser(None)
    for _ in range(5):
        assert one.sign_in("ghost@example.com", "wrong password here").status_code == 200
    assert one.sign_in("ghost@example.com", "wrong password here").status_code == 429


def test_one_address_gets_twenty_tries_a_minute_whatever_the_account(browser: Callable[..., Any]) -> None:
    one = browser(None)
    statuses = [one.sign_in(f"ghost{i}@example.com", "wrong password here").status_code for i in range(21)]
    assert statuses == [200] * 20 + [429]


@pytest.mark.requirement("X.AU4")
def test_signing_out_ends_the_session_even_for_a_stolen_cookie(browser: Callable[..., Any], person: Any) -> None:
    one, thief = browser(None), browser(None)
    one.sign_in(*person())
    thief.client.set_cookie("qpo", one.cookie("qpo"), domain="127.0.0.1")
    assert is_in(thief)
    answer = one.open("/account/logout", "POST", data={"csrf_token": one.cookie("csrf")})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login")
    assert not is_in(one)
    assert not is_in(thief)


def test_signing_out_needs_the_token(browser: Callable[..., Any], person: Any) -> None:
    one = browser(None)
    one.sign_in(*person())
    assert one.open("/account/logout", "POST", data={}).status_code == 400
    assert is_in(one)


def test_the_session_id_and_the_form_token_change_at_sign_in(browser: Callable[..., Any], person: Any) -> None:
    one = browser(None)
    page = one.open("/account/login")
    before, token = one.cookie("qpo"), re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token is not None
    one.sign_in(*person())
    assert one.cookie("qpo") != before
    assert one.open("/account/logout", "POST", data={"csrf_token": token[1]}).status_code == 400


@pytest.mark.requirement("X.AU4")
@pytest.mark.parametrize(("idle", "age"), [(timedelta(minutes=16), timedelta()), (timedelta(), timedelta(hours=13))])
def test_a_session_ends_when_idle_and_when_old(
    browser: Callable[..., Any], product: Any, person: Any, idle: timedelta, age: timedelta
) -> None:
    one = browser(None)
    one.sign_in(*person())
    key = one.open("/api/v1/sessions").get_json()["data"][0]["key"]
    assert is_in(one)
    from sqlalchemy import update

    from data.store.tables import UserSession

    now_utc = product.services.ports.clock.now_utc()
    with product.services.ports.store.system() as uow:
        uow.sessions.touch(key, now_utc - idle)
        uow.sessions._session.execute(
            update(UserSession).where(UserSession.key == key).values(started_at_utc=now_utc - age)
        )
        uow.commit()
    assert not is_in(one)
    reason = "15 minutes without activity" if idle else "after 12 hours"
    assert reason in one.open("/account/login").text


@pytest.mark.requirement("X.AU4")
def test_a_disabled_person_is_out_at_the_next_request(browser: Callable[..., Any], product: Any, person: Any) -> None:
    one = browser(None)
    email, password = person()
    one.sign_in(email, password)
    user = product.services.users.sign_in.find(email=email)
    product.services.users.disable(user.id, product.actor(Role.ADMINISTRATOR))
    assert not is_in(one)


@pytest.mark.requirement("X.AU4")
def test_one_session_can_be_ended_from_another(
    browser: Callable[..., Any], product: Any, person: Any, api: Any
) -> None:
    one, other = browser(None), browser(None)
    credentials = person()
    one.sign_in(*credentials)
    other.sign_in(*credentials)
    token = (
        api(None).post("/auth/token", json={"email": credentials[0], "password": credentials[1]}).get_json()["token"]
    )
    program = api(secret=token)
    sessions = program.get("/sessions").get_json()["data"]
    assert len(sessions) == 3
    mine = next(item["key"] for item in other.open("/api/v1/sessions").get_json()["data"] if item["is_current"])
    assert program.ask("DELETE", f"/sessions/{mine}").status_code == 204
    assert not is_in(other)
    assert is_in(one)


def test_timers_do_not_keep_a_session_alive(browser: Callable[..., Any], product: Any, person: Any) -> None:
    one = browser(None)
    one.sign_in(*person())
    key = one.open("/api/v1/sessions").get_json()["data"][0]["key"]
    then = product.services.ports.clock.now_utc() - timedelta(minutes=10)

    def seen_after(changed: list[str]) -> bool:
        with product.services.ports.store.system() as uow:
            uow.sessions.touch(key, then)
            uow.commit()
        one.callback({"output": "x.y", "outputs": {}, "inputs": [], "changedPropIds": changed})
        with product.services.ports.store.system(read_only=True) as uow:
            row = uow.sessions.find(key)
            assert row is not None
            return bool(row.seen_at_utc > then)

    assert not seen_after(["shell-fallback.n_intervals"])
    assert not seen_after(["shell-event.data"])
    assert seen_after(["home-new.n_clicks"])


def enroll(one: Any, password: str) -> pyotp.TOTP:
    """Switch the second factor on as a person does; return the authenticator."""
    page = one.form("/account/tf-setup", setup="authenticator")
    assert page.status_code == 200, page.text
    secret = re.search(r"\b((?:[A-Z2-7]{4}[- ]?){7,16}[A-Z2-7]{0,4})\b", page.text)
    assert secret is not None, page.text
    authenticator = pyotp.TOTP(re.sub(r"[- ]", "", secret[1]))
    action = re.search(r'action="(/account/tf-setup/[^"]+)"', page.text)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert action is not None
    assert token is not None
    done = one.open(action[1], "POST", data={"csrf_token": token[1], "code": authenticator.now()})
    assert done.status_code == 302, done.text
    return authenticator


def next_code(authenticator: pyotp.TOTP) -> str:
    """Return the code of the next step, which the window of one step already takes."""
    return authenticator.at(int(time.time()) + 30)


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


def test_sample_people_are_refused_where_others_reach_the_product(
    browser: Callable[..., Any], product: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = browser(Role.VIEWER)
    assert is_in(inside)
    monkeypatch.setattr(type(product.settings), "allows_sample_sign_ins", property(lambda _: False))
    assert not is_in(inside)
    page = browser(None).sign_in(*product.passwords[Role.VIEWER])
    assert page.status_code == 200
    assert GENERIC in page.text

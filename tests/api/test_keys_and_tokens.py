"""Do keys and tokens let programs in, and do they end when they should?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from services.auth.roles import Role

PASSWORD = "correct horse battery staple"


@pytest.fixture
def person(product: Any) -> str:
    """Return the address of somebody made for one test."""
    email = f"k{time.time_ns()}@example.com"
    invitation = product.services.users.invite(email, "Key Person", Role.ADVISOR, product.actor(Role.ADMINISTRATOR))
    product.services.users.accept_invitation(invitation.link_token, PASSWORD)
    return email


@pytest.mark.requirement("6.1.A2")
@pytest.mark.requirement("X.AU5")
def test_a_key_is_shown_once_used_and_revoked(api: Callable[..., Any], program: Callable[..., Any]) -> None:
    one = program()
    made = one.post("/api-keys", json={"name": "reporting"})
    assert made.status_code == 201
    secret, key = made.get_json()["secret"], made.get_json()["key"]
    assert secret.startswith("qpo_")
    listed = one.get("/api-keys?limit=200")
    assert secret not in listed.text
    assert key["id"] in listed.text
    assert api(secret=secret).get("/portfolios").status_code == 200
    assert one.ask("DELETE", f"/api-keys/{key['id']}").status_code == 204
    assert api(secret=secret).get("/portfolios").status_code == 401


def test_a_key_ends_with_its_time_and_with_its_owner(
    api: Callable[..., Any], program: Callable[..., Any], product: Any, person: str
) -> None:
    past = program().post("/api-keys", json={"name": "old", "expires_at_utc": "2020-01-01T00:00:00Z"})
    assert past.status_code == 422
    token = api(None).post("/auth/token", json={"email": person, "password": PASSWORD}).get_json()["token"]
    secret = api(secret=token).post("/api-keys", json={"name": "mine"}).get_json()["secret"]
    assert api(secret=secret).get("/portfolios").status_code == 200
    user = product.services.users.sign_in.find(email=person)
    product.services.users.disable(user.id, product.actor(Role.ADMINISTRATOR))
    assert api(secret=secret).get("/portfolios").status_code == 401


def test_a_key_is_only_good_for_the_api(api: Callable[..., Any], product: Any) -> None:
    client = api()._client
    headers = {"Authorization": f"Bearer {product.keys[Role.PORTFOLIO_MANAGER]}"}
    for path in ("/", "/_dash-layout", "/account/change", "/download/runs/x/table.csv"):
        assert client.get(path, base_url="http://127.0.0.1:8050", headers=headers).status_code == 401, path


@pytest.mark.requirement("6.1.A2")
def test_a_token_is_given_for_the_password_and_given_back(api: Callable[..., Any], person: str) -> None:
    answer = api(None).post("/auth/token", json={"email": person.upper(), "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    one = api(secret=answer.get_json()["token"])
    owner = one.get("/auth/token").get_json()
    assert (owner["role"], owner["via"]) == ("advisor", "token")
    assert one.post("/portfolios", json={"name": "By token"}).status_code == 201
    assert one.ask("DELETE", "/auth/token").status_code == 204
    assert one.get("/portfolios").status_code == 401


def test_wrong_and_unknown_get_the_same_answer_and_are_throttled(api: Callable[..., Any], person: str) -> None:
    wrong = api(None).post("/auth/token", json={"email": person, "password": "wrong password here"})
    unknown = api(None).post("/auth/token", json={"email": "ghost@example.com", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.get_json()["code"] == unknown.get_json()["code"] == "wrong_credentials"
    assert wrong.get_json()["detail"] == unknown.get_json()["detail"]
    for _ in range(4):
        api(None).post("/auth/token", json={"email": person, "password": "wrong password here"})
    blocked = api(None).post("/auth/token", json={"email": person, "password": PASSWORD})
    assert blocked.status_code == 429
    assert int(blocked.headers["Retry-After"]) >= 1


def test_the_second_factor_is_asked_for_and_each_code_works_once(
    api: Callable[..., Any], product: Any, person: str
) -> None:
    from flask_security.proxies import _security

    user = product.services.users.sign_in.find(email=person)
    with product.server.test_request_context("/", base_url="http://127.0.0.1:8050"):
        secret = _security.totp_factory.generate_totp_secret()
        authenticator = pyotp.TOTP(_security.totp_factory.get_totp_b32_key(secret))
    changes = {"tf_primary_method": "authenticator", "tf_totp_secret": secret}
    product.services.users.sign_in.put(user.id, changes)
    plain = api(None).post("/auth/token", json={"email": person, "password": PASSWORD})
    assert (plain.status_code, plain.get_json()["code"]) == (401, "totp_required")
    body = {"email": person, "password": PASSWORD, "totp": authenticator.now()}
    assert api(None).post("/auth/token", json=body).status_code == 201
    assert api(None).post("/auth/token", json=body).status_code == 401
    assert api(None).post("/auth/token", json={**body, "totp": "000000"}).status_code == 401


def test_who_guesses_keys_is_told_to_wait(product: Any) -> None:
    client = product.server.test_client(use_cookies=False)
    headers = {"Authorization": "Bearer qpo_live_00000000_" + "a" * 43}
    place = {"REMOTE_ADDR": "192.0.2.77"}
    statuses = [
        client.get(
            "/api/v1/roles", base_url="http://127.0.0.1:8050", headers=headers, environ_overrides=place
        ).status_code
        for _ in range(61)
    ]
    assert statuses == [401] * 60 + [429]


@pytest.mark.requirement("6.1.D2")
def test_a_budget_is_counted_told_and_enforced(product: Any) -> None:
    from api.registration import make_server

    settings = product.settings.model_copy(update={"api_rate_per_min": 3})
    client = make_server(settings, product.services, product.settings.var_dir).test_client(use_cookies=False)
    headers = {"Authorization": f"Bearer {product.keys[Role.VIEWER]}"}
    answers = [client.get("/api/v1/roles", base_url="http://127.0.0.1:8050", headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0].headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert answers[0].headers["RateLimit"].startswith('"default";r=2;t=')
    assert answers[3].mimetype == "application/problem+json"
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    other = {"Authorization": f"Bearer {product.keys[Role.ADVISOR]}"}
    assert client.get("/api/v1/roles", base_url="http://127.0.0.1:8050", headers=other).status_code == 200

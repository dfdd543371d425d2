"""Has every POST its effect once, however often it is sent with one key?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role

REQUEST = {
    "problem": {
        "assets": ["A", "B", "C"],
        "expected_returns_frac": [0.0004, 0.0003, 0.0002],
        "covariance": [[0.0002, 0.00002, 0.0], [0.00002, 0.0001, 0.0], [0.0, 0.0, 0.00008]],
    },
    "objective": {"kind": "min_volatility"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0}],
}
WITHOUT_KEY = {
    "/api/v1/academic/files/read",
    "/api/v1/auth/token",
    "/api/v1/data/imports/rejects",
    "/api/v1/feeds/try",
    "/api/v1/live/feed/pause",
    "/api/v1/live/feed/resume",
    "/api/v1/live/feed/start",
    "/api/v1/live/feed/stop",
    "/api/v1/live/ticks",
    "/api/v1/providers/{provider}/test",
    "/api/v1/frontiers/living",
    "/api/v1/frontiers/living/moves",
    "/api/v1/rules/check",
    "/api/v1/rules/readiness",
    "/api/v1/stream/tickets",
    "/api/v1/optimizations/preview",
    "/api/v1/optimizations/diagnose",
    "/api/v1/optimizations/repair",
    "/api/v1/optimizations/frontier",
    "/api/v1/optimizations/explain",
    "/api/v1/optimizations/explain/required-return",
    "/api/v1/optimizations/limits/read",
    "/api/v1/optimizations/limits/table",
    "/api/v1/optimizations/universe/read",
    "/api/v1/templates/{template_id}/effect",
    "/api/v1/optimizations/pareto/{run_id}/choose",
    "/api/v1/portfolios/{portfolio_id}/stress",
    "/api/v1/portfolios/{portfolio_id}/stress/correlation",
    "/api/v1/portfolios/{portfolio_id}/stress/factors",
    "/api/v1/portfolios/{portfolio_id}/stress/liquidity",
    "/api/v1/portfolios/{portfolio_id}/stress/monte-carlo",
    "/api/v1/portfolios/{portfolio_id}/stress/repair",
    "/api/v1/portfolios/{portfolio_id}/stress/reverse",
}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def test_every_post_that_changes_something_declares_the_key(api: Callable[..., Any]) -> None:
    paths = api().get("/openapi.json").get_json()["paths"]
    posts = {path: item["post"] for path, item in paths.items() if "post" in item}
    without = {
        path for path, one in posts.items() if "Idempotency-Key" not in {p["name"] for p in one.get("parameters", [])}
    }
    assert without == WITHOUT_KEY


def creations() -> list[tuple[str, str, Any]]:
    once = str(uuid4())
    return [
        ("manager", "/portfolios", {"name": f"P {once}"}),
        ("manager", "/clients", {"name": f"C {once}"}),
        ("administrator", "/teams", {"name": f"T {once}"}),
        ("manager", "/optimizations", {**REQUEST, "name": once}),
        ("administrator", "/sample-pack", None),
    ]


@pytest.mark.parametrize("place", range(5))
def test_a_repeated_post_gets_the_first_answer_byte_for_byte(api: Callable[..., Any], place: int) -> None:
    who, path, body = creations()[place]
    one = api(Role.ADMINISTRATOR if who == "administrator" else Role.PORTFOLIO_MANAGER)
    headers = key()
    more = {} if body is None else {"json": body}
    first = one.post(path, headers=headers, **more)
    second = one.post(path, headers=headers, **more)
    assert first.status_code in (200, 201, 202), first.text
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (second.status_code, second.data) == (first.status_code, first.data)
    for name in ("Content-Type", "Location", "ETag"):
        assert second.headers.get(name) == first.headers.get(name), name


def test_a_run_is_replayed_once_and_its_target_saved_once(api: Callable[..., Any]) -> None:
    one = api()
    portfolio = one.post("/portfolios", json={"name": f"Target {uuid4()}"}).get_json()["id"]
    run = one.post("/optimizations", json=REQUEST).get_json()["id"]
    headers = key()
    first, second = (one.post(f"/runs/{run}/replay", headers=headers) for _ in range(2))
    assert first.status_code == 202, first.text
    assert (second.headers["Idempotency-Replayed"], second.data) == ("true", first.data)
    assert one.post(f"/portfolios/{portfolio}/restore", headers=headers).get_json()["code"] == "idempotency_mismatch"


def test_a_repeated_post_that_made_a_secret_does_not_show_it_again(program: Callable[..., Any]) -> None:
    person, headers = program(), key()
    first = person.post("/api-keys", json={"name": "once"}, headers=headers)
    again = person.post("/api-keys", json={"name": "once"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 409)
    assert again.get_json()["code"] == "secret_shown_once"
    assert first.get_json()["secret"] not in again.text
    names = [one["name"] for one in person.get("/api-keys?limit=200").get_json()["data"]]
    assert names.count("once") == 1


def test_an_invitation_is_made_once_and_its_link_is_not_shown_again(program: Callable[..., Any]) -> None:
    person, headers = program(Role.ADMINISTRATOR), key()
    wish = {"email": f"i{uuid4().hex}@example.com", "name": "Guest", "role": "viewer"}
    first, again = (person.post("/invitations", json=wish, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 409)
    assert first.get_json()["link_token"] not in again.text


def test_the_same_key_of_another_user_is_another_key(api: Callable[..., Any]) -> None:
    headers = key()
    mine = api(Role.PORTFOLIO_MANAGER).post("/portfolios", json={"name": "Mine"}, headers=headers)
    theirs = api(Role.ADVISOR).post("/portfolios", json={"name": "Theirs"}, headers=headers)
    assert (mine.status_code, theirs.status_code) == (201, 201)
    for role in (Role.PORTFOLIO_MANAGER, Role.RESEARCHER):
        made = api(role).post("/optimizations", json={**REQUEST, "name": role.value}, headers=key() | headers)
        assert made.status_code in (200, 202, 422), made.text


def test_a_key_with_an_unreadable_body_where_none_is_expected_is_no_failure(api: Callable[..., Any]) -> None:
    one = api()
    run = one.post("/optimizations", json=REQUEST).get_json()["id"]
    for data in (b"\xff{", b'{"a": "\\ud800"}', b"[" * 2000):
        answer = one.post(f"/runs/{run}/cancel", data=data, headers=key())
        assert answer.status_code in (200, 409), answer.text

"""Does every refusal have the one shape, and does it tell the way out?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.auth.roles import Role

ROOT = Path(__file__).resolve().parents[2]
SHAPE = {"type", "title", "status", "detail", "instance", "code", "errors", "request_id"}


def check(answer: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """Check a problem's form and return it."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = answer.get_json()
    assert set(body) == SHAPE
    assert body["status"] == status
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert body["detail"]
    assert answer.headers["Cache-Control"] == "no-store"
    if code is not None:
        assert body["code"] == code
    return body


@pytest.mark.requirement("6.1.A3")
@pytest.mark.parametrize("path", ["/nothing", "/portfolios/x/y/z", "/api/nothing", "/api"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_unknown_addresses_answer_404(api: Callable[..., Any], path: str, method: str) -> None:
    check(api().ask(method, path), 404, "not_found")


@pytest.mark.requirement("6.1.A3")
def test_a_method_that_an_address_does_not_take_answers_405_with_those_it_takes(api: Callable[..., Any]) -> None:
    answer = api().ask("DELETE", "/portfolios")
    check(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    check(api().ask("PUT", "/runs/x"), 405)


@pytest.mark.requirement("6.1.A3")
@pytest.mark.parametrize("path", ["preview", "diagnose", "repair"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_fixed_address_is_never_taken_for_an_id(api: Callable[..., Any], path: str, method: str) -> None:
    answer = api().ask(method, f"/optimizations/{path}")
    check(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_no_fixed_address_of_the_api_is_taken_for_an_id(product: Any) -> None:
    rules = [one for one in product.server.url_map.iter_rules() if one.endpoint.startswith("api_")]
    own = {(one.rule, method) for one in rules if "unknown" not in one.endpoint for method in one.methods or ()}
    adapter = product.server.url_map.bind("")
    for address in {one.rule for one in rules if not one.arguments}:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if (address, method) not in own:
                assert adapter.match(address, method=method)[0] == "api_unknown.answer_unknown", (address, method)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_a_change_that_is_not_json_answers_415(api: Callable[..., Any], kind: str | None) -> None:
    check(api().post("/portfolios", data='{"name": "x"}', content_type=kind), 415, "unsupported_media_type")


@pytest.mark.parametrize("text", ["", "{", "nul", '{"name": "x",}', "\x00", '{"name": "a", "name": "b"}'])
def test_what_is_no_json_answers_400(api: Callable[..., Any], text: str) -> None:
    check(api().post("/portfolios", data=text, content_type="application/json"), 400)


def test_bytes_that_are_no_utf8_answer_400(api: Callable[..., Any]) -> None:
    check(api().post("/portfolios", data=b'{"name": "\xff"}', content_type="application/json"), 400, "malformed_json")


def test_a_body_that_is_too_large_answers_413(api: Callable[..., Any]) -> None:
    text = json.dumps({"name": "x" * (1024 * 1024)})
    check(api().post("/portfolios", data=text, content_type="application/json"), 413, "too_large")


@pytest.mark.requirement("1.1.D4")
def test_every_wrong_field_is_named_at_once(api: Callable[..., Any]) -> None:
    body = check(api().post("/portfolios", json={"name": 7, "base_currency": "usd", "extra": True}), 422)
    assert {one["path"] for one in body["errors"]} == {"name", "base_currency", "extra"}
    assert all(one["message"] for one in body["errors"])


def test_truth_is_no_number_and_text_is_no_number(api: Callable[..., Any]) -> None:
    answers = {"risk_tolerance": True, "horizon_years": "ten", "loss_capacity_frac": 0.2}
    body = check(api().post("/clients/x/profiles", json=answers), 422)
    assert {one["path"] for one in body["errors"]} == {"risk_tolerance", "horizon_years"}


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "unknown=1", "limit=1&limit=2", "cursor=forged"])
def test_query_parameters_are_checked(api: Callable[..., Any], query: str) -> None:
    body = check(api().get(f"/portfolios?{query}"), 422)
    assert body["errors"][0]["path"] == query.partition("=")[0]


def test_an_id_that_does_not_exist_answers_404(api: Callable[..., Any]) -> None:
    for path in ("/portfolios/x", "/clients/x", "/runs/x", "/optimizations/x", "/assets/NOPE", "/users/x"):
        check(api(Role.ADMINISTRATOR if path == "/users/x" else Role.PORTFOLIO_MANAGER).get(path), 404)


def test_a_wrong_key_answers_401_even_beside_a_good_cookie(
    browser: Callable[..., Any], api: Callable[..., Any]
) -> None:
    for secret in ("qpo_live_00000000_" + "a" * 43, "nonsense", "qpo_session_x"):
        answer = api(secret=secret).get("/portfolios")
        check(answer, 401, "not_signed_in")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    signed_in = browser()
    assert signed_in.open("/api/v1/portfolios").status_code == 200
    assert signed_in.open("/api/v1/portfolios", headers={"Authorization": "Bearer qpo_live_x"}).status_code == 401


def test_a_cookie_never_suffices_for_a_change(browser: Callable[..., Any]) -> None:
    signed_in = browser()
    token = signed_in.cookie("csrf")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = signed_in.open("/api/v1/portfolios", method, json={"name": "x"}, headers={"X-CSRFToken": token})
        check(answer, 401)


def test_an_unexpected_failure_answers_500_without_its_cause(
    api: Callable[..., Any], product: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api import errors

    def fail(_: object) -> None:
        raise RuntimeError("the password of the database is wrong")

    recorded: list[tuple[str, dict[str, Any]]] = []
    log = SimpleNamespace(error=lambda event, **more: recorded.append((event, more)))
    monkeypatch.setattr(errors, "_log", log)
    monkeypatch.setattr(type(product.services.portfolios), "list", lambda self, actor: fail(actor))
    answer = api().get("/portfolios")
    check(answer, 500, "internal_error")
    assert "password" not in answer.text
    ((event, more),) = recorded
    assert (event, more["error"]) == ("unexpected_failure", "RuntimeError")


def test_log_lines_are_json_and_never_hold_the_values_of_variables() -> None:
    program = """
import structlog
from services.settings import load_settings
from api.serving.lifecycle import configure_logging
configure_logging(load_settings({}))
log = structlog.get_logger("x")
def fail():
    password = "hunter" + "2"
    raise RuntimeError("broken")
try:
    fail()
except RuntimeError as error:
    log.error("unexpected_failure", exc_info=error)
log.info("request\\nforged line", path="/x")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(lines) == 2
    assert lines[0]["exception"][0]["exc_value"] == "broken"
    assert "hunter2" not in done.stderr
    assert "locals" not in done.stderr


def test_a_request_id_is_taken_over_when_well_formed_and_replaced_otherwise(api: Callable[..., Any]) -> None:
    assert api().get("/roles", headers={"X-Request-ID": "my-request-0001"}).headers["X-Request-ID"] == "my-request-0001"
    for forged in ("a b", "x" * 65, "<script>", "short"):
        assert api().get("/roles", headers={"X-Request-ID": forged}).headers["X-Request-ID"] != forged

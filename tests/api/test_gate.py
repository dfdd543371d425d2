"""Does a signed-out caller learn nothing, at any address and with any method?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing import Rule

from api.gate import OPEN_ENDPOINTS
from data.store.migrate import HEAD_REVISION
from services.auth.roles import Role

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OPEN_RULES = {
    "/healthz",
    "/readyz",
    "/api/v1/health",
    "/api/v1/auth/token",
    "/account/invite/<token>",
    "/account/login",
    "/account/logout",
    "/account/tf-validate",
    "/account/tf-setup",
    "/account/tf-rescue",
    "/account/tf-select",
    "/account/mf-recovery",
    "/account/reset",
    "/account/reset/<token>",
}


def address_of(rule: Rule) -> str:
    """Return an address that the rule matches."""
    values = {name: "1" * 64 if name == "session_key" else "x" for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


def rules(product: Any) -> list[tuple[Rule, str]]:
    return [
        (rule, method) for rule in product.server.url_map.iter_rules() for method in METHODS if method in rule.methods
    ]


def test_the_list_of_open_addresses_is_the_one_written_here(product: Any) -> None:
    found = {rule.rule for rule in product.server.url_map.iter_rules() if rule.endpoint in OPEN_ENDPOINTS}
    assert found == OPEN_RULES


@pytest.mark.requirement("X.AU2")
def test_signed_out_every_closed_address_answers_401_with_the_one_shape(product: Any, api: Callable[..., Any]) -> None:
    nobody = api(None)
    checked = 0
    for rule, method in rules(product):
        if rule.endpoint in OPEN_ENDPOINTS:
            continue
        answer = nobody._client.open(address_of(rule), method=method, base_url="http://127.0.0.1:8050")
        assert answer.status_code == 401, (method, rule.rule)
        body = answer.get_json()
        assert body["code"] == "not_signed_in", (method, rule.rule)
        assert set(body) == {"type", "title", "status", "detail", "instance", "code", "errors", "request_id"}
        checked += 1
    assert checked > 100


DASH = (
    "/", "/_dash-layout", "/_dash-dependencies", "/_dash-config", "/_reload-hash", "/_favicon.ico", "/assets/live.js",
    "/_dash-component-suites/dash/dash-renderer/build/dash_renderer.min.js", "/runs/1", "/settings", "/nowhere",
)  # fmt: skip


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("path", DASH)
def test_signed_out_no_dash_address_says_anything(product: Any, api: Callable[..., Any], path: str) -> None:
    answer = api(None)._client.get(path, base_url="http://127.0.0.1:8050", headers={"Accept": "*/*"})
    assert answer.status_code == 401
    assert "portfolio" not in answer.text.lower().replace(path, "")


def test_signed_out_no_callback_is_computed(browser: Callable[..., Any]) -> None:
    nobody = browser(None)
    nobody.open("/account/login")
    answer = nobody.callback({"output": "x.y", "outputs": {}, "inputs": [], "changedPropIds": []})
    assert answer.status_code == 401


@pytest.mark.requirement("X.AU2")
def test_signed_out_a_navigating_browser_is_led_to_the_sign_in_page_and_back(browser: Callable[..., Any]) -> None:
    nobody = browser(None)
    assert nobody.open("/").headers["Location"] == "/account/login"
    answer = nobody.open("/optimize?portfolio=7")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/account/login?next=%2Foptimize%3Fportfolio%3D7"


def test_the_sign_in_page_has_its_looks_but_no_scripts_of_the_product(browser: Callable[..., Any]) -> None:
    nobody = browser(None)
    assert nobody.open("/assets/tokens.css").status_code == 200
    assert nobody.open("/assets/live.js", headers={"Accept": "*/*"}).status_code == 401


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "https:evil.example"])
def test_after_signing_in_nobody_is_led_to_another_site(browser: Callable[..., Any], product: Any, target: str) -> None:
    one = browser(None)
    email, password = product.passwords[Role.VIEWER]
    answer = one.form(f"/account/login?next={target}", email=email, password=password)
    location = answer.headers.get("Location", "")
    assert "evil.example" not in location.partition("?")[0].removeprefix("/evil.example").removeprefix(
        "/%5Cevil.example"
    )
    assert not location.startswith(("http", "//", "/\\"))


def test_a_deep_link_survives_signing_in(browser: Callable[..., Any], product: Any) -> None:
    one = browser(None)
    email, password = product.passwords[Role.VIEWER]
    answer = one.form("/account/login?next=%2Foptimize%3Fportfolio%3D7", email=email, password=password)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/optimize?portfolio=7"


def test_a_foreign_host_is_not_served(product: Any) -> None:
    client = product.server.test_client()
    for path in ("/", "/account/login", "/account/reset", "/healthz", "/api/v1/health"):
        answer = client.get(path, base_url="http://evil.example", headers={"Accept": "text/html"})
        assert answer.status_code in (400, 401)
        assert "evil.example" not in answer.text
        assert "Location" not in answer.headers


def test_probes_answer_anybody_and_tell_nothing_but_that(browser: Callable[..., Any], api: Callable[..., Any]) -> None:
    nobody = api(None)
    assert nobody._client.get("/healthz", base_url="http://127.0.0.1:8050").get_json() == {"status": "ok"}
    assert nobody._client.get("/readyz", base_url="http://127.0.0.1:8050").get_json() == {"status": "ok"}
    told = nobody.get("/health").get_json()
    assert told == {"status": "ok", "api_version": "1.0.0", "checks": None, "report": None}
    known = api().get("/health").get_json()
    assert known["checks"] == {"database": "ok", "queue": "ok", "storage": "ok"}
    report = known["report"]
    assert (report["schema_version"], report["prices_as_of"]) == (HEAD_REVISION, "2022-12-28")
    assert report["prices_age_days"] > 0
    assert report["runs_waiting_count"] >= 0
    assert {"product_version", "engine_version", "scheduler_age_s", "oldest_waiting_s", "runs_running_count"} <= set(
        report
    )

"""Which rules does every answer carry, and what may be kept by whom?"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Callable
from typing import Any

import brotli
import pytest

from services.auth.roles import Role


def policy(answer: Any) -> dict[str, str]:
    """Return the content-security policy by directive."""
    parts = [
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";") if part.strip()
    ]
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


def test_every_answer_carries_the_rules(browser: Callable[..., Any], api: Callable[..., Any]) -> None:
    signed_in, nobody = browser(), browser(None)
    answers = [
        *(signed_in.open(path) for path in ("/", "/_dash-layout", "/_dash-dependencies", "/nowhere")),
        *(nobody.open(path) for path in ("/", "/account/login", "/_dash-layout", "/assets/tokens.css", "/healthz")),
        *(api().get(path) for path in ("/portfolios", "/nothing")),
        api(None).get("/portfolios"),
    ]
    for answer in answers:
        where = (answer.request.path, answer.status_code)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", where
        assert answer.headers["Referrer-Policy"] == "same-origin", where
        rules = policy(answer)
        assert rules["frame-ancestors"] == "'none'", where
        assert "unsafe-eval" not in answer.headers["Content-Security-Policy"], where
        assert "http:" not in answer.headers["Content-Security-Policy"], where
        assert "Strict-Transport-Security" not in answer.headers, where
        assert answer.headers["X-Request-ID"], where


def test_the_page_allows_exactly_its_own_inline_scripts(browser: Callable[..., Any]) -> None:
    answer = browser().open("/")
    rules = policy(answer)
    assert rules["default-src"] == "'self'"
    assert "'unsafe-inline'" not in rules["script-src"]
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", answer.text, re.DOTALL)
    run = [text for kind, text in inline if "application/json" not in kind]
    assert run
    for text in run:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rules["script-src"], text[:200]


def test_everything_is_served_from_here(browser: Callable[..., Any]) -> None:
    signed_in = browser()
    page = signed_in.open("/")
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links
    assert all(link.startswith("/") or link.startswith("data:") for link in links), links
    assert 'lang="en"' in page.text


def test_account_pages_allow_no_script_at_all(browser: Callable[..., Any]) -> None:
    page = browser(None).open("/account/login")
    rules = policy(page)
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    assert "<script" not in page.text
    assert "<style" not in page.text
    assert 'style="' not in page.text


def test_nobody_keeps_what_is_personal(browser: Callable[..., Any], api: Callable[..., Any]) -> None:
    signed_in = browser()
    for path in ("/", "/_dash-layout", "/_dash-dependencies", "/account/change", "/api/v1/portfolios"):
        assert "no-store" in signed_in.open(path).headers["Cache-Control"], path


def test_the_outline_of_a_page_names_its_reader_by_a_number_and_nothing_else_does(browser: Callable[..., Any]) -> None:
    def named(who: Any, path: str = "/_dash-layout") -> str | None:
        return who.open(path).headers.get("X-Page-Owner")

    first, again, other = browser(), browser(), browser(Role.ADVISOR)
    assert re.fullmatch("[0-9a-f]{16}", str(named(first)))
    assert named(first) == named(again) != named(other)
    assert named(other) is not None
    assert named(first, "/") is named(browser(None)) is None


def test_scripts_are_compressed_once_and_kept_by_the_browser_for_good(browser: Callable[..., Any]) -> None:
    signed_in = browser()
    page = signed_in.open("/")
    path = next(link for link in re.findall(r'src="([^"]+)"', page.text) if "dash_renderer" in link)
    plain = signed_in.open(path, headers={"Accept-Encoding": "identity"})
    small = signed_in.open(path, headers={"Accept-Encoding": "gzip, br"})
    older = signed_in.open(path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "br"
    assert older.headers["Content-Encoding"] == "gzip"
    assert brotli.decompress(small.data) == gzip.decompress(older.data) == plain.data
    assert len(small.data) < len(plain.data) / 2
    for answer in (plain, small, older):
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_the_big_scripts_are_compressed_before_the_first_visitor_comes(product: Any) -> None:
    from api.serving import warm

    assert warm.warm(product.server) > 10
    for path in warm.LOADED_LATER:
        plain, small = (warm.ask(product.server, path, encoding) for encoding in ("identity", "br"))
        assert 0 < small < plain / 2, path


def test_a_callback_needs_the_token_of_its_session(browser: Callable[..., Any]) -> None:
    one, other = browser(Role.VIEWER), browser(Role.ADVISOR)
    body = {"output": "x.y", "outputs": {"id": "x", "property": "y"}, "inputs": [], "changedPropIds": ["a.b"]}
    for token in (None, "", "forged", other.cookie("csrf")):
        answer = one.callback(body, token=token)
        assert answer.status_code == 400
        assert answer.get_json()["code"] == "csrf_failed"
    assert one.callback(body).get_json()["code"] == "malformed_callback"  # the token is right, the callback unknown


@pytest.fixture
def secure(product: Any) -> Any:
    """Return the server of an installation that is reached by https."""
    from api.registration import make_server

    settings = product.settings.model_copy(update={"public_url": "https://qpo.example"})
    from app import ROOT

    return make_server(settings, product.services, ROOT)


def test_over_https_cookies_are_bound_to_the_host_and_plain_http_is_refused(secure: Any, product: Any) -> None:
    client = secure.test_client()
    page = client.get("/account/login", base_url="https://qpo.example", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookies = page.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        name, _, rest = cookie.partition("=")
        assert name in ("__Host-qpo", "__Host-csrf"), cookie
        assert "Secure" in rest
        assert "Path=/" in rest
        assert "Domain" not in rest
    assert any("HttpOnly" in cookie and cookie.startswith("__Host-qpo") for cookie in cookies)
    for path in ("/account/login", "/api/v1/portfolios", "/"):
        answer = client.get(path, base_url="http://qpo.example")
        assert answer.status_code == 403, path
        assert "Location" not in answer.headers
    assert client.get("/healthz", base_url="http://qpo.example").status_code == 200
    far = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/healthz", base_url="http://qpo.example", environ_overrides=far).status_code == 403


def test_on_this_machine_cookies_need_no_https(browser: Callable[..., Any]) -> None:
    page = browser(None).open("/account/login")
    cookies = page.headers.getlist("Set-Cookie")
    assert cookies
    assert all("Secure" not in cookie and "SameSite" in cookie for cookie in cookies)

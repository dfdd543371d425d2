"""What do the API's tests share: one product on a private var/, a signed-in browser and a key for every role."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.auth.actor import Actor
from services.auth.roles import Role
from services.settings import Settings, load_settings
from services.wiring import Services, current
from tests.api.sign_in_steps import NEW_PASSWORD

PORT = "8050"
ORIGIN = f"http://127.0.0.1:{PORT}"
_addresses = count(10)


@dataclass(frozen=True)
class Product:
    """A running product without a port."""

    server: Flask
    dash: Any
    settings: Settings
    services: Services
    passwords: dict[Role, tuple[str, str]]
    keys: dict[Role, str]

    def actor(self, role: Role) -> Actor:
        """Return the sample user of a role as services see them."""
        found = self.services.users.sign_in.find(email=self.passwords[role][0])
        assert found is not None
        return Actor(found.id, found.tenant_id, found.name, found.role, "session")


class Api:
    """A program that sends one key or token."""

    def __init__(self, server: Flask, secret: str | None) -> None:
        self._client = server.test_client(use_cookies=False)
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        """Send one request below /api/v1, or to an absolute path."""
        address = path if path.startswith("/api/") or path == "/api" else "/api/v1" + path
        return self._client.open(
            address, method=method, base_url=ORIGIN, headers={**self._headers, **(headers or {})}, buffered=True, **more
        )

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return self.ask("POST", path, **more)


class Browser:
    """A browser with cookies, at an address of its own so that limits per address do not meet."""

    def __init__(self, server: Flask) -> None:
        self.address = f"127.0.1.{next(_addresses)}"
        self.client: FlaskClient = server.test_client()
        self._server = server

    def open(self, path: str, method: str = "GET", **more: Any) -> TestResponse:
        """Send one request as a navigating browser."""
        headers = {"Accept": "text/html", **more.pop("headers", {})}
        return self.client.open(
            path,
            method=method,
            base_url=ORIGIN,
            headers=headers,
            buffered=True,
            environ_overrides={"REMOTE_ADDR": self.address},
            **more,
        )

    def form(self, path: str, **fields: str) -> TestResponse:
        """Load a form and send it filled in."""
        page = self.open(path)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert token is not None, page.text[:2000]
        return self.open(path, "POST", data={"csrf_token": token[1], **fields})

    def sign_in(self, email: str, password: str, **fields: str) -> TestResponse:
        """Fill in the sign-in page."""
        return self.form("/account/login", email=email, password=password, **fields)

    def cookie(self, name: str) -> str | None:
        """Return a cookie's value."""
        found = self.client.get_cookie(name, domain="127.0.0.1")
        return None if found is None else found.value

    def callback(self, body: dict[str, Any], *, token: str | None = "cookie") -> TestResponse:
        """Call a Dash callback as the renderer does."""
        headers = {"Accept": "application/json"}
        if token is not None:
            headers["X-CSRFToken"] = (self.cookie("csrf") or "") if token == "cookie" else token
        return self.open("/_dash-update-component", "POST", json=body, headers=headers)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Prepare and build the product once; Dash allows one app a process."""
    from api.serving.lifecycle import configure_logging
    from app import create_app
    from services import startup
    from services.users_samples import SampleUsers

    folder = tmp_path_factory.mktemp("var")
    settings = load_settings(
        {"VAR_DIR": str(folder), "PORT": PORT, "API_RATE_PER_MIN": "1000000", "LOG_LEVEL": "ERROR"}
    )
    configure_logging(settings)
    startup.prepare(settings)
    dash = create_app(settings)
    services = current()
    tenant_id = services.users.ensure_tenant()
    signs = SampleUsers(services.ports).ensure(tenant_id)
    passwords = {sign.role: (sign.email, sign.password) for sign in signs}
    product = Product(dash.server, dash, settings, services, passwords, {})
    for role in Role:
        made = services.api_keys.create(product.actor(role), f"tests {role.value}", None, None)
        product.keys[role] = made.secret
    services.ports.queue.start()
    services.ports.quick_queue.start()
    yield product
    services.stop()


@pytest.fixture(scope="session")
def ours(product: Product) -> dict[str, dict[str, str]]:
    """Return something of ours of every kind, by the first part of an address and the name of its part."""
    from tests.api.matrix_world import ours_of

    return ours_of(product)


@pytest.fixture(scope="session")
def strangers(product: Product) -> dict[Role, str]:
    """Return keys of people of another house, by role."""
    from tests.api.matrix_world import strangers_of

    return strangers_of(product)


@pytest.fixture
def no_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the ESG scores that other tests have stored."""
    monkeypatch.setattr("services.optimize_facts.ESG_SCORE", "esg_score_of_nobody")


@pytest.fixture
def api(product: Product) -> Callable[..., Api]:
    """Return programs by role; None for one without a key."""

    def make(role: Role | None = Role.PORTFOLIO_MANAGER, secret: str | None = None) -> Api:
        return Api(product.server, secret or (product.keys[role] if role is not None else None))

    return make


@pytest.fixture
def program(product: Product) -> Callable[..., Api]:
    """Return programs that act with a person's own sign-in token, by role."""
    from api.session.loaders import TOKEN_PREFIX

    def make(role: Role = Role.PORTFOLIO_MANAGER) -> Api:
        sid = product.services.sessions.open(product.actor(role).user_id, "tests", "127.0.0.1")
        return Api(product.server, TOKEN_PREFIX + sid)

    return make


@pytest.fixture
def browser(product: Product) -> Callable[..., Browser]:
    """Return browsers by role; None for one that is signed out."""

    def make(role: Role | None = Role.PORTFOLIO_MANAGER) -> Browser:
        one = Browser(product.server)
        if role is not None:
            answer = one.sign_in(*product.passwords[role])
            assert answer.status_code == 302, answer.text
        return one

    return make


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

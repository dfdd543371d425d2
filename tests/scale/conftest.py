"""Which servers does the scaled product need, and how is it started on them once for all tests?"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.product import Product, started
from tests.servers import ROOT, celery_worker, postgres_server, redis_server

ADMIN = ("administrator@example.com", "a long pass phrase for tests 1")
MANAGER = ("manager@example.com", "a long pass phrase for tests 2")


@dataclass(frozen=True)
class Scaled:
    """The product on PostgreSQL and Redis, its environment, and a manager's token."""

    product: Product
    environ: dict[str, str]
    worker_log: Path
    worker_pid: int


@pytest.fixture(scope="session")
def scaled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scaled]:
    """Start PostgreSQL, Redis, workers and the web process; make an administrator and the sample portfolios."""
    folder = tmp_path_factory.mktemp("scaled")
    with postgres_server() as database_url, redis_server() as redis_url:
        environ = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": "s" * 40,
            "AUDIT_KEY": "a" * 40,
            "TOTP_KEY": "t" * 40,
            "VAR_DIR": str(folder / "var"),
            "RISK_WATCH": "off",  # the one worker is there for what the tests ask
        }
        manage(environ, "init-db")
        manage(environ, "create-admin", "--email", ADMIN[0], "--name", "Ada", "--password-stdin", text=ADMIN[1])
        manage(environ, "seed-demo")
        log = folder / "worker.log"
        with (
            celery_worker(environ, log=log) as worker,
            celery_worker(environ, "-Q", "follow", "--pool", "threads", log=folder / "followers.log"),
            started(folder / "var", environ=environ, log=folder / "web.log") as product,
        ):
            yield Scaled(product, environ, log, worker.pid)


def manage(environ: dict[str, str], *arguments: str, text: str = "") -> str:
    """Run one operator's command in that environment; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        input=f"{text}\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, json.dumps([done.returncode, done.stdout, done.stderr])
    return done.stdout


def token_of(scaled: Scaled, who: tuple[str, str]) -> str:
    status, _, body = scaled.product.request("POST", "/api/v1/auth/token", {"email": who[0], "password": who[1]})
    assert status in {200, 201}, body
    return str(body["token"])


@pytest.fixture(scope="session")
def manager(scaled: Scaled) -> str:
    """Invite a portfolio manager as an administrator would; return the manager's token."""
    admin = token_of(scaled, ADMIN)
    status, _, invitation = scaled.product.request(
        "POST",
        "/api/v1/invitations",
        {"email": MANAGER[0], "name": "Mia", "role": "portfolio_manager"},
        token=admin,
    )
    assert status == 201, invitation
    accept(scaled, invitation, MANAGER[1])
    return token_of(scaled, MANAGER)


def accept(scaled: Scaled, invitation: dict[str, Any], password: str) -> None:
    """Open the invitation's page and choose a password, as a browser does."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    url = invitation.get("link") or f"{scaled.product.url}/account/invite/{invitation['link_token']}"
    page = opener.open(url, timeout=10).read().decode()
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert csrf, page[:400]
    form = urllib.parse.urlencode(
        {"csrf_token": csrf.group(1), "password": password, "password_confirm": password}
    ).encode()
    answer = opener.open(urllib.request.Request(url, data=form, headers={"Referer": url}), timeout=10)
    assert answer.status == 200

"""Which servers does the scaled product need, and how is it started on them once for all tests?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
    """Start PostgreSQL, Redis, a worker and the web process; make an administrator and the sample portfolios."""
    folder = tmp_path_factory.mktemp("scaled")
    with postgres_server() as database_url, redis_server() as redis_url:
        environ = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": "s" * 40,
            "AUDIT_KEY": "a" * 40,
            "TOTP_KEY": "t" * 40,
            "VAR_DIR": str(folder / "var"),
        }
        manage(environ, "init-db")
        manage(environ, "create-admin", "--email", ADMIN[0], "--name", "Ada", "--password-stdin", text=ADMIN[1])
        manage(environ, "seed-demo")
        log = folder / "worker.log"
        with (
            celery_worker(environ, log=log) as worker,
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

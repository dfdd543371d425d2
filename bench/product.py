"""How does a benchmark or a test start a product of its own, sign in to it and stop it?"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
START_LIMIT_S = 120.0


@dataclass(frozen=True)
class Product:
    """A started product: where it answers, its folder, its process and a sign-in per role."""

    url: str
    port: int
    var_dir: Path
    process: subprocess.Popen[bytes]
    sign_ins: Mapping[str, tuple[str, str]]
    seconds_to_first_answer: float

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, str], Any]:
        """Send one JSON request; returns status, headers and the parsed body (or its text)."""
        sent = {"Accept": "application/json", **(headers or {})}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        if token:
            sent["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=sent)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, found, raw = answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            status, found, raw = error.code, dict(error.headers), error.read()
        try:
            return status, found, json.loads(raw) if raw else None
        except ValueError:
            return status, found, raw.decode(errors="replace")

    def token(self, role: str = "portfolio_manager") -> str:
        """Sign in by the API; returns a bearer token."""
        email, password = self.sign_ins[role]
        status, _, body = self.request("POST", "/api/v1/auth/token", {"email": email, "password": password})
        if status not in {200, 201}:
            raise RuntimeError(f"sign-in of {email} was refused: {status} {body}")
        return str(body["token"])


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read_sign_ins(var_dir: Path) -> dict[str, tuple[str, str]]:
    """Return e-mail and password by role, from the file that the first start writes."""
    path = var_dir / "sign-ins.txt"
    if not path.exists():
        return {}
    found = re.findall(r"^\s*(\S+)\s+(\S+@\S+)\s+(\S+)\s*$", path.read_text("utf-8"), re.MULTILINE)
    return {role: (email, password) for role, email, password in found}


@contextlib.contextmanager
def started(
    var_dir: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    log: Path | None = None,
    port: int | None = None,
) -> Iterator[Product]:
    """Start the product as a user would, wait for its first answer, stop it afterwards."""
    with contextlib.ExitStack() as stack:
        folder = var_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qpo-")))
        chosen = port or free_port()
        env = {**os.environ, "VAR_DIR": str(folder), "PORT": str(chosen), "HOST": "127.0.0.1", **(environ or {})}
        out = stack.enter_context(open(log or folder.parent / f"{folder.name}-product.log", "ab"))
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        stack.callback(stop, process)
        url = f"http://127.0.0.1:{chosen}"
        wait_until_ready(url, process, Path(out.name))
        seconds = time.perf_counter() - begun
        yield Product(url, chosen, folder, process, read_sign_ins(folder), seconds)


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the product says it is ready; raises with the end of its log if it ends or takes too long."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(
                f"The product ended with {process.returncode}:\n{log.read_text(errors='replace')[-3000:]}"
            )
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(
        f"The product was not ready within {START_LIMIT_S:.0f} s:\n{log.read_text(errors='replace')[-3000:]}"
    )


def wait_for_workers(product: Product, token: str) -> None:
    """Wait until a small problem is solved at once: workers get ready after the first page can be served."""
    problem = {"assets": ["A", "B"], "expected_returns_frac": [4e-4, 2e-4], "covariance": [[2e-4, 0.0], [0.0, 1e-4]]}
    body = {"problem": problem, "objective": {"kind": "min_volatility"}}
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        status, _, _ = product.request("POST", "/api/v1/optimizations", body, token=token)
        if status in {200, 201}:
            return
        time.sleep(0.5)
    raise RuntimeError("The workers did not get ready.")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the product to stop, and end its whole group if it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)

"""How do tests get a real Redis, PostgreSQL and Celery worker of their own, and how are they stopped?"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.conftest import missing_tool

ROOT = Path(__file__).resolve().parents[1]
START_LIMIT_S = 60.0


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until somebody listens on the port; raises with the end of the log if the process ends first."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"ended with {process.returncode}:\n{log.read_text(errors='replace')[-2000:]}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listened on port {port}:\n{log.read_text(errors='replace')[-2000:]}")


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """Ask a process to stop; end its whole group if it does not."""
    if process.poll() is None:
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Start a private redis-server; yields its URL."""
    program = shutil.which("redis-server")
    if program is None:
        missing_tool("redis-server is not installed.")
    with tempfile.TemporaryDirectory(prefix="qpo-redis-") as folder:
        port, log = free_port(), Path(folder) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        try:
            wait_for_port(port, process, log)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            end(process)


def postgres_programs() -> Path | None:
    """Return the folder of the newest installed PostgreSQL server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    program = shutil.which("postgres")
    return Path(program).parent if program else None


def unprivileged_user() -> str | None:
    """Return a user made for PostgreSQL, which refuses to run as root; None where we are not root."""
    if os.getuid() != 0:
        return None
    name = "qpo-test-pg"
    try:
        pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name], check=True)
    return name


def wait_until_it_answers(programs: Path, port: int) -> None:
    """Wait until PostgreSQL, which listens a moment before that, takes connections."""
    ask = [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-U", "qpo", "-t", "1", "-q"]
    deadline = time.monotonic() + START_LIMIT_S
    while subprocess.run(ask, check=False).returncode != 0:
        if time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL listens, but takes no connections.")
        time.sleep(0.05)


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Start a private PostgreSQL server with checksums, as a non-root user; yields the URL of an empty database."""
    programs = postgres_programs()
    if programs is None:
        missing_tool("A PostgreSQL server is not installed.")
    assert programs is not None
    user = unprivileged_user()
    with tempfile.TemporaryDirectory(prefix="qpo-pg-") as folder:
        if user:
            shutil.chown(folder, user)
            os.chmod(folder, 0o700)
        data, port, log = Path(folder) / "data", free_port(), Path(folder) / "log"
        log.touch()
        identity: dict[str, object] = {"user": user} if user else {}
        subprocess.run(
            [programs / "initdb", "-k", "-A", "trust", "-U", "qpo", "-E", "UTF8", "--locale=C", "-D", data],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **identity,  # type: ignore[call-overload]
        )
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder}
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings |= {"max_connections": 120, "shared_buffers": "64MB"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, *options],
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd=folder,
                **identity,  # type: ignore[call-overload]
            )
        try:
            wait_for_port(port, process, log)
            wait_until_it_answers(programs, port)
            yield f"postgresql://qpo@127.0.0.1:{port}/postgres?application_name=qpo-tests"
        finally:
            end(process, signal.SIGINT)


@contextlib.contextmanager
def celery_worker(environ: Mapping[str, str], *extra: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a real Celery worker of the product and wait until it says that it is ready."""
    arguments = ["--loglevel", "INFO", "--concurrency", "1", "--without-gossip", "--without-mingle", *extra]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--app", "worker", "worker", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + START_LIMIT_S
        while "ready." not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the worker did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)
        yield process
    finally:
        end(process)

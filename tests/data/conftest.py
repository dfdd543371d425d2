"""Databases for the store's tests: a SQLite file and a database on a real, private PostgreSQL server."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from data.store import Store
from data.store.migrate import upgrade

SERVER_USER = "qpo-test-pg"
AUDIT_KEY = b"a key for tests only, 32 bytes.."


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _server_user() -> int | None:
    """Return the user id to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER).pw_uid
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", SERVER_USER], check=True)
        return pwd.getpwnam(SERVER_USER).pw_uid


def _missing(reason: str) -> None:
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{reason} Under CI the store must be tested on PostgreSQL.", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server that listens on a socket in a directory of its own; the address of its maintenance database."""
    binaries = _binaries()
    if binaries is None:
        _missing("PostgreSQL is not installed (no initdb found): install postgresql to run these tests.")
        return
    home = Path(tempfile.mkdtemp(prefix="qpo-pg-"))
    uid = _server_user()
    if uid is not None:
        os.chown(home, uid, -1)
    as_user: dict[str, object] = {} if uid is None else {"user": uid, "extra_groups": []}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    data_dir = home / "data"
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    server = None
    try:
        subprocess.run(
            [binaries / "initdb", "-D", data_dir, "-k", "-U", "qpo", "--auth=trust", "--encoding=UTF8", "--no-sync"],
            check=True, cwd=home, env=environment, **quiet, **as_user,
        )  # fmt: skip
        log = (home / "log").open("wb")
        server = subprocess.Popen(
            [
                binaries / "postgres", "-D", data_dir, "-k", home, "-c", "listen_addresses=", "-c", "fsync=off",
                "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=120",
                "-c", "shared_buffers=64MB",
            ],
            cwd=home, env=environment, stdout=log, stderr=subprocess.STDOUT, **as_user,
        )  # fmt: skip
        address = f"postgresql://qpo@/postgres?host={home}"
        _wait_until_ready(binaries, home, server, environment)
        yield address
    finally:
        if server is not None:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(timeout=10)
            log.close()
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_ready(binaries: Path, home: Path, server: subprocess.Popen[bytes], environment: dict[str, str]) -> None:
    ready = [binaries / "pg_isready", "-h", home, "-U", "qpo", "-d", "postgres", "-t", "1", "-q"]
    for _ in range(300):
        if server.poll() is not None:
            pytest.fail(f"The PostgreSQL server did not start: {(home / 'log').read_text()[-2000:]}", pytrace=False)
        if subprocess.run(ready, env=environment, check=False).returncode == 0:
            return
        try:
            server.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
    pytest.fail("The PostgreSQL server did not become ready within a minute.", pytrace=False)


def _on_server(server: str, statement: str) -> None:
    engine = create_engine(server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A migrated database that others are copied from; its name."""
    _on_server(postgres_server, "CREATE DATABASE qpo_template")
    upgrade(postgres_server.replace("/postgres?", "/qpo_template?"))
    return "qpo_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "qpo.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty' / 'qpo.sqlite3'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"t{uuid.uuid4().hex}"
    _on_server(server, f"CREATE DATABASE {name}")
    yield server.replace("/postgres?", f"/{name}?")
    _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a migrated database on each engine."""
    if request.param == "sqlite":
        path = tmp_path / "qpo.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"t{uuid.uuid4().hex}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.replace("/postgres?", f"/{name}?")
    _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def copy_of() -> Callable[[str], AbstractContextManager[str]]:
    """How a test gets a copy of its own of a whole database, which nobody is connected to."""

    @contextmanager
    def copied(source: str) -> Iterator[str]:
        if source.startswith("sqlite"):
            path = Path(source.removeprefix("sqlite:///"))
            twin = path.with_name(f"{uuid.uuid4().hex}.sqlite3")
            shutil.copyfile(path, twin)
            yield f"sqlite:///{twin}"
            return
        head, _, query = source.partition("?")
        server, _, original = head.rpartition("/")
        name = f"t{uuid.uuid4().hex}"
        maintenance = f"{server}/postgres?{query}"
        _on_server(maintenance, f"CREATE DATABASE {name} TEMPLATE {original}")
        yield f"{server}/{name}?{query}"
        _on_server(maintenance, f"DROP DATABASE {name} WITH (FORCE)")

    return copied


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def lasting_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a migrated database that several tests copy from."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("lasting") / "qpo.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"t{uuid.uuid4().hex}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return str(server.replace("/postgres?", f"/{name}?"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store on each engine."""
    opened = Store(url, audit_key=AUDIT_KEY)
    yield opened
    opened.dispose()

"""Databases for the store's tests: a SQLite file and a database on a real, private PostgreSQL server."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from data.store import Store
from data.store.migrate import upgrade
from tests import servers

AUDIT_KEY = b"a key for tests only, 32 bytes.."


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a private server; yields the address of its maintenance database."""
    with servers.postgres_server() as address:
        yield address


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

"""Is the database's shape the one this version needs, and how does it get there?"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from data.errors import StoreUnavailable
from data.store.engines import open_writer, parse_url
from data.store.session import translated

if TYPE_CHECKING:
    from alembic.config import Config

HEAD_REVISION = "0002"
"""The newest migration; a test compares it with the files, so that a second start need not load Alembic to know."""

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK_KEY = 7_260_102  # names the migration among the advisory locks of a PostgreSQL server


def current_revision(url: str) -> str | None:
    """Return the migration that a database is at; None when it is empty.

    Raises
    ------
    StoreUnavailable
        When the database cannot be reached.
    """
    engine = open_writer(parse_url(url))
    try:
        return _read_revision(engine)
    finally:
        engine.dispose()


def head_is_current(url: str) -> bool:
    """Return whether a database has the newest shape; one query, without loading Alembic."""
    return current_revision(url) == HEAD_REVISION


def upgrade(url: str, revision: str = "head") -> bool:
    """Bring a database to a migration (default: the newest); return whether anything was done.

    Processes that start at the same time wait for each other; all steps happen in one transaction.
    """
    engine = open_writer(parse_url(url))
    try:
        if revision == "head" and _read_revision(engine) == HEAD_REVISION:
            return False
        _run(engine, "upgrade", revision)
        return True
    finally:
        engine.dispose()


def downgrade(url: str, revision: str = "base") -> None:
    """Take a database back to an earlier migration (default: to an empty database)."""
    engine = open_writer(parse_url(url))
    try:
        _run(engine, "downgrade", revision)
    finally:
        engine.dispose()


def alembic_config(connection: Connection | None = None) -> "Config":
    """Return Alembic's configuration; it has no file, and the address never passes through it."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _run(engine: Engine, direction: str, revision: str) -> None:
    from alembic import command

    with translated(), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        config = alembic_config(connection)
        if direction == "upgrade":
            command.upgrade(config, revision)
        else:
            command.downgrade(config, revision)


def _read_revision(engine: Engine) -> str | None:
    try:
        with engine.connect() as connection:
            revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return revision
    except DBAPIError as error:
        cause = str(error.orig)
        if "no such table" in cause or getattr(error.orig, "sqlstate", None) == "42P01":
            return None
        raise StoreUnavailable(f"The database cannot be opened: {cause.splitlines()[0]}.") from error

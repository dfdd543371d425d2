"""How do database failures become the store's own errors?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, exc
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from data.errors import RowDuplicate, RowRefused, RowStale, StoreBusy, StoreUnavailable

_BUSY_SQLSTATES = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the database library raises inside the block into ``StoreError``."""
    try:
        yield
    except StaleDataError as error:
        raise RowStale("row", "unknown") from error
    except exc.IntegrityError as error:
        cause = str(error.orig)
        sqlstate = getattr(error.orig, "sqlstate", None)
        if sqlstate == "23505" or "UNIQUE constraint failed" in cause:
            raise RowDuplicate(f"A row with the same unique value exists already ({cause.splitlines()[0]}).") from error
        raise RowRefused(f"The database refused the row: {cause.splitlines()[0]}.") from error
    except exc.TimeoutError as error:
        raise StoreBusy("No database connection became free in time; another unit of work is still open.") from error
    except exc.OperationalError as error:
        cause = str(error.orig)
        if getattr(error.orig, "sqlstate", None) in _BUSY_SQLSTATES or "locked" in cause or "busy" in cause:
            raise StoreBusy(f"The database is held by another writer: {cause}.") from error
        raise StoreUnavailable(f"The database cannot be reached or cannot write: {cause}.") from error
    except exc.DBAPIError as error:
        cause = str(error.orig)
        if error.connection_invalidated:
            raise StoreUnavailable(f"The connection to the database broke: {cause}.") from error
        raise RowRefused(f"The database refused the statement: {cause.splitlines()[0]}.") from error


class StoreSession(Session):
    """A session whose failures are ``StoreError``."""

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Run one statement."""
        with translated():
            return super().execute(*args, **kwargs)

    def scalar(self, *args: Any, **kwargs: Any) -> Any:
        """Run one statement and return the first column of its first row."""
        with translated():
            return super().scalar(*args, **kwargs)

    def scalars(self, *args: Any, **kwargs: Any) -> Any:
        """Run one statement and return the first column of all rows."""
        with translated():
            return super().scalars(*args, **kwargs)

    def flush(self, *args: Any, **kwargs: Any) -> None:
        """Send what waits to the database."""
        with translated():
            super().flush(*args, **kwargs)

    def commit(self) -> None:
        """End the transaction and keep what it did."""
        with translated():
            super().commit()

    def connection(self, *args: Any, **kwargs: Any) -> Any:
        """Return the connection of the transaction."""
        with translated():
            return super().connection(*args, **kwargs)


class WritingSession(StoreSession):
    """A session that remembers every row it has read until it ends.

    Without this a row that nobody holds any more is read anew, with the version somebody else has given it
    meanwhile: on PostgreSQL a value computed from the first reading would then overwrite the other's change unnoticed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows_read: list[object] = []


@event.listens_for(WritingSession, "loaded_as_persistent")
def _remember(session: WritingSession, row: object) -> None:
    session.rows_read.append(row)

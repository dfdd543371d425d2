"""How do the store's failures become sentences for users?

Services open units of work through `ServiceStore`, so that each of them speaks of rows and none translates errors.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

from data.errors import (
    DaysLocked,
    RowDuplicate,
    RowNotFound,
    RowReadOnly,
    RowRefused,
    RowStale,
    StaleFence,
    StoreBusy,
    StoreError,
    StoreUnavailable,
)
from services import reader
from services.auth.actor import Actor
from services.errors import Conflict, NotAllowed, NotFound, ServiceError, Stale, TakenOver, Unavailable
from services.formatting import day

if TYPE_CHECKING:
    from data.store.database import Store
    from data.store.unit_of_work import UnitOfWork


_log = logging.getLogger(__name__)


class Units(Protocol):
    """Where units of work come from."""

    def work(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Return a unit in which the actor reads and writes."""
        ...

    def read(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Return a unit in which the actor only reads."""
        ...

    def system(self, tenant_id: str | None = None, *, read_only: bool = False) -> AbstractContextManager[UnitOfWork]:
        """Return a unit for the product's own jobs; it sees one tenant, or all when None."""
        ...

    def ping(self) -> None:
        """Ask the database for a sign of life."""
        ...

    def dispose(self) -> None:
        """Close all connections."""
        ...


class ServiceStore:
    """The store as services see it: the same units of work, with failures told in sentences.

    Parameters
    ----------
    store : data.store.database.Store
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def work(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Return a unit in which the actor reads and writes; nothing is kept without ``commit()``."""
        return _kept(self._store.system(actor.tenant_id) if actor.is_system else self._store.work(actor))

    def read(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Return a unit in which the actor only reads."""
        if actor.is_system:
            return _told(self._store.system(actor.tenant_id, read_only=True))
        return _told(self._store.read(actor))

    def system(self, tenant_id: str | None = None, *, read_only: bool = False) -> AbstractContextManager[UnitOfWork]:
        """Return a unit for the product's own jobs; it sees one tenant, or all when None."""
        return _told(self._store.system(tenant_id, read_only=read_only))

    def ping(self) -> None:
        """Ask the database for a sign of life.

        Raises
        ------
        Unavailable
            When it does not answer.
        """
        try:
            self._store.ping()
        except StoreError as error:
            raise service_error(error) from error

    def dispose(self) -> None:
        """Close all connections."""
        self._store.dispose()


@contextmanager
def _told(unit: UnitOfWork) -> Iterator[UnitOfWork]:
    try:
        with unit as open_unit:
            yield open_unit
    except StoreError as error:
        raise service_error(error) from error


@contextmanager
def _kept(unit: UnitOfWork) -> Iterator[UnitOfWork]:
    """Open a unit that writes: its sentences are kept for everybody, so they follow nobody's preferences."""
    with reader.reading(None), _told(unit) as open_unit:
        yield open_unit


def service_error(error: StoreError) -> ServiceError:
    """Return what a user is told about a failure of the store."""
    match error:
        case RowNotFound():
            return NotFound.of(_words(error.kind), error.row_id)
        case RowReadOnly():
            return NotAllowed(f"You may see this {_words(error.kind)} but not change it.", _way_out(error.kind))
        case RowStale():
            return Stale.of(_words(error.kind))
        case StaleFence():
            return TakenOver("This run was taken over by another worker, or has ended.")
        case RowDuplicate():
            return Conflict("Something with the same unique value exists already.", "Choose another name or key.")
        case StoreBusy():
            return Unavailable("The database is busy at the moment.", "Try again in a few seconds.", retry_after_s=2)
        case StoreUnavailable():
            _log.error("The database failed: %s", error)
            return Unavailable(
                "The database cannot be reached or cannot write.", "Try again later; nothing was changed."
            )
        case DaysLocked():
            return Conflict(
                f"The days from {day(error.start_on)} to {day(error.end_on)} are locked ({error.reason}), "
                "and what is dated in them or before would change their figures.",
                f"Choose a day after {day(error.end_on)}, or let two people open the period again.",
                code="period_locked",
            )
        case RowRefused():
            _log.warning("A change was refused: %s", error)
            return Conflict("The database refused the change because it breaks one of its rules.", "Check the values.")
        case _:
            _log.error("The database did not do what was asked: %s", error)
            return ServiceError("The database did not do what was asked.", "Nothing was changed. Try again.")


def _way_out(kind: str) -> str:
    """Say who can help: a template is its owner's alone to change, whoever may use it."""
    if kind == "template":
        return "Only its owner may change it. Ask them, or keep a copy of your own under another name."
    return "Ask its owner or an administrator."


def _words(kind: str) -> str:
    return {"user_account": "user", "api_key": "API key"}.get(kind, kind.replace("_", " "))

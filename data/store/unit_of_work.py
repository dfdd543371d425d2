"""What belongs to one transaction, and when is it kept?"""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from data.errors import UnitMisused
from data.store.actor import Asker
from data.store.base import Clock
from data.store.repositories.context import UnitContext
from data.store.session import StoreSession
from data.store.unit_repositories import UnitRepositories


class UnitOfWork(UnitRepositories):
    """One transaction and the repositories that share it.

    ``with store.work(actor) as uow: ...; uow.commit()``. Leaving the block without ``commit()`` undoes everything.
    The transaction begins with the first statement, so an open unit that was not used holds nothing. Rows that a
    unit handed out stay readable after it ends.
    """

    def __init__(
        self,
        make_session: Callable[[], StoreSession],
        *,
        actor: Asker,
        dialect: str,
        now_utc: Clock,
        audit_key: bytes | None,
        is_read_only: bool,
        open_units: threading.local,
    ) -> None:
        self._make_session = make_session
        self.actor = actor
        self.is_read_only = is_read_only
        self._dialect = dialect
        self._now_utc = now_utc
        self._audit_key = audit_key
        self._open_units = open_units
        self._stack: list[UnitOfWork] = []
        self._context: UnitContext | None = None
        self._was_opened = False

    def __enter__(self) -> Self:
        if self._was_opened:
            raise UnitMisused("A unit of work is used once; ask the store for another one.")
        self._was_opened = True
        if not self.is_read_only:
            self._stack = self._open_units.__dict__.setdefault("stack", [])
            if any(unit.has_begun for unit in self._stack):
                raise UnitMisused("A unit of work that writes is open in this thread; end it before opening another.")
            self._stack.append(self)
        self._context = UnitContext(self._make_session(), self.actor, self._now_utc, self._dialect, self._audit_key)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._ctx.session.close()
        finally:
            self._context = None
            if not self.is_read_only:
                self._stack.remove(self)

    @property
    def has_begun(self) -> bool:
        """Whether the unit has sent a statement and holds a transaction."""
        return self._context is not None and self._context.session.in_transaction()

    def flush(self) -> None:
        """Send what waits to the database, so that its rules are checked now."""
        self._ctx.session.flush()

    def commit(self) -> None:
        """Keep everything: changes, then audit rows, then events, in one transaction.

        Audit rows and events are written last and always in this order: their locks are held only for the
        commit itself, and two units can never wait for each other.
        """
        if self.is_read_only:
            raise UnitMisused("A unit of work that only reads has nothing to commit.")
        context = self._ctx
        context.session.flush()
        if context.audit_entries:
            self.audit.write_pending()
        if context.events:
            self.events.write_pending()
        context.session.commit()

    def rollback(self) -> None:
        """Undo everything since the unit began or last committed."""
        context = self._ctx
        context.audit_entries.clear()
        context.events.clear()
        context.session.rollback()

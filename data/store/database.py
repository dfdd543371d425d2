"""Where do units of work come from?"""

import os
import threading
import weakref

from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker

from data.store.actor import Actor, SystemActor
from data.store.base import Clock, utc_now
from data.store.engines import open_reader, open_writer, parse_url
from data.store.session import StoreSession, WritingSession, translated
from data.store.unit_of_work import UnitOfWork


class Store:
    """One database, opened once per process.

    Parameters
    ----------
    url : str
        ``sqlite:///path/to/file`` or ``postgresql://user:password@host/name``.
    audit_key : bytes, optional
        Key of the audit chains; without it nothing can be audited.
    now_utc : callable, optional
        Clock; returns an aware datetime in UTC.
    """

    def __init__(self, url: str, *, audit_key: bytes | None = None, now_utc: Clock = utc_now) -> None:
        self.url = parse_url(url)
        self.dialect = self.url.get_backend_name()
        self.now_utc = now_utc
        self.audit_key = audit_key
        self._writer = open_writer(self.url)
        self._reader = open_reader(self.url, self._writer)
        self._write_session = _session_maker(self._writer, WritingSession)
        self._read_session = _session_maker(self._reader, StoreSession)
        self._open_units = threading.local()
        _drop_connections_after_fork(self)

    def work(self, actor: Actor) -> UnitOfWork:
        """Return a unit in which the actor reads and writes; nothing is kept without ``commit()``."""
        return self._unit(actor, is_read_only=False)

    def read(self, actor: Actor) -> UnitOfWork:
        """Return a unit in which the actor only reads, next to writers and without waiting for them."""
        return self._unit(actor, is_read_only=True)

    def system(self, tenant_id: str | None = None, *, read_only: bool = False) -> UnitOfWork:
        """Return a unit for the product's own jobs: it sees one tenant, or every tenant when None.

        For the scheduler, workers, sign-in and the command line only; never on behalf of a request's data.
        """
        return self._unit(SystemActor(tenant_id), is_read_only=read_only)

    def ping(self) -> None:
        """Ask the database for a sign of life.

        Raises
        ------
        StoreUnavailable
            When it does not answer.
        """
        with translated(), self._reader.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close all connections."""
        self._writer.dispose()
        self._reader.dispose()

    def _forget_connections(self) -> None:
        self._writer.dispose(close=False)
        self._reader.dispose(close=False)

    def _unit(self, actor: Actor | SystemActor, *, is_read_only: bool) -> UnitOfWork:
        return UnitOfWork(
            self._read_session if is_read_only else self._write_session,
            actor=actor,
            dialect=self.dialect,
            now_utc=self.now_utc,
            audit_key=self.audit_key,
            is_read_only=is_read_only,
            open_units=self._open_units,
        )


def _session_maker(engine: Engine, kind: type[StoreSession]) -> sessionmaker[StoreSession]:
    """Sessions whose rows stay readable afterwards and that cannot be used again once closed."""
    return sessionmaker(engine, class_=kind, expire_on_commit=False, close_resets_only=False)


def _drop_connections_after_fork(store: Store) -> None:
    """Let a forked child open connections of its own: two processes must never share one."""
    reference = weakref.ref(store)

    def forget() -> None:
        alive = reference()
        if alive is not None:
            alive._forget_connections()

    os.register_at_fork(after_in_child=forget)

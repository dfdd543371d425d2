"""Is somebody trying too often to sign in?"""

from datetime import datetime, timedelta

from sqlalchemy import delete

from data.store.repositories.inserts import insert_new
from data.store.repositories.repository import Repository
from data.store.tables import SignInThrottle


class Throttle(Repository[SignInThrottle]):
    """Counters of failures; only for ``store.system()``."""

    model = SignInThrottle
    kind = "sign-in throttle"

    def current(self, key: str) -> SignInThrottle | None:
        """Return the counter of one key."""
        return self._one(self._query().where(SignInThrottle.key == key))

    def record_failure(self, key: str, *, window_s: float) -> SignInThrottle:
        """Count one failure; a window that is over begins anew. Return the counter.

        Parameters
        ----------
        key : str
            What is counted, for example a hash of account and address.
        window_s : float
            Length of the window in seconds.
        """
        now = self._context.now_utc()
        fresh = {"key": key, "failures_count": 0, "window_started_at_utc": now, "blocked_until_utc": None}
        insert_new(self._context, SignInThrottle, fresh)
        query = self._query().where(SignInThrottle.key == key).with_for_update()
        row: SignInThrottle = self._session.scalars(query.execution_options(populate_existing=True)).one()
        if row.window_started_at_utc <= now - timedelta(seconds=window_s):
            row.failures_count, row.window_started_at_utc, row.blocked_until_utc = 0, now, None
        row.failures_count += 1
        self._session.flush()
        return row

    def block(self, key: str, until_utc: datetime) -> None:
        """Refuse tries under one key until an instant."""
        row = self.current(key)
        if row is not None:
            row.blocked_until_utc = until_utc
            self._session.flush()

    def clear(self, key: str) -> None:
        """Forget the failures of one key, after a success."""
        self._session.execute(delete(SignInThrottle).where(SignInThrottle.key == key, self._may()))

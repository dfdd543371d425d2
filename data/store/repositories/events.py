"""Which events happened, in the order they became visible?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, text

from data.store.repositories.repository import Repository
from data.store.tables import EventOutbox

_LOCK_KEY = 7_260_101  # any fixed number; it names the outbox among the advisory locks of the database


class Events(Repository[EventOutbox]):
    """The outbox of the tenant; events of one user are shown to that user only."""

    model = EventOutbox
    kind = "event"

    def append(
        self,
        topic: str,
        event_type: str,
        data: Mapping[str, Any],
        *,
        user_id: str | None = None,
        portfolio_id: str | None = None,
        tenant_id: str | None = None,
    ) -> None:
        """Add one event; it is written when the unit commits and gets its number then.

        Parameters
        ----------
        topic : str
            What it is about, for example ``run:<id>``.
        event_type : str
            What happened, for example ``run.finished``.
        data : mapping
            JSON values; nothing secret.
        user_id : str, optional
            The only user who may see it; None for all who may see the rest.
        portfolio_id : str, optional
            Only those who see this portfolio see the event.
        tenant_id : str, optional
            For units of the product itself that have no tenant.
        """
        self._context.events.append(
            {
                "tenant_id": tenant_id or self._require_tenant(),
                "user_id": user_id,
                "portfolio_id": portfolio_id,
                "topic": topic,
                "type": event_type,
                "data": dict(data),
                "created_at_utc": self._context.now_utc(),
            }
        )

    def write_pending(self) -> None:
        """Write what was appended. The lock makes numbers appear in their order: who reads up to 7 has seen 6."""
        if self._context.dialect == "postgresql":
            self._session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        self._session.execute(insert(EventOutbox), self._context.events)
        self._context.events.clear()

    def since(self, seq: int, limit: int = 500, *, topics: Sequence[str] | None = None) -> Sequence[EventOutbox]:
        """Return the visible events after a number, in order."""
        query = self._query().where(EventOutbox.seq > seq)
        if topics is not None:
            query = query.where(EventOutbox.topic.in_(list(topics)))
        return self._all(query.order_by(EventOutbox.seq).limit(limit))

    def last_seq(self) -> int:
        """Return the number of the last visible event; 0 when there is none."""
        return int(self._session.scalar(self._query().with_only_columns(func.max(EventOutbox.seq))) or 0)

    def forget_before(self, instant_utc: datetime) -> int:
        """Remove old events; only the product itself may. Return how many."""
        done = self._session.execute(delete(EventOutbox).where(EventOutbox.created_at_utc < instant_utc, self._may()))
        return int(done.rowcount)

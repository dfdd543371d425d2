"""What happened, who is told, and what waits in the inbox?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from data.store.tables.outbox import EventOutbox
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.events_outbox import announce
from services.events_pump import EventPump
from services.messages.events import EventView, NotificationView
from services.ports import Ports

KEPT_DAYS = 14
CATCH_UP_MAX_COUNT = 1000


class Events:
    """The outbox as sockets, pages and later webhooks read it."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._pump = EventPump(ports, self.read_after, self.head)

    def publish(
        self,
        topic: str,
        event_type: str,
        tenant_id: str,
        data: dict[str, Any],
        user_id: str | None = None,
        portfolio_id: str | None = None,
    ) -> None:
        """Publish an event that belongs to no other change; changes announce theirs in their own unit of work."""
        with self._ports.store.system(tenant_id) as uow:
            announce(uow, topic, event_type, data, user_id=user_id, portfolio_id=portfolio_id)
            uow.commit()
        self._ports.bus.nudge(topic)

    def subscribe(self, callback: Callable[[EventView], None]) -> None:
        """Have every event of every tenant handed to a function of this process, in order, from now on.

        The function must be quick, and look at `tenant_id` and `user_id` before it shows anything to anybody.
        """
        self._pump.subscribe(callback)

    def start(self) -> None:
        """Begin to pump."""
        self._pump.start()

    def stop(self) -> None:
        """End pumping."""
        self._pump.stop()

    def recent(self, after_seq: int) -> list[EventView] | None:
        """Return what the pump has seen after a number, from memory; None when that reaches back too far."""
        return self._pump.recent(after_seq)

    def passed(self) -> int:
        """Return the number up to which the pump has handed every event over; 0 before it has begun."""
        return self._pump.passed()

    def head(self) -> int:
        """Return the number of the newest event."""
        with self._ports.store.system(read_only=True) as uow:
            return uow.events.last_seq()

    def read_after(self, seq: int, limit: int = 500) -> Sequence[EventView]:
        """Return the events of all tenants after a number, in order; for the pump."""
        with self._ports.store.system(read_only=True) as uow:
            return [event_view(row) for row in uow.events.since(seq, limit)]

    def since(self, seq: int, tenant_id: str, topics: Sequence[str] | None = None) -> list[EventView]:
        """Return a tenant's events after a number; the caller leaves out those of other users."""
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            return [event_view(row) for row in uow.events.since(seq, CATCH_UP_MAX_COUNT, topics=topics)]

    def since_for(self, seq: int, actor: Actor, topics: Sequence[str] | None = None) -> list[EventView]:
        """Return the events after a number that the actor may see."""
        with self._ports.store.read(actor) as uow:
            return [event_view(row) for row in uow.events.since(seq, CATCH_UP_MAX_COUNT, topics=topics)]

    def notifications(self, actor: Actor, *, is_unread: bool = False, limit: int = 200) -> list[NotificationView]:
        """Return the actor's inbox, the latest first."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.read(actor) as uow:
            rows = uow.notifications.page(is_unread=is_unread, limit=limit).rows
            return [
                NotificationView(
                    id=row.id,
                    title=row.title,
                    sentence=row.sentence,
                    severity=row.severity,
                    link=row.link,
                    created_at_utc=row.created_at_utc,
                    read_at_utc=row.read_at_utc,
                )
                for row in rows
            ]

    def unread_count(self, actor: Actor) -> int:
        """Return how many sentences the actor has not read."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.read(actor) as uow:
            return uow.notifications.count_unread()

    def mark_read(self, notification_id: str | None, actor: Actor) -> int:
        """Mark one sentence as read, or all when None; return how many were unread.

        Raises
        ------
        NotFound
            When there is no such sentence in the actor's inbox.
        """
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.work(actor) as uow:
            if notification_id is not None:
                uow.notifications.get(notification_id)
            count = uow.notifications.mark_read(None if notification_id is None else [notification_id])
            uow.commit()
        return count

    def prune(self) -> int:
        """Remove events that every reader had two weeks for."""
        with self._ports.store.system() as uow:
            count = uow.events.forget_before(self._ports.clock.now_utc() - timedelta(days=KEPT_DAYS))
            uow.commit()
        return count


def event_view(row: EventOutbox) -> EventView:
    """Return a row of the outbox as callers see it."""
    return EventView(
        seq=row.seq,
        topic=row.topic,
        type=row.type,
        tenant_id=row.tenant_id,
        user_id=row.user_id,
        portfolio_id=row.portfolio_id,
        data=dict(row.data),
        at_utc=row.created_at_utc,
    )

"""How does something that happened get into the outbox, in the transaction in which it happened?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.store.tables.notification import Notification

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


def announce(
    uow: UnitOfWork,
    topic: str,
    event_type: str,
    data: dict[str, Any],
    *,
    user_id: str | None = None,
    portfolio_id: str | None = None,
    tenant_id: str | None = None,
) -> None:
    """Append an event that is published when the unit commits, or never if it fails.

    Parameters
    ----------
    uow : UnitOfWork
    topic : str
        What listeners subscribe to: ``runs.<id>``, ``alerts``, ``notifications``, ``users``, ``market``.
    event_type : str
        What happened, such as ``run.finished``.
    data : dict
        JSON-native, without secrets.
    user_id, portfolio_id, tenant_id : str or None
        Who may see it; everybody in the tenant when all are None.
    """
    uow.events.append(topic, event_type, data, user_id=user_id, portfolio_id=portfolio_id, tenant_id=tenant_id)


def notify(
    uow: UnitOfWork,
    user_id: str,
    title: str,
    sentence: str,
    *,
    tenant_id: str,
    severity: str = "info",
    link: str | None = None,
    run_id: str | None = None,
    alert_id: str | None = None,
) -> None:
    """Put a sentence into a user's inbox and tell the user's open pages."""
    row = uow.notifications.add(
        Notification(
            tenant_id=tenant_id,
            user_id=user_id,
            severity=severity,
            title=title[:200],
            sentence=sentence,
            link=link,
            run_id=run_id,
            alert_id=alert_id,
        )
    )
    announce(
        uow,
        "notifications",
        "notification.new",
        {"id": row.id, "title": title, "sentence": sentence, "severity": severity, "link": link},
        user_id=user_id,
        tenant_id=tenant_id,
    )

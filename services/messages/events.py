"""What travels through the outbox, and what lands in a user's notifications?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.messages.frozen import Message


class EventView(Message):
    """One row of the outbox; `seq` grows without repeating, so that a reader can go on where it stopped.

    With a `user_id` it is that user's alone; with a `portfolio_id` it is for those who see the portfolio.
    """

    seq: int
    topic: str
    type: str
    tenant_id: str
    user_id: str | None
    portfolio_id: str | None = None
    data: dict[str, Any]
    at_utc: datetime


class NotificationView(Message):
    """A sentence in a user's inbox."""

    id: str
    title: str
    sentence: str
    severity: str
    link: str | None
    created_at_utc: datetime
    read_at_utc: datetime | None

"""What does an alert look like?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from services.messages.frozen import Message


class AlertState(StrEnum):
    """Where an alert stands in its life."""

    PENDING = "pending"
    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RECOVERING = "recovering"
    NO_DATA = "no_data"
    RESOLVED = "resolved"


class Severity(StrEnum):
    """How much an alert matters."""

    INFO = "info"
    WARNING = "warning"
    SOFT = "soft"
    HARD = "hard"


class AlertView(Message):
    """An alert as its owner sees it."""

    id: str
    key: str
    severity: Severity
    state: AlertState
    title: str
    sentence: str
    link: str | None = None
    owner_id: str | None
    object_id: str | None
    first_seen_at_utc: datetime
    changed_at_utc: datetime
    snoozed_until_utc: datetime | None
    row_version: int

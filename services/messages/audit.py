"""What does the audit log show?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.messages.frozen import Message


class AuditRow(Message):
    """One recorded deed; `deed` is its action in words."""

    seq: int
    at_utc: datetime
    actor_id: str
    actor_name: str
    via: str
    action: str
    deed: str
    object_kind: str
    object_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    ip: str | None = None
    request_id: str | None = None


class AuditFilter(Message):
    """Which deeds are wanted; an action that ends with a point stands for all that begin with it, both days count."""

    actor_id: str | None = None
    action: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    start_on: date | None = None
    end_on: date | None = None


class AuditWords(Message):
    """What deeds can be filtered by; `deeds` are the actions in words."""

    actions: tuple[str, ...]
    deeds: dict[str, str]
    object_kinds: tuple[str, ...]


class VerifyResult(Message):
    """Whether the chain of audit rows is whole."""

    is_intact: bool
    rows_count: int
    first_bad_seq: int | None
    sentence: str
    anchors_count: int = 0
    last_anchor_on: date | None = None

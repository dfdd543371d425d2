"""What does the audit log show?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.messages.frozen import Message


class AuditRow(Message):
    """One recorded deed."""

    seq: int
    at_utc: datetime
    actor_id: str
    actor_name: str
    via: str
    action: str
    object_kind: str
    object_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class VerifyResult(Message):
    """Whether the chain of audit rows is whole."""

    is_intact: bool
    rows_count: int
    first_bad_seq: int | None
    sentence: str

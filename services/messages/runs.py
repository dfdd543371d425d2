"""What does a caller see of a run?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from services.messages.frozen import Message


class RunStatus(StrEnum):
    """Where a run stands; the last three are final."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen."""
        return self in {RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED}


class RunView(Message):
    """A run as its owner sees it; the result is asked for separately."""

    id: str
    kind: str
    name: str | None
    status: RunStatus
    stage: str | None
    progress_frac: float
    message: str | None
    owner_id: str
    portfolio_id: str | None
    created_at_utc: datetime
    started_at_utc: datetime | None
    finished_at_utc: datetime | None
    seed: int | None
    engine_version: str | None
    request_sha256: str
    row_version: int
    attempts_count: int

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to the run."""
        return self.status.is_final

    @property
    def elapsed_ms(self) -> float | None:
        """How long the work took, None before its end."""
        if self.started_at_utc is None or self.finished_at_utc is None:
            return None
        return (self.finished_at_utc - self.started_at_utc).total_seconds() * 1000


class RunEvent(Message):
    """One thing that happened to a run."""

    seq: int
    type: str
    sentence: str
    at_utc: datetime


class ReplayReport(Message):
    """Whether doing the same work again gave the same answer, bit for bit."""

    run_id: str
    is_identical: bool
    stored_sha256: str
    replayed_sha256: str
    sentence: str

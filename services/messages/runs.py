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


class RunOutcome(StrEnum):
    """What the answer of a finished run says; "succeeded" alone does not tell that a portfolio was found."""

    OPTIMAL = "optimal"
    NEAR_OPTIMAL = "near_optimal"
    INFEASIBLE = "infeasible"
    UNSUITABLE = "unsuitable"
    FAILED = "failed"

    @property
    def has_portfolio(self) -> bool:
        """Whether the answer is a portfolio."""
        return self in {RunOutcome.OPTIMAL, RunOutcome.NEAR_OPTIMAL}


_PAGES = {
    "academic": "/academic?run=", "auditor_report": "/compliance?tab=reports&run=",
    "auditor_report_check": "/compliance?tab=reports&run=", "pareto": "/tradeoffs?run=",
    "walk_forward": "/walk-forward?run=",
}  # fmt: skip
"""Where the answers of some kinds of work are shown; those of all others stand on the page of the run."""


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
    outcome: RunOutcome | None = None
    parent_run_id: str | None = None

    @property
    def shown_at_run_id(self) -> str:
        """Whose page shows the answer: that of the optimization for a look into it, the run's own for all else."""
        return self.parent_run_id if self.kind == "uncertainty" and self.parent_run_id is not None else self.id

    @property
    def shown_at(self) -> str:
        """The address of the page that shows the answer."""
        return f"{_PAGES.get(self.kind, '/runs/')}{self.shown_at_run_id}"

    @property
    def is_without_portfolio(self) -> bool:
        """Whether the work came to its end and found that there is no portfolio to propose."""
        return self.outcome is not None and not self.outcome.has_portfolio

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

"""What does somebody get who asks for a report about a portfolio?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from services.messages.frozen import Message


class AnalysisState(StrEnum):
    """How far an answer is."""

    READY = "ready"
    WORKING = "working"
    FAILED = "failed"


class AnalysisAnswer(Message):
    """A report, or why there is none yet.

    Parameters
    ----------
    id : str
        Names the answer in logs.
    state : AnalysisState
        ``working`` may carry a document all the same: that of earlier data, to be shown with its age.
    document : dict or None
        The report, JSON-native, in the form of its kind.
    computed_at_utc : datetime or None
        When the document was computed.
    elapsed_ms : float or None
        How long the worker took.
    data_version : str
        From which data the document was computed; those that are asked about while there is no document.
    is_current : bool
        Whether the document was computed from the data as they are now.
    code, message, advice : str or None
        Why a report failed, and the way out; of a report that is being computed, what is going on.
    retry_after_s : int
        After how many seconds a program should ask again while the state is ``working``.
    """

    id: str
    kind: str
    portfolio_id: str
    state: AnalysisState
    document: dict[str, Any] | None = None
    computed_at_utc: datetime | None = None
    elapsed_ms: float | None = None
    data_version: str
    is_current: bool
    code: str | None = None
    message: str | None = None
    advice: str | None = None
    retry_after_s: int = 1

    @property
    def is_ready(self) -> bool:
        """Whether the document answers the question from the data as they are now, or as fresh as was wanted."""
        return self.state is AnalysisState.READY

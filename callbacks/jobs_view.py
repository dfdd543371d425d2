"""What does a page need to know of a run to show how far it is?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.formatting import Style
from services.messages.runs import RunStatus, RunView
from services.number_style import in_style

_WORDS = {
    RunStatus.PENDING: "Waiting for its turn",
    RunStatus.SUCCEEDED: "Done",
    RunStatus.FAILED: "Failed",
    RunStatus.CANCELLED: "Cancelled",
}


def progress_view(run: RunView, style: Style) -> dict[str, Any]:
    """Return a run's state for the browser: words in the reader's number format, percent, times in milliseconds.

    Its result is never part of it.
    """
    is_done = run.status is RunStatus.SUCCEEDED
    return {
        "id": run.id,
        "name": run.name,
        "status": run.status.value,
        "stage": _WORDS.get(run.status) or in_style(run.stage or "", style) or "Starting",
        "percent": 100.0 if is_done else round(100 * run.progress_frac, 1),
        "message": in_style(run.message or "", style),
        "started_ms": _ms(run.started_at_utc or run.created_at_utc),
        "finished_ms": _ms(run.finished_at_utc),
        "now_ms": _ms(datetime.now(UTC)),
    }


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)

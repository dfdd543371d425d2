"""How does the work of a worker on an auditor's report stand, and how did it end?"""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.wording import told
from components.progress import progress as progress_bar
from services.messages.runs import RunStatus, RunView

_BAD = {RunStatus.CANCELLED: "It was cancelled; nothing was kept.", RunStatus.FAILED: "It could not be made:"}


def progress(run: RunView) -> Any:
    """Show how far a report is, or why it waits; where the work goes on when the page is left."""
    if run.status is RunStatus.RUNNING:
        stage, done_frac = told(run.stage or "The report is being made"), run.progress_frac
    else:
        stage, done_frac = told(run.message or "The report waits for a worker"), None
    return progress_bar(stage, done_frac, note="You can leave this page: the work goes on, and the bell tells its end.")


def ended(run: RunView) -> Any:
    """Say what came out, or why nothing did."""
    parts = (_BAD.get(run.status, ""), told(run.message or ""))
    return html.P(" ".join(part for part in parts if part))

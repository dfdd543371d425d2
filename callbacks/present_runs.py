"""How do runs read: their names, their states in words, their rows and their tasks in the tray?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import html

from components.progress import State, task
from components.toast import Tone
from services import formatting
from services.formatting import Style
from services.messages.optimize import ExpectedTime
from services.messages.runs import RunOutcome, RunStatus, RunView
from services.number_style import in_style

KINDS: dict[str, str] = {
    "academic": "Academic benchmark",
    "auditor_report": "Auditor's report",
    "auditor_report_check": "Auditor's report made again",
    "compliance_dry_run": "Dry run of rules",
    "optimization": "Optimization",
    "pareto": "Trade-offs",
    "price_refresh": "Price refresh",
    "uncertainty": "How sure the weights are",
    "walk_forward": "Test over the past",
}
_WORDS: dict[RunStatus, str] = {
    RunStatus.PENDING: "Waiting for its turn",
    RunStatus.RUNNING: "Running",
    RunStatus.SUCCEEDED: "Finished",
    RunStatus.FAILED: "Failed",
    RunStatus.CANCELLED: "Cancelled",
}
_TONES: dict[RunStatus, Tone] = {RunStatus.SUCCEEDED: "ok", RunStatus.FAILED: "bad", RunStatus.CANCELLED: "warn"}
_STATES: dict[RunStatus, State] = {RunStatus.SUCCEEDED: "ok", RunStatus.FAILED: "bad", RunStatus.CANCELLED: "bad"}


_WITHOUT: dict[RunOutcome, str] = {
    RunOutcome.INFEASIBLE: "No portfolio meets the limits",
    RunOutcome.UNSUITABLE: "The goal has no answer here",
    RunOutcome.FAILED: "No answer was reached",
}
WITHOUT_PORTFOLIO = "no_portfolio"
"""The state in lists of a run that came to its end without a portfolio; a filter as well."""


def state_words(run: RunView) -> str:
    """Return where the run stands, in words of a list."""
    return _WITHOUT[run.outcome] if run.outcome in _WITHOUT else _WORDS[run.status]


def tone(run: RunView) -> Tone:
    """Return the shape and color of the run's end."""
    return "warn" if run.is_without_portfolio else _TONES.get(run.status, "info")


def run_name(run: RunView) -> str:
    """Return the run's name, or its kind and the moment it was asked for."""
    kind = KINDS.get(run.kind, run.kind.replace("_", " ").capitalize())
    return run.name or f"{kind} of {formatting.moment(run.created_at_utc)}"


def message_of(run: RunView, style: Style) -> str:
    """Return what the run says of itself, in the reader's number format; empty where it says nothing."""
    return in_style(run.message or "", style)


def stage_of(run: RunView, style: Style) -> str:
    """Return what the run is doing, in the reader's number format; empty where it does not say."""
    return in_style(run.stage or "", style)


def run_words(run: RunView, style: Style) -> str:
    """Return where the run stands, as a sentence."""
    words, message, stage = state_words(run), message_of(run, style), stage_of(run, style)
    if run.is_without_portfolio:
        return f"{words}. {message}".strip()
    if run.status is RunStatus.RUNNING:
        return f"{words}: {stage}" if stage else words
    if run.status is RunStatus.SUCCEEDED and run.elapsed_ms is not None:
        return f"{words} in {formatting.duration(run.elapsed_ms, style=style)}. {message}".strip()
    return f"{words}. {message}" if message else words


def row(run: RunView, portfolios: Mapping[str, str], style: Style) -> dict[str, Any]:
    """Return one line of the list of runs."""
    return {
        "id": run.id,
        "name": run_name(run),
        "href": run.shown_at,
        "note": formatting.moment(run.created_at_utc),
        "status": WITHOUT_PORTFOLIO if run.is_without_portfolio else run.status.value,
        "state_words": state_words(run),
        "portfolio": portfolios.get(run.portfolio_id or ""),
        "words": message_of(run, style) or stage_of(run, style) or None,
        "elapsed": formatting.duration(run.elapsed_ms, style=style),
        "row_version": run.row_version,
    }


def tasks(runs: Sequence[RunView], style: Style, left: Mapping[str, ExpectedTime] | None = None) -> Any:
    """Return the tray's content: what runs, with the time that is left where it can be told, then what ended lately."""
    known = left or {}
    if not runs:
        return html.P("No optimization is running.", className="menu-empty")
    return [
        task(
            run_name(run),
            run.shown_at,
            stage=(stage_of(run, style) if run.status is RunStatus.RUNNING else "") or state_words(run),
            done_frac=1.0 if run.is_final else run.progress_frac if run.status is RunStatus.RUNNING else None,
            state="warn" if run.is_without_portfolio else _STATES.get(run.status, "running"),
            note=(message_of(run, style) or None) if run.is_final else left_words(known.get(run.id), style),
            run_id=None if run.is_final else run.id,
        )
        for run in runs
    ]


def left_words(left: ExpectedTime | None, style: Style) -> str | None:
    """Return how long a run still takes, as a span of seconds; None where nothing is known of it."""
    if left is None:
        return None
    least, most = (
        formatting.number(seconds, 0 if seconds >= 10 else 1, style=style)
        for seconds in (left.least_s, max(left.most_s, 0.1))
    )
    return f"{least} to {most} s left" if least != most else f"About {most} s left"


def open_count(runs: Iterable[RunView]) -> str:
    """Return how many runs are not at their end, as text for the tray's bubble; nothing for none."""
    count = sum(not run.is_final for run in runs)
    return str(count) if count else ""

"""Which days does a chosen bar or mark on the page of risk stand for, and how do they stand out over time?

A choice is ``day:2020-03-12``, or ``range:low/high`` for the returns that one bar of the histogram counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import plotly.graph_objects as go

from services.charts.frame import day_of
from services.charts.look import Look
from services.charts.risk_losses import DAY, RANGE, ended_on, horizon_returns
from services.messages.risk import RiskReport


def days_of(report: RiskReport, pick: str, horizon_days: int = 1) -> tuple[date, ...]:
    """Return the days that a choice stands for, in order; none for other choices.

    Of a range those on which a return over the horizon ended that its bar counts: from its low edge to before its high
    one, which counts for the last bar alone.
    """
    if pick.startswith(DAY):
        day = day_of(pick.removeprefix(DAY))
        return () if day is None else (day,)
    edges = _edges_of(pick)
    if edges is None or report.history is None:
        return ()
    moves = horizon_returns(report.history.returns_frac, horizon_days)
    if not moves.size:
        return ()
    low, high = edges
    is_last = high >= float(moves.max())
    inside = (moves >= low) & ((moves <= high) if is_last else (moves < high))
    return tuple(day for day, counts in zip(ended_on(report.history, moves), inside, strict=True) if counts)


def _edges_of(pick: str) -> tuple[float, float] | None:
    low, slash, high = pick.removeprefix(RANGE).partition("/")
    if not pick.startswith(RANGE) or not slash:
        return None
    try:
        return float(low), float(high)
    except ValueError:
        return None


def add_marks(figure: go.Figure, values: Mapping[date, float | None], days: Collection[date], look: Look) -> None:
    """Circle the chosen days on a chart over time; nothing where none of them is drawn."""
    found = [(day, values[day]) for day in days if values.get(day) is not None]
    if found:
        figure.add_scatter(
            x=[day for day, _ in found],
            y=[value for _, value in found],
            mode="markers",
            marker={"size": 11, "symbol": "circle-open", "color": look.color("text"), "line": {"width": 2}},
            name="Chosen",
            hoverinfo="skip",
            showlegend=False,
        )

"""What do the charts of risk share: their source, their words for measures, and the mark of what was chosen?"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from services import formatting
from services.charts.frame import joined
from services.charts.look import Look
from services.market_marks import source_mark
from services.messages.risk import RiskReport
from services.source_names import source_names

TRADING_DAYS = 252
MEASURE_WORDS = {
    "volatility": "volatility",
    "normal_var": "value at risk (normal)",
    "historical_var": "value at risk",
    "expected_shortfall": "expected shortfall",
}
"""What a measure is called within a sentence."""
DIMENSION_WORDS = {
    "asset": "holding",
    "sector": "sector",
    "country": "country",
    "currency": "currency",
    "issuer": "issuer",
}
NOT_KNOWN = "Not known"


def source_of(report: RiskReport, *, reads_volumes: bool = False) -> str:
    """Return the line of sources: who delivered the prices, and what was invented."""
    return joined(mark_of(report, reads_volumes=reads_volumes), source_names(report.lineage.get("providers") or ()))


def mark_of(report: RiskReport, *, reads_volumes: bool = False) -> str:
    """Return what must be said of invented figures; of volumes only where they are read; empty where all are real."""
    unread: dict[str, list[str]] = {} if reads_volumes else {"sample_facts": []}
    return source_mark({"data": {**report.lineage, **unread}})


def as_of_words(report: RiskReport) -> str:
    """Say on which day the report stands."""
    return f"as of {formatting.day_short(report.as_of)}"


def yearly(daily_frac: float) -> float:
    """Return a daily volatility as that of a year."""
    return daily_frac * math.sqrt(TRADING_DAYS)


def level_words(level_frac: float | None) -> str:
    """Write a confidence level, such as 95%."""
    return "" if level_frac is None else f"{round(100 * level_frac, 1):g}%"


def tones(names: list[str], picks: Collection[str], tone: str, look: Look) -> list[str]:
    """Return one color a name: those of the chosen ones stand out, where any of them is chosen."""
    if not any(name in picks for name in names):
        return [look.color(tone)] * len(names)
    return [look.color(tone) if name in picks else look.color("chart-muted") for name in names]


def lines_between(
    names: list[str], begins: list[float], ends: list[float], look: Look, width: float = 3.0
) -> dict[str, Any]:
    """Return a trace of one line a row, from one value to another."""
    xs: list[float | None] = []
    ys: list[str | None] = []
    for name, begin, end in zip(names, begins, ends, strict=True):
        xs += [begin, end, None]
        ys += [name, name, None]
    return {
        "x": xs, "y": ys, "mode": "lines", "line": {"width": width, "color": look.color("line-strong")},
        "hoverinfo": "skip", "showlegend": False, "name": "between",
    }  # fmt: skip

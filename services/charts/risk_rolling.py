"""How did volatility, beta and correlation with the benchmark change over time, and how sure is each?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import empty, frame, joined
from services.charts.history import time_axis
from services.charts.look import Look
from services.charts.risk import as_of_words, mark_of, source_of, yearly
from services.charts.risk_days import add_marks
from services.charts.tokens import Signs, Theme
from services.formatting import MISSING, Style
from services.messages.risk import RiskReport

if TYPE_CHECKING:
    from engine.dependence.result import RollingDependence

NAME = "risk-rolling"
WORDS = {"volatility": "Volatility", "beta": "Beta", "correlation": "Correlation"}
TABLE_ROWS_COUNT = 24
Values = Sequence[float | None]


def rolling_risk(
    report: RiskReport,
    *,
    rolled: str = "volatility",
    chosen: Collection[date] = (),
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw a figure over the days before each day, with its interval where it has one; chosen days stand out.

    Parameters
    ----------
    rolled : {"volatility", "beta", "correlation"}
    """
    look = Look(theme, style, signs)
    rolling = None if report.benchmark is None else report.benchmark.rolling
    if report.benchmark is None or rolling is None or not rolling.places:
        return empty(NAME, "There are not enough days for rolling figures yet.", look)
    values, lower, upper = _series(rolling, rolled)
    known = [one for one in values if one is not None]
    if not known:
        nothing = "There are not enough days for rolling figures yet."
        return empty(NAME, nothing if rolled == "volatility" else "There is no benchmark to compare with.", look)
    days = list(report.benchmark.rolling_dates)
    figure = go.Figure()
    if lower and upper:
        _add_band(figure, days, lower, upper, look)
    is_rate = rolled == "volatility"
    figure.add_scatter(
        x=days,
        y=list(values),
        mode="lines",
        line={"width": 2, "color": look.color("chart-proposed")},
        name=WORDS[rolled],
        hovertemplate="%{y:.1%}<extra></extra>" if is_rate else "%{y:.2f}<extra></extra>",
    )
    add_marks(figure, dict(zip(days, values, strict=True)), chosen, look)
    beside = f"beside {report.benchmark.name}" if report.benchmark.name and not is_rate else ""
    return frame(
        figure,
        name=NAME,
        title=_finding(known, rolled, look),
        subtitle=joined(
            f"Over {look.count(rolling.window_count, 'day')} before each day",
            beside,
            "band: 95% interval" if lower else "",
            as_of_words(report),
        ),
        source=source_of(report),
        mark=mark_of(report),
        look=look,
        height_px=300,
        table=(
            ("Day", "Volatility", "Beta", "Its interval", "Correlation", "Its interval"),
            [
                (
                    formatting.day_short(days[n]),
                    look.rate(_yearly(rolling.volatility_frac[n])),
                    _number(rolling.beta[n], look),
                    _span(rolling.beta_lower[n], rolling.beta_upper[n], look),
                    _number(rolling.correlation[n], look),
                    _span(rolling.correlation_lower[n], rolling.correlation_upper[n], look),
                )
                for n in range(0, len(days), max(1, len(days) // TABLE_ROWS_COUNT))
            ],
        ),
        showlegend=False,
        hovermode="x",
        xaxis=time_axis(),
        yaxis={"tickformat": ".0%" if is_rate else ".1f", "rangemode": "tozero" if is_rate else "normal"},
    )


def _series(rolling: RollingDependence, rolled: str) -> tuple[Values, Values, Values]:
    """Return a figure with its interval, which volatility has not."""
    if rolled == "beta":
        return rolling.beta, rolling.beta_lower, rolling.beta_upper
    if rolled == "correlation":
        return rolling.correlation, rolling.correlation_lower, rolling.correlation_upper
    return [_yearly(one) for one in rolling.volatility_frac], (), ()


def _add_band(figure: go.Figure, days: Sequence[object], lower: Values, upper: Values, look: Look) -> None:
    edge = {"x": list(days), "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(y=list(lower), name="From", **edge)
    figure.add_scatter(y=list(upper), name="To", fill="tonexty", fillcolor=look.color("chart-band"), **edge)


def _finding(known: list[float], rolled: str, look: Look) -> str:
    low, high, now = min(known), max(known), known[-1]
    if rolled == "volatility":
        return f"Volatility is {look.rate(now)} a year now; it was between {look.rate(low)} and {look.rate(high)}"
    return f"{WORDS[rolled]} is {look.number(now)} now; it was between {look.number(low)} and {look.number(high)}"


def _yearly(daily_frac: float | None) -> float | None:
    return None if daily_frac is None else yearly(daily_frac)


def _number(value: float | None, look: Look) -> str:
    return MISSING if value is None else look.number(value)


def _span(lower: float | None, upper: float | None, look: Look) -> str:
    return MISSING if lower is None or upper is None else f"{look.number(lower)} to {look.number(upper)}"
